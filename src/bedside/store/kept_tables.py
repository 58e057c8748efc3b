"""Tables that every measure reads, made once for the length of a connection and kept packed in a temporary file."""

import threading
from collections.abc import Iterable
from pathlib import Path

import duckdb

from bedside.store.views import KEPT_ORDER, KEPT_TABLES

__all__ = ["KeptTables"]

_WITH = {"corpus_marks": ("corpus",)}  # what a kept table is made from


class KeptTables:
    """The corpus and what hangs on it, as DuckDB packs it on disk: a quarter of what it takes in memory.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    path : Path
        Of the temporary file.
    lock : threading.RLock
        Of the connection.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, path: Path, lock: "threading.RLock"
    ) -> None:
        self._connection, self._path, self._lock = connection, path, lock
        self._made: set[str] = set()
        self._attached = False

    def prepare(self, wanted: Iterable[str]) -> None:
        """Make those of the tables that are not there yet; several threads may ask at once."""
        asked = {name for name in wanted if name in KEPT_TABLES}
        if asked <= self._made:
            return
        with self._lock:
            needed = asked | {part for name in asked for part in _WITH.get(name, ())}
            for name, sql in KEPT_TABLES.items():
                if name in needed - self._made:
                    self._make(name, sql)

    def _make(self, name: str, sql: str) -> None:
        if not self._attached:
            quoted = str(self._path).replace("'", "''")
            self._connection.execute(f"ATTACH '{quoted}' AS kept")
            self._attached = True
        order = f"ORDER BY {KEPT_ORDER[name]}" if name in KEPT_ORDER else ""
        self._connection.execute(f"CREATE OR REPLACE TABLE kept.{name} AS {sql} {order}")
        self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM kept.{name}")  # noqa: S608
        self._made.add(name)

    def drop(self) -> None:
        """Forget the tables: what they were made from has changed."""
        with self._lock:
            for name in KEPT_TABLES:
                if name in self._made:
                    self._connection.execute(f"DROP VIEW IF EXISTS {name}")
                    self._connection.execute(f"DROP TABLE IF EXISTS kept.{name}")
            self._made.clear()
