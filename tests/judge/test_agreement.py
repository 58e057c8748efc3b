"""Agreement: published values, properties, and the cases in which there is none."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bedside.errors import InputError
from bedside.judge.advice import codings_for_alpha
from bedside.judge.agreement import (
    METRICS,
    Counts,
    Metric,
    ac1,
    alpha,
    bootstrapped,
    count_ratings,
    fleiss,
    prevalence,
    raw_agreement,
)
from bedside.judge.dawid_skene import dawid_skene
from bedside.judge.kappas import cohen, cross_table, scott
from tests.judge.conftest import read_csv

RATINGS = arrays(float, (12, 3), elements=st.sampled_from([0.0, 1.0, 2.0, np.nan]))
N = np.nan
EXAMPLE_C = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ]
).T


@pytest.mark.parametrize(
    ("metric", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_is_krippendorffs_published_one(metric: Metric, published: float) -> None:
    """Krippendorff 2011, example D: four coders, twelve units, missing codes."""
    assert alpha(count_ratings(EXAMPLE_C), metric).value == pytest.approx(published, abs=0.0005)


def test_alpha_equals_every_vector(vectors: Path) -> None:
    for row in read_csv(vectors / "alpha_published.csv"):
        rows = read_csv(vectors / f"alpha_{row['dataset']}_input.csv")
        ratings = np.array([[float(v) if v else N for v in line.values()] for line in rows])
        metric: Any = row["metric"]
        assert alpha(count_ratings(ratings), metric).value == pytest.approx(
            float(row["own"]), abs=1e-12
        )


def test_two_coders_equal_every_vector(vectors: Path) -> None:
    """R: vcd 1.4 (kappa and its error), irr and irrCAC (pi, AC1)."""
    for row in read_csv(vectors / "agreement_2x2.csv"):
        cells = [int(row[name]) for name in ("n11", "n12", "n21", "n22")]
        pairs = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], cells, axis=0)
        counts, table = count_ratings(pairs), cross_table(pairs[:, 0], pairs[:, 1])
        kappa = cohen(table)
        assert kappa.value == pytest.approx(float(row["cohen_kappa"]), abs=1e-12)
        assert kappa.error == pytest.approx(float(row["ase_vcd"]), abs=1e-10)
        assert scott(table) == pytest.approx(float(row["scott_pi"]), abs=1e-12)
        assert ac1(counts).value == pytest.approx(float(row["gwet_ac1"]), abs=1e-12)
        assert raw_agreement(counts).value == pytest.approx(float(row["po"]), abs=1e-12)


def test_fleiss_is_the_published_one(vectors: Path) -> None:
    """Fleiss' example of ten subjects and fourteen raters: .210."""
    rows = read_csv(vectors / "fleiss_kappa.csv")
    table = np.array([[float(row[name]) for name in "ABCDE"] for row in rows])
    counts = Counts(table, np.ones(len(table)), np.arange(5.0))
    assert fleiss(counts).value == pytest.approx(float(rows[0]["exact"]), abs=1e-12)


def test_dawid_and_skene_equal_every_vector(vectors: Path) -> None:
    """Dawid and Skene 1979, 45 patients and five anaesthetists, one of whom judged three times."""
    given_ = [[int(v) for v in row.values()] for row in read_csv(vectors / "dawid_skene_input.csv")]
    codes = np.zeros((45, 5, 4))
    for task, worker, label in given_:
        codes[task - 1, worker - 1, label - 1] += 1
    found = dawid_skene(codes)
    posterior = read_csv(vectors / "dawid_skene_posterior.csv")
    wanted = np.array([[float(row[f"p{k}"]) for k in range(1, 5)] for row in posterior])
    assert found.posterior == pytest.approx(wanted, abs=1e-6)
    errors = read_csv(vectors / "dawid_skene_error_rates.csv")
    for row in errors:
        own = found.errors[int(row["observer"]) - 1, int(row["true"]) - 1]
        assert own == pytest.approx([float(row[f"said{k}"]) for k in range(1, 5)], abs=1e-6)
        assert found.shares[int(row["true"]) - 1] == pytest.approx(float(row["marg"]), abs=1e-6)
    assert found.likelihood == pytest.approx(float(errors[0]["loglik"]), abs=1e-6)


def test_kappa_and_ac1_part_where_a_code_is_nearly_always_given() -> None:
    """The prevalence paradox: 94 % agree, kappa is below 0, AC1 is .94."""
    table = np.array([[118.0, 5.0], [2.0, 0.0]])
    pairs = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]], [118, 5, 2], axis=0)
    assert cohen(table).value == pytest.approx(-0.0234, abs=1e-4)
    assert ac1(count_ratings(pairs)).value == pytest.approx(0.9408, abs=1e-4)


def reference_alpha(ratings: np.ndarray) -> float | None:
    """Nominal alpha by its definition, pair by pair: slow and plain."""
    units = [row[~np.isnan(row)] for row in ratings]
    units = [unit for unit in units if len(unit) > 1]
    if not units:
        return None
    every = np.concatenate(units)
    observed = sum(
        sum(a != b for a in unit for b in unit) / (len(unit) - 1) for unit in units
    ) / len(every)
    expected = sum(a != b for a in every for b in every) / (len(every) * (len(every) - 1))
    return None if expected == 0 else 1 - observed / expected


@settings(deadline=None)
@given(RATINGS)
def test_alpha_is_what_its_definition_says(ratings: np.ndarray) -> None:
    found, wanted = alpha(count_ratings(ratings)).value, reference_alpha(ratings)
    assert (found is None) == (wanted is None)
    if wanted is not None:
        assert found == pytest.approx(wanted, abs=1e-9)


@settings(deadline=None)
@given(RATINGS, st.permutations(range(3)), st.permutations(range(12)))
def test_order_of_coders_and_posts_changes_nothing(
    ratings: np.ndarray, coders: list[int], posts: list[int]
) -> None:
    mixed = ratings[posts][:, coders]
    for metric in METRICS:
        one, other = (alpha(count_ratings(r), metric).value for r in (ratings, mixed))
        assert one == (None if other is None else pytest.approx(other))


@settings(deadline=None)
@given(RATINGS)
def test_of_two_categories_all_metrics_are_one(ratings: np.ndarray) -> None:
    two = np.where(ratings == 2, 1.0, ratings)
    values = [alpha(count_ratings(two), metric).value for metric in METRICS[:3]]
    assert values[0] is None or values == pytest.approx([values[0]] * 3)


def test_one_category_only_has_no_alpha_and_says_so() -> None:
    counts = count_ratings(np.zeros((20, 2)), values=[0, 1])
    assert alpha(counts).value is None and "same category" in alpha(counts).reason
    assert fleiss(counts).value is None
    assert ac1(counts).value == 1.0 and raw_agreement(counts).value == 1.0


def test_coders_who_never_overlap_have_no_agreement_and_it_is_said() -> None:
    ratings = np.array([[0.0, N], [N, 1.0], [1.0, N]])
    for coefficient in (alpha, ac1, fleiss, raw_agreement):
        found = coefficient(count_ratings(ratings))
        assert found.value is None and "no post was coded by two" in found.reason
    with pytest.raises(InputError, match="share no post"):
        cohen(cross_table(ratings[:, 0], ratings[:, 1]))


def test_the_interval_holds_the_value_and_narrows_with_more_posts() -> None:
    dice = np.random.default_rng(3)
    truth = dice.random(2000) < 0.3
    codes = np.where(dice.random((2000, 2)) < 0.1, ~truth[:, None], truth[:, None]).astype(float)
    few, many = (bootstrapped(alpha, count_ratings(codes[:n])) for n in (100, 2000))
    for found in (few, many):
        assert found.low is not None and found.high is not None and found.value is not None
        assert found.low < found.value < found.high
    assert (many.high or 0) - (many.low or 0) < 0.4 * ((few.high or 0) - (few.low or 0))


def test_the_bootstrap_over_kinds_of_posts_is_that_over_posts() -> None:
    """Multinomial weights of like posts against drawing post after post: the same limits within 3 %."""
    dice = np.random.default_rng(5)
    codes = np.where(dice.random((300, 3)) < 0.2, 1.0, 0.0)
    codes[::3] = 1.0
    fast = bootstrapped(alpha, count_ratings(codes), resamples=2000)
    slow = [
        alpha(count_ratings(codes[dice.integers(0, 300, 300)])).value or 0.0 for _ in range(2000)
    ]
    assert [fast.low, fast.high] == pytest.approx(np.quantile(slow, [0.025, 0.975]), rel=0.03)


def test_without_disagreement_no_interval_pretends_to_know() -> None:
    counts = count_ratings(np.array([[0.0, 0.0]] * 9 + [[1.0, 1.0]]))
    found = bootstrapped(alpha, counts)
    assert (found.value, found.low, found.high) == (1.0, None, None)
    assert "no disagreement" in found.reason


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_has_an_interval(metric: Metric) -> None:
    counts = count_ratings(np.tile(EXAMPLE_C, (10, 1)))
    found = bootstrapped(alpha, counts, metric, resamples=200)
    assert found.low is not None and found.high is not None and found.low < found.high


def test_prevalence_is_the_mean_share_of_coders() -> None:
    counts = count_ratings(np.array([[1.0, 0.0], [1.0, N], [0.0, 0.0], [0.0, 0.0]]))
    assert prevalence(counts).tolist() == [0.625, 0.375]


def test_a_rating_outside_the_categories_is_refused() -> None:
    with pytest.raises(InputError, match="none of the categories"):
        count_ratings(np.array([[0.0, 3.0]]), values=[0, 1])


def test_dawid_and_skene_find_a_planted_bad_coder() -> None:
    dice = np.random.default_rng(11)
    truth = (dice.random(600) < 0.4).astype(int)
    wrong = dice.random((600, 4)) < np.array([0.05, 0.1, 0.1, 0.45])
    said = np.where(wrong, 1 - truth[:, None], truth[:, None])
    codes = np.eye(2)[said]
    found = dawid_skene(codes)
    assert found.shares[1] == pytest.approx(truth.mean(), abs=0.03)
    assert found.errors[:, 1, 1] == pytest.approx([0.95, 0.9, 0.9, 0.55], abs=0.08)


def test_advice_is_krippendorffs_table() -> None:
    """R30: four equally likely codes need 81 posts for .667, 139 for .80."""
    assert [codings_for_alpha(0.25, alpha=a) for a in (0.667, 0.80)] == [81, 139]


@pytest.mark.parametrize(("share", "smallest"), [(0.0, 0.8), (1.0, 0.8), (0.2, 1.0)])
def test_advice_without_meaning_is_refused(share: float, smallest: float) -> None:
    with pytest.raises(InputError):
        codings_for_alpha(share, alpha=smallest)
