"""Tables that every measure reads, made once for the length of a connection and kept packed in a file.

The file is a temporary one. A run leaves it to whoever opens the study next, under the key of all that it was made from: sorting
the marks of a million posts again would take half a minute.
"""

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import duckdb

from bedside.store.files import content_key
from bedside.store.study import Study
from bedside.store.views import KEPT_ORDER, KEPT_TABLES

__all__ = ["KeptTables", "drop_kept"]

FILE = "kept.duckdb"
_WITH = {"corpus_marks": ("corpus",)}  # what a kept table is made from


def drop_kept(study: Study) -> None:
    """Remove the tables that a run left: nothing of what they held stays readable in the study."""
    (study.folder / FILE).unlink(missing_ok=True)


class KeptTables:
    """The corpus and what hangs on it, as DuckDB packs it on disk: a quarter of what it takes in memory.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    spill : Path
        Folder for the temporary file.
    study : Study
    lock : threading.RLock
        Of the connection.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        spill: Path,
        study: Study,
        lock: "threading.RLock",
    ) -> None:
        self._connection, self._lock = connection, lock
        self._own, self._left = spill / FILE, study.folder / FILE
        self._made: set[str] = set()
        self._key = ""
        self._attached = ""  # own | left

    def rest_on(self, key: str) -> None:
        """Forget the tables: what they are made from has changed, and is named by this key; empty: by none."""
        with self._lock:
            for name in self._made:
                self._connection.execute(f"DROP VIEW IF EXISTS {name}")
                if self._attached == "own":
                    self._connection.execute(f"DROP TABLE IF EXISTS kept.{name}")
            self._made.clear()
            if self._attached == "left":
                self._detach()
            self._key = key and content_key(key, KEPT_TABLES, KEPT_ORDER, duckdb.__version__)

    def prepare(self, wanted: Iterable[str]) -> None:
        """Make those of the tables that are not there yet; several threads may ask at once."""
        asked = {name for name in wanted if name in KEPT_TABLES}
        if asked <= self._made:
            return
        with self._lock:
            if not self._attached:
                self._take_over()
            needed = asked | {part for name in asked for part in _WITH.get(name, ())}
            for name, sql in KEPT_TABLES.items():
                if name in needed - self._made:
                    self._make(name, sql)

    def leave(self) -> None:
        """Leave the tables to whoever opens the study next, whole; where that cannot be, they make their own."""
        if not self._key or not self._made:
            return
        self.prepare(KEPT_TABLES)
        with self._lock:
            if self._attached == "left":
                return
            self._connection.execute(
                f"CREATE OR REPLACE TABLE kept.made_from AS SELECT '{self._key}' AS key"
            )
            for name in self._made:
                self._connection.execute(f"DROP VIEW {name}")
            self._made.clear()
            self._detach()
            with suppress(OSError):  # such as a file that is open elsewhere
                os.replace(self._own, self._left)

    def _take_over(self) -> None:
        """Show the tables that a run left, where they are made from the same."""
        if not self._key or not self._left.exists():
            return
        try:
            self._attach("left", self._left, " (READ_ONLY)")
            found = self._connection.execute("SELECT key FROM kept.made_from").fetchall()
        except duckdb.Error:  # cut short, or of another release
            found = []
        if found == [(self._key,)]:
            for name in KEPT_TABLES:
                self._show(name)
        else:
            self._detach()

    def _make(self, name: str, sql: str) -> None:
        if not self._attached:
            self._attach("own", self._own)
        order = f"ORDER BY {KEPT_ORDER[name]}" if name in KEPT_ORDER else ""
        self._connection.execute(f"CREATE OR REPLACE TABLE kept.{name} AS {sql} {order}")
        self._show(name)

    def _show(self, name: str) -> None:
        self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM kept.{name}")  # noqa: S608
        self._made.add(name)

    def _attach(self, which: str, path: Path, how: str = "") -> None:
        quoted = str(path).replace("'", "''")
        self._connection.execute(f"ATTACH '{quoted}' AS kept{how}")
        self._attached = which

    def _detach(self) -> None:
        if self._attached:
            self._connection.execute("DETACH kept")
            self._attached = ""
