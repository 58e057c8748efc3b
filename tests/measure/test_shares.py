"""Intervals against published and R values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.measure.shares import (
    ClusterSums,
    clopper_pearson,
    clustered,
    design_effect,
    median_wait,
    wilson,
)

# R, method wilson and Clopper-Pearson: hits, of, Wilson low and high, exact low and high
INTERVALS = [
    (81, 263, 0.255288519878274, 0.3662095769828, 0.252736745585271, 0.367621922601351),
    (15, 148, 0.0623863995307363, 0.160487241723308, 0.0578440100834486, 0.161650490349479),
    (0, 20, 0.0, 0.161125158052819, 0.0, 0.168433470983085),
    (1, 29, 0.00611321429276266, 0.171755218793203, 0.000872646883579923, 0.177644295488723),
    (0, 1, 0.0, 0.793450685622763, 0.0, 0.975),
    (5, 5, 0.565517535216825, 1.0, 0.478176249895019, 1.0),
    (29, 30, 0.833296090085908, 0.994091409618387, 0.827830544366587, 0.99915642907337),
]
# posts and hits of each account, counted from cluster_input.csv of the reference vectors
FORTY = """
8,5 9,6 10,0 10,2 8,3 3,0 7,6 8,0 10,1 10,7 9,0 1,0 8,3 10,3 1,0 4,4 1,1 7,6 8,2 5,0
6,1 4,1 10,6 8,1 8,0 9,1 1,0 1,0 6,0 11,0 2,2 8,6 5,1 1,0 8,1 11,4 5,0 6,5 3,2 11,1
"""
FORTY_ACCOUNTS = [(int(n), int(h)) for n, h in (pair.split(",") for pair in FORTY.split())]
SOME_ACCOUNTS = [(1, 1), (4, 0), (3, 3), (8, 1)]


def sums_of(accounts: list[tuple[int, int]]) -> ClusterSums:
    return ClusterSums(
        posts=sum(n for n, _ in accounts),
        hits=sum(h for _, h in accounts),
        accounts=len(accounts),
        hits_hits=sum(h * h for _, h in accounts),
        hits_posts=sum(h * n for n, h in accounts),
        posts_posts=sum(n * n for n, _ in accounts),
    )


@pytest.mark.parametrize(("hits", "of", "low", "high", "exact_low", "exact_high"), INTERVALS)
def test_intervals_of_a_proportion_are_those_of_r(
    hits: int, of: int, low: float, high: float, exact_low: float, exact_high: float
) -> None:
    """proportion_intervals.csv of the reference vectors; the first rows are Newcombe's."""
    assert wilson(hits, of) == pytest.approx((hits / of, low, high), abs=1e-12)
    assert clopper_pearson(hits, of) == pytest.approx((hits / of, exact_low, exact_high), abs=1e-12)


def test_clustered_variance_is_the_one_of_r() -> None:
    """cluster_expected.csv of the reference vectors: deff_CR0, and quantiles of the author bootstrap."""
    sums = sums_of(FORTY_ACCOUNTS)
    assert (sums.posts, sums.hits, sums.accounts) == (261, 81, 40)
    assert design_effect(sums) == pytest.approx(3.136270753512133, abs=1e-12)
    share = clustered(sums)
    assert share.value == pytest.approx(0.3103448275862069)
    # bootstrap of accounts: .2151 to .4149; with 39 degrees of freedom the formula may be a little wider
    assert share.low == pytest.approx(0.2151, abs=0.01)
    assert share.high == pytest.approx(0.4149, abs=0.02)


def test_clustered_variance_by_hand() -> None:
    """16 posts, 5 hits: sum (h - n p)^2 = 9.7266 over 16 * p * (1 - p) = 3.4375."""
    p = 5 / 16
    squares = sum((h - n * p) ** 2 for n, h in SOME_ACCOUNTS)
    assert design_effect(sums_of(SOME_ACCOUNTS)) == pytest.approx(squares / 16 / (p * (1 - p)))


def test_accounts_with_one_post_each_have_no_design_effect() -> None:
    assert design_effect(sums_of([(1, 1)] * 30 + [(1, 0)] * 70)) == pytest.approx(1.0)


def test_one_account_that_posts_often_tells_nothing_of_others() -> None:
    assert clustered(sums_of([(500, 250)])) == (0.5, None, None)


def test_at_zero_hits_each_account_is_one_voice() -> None:
    loud = clustered(sums_of([(100, 0)] * 10))
    quiet = clustered(sums_of([(1, 0)] * 10))
    assert loud == pytest.approx(quiet)
    assert loud.low == 0.0


@pytest.mark.parametrize(("hits", "of"), [(1, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(hits: int, of: int) -> None:
    with pytest.raises(InputError):
        wilson(hits, of)
    with pytest.raises(InputError):
        clopper_pearson(hits, of)


accounts = st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@given(st.lists(accounts, min_size=2, max_size=40))
def test_clustered_interval_holds_the_share_and_is_never_narrower_than_wilson(
    drawn: list[tuple[int, int]],
) -> None:
    sums = sums_of(drawn)
    share, plain = clustered(sums), wilson(sums.hits, sums.posts)
    assert share.low is not None and share.high is not None
    assert plain.low is not None and plain.high is not None
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.high - share.low >= plain.high - plain.low - 1e-9


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_mirrors(drawn: tuple[int, int]) -> None:
    hits, of = drawn
    share, other = wilson(hits, of), wilson(of - hits, of)
    assert share.low is not None and other.high is not None
    assert share.low == pytest.approx(1 - other.high, abs=1e-12)


def test_median_interval_takes_known_ranks() -> None:
    """Ranks of the exact 95 % interval of a median (sign-test table): n = 8: 1, 20: 6, 50: 18, 100: 40."""
    for n, rank in ((8, 1), (20, 6), (50, 18), (100, 40)):
        share = median_wait(range(1, n + 1))
        assert (share.low, share.high) == (rank, n + 1 - rank)


def test_five_values_give_a_median_and_no_interval() -> None:
    assert median_wait([5, 1, 4, 2, 3]) == (3, None, None)


def test_no_values_are_refused() -> None:
    with pytest.raises(InputError):
        median_wait([])
