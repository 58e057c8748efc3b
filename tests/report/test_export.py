"""Slides, workbook and tables: the same numbers as the report, nothing that may not be shown, and files that open."""

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import openpyxl
import pyarrow.parquet as pq
import pypdf
import pytest
from pptx import Presentation

from bedside.model.figures import Quote
from bedside.report.document import write
from bedside.report.export.columns import csv_bytes, json_bytes, parquet_bytes
from bedside.report.export.grids import grid_of
from bedside.report.export.slides import slides
from bedside.report.export.workbook import HEADS, workbook
from bedside.report.figures import Shown
from bedside.report.material import Material
from bedside.report.page import Plate, desk
from bedside.report.scales import printed, scale_of
from tests.report.material import all_figures, figure, material, share

STAMP, AT = "r-0123456789/m-0123456789", datetime(2026, 11, 2, 9, tzinfo=UTC)
SECRET = 73921
MAKES: dict[str, Callable[..., bytes]] = {"pptx": slides, "xlsx": workbook}


@cache
def _whole(kind: str) -> bytes:
    """The document of all figures, made once."""
    return MAKES[kind](material(all_figures()), release=STAMP, at=AT)


def _slides(held: Material | None = None) -> Any:
    data = _whole("pptx") if held is None else slides(held, release=STAMP, at=AT)
    return Presentation(BytesIO(data))


def _book(held: Material | None = None) -> Any:
    data = _whole("xlsx") if held is None else workbook(held, release=STAMP, at=AT)
    return openpyxl.load_workbook(BytesIO(data))


def _words(slide: Any) -> str:
    parts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    cells = [c.text for s in slide.shapes if s.has_table for r in s.table.rows for c in r.cells]
    return "\n".join(parts + cells)


def _charts(show: Any) -> list[Any]:
    return [shape.chart for slide in show.slides for shape in slide.shapes if shape.has_chart]


def _sheet(chart: Any) -> list[dict[str, Any]]:
    """The data sheet of a chart, row by row under its heads."""
    blob = chart.part.chart_workbook.xlsx_part.blob
    heads, *rows = openpyxl.load_workbook(BytesIO(blob), data_only=True).active.values
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _suppressed() -> list[Shown]:
    """Every second figure suppressed, with numbers that must not leave."""
    numbers = {"estimate": 0.73921, "low": 0.73921, "high": 0.73921, "hits_accounts": SECRET}
    return [
        msgspec.structs.replace(f, suppressed=True, **numbers) if at % 2 else f
        for at, f in enumerate(all_figures())
    ]


def test_every_chart_of_the_slides_draws_its_figures_as_released() -> None:
    by_id = {f.id: f for f in all_figures()}
    charts = _charts(_slides())
    assert len(charts) > 3
    drawn = 0
    for chart in charts:
        sheet = _sheet(chart)
        for series in chart.plots[0].series:
            for row, value in zip(sheet, series.values, strict=True):
                assert row[series.name] == (
                    value if value is None else pytest.approx(value, rel=1e-14)
                )
                evidence = row[f"{series.name}: evidence"]
                if value is None:
                    continue
                known = by_id[evidence]
                assert row[f"{series.name}: estimate"] == pytest.approx(known.estimate, rel=1e-14)
                assert row[f"{series.name}: low"] == (
                    known.low and pytest.approx(known.low, rel=1e-14)
                )
                assert row[f"{series.name}: of_accounts"] == known.of_accounts
                drawn += 1
    assert drawn > 20


def test_an_interval_is_an_error_bar_whose_ends_are_the_limits() -> None:
    figures = [
        share("roles.share", {"role": r, "of": "accounts"}, n, 1800)
        for r, n in (("patient", 1200), ("clinician", 60))
    ]
    (chart,) = _charts(_slides(material(figures)))
    space = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    found = chart._chartSpace.xpath(".//c:errBars")
    assert len(found) == 1
    for side, end in (("plus", "high"), ("minus", "low")):
        lengths = [float(v.text) for v in found[0].findall(f"c:{side}//c:v", space)]
        wanted = [abs(getattr(f, end) - (f.estimate or 0)) for f in figures]
        assert lengths == pytest.approx(wanted)
        cells = found[0].find(f"c:{side}//c:f", space).text
        assert cells.startswith("Sheet1!$")


def test_one_bar_is_no_wall_and_many_stand_close() -> None:
    for many in (1, 12):
        roles = [
            share("roles.share", {"role": f"r{n}", "of": "accounts"}, 90, 1800) for n in range(many)
        ]
        (chart,) = _charts(_slides(material(roles)))
        thick = 100 / (100 + chart.plots[0].gap_width) / many  # of the height of the plot
        assert 0.04 < thick < 0.2


def test_people_who_stay_and_pleas_without_a_reply_are_drawn_in_per_cent() -> None:
    for measure in ("community.staying", "community.first_reply", "exchange.answered_within"):
        scale = scale_of([share(measure, {"after": "30"}, 57, 100, estimate=0.57)])
        assert (scale.words, scale.form) == ("per cent", "0%")


def test_a_machine_count_is_hollow_and_says_that_nobody_checked_it() -> None:
    show = _slides()
    slide = next(s for s in show.slides if "write as patients" in s.shapes.title.text)
    assert "machine count, not checked" in _words(slide)
    assert "of 1,800 accounts in these sources" in _words(slide)
    point = next(s for s in slide.shapes if s.has_chart).chart.plots[0].series[0].points[0]
    assert str(point.format.fill.fore_color.rgb) == "FFFFFF"


def test_each_slide_with_numbers_names_the_evidence_of_each_in_its_notes() -> None:
    show = _slides()
    for slide in show.slides:
        for shape in slide.shapes:
            if not shape.has_chart:
                continue
            notes = slide.notes_slide.notes_text_frame.text
            for row in _sheet(shape.chart):
                for head, value in row.items():
                    if head and head.endswith(": evidence") and value:
                        assert f"[{value}]" in notes


def test_titles_of_slides_are_the_sentences_of_the_report() -> None:
    held = material(all_figures())
    sentences = {plate.title for part in write(desk(held)).chapters for plate in part.plates}
    titles = {slide.shapes.title.text for slide in _slides().slides}
    assert sentences and sentences <= titles


@pytest.mark.parametrize("kind", MAKES)
def test_a_suppressed_number_stands_in_no_part_of_a_file(kind: str) -> None:
    def make(held: Material) -> bytes:
        return MAKES[kind](held, release=STAMP, at=AT)

    def parts(data: bytes) -> str:
        with ZipFile(BytesIO(data)) as file:
            inner = [file.read(name) for name in file.namelist()]
        texts = []
        for blob in inner:
            if blob[:2] == b"PK":
                texts.append(parts(blob))
            else:
                texts.append(blob.decode("utf-8", "replace"))
        return "\n".join(texts)

    known = _suppressed()
    shown_beside = parts(make(material(known)))
    assert "73921" not in shown_beside
    bare = [
        Shown(id=f.id, measure=f.measure, keys=f.keys, unit=f.unit, basis=f.basis, suppressed=True)
        if f.suppressed
        else f
        for f in known
    ]
    assert make(material(known)) == make(material(bare))


def test_the_same_material_gives_the_same_bytes() -> None:
    held = material(all_figures())
    for kind, make in MAKES.items():
        assert make(held, release=STAMP, at=AT) == _whole(kind)


def test_every_released_figure_stands_in_the_workbook_with_its_numbers() -> None:
    figures = all_figures()
    found: dict[str, dict[str, Any]] = {}
    book = _book()
    for page in book.worksheets[2:]:
        rows = list(page.values)
        heads = [str(h) for h in rows[4]]
        assert tuple(heads[-len(HEADS) :]) == HEADS
        for row in rows[5:]:
            held = dict(zip(heads, row, strict=True))
            found[held["evidence"]] = held
    assert set(found) == {f.id for f in figures}
    for f in figures:
        if f.known and not f.suppressed:
            row = found[f.id]
            for name, value in (("number", f.estimate), ("low", f.low), ("high", f.high)):
                assert row[name] == (value if value is None else pytest.approx(value, rel=1e-14))
            assert (row["accounts"], row["of accounts"]) == (f.hits_accounts, f.of_accounts)
            assert row["method"] == f.method


def test_the_workbook_begins_with_contents_whose_links_lead_to_sheets() -> None:
    book = _book()
    assert book.sheetnames[:2] == ["Contents", "Method"]
    rows = [row for row in book["Contents"].iter_rows(min_row=5) if row[0].value]
    assert [row[0].value for row in rows] == book.sheetnames[1:]
    for row in rows:
        assert row[0].hyperlink.location == f"'{row[0].value}'!A1"
    said = "\n".join(str(c) for row in book["Method"].values for c in row if c)
    assert "machine count, not checked" in said and "Those who never post" in said


def test_long_words_of_the_method_have_room_in_every_program() -> None:
    laid = material()
    study = msgspec.structs.replace(laid.study, query_words="a word or another " * 30)
    page = _book(msgspec.structs.replace(laid, study=study))["Method"]
    row = next(r for r in page.iter_rows() if r[0].value == "Relevant is")[0].row
    assert page.row_dimensions[row].height > 5 * page.row_dimensions[row - 1].height
    assert page.row_dimensions[row - 1].height > 12


def test_a_suppressed_cell_of_the_workbook_is_a_star_on_grey() -> None:
    hidden = figure("roles.share", {"role": "nurse", "of": "accounts"}, suppressed=True)
    page = _book(material([*all_figures(), hidden]))["roles"]
    row = next(r for r in page.iter_rows() if r[-1].value == hidden.id)
    cells = row[-len(HEADS) : -4]
    assert {c.value for c in cells} == {"*"}
    assert {c.fill.fgColor.rgb for c in cells} == {"FFE4E4DE"}


def test_no_cell_of_the_workbook_is_a_formula_whatever_a_label_begins_with() -> None:
    nasty = '=HYPERLINK("http://example.org","x")'
    figures = [share("roles.share", {"role": nasty, "of": "accounts"}, 900, 1800)]
    held = msgspec.structs.replace(material(figures), quotes=())
    held = msgspec.structs.replace(held, study=msgspec.structs.replace(held.study, title=nasty))
    for page in _book(held).worksheets:
        for row in page.iter_rows():
            assert all(cell.data_type != "f" for cell in row)


def test_csv_json_and_parquet_hold_the_same_rows() -> None:
    held = material(all_figures())
    rows = json.loads(json_bytes(held, release=STAMP))["figures"]
    table = pq.read_table(BytesIO(parquet_bytes(held, release=STAMP)))
    lines = list(csv.DictReader(StringIO(csv_bytes(held).decode("utf-8-sig"))))
    assert len(rows) == table.num_rows == len(lines) == len(all_figures())
    for row, other, line in zip(rows, table.to_pylist(), lines, strict=True):
        assert row["id"] == other["id"] == line["id"]
        assert row["estimate"] == other["estimate"]
        assert dict(other["keys"]) == row["keys"]
        assert (line["estimate"] == "") == (row["estimate"] is None)
    assert table.schema.metadata[b"release"].decode() == STAMP


def test_quotes_reach_the_slides_only_as_they_were_released() -> None:
    quote = Quote(
        kind="paraphrase", text="Nobody looked until I asked.", about="care", evidence_id="ev-1"
    )
    held = msgspec.structs.replace(material(all_figures()), quotes=[quote])
    slide = next(s for s in _slides(held).slides if "In their words" in s.shapes.title.text)
    assert quote.text in _words(slide)
    assert "[ev-1]" in slide.notes_slide.notes_text_frame.text


def test_dated_figures_become_lines_in_order_of_time() -> None:
    weeks = ["2026-W10", "2026-W02", "2025-W50"]
    figures = [share("trends.told", {"period": w}, 100 + at, 400) for at, w in enumerate(weeks)]
    grid = grid_of(Plate("told", "t", "", "", tuple(figures)))
    assert grid.kind == "lines"
    assert [line.label for line in grid.lines] == sorted(weeks)


def test_a_wait_is_drawn_in_years_and_printed_as_the_report_prints_it() -> None:
    wait = figure(
        "journey.time_to_diagnosis", {"condition": "all"}, estimate=90.0, low=60.0, high=120.0
    )
    grid = grid_of(Plate("wait", "t", "", "", (wait,)))
    assert grid.scale.words == "years" and grid.scale.divisor == 12
    assert printed(wait, grid.scale).startswith("7.5 years")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", MAKES)
def test_libreoffice_opens_the_file_and_finds_every_page(kind: str, tmp_path: Path) -> None:
    (tmp_path / f"doc.{kind}").write_bytes(_whole(kind))
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(tmp_path / f"doc.{kind}")],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    pages = pypdf.PdfReader(tmp_path / "doc.pdf").pages
    if kind == "pptx":
        assert len(pages) == len(_slides().slides)
        assert all(page.extract_text().strip() for page in pages)
    else:
        assert len(pages) >= len(_book().worksheets)
