"""Plain tables of cases (VAERS, FAERS, a company's own): ids, products and events, one or several files."""

import csv
import gzip
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from bedside.errors import FormatError, InputError, NotFoundError, suggest

__all__ = ["CaseTable", "Columns", "read_case_tables"]

IDS = (
    "caseid",
    "case_id",
    "primaryid",
    "vaers_id",
    "safetyreportid",
    "report_id",
    "reportid",
    "id",
)
PRODUCTS = (
    "var1",
    "product",
    "drug",
    "drugname",
    "drug_name",
    "vax_name",
    "vaccine",
    "vaccines",
    "medicine",
    "substance",
)
EVENTS = ("var2", "event", "reaction", "pt", "meddra_pt", "ae", "adverse_event", "symptom", "symptom1", "symptom2", "symptom3", "symptom4", "symptom5")  # fmt: skip
COUNTS = ("n", "count", "n11", "freq", "events")
FOUR = ("a", "b", "c", "d")
LABELS = ("name", "pair", "label", "product", "drug")
BETWEEN = " | "  # between the parts of a name that a table gives as a list
SNIFF = 1 << 16
csv.field_size_limit(1 << 24)

Row = Mapping[str, Any]


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """Which columns hold what; empty ones are recognised by their usual names.

    `where` keeps rows whose column has one of the values, such as {"role_cod": ("PS", "SS")}.
    """

    id: str = ""
    products: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    stratum: str = ""
    count: str = ""
    where: dict[str, tuple[str, ...]] = {}


class CaseTable(msgspec.Struct, frozen=True, kw_only=True):
    """What the files say.

    Attributes
    ----------
    kind : str
        `cases`: each case with its products and events; `rows`: each row states a pair of a case; `counts`: pairs
        with a number, no cases; `cells`: rows with a, b, c, d.
    cases : dict
        id -> (products, events, stratum), for `cases`.
    rows : list
        (id, product, event, stratum) for `rows`; (product, event, count) for `counts`; (name, a, b, c, d) for `cells`.
    notes : tuple of str
        What was recognised, left out or merged, in words.
    """

    kind: str
    cases: dict[str, tuple[list[str], list[str], str]] = {}
    rows: list[tuple[Any, ...]] = []
    notes: tuple[str, ...] = ()


def read_case_tables(paths: Sequence[Path], columns: Columns) -> CaseTable:
    """Read one or several files of the same cases.

    Parameters
    ----------
    paths : sequence of Path
        CSV, TSV, `$`- or `;`-separated text, or JSON lines, gzip'd or not. Several files are joined by the id:
        one may hold the products (VAERSVAX, DRUG) and another the events (VAERSSYMPTOMS, REAC).
    columns : Columns
        Dotted names reach into JSON: `labels.meddra_pt`; a number takes that part of a list: `labels.vaccines.2`.

    Returns
    -------
    CaseTable

    Raises
    ------
    NotFoundError
        If a file is not there.
    FormatError
        If a file is no table.
    InputError
        If a named column is not there, or none can be recognised.
    """
    if not paths:
        raise InputError("no file given; name a table of cases")
    with ExitStack() as files:
        return _read([(path.name, *_open(path, files)) for path in paths], columns)


def _read(tables: list[tuple[str, list[str], Iterator[Row]]], columns: Columns) -> CaseTable:
    """Tell what kind of table it is, and read it as that."""
    _check_named(tables, columns)
    if len(tables) == 1:
        name, heads, rows = tables[0]
        found = _recognise(heads, columns)
        if not found.id:
            return _without_ids(name, heads, rows, found)
        _need(name, heads, found, both=True)
        if len(found.products) == 1 and len(found.events) == 1:
            first, rows = _peek(rows)
            if not any(isinstance(_at(first, c), list) for c in (*found.products, *found.events)):
                return _pair_rows(rows, found)
            tables = [(name, heads, rows)]
    return _joined(tables, columns)


def _open(path: Path, files: ExitStack) -> tuple[list[str], Iterator[Row]]:
    """Column names and rows of a file."""
    if not path.is_file():
        raise NotFoundError(f"no file {path.name}; give the path of a table of cases")
    raw = files.enter_context(path.open("rb"))
    head = raw.read(2)
    raw.seek(0)
    stream: Any = raw
    if head == b"\x1f\x8b":
        stream = files.enter_context(gzip.GzipFile(fileobj=raw))
    try:
        text = files.enter_context(
            io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
        )
        start = text.read(SNIFF)
        rest = _lines(start, text)
        if start.lstrip().startswith("{"):
            return _json_lines(path.name, rest)
        return _separated(path.name, start, rest)
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise FormatError(
            f"{path.name} is damaged: {type(error).__name__}; fetch it again"
        ) from error


def _lines(start: str, text: Iterable[str]) -> Iterator[str]:
    whole = start.splitlines(keepends=True)
    last = whole.pop() if whole and not whole[-1].endswith("\n") else ""
    yield from whole
    for line in text:
        yield last + line
        last = ""
    if last:
        yield last


def _json_lines(name: str, lines: Iterator[str]) -> tuple[list[str], Iterator[Row]]:
    decoder = msgspec.json.Decoder()

    def rows() -> Iterator[Row]:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = decoder.decode(line)
            except msgspec.DecodeError as error:
                raise FormatError(
                    f"{name} line {number} is no JSON; mend or cut that line"
                ) from error
            if not isinstance(record, dict):
                raise FormatError(f"{name} line {number} is no object; each line must be one case")
            yield record

    first, every = _peek(rows())
    heads = [key for key, value in first.items() if not isinstance(value, dict)]
    for key, value in first.items():
        if isinstance(value, dict):
            heads += [f"{key}.{inner}" for inner in value]
    return heads, every


def _separated(name: str, start: str, lines: Iterator[str]) -> tuple[list[str], Iterator[Row]]:
    head = start.split("\n", 1)[0]
    mark = max(",\t;$", key=head.count)
    if not head.strip() or not head.count(mark):
        raise FormatError(
            f"{name} is no table that can be read: its first line names no columns between , ; $ or tabs"
        )
    reader = csv.DictReader(lines, delimiter=mark)
    return [field or "" for field in reader.fieldnames or []], iter(reader)


def _peek(rows: Iterator[Row]) -> tuple[Row, Iterator[Row]]:
    first = next(rows, None)
    if first is None:
        return {}, iter(())

    def again() -> Iterator[Row]:
        yield first
        yield from rows

    return first, again()


def _recognise(heads: Sequence[str], columns: Columns) -> Columns:
    """The columns of this file: as given where it has them, else by their usual names."""
    by_name = {head.rsplit(".", 1)[-1].strip().lower(): head for head in reversed(heads)}

    def usual(names: Sequence[str]) -> list[str]:
        return [by_name[n] for n in names if n in by_name]

    def given(wanted: Sequence[str]) -> list[str]:
        return [w for w in wanted if _there(w, heads)]

    events = given(columns.events) if columns.events else usual(EVENTS)
    if not columns.events and events and not re.match(r"(?i).*symptom\d$", events[0]):
        events = events[:1]
    products = given(columns.products) if columns.products else usual(PRODUCTS)[:1]
    ids = given([columns.id]) if columns.id else usual(IDS)[:1]
    counts = [columns.count] if columns.count else usual(COUNTS)[:1]
    return msgspec.structs.replace(
        columns,
        id=ids[0] if ids else "",
        products=tuple(products),
        events=tuple(events),
        stratum=columns.stratum if _there(columns.stratum, heads) else "",
        count=counts[0] if counts else "",
        where={key: values for key, values in columns.where.items() if _there(key, heads)},
    )


def _check_named(tables: Sequence[tuple[str, list[str], Any]], columns: Columns) -> None:
    """Refuse a column that the caller names and no file has."""
    heads = [head for _, listed, _ in tables for head in listed]
    named = (columns.id, *columns.products, *columns.events, columns.stratum, columns.count)
    for column in (*named, *columns.where):
        if column and not _there(column, heads):
            raise _no_column(" and ".join(name for name, _, _ in tables), column, heads)


def _there(column: str, heads: Sequence[str]) -> bool:
    return column in heads or any(column.startswith(f"{head}.") for head in heads)


def _no_column(name: str, column: str, heads: Sequence[str]) -> InputError:
    return InputError(f"{name} has no column '{column}'; {suggest(column, list(heads))}")


def _need(name: str, heads: Sequence[str], found: Columns, *, both: bool) -> None:
    missing = [w for w, c in (("--product", found.products), ("--event", found.events)) if not c]
    if missing and both:
        raise InputError(
            f"{name}: no column looks like {' and '.join(missing)}; name it. Columns here: {', '.join(heads)}"
        )


def _at(row: Row, column: str) -> Any:
    """Value of a column; dotted names reach into objects and lists."""
    if column in row:
        return row[column]
    value: Any = row
    for step in column.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit():
            parts = [
                v[int(step)] if isinstance(v, list) and int(step) < len(v) else v for v in value
            ]
            value = parts
        else:
            return None
    return value


def _names(row: Row, columns: Sequence[str]) -> list[str]:
    """Every name that these columns of a row hold, blanks left out."""
    found = []
    for column in columns:
        value = _at(row, column)
        for item in value if isinstance(value, list) else [value]:
            text = BETWEEN.join(map(str, item)) if isinstance(item, list) else str(item or "")
            if text := " ".join(text.split()):
                found.append(text)
    return found


def _kept(row: Row, where: Mapping[str, Sequence[str]]) -> bool:
    return all(str(_at(row, column) or "").strip() in values for column, values in where.items())


def _told(found: Columns, heads_of: str = "") -> str:
    parts = [f"id = {found.id}"] if found.id else []
    parts += [f"product = {' + '.join(found.products)}"] if found.products else []
    parts += [f"event = {' + '.join(found.events)}"] if found.events else []
    parts += [f"stratum = {found.stratum}"] if found.stratum else []
    return f"{heads_of}read {', '.join(parts)}"


def _pair_rows(rows: Iterator[Row], found: Columns) -> CaseTable:
    """A table whose rows each state one pair of a case."""
    kept, nameless, left = [], 0, 0
    for row in rows:
        if not _kept(row, found.where):
            left += 1
            continue
        case = str(_at(row, found.id) or "").strip()
        if not case:
            nameless += 1
            continue
        product, event = (" ".join(_names(row, c)) for c in (found.products, found.events))
        stratum = str(_at(row, found.stratum) or "").strip() if found.stratum else ""
        kept.append((case, product, event, stratum))
    return CaseTable(kind="rows", rows=kept, notes=(_told(found), *_losses(nameless, left)))


def _losses(nameless: int, left: int) -> list[str]:
    notes = [f"{nameless:,} rows without an id were left out"] if nameless else []
    return notes + ([f"{left:,} rows did not meet --where"] if left else [])


def _joined(tables: Sequence[tuple[str, list[str], Iterator[Row]]], columns: Columns) -> CaseTable:
    """Cases put together from all files by their id."""
    cases: dict[str, tuple[list[str], list[str], str]] = {}
    notes: list[str] = []
    nameless = left = 0
    seen = {"--product": 0, "--event": 0}
    for name, heads, rows in tables:
        found = _recognise(heads, columns)
        if not found.id:
            raise InputError(
                f"{name}: no column looks like the id of a case; name it with --id. Columns here: {', '.join(heads)}"
            )
        seen["--product"] += len(found.products)
        seen["--event"] += len(found.events)
        notes.append(_told(found, f"{name}: "))
        for row in rows:
            case = str(_at(row, found.id) or "").strip()
            if not case or not _kept(row, found.where):
                nameless, left = nameless + (not case), left + bool(case)
                continue
            products, events, stratum = cases.get(case, ([], [], ""))
            products += _names(row, found.products)
            events += _names(row, found.events)
            if found.stratum:
                stratum = stratum or str(_at(row, found.stratum) or "").strip()
            cases[case] = (products, events, stratum)
    if missing := [option for option, number in seen.items() if not number]:
        raise InputError(
            f"no file has a column that looks like {' or '.join(missing)}; name it. Columns: "
            + "; ".join(", ".join(heads) for _, heads, _ in tables)
        )
    return CaseTable(kind="cases", cases=cases, notes=(*notes, *_losses(nameless, left)))


def _without_ids(name: str, heads: Sequence[str], rows: Iterator[Row], found: Columns) -> CaseTable:
    """A table of counts: four cells a row, or product, event and a number."""
    by_name = {head.strip().lower(): head for head in heads}
    if all(cell in by_name for cell in FOUR):
        label = next((by_name[name] for name in LABELS if name in by_name), "")
        cells = [
            (str(row.get(label) or i), *(_number(name, row, by_name[c]) for c in FOUR))
            for i, row in enumerate(rows, start=1)
        ]
        return CaseTable(kind="cells", rows=cells, notes=("read a, b, c, d of each row",))
    if not found.count:
        raise InputError(
            f"{name}: no column looks like the id of a case; name it with --id (or --count, for a table of counts). "
            f"Columns here: {', '.join(heads)}"
        )
    _need(name, heads, found, both=True)
    counted: list[tuple[Any, ...]] = [
        (
            " ".join(_names(row, found.products)),
            " ".join(_names(row, found.events)),
            _number(name, row, found.count),
        )
        for row in rows
        if _kept(row, found.where)
    ]
    return CaseTable(kind="counts", rows=counted, notes=(f"{_told(found)}, count = {found.count}",))


def _number(name: str, row: Row, column: str) -> float:
    try:
        return float(str(row.get(column)).strip())
    except ValueError as error:
        raise InputError(f"{name}: column '{column}' holds something that is no count") from error
