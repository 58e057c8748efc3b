"""Shrinkage: each provider's share drawn towards that of all, by how little is known of it; and its expected rank."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, gammaln
from scipy.stats import beta as beta_law

from bedside.errors import InputError

__all__ = ["BetaPrior", "Rank", "Shrunk", "fit_prior", "ranks", "shrunk"]

NODES = 96  # points at which a provider's own share is tried; expected ranks hold to 1e-6
_LARGEST = 1e6  # reviewers' worth of prior beyond which providers are all alike
Floats = NDArray[np.float64]


class BetaPrior(NamedTuple):
    """How true shares are spread over providers: a beta law, with the negative log-likelihood of the fit."""

    alpha: float
    beta: float
    loss: float


class Shrunk(NamedTuple):
    """A provider's share after shrinkage, and its 95 % interval."""

    mean: float
    low: float
    high: float


class Rank(NamedTuple):
    """Expected rank (1: smallest share) and the ranks between which it lies with 95 %."""

    expected: float
    low: int
    high: int


def fit_prior(hits: Sequence[int], of: Sequence[int]) -> BetaPrior:
    """Beta prior of most likelihood under beta-binomial counts.

    Parameters
    ----------
    hits, of : sequence of int
        Reviewers with the trait, reviewers; one of each a provider, at least two providers.

    Returns
    -------
    BetaPrior
        Its size (alpha + beta) ends at a million where the counts differ by no more than chance.

    Raises
    ------
    InputError
        With fewer than two providers, or where everybody or nobody has the trait.

    References
    ----------
    Casella (1985), The American Statistician 39:83-87 (empirical Bayes); Griffiths (1973), Biometrics 29:637-648
    (likelihood).
    """
    y, n = np.asarray(hits, float), np.asarray(of, float)
    if len(y) < 2 or not 0 < y.sum() < n.sum():
        raise InputError(
            f"got {len(y)} providers with {int(y.sum())} of {int(n.sum())}; shrinking needs two providers or more, "
            "and reviewers with and without the trait"
        )
    ways = float((gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1)).sum())

    def loss(at: Floats) -> float:
        size = np.exp(min(at[1], np.log(_LARGEST)))
        mean = 1 / (1 + np.exp(-at[0]))
        a, b = mean * size, (1 - mean) * size
        return float((betaln(a, b) - betaln(a + y, b + n - y)).sum()) - ways

    p0 = y.sum() / n.sum()
    start = np.array([np.log(p0 / (1 - p0)), np.log(30.0)])
    steps = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000}
    found = minimize(loss, start, method="Nelder-Mead", options=steps)
    mean, size = 1 / (1 + np.exp(-found.x[0])), np.exp(min(found.x[1], np.log(_LARGEST)))
    return BetaPrior(float(mean * size), float((1 - mean) * size), float(found.fun))


def shrunk(prior: BetaPrior, hits: int, of: int) -> Shrunk:
    """Posterior mean and quantiles of one provider's share.

    The interval takes the prior as known; with few providers it is a little narrow.
    """
    law = beta_law(prior.alpha + hits, prior.beta + of - hits)
    low, high = law.ppf([0.025, 0.975])
    return Shrunk(float(law.mean()), float(low), float(high))


def _below(others: Floats) -> Floats:
    """Law of the number of others that lie below, at each node; columns of `others` are their probabilities."""
    nodes, many = others.shape
    law = np.zeros((nodes, many + 1))
    law[:, 0] = 1.0
    for at in range(many):
        p = others[:, at : at + 1]
        law[:, 1 : at + 2] = law[:, 1 : at + 2] * (1 - p) + law[:, : at + 1] * p
        law[:, :1] *= 1 - p
    return law


def ranks(prior: BetaPrior, hits: Sequence[int], of: Sequence[int]) -> list[Rank]:
    """Expected rank of every provider with its interval, in the order given; 1 is the smallest share.

    Notes
    -----
    The rank is 1 + the number of others whose share lies below. Given the provider's own share that number is a sum
    of independent events; its law is integrated over the provider's posterior with Gauss-Legendre nodes. Most
    intervals are wide: that is what the counts can tell.

    References
    ----------
    Goldstein and Spiegelhalter (1996), JRSS A 159:385-443, doi:10.2307/2983325; expected ranks: Laird and Louis (1989),
    Journal of Educational Statistics 14:29-46.
    """
    y, n = np.asarray(hits, float), np.asarray(of, float)
    a, b = prior.alpha + y, prior.beta + n - y
    points, weights = np.polynomial.legendre.leggauss(NODES)
    points, weights = (points + 1) / 2, weights / 2
    found = []
    for at in range(len(y)):
        own = beta_law.ppf(points, a[at], b[at])
        rest = np.arange(len(y)) != at
        others = np.asarray(beta_law.cdf(own[:, None], a[None, rest], b[None, rest]))
        law = weights @ _below(others)
        reached = np.cumsum(law)
        low, high = np.searchsorted(reached, [0.025, 0.975])
        expected = 1 + float(weights @ others.sum(axis=1))
        found.append(Rank(expected, int(low) + 1, int(min(high, len(y) - 1)) + 1))
    return found
