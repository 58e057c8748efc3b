"""Panels: several small line charts of shares on one scale, with their intervals as areas; what is hidden is a gap."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from bedside.report.charts.drawing import Axis, both, circle, frame, path, scale, text
from bedside.report.markup import Markup
from bedside.report.printing import STAR

__all__ = ["Panel", "Point", "panel_chart"]

_Scale = Callable[[float], float]
_LEFT, _RIGHT, _GAP = 44, 14, 26  # px
_LETTER, _GAP = 6.8, 4  # px: a letter at 12 px, and the least room between two labels
_HEAD, _HEIGHT, _FOOT = 26, 120, 30  # px of a panel: label, drawing, ticks
_MOST_DOTS = 30  # points from which marks would hide the line
_COLUMNS = {"wide": 2, "slim": 1}


class Point(NamedTuple):
    """One number at a place along the line; `mid` None: it may not be shown."""

    at: float
    mid: float | None
    low: float | None = None
    high: float | None = None


class Panel(NamedTuple):
    """One line: its label, its points in order, and whether people judged them."""

    label: str
    points: Sequence[Point]
    judged: bool = False


def panel_chart(
    name: str,
    title: str,
    told: str,
    panels: Sequence[Panel],
    axis: Axis,
    ticks: Sequence[tuple[float, str]],
) -> Markup:
    """Draw lines in panels of their own, two a row on a page and one in a hand.

    Parameters
    ----------
    name, title, told : str
        As in `drawing.frame`.
    panels : sequence of Panel
        All drawn on the same two scales.
    axis : Axis
        Upright, from zero.
    ticks : sequence of (place, label)
        Along the line. The scale goes from the first to the last, or on to the last point.
    """

    def draw(width: int, kind: str) -> Markup:
        columns = min(_COLUMNS[kind], len(panels))
        each = (width - _GAP * (columns - 1)) / columns
        body: list[Markup] = []
        for number, panel in enumerate(panels):
            row, column = divmod(number, columns)
            left = column * (each + _GAP)
            top = row * (_HEAD + _HEIGHT + _FOOT)
            body += _panel(panel, axis, ticks, (left, top, left + each))
        rows = -(-len(panels) // columns)
        return frame(name, title, told, (width, rows * (_HEAD + _HEIGHT + _FOOT) + 6), body, kind)

    return both(draw)


def _panel(
    panel: Panel,
    axis: Axis,
    ticks: Sequence[tuple[float, str]],
    place: tuple[float, float, float],
) -> Iterator[Markup]:
    left, top, right = place
    floor, ceiling = top + _HEAD + _HEIGHT, top + _HEAD + 8
    y = scale(axis.top, floor, ceiling)
    first = ticks[0][0]
    last = max(ticks[-1][0], *(point.at for point in panel.points), first)
    across = scale(max(last - first, 1e-9), left + _LEFT, right - _RIGHT)

    def x(at: float) -> float:
        return across(at - first)

    yield text(left, top + 16, panel.label)
    for tick in axis.ticks[:: 2 if len(axis.ticks) > 4 else 1]:
        yield path(f"M{left + _LEFT:g} {y(tick):g}H{right - _RIGHT:g}", "gr")
        yield text(left + _LEFT - 8, y(tick) + 4, axis.label(tick), "e t2")
    shown = _apart([(x(at), label) for at, label in ticks])
    for at, label in ticks:
        yield path(f"M{x(at):g} {floor:g}v4", "ax")
        if label in shown:
            yield text(x(at), floor + 18, label, "e t2" if at == last else "m t2")
    for stretch in _stretches(panel.points):
        yield from _drawn(stretch, x, y, judged=panel.judged, dots=len(panel.points) <= _MOST_DOTS)
    for point in panel.points:
        if point.mid is None:
            yield text(x(point.at), floor - 3, STAR, "m t2")


def _apart(ticks: Sequence[tuple[float, str]]) -> set[str]:
    """Labels that can stand beside each other: the last, which ends at its tick, the first, and those that fit between.

    Examples
    --------
    >>> sorted(_apart([(0, "0"), (50, "1 day"), (180, "1 week"), (200, "30 days")]))
    ['0', '1 day', '30 days']
    """
    end, last = ticks[-1]
    shown, free, limit = {last}, float("-inf"), end - _LETTER * len(last)
    for at, label in ticks[:-1]:
        half = _LETTER * len(label) / 2
        if at - half >= free and at + half + _GAP <= limit:
            shown.add(label)
            free = at + half + _GAP
    return shown


def _stretches(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Points that stand together, parted where one may not be shown."""
    held: list[Point] = []
    for point in points:
        if point.mid is not None:
            held.append(point)
        elif held:
            yield held
            held = []
    if held:
        yield held


def _drawn(
    points: Sequence[Point], x: _Scale, y: _Scale, *, judged: bool, dots: bool
) -> Iterator[Markup]:
    """Area of the intervals, line, and marks where there are few."""
    sure = [p for p in points if p.low is not None and p.high is not None]
    if len(sure) > 1:
        there = " ".join(f"{x(p.at):g},{y(p.high or 0):g}" for p in sure)
        back = " ".join(f"{x(p.at):g},{y(p.low or 0):g}" for p in reversed(sure))
        yield path(f"M{there} {back}Z".replace(" ", "L"), "bn")
    line = "L".join(f"{x(p.at):g} {y(p.mid or 0):g}" for p in points)
    yield path(f"M{line}" if len(points) > 1 else f"M{line}h1", "li" if judged else "li mach")
    if dots or len(points) == 1:
        for p in points:
            yield circle(x(p.at), y(p.mid or 0), 3.5, "pt" if judged else "po")
