"""Native charts: bars and lines that an office program edits, with intervals as error bars and evidence in the data sheet."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from bedside.report.charts.drawing import nice_axis
from bedside.report.export.grids import Grid, Line
from bedside.report.export.stable import LONG_AGO, same_bytes
from bedside.report.figures import Shown
from bedside.report.scales import Scale, printed

__all__ = ["INK", "RELEASED", "SHEET", "SOFT", "add_chart", "highest_drawn", "sheet_bytes"]

INK, SOFT, RULE = RGBColor(0x1A, 0x1C, 0x1E), RGBColor(0x52, 0x58, 0x5E), RGBColor(0xD5, 0xD6, 0xD0)
_TONES = (RGBColor(0x1B, 0x5E, 0x7D), RGBColor(0x86, 0xB0, 0xC2), RGBColor(0x7B, 0x81, 0x87))
_PAPER = RGBColor(0xFF, 0xFF, 0xFF)
SHEET = "Sheet1"  # the name that a chart's references carry
RELEASED = ("estimate", "low", "high", "hits_accounts", "of_accounts", "hits_posts", "of_posts")
"""Numbers of each figure as they were released, unrounded, in the data sheet of its chart."""
_SIZES = (
    (9, 12),
    (13, 11),
    (16, 10),
    (10**6, 9),
)  # most rows, and the size of their labels in points
_GAP, _FEWER, _FEW = 55, 85, 6  # between bars, per cent of one; of few bars none is a wall
_LABELS = 10  # labels under a long line
_DENSE = 30  # points of a line from which error bars become a pale area and markers small


def add_chart(
    shapes: Any, grid: Grid, name: str, box: tuple[int, int, int, int], *, top: float = 0
) -> Any:
    """Add a grid to a slide as an editable chart.

    Parameters
    ----------
    shapes : SlideShapes
        Of the slide.
    grid : Grid
        Its kind is `bars` with one column, or `lines`.
    name : str
        Name of the shape, unique on the slide.
    box : tuple of int
        Left, top, width, height in EMU.
    top : float
        Highest number that the axis must reach, drawn units; 0: that of the grid itself.

    Returns
    -------
    GraphicFrame
        Numbers judged or counted are filled, machine counts are drawn hollow (dashed lines).
    """
    data = CategoryChartData(number_format=grid.scale.form)
    data.categories = [_category(grid, line) for line in grid.lines]
    for at, series in enumerate(_names(grid)):
        data.add_series(series, [_value(line.figures[at], grid.scale) for line in grid.lines])
    kind = XL_CHART_TYPE.LINE_MARKERS if grid.kind == "lines" else XL_CHART_TYPE.BAR_CLUSTERED
    frame = shapes.add_chart(kind, *(Emu(x) for x in box), data)
    frame.name = name
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(sheet_bytes(grid))
    _dress(chart, grid, top or highest_drawn(grid))
    for at, series in enumerate(chart.plots[0].series):
        held = [line.figures[at] for line in grid.lines]
        _error_bars(series, held, grid, at)
        _ink(series, held, grid, at)
    return frame


def highest_drawn(grid: Grid) -> float:
    """The highest number drawn, intervals included."""
    known = [f for line in grid.lines for f in line.figures if f is not None and f.known]
    ends = [f.mid if f.high is None else f.high for f in known]
    return max(ends, default=0.0) / grid.scale.divisor


def _names(grid: Grid) -> list[str]:
    return [name or grid.scale.words for name in grid.names]


def _category(grid: Grid, line: Line) -> str:
    """The label of a row; of a bar with its number and interval."""
    if grid.kind == "lines":
        return line.label
    figure = line.figures[0]
    return f"{line.label}  {printed(figure, grid.scale) if figure is not None else '–'}"


def _value(figure: Shown | None, scale: Scale) -> float | None:
    return None if figure is None or not figure.known else figure.mid / scale.divisor


def sheet_bytes(grid: Grid) -> bytes:
    """The chart's data sheet: labels and drawn values as the chart refers to them, then each figure as released."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        book.set_properties({"created": LONG_AGO})
        page = book.add_worksheet(SHEET)
        page.write_row(0, 1, _names(grid))
        form = book.add_format({"num_format": grid.scale.form})
        for row, line in enumerate(grid.lines, 1):
            page.write_string(row, 0, _category(grid, line))
            for at, figure in enumerate(line.figures):
                _write_figure(page, grid, row, at, figure, form)
        page.set_column(0, 0, 40)
        _heads(page, grid)
    return same_bytes(out.getvalue())


def _heads(page: Any, grid: Grid) -> None:
    for at, name in enumerate(_names(grid)):
        more = [f"{name}: {word}" for word in ("above", "below", *RELEASED, "basis", "evidence")]
        page.write_row(0, _beside(grid, at), more)


def _beside(grid: Grid, at: int) -> int:
    """First column of what stands beside the values of one series."""
    return 1 + len(grid.names) + at * (len(RELEASED) + 4)


def _write_figure(
    page: Any, grid: Grid, row: int, at: int, figure: Shown | None, form: Any
) -> None:
    """One figure: its value, the two lengths of its error bar as formulas, its numbers as released, its id."""
    if figure is None:
        return
    value, start = _value(figure, grid.scale), _beside(grid, at)
    cells = [xl_rowcol_to_cell(row, start + 2 + k) for k in range(3)]
    if value is not None:
        page.write_number(row, 1 + at, value, form)
        if figure.low is not None and figure.high is not None:
            divisor = f"/{grid.scale.divisor:g}"
            drawn = xl_rowcol_to_cell(row, 1 + at)
            above, below = _arms(figure, grid.scale)
            page.write_formula(row, start, f"={cells[2]}{divisor}-{drawn}", form, above)
            page.write_formula(row, start + 1, f"={drawn}-{cells[1]}{divisor}", form, below)
        for k, name in enumerate(RELEASED):
            if (number := getattr(figure, name)) is not None:
                page.write_number(row, start + 2 + k, number)
    else:
        page.write_string(row, start + 2, printed(figure, grid.scale))
    page.write_string(row, start + 2 + len(RELEASED), figure.basis)
    page.write_string(row, start + 3 + len(RELEASED), figure.id)


def _arms(figure: Shown, scale: Scale) -> tuple[float, float]:
    """How far the interval reaches above and below the value; never negative."""
    low, high = figure.low, figure.high
    above = 0.0 if high is None else max(0.0, (high - figure.mid) / scale.divisor)
    below = 0.0 if low is None else max(0.0, (figure.mid - low) / scale.divisor)
    return above, below


def _error_bars(series: Any, held: Sequence[Shown | None], grid: Grid, at: int) -> None:
    """Intervals as error bars of their own lengths, read from the data sheet."""
    if not any(f is not None and f.known and f.low is not None for f in held):
        return
    bars = etree.Element(qn("c:errBars"))
    for tag, value in (("errDir", "y"), ("errBarType", "both"), ("errValType", "cust")):
        if tag != "errDir" or grid.kind == "lines":
            etree.SubElement(bars, qn(f"c:{tag}"), val=value)
    dense = len(held) > _DENSE
    etree.SubElement(bars, qn("c:noEndCap"), val="1" if dense else "0")
    arms = [_arms(f, grid.scale) if f is not None and f.known else (0.0, 0.0) for f in held]
    for side, (tag, column) in enumerate((("plus", 0), ("minus", 1))):
        first = xl_rowcol_to_cell(1, _beside(grid, at) + column, True, True)
        last = xl_rowcol_to_cell(len(held), _beside(grid, at) + column, True, True)
        lengths = [arm[side] for arm in arms]
        bars.append(_reference(tag, f"{SHEET}!{first}:{last}", lengths))
    bars.append(_stroke(RULE if dense else INK if grid.kind == "bars" else SOFT))
    category = series._element.find(qn("c:cat"))
    category.addprevious(bars)


def _reference(tag: str, cells: str, numbers: Sequence[float]) -> Any:
    side = etree.Element(qn(f"c:{tag}"))
    ref = etree.SubElement(side, qn("c:numRef"))
    etree.SubElement(ref, qn("c:f")).text = cells
    cache = etree.SubElement(ref, qn("c:numCache"))
    etree.SubElement(cache, qn("c:formatCode")).text = "General"
    etree.SubElement(cache, qn("c:ptCount"), val=str(len(numbers)))
    for at, number in enumerate(numbers):
        point = etree.SubElement(cache, qn("c:pt"), idx=str(at))
        etree.SubElement(point, qn("c:v")).text = repr(number)
    return side


def _stroke(colour: RGBColor) -> Any:
    shape = etree.Element(qn("c:spPr"))
    line = etree.SubElement(shape, qn("a:ln"), w=str(int(Pt(1))))
    fill = etree.SubElement(line, qn("a:solidFill"))
    etree.SubElement(fill, qn("a:srgbClr"), val=str(colour))
    return shape


def _ink(series: Any, held: Sequence[Shown | None], grid: Grid, at: int) -> None:
    """Filled for what people judged or what was counted, hollow for a machine count, point by point."""
    tone = _TONES[at % len(_TONES)]
    if grid.kind == "lines":
        _ink_line(series, held, tone)
        return
    series.invert_if_negative = False
    _paint(series.format, tone, filled=True)
    for row, figure in enumerate(held):
        if figure is not None and figure.known and figure.basis == "machine":
            _paint(series.points[row].format, tone, filled=False)


def _paint(form: Any, tone: RGBColor, *, filled: bool) -> None:
    form.fill.solid()
    form.fill.fore_color.rgb = tone if filled else _PAPER
    form.line.color.rgb = tone
    form.line.width = Pt(1.5)


def _ink_line(series: Any, held: Sequence[Shown | None], tone: RGBColor) -> None:
    machine = all(f is None or f.basis == "machine" for f in held)
    series.smooth = False
    series.format.line.color.rgb = tone
    series.format.line.width = Pt(1.25 if len(held) > _DENSE else 2)
    series.format.line.dash_style = MSO_LINE.DASH if machine else MSO_LINE.SOLID
    series.marker.style = XL_MARKER_STYLE.CIRCLE
    series.marker.size = 2 if len(held) > _DENSE else 7
    _paint(series.marker.format, tone, filled=not machine)


def _dress(chart: Any, grid: Grid, top: float) -> None:
    """Axes from zero, hairlines, a legend only where there is more than one series."""
    chart.font.size, chart.font.color.rgb = Pt(12), INK
    chart.has_title = False
    chart.has_legend = len(grid.names) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    _dress_values(chart.value_axis, grid.scale, top)
    names = chart.category_axis
    names.format.line.color.rgb = SOFT
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.tick_labels.font.size = Pt(next(size for most, size in _SIZES if len(grid.lines) <= most))
    if grid.kind == "lines" and len(grid.lines) > _DENSE:
        skip = str(-(-len(grid.lines) // _LABELS))
        for tag in ("c:tickMarkSkip", "c:tickLblSkip"):
            names._element.find(qn("c:lblOffset")).addnext(etree.Element(qn(tag), val=skip))
    if grid.kind == "bars":
        names.reverse_order = True  # first row on top
        chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH  # numbers below
        chart.plots[0].gap_width = _GAP + _FEWER * max(0, _FEW - len(grid.lines))


def _dress_values(values: Any, scale: Scale, top: float) -> None:
    """The axis of numbers: from zero to a round number that holds every interval."""
    hundred = 100 if scale.kind == "share" else 1
    axis = nice_axis(max(top, 0.01) * hundred, "", limit=100 if scale.kind == "share" else None)
    values.minimum_scale, values.maximum_scale = 0, axis.top / hundred
    values.major_unit = axis.ticks[1] / hundred
    labels = values.tick_labels
    labels.number_format, labels.number_format_is_linked = scale.form, False
    labels.font.size = Pt(10)
    values.major_gridlines.format.line.color.rgb = RULE
    values.format.line.fill.background()
    values.has_title = True
    values.axis_title.text_frame.text = scale.words
    run = values.axis_title.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold, run.font.color.rgb = Pt(10), False, SOFT
