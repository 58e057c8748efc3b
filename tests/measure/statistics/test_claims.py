"""What the statistics of time and words promise: known values, properties, planted truth, refusals."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.measure.shares import median_wait
from bedside.measure.statistics.bursts import bursts_of_events, bursts_of_shares
from bedside.measure.statistics.change_points import level_changes, noise, run_lengths
from bedside.measure.statistics.ears import ears
from bedside.measure.statistics.log_odds import contrasts, corpus_prior
from bedside.measure.statistics.survival import (
    kaplan_meier,
    log_rank,
    median_time,
    still_after,
)

# Miller (1997), Survival Analysis: remission of acute myelogenous leukaemia, in weeks; + is cut off
MAINTAINED = ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
NOT_MAINTAINED = (
    [5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45],
    [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1],
)
Waits = tuple[list[float], list[bool]]


def waits(pair: tuple[list[int], list[int]]) -> Waits:
    return [float(t) for t in pair[0]], [bool(e) for e in pair[1]]


def test_medians_and_log_rank_of_the_aml_data_are_those_of_r() -> None:
    """R survival: medians 31 (18, NA) and 23 (8, NA) on the log scale; survdiff 3.3964, p .0653."""
    one, other = waits(MAINTAINED), waits(NOT_MAINTAINED)
    first = median_time(kaplan_meier(*one, scale="log"))
    second = median_time(kaplan_meier(*other, scale="log"))
    assert first is not None and second is not None
    assert (first.value, first.low, first.high) == (31, 18, None)
    assert (second.value, second.low, second.high) == (23, 8, None)
    test = log_rank(one, other)
    assert (round(test.chi2, 4), round(test.p, 5)) == (3.3964, 0.06534)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
)
def test_a_curve_falls_and_knows_no_order(rows: list[tuple[int, bool]], dice: object) -> None:
    steps = kaplan_meier([t for t, _ in rows], [e for _, e in rows])
    shares = [1.0, *(s.share for s in steps)]
    assert shares == sorted(shares, reverse=True)
    for step in steps:
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.share <= step.high <= 1
    turned = rows[::-1]
    assert kaplan_meier([t for t, _ in turned], [e for _, e in turned]) == steps


def test_without_cuts_the_curve_is_the_plain_share() -> None:
    steps = kaplan_meier([1, 2, 3, 4], [True] * 4)
    assert still_after(steps, 2.5).value == pytest.approx(0.5)
    assert still_after(steps, 0.5).value == 1


def test_a_curve_that_never_falls_to_half_has_no_median() -> None:
    assert median_time(kaplan_meier([1, 2, 3], [False, False, False])) is None
    assert median_time(kaplan_meier([1, 2, 3], [True, False, False])) is None


def coverage(interval: Callable[[np.random.Generator], bool], seed: int) -> float:
    dice = np.random.default_rng(seed)
    return sum(interval(dice) for _ in range(1000)) / 1000


@pytest.mark.parametrize("accounts", [60, 120])
def test_the_median_wait_lies_in_its_interval(accounts: int) -> None:
    """Waits log-normal about four years, none cut off; 93-97 % of 1,000 simulations."""

    def holds(dice: np.random.Generator) -> bool:
        found = median_wait(list(dice.lognormal(np.log(48), 0.9, accounts)))
        return found.low is not None and found.high is not None and found.low <= 48 <= found.high

    assert 0.93 <= coverage(holds, accounts) <= 0.97


@pytest.mark.parametrize("accounts", [60, 120])
def test_the_median_of_watched_waits_lies_in_its_interval(accounts: int) -> None:
    """The same waits, each cut off at a time of its own, which has nothing to do with it."""

    def holds(dice: np.random.Generator) -> bool:
        wait, cut = dice.lognormal(np.log(48), 0.9, accounts), dice.uniform(12, 240, accounts)
        found = median_time(kaplan_meier(list(np.minimum(wait, cut)), list(wait <= cut)))
        if found is None or found.low is None:
            return False
        return found.low <= 48 and (found.high is None or found.high >= 48)

    assert 0.93 <= coverage(holds, accounts + 1) <= 0.97


def test_what_both_groups_tell_alike_stands_out_in_neither() -> None:
    for found in contrasts([10, 20, 30], [10, 20, 30], corpus_prior([10, 20, 30], [10, 20, 30])):
        assert found.delta == pytest.approx(0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=9))
def test_exchanging_the_groups_turns_the_sign(pairs: list[tuple[int, int]]) -> None:
    a, b = [x + 1 for x, _ in pairs], [y + 1 for _, y in pairs]
    prior = corpus_prior(a, b)
    for one, other in zip(contrasts(a, b, prior), contrasts(b, a, prior), strict=True):
        assert one.delta == pytest.approx(-other.delta)
        assert one.error == pytest.approx(other.error)


def test_the_corpus_as_prior_keeps_a_rare_thing_from_the_top() -> None:
    first, second = [5, 120, 500], [0, 60, 500]
    rare, common, _ = contrasts(first, second, corpus_prior(first, second))
    assert rare.delta > common.delta
    assert rare.z < common.z


def test_a_planted_burst_is_found_and_a_steady_stream_has_none() -> None:
    steady = [float(t) for t in range(0, 500, 5)]
    assert [b.level for b in bursts_of_events(steady)] == [1]
    busy = sorted({*steady, *(200 + t / 10 for t in range(1, 200))})
    inner = [b for b in bursts_of_events(busy) if b.level == 2]
    assert len(inner) == 1
    assert 195 <= inner[0].start <= 205 and 215 <= inner[0].end <= 225
    assert inner[0].weight > 0


def test_more_writers_alone_make_no_burst() -> None:
    of = [100] * 20 + [400] * 5 + [100] * 20
    assert bursts_of_shares([n // 10 for n in of], of) == []
    hits = [10] * 20 + [160] * 5 + [10] * 20
    assert [(b.start, b.end) for b in bursts_of_shares(hits, of)] == [(20, 24)]


def step_series(dice: np.random.Generator, before: float, after: float) -> tuple[list[float], int]:
    at = int(dice.integers(15, 60))
    counts = np.concatenate([dice.poisson(before, at), dice.poisson(after, 80 - at)])
    return list(2 * np.sqrt(counts + 0.375)), at


def test_a_planted_change_of_level_is_found_within_one_period() -> None:
    """Weekly counts that go from 40 to 80: one change, at most a week off, in at least 95 of 100 series."""
    dice = np.random.default_rng(6)
    found = 0
    for _ in range(100):
        series, at = step_series(dice, 40, 80)
        places = level_changes(series)
        found += len(places) == 1 and abs(places[0] - at) <= 1
    assert found >= 95


def test_a_series_without_a_change_has_one_in_few() -> None:
    dice = np.random.default_rng(7)
    false = sum(bool(level_changes(step_series(dice, 40, 40)[0])) for _ in range(200))
    assert false <= 20


def test_a_change_is_seen_as_it_comes_in() -> None:
    runs = run_lengths([0.0] * 20 + [4.0] * 3, hazard=0.05, mean=0, spread=3, noise=1)
    assert runs.posterior[19, 0] < 0.1
    assert runs.posterior[22, 2] > 0.9
    assert runs.posterior.sum(axis=1) == pytest.approx(np.ones(23))


def test_the_noise_hardly_knows_the_jump() -> None:
    dice = np.random.default_rng(3)
    flat = dice.normal(0, 1, 200)
    jumped = flat + np.r_[np.zeros(100), np.full(100, 50)]
    assert noise(list(jumped)) == pytest.approx(noise(list(flat)), rel=0.05)


def test_c3_adds_up_what_stood_above_one() -> None:
    """CDC's formula: baseline 0..6 has mean 2 and standard deviation 1, so 4, 4, 4 are 2 above each."""
    counts = [1, 3, 1, 3, 2, 1, 3, 2, 2, 4, 4, 4]
    last = ears(counts, least_spread=0.0)[-1]
    assert last.c3_sum is not None and last.c3_sum > 2 and last.c3
    assert ears(counts)[5].c1_limit is None and not ears(counts)[5].c3


def test_a_level_series_alarms_only_where_it_rises() -> None:
    watched = ears([5] * 20 + [20])
    assert [w.c1 for w in watched[:-1]] == [False] * 20
    assert watched[-1].c1 and watched[-1].c2 and watched[-1].c3


@pytest.mark.parametrize(
    "refused",
    [
        lambda: kaplan_meier([], []),
        lambda: kaplan_meier([1.0], [True, False]),
        lambda: kaplan_meier([-1.0], [True]),
        lambda: log_rank(([1.0], [False]), ([2.0], [False])),
        lambda: contrasts([1], [1], [1.0]),
        lambda: contrasts([1, 2], [1, 2], [0.0, 1.0]),
        lambda: bursts_of_events([1.0, 1.0, 2.0]),
        lambda: bursts_of_shares([3], [2]),
        lambda: level_changes([1.0, float("nan")]),
        lambda: run_lengths([], hazard=0.1, mean=0, spread=1, noise=1),
        lambda: ears([-1]),
    ],
)
def test_what_cannot_be_is_refused(refused: Callable[[], object]) -> None:
    with pytest.raises(InputError):
        refused()
