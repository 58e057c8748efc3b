"""The deck: a presentation of plain slides, each with a title that states something, text, a chart or a map."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from bedside.report.charts.heat import level
from bedside.report.export.charts import INK, SOFT, add_chart, highest_drawn
from bedside.report.export.grids import Grid
from bedside.report.export.stable import same_bytes
from bedside.report.printing import STAR
from bedside.report.scales import printed

__all__ = ["Deck"]

_WIDE, _HIGH = Inches(13.333), Inches(7.5)
_EDGE, _SPAN = Inches(0.6), Inches(12.133)
_TOP, _TALL = Inches(1.98), Inches(4.42)
_TITLE_ONLY = 5  # layout of the template that comes with python-pptx
_TITLE_SIZES = ((60, 26), (110, 22), (10**6, 19))  # most characters, and the size in points
_SHADES = ("F7F6F1", "E2EBEE", "BDD4DD", "86B0C2", "1F5A75")
_WHITE = RGBColor(0xFF, 0xFF, 0xFF)


class Deck:
    """A presentation under way.

    Parameters
    ----------
    title, release : str
        Written into the file's properties; by the release the file is checked later.
    at : datetime
        Day of the release.
    foot : str
        Line at the foot of every slide.
    """

    def __init__(self, title: str, *, release: str, at: datetime, foot: str) -> None:
        self._show = Presentation()
        self._show.slide_width, self._show.slide_height = _WIDE, _HIGH
        self._foot = foot
        about = self._show.core_properties
        about.title, about.identifier, about.author = title, release, "bedside"
        about.created = about.modified = at.replace(tzinfo=None)
        about.last_modified_by, about.revision = "bedside", 1

    def slide(self, title: str, *, over: str = "", notes: str = "") -> Any:
        """Add a slide with its title, a quiet word over it, and notes for the speaker."""
        slide = self._show.slides.add_slide(self._show.slide_layouts[_TITLE_ONLY])
        head = slide.shapes.title
        head.left, head.top, head.width, head.height = _EDGE, Inches(0.62), _SPAN, Inches(0.95)
        head.text_frame.text = title
        head.text_frame.word_wrap = True
        head.text_frame.vertical_anchor = MSO_ANCHOR.TOP
        for margin in ("margin_left", "margin_right", "margin_top", "margin_bottom"):
            setattr(head.text_frame, margin, 0)
        size = next(size for most, size in _TITLE_SIZES if len(title) <= most)
        _set(head.text_frame, size=size, bold=True, colour=INK)
        if over:
            self.text(slide, over, top=0.32, height=0.3, size=12, colour=SOFT, name="Chapter")
        self.text(slide, self._foot, top=7.08, height=0.28, size=9, colour=SOFT, name="Foot")
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
        return slide

    def text(
        self,
        slide: Any,
        text: str | Sequence[str],
        *,
        top: float,
        height: float,
        size: int = 14,
        colour: Any = INK,
        bold: bool = False,
        left: float = 0.6,
        width: float = 12.133,
        name: str = "Text",
    ) -> None:
        """Put paragraphs on a slide; places in inches, size in points."""
        box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
        box.name = name
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        lines = [text] if isinstance(text, str) else list(text)
        frame.text = lines[0] if lines else ""
        for line in lines[1:]:
            frame.add_paragraph().text = line
        _set(frame, size=size, bold=bold, colour=colour)
        if len(lines) > 1:
            for paragraph in frame.paragraphs:
                paragraph.space_after = Pt(size * 0.5)

    def chart(self, slide: Any, grid: Grid, name: str) -> None:
        """Put a grid on a slide as editable charts: lines in one, bars in one for each column, on one scale."""
        if grid.kind == "lines":
            add_chart(slide.shapes, grid, name, (_EDGE, _TOP, _SPAN, _TALL))
            return
        wide, top = int(_SPAN / len(grid.names)), highest_drawn(grid)
        for at, column in enumerate(grid.names):
            lines = [line._replace(figures=line.figures[at : at + 1]) for line in grid.lines]
            part = grid._replace(names=(column,), lines=tuple(lines))
            under = Inches(0.3) if column else 0
            if column:
                left = Emu(_EDGE + at * wide).inches
                self.text(
                    slide, column, top=1.98, height=0.3, size=13, bold=True, left=left, width=5
                )
            box = (_EDGE + at * wide, _TOP + under, wide, _TALL - under)
            add_chart(slide.shapes, part, f"{name} {column}".strip(), box, top=top)

    def map(self, slide: Any, grid: Grid, name: str) -> None:
        """Put a grid on a slide as a table whose cells are shaded; ink is chosen by the shade."""
        rows, columns = len(grid.lines) + 1, len(grid.names) + 1
        high = Inches(min(0.34, 4.4 / rows))
        frame = slide.shapes.add_table(rows, columns, _EDGE, Inches(1.98), _SPAN, high * rows)
        frame.name = name
        table = frame.table
        table.horz_banding = False
        first = Inches(3.0)
        table.columns[0].width = first
        for at in range(1, columns):
            table.columns[at].width = int((_SPAN - first) / (columns - 1))
        for at, word in enumerate(("", *grid.names)):
            _cell(table.cell(0, at), word, shade=None, middle=at > 0, size=10, bold=True)
        for at, line in enumerate(grid.lines, 1):
            table.rows[at].height = high
            _cell(table.cell(at, 0), line.label, shade=None, middle=False, size=10)
            for column, figure in enumerate(line.figures, 1):
                words = printed(figure, grid.scale) if figure is not None else "–"
                shaded = figure is not None and figure.known and grid.scale.kind == "share"
                shade = level(figure.mid) if figure is not None and shaded else None
                judged = figure is not None and figure.basis != "machine" and figure.known
                _cell(table.cell(at, column), words, shade=shade, middle=True, size=10, bold=judged)

    def finished(self) -> bytes:
        """The file; the same content gives the same bytes."""
        out = BytesIO()
        self._show.save(out)
        return same_bytes(out.getvalue())


def _set(frame: Any, *, size: int, bold: bool, colour: Any) -> None:
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        for run in paragraph.runs:
            run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour


def _cell(
    cell: Any, text: str, *, shade: int | None, middle: bool, size: int, bold: bool = False
) -> None:
    cell.text = text
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.margin_left = cell.margin_right = Inches(0.05)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = _WHITE if shade is None else RGBColor.from_string(_SHADES[shade])
    dark = shade == len(_SHADES) - 1
    soft = text in (STAR, "–")
    for paragraph in cell.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.CENTER if middle else PP_ALIGN.LEFT
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(size), bold
            run.font.color.rgb = _WHITE if dark else SOFT if soft else INK
