"""Control charts: whether a series of single values changes by more than it usually does (XmR)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bedside.errors import InputError

__all__ = ["FEWEST_POINTS", "Limits", "signals", "xmr_limits"]

FEWEST_POINTS = 12  # fewer single values fix no limits worth drawing
PER_RANGE, TOP_RANGE = 2.66, 3.267  # 3 / d2 and D4 of ranges of two
RUN, TREND = 7, 7  # points
_NEAR = 2 / 3  # of the way to a limit


class Limits(NamedTuple):
    """Mean and natural process limits, in the unit of the values."""

    mean: float
    low: float
    high: float


def xmr_limits(values: Sequence[float], *, screen: bool = True) -> Limits:
    """Mean and limits of a series of single values.

    Parameters
    ----------
    values : sequence of float
        In order of time, at least two.
    screen : bool, default True
        Leave moving ranges over 3.267 times their mean out, once, so that one jump does not widen the limits.

    Returns
    -------
    Limits
        Mean -/+ 2.66 times the mean moving range; never clipped.

    Raises
    ------
    InputError
        With fewer than two values.

    References
    ----------
    Wheeler (1993), Understanding Variation, chapter 3; screening as in Nelson (1982), Journal of Quality Technology
    14:172-173.

    Examples
    --------
    >>> xmr_limits([4.0, 6.0, 5.0, 7.0])
    Limits(mean=5.5, low=1.0666666666666664, high=9.933333333333334)
    """
    x = np.asarray(values, float)
    if len(x) < 2:
        raise InputError(
            f"got {len(x)} values; a control chart needs at least two in order of time"
        )
    ranges = np.abs(np.diff(x))
    if screen:
        ranges = ranges[ranges <= TOP_RANGE * ranges.mean()]
    mean, wide = float(x.mean()), PER_RANGE * float(ranges.mean()) if len(ranges) else 0.0
    return Limits(mean, mean - wide, mean + wide)


def signals(values: Sequence[float], limits: Limits) -> list[str]:
    """What speaks for a change at each value; empty where nothing does.

    Returns
    -------
    list of str
        `outside` a limit; `run`: one of 7 or more in a row on one side of the mean; `trend`: one of 7 points that rise
        (or fall) without a break; `near`: one of two among three in a row beyond two thirds of the way to the same
        limit. The first that holds.

    References
    ----------
    Rules of NHS England, Making Data Count, as of its package NHSRplotthedots.

    Examples
    --------
    >>> signals([1, 2, 1, 9], Limits(2.0, 0.0, 4.0))
    ['', '', '', 'outside']
    """
    x = np.asarray(values, float)
    told = [""] * len(x)
    outside = [int(v > limits.high) - int(v < limits.low) for v in x]
    steps = [0, *(int(s) for s in np.sign(np.diff(x)))]
    for places, name in (
        (_near(x, limits), "near"),
        (_rows(steps, TREND - 1, lead=True), "trend"),
        (_rows([int(s) for s in np.sign(x - limits.mean)], RUN), "run"),
        ({at for at, side in enumerate(outside) if side}, "outside"),
    ):
        for at in places:
            told[at] = name
    return told


def _rows(sides: Sequence[int], long: int, *, lead: bool = False) -> set[int]:
    """Places in rows of at least `long` of one side; `lead`: the place before the row belongs to it."""
    found: set[int] = set()
    start = 0
    for at in range(1, len(sides) + 1):
        if at == len(sides) or sides[at] != sides[start]:
            if sides[start] and at - start >= long:
                found |= set(range(start - lead, at))
            start = at
    return found


def _near(x: np.ndarray, limits: Limits) -> set[int]:
    """Places of two among three in a row beyond two thirds of the way to one limit, and not outside it."""
    found: set[int] = set()
    third = _NEAR * (limits.high - limits.mean)
    for far in (
        (x > limits.mean + third) & (x <= limits.high),
        (x < limits.mean - third) & (x >= limits.low),
    ):
        for at in range(len(x) - 2):
            here = [place for place in range(at, at + 3) if far[place]]
            if len(here) >= 2:
                found |= set(here)
    return found
