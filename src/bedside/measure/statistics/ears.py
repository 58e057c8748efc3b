"""EARS: does the newest count stand out from the few before it? C1, C2 and C3 of the Early Aberration Reporting System."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from bedside.errors import InputError

__all__ = ["Watch", "ears"]

BASELINE = 7  # periods
GUARD = 2  # periods between the baseline and the one watched, for C2 and C3
Z_LIMIT = 3.090232306167813  # standard normal quantile of .999
C3_LIMIT = 2.0
_LOOKED_AT = 3  # periods that C3 adds up


class Watch(NamedTuple):
    """What the three say of one period.

    Attributes
    ----------
    c1_limit, c2_limit : float or None
        The count above which C1 (C2) alarms; None before there are enough periods.
    c1, c2, c3 : bool
        Whether it does. C3 adds up how far C2's statistic stood above 1 in the last three periods.
    c3_sum : float or None
    """

    c1_limit: float | None
    c1: bool
    c2_limit: float | None
    c2: bool
    c3_sum: float | None
    c3: bool


def ears(counts: Sequence[int], *, least_spread: float = 1.0) -> list[Watch]:
    """Watch a series of counts with EARS C1, C2 and C3.

    Parameters
    ----------
    counts : sequence of int
        One a period, at least 0; periods of silence are zeros, not missing.
    least_spread : float, default 1
        Standard deviation that the baseline is given at least; 0 lets any count alarm after a level stretch.

    Returns
    -------
    list of Watch
        One a period.

    Raises
    ------
    InputError
        If a count or the spread is below 0.

    Notes
    -----
    C1: mean and standard deviation of the 7 periods before; C2: of the 7 before the last two; alarm above mean + 3.09
    standard deviations. C3, as CDC has it: sum over the last three periods of max(0, C2 - 1), C2 in standard
    deviations, above 2. Made for days and illness; here it asks for a look, no more.

    References
    ----------
    Hutwagner et al. (2003), Journal of Urban Health 80 (2 Suppl 1):i89-i96; Fricker, Hegler and Dunfee (2008),
    Statistics in Medicine 27:3407-3429, doi:10.1002/sim.3197 (the three formulas).

    Examples
    --------
    >>> ears([0, 2, 1, 3, 0, 1, 2, 9])[-1].c1
    True
    """
    if least_spread < 0 or min(counts, default=0) < 0:
        raise InputError("EARS needs counts and a spread of at least 0")
    return [_watch(counts, at, least_spread) for at in range(len(counts))]


def _baseline(counts: Sequence[int], end: int, least: float) -> tuple[float, float] | None:
    """Mean and standard deviation of the periods before `end`."""
    held = counts[end - BASELINE : end] if end >= BASELINE else ()
    if not held:
        return None
    mean = sum(held) / BASELINE
    spread = sqrt(sum((x - mean) ** 2 for x in held) / (BASELINE - 1))
    return mean, max(spread, least)


def _above(counts: Sequence[int], at: int, least: float) -> float | None:
    """C2's statistic: standard deviations above the baseline."""
    held = _baseline(counts, at - GUARD, least)
    if held is None:
        return None
    mean, spread = held
    if not spread:
        return 0.0 if counts[at] <= mean else float("inf")
    return (counts[at] - mean) / spread


def _watch(counts: Sequence[int], at: int, least: float) -> Watch:
    limits = [
        None if held is None else held[0] + Z_LIMIT * held[1]
        for held in (_baseline(counts, at, least), _baseline(counts, at - GUARD, least))
    ]
    alarms = [limit is not None and counts[at] > limit for limit in limits]
    above = [_above(counts, t, least) for t in range(at - _LOOKED_AT + 1, at + 1) if t >= 0]
    whole = len(above) == _LOOKED_AT and None not in above
    added = sum(max(0.0, x - 1) for x in above if x is not None) if whole else None
    return Watch(
        limits[0], alarms[0], limits[1], alarms[1], added, added is not None and added > C3_LIMIT
    )
