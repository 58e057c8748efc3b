"""Comparisons: at equal size, against a comparison group, and the likelihood of self-exciting events."""

import csv
from pathlib import Path

import numpy as np
import pytest

from bedside.errors import InputError
from bedside.measure.graphs.cascades import grow_cascades
from bedside.measure.statistics.differences import Cell, difference_in_differences
from bedside.measure.statistics.hawkes import hawkes_log_likelihood
from bedside.measure.statistics.matched import FEWEST, compare_matched


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def grown_tree(rng: np.random.Generator, size: int) -> list[int]:
    """A tree of a given size; whoever was answered is answered more."""
    parent = [-1]
    for place in range(1, size):
        pool = [*range(place), *parent[1:]]
        parent.append(int(pool[rng.integers(len(pool))]))
    return parent


def cascades(
    rng: np.random.Generator, claims: int, larger: int
) -> tuple[list[float], list[bool], list[int], list[int]]:
    """Cascades of two groups of claims from one process, those of the first group larger."""
    values, first, sizes, clusters = [], [], [], []
    for claim in range(2 * claims):
        for _ in range(6):
            size = (
                2 + int(rng.geometric(0.25)) + (int(rng.integers(larger)) if claim < claims else 0)
            )
            values.append(float(grow_cascades(grown_tree(rng, size)).virality[0]))
            first.append(claim < claims)
            sizes.append(size)
            clusters.append(claim)
    return values, first, sizes, clusters


def test_cascades_of_one_process_are_not_told_apart_once_matched_on_size() -> None:
    """Larger ones look more viral (Juul and Ugander); at equal size 3-7 % differ, with three standard errors of 150 sets."""
    rng = np.random.default_rng(20)
    unmatched = matched = 0
    for _ in range(150):
        values, first, sizes, clusters = cascades(rng, 10, 6)
        whole = compare_matched(values, first, [0] * len(values), clusters)
        equal = compare_matched(values, first, sizes, clusters)
        assert whole.p is not None and equal.p is not None
        unmatched += whole.p < 0.05
        matched += equal.p < 0.05
    assert unmatched > 100
    assert matched / 150 < 0.107


def test_groups_that_differ_at_equal_size_are_told_apart() -> None:
    rng = np.random.default_rng(4)
    strata = [size for _ in range(16) for size in range(5)]
    clusters = [cluster for cluster in range(16) for _ in range(5)]
    first = [cluster < 8 for cluster in clusters]
    values = [s + 0.8 * one + rng.normal() / 3 for s, one in zip(strata, first, strict=True)]
    found = compare_matched(values, first, strata, clusters)
    assert found.low is not None and found.high is not None
    assert 0.4 < found.low < 0.8 < found.high < 1.2


def test_few_claims_are_refused_and_unmatched_ones_left_out() -> None:
    few = compare_matched([1.0, 2.0] * 4, [True, False] * 4, [1] * 8, ["a", "b"] * 4)
    assert few.difference is None
    assert f"{FEWEST} are needed" in few.refused
    none = compare_matched([], [], [], [])
    assert none.difference is None
    apart = compare_matched(
        [1.0] * 20, [True] * 10 + [False] * 10, [1] * 10 + [2] * 10, list(range(20))
    )
    assert (apart.first, apart.second) == (0, 0)


def test_values_need_a_side_a_stratum_and_a_cluster_each() -> None:
    with pytest.raises(InputError, match="each value needs one"):
        compare_matched([1.0], [True, False], [1], [1])


def test_the_minimum_wage_is_that_of_table_3(vectors: Path) -> None:
    """Card and Krueger (1994) print 2.76 from means that are less rounded; the printed means give 2.75."""
    rows = {row["cell"]: row for row in read(vectors, "did_card_krueger1994_table3")}
    names = ("NJ_before", "NJ_after", "PA_before", "PA_after")
    cells = [Cell(float(rows[name]["mean_FTE"]), float(rows[name]["se"])) for name in names]
    nj, nj_after, pa, pa_after = cells
    change = difference_in_differences(nj, nj_after, pa, pa_after)
    assert change.value == pytest.approx(2.75)
    assert change.value == pytest.approx(float(rows["published_DiD"]["mean_FTE"]), abs=0.011)
    assert change.error > float(rows["published_DiD"]["se"])  # theirs saw the same stores twice
    with pytest.raises(InputError, match="below zero"):
        difference_in_differences(nj, nj_after, pa, Cell(1, -1))


def test_the_recursion_gives_the_likelihood_of_all_pairs(vectors: Path) -> None:
    for row in read(vectors, "hawkes_loglik"):
        times = [float(time) for time in row["times"].split(";")]
        found = hawkes_log_likelihood(
            times,
            float(row["T"]),
            base=float(row["mu"]),
            branching=float(row["alpha_branching"]),
            decay=float(row["beta"]),
        )
        assert found == pytest.approx(float(row["loglik_direct"]), abs=1e-9)
    with pytest.raises(InputError, match="outside 0 to"):
        hawkes_log_likelihood([3], 2, base=1, branching=0, decay=1)
    with pytest.raises(InputError, match="above 0"):
        hawkes_log_likelihood([1], 2, base=0, branching=0, decay=1)
