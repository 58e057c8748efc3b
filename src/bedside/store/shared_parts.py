"""Parts of questions that several questions have in common, word for word: answered once, for all of them.

A measure asks several things about the same joined rows, and the queries of its figures spell them out each time, so that
every figure can be opened alone. Whoever asks says which parts these are (`Aggregate.parts`).
"""

import re
import threading
from pathlib import Path

import duckdb

from bedside.store.stages import Aggregate

__all__ = ["SharedParts"]

FILE = "parts.duckdb"


class SharedParts:
    """Answers to parts of questions, in a temporary file, for as long as the tables that they were made from are shown.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    spill : Path
        Folder for the file.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, spill: Path) -> None:
        self._connection, self._file = connection, spill / FILE
        self._lock = threading.Lock()
        self._kept: dict[str, str] = {}  # the part as it stands in SQL, and its table
        self._old: list[str] = []
        self._made = 0

    def forget(self) -> None:
        """Give no answer any more: tables have changed. A question that was about to read one still finds it until the next time."""
        with self._lock:
            for table in self._old:
                self._connection.cursor().execute(f"DROP TABLE IF EXISTS {table}")
            self._old = list(self._kept.values())
            self._kept = {}

    def sql_of(self, aggregate: Aggregate) -> str:
        """The SQL of a question, with the tables of the answers in place of the parts that it shares with others."""
        for part in aggregate.parts:
            if part not in self._kept and part in aggregate.sql:
                self._make(part)
        return self._replaced(aggregate.sql)

    def _replaced(self, sql: str) -> str:
        for part, table in sorted(self._kept.items(), key=lambda kept: -len(kept[0])):
            if part in sql:
                whole = rf"\(\s*{re.escape(part.strip())}\s*\)"
                sql = re.sub(whole, f"(SELECT * FROM {table})", sql)  # noqa: S608
        return sql

    def _make(self, part: str) -> None:
        with self._lock:
            if part in self._kept:
                return
            cursor = self._connection.cursor()
            if not self._made:
                quoted = str(self._file).replace("'", "''")
                cursor.execute(f"ATTACH '{quoted}' AS parts")
            self._made += 1
            table = f"parts.part_{self._made}"
            cursor.execute(f"CREATE TABLE {table} AS {self._replaced(part)}")
            self._kept = self._kept | {part: table}
