"""Rows of tables: delimited text, workbooks, Parquet and JSON lines, each row with its place and bytes."""

import csv
import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from bedside.collect.containers import Document
from bedside.collect.jsonfiles import each, json_values
from bedside.collect.lines import as_utf8, decode, encoding_of, lines, read_whole
from bedside.collect.reading import DamagedFileError, Reading, Rejected

__all__ = ["HeadRows", "Row", "header_of", "look_at_columns", "read_rows"]

Row = tuple[str, dict[str, Any] | Rejected, bytes]
"""Place, cells by column (or why the row cannot be read), and the row's bytes."""
HeadRows = list[dict[str, Any]]
DELIMITERS = (",", "\t", ";", "|")
PREAMBLE_ROWS = 30  # rows that a listening suite may write above the header
HEAD_BYTES = 1 << 16
END = "\x00end of file\x00"  # fed behind the last line: it ends up inside a cell whose quotes never close
SHARE_OF_FITTING_ROWS = 0.6  # as wide as the header: a table, not prose with commas
FIRST_ROWS = 50  # for the length of texts
LOOKED_AT_ROWS = 20_000  # for the names of columns
_encoder = msgspec.json.Encoder(enc_hook=str)


def read_rows(document: Document, reading: Reading) -> Iterator[Row]:
    """Rows of a table, whatever holds it; the kind is told from the content.

    Parameters
    ----------
    document : Document
    reading : Reading

    Yields
    ------
    Row

    Raises
    ------
    DamagedFileError
        If a workbook or Parquet file cannot be read.
    """
    with document.open() as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(b"PAR1"):
        return _parquet(document, reading)
    if head.startswith(b"PK"):
        return _workbook(document, reading)
    text = head.decode(encoding_of(head), "replace").lstrip("\ufeff \r\n\t\x00")
    if text[:1] in ("{", "["):
        return _json(document, reading)
    return _delimited(document, head, reading)


def look_at_columns(document: Document, reading: Reading) -> tuple[list[str], HeadRows]:
    """Names of the columns and the first rows; objects may lack columns that later ones have.

    Leaves no notes behind.
    """
    apart = Reading(reading.choice, reading.source)
    names: dict[str, None] = {}
    first: HeadRows = []
    for number, (_, row, _) in enumerate(read_rows(document, apart)):
        if isinstance(row, dict):
            names.update(dict.fromkeys(name for name in row if isinstance(name, str)))
            if len(first) < FIRST_ROWS:
                first.append(row)
        if number >= LOOKED_AT_ROWS:
            break
    return list(names), first


def _json(document: Document, reading: Reading) -> Iterator[Row]:
    for place, value, data in json_values(document, reading):
        if isinstance(value, Rejected):
            yield place, value, b""
            continue
        for pointer, row, _ in each(value, {}):
            where = f"{place} {pointer}".strip() or "/"
            if isinstance(row, dict):
                yield where, row, _encoder.encode(row) if pointer else data
            else:
                yield where, Rejected(where, "a value that is no object, so it has no columns"), b""


def _delimited(document: Document, head: bytes, reading: Reading) -> Iterator[Row]:
    """Rows of delimited text; the delimiter and the header's row are found from the first rows."""
    text = head.decode(encoding_of(head), "replace").lstrip("\ufeff")
    delimiter = _delimiter(text)
    csv.field_size_limit(
        max(csv.field_size_limit(), min(reading.choice.max_record_bytes, 2**31 - 1))
    )
    start = _header_row(list(_safe_rows(text.splitlines(keepends=True), delimiter)))
    too_long: list[int] = []
    with document.open() as stream:
        source = _text_lines(as_utf8(stream, head, reading), reading, too_long)
        rows = csv.reader(source, delimiter=delimiter)
        header: list[str] = []
        number = 0
        while True:
            number += 1
            try:
                cells = next(rows, None)
            except csv.Error:
                yield _refused(number, "a cell above the size limit, or quotes that do not close")
                continue
            if cells is None or cells == [END]:
                break
            if cells and cells[-1].endswith(END):
                yield _refused(
                    number,
                    "quotes that open in this row never close, so the rest of the file is in it",
                )
                break
            if number <= start:
                continue
            if not header:
                header = _named(cells)
                continue
            yield from _cells(number, cells, header, reading)
        for line in too_long:
            place = f"line {line}"
            yield place, Rejected(place, "a line above max_record_bytes"), b""


def _refused(number: int, reason: str) -> Row:
    return f"row {number}", Rejected(f"row {number}", reason), b""


def _cells(number: int, cells: list[str], header: list[str], reading: Reading) -> Iterator[Row]:
    """One row of cells under the header; blank rows are skipped."""
    if not any(cells):
        return
    if len(cells) > len(header):
        if any(cells[len(header) :]):
            yield _refused(
                number,
                f"{len(cells)} cells under a header of {len(header)}: check quotes and delimiter",
            )
            return
        cells = cells[: len(header)]
    elif len(cells) < len(header):
        reading.note("rows with fewer cells than the header")
    yield (
        f"row {number}",
        dict(zip(header, cells, strict=False)),
        "\x1f".join(cells).encode("utf-8", "replace"),
    )


def _text_lines(stream: Any, reading: Reading, too_long: list[int]) -> Iterator[str]:
    for number, line in lines(stream, reading.choice.max_record_bytes):
        if line is None:
            too_long.append(number)
        else:
            text = decode(line, reading)
            if "\x00" in text:
                text = text.replace("\x00", "")
                reading.note("lines with NUL bytes, which were left out")
            yield text + "\n"
    yield END


def _safe_rows(source: list[str], delimiter: str) -> Iterator[list[str]]:
    rows = csv.reader(source, delimiter=delimiter)
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            continue
        if row is None:
            return
        yield row


def header_of(text: str) -> tuple[str, ...]:
    r"""Names of the columns when the beginning of a file is delimited text; empty when it is prose.

    Examples
    --------
    >>> header_of("id;text\n1;fine, thanks\n2;better\n")
    ('id', 'text')
    >>> header_of("Dear all, we met.\n\nIt rained, it was late, and so we left.\n")
    ()
    """
    source = text.splitlines(keepends=True)[:200]
    rows = [row for row in _safe_rows(source, _delimiter(text)) if any(row)]
    start = _header_row(rows)
    if not rows or len(rows[start]) < 2:
        return ()
    header, below = rows[start], rows[start + 1 :]
    fitting = sum(len(row) == len(header) for row in below)
    if fitting < SHARE_OF_FITTING_ROWS * len(below):
        return ()
    return tuple(cell.strip() for cell in header if cell.strip())


def _delimiter(text: str) -> str:
    """The delimiter under which the most rows have the same number of cells."""
    source = text.splitlines(keepends=True)[:200]
    best, best_score = ",", 0
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _safe_rows(source, delimiter) if len(row) > 1)
        width, rows = widths.most_common(1)[0] if widths else (0, 0)
        score = rows * (width - 1) if rows > 1 or len(source) < 3 else 0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _header_row(rows: list[list[Any]]) -> int:
    """Index of the header: the first row as wide as the table, below any preamble."""
    shapes = [
        sum(cell is not None and str(cell).strip() != "" for cell in row) for row in rows[:200]
    ]
    if not shapes:
        return 0
    usual = Counter(len(row) for row in rows[:200]).most_common(1)[0][0]
    for index, (row, full) in enumerate(zip(rows[:PREAMBLE_ROWS], shapes, strict=False)):
        if len(row) >= usual and full >= 0.6 * max(shapes) and len(set(row)) >= 0.6 * full:
            return index
    return 0


def _named(cells: list[Any]) -> list[str]:
    """Column names: blanks and repeats get a number."""
    seen: Counter[str] = Counter()
    names = []
    for number, cell in enumerate(cells, 1):
        name = str(cell).strip() if cell is not None else ""
        name = name or f"column {number}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names


def _whole(document: Document, reading: Reading) -> io.BytesIO:
    with document.open() as stream:
        return io.BytesIO(read_whole(stream, reading.choice.max_document_bytes))


def _workbook(document: Document, reading: Reading) -> Iterator[Row]:
    """Rows of the first sheet that has any; the others are counted."""
    import openpyxl  # late: 200 ms that only workbooks need

    data = _whole(document, reading)
    _check_workbook(data, reading)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that values do not need
        try:
            book = openpyxl.load_workbook(data, read_only=True, data_only=True)
            sheets = [(sheet, [list(row) for row, _ in zip(sheet.iter_rows(values_only=True), range(200), strict=False)])
                      for sheet in book.worksheets]  # fmt: skip
            full = [(sheet, top) for sheet, top in sheets if len(top) > 1]
            if not full:
                return
            if len(full) > 1:
                reading.note("sheets after the first, not read", len(full) - 1)
            sheet, top = full[0]
            yield from _sheet(sheet, _header_row(top), reading)
        except (
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            SyntaxError,
            zipfile.BadZipFile,
            OSError,
        ) as error:
            raise DamagedFileError(
                f"the workbook cannot be read ({type(error).__name__})"
            ) from error


def _check_workbook(data: io.BytesIO, reading: Reading) -> None:
    """Refuse a workbook that is a bomb, before anything unpacks it."""
    try:
        with zipfile.ZipFile(data) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise DamagedFileError("the workbook is damaged or cut off") from error
    if size > max(64 << 20, reading.choice.max_ratio * data.getbuffer().nbytes):
        raise DamagedFileError("the workbook expands too much: taken for a decompression bomb")
    data.seek(0)


def _sheet(sheet: Any, start: int, reading: Reading) -> Iterator[Row]:
    header: list[str] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number <= start:
            continue
        if not header:
            header = _named(list(cells))
            continue
        row = dict(zip(header, cells, strict=False))
        if any(value not in (None, "") for value in cells):
            yield f"row {number}", row, _encoder.encode(row)


def _parquet(document: Document, reading: Reading) -> Iterator[Row]:
    """Rows of a Parquet file, page by page."""
    import pyarrow as pa
    from pyarrow import parquet

    number = 0
    try:
        with parquet.ParquetFile(_whole(document, reading)) as file:
            for batch in file.iter_batches(batch_size=4096):
                for row in batch.to_pylist():
                    number += 1
                    yield f"row {number}", row, _encoder.encode(row)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DamagedFileError(
            f"the Parquet file cannot be read ({type(error).__name__})"
        ) from error
