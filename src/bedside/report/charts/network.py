"""A network a person can read: numbered circles that never overlap, names where there is room, the same picture each time."""

from collections.abc import Iterator, Sequence
from math import cos, pi, sin, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.report.charts.drawing import both, circle, frame, path, text
from bedside.report.markup import Markup

__all__ = ["Box", "Circle", "Link", "Node", "name_boxes", "network_chart", "place_nodes"]

Places = npt.NDArray[np.float64]
_HEIGHTS = {"wide": 470, "slim": 400}  # px
_LEAST, _MOST = 10, 34  # px, radius: two digits fit into the smallest
_FULL = 0.2  # of the drawing that circles may fill
_APART = 10  # px between two circles
_ROUNDS, _PUSHES = 400, 400
_GOLDEN = pi * (3 - sqrt(5))  # the turn that spreads points on a spiral evenly
_LETTER, _LINE = 7.4, 16  # px of a letter and a line at 13 px
_LONGEST = 26  # letters of a line of a name
_WIDTHS = ((50, "w3"), (20, "w2"), (0, "w1"))  # accounts from which a line is drawn wider


class Node(NamedTuple):
    """A circle: its name, and the count that its area stands for."""

    name: str
    size: int


class Link(NamedTuple):
    """A line between two nodes, by their places in the list, and the count that its width stands for."""

    one: int
    other: int
    weight: int


class Circle(NamedTuple):
    """Where a node is drawn, in pixels."""

    x: float
    y: float
    radius: float


class Box(NamedTuple):
    """Where a name is written: its node, left, top, right and bottom in pixels, and how it is anchored."""

    node: int
    left: float
    top: float
    right: float
    bottom: float
    anchor: str

    def meets(self, other: "Box") -> bool:
        """Whether two names would touch."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def covers(self, spot: Circle) -> bool:
        """Whether a name would touch a circle."""
        x = min(max(spot.x, self.left), self.right)
        y = min(max(spot.y, self.top), self.bottom)
        return (x - spot.x) ** 2 + (y - spot.y) ** 2 < (spot.radius + 1) ** 2


def network_chart(
    name: str, title: str, told: str, nodes: Sequence[Node], links: Sequence[Link]
) -> Markup:
    """Draw numbered circles and the lines between them, wide and slim.

    Parameters
    ----------
    name : str
        Unique in the document.
    title, told : str
        The finding; the description for listeners.
    nodes : sequence of Node
        Numbered from 1 in this order, which should be that of the table beside the drawing.
    links : sequence of Link

    Returns
    -------
    Markup
        Two SVG drawings. The same nodes and links give the same drawing.
    """

    def draw(width: int, kind: str) -> Markup:
        height = _HEIGHTS[kind]
        places = place_nodes(nodes, links, width, height)
        body = [*_lines(places, links), *_circles(places), *_names(nodes, places, width, height)]
        return frame(name, title, told, (width, height), body, kind)

    return both(draw)


def _radii(nodes: Sequence[Node], width: int, height: int) -> Places:
    share = np.array([max(node.size, 1) for node in nodes], np.float64)
    share /= share.max()
    most = min(_MOST, sqrt(_FULL * width * height / (pi * float(share.sum()))))
    return np.maximum(_LEAST, most * np.sqrt(share))


def place_nodes(
    nodes: Sequence[Node], links: Sequence[Link], width: int, height: int
) -> list[Circle]:
    """Places of the nodes: tied ones near each other, none over another, all inside the drawing.

    Returns
    -------
    list of Circle

    References
    ----------
    Fruchterman and Reingold (1991), Software: Practice and Experience 21:1129-1164, begun on a golden-angle spiral in the
    order of the nodes, so that nothing is drawn by lot.
    """
    if not nodes:
        return []
    radii = _radii(nodes, width, height)
    places = _drawn_together(len(nodes), links)
    low, high = places.min(axis=0), places.max(axis=0)
    size = np.array([width, height], np.float64)
    inside = size - 2 * (radii.max() + 4)
    scaled = (places - low) / np.maximum(high - low, 1e-9) * inside + radii.max() + 4
    if len(nodes) == 1:
        scaled = size[None, :] / 2
    apart = _pushed_apart(scaled, radii, size)
    return [
        Circle(round(float(x), 1), round(float(y), 1), round(float(r), 1))
        for (x, y), r in zip(apart, radii, strict=True)
    ]


def _spiral(count: int) -> Places:
    return np.array(
        [(sqrt(n + 0.5) * cos(n * _GOLDEN), sqrt(n + 0.5) * sin(n * _GOLDEN)) for n in range(count)]
    ) / sqrt(max(count, 1))


def _drawn_together(count: int, links: Sequence[Link]) -> Places:
    """Fruchterman and Reingold's forces on a unit disc, with a pull to the middle that keeps parts together."""
    places = _spiral(count)
    pull = np.zeros((count, count))
    for link in links:
        pull[link.one, link.other] = pull[link.other, link.one] = 1 + np.log1p(link.weight)
    length = 1 / sqrt(count)
    for turn in range(_ROUNDS):
        away = places[:, None, :] - places[None, :, :]
        far = np.maximum(np.sqrt((away**2).sum(axis=2)), 1e-3)
        force = length**2 / far**2 - pull * far / length * 0.25
        np.fill_diagonal(force, 0)
        moved = (away * force[:, :, None]).sum(axis=1) - 0.9 * places
        step = np.sqrt((moved**2).sum(axis=1, keepdims=True))
        places = places + moved / np.maximum(step, 1e-9) * np.minimum(
            step, 0.1 * (1 - turn / _ROUNDS)
        )
    return places


def _pushed_apart(places: Places, radii: Places, size: Places) -> Places:
    """No circle over another, each inside the drawing; pushed along the line between them as often as needed."""
    places = places.copy()
    need = radii[:, None] + radii[None, :] + _APART
    edge = radii[:, None] + 2
    for _ in range(_PUSHES):
        away = places[:, None, :] - places[None, :, :]
        far = np.sqrt((away**2).sum(axis=2))
        short = np.where(np.eye(len(radii), dtype=bool), 0.0, np.maximum(need - far, 0))
        if not (short > 1e-6).any():
            break
        along = np.where(
            far[:, :, None] > 1e-6, away / np.maximum(far, 1e-6)[:, :, None], [1.0, 0.0]
        )
        places = places + (along * short[:, :, None]).sum(axis=1) * 0.5
        places = np.clip(places, edge, size - edge)
    return places


def _lines(places: Sequence[Circle], links: Sequence[Link]) -> Iterator[Markup]:
    for link in sorted(links, key=lambda link: link.weight):
        one, other = places[link.one], places[link.other]
        wide = next(kind for least, kind in _WIDTHS if link.weight >= least)
        yield path(f"M{one.x:g} {one.y:g}L{other.x:g} {other.y:g}", f"tie {wide}")


def _circles(places: Sequence[Circle]) -> Iterator[Markup]:
    for number, spot in enumerate(places, 1):
        yield circle(spot.x, spot.y, spot.radius, "po")
        yield text(spot.x, spot.y + 4, str(number), "m no")


def _names(
    nodes: Sequence[Node], places: Sequence[Circle], width: int, height: int
) -> Iterator[Markup]:
    boxes = name_boxes(nodes, places, width, height)
    if 2 * len(boxes) < len(nodes):  # a few names among many numbers would look like a choice
        return
    for box in boxes:
        x = {"": box.left, "m": (box.left + box.right) / 2, "e": box.right}[box.anchor]
        for line, words in enumerate(_two_lines(nodes[box.node].name)):
            y = box.top + _LINE * (line + 1) - 4
            yield text(round(x, 1), round(y, 1), words, f"{box.anchor} t2" if line else box.anchor)


def _two_lines(name: str) -> list[str]:
    """A name as it is drawn: what stands before a colon, and what stands after it."""
    return [
        line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip(' ,')}…"
        for line in name.split(": ", 1)
    ]


def name_boxes(
    nodes: Sequence[Node], places: Sequence[Circle], width: int, height: int
) -> list[Box]:
    """Where names are written: the largest nodes choose first; a name that would touch anything is left to the table."""
    boxes: list[Box] = []
    for node in sorted(range(len(nodes)), key=lambda n: (-nodes[n].size, n)):
        for box in _around(node, places[node], _two_lines(nodes[node].name)):
            fits = box.left >= 0 and box.top >= 0 and box.right <= width and box.bottom <= height
            free = not any(box.meets(b) for b in boxes) and not any(box.covers(c) for c in places)
            if fits and free:
                boxes.append(box)
                break
    return boxes


def _around(node: int, spot: Circle, lines: Sequence[str]) -> Iterator[Box]:
    """Places for a name: right, left, below, above, and askew."""
    wide, tall = max(map(len, lines)) * _LETTER, len(lines) * _LINE
    gap, askew = spot.radius + 4, spot.radius * 0.7 + 3
    left, right = spot.x - wide, spot.x
    top, middle = spot.y - tall, spot.y - tall / 2
    for anchor, x, y in (
        ("", right + gap, middle),
        ("e", left - gap, middle),
        ("m", spot.x - wide / 2, spot.y + gap),
        ("m", spot.x - wide / 2, top - gap),
        ("", right + askew, spot.y + askew - 4),
        ("e", left - askew, spot.y + askew - 4),
        ("", right + askew, top - askew + 4),
        ("e", left - askew, top - askew + 4),
    ):
        yield Box(node, x, y, x + wide, y + tall, anchor)
