"""Further intervals of a proportion, for those who must report them; figures use Wilson and the exact one."""

from math import sqrt

from scipy.special import betaincinv

from bedside.errors import InputError
from bedside.measure.shares import TAIL, Z95, Share

__all__ = ["jeffreys", "wilson_corrected"]


def _check(hits: int, of: int) -> None:
    if of < 1 or not 0 <= hits <= of:
        raise InputError(f"got {hits} of {of}; a share needs 0 <= hits <= of, and of at least 1")


def wilson_corrected(hits: int, of: int) -> Share:
    """Share with Wilson's interval and continuity correction: nearly as wide as the exact one.

    Raises
    ------
    InputError
        If of < 1 or hits lies outside 0..of.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:857-872, method 4.

    Examples
    --------
    >>> [round(x, 4) for x in wilson_corrected(81, 263)]
    [0.308, 0.2535, 0.3682]
    """
    _check(hits, of)
    p, z2 = hits / of, Z95 * Z95
    scale = 2 * (of + z2)
    low = 2 * of * p + z2 - 1 - Z95 * sqrt(max(0.0, z2 - 2 - 1 / of + 4 * p * (of * (1 - p) + 1)))
    high = 2 * of * p + z2 + 1 + Z95 * sqrt(max(0.0, z2 + 2 - 1 / of + 4 * p * (of * (1 - p) - 1)))
    return Share(
        p,
        0.0 if hits == 0 else max(0.0, low / scale),
        1.0 if hits == of else min(1.0, high / scale),
    )


def jeffreys(hits: int, of: int) -> Share:
    """Share with the interval of Jeffreys' prior; 0 and 1 where no or all hits were seen.

    Raises
    ------
    InputError
        If of < 1 or hits lies outside 0..of.

    References
    ----------
    Brown, Cai and DasGupta (2001), Statistical Science 16:101-133, doi:10.1214/ss/1009213286.

    Examples
    --------
    >>> [round(x, 4) for x in jeffreys(0, 20)]
    [0.0, 0.0, 0.1166]
    """
    _check(hits, of)
    a, b = hits + 0.5, of - hits + 0.5
    low = float(betaincinv(a, b, TAIL)) if hits else 0.0
    high = float(betaincinv(a, b, 1 - TAIL)) if hits < of else 1.0
    return Share(hits / of, low, high)
