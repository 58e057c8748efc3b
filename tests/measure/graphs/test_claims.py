"""What graphs promise, on graphs of any shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.measure.graphs.centrality import core_numbers, degrees, page_rank
from bedside.measure.graphs.components import components
from bedside.measure.graphs.edges import Edges, make_edges, undirected
from bedside.measure.graphs.leiden import find_communities
from bedside.measure.graphs.partitions import adjusted_mutual_information, ei_index, modularity
from bedside.measure.graphs.reciprocity import reciprocity
from tests.measure.graphs.planted import planted

NODES = 12
TIES = st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)), max_size=60)
GROUPS = st.lists(st.integers(0, 4), min_size=NODES, max_size=NODES)


def graph(ties: list[tuple[int, int]]) -> Edges:
    return make_edges([a for a, _ in ties], [b for _, b in ties], nodes=NODES)


@given(TIES)
def test_rows_of_a_tie_add_up_and_ties_to_oneself_are_none(ties: list[tuple[int, int]]) -> None:
    edges = graph(ties)
    assert edges.weight.sum() == sum(a != b for a, b in ties)
    assert len(edges.source) == len({(a, b) for a, b in ties if a != b})
    assert undirected(edges).weight.sum() == edges.weight.sum()


@given(TIES, st.permutations(range(NODES)))
def test_measures_do_not_depend_on_how_nodes_are_numbered(
    ties: list[tuple[int, int]], order: list[int]
) -> None:
    edges, renamed = graph(ties), graph([(order[a], order[b]) for a, b in ties])
    assert reciprocity(edges) == reciprocity(renamed)
    assert page_rank(edges) == pytest.approx(page_rank(renamed)[order], abs=1e-9)
    assert core_numbers(edges).tolist() == core_numbers(renamed)[order].tolist()


@given(TIES)
def test_page_rank_shares_out_one_and_cores_stay_below_degrees(ties: list[tuple[int, int]]) -> None:
    edges = graph(ties)
    assert page_rank(edges).sum() == pytest.approx(1)
    assert (
        core_numbers(edges) <= degrees(undirected(edges))[0] + degrees(undirected(edges))[1]
    ).all()


@given(TIES)
def test_no_tie_leads_out_of_a_component(ties: list[tuple[int, int]]) -> None:
    edges = graph(ties)
    weak, strong = components(edges), components(edges, strong=True)
    assert (weak[edges.source] == weak[edges.target]).all()
    assert strong.max() >= weak.max()
    assert (np.diff(np.bincount(weak)) <= 0).all()


@given(GROUPS, GROUPS)
def test_likeness_of_groupings_is_symmetric_and_one_for_the_same(
    one: list[int], other: list[int]
) -> None:
    assert adjusted_mutual_information(one, one) == pytest.approx(1)
    there, back = adjusted_mutual_information(one, other), adjusted_mutual_information(other, one)
    assert there == pytest.approx(back, abs=1e-9)
    assert there <= 1 + 1e-9


def test_likeness_of_groupings_by_hand() -> None:
    """Information ln 2, entropies ln 2 and 1.5 ln 2; what chance gives is the mean over all 24 orders."""
    expected = np.mean(
        [_information((0, 0, 1, 1), tuple(np.array((0, 0, 1, 2))[list(p)])) for p in _orders(4)]
    )
    shared, mean = np.log(2), 1.25 * np.log(2)
    found = adjusted_mutual_information([0, 0, 1, 1], [0, 0, 1, 2])
    assert found == pytest.approx((shared - expected) / (mean - expected))


def _orders(n: int) -> list[tuple[int, ...]]:
    from itertools import permutations

    return list(permutations(range(n)))


def _information(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    n, total = len(one), 0.0
    for a in set(one):
        for b in set(other):
            both = sum(x == a and y == b for x, y in zip(one, other, strict=True))
            if both:
                total += both / n * np.log(n * both / one.count(a) / other.count(b))
    return total


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_communities_are_found_with_a_fifth_of_ties_across(seed: int) -> None:
    group, source, target = planted(3000, 24, 15_000, 0.2, seed)
    found = find_communities(make_edges(source, target, nodes=3000))
    tied = np.bincount(np.concatenate([source, target]), minlength=3000) > 0
    assert adjusted_mutual_information(group[tied], found.labels[tied]) >= 0.9
    assert found.stability is not None and found.stability >= 0.9


def test_ties_by_chance_are_not_called_stable() -> None:
    rng = np.random.default_rng(5)
    found = find_communities(make_edges(*rng.integers(0, 600, (2, 1500)), nodes=600))
    assert found.stability is not None and found.stability < 0.6


def test_the_same_seeds_give_the_same_communities() -> None:
    _, source, target = planted(500, 5, 2000, 0.3)
    edges = make_edges(source, target, nodes=500)
    assert find_communities(edges).labels.tolist() == find_communities(edges).labels.tolist()


def test_an_empty_graph_has_no_communities_and_asks_for_nothing() -> None:
    for nodes in (0, 3):
        edges = make_edges([], [], nodes=nodes)
        found = find_communities(edges)
        assert (found.modularity, found.stability) == (None, None)
        assert found.labels.tolist() == list(range(nodes))
        assert reciprocity(edges) == (None, None, None)
        assert (modularity(edges, [0] * nodes), ei_index(edges, [0] * nodes)) == (None, None)
        assert len(page_rank(edges)) == len(components(edges)) == len(core_numbers(edges)) == nodes


def test_people_who_all_answer_each_other_are_one_community() -> None:
    pairs = [(n, (n + step) % 10) for n in range(10) for step in range(1, 6)]
    found = find_communities(make_edges(*zip(*pairs, strict=True), nodes=12))
    assert found.labels.tolist() == [0] * 10 + [1, 2]


def test_a_giant_hub_is_one_community() -> None:
    spokes = np.arange(1, 5000)
    edges = make_edges(spokes, np.zeros_like(spokes), nodes=5000)
    assert find_communities(edges).labels.max() == 0
    assert core_numbers(edges).max() == 1
    assert page_rank(edges)[0] == pytest.approx(0.46, abs=0.01)


@pytest.mark.parametrize(
    ("source", "target", "weight", "words"),
    [
        ([0], [1, 2], None, "1 sources, 2 targets"),
        ([0], [9], None, "nodes 0 to 9"),
        ([-1], [1], None, "nodes -1 to 1"),
        ([0], [1], [0], "weight 0"),
    ],
)
def test_what_is_no_edge_list_is_refused(
    source: list[int], target: list[int], weight: list[int] | None, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        make_edges(source, target, nodes=3, weight=weight)


def test_groups_must_be_of_all_nodes() -> None:
    edges = make_edges([0], [1], nodes=3)
    with pytest.raises(InputError, match="2 groups for 3 nodes"):
        modularity(edges, [0, 1])
    with pytest.raises(InputError, match="2 and 3 things"):
        adjusted_mutual_information([0, 1], [0, 1, 2])
    with pytest.raises(InputError, match="damping of 1"):
        page_rank(edges, damping=1)
