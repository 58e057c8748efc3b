"""Mixing and reciprocity: published values, what must hold of every network, and intervals that hold."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from bedside.errors import InputError
from bedside.measure.graphs.edges import make_edges
from bedside.measure.graphs.reciprocity import reciprocity
from bedside.measure.statistics.mixing import (
    assortativity,
    jackknifed_assortativity,
    jackknifed_reciprocity,
)

TIES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=40)


def rows(folder: Path, name: str) -> list[list[str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.reader(file))


def test_newmans_couples_mix_as_published(vectors: Path) -> None:
    """Newman (2003), table 1: .621 from the printed cells; .623 once they are made to add up to 1."""
    _, *lines = rows(vectors, "newman_mixing")
    cells = np.array([[float(x) for x in line[1:5]] for line in lines])
    assert assortativity(cells) == pytest.approx(float(lines[0][7]), abs=1e-12)
    within, chance = np.trace(cells), float(cells.sum(axis=0) @ cells.sum(axis=1))
    assert (within - chance) / (1 - chance) == pytest.approx(float(lines[0][6]), abs=1e-12)


def test_the_karate_club_keeps_to_its_halves(vectors: Path) -> None:
    """Networkx's attribute assortativity of the split; an undirected tie is one each way."""
    club = [int(line[1]) for line in rows(vectors, "karate_nodes")[1:]]
    wanted = dict(line[:2] for line in rows(vectors, "karate_global")[1:])
    cells = np.zeros((2, 2))
    for line in rows(vectors, "karate_edges")[1:]:
        a, b = club[int(line[0])], club[int(line[1])]
        cells[a, b] += 1
        cells[b, a] += 1
    assert assortativity(cells) == pytest.approx(float(wanted["attribute_assortativity_club"]))


@given(TIES)
def test_the_jackknife_of_reciprocity_stands_around_both_definitions(
    ties: list[tuple[int, int]],
) -> None:
    found = jackknifed_reciprocity([a for a, _ in ties], [b for _, b in ties])
    if found is None:
        assert all(a == b for a, b in ties)
        return
    plain = reciprocity(make_edges([a for a, _ in ties], [b for _, b in ties], nodes=10))
    assert (found[0].value, found[1].value) == pytest.approx((plain.edge, plain.dyad))
    for share in found:
        if share.low is not None and share.high is not None:
            assert 0 <= share.low <= share.value <= share.high <= 1


@given(TIES, st.lists(st.integers(0, 2), min_size=10, max_size=10))
def test_the_jackknife_leaves_out_each_account_as_if_it_had_never_written(
    ties: list[tuple[int, int]], kinds: list[int]
) -> None:
    def plain(kept: list[tuple[int, int]]) -> float:
        cells = np.zeros((3, 3))
        for a, b in kept:
            cells[kinds[a], kinds[b]] += 1
        return assortativity(cells)

    share = jackknifed_assortativity([a for a, _ in ties], [b for _, b in ties], kinds, 3)
    if np.isnan(plain(ties)):
        assert share is None
        return
    assert share is not None and share.value == pytest.approx(plain(ties))
    accounts = {a for tie in ties for a in tie}
    rests = [[tie for tie in ties if account not in tie] for account in accounts]
    left = np.array([r for rest in rests if rest and not np.isnan(r := plain(rest))])
    n = len(left)
    if n < 3:
        assert share.low is None
        return
    wide = stdtrit(n - 1, 0.975) * (((left - left.mean()) ** 2).sum() * (n - 2) / (2 * n)) ** 0.5
    assert share.low == pytest.approx(max(-1, share.value - wide))
    assert share.high == pytest.approx(min(1, share.value + wide))


@pytest.mark.parametrize("cells", [[[1, 2]], [[0, 0], [0, 0]], [[1, -1], [0, 1]]])
def test_a_matrix_that_is_none_is_refused(cells: list[list[float]]) -> None:
    with pytest.raises(InputError):
        assortativity(cells)


def test_ties_within_one_kind_tell_nothing() -> None:
    assert np.isnan(assortativity([[5, 0], [0, 0]]))
    assert jackknifed_assortativity([0, 1], [1, 0], [0, 0], 2) is None
    assert jackknifed_assortativity([], [], [], 2) is None
