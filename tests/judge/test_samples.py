"""Samples: known probability, and the same posts again when the study grows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.judge.samples import draw_sample, is_drawn

KEYS = [f"{n:032x}" for n in range(20_000)]


def drawn(keys: list[str], probability: float, seed: bytes = b"seed") -> set[str]:
    table = draw_sample(keys, seed=seed, probability=probability, sample_id="s")
    return set(table["post_key"].to_pylist())


def test_about_the_wanted_share_is_drawn() -> None:
    """20,000 posts at 5 %: 1,000 expected, standard deviation 31."""
    assert abs(len(drawn(KEYS, 0.05)) - 1000) < 4 * 31


def test_posts_that_come_later_leave_the_sample_as_it_was() -> None:
    before = drawn(KEYS[:10_000], 0.05)
    assert drawn(KEYS, 0.05) & set(KEYS[:10_000]) == before


@given(st.floats(0.001, 1), st.floats(0.001, 1))
def test_a_larger_sample_holds_the_smaller(one: float, other: float) -> None:
    assert drawn(KEYS[:200], min(one, other)) <= drawn(KEYS[:200], max(one, other))


def test_another_seed_draws_other_posts() -> None:
    assert drawn(KEYS, 0.05) != drawn(KEYS, 0.05, seed=b"other")


def test_the_probability_is_kept_with_each_post() -> None:
    table = draw_sample(KEYS[:100] * 2, seed=b"s", probability=0.5, sample_id="round-1")
    assert set(table["probability"].to_pylist()) == {0.5}
    assert table["post_key"].to_pylist() == sorted(drawn(KEYS[:100], 0.5, b"s"))


def test_everything_is_drawn_at_one() -> None:
    assert all(is_drawn(b"s", key, 1.0) for key in KEYS[:1000])


@pytest.mark.parametrize("probability", [0, -0.1, 1.01, float("nan")])
def test_an_impossible_probability_is_refused(probability: float) -> None:
    with pytest.raises(InputError):
        draw_sample(KEYS[:3], seed=b"s", probability=probability, sample_id="s")
