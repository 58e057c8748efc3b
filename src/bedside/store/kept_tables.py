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
from bedside.store.packed_coverage import drop_packed, pack_coverage, packed_coverage
from bedside.store.study import Study
from bedside.store.views import KEPT_ORDER, KEPT_TABLES, VIEWS

__all__ = ["KeptTables", "drop_kept"]

FILE = "kept.duckdb"
COVERAGE = "coverage"  # a view like any other, until it is asked for
_KEPT = (*KEPT_TABLES, COVERAGE)
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
            made = self._hide()
            for name in made if self._attached == "own" else ():
                self._connection.execute(f"DROP TABLE IF EXISTS kept.{name}")
            if COVERAGE in made and self._attached == "own":
                drop_packed(self._connection)
            if self._attached == "left":
                self._detach()
            self._key = key and content_key(
                key, KEPT_TABLES, KEPT_ORDER, VIEWS[COVERAGE], duckdb.__version__
            )

    def prepare(self, wanted: Iterable[str]) -> None:
        """Make those of the tables that are not there yet; several threads may ask at once."""
        asked = {name for name in wanted if name in _KEPT}
        if asked <= self._made:
            return
        with self._lock:
            if not self._attached:
                self._take_over()
            needed = asked | {part for name in asked for part in _WITH.get(name, ())}
            for name in _KEPT:
                if name in needed - self._made:
                    self._make(name)

    def shows(self, name: str) -> bool:
        """Whether a view is one over kept tables now."""
        return name in self._made

    def leave(self) -> None:
        """Leave the tables to whoever opens the study next, whole; where that cannot be, they make their own."""
        if not self._key or not self._made:
            return
        self.prepare(_KEPT)
        with self._lock:
            if self._attached == "left":
                return
            self._connection.execute(
                f"CREATE OR REPLACE TABLE kept.made_from AS SELECT '{self._key}' AS key"
            )
            self._hide()
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
            for name in _KEPT:
                self._show(name)
        else:
            self._detach()

    def _make(self, name: str) -> None:
        if not self._attached:
            self._attach("own", self._own)
        if name == COVERAGE:
            pack_coverage(self._connection)
        else:
            order = f"ORDER BY {KEPT_ORDER[name]}" if name in KEPT_ORDER else ""
            sql = f"CREATE OR REPLACE TABLE kept.{name} AS {KEPT_TABLES[name]} {order}"
            self._connection.execute(sql)
        self._show(name)

    def _show(self, name: str) -> None:
        kept = f"SELECT * FROM kept.{name}"  # noqa: S608
        sql = packed_coverage(self._connection) if name == COVERAGE else kept
        self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")
        self._made.add(name)

    def _hide(self) -> set[str]:
        """Show nothing of the kept tables any more; gives what was shown."""
        made = set(self._made)
        for name in made:
            plain = f"CREATE OR REPLACE VIEW {name} AS {VIEWS.get(name, '')}"
            self._connection.execute(plain if name in VIEWS else f"DROP VIEW IF EXISTS {name}")
        self._made.clear()
        return made

    def _attach(self, which: str, path: Path, how: str = "") -> None:
        quoted = str(path).replace("'", "''")
        self._connection.execute(f"ATTACH '{quoted}' AS kept{how}")
        self._attached = which

    def _detach(self) -> None:
        if self._attached:
            self._connection.execute("DETACH kept")
            self._attached = ""
