"""Information components: today's shrinkage IC with its exact interval, and BCPNN of 1998 under its own name."""

import numpy as np
from scipy.special import digamma, gammaincinv, polygamma

from bedside.errors import InputError
from bedside.measure.disproportionality.cells import Cells, Floats, Interval

__all__ = ["bcpnn_1998", "information_component"]

SHRINK = 0.5  # cases added to observed and expected
TAIL = 0.025
Z_BCPNN = 1.96  # as published


def information_component(observed: Floats, expected: Floats) -> Interval:
    """Shrinkage IC, log2((O + 1/2)/(E + 1/2)), with the exact limits of its gamma posterior.

    Parameters
    ----------
    observed, expected : array of shape (pairs,)
        Cases seen, and cases expected (over strata where there are any); O >= 0, E >= 0.

    Returns
    -------
    Interval
        Base-2 logarithms. Defined at O = 0 too; E = 0 gives log2 of (O + 1/2) twice over, never infinity.

    Raises
    ------
    InputError
        If a count is negative.

    Notes
    -----
    Limits are log2 of the 2.5 % and 97.5 % quantiles of a gamma with shape O + 1/2 and rate E + 1/2. The
    published approximation is off by .33 at O = 0 and is not used.

    References
    ----------
    Norén, Hopstadius, Bate (2013), Stat Methods Med Res 22:57-69, doi:10.1177/0962280211403604.

    Examples
    --------
    >>> [round(float(x[0]), 4) for x in information_component(np.array([1.0]), np.array([0.001]))]
    [1.5821, -2.2151, 3.2218]
    """
    seen, awaited = np.asarray(observed, float), np.asarray(expected, float)
    if (seen < 0).any() or (awaited < 0).any():
        raise InputError("observed and expected counts must be 0 or more")
    shape, rate = seen + SHRINK, awaited + SHRINK
    return Interval(
        np.log2(shape / rate),
        np.log2(gammaincinv(shape, TAIL) / rate),
        np.log2(gammaincinv(shape, 1 - TAIL) / rate),
    )


def bcpnn_1998(cells: Cells) -> Interval:
    """Bayesian confidence propagation neural network as of 1998; not the same number as `information_component`.

    Parameters
    ----------
    cells : Cells

    Returns
    -------
    Interval
        IC in base-2 logarithms, and IC -+ 1.96 posterior standard deviations.

    References
    ----------
    Bate et al. (1998), Eur J Clin Pharmacol 54:315-321, doi:10.1007/s002280050466, with the exact moments of
    Gould (2003), Pharmacoepidemiol Drug Saf 12:559-574, doi:10.1002/pds.865.
    """
    a, total = cells.a, cells.total
    drug, event = a + cells.b, a + cells.c
    p1, p2 = 1 + drug, 1 + total - drug
    q1, q2 = 1 + event, 1 + total - event
    r1 = 1 + a
    r2 = total - a - 1 + (2 + total) ** 2 / (q1 * p1)

    def both(first: Floats, second: Floats, function: object) -> Floats:
        return np.asarray(function(first) - function(first + second))  # type: ignore[operator]

    value = both(r1, r2, digamma) - both(p1, p2, digamma) - both(q1, q2, digamma)
    trigamma = lambda x: polygamma(1, x)  # noqa: E731
    variance = both(r1, r2, trigamma) + both(p1, p2, trigamma) + both(q1, q2, trigamma)
    centre, deviation = value / np.log(2), np.sqrt(variance) / np.log(2)
    return Interval(centre, centre - Z_BCPNN * deviation, centre + Z_BCPNN * deviation)
