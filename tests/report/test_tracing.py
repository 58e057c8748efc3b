"""Documents read back: whatever was changed by hand in one is found, and what was not is left alone."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData

from bedside.errors import FormatError
from bedside.report.digest import Last, digest, digest_html
from bedside.report.document import render
from bedside.report.export.columns import csv_bytes, json_bytes, parquet_bytes
from bedside.report.reading import ReadBack, read_back, read_bytes
from bedside.report.tracing import differences
from tests.report.material import all_figures, material
from tests.report.test_export import STAMP, _whole

HELD = material(all_figures())
MAKES: dict[str, Callable[[], bytes]] = {
    ".pptx": lambda: _whole("pptx"),
    ".xlsx": lambda: _whole("xlsx"),
    ".csv": lambda: csv_bytes(HELD),
    ".json": lambda: json_bytes(HELD, release=STAMP),
    ".parquet": lambda: parquet_bytes(HELD, release=STAMP),
    ".html": lambda: render(HELD, stamp=f"report {STAMP}").encode(),
}


def _found(suffix: str, changed: bytes) -> list[str]:
    again = read_bytes(MAKES[suffix](), suffix)
    return [f.message for f in differences(f"doc{suffix}", read_bytes(changed, suffix), again)]


@pytest.mark.parametrize("suffix", MAKES)
def test_a_document_as_it_was_made_holds_and_names_its_release(suffix: str) -> None:
    data = MAKES[suffix]()
    read = read_bytes(data, suffix)
    assert read.numbers and read.evidence
    assert read.stamp == ("" if suffix == ".csv" else STAMP)
    assert _found(suffix, data) == []


def _saved(show: Any) -> bytes:
    out = BytesIO()
    show.save(out)
    return out.getvalue()


def test_a_number_changed_in_a_chart_is_found() -> None:
    show: Any = Presentation(BytesIO(_whole("pptx")))
    chart = next(s.chart for slide in show.slides for s in slide.shapes if s.has_chart)
    plot = chart.plots[0]
    point = chart._chartSpace.xpath(".//c:ser/c:val//c:v")[0]
    assert plot.series
    point.text = str(float(point.text) + 0.05)
    (message,) = _found(".pptx", _saved(show))
    assert "drawn is" in message and "changed by hand" in message


def test_a_chart_whose_data_were_replaced_is_found() -> None:
    show: Any = Presentation(BytesIO(_whole("pptx")))
    chart = next(s.chart for slide in show.slides for s in slide.shapes if s.has_chart)
    data = CategoryChartData()
    data.categories = ["a"]
    data.add_series("s", [1])
    chart.replace_data(data)
    out = BytesIO(_saved(show))
    with pytest.raises(KeyError):
        read_bytes(out.getvalue(), ".pptx")


@pytest.mark.parametrize("where", ["title", "notes", "table"])
def test_a_sentence_with_a_number_changed_on_a_slide_is_found(where: str) -> None:
    show: Any = Presentation(BytesIO(_whole("pptx")))
    if where == "title":
        shape = next(
            s.shapes.title for s in show.slides if any(c.isdigit() for c in s.shapes.title.text)
        )
        shape.text_frame.text = shape.text_frame.text + " and 99"
    elif where == "notes":
        slide = next(s for s in show.slides if any(x.has_chart for x in s.shapes))
        slide.notes_slide.notes_text_frame.text += "\n77 of 100 accounts"
    else:
        table = next(x.table for s in show.slides for x in s.shapes if x.has_table)
        table.cell(1, 1).text = "99\u202f% (98–100)"
    found = _found(".pptx", _saved(show))
    assert len(found) == 1 and "a sentence with a number is not what the release gives" in found[0]


def test_a_cell_changed_in_the_workbook_is_found_with_its_evidence() -> None:
    book = openpyxl.load_workbook(BytesIO(_whole("xlsx")))
    page = book["roles"]
    row = next(r for r in page.iter_rows(min_row=6) if isinstance(r[-7].value, float))
    row[-7].value += 0.1
    out = BytesIO()
    book.save(out)
    again = read_bytes(_whole("xlsx"), ".xlsx")
    (finding,) = differences("b.xlsx", read_bytes(out.getvalue(), ".xlsx"), again)
    assert finding.about == row[-1].value and finding.what == "estimate"


def test_a_star_replaced_by_a_number_is_found() -> None:
    text = csv_bytes(HELD).decode("utf-8-sig").splitlines()
    at, line = next((i, t) for i, t in enumerate(text) if ",,,,,,,," in t)
    text[at] = line.replace(",,,,,,,,", ",0.4,,,,,,,", 1)
    (message,) = _found(".csv", "\n".join(text).encode())
    assert "the release says not shown" in message


def test_a_figure_that_the_release_does_not_have_is_found() -> None:
    text = json_bytes(HELD, release=STAMP).replace(b'"ev-roles', b'"ev-rules', 1)
    assert {m.split(": ")[1] for m in _found(".json", text)} == {
        "no such figure in the release that the document names"
    }


def test_a_sentence_or_a_table_changed_in_the_page_is_found() -> None:
    page = MAKES[".html"]()
    assert _found(".html", page.replace(b"1,800 accounts", b"1,900 accounts", 1))
    assert _found(".html", page.replace(b"0.6666", b"0.7777", 1))


def test_the_digest_is_traced_with_the_release_that_it_compares_with() -> None:
    last = Last(figures=all_figures(), id="r-9999999999", on="2026-10-01")
    data = digest_html(digest(HELD, last, stamp=STAMP)).encode()
    read: ReadBack = read_bytes(data, ".html")
    assert (read.kind, read.stamp) == ("digest", f"{STAMP}>r-9999999999")


@pytest.mark.parametrize("suffix", [*MAKES, ".eml", ".docx"])
def test_a_file_that_is_damaged_or_of_another_kind_is_told(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"doc{suffix}"
    path.write_bytes(b"\x00\x01 nothing of the kind")
    with pytest.raises(FormatError, match="doc"):
        read_back(path)
    with pytest.raises(FormatError, match="not there"):
        read_back(tmp_path / "gone.csv")
