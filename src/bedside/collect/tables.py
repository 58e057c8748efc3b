"""Tables through a column mapping: CSV, XLSX, Parquet, JSON lines."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from bedside.collect.containers import Document, documents
from bedside.collect.mapping import Mapping, normal, propose_columns
from bedside.collect.reading import (
    Choice,
    Found,
    NoPost,
    Outcome,
    Passed,
    Reading,
    RecordProblem,
    Rejected,
    Sample,
)
from bedside.collect.rowmap import RowMap, cell
from bedside.collect.rows import HeadRows, look_at_columns, read_rows
from bedside.collect.times import is_numeric_date
from bedside.errors import InputError
from bedside.model.posts import CollectedPost

__all__ = ["Finish", "propose_mapping", "read", "read_table", "recognise"]

Finish = Callable[[CollectedPost, dict[str, Any]], CollectedPost | NoPost]
"""What a listening suite or 4CAT adds to a mapped row."""
ROUNDED_ID = re.compile(r"^\d(?:[.,]\d+)?E\+?\d+$", re.I)
EXCEL_DIGITS = 10**15  # a spreadsheet keeps 15 digits of a number
TEXT_NAMES = (
    "text",
    "body",
    "full_text",
    "comment",
    "comment_text",
    "message",
    "content",
    "review",
    "review_text",
)


def recognise(sample: Sample) -> bool:
    """Whether the beginning is a table whose columns name a text, a workbook or a Parquet file."""
    if sample.head.startswith((b"PAR1", b"PK\x03\x04")):
        return True
    if sample.values:
        rows = [
            row
            for value in sample.values[:3]
            for row in (value if isinstance(value, list) else [value])
        ]
        rows = [row for row in rows[:20] if isinstance(row, dict)]
        return any(_states_text(row) for row in rows)
    if len(sample.header) == 1 or not sample.header:
        first = sample.text.split("\n", 1)[0].strip().strip('"')
        return propose_columns([first]) is not None and sample.name.lower().endswith(
            (".csv", ".tsv")
        )
    looks = not sample.text.lstrip().startswith("<") and len(sample.text.splitlines()) > 1
    return looks and (
        propose_columns(sample.header) is not None or sample.name.lower().endswith((".csv", ".tsv"))
    )


def _states_text(row: dict[str, Any]) -> bool:
    """Whether a JSON object names an id and a text; a bare title and description are no post."""
    found = propose_columns(row)
    return (
        found is not None
        and "native_id" in found.columns
        and normal(found.columns["body"]) in TEXT_NAMES
    )


def propose_mapping(path: Path) -> Mapping:
    """Propose a mapping for a table from its header and first rows.

    Raises
    ------
    InputError
        If no column can hold the text.
    """
    choice = Choice()
    for document in documents(path, choice):
        if isinstance(document, Document):
            found = _proposal(document, Reading(choice, ""))
            if found is not None:
                return found
    raise InputError(
        f"no column of '{path.name}' looks like text; write a mapping with [columns] and body = \"…\""
    )


def _proposal(document: Document, reading: Reading) -> Mapping | None:
    """Mapping from the names of the columns, or from which one holds the longest text."""
    header, rows = look_at_columns(document, reading)
    return propose_columns(header, text_column=_longest(rows, header))


def _longest(rows: HeadRows, header: list[str]) -> str | None:
    """Column of the longest prose: at least 30 characters and four words on average."""
    best, most = None, 30.0
    for name in header:
        texts = [row[name] for row in rows if isinstance(row.get(name), str) and row[name].strip()]
        if not texts:
            continue
        length = sum(map(len, texts)) / len(texts)
        words = sum(len(text.split()) for text in texts) / len(texts)
        if length > most and words >= 4:
            best, most = name, length
    return best


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read a table under the mapping given, else the one kept, else the one proposed."""
    mapping, origin = _mapping_for(document, reading)
    if mapping is None:
        yield Rejected(
            "", "no mapping for this format: no column looks like text; give a column mapping"
        )
        return
    used = ", ".join(f"{field} = {column}" for field, column in mapping.columns.items())
    reading.note(f"mapping {origin}: {used}")
    yield from read_table(document, reading, mapping)


def _mapping_for(document: Document, reading: Reading) -> tuple[Mapping | None, str]:
    """The mapping of a table and where it comes from."""
    if reading.choice.mapping is not None:
        return reading.choice.mapping, "given"
    kept = reading.choice.kept
    if kept is not None:
        _, rows = look_at_columns(document, reading)
        if any(cell(row, kept.columns["body"]) is not None for row in rows):
            return kept, "kept in the study"
    return _proposal(document, reading), "proposed from the columns"


def read_table(
    document: Document, reading: Reading, mapping: Mapping, finish: Finish | None = None
) -> Iterator[Outcome]:
    """Read the rows of a table under a mapping.

    Parameters
    ----------
    document : Document
    reading : Reading
    mapping : Mapping
    finish : callable, optional
        Adds what the mapping cannot say, or tells that a row is no post.

    Raises
    ------
    InputError
        If ids were rounded by a spreadsheet, the order of day and month is not clear, or a mapped column
        does not exist.
    """
    day_first = _examine(document, reading, mapping)
    rowmap = RowMap(mapping, day_first, reading, PurePosixPath(document.name).name)
    for place, row, raw in read_rows(document, reading):
        if isinstance(row, Rejected):
            yield row
            continue
        try:
            post = rowmap.post(row, raw)
            if finish is not None and not isinstance(post, NoPost):
                post = finish(post, row)
        except RecordProblem as problem:
            yield Rejected(place, str(problem))
            continue
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            yield Rejected(place, f"a cell has an unexpected type ({type(error).__name__})")
            continue
        yield Passed(place, post.what) if isinstance(post, NoPost) else Found(place, raw, post)


def _examine(document: Document, reading: Reading, mapping: Mapping) -> bool | None:
    """Look through the whole table once before a row is taken: ids, order of dates, columns."""
    apart = Reading(reading.choice, reading.source)
    seen: set[str] = set()
    first_over, second_over, dates, rows = 0, 0, 0, 0
    for _, row, _ in read_rows(document, apart):
        if isinstance(row, Rejected):
            continue
        rows += 1
        if rows <= 1000:
            seen.update(
                name
                for name in mapping.columns.values()
                if cell(row, name) is not None or name in row
            )
        for field in ("native_id", "thread_id", "in_reply_to"):
            _check_id(row, mapping.columns.get(field), document.name)
        numbers = _numeric_date(row, mapping.columns.get("published_at"))
        if numbers:
            dates += 1
            first_over, second_over = (
                first_over + (numbers[0] > 12),
                second_over + (numbers[1] > 12),
            )
    if rows and mapping.columns["body"] not in seen:
        raise InputError(
            f"'{document.name}' has no column '{mapping.columns['body']}', which the mapping names for body"
        )
    return _order(mapping, dates, first_over, second_over, document.name)


def _check_id(row: dict[str, Any], column: str | None, name: str) -> None:
    """Refuse ids that a spreadsheet rounded."""
    value = cell(row, column) if column else None
    text = isinstance(value, str) and bool(ROUNDED_ID.match(value.strip()))
    rounded = isinstance(value, float) and abs(value) >= EXCEL_DIGITS
    if text or rounded:
        raise InputError(
            f"'{name}': column '{column}' holds ids that a spreadsheet rounded (such as 1.23E+18), so different "
            "posts share one id; export the file again with ids as text, or leave the id column out of the mapping"
        )


def _numeric_date(row: dict[str, Any], column: str | None) -> tuple[int, int] | None:
    value = cell(row, column) if column else None
    return is_numeric_date(value) if isinstance(value, str) else None


def _order(
    mapping: Mapping, dates: int, first_over: int, second_over: int, name: str
) -> bool | None:
    """Whether the day comes first; refuses to guess."""
    if mapping.day_first is not None or not dates:
        return mapping.day_first
    if bool(first_over) == bool(second_over):
        what = (
            "mixes day-first and month-first dates"
            if first_over
            else "has dates such as 03/04/2024"
        )
        raise InputError(
            f"'{name}': column '{mapping.columns['published_at']}' {what}, so day and month cannot be told apart; "
            "declare day_first = true or day_first = false in the mapping"
        )
    return bool(first_over)
