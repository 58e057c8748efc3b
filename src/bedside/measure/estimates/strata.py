"""Post-stratification: weigh the shares of strata by sizes that are known."""

from collections.abc import Sequence
from typing import NamedTuple

from bedside.errors import InputError
from bedside.measure.estimates.records import Estimate
from bedside.measure.shares import Z95

__all__ = ["Stratum", "poststratify"]


class Stratum(NamedTuple):
    """One stratum: its size in the population, judged posts of it, and those that carry the code."""

    size: int
    judged: int
    hits: int


def poststratify(strata: Sequence[Stratum]) -> Estimate:
    """Share over strata of known size, with a normal interval and the finite-population correction.

    Parameters
    ----------
    strata : sequence of Stratum
        Each with at least 2 judged posts, drawn at random within it.

    Returns
    -------
    Estimate
        Sum of W p with W = size / all; variance = sum of W^2 (1 - n / N) p (1 - p) / (n - 1).

    Raises
    ------
    InputError
        If a stratum holds fewer than 2 judged posts, or its numbers do not fit each other: join it with a
        neighbour.

    Notes
    -----
    Corrects for strata that were judged more or less than their size. It cannot correct for people who never
    post: margins of a population outside the snapshot are a claim about who posts, not a measurement.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., 5A.9 (the variance given the numbers judged in each stratum).

    Examples
    --------
    >>> strata = [Stratum(5000, 100, 10), Stratum(3000, 100, 30), Stratum(2000, 50, 25)]
    >>> round(poststratify(strata).error, 6)
    0.024622
    """
    total = sum(stratum.size for stratum in strata)
    value = variance = 0.0
    for number, (size, judged, hits) in enumerate(strata, 1):
        if not 2 <= judged <= size or not 0 <= hits <= judged:
            raise InputError(
                f"stratum {number}: got {hits} hits of {judged} judged posts of {size}; a stratum needs at "
                "least 2 judged posts and no more than there are; join small strata"
            )
        weight, p = size / total, hits / judged
        value += weight * p
        variance += weight**2 * (1 - judged / size) * p * (1 - p) / (judged - 1)
    error = variance**0.5
    return Estimate(value, value - Z95 * error, value + Z95 * error, error)
