"""EBGM: the empirical Bayes geometric mean of a gamma-Poisson mixture, with EB05 and EB95.

The likelihood is of the pairs that were reported at all (n >= 1). Two forms are in use, and they have different
optima on the same table:

* `mixture` (default): the components are mixed, then the mixture is truncated at zero. P is the weight among all
  pairs, which is what the posterior takes it for: the coherent one.
* `components`: each negative binomial is truncated at zero, then both are mixed. This is what the R packages
  openEBGM and PhViD maximise, so published numbers can be reproduced. P is then the weight among reported pairs
  and is used as if it were the weight among all; on a table of 29,277 pairs of vaccine reports this fit ran to
  alpha1 = 0, where the posterior knows one component only, while `mixture` had one optimum from every start.
"""

from typing import Literal, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, expit, gammainc, gammaincinv, gammaln

from bedside.errors import InputError
from bedside.measure.disproportionality.cells import Floats, Interval

__all__ = [
    "LEAST_PAIRS",
    "Fit",
    "Likelihood",
    "Prior",
    "ebgm",
    "fit_prior",
    "negative_log_likelihood",
]

Likelihood = Literal["components", "mixture"]
LEAST_PAIRS = 300  # below this five parameters are not to be had: fits ended at a border in trials
STARTS = (  # alpha1, beta1, alpha2, beta2, P; far apart on purpose
    (0.2, 0.1, 2.0, 4.0, 1 / 3),
    (0.2, 0.1, 2.0, 4.0, 0.1),
    (0.5, 0.3, 4.0, 4.0, 0.2),
    (3.0, 0.4, 2.0, 2.0, 0.05),
    (1.0, 0.05, 1.0, 1.0, 0.02),
)
SAME = 0.01  # log-likelihood units within which two starts have found the same optimum
BORDER = 1e-3  # P nearer than this to 0 or 1: there is one component only
WIDEST = 1e4  # a parameter beyond this, or under its inverse, has run away


class Prior(NamedTuple):
    """Mixture of two gammas: P Gamma(alpha1, rate beta1) + (1 - P) Gamma(alpha2, rate beta2)."""

    alpha1: float
    beta1: float
    alpha2: float
    beta2: float
    p: float


class Fit(NamedTuple):
    """A fitted prior; `starts` of the starting points ended within .01 of the best log-likelihood."""

    prior: Prior
    negative_log_likelihood: float
    pairs: int
    starts: int
    likelihood: str


class _Data:
    """Counts and expectations, with each distinct count once: special functions are then cheap."""

    def __init__(self, n: Floats, expected: Floats) -> None:
        self.n, self.expected = n, expected
        self.distinct, self.where = np.unique(n, return_inverse=True)
        self.log_factorial = gammaln(n + 1)


def _component(data: _Data, alpha: float, beta: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Log NB density at n and at 0, and the derivatives of the former by alpha and beta; of the latter: see use."""
    n, e = data.n, data.expected
    rise = (gammaln(data.distinct + alpha) - gammaln(alpha))[data.where]
    slope = (digamma(data.distinct + alpha) - digamma(alpha))[data.where]
    log_share = np.log(beta) - np.log(beta + e)
    density = rise - data.log_factorial + alpha * log_share + n * (np.log(e) - np.log(beta + e))
    by_alpha = slope + log_share
    by_beta = alpha / beta - (alpha + n) / (beta + e)
    return density, alpha * log_share, by_alpha, by_beta


def _loss(parameters: Floats, data: _Data, likelihood: Likelihood) -> tuple[float, Floats]:
    """Negative log-likelihood and its gradient, in log alpha, log beta and logit P."""
    a1, b1, a2, b2 = np.exp(parameters[:4])
    p = float(expit(parameters[4]))
    pieces, gradients = [], []
    weights = (p, 1 - p)
    for alpha, beta in ((a1, b1), (a2, b2)):
        density, zero, by_alpha, by_beta = _component(data, alpha, beta)
        zero_alpha, zero_beta = (
            zero / alpha,
            alpha * data.expected / (beta * (beta + data.expected)),
        )
        if likelihood == "components":
            lost = np.exp(zero) / -np.expm1(zero)  # f(0) / (1 - f(0))
            density = density - np.log(-np.expm1(zero))
            by_alpha, by_beta = by_alpha + lost * zero_alpha, by_beta + lost * zero_beta
        pieces.append((density, zero, zero_alpha, zero_beta))
        gradients.append((by_alpha, by_beta))
    logs = np.stack([np.log(w) + piece[0] for w, piece in zip(weights, pieces, strict=True)])
    top = logs.max(axis=0)
    total = top + np.log(np.exp(logs - top).sum(axis=0))
    share = np.exp(logs - total)  # posterior of each component
    value = -total.sum()
    slopes = []
    for k, (alpha, beta) in enumerate(((a1, b1), (a2, b2))):
        slopes += [
            -(share[k] * gradients[k][0]).sum() * alpha,
            -(share[k] * gradients[k][1]).sum() * beta,
        ]
    slopes.append(-(share[0] * (1 - p) - share[1] * p).sum())
    if likelihood == "mixture":
        more, slopes = _truncated(pieces, weights, (a1, b1, a2, b2), slopes)
        value += more
    return float(value), np.array(slopes)


def _truncated(
    pieces: list[tuple[Floats, Floats, Floats, Floats]],
    weights: tuple[float, float],
    rates: tuple[float, float, float, float],
    slopes: list[float],
) -> tuple[float, list[float]]:
    """What truncating the mixture adds: the sum of log(1 - f(0)), and its slopes."""
    zeros = [w * np.exp(piece[1]) for w, piece in zip(weights, pieces, strict=True)]
    left = sum(-w * np.expm1(piece[1]) for w, piece in zip(weights, pieces, strict=True))
    out = list(slopes)
    for k in (0, 1):
        out[2 * k] -= float((zeros[k] * pieces[k][2] / left).sum()) * rates[2 * k]
        out[2 * k + 1] -= float((zeros[k] * pieces[k][3] / left).sum()) * rates[2 * k + 1]
    p = weights[0]
    by_p = (np.exp(pieces[0][1]) - np.exp(pieces[1][1])) / left
    out[4] -= float(by_p.sum()) * p * (1 - p)
    return float(np.log(left).sum()), out


def _packed(prior: Prior) -> Floats:
    return np.array([*np.log(prior[:4]), np.log(prior.p / (1 - prior.p))])


def _unpacked(parameters: Floats) -> Prior:
    a1, b1, a2, b2 = np.exp(parameters[:4]).tolist()
    return Prior(a1, b1, a2, b2, float(expit(parameters[4])))


def negative_log_likelihood(
    prior: Prior, n: Floats, expected: Floats, *, likelihood: Likelihood = "mixture"
) -> float:
    """Negative log-likelihood of the reported pairs under a prior; see the module for the two forms."""
    return _loss(_packed(prior), _Data(*_checked(n, expected)), likelihood)[0]


def _checked(n: Floats, expected: Floats) -> tuple[Floats, Floats]:
    counts, awaited = np.asarray(n, float), np.asarray(expected, float)
    if counts.shape != awaited.shape or (counts < 1).any() or not (awaited > 0).all():
        raise InputError("EBGM needs pairs with n of at least 1 and an expected count above 0")
    return counts, awaited


def fit_prior(n: Floats, expected: Floats, *, likelihood: Likelihood = "mixture") -> Fit:
    """Fit the prior by maximum likelihood from several starting points.

    Parameters
    ----------
    n, expected : array of shape (pairs,)
        Pairs with n >= 1; their expected counts, over strata where there are any.
    likelihood : {"mixture", "components"}
        See the module.

    Returns
    -------
    Fit

    Raises
    ------
    InputError
        If there are fewer than 300 pairs, no two starting points agree, or the best fit has run to a border
        (P near 0 or 1, a parameter without bound): then two components cannot be told apart in this table.

    References
    ----------
    DuMouchel (1999), Am Stat 53:177-190, doi:10.1080/00031305.1999.10474456; DuMouchel and Pregibon (2001),
    doi:10.1145/502512.502526.
    """
    counts, awaited = _checked(n, expected)
    if len(counts) < LEAST_PAIRS:
        raise InputError(
            f"EBGM refused: {len(counts)} pairs were reported and five parameters need at least {LEAST_PAIRS}; "
            "use the shrinkage IC, which needs no fit"
        )
    data = _Data(counts, awaited)
    ends = [
        minimize(
            _loss,
            _packed(Prior(*start)),
            args=(data, likelihood),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-14.0, 14.0)] * 4 + [(-14.0, 14.0)],
            options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7},
        )
        for start in STARTS
    ]
    best = min(ends, key=lambda end: end.fun)
    agree = sum(end.fun - best.fun < SAME for end in ends)
    prior = _ordered(_unpacked(best.x))
    _refuse_unidentified(prior, agree)
    return Fit(prior, float(best.fun), len(counts), agree, likelihood)


def _ordered(prior: Prior) -> Prior:
    """Name the component with the larger mean first, so that a fit has one name."""
    a1, b1, a2, b2, p = prior
    return prior if a1 / b1 >= a2 / b2 else Prior(a2, b2, a1, b1, 1 - p)


def _refuse_unidentified(prior: Prior, agree: int) -> None:
    ran_away = any(not 1 / WIDEST < value < WIDEST for value in prior[:4])
    if ran_away or not BORDER < prior.p < 1 - BORDER:
        raise InputError(
            "EBGM refused: the fit ran to a border, so two kinds of pairs cannot be told apart in this table; "
            "use the shrinkage IC"
        )
    if agree < 2:
        raise InputError(
            "EBGM refused: every starting point ended elsewhere, so the best of them is chance; use the shrinkage IC"
        )


def _posterior_share(prior: Prior, n: Floats, expected: Floats) -> Floats:
    """Probability that a pair belongs to the first component."""
    data = _Data(n, expected)
    first = _component(data, prior.alpha1, prior.beta1)[0] + np.log(prior.p)
    second = _component(data, prior.alpha2, prior.beta2)[0] + np.log1p(-prior.p)
    return np.asarray(expit(first - second))


def ebgm(prior: Prior, n: Floats, expected: Floats) -> tuple[Interval, Floats]:
    """EBGM with EB05 and EB95, and the posterior weight of the first component.

    Parameters
    ----------
    prior : Prior
    n, expected : array of shape (pairs,)

    Returns
    -------
    Interval, array of shape (pairs,)
        Relative reporting: value, the 5 % and the 95 % quantile of the posterior (a 90 % interval); and Qn.

    Examples
    --------
    >>> prior = Prior(3.25378643, 0.39988837, 2.02613054, 1.90808260, 0.06534570)
    >>> [
    ...     round(float(x[0]), 4)
    ...     for x in ebgm(prior, np.array([1.0]), np.array([0.0360548271752086]))[0]
    ... ]
    [2.2267, 0.4911, 13.8561]
    """
    counts, awaited = np.asarray(n, float), np.asarray(expected, float)
    share = _posterior_share(prior, counts, awaited)
    shape1, rate1 = prior.alpha1 + counts, prior.beta1 + awaited
    shape2, rate2 = prior.alpha2 + counts, prior.beta2 + awaited
    mean = share * (digamma(shape1) - np.log(rate1)) + (1 - share) * (
        digamma(shape2) - np.log(rate2)
    )
    gammas = (share, shape1, rate1, shape2, rate2)
    return Interval(np.exp(mean), _quantile(0.05, *gammas), _quantile(0.95, *gammas)), share


def _quantile(
    level: float, share: Floats, shape1: Floats, rate1: Floats, shape2: Floats, rate2: Floats
) -> Floats:
    """Quantile of a mixture of two gammas: it lies between the two components' own."""
    first, second = gammaincinv(shape1, level) / rate1, gammaincinv(shape2, level) / rate2
    low, high = np.minimum(first, second), np.maximum(first, second)
    for _ in range(60):
        middle = (low + high) / 2
        under = share * gammainc(shape1, rate1 * middle) + (1 - share) * gammainc(
            shape2, rate2 * middle
        )
        low, high = np.where(under < level, middle, low), np.where(under < level, high, middle)
        if (high - low <= 1e-10 * high).all():
            break
    return np.asarray((low + high) / 2)
