"""Pieces of a drawing: scale, text, path, and the frame that a screen reader announces."""

from collections.abc import Callable, Sequence

from bedside.report.markup import NOTHING, Markup, join, tag

__all__ = ["SLIM", "WIDE", "Axis", "both", "circle", "frame", "nice_axis", "path", "scale", "text"]

WIDE, SLIM = 736, 352  # px; one drawing for a page, one for a hand; text is never scaled
_NICE_TOPS = ((5, 1), (10, 2), (20, 5), (30, 10), (40, 10), (50, 10), (60, 20), (80, 20), (100, 20))


class Axis:
    """A scale from zero: its top, its ticks, and how a tick is printed."""

    def __init__(self, top: float, step: float, unit: str) -> None:
        self.top, self.unit = top, unit
        self.ticks = [step * at for at in range(round(top / step) + 1)]

    def label(self, tick: float) -> str:
        """A tick as text; zero without its unit."""
        return f"{tick:g}{self.unit}" if tick else "0"


def nice_axis(highest: float, unit: str, *, limit: float | None = None) -> Axis:
    """An axis from zero that holds `highest`, with two to six round ticks.

    Parameters
    ----------
    highest : float
        The largest number drawn, interval included, in the axis' unit; at least 0.
    unit : str
        Printed after each tick but zero.
    limit : float or None
        The largest number possible, such as 100 for per cent.

    Examples
    --------
    >>> nice_axis(47, "%", limit=100).ticks
    [0, 10, 20, 30, 40, 50]
    >>> nice_axis(230, "").ticks
    [0, 100, 200, 300]
    """
    ten = 1.0
    while limit is None and highest > 100 * ten:
        ten *= 10
    top, step = next((pair for pair in _NICE_TOPS if highest <= pair[0] * ten), _NICE_TOPS[-1])
    whole = int(ten)
    return Axis(top * whole, step * whole, unit)


def scale(top: float, start: float, end: float) -> Callable[[float], float]:
    """Linear map from 0..top to start..end in pixels, rounded to a tenth."""
    return lambda x: round(start + x / top * (end - start), 1)


def text(x: float, y: float, words: str, kind: str = "") -> Markup:
    """A text element; `kind` lists classes: e (ends here), m (middle), t2 (quiet), bd (bold)."""
    return tag("text", words, x=f"{x:g}", y=f"{y:g}", class_=kind or None)


def path(d: str, kind: str) -> Markup:
    """A path with its class."""
    return tag("path", class_=kind, d=d)


def circle(x: float, y: float, radius: float, kind: str) -> Markup:
    """A mark."""
    return tag("circle", class_=kind, cx=f"{x:g}", cy=f"{y:g}", r=f"{radius:g}")


def frame(
    name: str, title: str, told: str, size: tuple[int, int], body: Sequence[Markup], kind: str
) -> Markup:
    """Wrap marks in an SVG that a screen reader announces.

    Parameters
    ----------
    name : str
        Unique in the document; ids of title and description are made from it.
    title, told : str
        The finding; what a listener needs to know of the drawing.
    size : tuple of int
        Width and height in pixels.
    body : sequence of Markup
        The marks.
    kind : str
        `wide` or `slim`.
    """
    key, (width, height) = f"{name}-{size[0]}", size
    return tag(
        "svg",
        tag("title", title, id=f"{key}-t"),
        tag("desc", told, id=f"{key}-d"),
        *body,
        class_=kind,
        role="img",
        aria_labelledby=f"{key}-t",
        aria_describedby=f"{key}-d",
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
    )


def both(draw: Callable[[int, str], Markup]) -> Markup:
    """Draw wide and slim; the sheet shows the one that fits."""
    return join([draw(WIDE, "wide"), draw(SLIM, "slim")], NOTHING)
