"""Who was read for which layers, told from one number a post, is who is counted post by post."""

from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.measure.reading import MOST_LAYERS, covered_texts, read_by_layer
from tests.measure.conftest import Rows, Study, post

LAYERS = tuple(f"layer{n:02}" for n in range(MOST_LAYERS + 3))
STATES = ("done", "failed", "refused_language")


def _covered(keys: list[str], layers: tuple[str, ...], states: dict[tuple[str, str], str]) -> Rows:
    return [
        {"post_key": key, "layer": layer, "coverage": states.get((key, layer), "done")}
        for key in keys
        for layer in layers
    ]


def test_posts_accounts_and_squares_of_a_layer_are_known_by_hand(study: Study) -> None:
    posts = [post("a1", "A"), post("a2", "A"), post("b1", "B"), post("n1", None), post("n2", None)]
    keys = [row["post_key"] for row in posts]
    coverage = _covered(keys, ("feel", "care"), {("a2", "care"): "failed"})
    coverage += _covered(["a1"], ("feel",), {})  # by another maker: the post is counted once
    read = read_by_layer(study(posts, [], coverage=coverage), ("feel", "care", "harm"))
    assert set(read) == {"feel", "care"}
    assert read["feel"].counted == (2, 5, 2)
    assert (read["feel"].voices, read["feel"].squares) == (4, 4 + 1 + 1 + 1)
    assert read["care"].counted == (2, 4, 2)
    assert (read["care"].voices, read["care"].squares) == (4, 1 + 1 + 1 + 1)


def test_a_codebook_of_more_layers_than_a_number_has_bits_is_counted_whole(study: Study) -> None:
    ask = study([post("p", "A")], [], coverage=_covered(["p"], LAYERS, {}))
    assert list(read_by_layer(ask, LAYERS)) == list(LAYERS)
    assert covered_texts(ask) == [(layer, "done", 1) for layer in LAYERS]


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.lists(st.sampled_from(["A", "B", "C", None]), min_size=1, max_size=8),
    st.lists(st.sampled_from(STATES), min_size=24, max_size=24),
)
def test_any_corpus_is_counted_as_post_by_post(
    study: Study, accounts: list[str | None], states: list[str]
) -> None:
    layers = ("act", "care", "feel")
    posts = [post(f"p{n}", account) for n, account in enumerate(accounts)]
    keys = [row["post_key"] for row in posts]
    state = {
        (key, layer): states[3 * n + place]
        for n, key in enumerate(keys)
        for place, layer in enumerate(layers)
    }
    ask = study(posts, [], coverage=_covered(keys, layers, state))
    texts = Counter((layer, told) for (_, layer), told in state.items())
    assert covered_texts(ask) == sorted((*key, number) for key, number in texts.items())
    read = read_by_layer(ask, layers)
    for layer in layers:
        own: dict[str, int] = defaultdict(int)
        for row in posts:
            if state[row["post_key"], layer] == "done":
                own[row["account_key"] or row["post_key"]] += 1
        if not own:
            assert layer not in read
            continue
        lone = sum(voice in keys for voice in own)
        assert read[layer].counted == (len(own) - lone, sum(own.values()), lone)
        assert read[layer].voices == len(own)
        assert read[layer].squares == sum(number * number for number in own.values())


@pytest.mark.parametrize("layers", [(), ("feel",)])
def test_a_corpus_that_nobody_read_gives_nothing(study: Study, layers: tuple[str, ...]) -> None:
    ask = study([post("p", "A")], [], coverage=[])
    assert read_by_layer(ask, layers) == {}
    assert covered_texts(ask) == []
