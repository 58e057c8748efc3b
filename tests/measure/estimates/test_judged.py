"""The house's estimator: reduces to the published ones, holds planted truth, refuses what it cannot say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.measure.estimates.judged import (
    EXACT,
    JUDGED_ONLY,
    POWERED,
    exact_share,
    judged_only_share,
    judged_share,
    powered_share,
)
from bedside.measure.estimates.powered import ppi_plus_plus
from bedside.measure.estimates.sample import Corpus, Sample, corpus_of
from bedside.measure.shares import clopper_pearson, wilson
from bench.coverage import WORLDS, draw_labels, measure_row
from tests.measure.estimates.test_published import JUDGED, MACHINE, OTHERS

SINGLES = [f"a{i}" for i in range(len(JUDGED))]
ELSEWHERE = [f"b{i}" for i in range(len(OTHERS))]


def whole() -> tuple[Sample, Corpus]:
    """Rows of ppi_input.csv, each of an account of its own."""
    corpus = corpus_of([*MACHINE, *OTHERS], [*SINGLES, *ELSEWHERE])
    return Sample(JUDGED, SINGLES, MACHINE), corpus


def test_with_one_post_an_account_it_is_a_regression_estimate() -> None:
    """By hand: lambda near cov / var = .10025 / .13778 of the judged rows, the corpus being known nearly wholly."""
    found = powered_share(*whole())
    share = (sum(MACHINE) + sum(OTHERS)) / 5200
    assert found.weight == pytest.approx(0.10025 / 0.137775, abs=0.01)
    assert found.value == pytest.approx(0.15 + found.weight * (share - 33 / 200), abs=1e-12)
    published = ppi_plus_plus(
        JUDGED, MACHINE, OTHERS
    )  # its lambda takes the machine's spread elsewhere, .573
    assert found.low is not None and found.high is not None
    assert found.high - found.low == pytest.approx(published.high - published.low, rel=0.02)


def test_judged_rows_alone_give_wilson_s_interval_where_accounts_write_once() -> None:
    found = judged_only_share(Sample(JUDGED, SINGLES))
    expected = wilson(30, 200)
    assert found[:3] == pytest.approx(
        expected, abs=0.001
    )  # t of 199 instead of the normal quantile
    assert found.estimator == JUDGED_ONLY


def test_exact_interval_is_clopper_pearson_s_where_accounts_write_once() -> None:
    y = [1.0] * 7 + [0.0] * 193
    found = exact_share(Sample(y, SINGLES))
    assert found[:3] == pytest.approx(clopper_pearson(7, 200), abs=0.001)
    none = exact_share(Sample([0.0] * 200, SINGLES))
    assert none[:3] == pytest.approx(clopper_pearson(0, 200), abs=1e-9)


@pytest.mark.parametrize(
    ("positives", "estimator"), [(19, EXACT), (20, POWERED), (180, POWERED), (181, EXACT)]
)
def test_under_twenty_on_either_side_the_exact_interval_is_given(
    positives: int, estimator: str
) -> None:
    y = [1.0] * positives + [0.0] * (200 - positives)
    corpus = corpus_of([*MACHINE, *OTHERS], [*SINGLES, *ELSEWHERE])
    assert judged_share(Sample(y, SINGLES, MACHINE), corpus).estimator == estimator


def test_accounts_that_are_alike_widen_the_interval() -> None:
    alike = [f"a{i // 10}" for i in range(200)]
    one, other = (
        judged_only_share(Sample(JUDGED, SINGLES)),
        judged_only_share(Sample(JUDGED, alike)),
    )
    assert other.effective < one.effective / 3
    assert (other.low or 0) < (one.low or 0) and (other.high or 0) > (one.high or 0)


def test_a_useless_machine_is_given_no_weight() -> None:
    y, f = [1.0, 0.0] * 100, [1.0, 1.0, 0.0, 0.0] * 50
    found = powered_share(Sample(y, SINGLES, f), corpus_of([*f, *OTHERS], [*SINGLES, *ELSEWHERE]))
    assert found.weight == pytest.approx(0, abs=1e-9)
    assert found.value == pytest.approx(0.5)


def test_strata_judged_unequally_are_weighed_to_their_size() -> None:
    """900 posts with 10 % and 100 posts with 90 %, 100 judged of each: .18, not .50."""
    y = [1.0] * 10 + [0.0] * 90 + [1.0] * 90 + [0.0] * 10
    stratum = ["large"] * 100 + ["small"] * 100
    everyone = [f"c{n}" for n in range(1000)]
    corpus = corpus_of([0.0] * 1000, everyone, {"large": 900, "small": 100})
    found = judged_only_share(
        Sample(y, SINGLES, probability=[1 / 9] * 100 + [1.0] * 100, stratum=stratum), corpus
    )
    assert found.value == pytest.approx(0.9 * 0.1 + 0.1 * 0.9)
    unstratified = judged_only_share(Sample(y, SINGLES, probability=[1 / 9] * 100 + [1.0] * 100))
    assert unstratified.value == pytest.approx(found.value)
    assert found.effective > unstratified.effective


def test_a_stratum_with_one_judged_post_joins_the_largest() -> None:
    y, stratum = [1.0, 0.0] * 100, ["a"] * 199 + ["b"]
    corpus = Corpus(corpus_of([0.0], ["x"]).sums, {}, {"a": 900, "b": 100, "c": 5})
    assert judged_only_share(Sample(y, SINGLES, stratum=stratum), corpus).value == pytest.approx(
        0.5
    )


def test_few_rows_or_one_loud_account_are_refused() -> None:
    few = judged_share(Sample([1.0] * 10, SINGLES[:10]))
    assert few.value is None and "at least 30" in few.refused
    loud = judged_share(Sample(JUDGED, ["a"] * 120 + SINGLES[120:]))
    assert loud.value is None and "one account" in loud.refused
    assert judged_share(Sample([], [])).refused


@pytest.mark.parametrize(
    "sample",
    [
        Sample([1.0, 0.0], ["a", "b"], [1.0]),
        Sample([1.0, 0.0], ["a", "b"], probability=[0.5, 0.0]),
        Sample([1.0, float("nan")], ["a", "b"]),
        Sample([1.0, 0.0], ["a"]),
    ],
)
def test_rows_that_do_not_fit_are_refused(sample: Sample) -> None:
    with pytest.raises(InputError):
        judged_share(sample)


def test_an_account_outside_the_corpus_is_refused() -> None:
    with pytest.raises(InputError, match="not in the corpus"):
        powered_share(Sample(JUDGED, SINGLES, MACHINE), corpus_of(OTHERS, ELSEWHERE))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_order_of_rows_does_not_matter(seed: int) -> None:
    sample, corpus = whole()
    order = np.random.default_rng(seed).permutation(len(JUDGED)).tolist()
    shuffled = Sample(*([column[i] for i in order] for column in (JUDGED, SINGLES, MACHINE)))
    found, expected = powered_share(shuffled, corpus), powered_share(sample, corpus)
    assert found[:3] == pytest.approx(expected[:3], abs=1e-12)


def test_intervals_hold_the_planted_truth() -> None:
    """A small version of bench/coverage: 400 label sets; four standard errors of room around 95 %."""
    rare = measure_row(WORLDS[0], judged=300, prevalence=0.02, sets=200, seed=1)
    assert rare.powered < 0.02 and rare.exact_holds is not None and rare.exact_holds >= 0.93
    common = measure_row(WORLDS[0], judged=300, prevalence=0.35, sets=200, seed=1)
    assert common.powered == 1 and common.powered_holds is not None
    assert common.powered_holds >= 0.89
    assert common.width_ratio is not None and common.width_ratio <= 1
    assert common.machine_holds < 0.1  # the machine's own interval misses: its errors are not in it


def test_the_simulated_machine_is_as_bad_as_it_says() -> None:
    made = draw_labels(np.random.default_rng(0), WORLDS[1], prevalence=0.3, judged=300)
    hits = made.truth == 1
    assert made.machine[hits].mean() == pytest.approx(0.6, abs=0.03)
    assert made.machine[~hits].mean() == pytest.approx(0.1, abs=0.02)
    assert 200 < made.drawn.sum() < 400
