"""Parcels: posts packed in small parts within the search index, so that twenty of a million are read in milliseconds.

A page of the study's tables holds 8,192 posts; whoever wants one of them unpacks all. A list shows twenty that lie in up to
twenty pages.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from bedside.store.stages import Aggregate, Ask

__all__ = ["COLUMNS", "POSTS_AT", "TABLE", "add_parcels", "posts_at", "read_parcels"]

COLUMNS = (
    "record_no", "post_key", "account_key", "text_key", "source", "platform", "kind", "community", "lang", "title", "body",
    "segments", "hashtags", "text_state", "published_precision", "place_country", "rating", "rating_max", "published_at",
)  # fmt: skip
"""What a list or a thread shows of a post; the day stands for the time."""
POSTS_AT = Aggregate(
    name="posts at",
    needs=("posts",),
    sql=f"SELECT {', '.join(COLUMNS[:-1])}, CAST(CAST(published_at AS DATE) AS VARCHAR) AS day FROM posts "  # noqa: S608
    "WHERE array_contains($records, record_no) ORDER BY record_no",
)
"""Posts by their record numbers; who has parcels at hand answers it from them."""
TABLE = "CREATE TABLE IF NOT EXISTS parcels (first INTEGER PRIMARY KEY, size INTEGER, packed BLOB)"
TOGETHER = 16  # posts: some 12 kB, unpacked in .07 ms
ZIPPED = "zstd"
_FIND = "SELECT first, size, packed FROM parcels WHERE first <= ? ORDER BY first DESC LIMIT 1"


def posts_at(ask: Ask, records: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Masked posts by their record numbers, as `read_parcels` gives them; numbers that are gone are absent."""
    wanted = sorted(set(records))
    if not wanted:
        return {}
    return {row["record_no"]: row for row in ask(POSTS_AT, {"records": wanted}).to_pylist()}


def add_parcels(base: sqlite3.Connection, page: Path) -> None:
    """Pack the posts of one page, within the transaction that is open."""
    base.executemany("INSERT INTO parcels VALUES (?, ?, ?)", _packed(page))


def _packed(page: Path) -> Iterator[tuple[int, int, bytes]]:
    file = pq.ParquetFile(page)
    there = [name for name in COLUMNS if name in file.schema_arrow.names]
    table = file.read(columns=there).sort_by("record_no")
    if "published_at" in there:
        day = table["published_at"].cast(pa.date32()).cast(pa.string())
        table = table.drop_columns("published_at").append_column("day", day)
    rows = table.to_pylist()
    for start in range(0, len(rows), TOGETHER):
        some = rows[start : start + TOGETHER]
        whole = msgspec.msgpack.encode(some)
        yield (
            some[0]["record_no"],
            len(whole),
            pa.compress(whole, codec=ZIPPED, asbytes=True),
        )


def read_parcels(base: sqlite3.Connection, records: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Posts by their record numbers; numbers that are gone are absent.

    Parameters
    ----------
    base : sqlite3.Connection
    records : sequence of int

    Returns
    -------
    dict of int to dict
        Columns as `COLUMNS` names them, `day` (YYYY-MM-DD or None) in the place of the time.
    """
    wanted = sorted(set(records))
    found: dict[int, dict[str, Any]] = {}
    while wanted:
        parcel = base.execute(_FIND, (wanted[0],)).fetchone()
        rows = {row["record_no"]: row for row in _unpacked(parcel)}
        reach = max(rows, default=wanted[0])
        found |= {number: rows[number] for number in wanted if number in rows}
        wanted = [number for number in wanted[1:] if number > reach]
    return found


def _unpacked(parcel: tuple[int, int, bytes] | None) -> Iterable[dict[str, Any]]:
    if parcel is None:
        return ()
    _, size, packed = parcel
    rows: list[dict[str, Any]] = msgspec.msgpack.decode(
        pa.decompress(packed, size, codec=ZIPPED, asbytes=True)
    )
    return rows
