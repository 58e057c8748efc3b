"""Funnels: whether a provider is further from the rest than its number of reviewers and usual variation explain."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import binom

from bedside.errors import InputError
from bedside.measure.shares import Z95

__all__ = [
    "FEWEST_PROVIDERS",
    "Funnel",
    "between_variance",
    "dispersion",
    "fit_funnel",
    "flagged",
    "interpolated_limit",
    "limits_at",
    "scores",
    "winsorised",
]

FEWEST_PROVIDERS = 5  # fewer tell nothing of how much providers usually differ
WINSORISED = 0.1  # part of the scores at either end that is drawn in before variation is estimated
_WINSORISED_SQUARE = 0.6787  # mean square of a standard normal score winsorised at 10 %
_CLEARLY = 1.3  # standard errors of phi, sqrt(2 / k), by which it must exceed 1

Floats = NDArray[np.float64]


class Funnel(NamedTuple):
    """What providers are held against.

    Attributes
    ----------
    centre : float
        Share over all providers, 0..1.
    phi : float
        Mean squared score, outliers drawn in; over 1: more variation than chance.
    tau2 : float
        Variance of the true shares between providers, at least 0.
    """

    centre: float
    phi: float
    tau2: float


def _arrays(hits: Sequence[int], of: Sequence[int]) -> tuple[Floats, Floats]:
    y, n = np.asarray(hits, float), np.asarray(of, float)
    if y.shape != n.shape or not len(y) or (n < 1).any() or (y < 0).any() or (y > n).any():
        raise InputError(
            f"got {len(y)} numerators and {len(n)} denominators; give one of each a provider, "
            "0 <= numerator <= denominator, denominator at least 1"
        )
    return y, n


def scores(hits: Sequence[int], of: Sequence[int], *, extra: float = 0.0) -> Floats:
    """Standard scores of providers' shares against the share of all.

    Parameters
    ----------
    hits, of : sequence of int
        Reviewers with the trait, reviewers; one of each a provider.
    extra : float, default 0
        Variance between providers (tau^2), added to that of sampling.

    Returns
    -------
    array of float
        (p - p0) / sqrt(p0 (1 - p0) / n + extra); all 0 where everybody or nobody has the trait.

    Raises
    ------
    InputError
        If a numerator lies outside 0..denominator, or there are no providers.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24:1185-1202, doi:10.1002/sim.1970, appendix A.3.
    """
    y, n = _arrays(hits, of)
    p0 = y.sum() / n.sum()
    variance = p0 * (1 - p0) / n + extra
    found: Floats = np.divide(
        y / n - p0, np.sqrt(variance), out=np.zeros(len(y)), where=variance > 0
    )
    return found


def winsorised(z: Floats, part: float = WINSORISED) -> Floats:
    """Scores with the outer `part` at either end drawn in to its quantile (type 7), so that outliers do not hide themselves."""
    low, high = np.quantile(z, [part, 1 - part])
    return np.clip(z, low, high)


def dispersion(z: Floats) -> float:
    """Mean squared score: phi of Spiegelhalter (2005), 1 where only chance separates providers."""
    return float(np.mean(z**2))


def between_variance(phi: float, hits: Sequence[int], of: Sequence[int]) -> float:
    """Variance of the true shares between providers, tau^2.

    With k providers, weights w = n / (p0 (1 - p0)): (k phi - (k - 1)) / (sum w - sum w^2 / sum w), at least 0.

    The published estimate, for comparison; `fit_funnel` solves for tau^2 instead.

    References
    ----------
    DerSimonian and Laird (1986), Controlled Clinical Trials 7:177-188, as in Spiegelhalter (2005), appendix A.3.
    """
    y, n = _arrays(hits, of)
    p0 = y.sum() / n.sum()
    if not 0 < p0 < 1 or len(n) < 2:
        return 0.0
    w = n / (p0 * (1 - p0))
    return max(0.0, float((len(n) * phi - (len(n) - 1)) / (w.sum() - (w**2).sum() / w.sum())))


def fit_funnel(hits: Sequence[int], of: Sequence[int]) -> Funnel:
    """Centre and variation of a set of providers.

    Raises
    ------
    InputError
        If there are fewer than `FEWEST_PROVIDERS`.

    Notes
    -----
    tau^2 is such that the scores with it, outliers drawn in, vary as chance alone would let them (Paule and Mandel 1982,
    J Res Natl Bur Stand 87:377-385, on winsorised scores). Scores that hold tau^2 are alike for small and large providers;
    those of `between_variance` are not: drawing in outliers then takes the large ones, tau^2 comes out too small and
    large average providers are flagged twice too often. Variation counts only where phi is over 1 by 1.3 standard errors: else
    one bad provider would widen the limits by which it is judged. `bench.providers` measures what follows.

    Examples
    --------
    >>> fit_funnel([20, 31, 24, 18, 27], [100, 150, 120, 90, 130]).tau2
    0.0
    """
    y, n = _arrays(hits, of)
    if len(y) < FEWEST_PROVIDERS:
        raise InputError(
            f"got {len(y)} providers; how much providers usually differ can be told from {FEWEST_PROVIDERS} on, so "
            "no provider can be called different here"
        )
    phi = _spread(hits, of, 0.0)
    clear = phi > 1 + _CLEARLY * sqrt(2 / len(y))
    return Funnel(float(y.sum() / n.sum()), phi, _usual_variance(hits, of) if clear else 0.0)


def _spread(hits: Sequence[int], of: Sequence[int], tau2: float) -> float:
    """Mean squared score with outliers drawn in, by what it is where chance and tau^2 alone separate providers."""
    return dispersion(winsorised(scores(hits, of, extra=tau2))) / _WINSORISED_SQUARE


def _usual_variance(hits: Sequence[int], of: Sequence[int]) -> float:
    """Variance between providers with which the scores vary as they should."""
    expected = (len(of) - 1) / len(of)
    most = 1e-4
    while _spread(hits, of, most) > expected:
        most *= 2
    return float(brentq(lambda tau2: _spread(hits, of, tau2) - expected, 0.0, most, xtol=1e-9))


def interpolated_limit(centre: float, of: int, q: float) -> float:
    """Binomial limit of a share, interpolated between whole counts; may lie below 0 where `of` is very small.

    r is the least count with F(r) >= q; the limit is (r - (F(r) - q) / f(r)) / n.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24:1185-1202, appendix A.1.1.

    Examples
    --------
    >>> round(interpolated_limit(0.300653594771242, 40, 0.975), 6)
    0.435902
    """
    law = binom(of, centre)
    r = law.ppf(q)
    return float((r - (law.cdf(r) - q) / law.pmf(r)) / of)


def limits_at(funnel: Funnel, of: int, *, z: float = Z95) -> tuple[float, float]:
    """Limits outside which a provider with `of` reviewers is flagged: p0 -/+ z sqrt(p0 (1 - p0) / n + tau^2).

    Parameters
    ----------
    funnel : Funnel
    of : int
        Reviewers of the provider, at least 1.
    z : float, default 1.959964
        The default flags about 5 % of average providers, `bench.providers` measures how many.

    Returns
    -------
    tuple of float
        Lower and upper limit of the share, within 0..1.
    """
    if of < 1:
        raise InputError(f"got {of} reviewers; a limit needs at least one")
    p0 = funnel.centre
    wide = z * sqrt(p0 * (1 - p0) / of + funnel.tau2)
    return max(0.0, p0 - wide), min(1.0, p0 + wide)


def flagged(funnel: Funnel, hits: int, of: int) -> int:
    """-1: below the limits, 1: above, 0: within.

    Examples
    --------
    >>> even = Funnel(0.2, 1.0, 0.0)
    >>> flagged(even, 40, 100), flagged(even, 24, 100), flagged(even, 5, 100)
    (1, 0, -1)
    """
    low, high = limits_at(funnel, of)
    share = hits / of
    return int(share > high) - int(share < low)
