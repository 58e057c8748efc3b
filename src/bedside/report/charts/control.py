"""Control charts: single values in order of time with their mean and natural limits; what signals is filled."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bedside.report.charts.drawing import Axis, both, circle, frame, path, scale, text
from bedside.report.markup import Markup, join

__all__ = ["ControlPanel", "ControlPoint", "control_chart", "control_panels"]

_LEFT, _RIGHT, _TOP, _BOTTOM, _HEIGHT = 44, 12, 12, 188, 214  # px of a chart of its own
_HEAD, _TALL, _FOOT, _GAP = (
    26,
    112,
    34,
    26,
)  # px of a panel: label, drawing, labels below; between two
_LABELS = {"wide": 8, "slim": 4}  # most labels below a chart of its own
_PANEL_LABELS = 3
_COLUMNS = {"wide": 2, "slim": 1}
_PANELS = 6  # of one drawing: a drawing is not parted between two printed pages


class ControlPoint(NamedTuple):
    """One period: its name, its share in per cent, and whether it signals."""

    label: str
    share: float
    signal: bool


class ControlPanel(NamedTuple):
    """One series: its name, its points in order of time, and its lower limit, mean and upper limit in per cent."""

    label: str
    points: Sequence[ControlPoint]
    limits: tuple[float, float, float]


class _Box(NamedTuple):
    """Where a series is drawn, in px, and how many periods are named below it."""

    left: float
    top: float
    right: float
    floor: float
    labels: int


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
        box = _Box(_LEFT, _TOP, width - _RIGHT, _BOTTOM, _LABELS[kind])
        body = list(_drawn(ControlPanel("", points, limits), axis, box))
        return frame(name, title, told, (width, _HEIGHT), body, kind)

    return both(draw)


def control_panels(
    name: str, title: str, told: str, panels: Sequence[ControlPanel], axis: Axis
) -> Markup:
    """Draw several series on one scale, in the order given, two a row on a page and one in a hand.

    Parameters
    ----------
    name, title, told : str
        As in `drawing.frame`.
    panels : sequence of ControlPanel
        Six go into one drawing; more make more drawings.
    axis : Axis
        Of all of them, from zero.
    """
    parts = [panels[at : at + _PANELS] for at in range(0, len(panels), _PANELS)]
    return join([
        _panels(name if len(parts) == 1 else f"{name}-{number}", title, told, part, axis)
        for number, part in enumerate(parts, start=1)
    ])  # fmt: skip


def _panels(name: str, title: str, told: str, panels: Sequence[ControlPanel], axis: Axis) -> Markup:
    high = _HEAD + _TALL + _FOOT

    def draw(width: int, kind: str) -> Markup:
        columns = min(_COLUMNS[kind], len(panels))
        each = (width - _GAP * (columns - 1)) / columns
        body: list[Markup] = []
        for number, panel in enumerate(panels):
            row, column = divmod(number, columns)
            left, top = column * (each + _GAP), row * high
            body.append(text(left, top + 16, panel.label))
            floor = top + _HEAD + _TALL
            labels = _PANEL_LABELS if columns > 1 else _LABELS[kind]
            box = _Box(left + _LEFT, top + _HEAD + 8, left + each - _RIGHT, floor, labels)
            body += _drawn(panel, axis, box)
        return frame(name, title, told, (width, -(-len(panels) // columns) * high), body, kind)

    return both(draw)


def _drawn(panel: ControlPanel, axis: Axis, box: _Box) -> Iterator[Markup]:
    """Scale, mean, limits, line and marks of one series."""
    points = panel.points
    x, y = scale(max(len(points) - 1, 1), box.left, box.right), scale(axis.top, box.floor, box.top)
    across = f"{box.left:g} {{}}H{box.right:g}"
    for tick in axis.ticks:
        yield path("M" + across.format(y(tick)), "gr")
        yield text(box.left - 8, y(tick) + 4, axis.label(tick), "e t2")
    low, mean, high = (y(min(max(limit, 0), axis.top)) for limit in panel.limits)
    yield path("M" + across.format(mean), "ax")
    yield from (path("M" + across.format(edge), "li mach") for edge in (low, high))
    at = [(x(place), y(min(p.share, axis.top))) for place, p in enumerate(points)]
    yield path("M" + " ".join(f"{a} {b}" for a, b in at), "li")
    for (a, b), p in zip(at, points, strict=True):
        yield circle(a, b, 5 if p.signal else 3, "pt" if p.signal else "po")
    step = max(1, -(-len(points) // box.labels))
    for place in range(0, len(points), step):
        end = " m" if place else ""
        yield text(at[place][0], box.floor + 18, points[place].label, f"t2{end}")
