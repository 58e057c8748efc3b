"""Dot and interval plots: one or two panels that share one scale from zero."""

from collections.abc import Sequence
from typing import NamedTuple

from bedside.report.charts.drawing import Axis, both, circle, frame, path, scale, text
from bedside.report.markup import Markup
from bedside.report.printing import STAR

__all__ = ["Dot", "DotRow", "dot_plot"]

_LABELS, _NUMBERS, _PANEL_NAME = (
    206,
    98,
    74,
)  # px: label column, number column, name of a panel on a slim line
_PITCH, _SLIM_LINE, _SLIM_LABEL, _TOP = 30, 24, 20, 24  # px


class Dot(NamedTuple):
    """One number of a row in the axis' unit; `printed` stands at the end of its line. None: not shown."""

    mid: float
    low: float | None
    high: float | None
    printed: str
    judged: bool = False


class DotRow(NamedTuple):
    """One line of the plot: its label, and one dot a panel."""

    label: str
    dots: Sequence[Dot | None]


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
        From top to bottom; each has one dot, or None, for each panel.
    axis : Axis
        The one scale of all panels.
    panels : sequence of str
        Names of the panels, left to right.

    Returns
    -------
    Markup
        Two SVG drawings. A filled dot was judged or counted; a hollow dot on a dashed line is a machine count.
        A number that is not shown is a `*` at the place where all `*` stand.
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
    each = (width - _LABELS) / len(panels)
    height = _TOP + head + _PITCH * len(rows)
    body: list[Markup] = []
    for at, panel in enumerate(panels):
        left = _LABELS + each * at + (18 if at else 6)
        right = _LABELS + each * (at + 1) - _NUMBERS
        if panel:
            body.append(text(left, 13, panel, "bd"))
        body += _grid(axis, (left, right), (head + 13, height), sparse=len(panels) > 1)
        for line, row in enumerate(rows):
            y = _TOP + head + _PITCH * (line + 0.5)
            body += _dot(row.dots[at], axis, (left, right), y)
    for line, row in enumerate(rows):
        y = _TOP + head + _PITCH * (line + 0.5)
        body.append(text(_LABELS - 12, y + 4, row.label, "e"))
    return body, height


def _slim(
    rows: Sequence[DotRow], axis: Axis, panels: Sequence[str], width: int
) -> tuple[list[Markup], int]:
    """The label above its line or lines; panels become lines of their own."""
    left, right = (_PANEL_NAME if any(panels) else 6), width - _NUMBERS
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


def _dot(dot: Dot | None, axis: Axis, ends: tuple[float, float], y: float) -> list[Markup]:
    """A dot, its interval and its number; a star alone where the number is not shown."""
    if dot is None:
        return [text(ends[1] + 14, y + 4, STAR, "t2")]
    x, out = scale(axis.top, *ends), []
    if dot.low is not None and dot.high is not None:
        line = "li" if dot.judged else "li mach"
        out.append(path(f"M{x(dot.low)} {y:g}H{x(min(dot.high, axis.top))}", line))
    out.append(circle(x(dot.mid), y, 5 if dot.judged else 4, "pt" if dot.judged else "po"))
    out.append(text(ends[1] + 14, y + 4, dot.printed, "bd" if dot.judged else ""))
    return out
