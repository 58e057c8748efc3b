"""Shapes of cascades: known values, brute force, and forests as platforms really give them."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.measure.graphs.cascades import grow_cascades, star_share


def distances(parent: list[int]) -> np.ndarray:
    """All distances of a forest by Floyd and Warshall; infinite between trees."""
    n = len(parent)
    far = np.full((n, n), np.inf)
    np.fill_diagonal(far, 0)
    for child, above in enumerate(parent):
        if above >= 0:
            far[child, above] = far[above, child] = 1
    for k in range(n):
        far = np.minimum(far, far[:, [k]] + far[[k], :])
    return far


@st.composite
def forests(draw: st.DrawFn) -> list[int]:
    """Parents of up to 14 posts in any order, without circles."""
    n = draw(st.integers(1, 14))
    order = draw(st.permutations(range(n)))
    parent = [-1] * n
    for place in range(1, n):
        above = draw(st.integers(-1, place - 1))
        parent[order[place]] = order[above] if above >= 0 else -1
    return parent


def test_the_shapes_are_those_of_closed_forms_and_networkx(vectors: Path) -> None:
    with (vectors / "cascades.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 8
    for row in table:
        parent = [-1] * int(row["size"])
        for edge in filter(None, row["edges"].split(";")):
            above, child = map(int, edge.split(">"))
            parent[child] = above
        grown = grow_cascades(parent)
        shape = (grown.size[0], grown.depth[0], grown.breadth[0])
        assert shape == tuple(int(row[name]) for name in ("size", "depth", "max_breadth"))
        assert grown.virality[0] == pytest.approx(float(row["structural_virality"]), abs=1e-10)


@given(forests())
def test_shapes_are_those_of_all_distances(parent: list[int]) -> None:
    grown, far = grow_cascades(parent), distances(parent)
    for number, root in enumerate(grown.root):
        here = np.flatnonzero(np.isfinite(far[root]))
        steps = far[root, here].astype(int)
        assert (grown.tree[here] == number).all()
        assert (grown.level[here] == steps).all()
        assert grown.size[number] == len(here)
        assert grown.depth[number] == steps.max()
        assert grown.breadth[number] == np.bincount(steps).max()
        pairs = len(here) * (len(here) - 1)
        mean = far[np.ix_(here, here)].sum() / pairs if pairs else 0
        assert grown.virality[number] == pytest.approx(mean)


@given(st.lists(st.integers(-1, 11), min_size=12, max_size=12))
def test_circles_are_opened_and_every_post_is_in_one_tree(parent: list[int]) -> None:
    grown = grow_cascades(parent)
    assert grown.size.sum() == len(parent)
    assert (grown.tree >= 0).all()
    assert (grown.level[grown.root] == 0).all()


def test_no_posts_make_no_cascades() -> None:
    grown = grow_cascades([])
    assert len(grown.size) == len(grown.virality) == len(grown.tree) == 0
    assert star_share(grown) is None


def test_a_parent_that_is_no_post_is_refused() -> None:
    with pytest.raises(InputError, match="-1 where there is none"):
        grow_cascades([-1, 7])


def test_one_hub_of_many_and_one_long_chain_are_no_trouble() -> None:
    number = 8_000
    hub = grow_cascades([-1, *[0] * (number - 1)])
    assert (hub.depth[0], hub.breadth[0]) == (1, number - 1)
    assert hub.virality[0] == pytest.approx(2 * (number - 1) / number)
    chain = grow_cascades(range(-1, number - 1))
    assert (chain.depth[0], chain.breadth[0]) == (number - 1, 1)
    assert chain.virality[0] == pytest.approx((number + 1) / 3)


def test_a_platform_that_ties_all_to_the_first_post_is_a_star() -> None:
    assert star_share(grow_cascades([-1, 0, 0, 0, -1, 4, 4])) == 1.0
    assert star_share(grow_cascades([-1, 0, 1, 2])) == pytest.approx(1 / 3)
    assert star_share(grow_cascades([-1, 0, -1, 2])) is None  # two posts are always a star
