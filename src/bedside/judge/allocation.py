"""Allocation: how many of a sample each stratum gets."""

from collections.abc import Mapping
from math import sqrt
from typing import Literal

from bedside.errors import InputError

__all__ = ["Way", "allocate", "spread"]

Way = Literal["proportional", "equal", "neyman"]
LEAST = 2  # of each stratum; with one its variance cannot be told


def spread(positives: int, judged: int) -> float:
    """Standard deviation of a 0/1 answer in a stratum, from a pilot.

    Notes
    -----
    With half a positive and half a negative added: no pilot shows that a stratum has no variance at all.

    Examples
    --------
    >>> spread(5, 9)
    0.49749371855331
    """
    share = (positives + 0.5) / (judged + 1)
    return sqrt(share * (1 - share))


def allocate(
    sizes: Mapping[str, int],
    size: int,
    *,
    way: Way = "proportional",
    spreads: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Share out a sample among strata.

    Parameters
    ----------
    sizes : mapping of stratum to int
        Population of each, at least 1.
    size : int
        Of the whole sample, at most the whole population.
    way : {"proportional", "equal", "neyman"}
        As large as the stratum is; the same for all; or in proportion to size x spread, which makes the interval of
        the whole share shortest.
    spreads : mapping of stratum to float, optional
        For Neyman: standard deviation in each stratum, from a pilot; strata without one take the largest, .5.

    Returns
    -------
    dict of stratum to float
        Expected numbers; they add up to `size` and none exceeds its stratum. Each gets at least 2, or all it has.

    Raises
    ------
    InputError
        If the sample is larger than the population, too small for its strata, or Neyman's way has no pilot.

    References
    ----------
    Neyman (1934), JRSS 97:558-625, doi:10.2307/2342192.

    Examples
    --------
    >>> allocate({"a": 900, "b": 100}, 50)
    {'a': 45.0, 'b': 5.0}
    """
    total = sum(sizes.values())
    if not total:
        raise InputError(
            "there is nothing to draw from; take files in and give bedside run, or widen the query"
        )
    if not 1 <= size <= total:
        raise InputError(
            f"got a sample of {size:,} from a population of {total:,}; give a size from 1 to {total:,}"
        )
    if way == "neyman" and not spreads:
        raise InputError(
            "Neyman's allocation needs a pilot: judge a random sample of the same posts first, or allocate proportionally"
        )
    least = {name: float(min(LEAST, n)) for name, n in sizes.items()} if len(sizes) > 1 else {}
    if sum(least.values()) > size:
        raise InputError(
            f"got a sample of {size} for {len(sizes)} strata; each needs {LEAST}: give at least "
            f"{int(sum(least.values()))}, or fewer strata"
        )
    known = spreads or {}
    weights = {
        name: {"proportional": n, "equal": 1.0, "neyman": n * known.get(name, 0.5)}[way]
        for name, n in sizes.items()
    }
    return _within(weights, sizes, least, size)


def _within(
    weights: Mapping[str, float], most: Mapping[str, int], least: Mapping[str, float], size: int
) -> dict[str, float]:
    """Numbers in proportion to weights that keep to both bounds; what one cannot take goes to the others."""
    fixed: dict[str, float] = {}
    while True:
        free = [name for name in weights if name not in fixed]
        left, whole = size - sum(fixed.values()), sum(weights[name] for name in free)
        given = {name: left * weights[name] / whole if whole else 0.0 for name in free}
        over = {n: float(most[n]) for n, g in given.items() if g > most[n]}
        under = {n: least[n] for n, g in given.items() if n in least and g < least[n]}
        if not over and not under:
            return {name: fixed[name] if name in fixed else given[name] for name in weights}
        # the side that is further off is settled first, or the other would be wronged
        excess = sum(given[n] - over[n] for n in over)
        lack = sum(under[n] - given[n] for n in under)
        fixed |= over if excess >= lack else under
