"""Intervals: Wilson, Clopper-Pearson, Wilson clustered by account, and the exact interval of a median."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from scipy.special import bdtr, betaincinv, stdtrit

from bedside.errors import InputError

__all__ = [
    "TAIL",
    "Z95",
    "ClusterSums",
    "Share",
    "clopper_pearson",
    "clustered",
    "design_effect",
    "median_wait",
    "wilson",
    "wilson_of",
]

Z95 = 1.959963984540054
TAIL = 0.025  # each side of a 95 % interval


class Share(NamedTuple):
    """A share or a median with its 95 % interval; low and high are None where none can be given."""

    value: float
    low: float | None
    high: float | None


class ClusterSums(NamedTuple):
    """What the clustered interval needs of all accounts, in whole numbers.

    With n the posts of an account and h those of them that carry the code: posts = sum of n, hits = sum of h,
    accounts = number of accounts, and the sums of h*h, h*n and n*n. A post without author is an account of
    its own here: nothing is known to tie it to another.
    """

    posts: int
    hits: int
    accounts: int
    hits_hits: int
    hits_posts: int
    posts_posts: int


def _check(hits: int, of: int) -> None:
    if of < 1 or not 0 <= hits <= of:
        raise InputError(f"got {hits} of {of}; a share needs 0 <= hits <= of, and of at least 1")


def wilson_of(value: float, n: float, z: float = Z95) -> Share:
    """Wilson interval around a share whose number of independent draws need not be whole."""
    middle = value + z * z / (2 * n)
    half = z * sqrt(value * (1 - value) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if value == 0 else max(0.0, (middle - half) / scale)
    high = 1.0 if value == 1 else min(1.0, (middle + half) / scale)
    return Share(value, low, high)


def wilson(hits: int, of: int, *, z: float = Z95) -> Share:
    """Share with its Wilson score interval.

    Parameters
    ----------
    hits, of : int
        0 <= hits <= of, of >= 1; people, each counted once: the interval assumes independent draws.
    z : float, default 1.959964
        Standard normal quantile.

    Returns
    -------
    Share
        value, low, high; each in 0..1.

    Raises
    ------
    InputError
        If of < 1 or hits lies outside 0..of.

    References
    ----------
    Wilson (1927), JASA 22:209-212, doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> [round(x, 4) for x in wilson(81, 263)]
    [0.308, 0.2553, 0.3662]
    """
    _check(hits, of)
    return wilson_of(hits / of, of, z)


def clopper_pearson(hits: int, of: int) -> Share:
    """Share with its exact 95 % interval; never too narrow, and wider than Wilson's.

    Raises
    ------
    InputError
        If of < 1 or hits lies outside 0..of.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26:404-413, doi:10.1093/biomet/26.4.404 (beta quantiles).

    Examples
    --------
    >>> [round(x, 4) for x in clopper_pearson(0, 20)]
    [0.0, 0.0, 0.1684]
    """
    _check(hits, of)
    low = float(betaincinv(hits, of - hits + 1, TAIL)) if hits else 0.0
    high = float(betaincinv(hits + 1, of - hits, 1 - TAIL)) if hits < of else 1.0
    return Share(hits / of, low, high)


def clustered(sums: ClusterSums) -> Share:
    """Share of posts with a Wilson interval that knows that posts of one account are alike.

    Parameters
    ----------
    sums : ClusterSums
        Sums over all accounts.

    Returns
    -------
    Share
        value, low, high; low and high are None with a single account, which tells nothing about others.

    Raises
    ------
    InputError
        If there are no posts, or more hits than posts.

    Notes
    -----
    Wilson's formula with n_eff = posts / deff and a t quantile with accounts - 1 degrees of freedom. deff is
    the account-clustered variance (CR0, no small-sample factor) over the binomial one, at least 1. Where all
    posts or none carry the code that variance says nothing: each account then counts as one voice,
    deff = sum n^2 / sum n (Kish).

    References
    ----------
    docs/MEASURES.md; Kish (1965), Survey Sampling, 5.4 and 8.2; Korn and Graubard (1998), Survey
    Methodology 24:193-201 (effective sample size and t quantile in a binomial interval).

    Examples
    --------
    >>> [round(x, 3) for x in clustered(ClusterSums(4, 2, 4, 2, 2, 4))]
    [0.5, 0.077, 0.923]
    """
    _check(sums.hits, sums.posts)
    value = sums.hits / sums.posts
    if sums.accounts < 2:
        return Share(value, None, None)
    t = float(stdtrit(sums.accounts - 1, 1 - TAIL))
    return wilson_of(value, sums.posts / design_effect(sums), t)


def design_effect(sums: ClusterSums) -> float:
    """How many times the clustered variance exceeds the binomial one; at least 1."""
    p = sums.hits / sums.posts
    if sums.hits in (0, sums.posts):
        return max(1.0, sums.posts_posts / sums.posts)
    squares = sums.hits_hits - 2 * p * sums.hits_posts + p * p * sums.posts_posts
    return max(1.0, squares / sums.posts / (p * (1 - p)))


def median_wait(values: Sequence[float]) -> Share:
    """Median with the exact interval between two of the values themselves.

    Parameters
    ----------
    values : sequence of float
        One value of each account, in any order; at least one.

    Returns
    -------
    Share
        value, low, high in the unit of the values; low and high None below 6 values, where not even the
        smallest and largest hold the median with 95 % confidence.

    Raises
    ------
    InputError
        If there is no value.

    Notes
    -----
    The l-th smallest and l-th largest value, l the largest rank with P(Binomial(n, 1/2) < l) <= 0.025:
    no assumption on the shape, so at least 95 %.

    References
    ----------
    Thompson (1936), Annals of Mathematical Statistics 7:122-128, doi:10.1214/aoms/1177732502.

    Examples
    --------
    >>> median_wait([1, 2, 3, 4, 5, 6, 7, 8])
    Share(value=4.5, low=1, high=8)
    """
    if not values:
        raise InputError("got no values; a median needs at least one")
    ordered = sorted(values)
    n = len(ordered)
    value = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    rank = 0
    while float(bdtr(rank, n, 0.5)) <= TAIL:
        rank += 1
    if rank == 0:
        return Share(value, None, None)
    return Share(value, ordered[rank - 1], ordered[n - rank])
