"""Dot and interval plots: one or two panels that share one scale from zero."""

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import NamedTuple

from bedside.report.charts.drawing import Axis, both, circle, frame, path, scale, text
from bedside.report.markup import Markup

__all__ = ["Dot", "DotRow", "dot_plot"]

_PANEL_NAME = 74  # px, least room for the name of a panel on a slim line
_PANEL_NAME_MOST = 140  # px, most of it
_SMALL_LETTER = 6.8  # px, a letter at 12 px
_LETTER = 8.5  # px, a letter at 13 px in the widest of the system fonts; "Wednesday" needs as much
_LABELS_MOST = 270  # px; a longer label would leave no room for the drawing
_PITCH, _SLIM_LINE, _SLIM_LABEL, _TOP = 30, 24, 20, 24  # px


class Dot(NamedTuple):
    """One number of a row in the axis' unit; `printed` stands at the end of its line.

    Where `mid` is None nothing but `printed` is drawn, always at the same place: `*`, or why there is no number.
    """

    mid: float | None
    low: float | None
    high: float | None
    printed: str
    judged: bool = False


class DotRow(NamedTuple):
    """One line of the plot: its label, and one dot a panel."""

    label: str
    dots: Sequence[Dot]


def dot_plot(
    name: str,
    title: str,
    told: str,
    rows: Sequence[DotRow],
    axis: Axis,
    panels: Sequence[str] = ("",),
) -> Markup:
    """Draw rows of dots with interval lines, wide and slim.

    Parameters
    ----------
    name : str
        Unique in the document.
    title, told : str
        The finding; the description for listeners. Neither may name a suppressed number.
    rows : sequence of DotRow
        From top to bottom; each has one dot for each panel.
    axis : Axis
        The one scale of all panels.
    panels : sequence of str
        Names of the panels, left to right.

    Returns
    -------
    Markup
        Two SVG drawings. A filled dot was judged or counted; a hollow dot on a dashed line is a machine count.
    """

    def draw(width: int, kind: str) -> Markup:
        body, height = (_slim if kind == "slim" else _wide)(rows, axis, panels, width)
        return frame(name, title, told, (width, height), body, kind)

    return both(draw)


def _wide(
    rows: Sequence[DotRow], axis: Axis, panels: Sequence[str], width: int
) -> tuple[list[Markup], int]:
    """Labels on the left, panels beside each other."""
    head = 20 if any(panels) else 0
    labels = min(_width(row.label for row in rows) + 14, _LABELS_MOST)
    numbers = _numbers(rows)
    each = (width - labels) / len(panels)
    height = _TOP + head + _PITCH * len(rows)
    body: list[Markup] = []
    for at, panel in enumerate(panels):
        left = labels + each * at + (18 if at else 6)
        right = labels + each * (at + 1) - numbers
        if panel:
            body.append(text(left, 13, panel, "bd"))
        body += _grid(axis, (left, right), (head + 13, height), sparse=len(panels) > 1)
        for line, row in enumerate(rows):
            y = _TOP + head + _PITCH * (line + 0.5)
            body += _dot(row.dots[at], axis, (left, right), y)
    for line, row in enumerate(rows):
        y = _TOP + head + _PITCH * (line + 0.5)
        body += _label(row.label, labels - 14, y)
    return body, height


def _label(words: str, right: float, y: float) -> list[Markup]:
    """A label that ends at `right`, on two lines where one would leave the drawing."""
    lines = wrap(words, max(1, int(right // _LETTER)))[:2] or [""]
    top = y + 4 - 8 * (len(lines) - 1)
    return [text(right, top + 15 * at, line, "e") for at, line in enumerate(lines)]


def _slim(
    rows: Sequence[DotRow], axis: Axis, panels: Sequence[str], width: int
) -> tuple[list[Markup], int]:
    """The label above its line or lines; panels become lines of their own."""
    named = min(_PANEL_NAME_MOST, _SMALL_LETTER * max(map(len, panels)) + 8)
    left, right = (max(_PANEL_NAME, named) if any(panels) else 6), width - _numbers(rows)
    pitch = _SLIM_LABEL + _SLIM_LINE * len(panels)
    height = _TOP + pitch * len(rows)
    body = _grid(axis, (left, right), (13, height), sparse=True)
    for line, row in enumerate(rows):
        top = _TOP + pitch * line
        body.append(text(0, top + 14, row.label))
        for at, (panel, dot) in enumerate(zip(panels, row.dots, strict=True)):
            y = top + _SLIM_LABEL + _SLIM_LINE * at + 8
            if panel:
                body.append(text(0, y + 4, panel, "t2"))
            body += _dot(dot, axis, (left, right), y)
    return body, height


def _width(words: Iterable[str]) -> int:
    """Room for the longest of several words, in pixels; word joiners take none."""
    return round(_LETTER * max((len(word.replace("\u2060", "")) for word in words), default=0))


def _numbers(rows: Sequence[DotRow]) -> int:
    """Room for the column of numbers, in pixels."""
    return _width(dot.printed for row in rows for dot in row.dots) + 16


def _grid(
    axis: Axis, ends: tuple[float, float], tops: tuple[float, float], *, sparse: bool
) -> list[Markup]:
    """Hairlines with their numbers above; `sparse` prints every other number."""
    x = scale(axis.top, *ends)
    ticks = axis.ticks[:: 2 if sparse and len(axis.ticks) > 4 else 1]
    first, last = tops
    return [
        part
        for tick in ticks
        for part in (
            path(f"M{x(tick)} {first + 7:g}V{last:g}", "gr"),
            text(x(tick), first, axis.label(tick), "m t2"),
        )
    ]


def _dot(dot: Dot, axis: Axis, ends: tuple[float, float], y: float) -> list[Markup]:
    """A dot, its interval and its number."""
    if dot.mid is None:
        return [text(ends[1] + 14, y + 4, dot.printed, "t2")]
    x, out = scale(axis.top, *ends), []
    if dot.low is not None and dot.high is not None:
        line = "li" if dot.judged else "li mach"
        out.append(path(f"M{x(dot.low)} {y:g}H{x(min(dot.high, axis.top))}", line))
    radius, kind = (5, "pt") if dot.judged else (4, "po")
    out.append(circle(x(dot.mid), y, radius, kind))
    out.append(text(ends[1] + 14, y + 4, dot.printed, "bd" if dot.judged else ""))
    return out
