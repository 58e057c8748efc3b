"""Mapped records into Arrow batches of the schema COLLECTED, under what the source register allows."""

import hashlib
from datetime import datetime, timedelta
from itertools import compress
from typing import Any

import pyarrow as pa

from bedside.collect.import_report import FileReport, ImportReport
from bedside.collect.reading import Found
from bedside.collect.times import from_datetime
from bedside.model.posts import COLLECTED
from bedside.model.sources import Source

__all__ = ["Pages"]

WORDS = frozenset(
    (
        "title",
        "body",
        "body_html",
        "summary",
        "segments",
        "author_bio",
        "links",
        "hashtags",
        "mentions",
        "media",
        "extra",
    )
)
"""Fields that hold what people wrote: empty where the register forbids to store text."""
TYPES = {field.name: field.type for field in COLLECTED}
STRINGS = frozenset(name for name, kind in TYPES.items() if kind == pa.string())
CHUNK_ROWS = (
    4096  # dicts of so many records stay in the cache: 20 % faster than whole pages, see bench/
)


class Pages:
    """Gathers records and gives them out as batches of COLLECTED.

    Parameters
    ----------
    source : Source
    collected_at : datetime
        Time of collection, with zone.
    query : str or None
    first_record : int
        `record_no` of the first row.
    report : ImportReport
        Counts kept and tombstoned rows, and rejects rows that do not fit the schema.
    """

    def __init__(
        self,
        source: Source,
        collected_at: datetime,
        query: str | None,
        first_record: int,
        report: ImportReport,
    ) -> None:
        self.source, self.report = source, report
        self.next_record = first_record
        self.rows: list[dict[str, Any]] = []
        self.raws: list[bytes] = []
        self.files: list[FileReport] = []
        self.locators: list[str] = []
        self.chunks: list[pa.RecordBatch] = []
        self.settled = 0
        days = [d for d in (source.retention_days, source.recheck_days) if d]
        due = collected_at + timedelta(days=min(days)) if days else None
        self.constants: dict[str, Any] = {
            "collected_at": from_datetime(collected_at),
            "access_basis": source.access_basis,
            "consent_note": source.operator_consent or None,
            "query": query,
            "source": source.name,
            "delete_or_recheck_by": None if due is None else from_datetime(due),
        }

    def add(self, found: Found, file: FileReport) -> int:
        """Keep one record for the next batch; gives the number that await it."""
        rows = self.rows
        if len(rows) >= CHUNK_ROWS:
            self._settle()
            rows = self.rows
        rows.append(found.post)
        self.raws.append(found.raw)
        self.files.append(file)
        self.locators.append(found.locator)
        return self.settled + len(rows)

    def __len__(self) -> int:
        return self.settled + len(self.rows)

    def take(self) -> pa.RecordBatch:
        """Give all rows gathered so far as one batch."""
        self._settle()
        table = pa.Table.from_batches(self.chunks, schema=COLLECTED).combine_chunks()
        self.chunks, self.settled = [], 0
        whole = table.to_batches()
        return whole[0] if whole else pa.RecordBatch.from_pylist([], schema=COLLECTED)

    def _settle(self) -> None:
        """Turn the gathered rows into columns; rows that do not fit the schema are rejected."""
        try:
            columns = self._columns()
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            self._drop_misfits()
            columns = self._columns()
        for row, file in zip(self.rows, self.files, strict=True):
            if row.get("text_state") == "tombstone":
                file.tombstoned += 1
            else:
                file.kept += 1
        self.chunks.append(pa.RecordBatch.from_arrays(columns, schema=COLLECTED))
        self.next_record += len(self.rows)
        self.settled += len(self.rows)
        self.rows, self.raws, self.files, self.locators = [], [], [], []

    def _columns(self) -> list[pa.Array]:
        """All columns of the schema, in order."""
        rows, size = self.rows, len(self.rows)
        present: set[str] = set().union(*(row.keys() for row in rows)) if rows else set()
        made = self._computed(size)
        if self.source.store != "text":
            made |= self._emptied(size)
        return [
            made[name]
            if name in made
            else _column(rows, name)
            if name in present
            else pa.nulls(size, kind)
            for name, kind in TYPES.items()
        ]

    def _computed(self, size: int) -> dict[str, pa.Array]:
        """Columns that do not come from the mapper."""
        made = {
            name: pa.nulls(size, TYPES[name])
            if value is None
            else pa.repeat(pa.scalar(value, TYPES[name]), size)
            for name, value in self.constants.items()
        }
        sha256 = hashlib.sha256
        made["raw_sha256"] = pa.array([sha256(raw).hexdigest() for raw in self.raws], pa.string())
        made["source_file"] = pa.array([file.file for file in self.files], pa.string())
        made["collector"] = pa.array([file.format for file in self.files], pa.string())
        made["source_locator"] = pa.array(self.locators, pa.string())
        made["record_no"] = pa.array(range(self.next_record, self.next_record + size), pa.int64())
        for name, default in (("body", ""), ("text_state", "kept"), ("state", "live")):
            made[name] = pa.array([row.get(name) or default for row in self.rows], pa.string())
        if any("\x00" in row.get(name, "") for row in self.rows for name in ("body",)):
            made["body"] = pa.array(
                [row.get("body", "").replace("\x00", "") for row in self.rows], pa.string()
            )
        return made

    def _emptied(self, size: int) -> dict[str, pa.Array]:
        """Columns of words, emptied: metrics or a précis only may be stored."""
        made = {name: pa.nulls(size, TYPES[name]) for name in WORDS}
        made["body"] = pa.repeat(pa.scalar("", pa.string()), size)
        gone = [row.get("text_state") == "tombstone" for row in self.rows]
        made["text_state"] = pa.array(
            ["tombstone" if g else self.source.store for g in gone], pa.string()
        )
        return made

    def _drop_misfits(self) -> None:
        """Reject the rows whose values Arrow cannot take, one by one."""
        wrong = [_misfit(row) for row in self.rows]
        for name, file, place in zip(wrong, self.files, self.locators, strict=True):
            if name:
                self.report.reject(
                    file, place, f"the field for {name} has a value that does not fit the schema"
                )
        fits = [not name for name in wrong]
        self.rows = list(compress(self.rows, fits))
        self.raws = list(compress(self.raws, fits))
        self.files = list(compress(self.files, fits))
        self.locators = list(compress(self.locators, fits))


def _column(rows: list[dict[str, Any]], name: str) -> pa.Array:
    values = [row.get(name) for row in rows]
    if not COLLECTED.field(name).nullable and None in values:
        raise ValueError(name)
    return pa.array(values, TYPES[name])


def _misfit(row: dict[str, Any]) -> str:
    """Name of the first field that does not fit; empty when all do."""
    for name in ("post_id", "native_id", "platform", "kind"):
        if not isinstance(row.get(name), str):
            return name
    for name, value in row.items():
        try:
            if name in TYPES:
                if name in STRINGS and value is not None and not isinstance(value, str):
                    return name
                pa.array([value], TYPES[name])
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            return name
    return ""
