"""Published and R-computed values, each reproduced; the tables lie outside the project (see `vectors`)."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bedside.errors import InputError
from bedside.measure.disproportionality.cells import Cells, checked_cells
from bedside.measure.disproportionality.counting import PairCounts, count_rows
from bedside.measure.disproportionality.ebgm import (
    Prior,
    ebgm,
    fit_prior,
    negative_log_likelihood,
)
from bedside.measure.disproportionality.likelihood_ratio import log_ratio, product_test
from bedside.measure.disproportionality.maxsprt import critical_value
from bedside.measure.disproportionality.ratios import chi_squared, fisher, prr, ror, yates
from bedside.measure.disproportionality.shrinkage import information_component

Table = list[dict[str, str]]


def rows(folder: Path, name: str) -> Table:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(table: Table, name: str) -> np.ndarray:
    return np.array([float(row[name]) if row[name] else np.nan for row in table])


def four(table: Table) -> Cells:
    return checked_cells(*(column(table, cell) for cell in "abcd"))


@pytest.fixture
def caers(vectors: Path) -> PairCounts:
    table = rows(vectors, "caers_input")
    return count_rows(
        [r["id"] for r in table], [r["var1"] for r in table], [r["var2"] for r in table]
    )


def test_rifabutin_and_uveitis_as_evans_published(vectors: Path) -> None:
    """Evans (2001): PRR 586; chi-squared 22,740 exact, 22,187 with Yates."""
    cells = four(rows(vectors, "evans2001_rifabutin"))
    assert prr(cells).value[0] == pytest.approx(585.9945, abs=1e-4)
    assert chi_squared(cells)[0] == pytest.approx(22739.50, abs=0.01)
    assert yates(cells)[0] == pytest.approx(22187.27, abs=0.01)


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("PRR", lambda c: prr(c).value),
        ("chi2", chi_squared),
        ("chi2_yates", yates),
        ("fisher_two_sided_p", lambda c: fisher(c)[0]),
        ("fisher_greater_p", lambda c: fisher(c)[1]),
    ],
)
def test_two_by_two_tables_agree_with_r(
    vectors: Path, name: str, measure: Callable[[Cells], np.ndarray]
) -> None:
    table = rows(vectors, "two_by_two_R")
    np.testing.assert_allclose(measure(four(table)), column(table, name), rtol=1e-7, atol=1e-20)


def test_odds_ratios_agree_with_r_raw_where_no_cell_is_empty_and_halved_where_one_is(
    vectors: Path,
) -> None:
    table = rows(vectors, "two_by_two_R")
    found, zero = ror(four(table)), four(table).has_zero
    assert 0 < zero.sum() < len(zero)
    for ours, suffix in ((found.value, ""), (found.low, "_lo"), (found.high, "_hi")):
        raw, halved = column(table, f"ROR{suffix}"), column(table, f"ROR_haldane{suffix}")
        np.testing.assert_allclose(ours, np.where(zero, halved, raw), rtol=1e-8)


def test_intervals_of_the_prr_agree_with_r_and_are_absent_where_r_has_none(vectors: Path) -> None:
    table = rows(vectors, "two_by_two_R")
    found = prr(four(table))
    inner = np.isfinite(column(table, "PRR_hi")) & (column(table, "PRR_lo") > 0)
    for ours, name in ((found.low, "PRR_lo"), (found.high, "PRR_hi")):
        np.testing.assert_allclose(ours[inner], column(table, name)[inner], rtol=1e-8)
        assert np.isnan(ours[~inner]).all()


def test_the_shrinkage_ic_and_its_exact_limits_agree_with_qgamma(vectors: Path) -> None:
    table = rows(vectors, "ic_shrinkage_gamma")
    found = information_component(column(table, "O"), column(table, "E"))
    for ours, name in zip(found, ("IC", "IC025", "IC975"), strict=True):
        np.testing.assert_allclose(ours, column(table, name), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("suffix", "prior"),
    [
        ("vig", Prior(3.25378643, 0.39988837, 2.02613054, 1.90808260, 0.06534570)),
        ("test", Prior(3.2528036700, 0.3998337600, 2.0249040000, 1.9072681900, 0.0653641600)),
    ],
)
def test_ebgm_and_its_quantiles_agree_with_openebgm(
    vectors: Path, suffix: str, prior: Prior
) -> None:
    table = rows(vectors, "ebgm_openebgm_caers_fifth")
    (value, low, high), share = ebgm(prior, column(table, "N"), column(table, "E"))
    np.testing.assert_allclose(value, column(table, f"ebgm_{suffix}"), rtol=1e-6)
    np.testing.assert_allclose(low, column(table, f"eb05_{suffix}"), rtol=1e-5)
    np.testing.assert_allclose(high, column(table, f"eb95_{suffix}"), rtol=1e-5)
    np.testing.assert_allclose(share, column(table, f"qn_{suffix}"), rtol=1e-6)


def test_cases_of_caers_are_counted_as_openebgm_counts_them(
    vectors: Path, caers: PairCounts
) -> None:
    assert len(caers.n) == 17_189
    names = zip(caers.product.tolist(), caers.event.tolist(), strict=True)
    place = {(caers.products[p], caers.events[e]): i for i, (p, e) in enumerate(names)}
    table = rows(vectors, "ebgm_openebgm_caers_fifth")
    at = [place[row["var1"], row["var2"]] for row in table]
    np.testing.assert_array_equal(caers.n[at], column(table, "N"))
    np.testing.assert_allclose(caers.expected[at], column(table, "E"), rtol=1e-10)


def test_the_fit_of_caers_ends_where_openebgm_ends(vectors: Path, caers: PairCounts) -> None:
    full = rows(vectors, "ebgm_openebgm_caers_hyper")[1]
    fit = fit_prior(caers.n, caers.expected, likelihood="components")
    published = [float(full[name]) for name in ("alpha1", "beta1", "alpha2", "beta2", "P")]
    np.testing.assert_allclose(fit.prior, published, rtol=1e-3)
    assert fit.negative_log_likelihood == pytest.approx(float(full["negLL"]), abs=1e-5)
    assert fit.starts >= 2


def test_the_likelihood_at_published_parameters_is_the_published_one(
    vectors: Path, caers: PairCounts
) -> None:
    for row in rows(vectors, "ebgm_openebgm_caers_hyper"):
        prior = Prior(*(float(row[name]) for name in ("alpha1", "beta1", "alpha2", "beta2", "P")))
        found = negative_log_likelihood(prior, caers.n, caers.expected, likelihood="components")
        assert found == pytest.approx(float(row["negLL"]), abs=1e-5)


def test_both_likelihoods_of_caers_have_one_optimum_from_several_starts(caers: PairCounts) -> None:
    fit = fit_prior(caers.n, caers.expected)
    assert fit.likelihood == "mixture" and fit.starts >= 2
    assert fit.prior.alpha1 / fit.prior.beta1 > fit.prior.alpha2 / fit.prior.beta2


def test_expected_counts_over_strata_agree_with_openebgm(vectors: Path) -> None:
    table = rows(vectors, "caers_input")
    counts = count_rows(*([r[name] for r in table] for name in ("id", "var1", "var2", "strat1")))
    names = zip(counts.product.tolist(), counts.event.tolist(), strict=True)
    place = {(counts.products[p], counts.events[e]): i for i, (p, e) in enumerate(names)}
    wanted = rows(vectors, "expected_stratified_caers_400")
    at = [place[row["var1"], row["var2"]] for row in wanted]
    np.testing.assert_array_equal(counts.n[at], column(wanted, "N"))
    np.testing.assert_allclose(counts.expected[at], column(wanted, "E"), rtol=1e-10)


def test_likelihood_ratios_of_statins_agree_with_pvlrt(vectors: Path) -> None:
    table = rows(vectors, "lrt_statin46")
    n, expected = column(table, "n"), column(table, "E")
    np.testing.assert_allclose(
        log_ratio(n, expected), column(table, "log_lrt_poisson"), rtol=1e-8, atol=1e-10
    )
    for drug in {row["drug"] for row in table}:
        rows_of = np.array([row["drug"] == drug for row in table])
        found = log_ratio(n[rows_of], expected[rows_of], total=n[rows_of].sum())
        np.testing.assert_allclose(
            found, column(table, "log_lrt_pq")[rows_of], rtol=1e-6, atol=1e-7
        )


@pytest.mark.parametrize(
    ("drug", "critical"), [("Atorvastatin", 4.71), ("Lovastatin", 4.31), ("Rosuvastatin", 4.58)]
)
def test_critical_values_of_statins_agree_with_5000_published_draws(
    vectors: Path, drug: str, critical: float
) -> None:
    table = [row for row in rows(vectors, "lrt_statin46") if row["drug"] == drug]
    tested = product_test(
        column(table, "n"), column(table, "E"), draws=4999, rng=np.random.default_rng(1)
    )
    assert tested.critical == pytest.approx(critical, abs=0.25)  # two runs of 5,000 draws
    largest = np.argmax(tested.ratios)
    assert tested.p_values[largest] == pytest.approx(1 / 5000)


def test_critical_values_of_maxsprt_are_exact(vectors: Path) -> None:
    table = [r for r in rows(vectors, "maxsprt_poisson_cv") if float(r["T_upper_expected"]) <= 20]
    assert len(table) == 15
    for row in table:
        upper, minimum = float(row["T_upper_expected"]), int(row["M_min_events"])
        if not row["cv_alpha05_own"]:
            with pytest.raises(InputError, match="no critical value"):
                critical_value(upper, minimum=minimum)
            continue
        found = critical_value(upper, minimum=minimum)
        assert found == pytest.approx(float(row["cv_alpha05_own"]), abs=1e-8)
