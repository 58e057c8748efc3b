"""Control charts: single values in order of time with their mean and natural limits; what signals is filled."""

from collections.abc import Sequence
from typing import NamedTuple

from bedside.report.charts.drawing import Axis, both, circle, frame, path, scale, text
from bedside.report.markup import Markup

__all__ = ["ControlPoint", "control_chart"]

_LEFT, _RIGHT, _TOP, _BOTTOM, _HEIGHT = 44, 12, 12, 188, 214  # px
_LABELS = {"wide": 8, "slim": 4}


class ControlPoint(NamedTuple):
    """One period: its name, its share in per cent, and whether it signals."""

    label: str
    share: float
    signal: bool


def control_chart(
    name: str,
    title: str,
    told: str,
    points: Sequence[ControlPoint],
    limits: tuple[float, float, float],
    axis: Axis,
) -> Markup:
    """Draw the series, wide and slim.

    Parameters
    ----------
    points : sequence of ControlPoint
        In order of time; periods that may not be shown are left out.
    limits : tuple of float
        Lower limit, mean, upper limit in per cent, within the axis.
    """

    def draw(width: int, kind: str) -> Markup:
        x, y = scale(max(len(points) - 1, 1), _LEFT, width - _RIGHT), scale(axis.top, _BOTTOM, _TOP)
        body = []
        for tick in axis.ticks:
            body.append(path(f"M{_LEFT} {y(tick)}H{width - _RIGHT}", "gr"))
            body.append(text(_LEFT - 8, y(tick) + 4, axis.label(tick), "e t2"))
        low, mean, high = (y(min(max(limit, 0), axis.top)) for limit in limits)
        body.append(path(f"M{_LEFT} {mean}H{width - _RIGHT}", "ax"))
        body += [path(f"M{_LEFT} {edge}H{width - _RIGHT}", "li mach") for edge in (low, high)]
        at = [(x(place), y(min(p.share, axis.top))) for place, p in enumerate(points)]
        body.append(path("M" + " ".join(f"{a} {b}" for a, b in at), "li"))
        body += [
            circle(a, b, 5 if p.signal else 3, "pt" if p.signal else "po")
            for (a, b), p in zip(at, points, strict=True)
        ]
        step = max(1, -(-len(points) // _LABELS[kind]))
        for place in range(0, len(points), step):
            end = " m" if place else ""
            body.append(text(at[place][0], _BOTTOM + 18, points[place].label, f"t2{end}"))
        return frame(name, title, told, (width, _HEIGHT), body, kind)

    return both(draw)
