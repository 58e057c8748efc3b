"""Providers compared fairly: published tables, planted truth, and what bad input is told."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.measure.statistics.control import Limits, signals, xmr_limits
from bedside.measure.statistics.funnel import (
    Funnel,
    between_variance,
    dispersion,
    fit_funnel,
    flagged,
    interpolated_limit,
    limits_at,
    scores,
    winsorised,
)
from bedside.measure.statistics.shrinkage import BetaPrior, fit_prior, ranks, shrunk
from bench.providers import simulate_sets

# funnel_eb.csv of the reference vectors
HITS = [12, 30, 45, 8]
OF = [40, 110, 120, 60]


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(table: list[dict[str, str]], name: str) -> list[float]:
    return [float(row[name]) for row in table]


@pytest.fixture
def providers(vectors: Path) -> list[dict[str, str]]:
    return rows(vectors, "funnel_eb")


def counts(table: list[dict[str, str]]) -> tuple[list[int], list[int]]:
    return [int(row["y"]) for row in table], [int(row["n"]) for row in table]


def test_scores_variation_and_limits_are_those_of_the_vectors(
    vectors: Path, providers: list[dict[str, str]]
) -> None:
    hits, of = counts(providers)
    wanted = rows(vectors, "funnel_eb_params")[0]
    z = scores(hits, of)
    assert z == pytest.approx(column(providers, "z"), abs=1e-12)
    assert winsorised(z) == pytest.approx(column(providers, "z_wins"), abs=1e-12)
    phi = dispersion(winsorised(z))
    assert phi == pytest.approx(float(wanted["phi_winsor10"]), abs=1e-12)
    assert z / np.sqrt(phi) == pytest.approx(column(providers, "z_phi"), abs=1e-12)
    tau2 = between_variance(phi, hits, of)
    assert tau2 == pytest.approx(float(wanted["tau2"]), abs=1e-12)
    assert scores(hits, of, extra=tau2) == pytest.approx(column(providers, "z_re"), abs=1e-12)
    for q in (0.001, 0.025, 0.975, 0.999):
        found = [interpolated_limit(float(wanted["p0"]), n, q) for n in of]
        assert found == pytest.approx(column(providers, f"lim_{q}"), abs=1e-12)


def test_shrunken_shares_and_expected_ranks_are_those_of_the_vectors(
    vectors: Path, providers: list[dict[str, str]]
) -> None:
    hits, of = counts(providers)
    wanted = rows(vectors, "funnel_eb_params")[0]
    found = fit_prior(hits, of)
    assert found.loss <= float(wanted["nll"]) + 1e-9, "no worse a fit than theirs"
    assert (found.alpha, found.beta) == pytest.approx(
        (float(wanted["bb_alpha"]), float(wanted["bb_beta"])), rel=1e-4
    )
    prior = BetaPrior(float(wanted["bb_alpha"]), float(wanted["bb_beta"]), found.loss)
    drawn = [shrunk(prior, y, n) for y, n in zip(hits, of, strict=True)]
    for name, at in (("eb_mean", 0), ("eb_lo", 1), ("eb_hi", 2)):
        assert [s[at] for s in drawn] == pytest.approx(column(providers, name), abs=1e-9)
    expected = [rank.expected for rank in ranks(prior, hits, of)]
    assert expected == pytest.approx(column(providers, "expected_rank"), abs=1e-4)


def test_control_limits_are_those_of_nhs_making_data_count(vectors: Path) -> None:
    table = rows(vectors, "spc_xmr_input")
    base, outlier = column(table, "y_base"), column(table, "y_outlier")
    found = {
        "base_screen": xmr_limits(base),
        "outlier_screen": xmr_limits(outlier),
        "outlier_noscreen": xmr_limits(outlier, screen=False),
    }
    for row in rows(vectors, "spc_xmr_expected"):
        wanted = [float(row[name]) for name in ("mean", "lpl", "upl")]
        assert list(found[row["case"]]) == pytest.approx(wanted, abs=1e-9)


def test_known_values_without_the_vectors() -> None:
    """Rows of funnel_eb.csv: the exact limits of provider A, the shrunken share of D."""
    low, high = (interpolated_limit(0.300653594771242, 40, q) for q in (0.025, 0.975))
    assert (low, high) == pytest.approx((0.15138197105002, 0.435902331845274), abs=1e-12)
    prior = BetaPrior(14.2323600658897, 30.0728804530678, 0)
    assert list(shrunk(prior, HITS[3], OF[3])) == pytest.approx(
        [0.213147105124109, 0.140420701513644, 0.296283068277972], abs=1e-12
    )


def test_a_provider_15_points_worse_at_60_reviews_is_flagged_in_nine_of_ten() -> None:
    caught, wrong = simulate_sets(11, 0.08)
    assert caught >= 0.9
    assert all(share <= 0.07 for share in wrong), wrong


@pytest.mark.parametrize(("centre", "spread"), [(0.2, 0.0), (0.38, 0.0), (0.2, 0.05), (0.38, 0.03)])
def test_average_providers_are_flagged_in_3_to_7_in_a_hundred_whatever_their_size(
    centre: float, spread: float
) -> None:
    """To within .4 points, which is what 1,000 sets of eight providers leave open."""
    _, wrong = simulate_sets(11, centre, spread=spread, worse=0.0)
    assert all(0.026 <= share <= 0.074 for share in wrong), wrong


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 40)).map(lambda p: (p[0], p[0] + p[1] + 1)),
        min_size=5,
        max_size=9,
    )
)
def test_limits_hold_the_centre_and_flags_agree_with_them(pairs: list[tuple[int, int]]) -> None:
    hits, of = [y for y, _ in pairs], [n for _, n in pairs]
    funnel = fit_funnel(hits, of)
    for y, n in pairs:
        low, high = limits_at(funnel, n)
        assert 0 <= low <= funnel.centre <= high <= 1
        assert flagged(funnel, y, n) == (y / n > high) - (y / n < low)


def test_expected_ranks_add_up_and_order_does_not_matter() -> None:
    prior = fit_prior(HITS, OF)
    found = ranks(prior, HITS, OF)
    assert sum(rank.expected for rank in found) == pytest.approx(10)
    back = ranks(prior, HITS[::-1], OF[::-1])[::-1]
    assert [r.expected for r in back] == pytest.approx([r.expected for r in found])
    assert all(rank.low <= rank.expected <= rank.high for rank in found)


def test_too_few_providers_are_refused_with_what_is_needed() -> None:
    with pytest.raises(InputError, match=r"got 1 providers.*from 5 on"):
        fit_funnel([3], [20])
    with pytest.raises(InputError, match="two providers or more"):
        fit_prior([3], [20])
    with pytest.raises(InputError, match="at least one"):
        limits_at(Funnel(0.2, 1, 0), 0)


def test_signals_are_named() -> None:
    flat = Limits(0.0, -3.0, 3.0)
    assert signals([0.5] * 6 + [-0.5], flat) == [""] * 7
    assert set(signals([0.5] * 7, flat)) == {"run"}
    assert signals([-1.5, -1, -0.5, 0, 0.5, 1, 1.5], flat) == ["trend"] * 7
    assert signals([2.5, 0.5, 2.6, -0.5], flat) == ["near", "", "near", ""]
