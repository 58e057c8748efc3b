"""Weekly counts as a line on a scale from zero; a week that may not be shown is a gap with `*` under it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from bedside.report.charts.drawing import Axis, both, frame, path, scale, text
from bedside.report.markup import Markup
from bedside.report.printing import STAR

__all__ = ["Week", "week_chart"]

_LEFT, _RIGHT, _TOP, _BOTTOM, _HEIGHT = 44, 12, 12, 168, 206  # px
_MONTH_ROOM = 40  # px
_MOST_LABELS = {"wide": 8, "slim": 4}


class Week(NamedTuple):
    """One week by its Monday: the count with its interval, or None where it may not be shown."""

    start: date
    number: int | None
    low: float | None = None
    high: float | None = None


def week_chart(name: str, title: str, told: str, weeks: Sequence[Week], axis: Axis) -> Markup:
    """Draw one line of weekly counts, wide and slim.

    Parameters
    ----------
    name, title, told : str
        As in `drawing.frame`.
    weeks : sequence of Week
        In order of time; weeks that are missing between two are left blank, never drawn as zero.
    axis : Axis
        From zero; holds every number shown.
    """

    def draw(width: int, kind: str) -> Markup:
        first = weeks[0].start
        reach = max((weeks[-1].start - first).days, 7)
        x = scale(reach, _LEFT, width - _RIGHT)
        y = scale(axis.top, _BOTTOM, _TOP)
        at = [x((week.start - first).days) for week in weeks]
        body = [part for tick in axis.ticks for part in _rule(y(tick), width, axis.label(tick))]
        body += [path(d, "bn") for d in _areas(weeks, at, y, axis.top)]
        body.append(path(_line(weeks, at, [y(w.number or 0) for w in weeks]), "li"))
        body += [
            text(place, _BOTTOM - 3, STAR, "m t2")
            for place, week in zip(at, weeks, strict=True)
            if week.number is None
        ]
        body += _months(weeks, at, width, _MOST_LABELS[kind])
        return frame(name, title, told, (width, _HEIGHT), body, kind)

    return both(draw)


def _rule(y: float, width: int, label: str) -> list[Markup]:
    """A hairline across, with its number."""
    return [path(f"M{_LEFT} {y}H{width - _RIGHT}", "gr"), text(_LEFT - 8, y + 4, label, "e t2")]


def _line(weeks: Sequence[Week], xs: Sequence[float], ys: Sequence[float]) -> str:
    """Path data; the pen is lifted where a week is missing or not shown, and a week alone becomes a tick."""
    d, last = "", None
    for week, x, y in zip(weeks, xs, ys, strict=True):
        if week.number is None:
            last = None
            continue
        joined = last is not None and (week.start - last).days == 7
        d += f"L{x} {y}" if joined else f"M{x - 1:g} {y}h1"
        last = week.start
    return d


def _areas(
    weeks: Sequence[Week], xs: Sequence[float], y: Callable[[float], float], top: float
) -> Iterator[str]:
    """Outlines of the intervals, parted where a week is missing, not shown or has none."""
    held: list[tuple[float, float, float]] = []
    for at, (week, x) in enumerate(zip(weeks, xs, strict=True)):
        joined = at and (week.start - weeks[at - 1].start).days == 7
        if held and (not joined or week.number is None):
            yield from _outline(held)
            held = []
        if week.number is not None and week.low is not None and week.high is not None:
            held.append((x, y(week.low), y(min(week.high, top))))
    yield from _outline(held)


def _outline(held: Sequence[tuple[float, float, float]]) -> Iterator[str]:
    if len(held) > 1:
        there = [f"{x:g} {high:g}" for x, _, high in held]
        back = [f"{x:g} {low:g}" for x, low, _ in reversed(held)]
        yield f"M{'L'.join([*there, *back])}Z"


def _months(weeks: Sequence[Week], xs: Sequence[float], width: int, most: int) -> list[Markup]:
    """Names of months under the weeks in which they begin, not more than fit."""
    out = []
    for at in _named_months(weeks, xs, most):
        place = "e " if xs[at] > width - 60 else ""
        out.append(path(f"M{xs[at]} {_BOTTOM}v5", "ax"))
        out.append(text(xs[at], _BOTTOM + 20, f"{weeks[at].start:%b}", place + "t2"))
        out.append(text(xs[at], _BOTTOM + 35, str(weeks[at].start.year), place + "t2"))
    return out


def _named_months(weeks: Sequence[Week], xs: Sequence[float], most: int) -> list[int]:
    """Weeks at which a month is named; a cut first month gives way to the next if it stands too near."""
    starts = [
        at
        for at, week in enumerate(weeks)
        if at == 0 or week.start.month != weeks[at - 1].start.month
    ]
    if len(starts) > 1 and xs[starts[1]] - xs[0] < _MONTH_ROOM:
        starts = starts[1:]
    return starts[:: -(-len(starts) // most)]
