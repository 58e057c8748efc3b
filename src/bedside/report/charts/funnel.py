"""Funnel plots: shares against the number of reviewers, with the limits that average providers keep."""

from collections.abc import Sequence
from typing import NamedTuple

from bedside.report.charts.drawing import Axis, both, circle, frame, nice_axis, path, scale, text
from bedside.report.markup import Markup

__all__ = ["FunnelPoint", "funnel_plot"]

_LEFT, _RIGHT, _TOP, _BOTTOM, _HEIGHT = 44, 16, 12, 252, 292  # px


class FunnelPoint(NamedTuple):
    """One provider: reviewers, share in per cent; a name where it lies outside the limits."""

    reviewers: int
    share: float
    name: str = ""


def funnel_plot(
    name: str,
    title: str,
    told: str,
    points: Sequence[FunnelPoint],
    limits: Sequence[tuple[float, float, float]],
    centre: float,
    axis: Axis,
) -> Markup:
    """Draw the funnel, wide and slim.

    Parameters
    ----------
    name, title, told : str
        As in `drawing.frame`.
    points : sequence of FunnelPoint
        Providers with a number; hollow within the limits, filled and named outside.
    limits : sequence of tuple
        Reviewers with the lower and upper limit in per cent, from few to many.
    centre : float
        Share of all providers, in per cent.
    axis : Axis
        Of the share, from zero.
    """
    across = nice_axis(max(point.reviewers for point in points), "")

    def draw(width: int, kind: str) -> Markup:
        x, y = scale(across.top, _LEFT, width - _RIGHT), scale(axis.top, _BOTTOM, _TOP)
        body = [part for tick in axis.ticks for part in _rule(y(tick), width, axis.label(tick))]
        ticks = across.ticks[:: 2 if kind == "slim" and len(across.ticks) > 4 else 1]
        body += [text(x(tick), _BOTTOM + 18, f"{tick:,.0f}", "m t2") for tick in ticks]
        body.append(text((_LEFT + width - _RIGHT) / 2, _HEIGHT - 4, "reviewers", "m t2"))
        body.append(path(f"M{_LEFT} {y(centre)}H{width - _RIGHT}", "ax"))
        for side in (1, 2):
            line = " ".join(f"{x(at[0])} {y(min(at[side], axis.top))}" for at in limits)
            body.append(path(f"M{line}", "li mach"))
        for point in points:
            here = x(point.reviewers), y(min(point.share, axis.top))
            body.append(circle(*here, 5 if point.name else 4, "pt" if point.name else "po"))
            if point.name:
                body.append(_label(point.name, *here, width))
        return frame(name, title, told, (width, _HEIGHT), body, kind)

    return both(draw)


def _label(words: str, x: float, y: float, width: int) -> Markup:
    """A name beside its mark, on the side that has room."""
    left = x > width / 2
    return text(x - 9 if left else x + 9, y + 4, words, "e bd" if left else "bd")


def _rule(y: float, width: int, label: str) -> list[Markup]:
    return [path(f"M{_LEFT} {y}H{width - _RIGHT}", "gr"), text(_LEFT - 8, y + 4, label, "e t2")]
