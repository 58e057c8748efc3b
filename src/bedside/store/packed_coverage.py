"""Coverage, packed: most posts were read for the same layers by the same makers, so each post names one of a few lists.

Twenty-four rows a post are read once, where every question about one layer read them all.
"""

import duckdb

from bedside.store.views import VIEWS

__all__ = ["drop_packed", "pack_coverage", "packed_coverage"]

PLAIN = VIEWS["coverage"]
MOST_KINDS = 120  # bits of a wide number, less a few
_ROW = ("layer", "maker", "maker_version", "coverage")
_SAME = " AND ".join(f"v.{name} IS NOT DISTINCT FROM b.{name}" for name in _ROW)
_NAMED = ", ".join(_ROW)
PACKED = f"SELECT r.post_key, r.text_key, {', '.join(f'l.{name}' for name in _ROW)} FROM kept.readings r JOIN kept.reading_lists l ON r.list = l.list"  # noqa: S608


def pack_coverage(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the packed tables in the attached database `kept`; where the rows do not fit in them, none are left.

    They fit where rows differ by text in at most 120 ways, and no row stands there twice.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE kept.reading_kinds AS SELECT *, CAST(row_number() OVER () AS INTEGER) - 1 AS kind "  # noqa: S608
        f"FROM (SELECT DISTINCT {_NAMED} FROM ({PLAIN}) v) d"
    )
    if _number(connection, "SELECT COUNT(*) FROM kept.reading_kinds") > MOST_KINDS:
        drop_packed(connection)
        return
    connection.execute(
        "CREATE OR REPLACE TABLE kept.readings AS SELECT v.post_key, v.text_key, "  # noqa: S608
        "BIT_OR(CAST(1 AS HUGEINT) << b.kind) AS list, COUNT(*) AS kinds "
        f"FROM ({PLAIN}) v JOIN kept.reading_kinds b ON {_SAME} GROUP BY ALL"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE kept.reading_lists AS SELECT p.list, {_NAMED} "  # noqa: S608
        "FROM (SELECT DISTINCT list FROM kept.readings) p "
        "JOIN kept.reading_kinds b ON p.list & (CAST(1 AS HUGEINT) << b.kind) <> 0"
    )
    if _number(connection, "SELECT COUNT(*) FROM kept.readings WHERE bit_count(list) <> kinds"):
        drop_packed(connection)


def packed_coverage(connection: duckdb.DuckDBPyConnection) -> str:
    """The query of the view `coverage`: over the packed tables where the attached database has them."""
    there = "SELECT COUNT(*) FROM duckdb_tables() WHERE database_name = 'kept' AND table_name = 'reading_lists'"
    return PACKED if _number(connection, there) else PLAIN


def drop_packed(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the packed tables."""
    for name in ("reading_kinds", "readings", "reading_lists"):
        connection.execute(f"DROP TABLE IF EXISTS kept.{name}")


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return 0 if row is None else int(row[0])
