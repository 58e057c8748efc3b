"""Drawing: known probability, and the same posts again when the study grows."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.judge.drawing import ITEMS, POPULATION, draw, is_drawn

KEYS = [f"{n:032x}" for n in range(20_000)]


def population(keys: list[str], stratum: str = "all") -> pa.Table:
    rows = [{"subject_key": key, "post_key": key, "stratum": stratum} for key in keys]
    return pa.Table.from_pylist(rows, schema=POPULATION)


def drawn(keys: list[str], probability: float, seed: bytes = b"seed") -> set[str]:
    table = draw(population(keys), seed=seed, probabilities={"all": probability})
    return set(table["subject_key"].to_pylist())


def test_about_the_wanted_share_is_drawn() -> None:
    """20,000 posts at 5 %: 1,000 expected, standard deviation 31."""
    assert abs(len(drawn(KEYS, 0.05)) - 1000) < 4 * 31


def test_posts_that_come_later_leave_the_sample_as_it_was() -> None:
    before = drawn(KEYS[:10_000], 0.05)
    assert drawn(KEYS, 0.05) & set(KEYS[:10_000]) == before


@settings(deadline=None)
@given(st.floats(0.001, 1), st.floats(0.001, 1))
def test_a_larger_sample_holds_the_smaller(one: float, other: float) -> None:
    assert drawn(KEYS[:200], min(one, other)) <= drawn(KEYS[:200], max(one, other))


def test_another_seed_draws_other_posts() -> None:
    assert drawn(KEYS, 0.05) != drawn(KEYS, 0.05, seed=b"other")


def test_the_probability_is_kept_with_each_post_and_doubled_posts_count_once() -> None:
    table = draw(population(KEYS[:100] * 2), seed=b"s", probabilities={"all": 0.5})
    assert table.schema == ITEMS
    assert set(table["probability"].to_pylist()) == {0.5}
    assert sorted(table["subject_key"].to_pylist()) == sorted(drawn(KEYS[:100], 0.5, b"s"))


def test_the_first_of_a_queue_are_themselves_a_random_sample() -> None:
    """Rank is place by probability: the first half of the queue is what half the probability draws."""
    table = draw(population(KEYS[:5000]), seed=b"s", probabilities={"all": 0.4})
    early = {row["subject_key"] for row in table.to_pylist() if row["rank"] < 0.5}
    assert early == drawn(KEYS[:5000], 0.2, b"s")
    assert table["rank"].to_pylist() == sorted(table["rank"].to_pylist())


def test_strata_are_drawn_with_their_own_probability() -> None:
    both = pa.concat_tables([population(KEYS[:4000], "a"), population(KEYS[4000:8000], "b")])
    table = draw(both, seed=b"s", probabilities={"a": 0.1, "b": 1.0})
    count = {name: table["stratum"].to_pylist().count(name) for name in "ab"}
    assert count["b"] == 4000 and abs(count["a"] - 400) < 4 * 19


def test_everything_is_drawn_at_one() -> None:
    assert all(is_drawn(b"s", key, 1.0) for key in KEYS[:1000])


@pytest.mark.parametrize("probability", [0, -0.1, 1.01, float("nan")])
def test_an_impossible_probability_is_refused(probability: float) -> None:
    with pytest.raises(InputError):
        draw(population(KEYS[:3]), seed=b"s", probabilities={"all": probability})


def test_a_stratum_without_a_probability_is_refused() -> None:
    with pytest.raises(InputError, match="stand for nobody"):
        draw(population(KEYS[:3], "x"), seed=b"s", probabilities={"all": 1.0})
