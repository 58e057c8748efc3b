"""Agreement between any number of coders with missing codes: Krippendorff's alpha, Gwet's AC1, Fleiss' kappa.

All of them need only how many coders chose each category for each post, so posts with the same counts are held
once with a weight. A bootstrap by post is then a draw of weights, whatever the number of posts.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.errors import InputError

__all__ = [
    "METRICS",
    "Coefficient",
    "Counts",
    "Metric",
    "ac1",
    "alpha",
    "bootstrapped",
    "count_ratings",
    "fleiss",
    "prevalence",
    "raw_agreement",
]

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")
Floats = NDArray[np.float64]
RESAMPLES = 1000
LOST = (
    0.05  # of the resamples; where more have only one category the interval would be of the others
)
ONE_CATEGORY = "undefined: every coder chose the same category throughout, so chance cannot be told from agreement"
NO_OVERLAP = "undefined: no post was coded by two coders"
NO_DISAGREEMENT = "no disagreement was seen, so resampling cannot show how much there may be"


class Coefficient(NamedTuple):
    """A coefficient with its 95 % interval; None with the reason where it is undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


class Counts(NamedTuple):
    """How many coders chose each category, for each kind of post.

    Attributes
    ----------
    table : ndarray, shape (kinds, categories)
        Coders who chose the category.
    posts : ndarray, shape (kinds,)
        Posts of that kind.
    values : ndarray, shape (categories,)
        Numbers of the categories, ascending; their order for ordinal, their size for interval and ratio.
    """

    table: Floats
    posts: Floats
    values: Floats


def count_ratings(ratings: Floats, *, values: Sequence[float] | None = None) -> Counts:
    """Count what coders chose.

    Parameters
    ----------
    ratings : ndarray, shape (posts, coders)
        Numbers of categories; NaN where a coder has no code.
    values : sequence of float, optional
        All categories that could have been chosen; by default those that were.

    Raises
    ------
    InputError
        If a rating is none of the values.
    """
    known = np.unique(ratings[~np.isnan(ratings)]) if values is None else np.unique(values)
    known = known if len(known) else np.zeros(1)
    table = (ratings[:, :, None] == known[None, None, :]).sum(axis=1).astype(float)
    if table.sum() != (~np.isnan(ratings)).sum():
        raise InputError(
            "a rating is none of the categories given; give all that coders could choose"
        )
    kinds, posts = np.unique(table, axis=0, return_counts=True)
    return Counts(kinds, posts.astype(float), known)


def alpha(counts: Counts, metric: Metric = "nominal") -> Coefficient:
    """Krippendorff's alpha: 1 - observed over expected disagreement.

    Parameters
    ----------
    counts : Counts
    metric : {"nominal", "ordinal", "interval", "ratio"}
        How far two categories lie apart.

    Returns
    -------
    Coefficient
        Without interval (see `bootstrapped`). Posts with fewer than two codes say nothing and are left out. None
        where all codes are the same: agreement by chance would then be certain.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's alpha-reliability; example D.

    Examples
    --------
    >>> counts = count_ratings(np.array([[0, 0], [1, 1], [0, 1], [1, 1]], float))
    >>> round(alpha(counts).value, 4)
    0.5333
    """
    if metric not in METRICS:
        raise InputError(f"got the metric '{metric}'; know {', '.join(METRICS)}")
    return _single(counts, _alphas, metric)


def ac1(counts: Counts) -> Coefficient:
    """Gwet's AC1, which keeps its meaning where a code is rare or nearly always given.

    Notes
    -----
    Chance agreement is the sum of q(1 - q) over categories, by categories - 1, with q the mean share of coders who
    chose the category, over all posts with a code (also one coder's).

    References
    ----------
    Gwet (2008), Br J Math Stat Psychol 61:29-48, doi:10.1348/000711006X126600.

    Examples
    --------
    >>> round(ac1(count_ratings(np.array([[0, 0]] * 118 + [[0, 1]] * 7, float))).value, 4)
    0.9408
    """
    return _single(counts, _ac1s)


def fleiss(counts: Counts) -> Coefficient:
    """Fleiss' kappa; where posts have different numbers of codes, agreement is averaged over posts.

    References
    ----------
    Fleiss (1971), Psychological Bulletin 76:378-382, doi:10.1037/h0031619.
    """
    return _single(counts, _fleisses)


def raw_agreement(counts: Counts) -> Coefficient:
    """Share of pairs of coders who chose the same, averaged over posts with at least two codes."""
    return _single(counts, _raws)


def prevalence(counts: Counts) -> Floats:
    """Mean share of coders who chose each category, shape (categories,)."""
    return np.asarray(_prevalences(counts, counts.posts[None, :])[0])


def bootstrapped(
    coefficient: Callable[..., Coefficient],
    counts: Counts,
    *args: Metric,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Coefficient:
    """A coefficient with its 95 % percentile interval from resampling posts.

    Parameters
    ----------
    coefficient : callable
        `alpha`, `ac1`, `fleiss` or `raw_agreement`; further arguments go to it.
    counts : Counts
    resamples, seed : int

    Returns
    -------
    Coefficient
        Without limits, and with the reason, where no disagreement was seen or too many resamples hold one category.
    """
    point = coefficient(counts, *args)
    if point.value is None:
        return point
    if _raws(counts, counts.posts[None, :])[0] == 1.0:
        return point._replace(reason=NO_DISAGREEMENT)
    dice = np.random.default_rng(seed)
    total = int(counts.posts.sum())
    weights = dice.multinomial(total, counts.posts / total, size=resamples).astype(float)
    drawn = _MANY[coefficient](counts, weights, *args)
    held = drawn[~np.isnan(drawn)]
    if len(held) < (1 - LOST) * resamples:
        return point._replace(reason="too few posts of one category for an interval")
    low, high = np.quantile(held, [0.025, 0.975])
    return point._replace(low=float(low), high=float(high))


def _single(counts: Counts, many: Callable[..., Floats], *args: Metric) -> Coefficient:
    if not (counts.table.sum(axis=1) > 1).any():
        return Coefficient(None, reason=NO_OVERLAP)
    value = many(counts, counts.posts[None, :], *args)[0]
    return Coefficient(None, reason=ONE_CATEGORY) if np.isnan(value) else Coefficient(float(value))


def _pairable(counts: Counts) -> Floats:
    """Codes of each kind of post, 0 where there are fewer than two."""
    codes = counts.table.sum(axis=1)
    return np.asarray(np.where(codes > 1, codes, 0.0))


def _over(top: Floats, bottom: Floats) -> Floats:
    """Quotient, NaN where the lower part is 0."""
    return np.asarray(np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0))


def _alphas(counts: Counts, weights: Floats, metric: Metric = "nominal") -> Floats:
    """Alpha for each row of weights, shape (rows,)."""
    codes = _pairable(counts)
    paired = counts.table * (codes > 1)[:, None]
    margins = weights @ paired
    if metric == "ordinal":
        return np.array(
            [
                _one_alpha(paired, codes, row, margin, _ordinal(margin))
                for row, margin in zip(weights, margins, strict=True)
            ]
        )
    apart = _distances(counts.values, metric)
    observed = weights @ _disagreement(paired, codes, apart)
    expected = np.einsum("bi,ij,bj->b", margins, apart, margins, optimize=True)
    return np.asarray(1 - _over(observed * (margins.sum(axis=1) - 1), expected))


def _one_alpha(
    paired: Floats, codes: Floats, weights: Floats, margin: Floats, apart: Floats
) -> float:
    observed = weights @ _disagreement(paired, codes, apart)
    expected = margin @ apart @ margin
    return float(1 - observed * (margin.sum() - 1) / expected) if expected > 0 else np.nan


def _disagreement(paired: Floats, codes: Floats, apart: Floats) -> Floats:
    """Squared distances among the codes of one post, by codes - 1; shape (kinds,)."""
    apart_in: Floats = np.einsum("pi,ij,pj->p", paired, apart, paired, optimize=True)
    return np.asarray(apart_in / np.maximum(codes - 1, 1))


def _distances(values: Floats, metric: Metric) -> Floats:
    one, other = values[:, None], values[None, :]
    if metric == "nominal":
        return np.asarray(one != other, dtype=float)
    if metric == "interval":
        return np.asarray((one - other) ** 2)
    both = one + other
    return np.asarray(np.divide(one - other, both, out=np.zeros(both.shape), where=both != 0) ** 2)


def _ordinal(margin: Floats) -> Floats:
    """Squared distance of ranks: all codes from the one category to the other, half of either end."""
    upto = np.cumsum(margin) - margin / 2
    return np.asarray((upto[:, None] - upto[None, :]) ** 2)


def _raws(counts: Counts, weights: Floats) -> Floats:
    codes = _pairable(counts)
    same = (counts.table * (counts.table - 1)).sum(axis=1) * (codes > 1)
    agreed = same / np.maximum(codes * (codes - 1), 1)
    return _over(weights @ agreed, weights @ (codes > 1).astype(float))


def _prevalences(counts: Counts, weights: Floats) -> Floats:
    codes = counts.table.sum(axis=1)
    shares = counts.table / np.maximum(codes, 1)[:, None]
    there = (weights @ (codes > 0).astype(float))[:, None]
    return _over(weights @ shares, np.broadcast_to(there, (len(weights), counts.table.shape[1])))


def _ac1s(counts: Counts, weights: Floats) -> Floats:
    categories = counts.table.shape[1]
    if categories < 2:
        return np.full(len(weights), np.nan)
    share = _prevalences(counts, weights)
    chance = (share * (1 - share)).sum(axis=1) / (categories - 1)
    return np.asarray((_raws(counts, weights) - chance) / (1 - chance))


def _fleisses(counts: Counts, weights: Floats) -> Floats:
    margins = weights @ (counts.table * (_pairable(counts) > 1)[:, None])
    share = _over(margins, np.broadcast_to(margins.sum(axis=1)[:, None], margins.shape))
    chance = (share**2).sum(axis=1)
    return _over(_raws(counts, weights) - chance, 1 - chance)


_MANY: dict[Callable[..., Coefficient], Callable[..., Floats]] = {
    alpha: _alphas,
    ac1: _ac1s,
    fleiss: _fleisses,
    raw_agreement: _raws,
}
