"""What must hold of every table: edges, properties, planted truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.measure.disproportionality.cells import CAVEAT, checked_cells
from bedside.measure.disproportionality.counting import Case, count_cases, count_rows, count_totals
from bedside.measure.disproportionality.ebgm import Prior, ebgm, fit_prior
from bedside.measure.disproportionality.maxsprt import critical_value, watch
from bedside.measure.disproportionality.ratios import (
    chi_squared,
    evans_rule,
    fisher,
    prr,
    ror,
    yates,
)
from bedside.measure.disproportionality.screening import screen_cells, screen_pairs
from bedside.measure.disproportionality.shrinkage import bcpnn_1998, information_component

counts = st.integers(0, 400)
cell_rows = st.tuples(counts, counts, counts, counts).filter(lambda c: sum(c) > 0)


def test_known_values_stand_here_too() -> None:
    """Evans (2001) rifabutin; Kulldorff (2011) critical value at 10 expected; qgamma at O = 1, E = .001."""
    assert prr(checked_cells(41, 14, 754, 591958)).value[0] == pytest.approx(585.9945, abs=1e-4)
    assert critical_value(10) == pytest.approx(3.467952, abs=1e-6)
    low = information_component(np.array([1.0]), np.array([0.001])).low[0]
    assert low == pytest.approx(-2.2151472761733)


def test_yates_is_clipped_where_the_closed_form_would_grow_again() -> None:
    assert yates(checked_cells(1, 1, 1, 1))[0] == 0
    assert yates(checked_cells(1, 99, 10, 890))[0] == 0
    assert chi_squared(checked_cells(1, 99, 10, 890))[0] > 0


def test_a_prr_that_is_finite_is_left_alone_by_an_empty_cell() -> None:
    cells = checked_cells([5, 0, 5], [0, 5, 5], [10, 10, 0], [90, 90, 90])
    assert prr(cells).value.tolist() == [10.0, 0.0, np.inf]
    assert np.isfinite(ror(cells).value).all()
    noted = screen_cells(["x", "y", "z"], *cells).pairs["note"].to_pylist()
    assert all("one half" in note for note in noted)


def test_bcpnn_of_1998_is_another_number_than_todays_ic() -> None:
    cells = checked_cells(10, 90, 20, 9880)
    today = information_component(cells.a, cells.expected).value[0]
    assert abs(bcpnn_1998(cells).value[0] - today) > 0.01


@given(cell_rows)
def test_measures_hold_their_bounds(row: tuple[int, int, int, int]) -> None:
    cells = checked_cells(*row)
    two, greater = fisher(cells)
    assert 0 <= two[0] <= 1 and 0 <= greater[0] <= 1
    ic = information_component(cells.a, cells.expected)
    assert ic.low[0] <= ic.value[0] <= ic.high[0]
    odds = ror(cells)
    assert odds.low[0] <= odds.value[0] <= odds.high[0]
    if np.isfinite(chi_squared(cells)[0]):
        assert 0 <= yates(cells)[0] <= chi_squared(cells)[0] + 1e-9


@given(cell_rows)
def test_product_and_event_may_change_places(row: tuple[int, int, int, int]) -> None:
    a, b, c, d = row
    here, there = checked_cells(a, b, c, d), checked_cells(a, c, b, d)
    assert fisher(here)[0][0] == pytest.approx(fisher(there)[0][0], rel=1e-9)
    assert ror(here).value[0] == pytest.approx(ror(there).value[0])


@given(st.tuples(*[st.integers(0, 25)] * 4).filter(lambda c: sum(c) > 0))
@settings(max_examples=60)
def test_fisher_agrees_with_scipy(row: tuple[int, int, int, int]) -> None:
    from scipy.stats import fisher_exact

    a, b, c, d = row
    two, greater = fisher(checked_cells(a, b, c, d))
    table = [[a, b], [c, d]]
    assert two[0] == pytest.approx(fisher_exact(table).pvalue, rel=1e-6)
    assert greater[0] == pytest.approx(fisher_exact(table, alternative="greater").pvalue, rel=1e-6)


def test_a_case_counts_once_however_often_it_says_so() -> None:
    rows = [("1", "A", "x"), ("1", "A", "x"), ("1", "A", "y"), ("2", "A", "x"), ("3", "B", "y")]
    found = count_rows(*([row[i] for row in rows] for i in range(3)))
    assert found.n.tolist() == [2, 1, 1] and found.cases == 3
    assert found.product_cases.tolist() == [2, 2, 1] and found.event_cases.tolist() == [2, 2, 2]


def test_a_case_id_that_comes_twice_is_refused() -> None:
    with pytest.raises(InputError, match="comes twice"):
        count_cases([Case("1", ["A"], ["x"]), Case("1", ["B"], ["x"])])


def test_strata_take_away_what_only_the_strata_make() -> None:
    """Old people take A and fall; young take B and do not: within strata nothing is out of proportion."""
    cases = []
    for stratum, p, q in (("old", 0.8, 0.5), ("young", 0.2, 0.05)):
        size = 1000
        for i in range(size):
            drug = ["A"] if i < p * size else ["B"]
            place = i if i < p * size else i - int(p * size)
            share = p if i < p * size else 1 - p
            falls = place < q * share * size
            cases.append(Case(f"{stratum}{i}", drug, ["fall"] if falls else ["rash"], stratum))
    crude = count_cases([c._replace(stratum="") for c in cases])
    adjusted = count_cases(cases)
    at = next(i for i in range(len(crude.n)) if crude.products[crude.product[i]] == "A")
    assert crude.n[at] / crude.expected[at] > 1.2
    assert adjusted.n[at] / adjusted.expected[at] == pytest.approx(1, abs=0.02)
    assert adjusted.strata == {"old": 1000, "young": 1000}


def test_a_planted_pair_is_found_first_and_chance_is_not() -> None:
    rng = np.random.default_rng(3)
    products, events = [f"p{i}" for i in range(30)], [f"e{i}" for i in range(40)]
    cases = []
    for i in range(6000):
        p = [products[j] for j in rng.choice(30, 1 + rng.integers(2), replace=False)]
        e = {events[j] for j in rng.choice(40, 1 + rng.integers(3), replace=False)}
        if "p7" in p and rng.random() < 0.15:
            e.add("e9")
        cases.append(Case(str(i), p, sorted(e)))
    found = screen_pairs(count_cases(cases), draws=199)
    first = found.pairs.slice(0, 1).to_pylist()[0]
    assert (first["product"], first["event"]) == ("p7", "e9") and first["evans"]
    assert first["lrt_p"] == pytest.approx(1 / 200)
    others = found.pairs.slice(1).to_pylist()
    assert sum(row["lrt_p"] <= 0.05 for row in others) <= 6  # 30 products at 5 in 100 each
    assert set(found.pairs["caveat"].to_pylist()) == {CAVEAT}


@pytest.mark.parametrize("likelihood", ["mixture", "components"])
def test_a_planted_prior_is_found_again(likelihood: str) -> None:
    rng = np.random.default_rng(11)
    truth = Prior(2.0, 0.25, 2.0, 4.0, 0.1)
    expected = rng.uniform(0.5, 8, size=8000)
    first = rng.random(8000) < truth.p
    rate = np.where(
        first,
        rng.gamma(truth.alpha1, 1 / truth.beta1, 8000),
        rng.gamma(truth.alpha2, 1 / truth.beta2, 8000),
    )
    n = rng.poisson(rate * expected).astype(float)
    kept = n > 0
    fit = fit_prior(n[kept], expected[kept], likelihood=likelihood)  # type: ignore[arg-type]
    assert fit.prior.alpha1 / fit.prior.beta1 == pytest.approx(8, rel=0.2)
    if likelihood == "mixture":  # here P is the weight among all pairs, as it was planted
        assert fit.prior.p == pytest.approx(truth.p, abs=0.02)
        assert fit.prior.alpha2 / fit.prior.beta2 == pytest.approx(0.5, rel=0.1)


def test_gradients_of_both_likelihoods_are_right() -> None:
    from scipy.optimize import check_grad

    from bedside.measure.disproportionality import ebgm as module

    rng = np.random.default_rng(0)
    data = module._Data(rng.integers(1, 9, 50).astype(float), rng.uniform(0.1, 5, 50))
    at = module._packed(Prior(0.7, 0.3, 2.0, 3.0, 0.3))
    for kind in ("mixture", "components"):
        off = check_grad(
            lambda x, k=kind: module._loss(x, data, k)[0],
            lambda x, k=kind: module._loss(x, data, k)[1],
            at,
        )
        assert off < 1e-4


def test_ebgm_is_refused_on_a_small_table_and_the_rest_is_given() -> None:
    found = screen_pairs(count_totals(["A", "A", "B", "B"], ["x", "y", "x", "y"], [9, 1, 2, 30]))
    assert found.fit is None and "at least 300" in found.refused
    assert "ebgm" not in found.pairs.column_names and found.pairs.num_rows == 4
    assert "pair counts" in found.unit


def test_ebgm_is_refused_where_two_kinds_of_pairs_cannot_be_told_apart() -> None:
    rng = np.random.default_rng(5)
    expected = rng.uniform(0.5, 5, 2000)
    n = rng.poisson(expected).astype(float)  # every pair as expected
    with pytest.raises(InputError, match="EBGM refused"):
        fit_prior(n[n > 0], expected[n > 0])


@given(st.integers(1, 60), st.floats(0.01, 50))
@settings(max_examples=40)
def test_ebgm_lies_within_its_quantiles_and_shrinks(n: int, expected: float) -> None:
    prior = Prior(2.0, 0.25, 2.0, 4.0, 0.1)
    (value, low, high), share = ebgm(prior, np.array([float(n)]), np.array([expected]))
    assert low[0] < value[0] < high[0] and 0 <= share[0] <= 1


def test_the_rule_of_2001_wants_three_cases() -> None:
    assert evans_rule(checked_cells([3, 2], [7, 7], [20, 20], [970, 970])).tolist() == [True, False]


def test_a_watch_crosses_when_events_run_ahead_and_not_when_they_keep_pace() -> None:
    ahead = watch([1, 2, 6, 9], [1, 1, 1, 1], upper=10)
    assert ahead.crossed == 2 or ahead.crossed == 3
    assert watch([1, 1, 1, 1], [1, 1, 1, 1], upper=10).crossed is None


def test_a_watch_alarms_by_chance_no_more_often_than_promised() -> None:
    rng = np.random.default_rng(2)
    alarms = sum(
        watch(rng.poisson(0.5, 20).tolist(), [0.5] * 20, upper=10).crossed is not None
        for _ in range(60)
    )
    assert alarms <= 9  # 60 at 5 in 100, seen at the end of periods only


@pytest.mark.parametrize("bad", [(-1, 2, 3, 4), (1.5, 2, 3, 4), (float("nan"), 1, 1, 1)])
def test_what_is_no_count_is_refused(bad: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="no count"):
        checked_cells(*bad)
