"""The network drawing: nothing over anything else, and the same picture each time."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.report.charts.network import Link, Node, name_boxes, network_chart, place_nodes

NAMES = st.sampled_from(
    ["endometriosis: tired, scan", "gout", "a long name of a rare condition: and its words"]
)
NODES = st.lists(st.builds(Node, NAMES, st.integers(8, 5000)), min_size=1, max_size=40)


@settings(max_examples=25)
@given(NODES, st.data(), st.sampled_from([(736, 470), (352, 400)]))
def test_no_circle_lies_over_another_and_no_name_touches_anything(
    nodes: list[Node], data: st.DataObject, size: tuple[int, int]
) -> None:
    ends = st.integers(0, len(nodes) - 1)
    links = data.draw(st.lists(st.builds(Link, ends, ends, st.integers(8, 99)), max_size=30))
    places = place_nodes(nodes, [k for k in links if k.one != k.other], *size)
    for one, other in combinations(places, 2):
        far = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
        assert far > one.radius + other.radius
    for spot in places:
        assert spot.radius <= spot.x <= size[0] - spot.radius
        assert spot.radius <= spot.y <= size[1] - spot.radius
    boxes = name_boxes(nodes, places, *size)
    assert not any(a.meets(b) for a, b in combinations(boxes, 2))
    assert not any(box.covers(spot) for box in boxes for spot in places)


def test_tied_nodes_lie_nearer_than_others() -> None:
    nodes = [Node(str(n), 50) for n in range(12)]
    links = [Link(a, b, 40) for a, b in combinations(range(3), 2)]
    places = place_nodes(nodes, links, 736, 470)
    far = {
        (a, b): (places[a].x - places[b].x) ** 2 + (places[a].y - places[b].y) ** 2
        for a, b in combinations(range(12), 2)
    }
    tied = [far[k.one, k.other] for k in links]
    assert max(tied) < sorted(far.values())[len(far) // 2]


def test_the_same_network_is_drawn_the_same_way() -> None:
    nodes, links = [Node("a: b & <c>", 900), Node("d", 8)], [Link(0, 1, 30)]
    drawn = network_chart("net", "A finding", "Two circles.", nodes, links)
    assert drawn == network_chart("net", "A finding", "Two circles.", nodes, links)
    assert "b &amp; &lt;c&gt;" in drawn and "<c>" not in drawn
    assert 'class="tie w2"' in drawn


def test_a_network_of_nobody_is_empty() -> None:
    assert place_nodes([], [], 736, 470) == []


@pytest.mark.parametrize("names", [1, 2])
def test_few_nodes_have_their_names(names: int) -> None:
    nodes = [Node(f"condition {n}: words", 20) for n in range(names)]
    assert len(name_boxes(nodes, place_nodes(nodes, [], 736, 470), 736, 470)) == names
