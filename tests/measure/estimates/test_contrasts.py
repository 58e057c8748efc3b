"""Differences and trends of judged shares."""

import numpy as np
import pytest

from bedside.errors import InputError
from bedside.measure.estimates.contrasts import difference, trend
from bedside.measure.estimates.judged import JudgedShare, judged_share
from bedside.measure.estimates.sample import Sample
from bedside.measure.shares import wilson
from bench.coverage import WORLDS, draw_labels


def share_of(hits: int, of: int) -> JudgedShare:
    return JudgedShare(*wilson(hits, of), estimator="", judged=of, positives=hits, accounts=of)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_difference_has_newcombe_s_interval(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10."""
    found = difference(share_of(*one), share_of(*other))
    assert found[1:3] == pytest.approx((low, high), abs=1e-4)


def test_p_is_small_exactly_where_the_interval_leaves_out_zero() -> None:
    for hits in range(20, 61):
        found = difference(share_of(hits, 100), share_of(40, 100))
        assert found.low is not None and found.high is not None and found.p is not None
        assert (found.p < 0.05) == (not found.low <= 0 <= found.high)


def test_difference_to_a_refused_share_is_refused() -> None:
    found = difference(share_of(5, 100), judged_share(Sample([1.0], ["a"])))
    assert found.value is None and found.p is None and "at least 30" in found.refused


def falling(seed: int) -> tuple[Sample, dict[str, object], np.ndarray]:
    """A share that falls from .4 to .2 over one unit of time."""
    chance = np.random.default_rng(seed)
    made = draw_labels(chance, WORLDS[1], prevalence=0.4, judged=400)
    t = chance.random(len(made.truth))
    truth = made.truth * (chance.random(len(t)) > 0.5 * t)
    machine = (chance.random(len(t)) < np.where(truth == 1, 0.6, 0.1)).astype(float)
    drawn = made.drawn
    sample = Sample(truth[drawn], made.account[drawn].tolist(), machine[drawn])
    return sample, {"machine": machine, "account": made.account.tolist(), "over": t}, t[drawn]


def test_a_planted_trend_is_held() -> None:
    held = 0
    for seed in range(30):
        sample, corpus, when = falling(seed)
        found = trend(sample, when, **corpus)  # type: ignore[arg-type]
        assert found.low is not None and found.high is not None
        held += found.low <= -0.2 <= found.high
    assert held >= 25  # 28.5 expected, three standard errors of room


def test_a_trend_of_few_positives_or_of_one_day_is_refused() -> None:
    sample, corpus, when = falling(0)
    rare = sample._replace(judged=np.r_[np.ones(19), np.zeros(len(when) - 19)])
    assert "20 with the code" in trend(rare, when, **corpus).refused  # type: ignore[arg-type]
    assert "one time" in trend(sample, np.zeros(len(when)), **corpus).refused  # type: ignore[arg-type]
    with pytest.raises(InputError):
        trend(sample, when[1:], **corpus)  # type: ignore[arg-type]
