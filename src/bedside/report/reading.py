"""Reading documents back: every number with its evidence id, every sentence with a digit, and the stamp of the release."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from email import message_from_bytes, policy
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote
from zipfile import BadZipFile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from lxml import etree, html
from openpyxl.utils.exceptions import InvalidFileException
from pptx import Presentation
from pptx.exc import PackageNotFoundError

from bedside.errors import FormatError
from bedside.report.export.charts import RELEASED
from bedside.report.export.workbook import HEADS

__all__ = ["Number", "ReadBack", "Said", "read_back", "read_bytes"]


class Number(NamedTuple):
    """One number of a document: where it stands, of which figure, which of its numbers; `*` or None where none is shown."""

    place: str
    evidence: str
    field: str
    value: object


class Said(NamedTuple):
    """A sentence of a document that holds a digit, and where it stands."""

    place: str
    text: str


class ReadBack(NamedTuple):
    """A document as it was found."""

    kind: str  # slides | workbook | csv | json | parquet | digest | report | community
    stamp: str  # empty: it carries none; of a digest with > and the release that it compares with
    numbers: tuple[Number, ...]
    said: tuple[Said, ...]
    html: bool = False

    @property
    def evidence(self) -> frozenset[str]:
        """Ids of all figures that the document names."""
        named = (found for said in self.said for found in _EVIDENCE.findall(said.text))
        return frozenset([*(number.evidence for number in self.numbers), *named])


_EVIDENCE = re.compile(r"ev-[0-9a-f]{10}-[a-z0-9-]+")
_DIGIT = re.compile(r"\d")
_FIELDS = dict(
    zip(
        HEADS[:7],
        ("hits_accounts", "of_accounts", "hits_posts", "of_posts", "estimate", "low", "high"),
        strict=True,
    )
)
NUMBERS = ("estimate", "low", "high", "hits_accounts", "hits_posts", "of_accounts", "of_posts")


def read_back(path: Path) -> ReadBack:
    """Read a document that bedside wrote, wherever it has been since.

    Parameters
    ----------
    path : Path

    Raises
    ------
    FormatError
        If it is of no kind that bedside writes, or damaged.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise FormatError(
            f"{path.name} is of no kind that `export` writes: {', '.join(sorted(_READERS))}"
        )
    try:
        return reader(path.read_bytes())
    except FileNotFoundError as error:
        raise FormatError(f"{path.name} is not there") from error
    except _DAMAGED as error:
        raise FormatError(
            f"{path.name} cannot be read as what its name says ({type(error).__name__}); ask for the file again"
        ) from error


def read_bytes(data: bytes, suffix: str) -> ReadBack:
    """Read a document that was just made."""
    return _READERS[suffix](data)


_INSIDE = "data:text/csv"
_DAMAGED = (
    BadZipFile, KeyError, ValueError, TypeError, InvalidFileException, PackageNotFoundError, pa.ArrowException, etree.LxmlError,
)  # fmt: skip


def _slides(data: bytes) -> ReadBack:
    show: Any = Presentation(BytesIO(data))
    numbers: list[Number] = []
    said: list[Said] = []
    for at, slide in enumerate(show.slides, 1):
        notes = slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
        lines = [(f"slide {at}, notes", line) for line in notes.splitlines()]
        for shape in slide.shapes:
            if shape.has_chart:
                numbers += _chart(f"slide {at}", shape.chart)
            elif shape.has_table:
                cells = (cell.text for row in shape.table.rows for cell in row.cells)
                lines += [(f"slide {at}, table", cell) for cell in cells]
            elif shape.has_text_frame:
                lines += [(f"slide {at}", line) for line in shape.text_frame.text.splitlines()]
        said += [Said(place, line) for place, line in lines if _DIGIT.search(line)]
    return ReadBack("slides", show.core_properties.identifier or "", tuple(numbers), tuple(said))


def _chart(place: str, chart: Any) -> Iterator[Number]:
    """What a chart draws and what its data sheet holds; where the two differ both are given."""
    blob = chart.part.chart_workbook.xlsx_part.blob
    heads, *rows = openpyxl.load_workbook(BytesIO(blob), data_only=True).active.values
    at = {str(head): column for column, head in enumerate(heads) if head is not None}
    for series in chart.plots[0].series:
        for row, drawn in zip(rows, series.values, strict=True):
            evidence = row[at[f"{series.name}: evidence"]]
            if not evidence:
                continue
            where = f"{place}, {row[0]}"
            yield Number(where, evidence, "drawn", drawn)
            yield Number(where, evidence, "drawn", row[at[series.name]])
            for name in RELEASED:
                yield Number(where, evidence, name, row[at[f"{series.name}: {name}"]])


def _workbook(data: bytes) -> ReadBack:
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    numbers: list[Number] = []
    said: list[Said] = []
    for page in book.worksheets:
        rows = list(page.values)
        heads = next((r for r in rows if tuple(h for h in r if h)[-len(HEADS) :] == HEADS), None)
        top = rows if heads is None else rows[: rows.index(heads)]
        said += [
            Said(page.title, cell)
            for row in top
            for cell in row
            if isinstance(cell, str) and _DIGIT.search(cell)
        ]
        if heads is None:
            continue
        at = {str(head): column for column, head in enumerate(heads)}
        for row in rows[rows.index(heads) + 1 :]:
            evidence = row[at["evidence"]]
            if evidence:
                numbers += [
                    Number(page.title, evidence, field, row[at[head]])
                    for head, field in _FIELDS.items()
                ]
                numbers.append(Number(page.title, evidence, "as printed", row[at["as printed"]]))
    return ReadBack("workbook", book.properties.subject or "", tuple(numbers), tuple(said))


def _csv(data: bytes) -> ReadBack:
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))
    if not rows or "id" not in rows[0]:
        raise ValueError("no figures in it")
    return ReadBack("csv", "", tuple(_rows(rows, "row {}")), ())


def _json(data: bytes) -> ReadBack:
    held = json.loads(data)
    if isinstance(held, dict) and "changes" in held:
        said = [
            Said("changes", f"{change['text']} {change['evidence']} {change['earlier_evidence']}")
            for change in held["changes"]
        ]
        stamp = f"{held['release']}>{held['earlier']}"
        return ReadBack("digest", stamp, (), tuple(s for s in said if _DIGIT.search(s.text)))
    rows = held["figures"] if isinstance(held, dict) else held
    stamp = held.get("release", "") if isinstance(held, dict) else ""
    return ReadBack("json", stamp, tuple(_rows(rows, "figure {}")), ())


def _parquet(data: bytes) -> ReadBack:
    table = pq.read_table(pa.BufferReader(data), pre_buffer=False)
    stamp = (table.schema.metadata or {}).get(b"release", b"").decode()
    return ReadBack("parquet", stamp, tuple(_rows(table.to_pylist(), "row {}")), ())


def _rows(rows: list[Any], place: str) -> Iterator[Number]:
    for at, row in enumerate(rows, 1):
        for name in NUMBERS:
            value = row[name]
            number = float(value) if isinstance(value, str) and value else value
            yield Number(place.format(at), row["id"], name, None if value == "" else number)


def _page(data: bytes) -> ReadBack:
    tree = html.document_fromstring(data.decode("utf-8"))
    kind, _, stamp = "".join(tree.xpath("//meta[@name='bedside-release']/@content")).partition(" ")
    if not stamp:
        raise ValueError("no stamp")
    for gone in tree.xpath("//style|//svg//title|//svg//desc"):
        gone.drop_tree()
    blocks = tree.xpath("//p|//li|//h1|//h2|//h3|//td|//th|//figcaption|//caption|//text")
    said = [(str(block.tag), " ".join(block.text_content().split())) for block in blocks]
    numbers = [
        n for link in tree.xpath("//a/@href") if link.startswith(_INSIDE) for n in _inner(link)
    ]
    told = tuple(Said(tag, text) for tag, text in said if _DIGIT.search(text))
    return ReadBack(kind, stamp, tuple(numbers), told, html=True)


def _inner(link: str) -> Iterator[Number]:
    """The table that a page carries inside one of its links."""
    rows = list(csv.DictReader(StringIO(unquote(link.partition(",")[2]))))
    if rows and {"id", *NUMBERS} <= set(rows[0]):
        yield from _rows(rows, "table inside, row {}")


def _mail(data: bytes) -> ReadBack:
    body = message_from_bytes(data, policy=policy.default).get_body(("html",))
    if body is None:
        raise ValueError("no page in it")
    return _page(body.get_content().encode())


_READERS: Mapping[str, Callable[[bytes], ReadBack]] = {
    ".pptx": _slides,
    ".xlsx": _workbook,
    ".csv": _csv,
    ".json": _json,
    ".parquet": _parquet,
    ".html": _page,
    ".eml": _mail,
}
