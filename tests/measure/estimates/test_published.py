"""Published estimators against published and R values; every number below is from the reference vectors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.measure.estimates.clusters import cluster_bootstrap, cluster_error
from bedside.measure.estimates.corrected import rogan_gladen
from bedside.measure.estimates.discovery import METHODS, Method, adjust
from bedside.measure.estimates.powered import dsl, labelled_mean, ppi, ppi_plus_plus
from bedside.measure.estimates.proportions import jeffreys, wilson_corrected
from bedside.measure.estimates.strata import Stratum, poststratify
from tests.measure.test_shares import FORTY_ACCOUNTS

# ppi_input.csv counted: of 200 judged posts 25 carry the code and the mark, 5 the code, 8 the mark; of 5,000
# others 1,081 are marked
JUDGED = [1.0] * 30 + [0.0] * 170
MACHINE = [1.0] * 25 + [0.0] * 5 + [1.0] * 8 + [0.0] * 162
OTHERS = [1.0] * 1081 + [0.0] * 3919
# proportion_intervals.csv: hits, of, Wilson with correction, Jeffreys
FURTHER = [
    (81, 263, 0.253508682295185, 0.368176201043004, 0.254521934991023, 0.365647499174082),
    (15, 148, 0.0597782084284981, 0.164449779364837, 0.0604485170092964, 0.157643143478741),
    (0, 20, 0.0, 0.200453345013487, 0.0, 0.116638982904875),
    (1, 29, 0.00180264021327967, 0.196281751009759, 0.00374617364905708, 0.150077686002232),
    (0, 1, 0.0, 0.945379244471148, 0.0, 0.853253683690425),
    (5, 5, 0.462943982532477, 1.0, 0.620622857700961, 1.0),
    (10, 10, 0.655462781693077, 1.0, 0.782803732490789, 1.0),
    (29, 30, 0.809469783652179, 0.998257532947615, 0.85458222264598, 0.996379535626208),
]
# rogan_gladen_epiR.csv: marked, of, sensitivity, specificity, corrected share and limits
CORRECTED = [
    (23, 150, 0.96, 0.89, 0.0509803921568629, -0.00658877917035208, 0.128917449086273),
    (4, 30, 0.9, 0.95, 0.0980392156862744, 0.00364300569476176, 0.290368549200427),
    (100, 1000, 0.8, 0.9, 0.0, -0.0244150805812918, 0.0287885188504977),
    (2, 100, 0.9, 0.95, -0.0352941176470589, -0.0523506264115737, 0.0235432832100515),
]
# fdr_bh1995.csv: the 15 p-values of Benjamini and Hochberg's example, and what R makes of them
P_VALUES = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
]  # fmt: skip
ADJUSTED: dict[Method, list[float]] = {
    "BH": [
        0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571428571429, 0.0638571428571429, 0.0645, 0.0765, 0.486,
        0.581181818181818, 0.714875, 0.753230769230769, 0.813214285714286, 1,
    ],
    "BY": [
        0.00497734348984349, 0.00995468697968698, 0.0315231754356754, 0.118211907883783, 0.200089208291708,
        0.211892622853337, 0.211892622853337, 0.21402577006327, 0.253844517982018, 1, 1, 1, 1, 1, 1,
    ],
    "holm": [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1],
    "bonferroni": [
        0.0015, 0.006, 0.0285, 0.1425, 0.3015, 0.417, 0.447, 0.516, 0.6885, 1, 1, 1, 1, 1, 1,
    ],
}  # fmt: skip


def test_mean_of_judged_rows_is_the_classical_one() -> None:
    """ppi_expected.csv, classical_labelled_only."""
    assert labelled_mean(JUDGED)[:3] == pytest.approx((0.15, 0.1005133351, 0.1994866649), abs=1e-10)


def test_prediction_powered_mean_is_that_of_its_authors() -> None:
    """ppi_expected.csv, ppi_lam1: equal to ppi_py."""
    expected = (0.2012, 0.1641278363, 0.2382721637)
    assert ppi(JUDGED, MACHINE, OTHERS)[:3] == pytest.approx(expected, abs=1e-10)


def test_power_tuned_mean_is_the_formula_of_its_authors() -> None:
    """ppi_expected.csv, ppi_pp_own; ppi_py fits the weight anew and gives .1793130 (.1453396, .2132864)."""
    found = ppi_plus_plus(JUDGED, MACHINE, OTHERS)
    expected = (0.1793186613, 0.1453463594, 0.2132909633)
    assert found[:3] == pytest.approx(expected, abs=1e-10)
    assert found.weight == pytest.approx(0.572630, abs=1e-6)


def test_design_based_mean_uses_known_probabilities() -> None:
    """ppi_expected.csv, dsl_uniform: probability 200 / 5200."""
    found = dsl(JUDGED, MACHINE, [200 / 5200] * 200, OTHERS)
    expected = (0.1992307692, 0.1629186942, 0.2355428442)
    assert found[:3] == pytest.approx(expected, abs=1e-10)


def test_classical_correction_is_that_of_the_labelled_rates() -> None:
    """ppi_expected.csv, rogan_gladen_point: rates of the judged rows, share of the others."""
    found = rogan_gladen(1081, 5000, sensitivity=25 / 30, specificity=162 / 170)
    assert found.value == pytest.approx(0.215117207, abs=1e-9)


@pytest.mark.parametrize(("hits", "of", "low", "high", "j_low", "j_high"), FURTHER)
def test_further_intervals_are_those_of_r(
    hits: int, of: int, low: float, high: float, j_low: float, j_high: float
) -> None:
    assert wilson_corrected(hits, of) == pytest.approx((hits / of, low, high), abs=1e-12)
    assert jeffreys(hits, of) == pytest.approx((hits / of, j_low, j_high), abs=1e-12)


@pytest.mark.parametrize(("hits", "of", "se", "sp", "value", "low", "high"), CORRECTED)
def test_classical_correction_is_that_of_epir(
    hits: int, of: int, se: float, sp: float, value: float, low: float, high: float
) -> None:
    found = rogan_gladen(hits, of, sensitivity=se, specificity=sp)
    assert found == pytest.approx((value, low, high), abs=1e-12)


def test_a_machine_that_says_nothing_cannot_be_corrected() -> None:
    with pytest.raises(InputError, match="says nothing"):
        rogan_gladen(10, 100, sensitivity=0.4, specificity=0.6)


def test_clustered_error_is_that_of_r() -> None:
    """cluster_expected.csv: CR0 and CR1 of 261 posts by 40 accounts; the author bootstrap within 3 %."""
    posts = [
        (number, float(i < h)) for number, (n, h) in enumerate(FORTY_ACCOUNTS) for i in range(n)
    ]
    values, keys = [y for _, y in posts], [k for k, _ in posts]
    assert cluster_error(values, keys) == pytest.approx(0.05071363902750722, abs=1e-12)
    found = cluster_error(values, keys, correction="CR1")
    assert found == pytest.approx(0.051359698691227196, abs=1e-12)
    drawn = cluster_bootstrap(values, keys, seed=1)
    assert drawn.std() == pytest.approx(0.05074188836951764, rel=0.03)
    expected = (0.21509433962264152, 0.4149398094238432)
    assert tuple(np.quantile(drawn, (0.025, 0.975))) == pytest.approx(expected, rel=0.03)


def test_error_of_one_account_is_refused() -> None:
    with pytest.raises(InputError, match="one account"):
        cluster_error([1, 0, 1], ["a", "a", "a"])


def test_post_stratified_share_and_error_are_those_of_r() -> None:
    """poststratification.csv."""
    found = poststratify([Stratum(5000, 100, 10), Stratum(3000, 100, 30), Stratum(2000, 50, 25)])
    assert (found.value, found.error) == pytest.approx((0.24, 0.024622191598423198), abs=1e-14)


@pytest.mark.parametrize("method", METHODS)
def test_adjusted_p_values_are_those_of_r(method: Method) -> None:
    assert adjust(P_VALUES, method) == pytest.approx(ADJUSTED[method], abs=1e-13)


def test_false_discovery_control_finds_four_and_bonferroni_three() -> None:
    """Benjamini and Hochberg (1995), section 3.2."""
    assert sum(p <= 0.05 for p in adjust(P_VALUES, "BH")) == 4
    assert sum(p <= 0.05 for p in adjust(P_VALUES, "bonferroni")) == 3


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), max_size=40), st.sampled_from(METHODS))
def test_adjusting_keeps_order_and_never_lowers(p: list[float], method: Method) -> None:
    found = adjust(p, method)
    assert all(a >= x - 1e-12 for a, x in zip(found, p, strict=True))
    ranked = [a for _, a in sorted(zip(p, found, strict=True))]
    assert ranked == sorted(ranked)


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=60))
def test_power_tuning_lies_between_the_judged_mean_and_full_trust(
    rows: list[tuple[bool, bool]],
) -> None:
    y, f = [float(a) for a, _ in rows], [float(b) for _, b in rows]
    found = ppi_plus_plus(y, f, [0.0, 1.0, 1.0])
    assert 0 <= found.weight <= 1
    ends = sorted((labelled_mean(y).value, ppi(y, f, [0.0, 1.0, 1.0]).value))
    assert ends[0] - 1e-12 <= found.value <= ends[1] + 1e-12


@pytest.mark.parametrize("bad", [[], [float("nan")], [[1.0]]])
def test_rows_that_are_no_numbers_are_refused(bad: list[float]) -> None:
    with pytest.raises(InputError):
        ppi(bad, bad, [1.0])


@pytest.mark.parametrize("probability", [[0.0, 0.5], [0.5], [1.5, 0.5]])
def test_a_row_without_a_known_probability_is_refused(probability: list[float]) -> None:
    with pytest.raises(InputError, match="drawing probability"):
        dsl([1, 0], [1, 0], probability, [1, 0])
