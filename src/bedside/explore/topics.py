"""The map of themes: each a circle as large as its posts are many, near to what uses its words, none over another."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.report.charts.drawing import SLIM, WIDE
from bedside.report.markup import Markup, join, tag
from bedside.store.stages import Aggregate, Ask
from bedside.understand.themes.vectors import unpacked

__all__ = ["Topic", "place_themes", "topic_map"]

Places = dict[str, tuple[float, float]]
SAMPLE = 20_000  # posts from which centres are taken
SPAN = 16**8
MARK = 11.0  # px, radius of the smallest circle: its number must fit
GAP = 2.0  # px
STEPS, PUSH = 400, 0.3  # of the pushing apart
VECTORS = Aggregate(
    name="explorer.theme_vectors",
    needs=("themes", "vectors"),
    sql="""
SELECT t.theme, v.vector FROM themes t JOIN vectors v ON v.post_key = t.post_key
WHERE t.theme IS NOT NULL AND v.vector IS NOT NULL AND t.post_key <= $last ORDER BY t.theme, t.post_key
""",
)


class Topic(NamedTuple):
    """A theme as it is drawn: id, name, posts, and where it lies, each 0..1."""

    theme: str
    name: str
    posts: int
    x: float
    y: float


def place_themes(ask: Ask, posts: int) -> tuple[Places, float]:
    """Where themes lie, and how much of how they differ the two directions of the map hold.

    Parameters
    ----------
    ask : Ask
    posts : int
        In the corpus; of a large one a fixed part is looked at.

    Returns
    -------
    tuple of dict and float
        Theme -> (x, y), each 0..1; a share in 0..1. The same tables give the same map.

    References
    ----------
    Principal components of the themes' mean directions (Pearson 1901).
    """
    part = min(1.0, SAMPLE / max(1, posts))
    last = "g" if part == 1 else f"{int(part * SPAN):08x}"
    table = ask(VECTORS, {"last": last})
    themes = table["theme"].to_pylist()
    if not themes:
        return {}, 0.0
    names, at = np.unique(np.array(themes), return_inverse=True)
    directions = unpacked(table["vector"])
    centres = np.zeros((len(names), directions.shape[1]))
    np.add.at(centres, at, directions)
    return _places(list(map(str, names)), centres)


def _places(names: Sequence[str], centres: npt.NDArray[np.float64]) -> tuple[Places, float]:
    unit = centres / np.linalg.norm(centres, axis=1, keepdims=True).clip(1e-9)
    rows = unit - unit.mean(axis=0)
    left, size, _ = np.linalg.svd(rows, full_matrices=False)
    flat = np.zeros((len(names), 2))
    wide = min(2, left.shape[1])
    flat[:, :wide] = left[:, :wide] * size[:wide]
    flat *= np.where(flat[np.abs(flat).argmax(axis=0), [0, 1]] < 0, -1, 1)  # a fixed side
    low, high = flat.min(axis=0), flat.max(axis=0)
    spread = np.where(high > low, high - low, 1)
    places = (flat - low) / spread
    total = float((size**2).sum())
    held = float((size[:2] ** 2).sum()) / total if total else 0.0
    return {n: (float(x), float(y)) for n, (x, y) in zip(names, places, strict=True)}, held


def topic_map(topics: Sequence[Topic]) -> Markup:
    """Draw the map, wide and slim; numbers in circles are those of the table, largest first."""
    return join([_draw(topics, WIDE, 420, "wide"), _draw(topics, SLIM, 380, "slim")])


def _draw(topics: Sequence[Topic], width: int, height: int, kind: str) -> Markup:
    most = max(topic.posts for topic in topics) or 1
    largest = 40 if kind == "wide" else 26
    radii = [max(MARK, largest * (topic.posts / most) ** 0.5) for topic in topics]
    at = _apart([(topic.x, topic.y) for topic in topics], radii, (width, height))
    circles = [
        _circle(number, topic, (x, y, radius))
        for number, (topic, (x, y), radius) in enumerate(zip(topics, at, radii, strict=True), 1)
    ]
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(at, radii, strict=True)]
    labels: list[Markup] = []
    if kind == "wide":
        labels = _labels(topics, taken, width)
    return tag(
        "svg",
        *circles,
        *labels,
        class_=f"{kind} topics",
        role="group",
        aria_label=f"Map of {len(topics)} themes; each circle opens its posts. The table below says the same.",
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
    )


def _apart(
    places: Sequence[tuple[float, float]], radii: Sequence[float], size: tuple[int, int]
) -> list[tuple[float, float]]:
    """Places in pixels; circles that would cover each other are pushed apart, the same way each time."""
    reach = np.array(radii) + GAP
    box = np.array(size, float)
    low, high = reach[:, None], box - reach[:, None]
    at = low + np.array(places, float).reshape(-1, 2) * (high - low)
    for _ in range(STEPS):
        away = at[:, None] - at[None]
        away[:, :, 0] += np.triu(np.full((len(at), len(at)), 1e-6))
        far = np.sqrt((away**2).sum(axis=2))
        over = np.maximum(0, reach[:, None] + reach[None] - far)
        np.fill_diagonal(over, 0)
        if not over.any():
            break
        at = at + (away / far.clip(1e-6)[:, :, None] * over[:, :, None]).sum(axis=1) * PUSH
        at = np.clip(at, low, high)
    return [(round(float(x), 1), round(float(y), 1)) for x, y in at]


def _circle(number: int, topic: Topic, at: tuple[float, float, float]) -> Markup:
    x, y, radius = at
    mark = tag("circle", class_="topic", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{radius:.1f}")
    digits = tag("text", str(number), x=f"{x:.1f}", y=f"{y + 4.5:.1f}", class_="m")
    name = f"{number}: {topic.name}, {topic.posts:,} posts"
    return tag("a", mark, digits, href=f"/?theme={topic.theme}", aria_label=name)


def _labels(
    topics: Sequence[Topic], taken: list[tuple[float, float, float, float]], width: int
) -> list[Markup]:
    """Names beside circles, the largest themes first, where they touch nothing."""
    out = []
    for topic, (left, top, right, bottom) in list(zip(topics, taken, strict=True)):
        words = topic.name if len(topic.name) <= 28 else topic.name[:27].rstrip() + "…"
        long, middle = 7.4 * len(words), (top + bottom) / 2
        for x, end in ((right + 4, False), (left - 4, True)):
            box = (x - long if end else x, middle - 9, x if end else x + long, middle + 9)
            if box[0] >= 0 and box[2] <= width and not any(_touch(box, other) for other in taken):
                taken.append(box)
                out.append(
                    tag(
                        "text",
                        words,
                        x=f"{x:.1f}",
                        y=f"{middle + 4.5:.1f}",
                        class_="e" if end else None,
                        aria_hidden="true",
                    )
                )
                break
    return out


def _touch(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
