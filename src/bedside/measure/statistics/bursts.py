"""Bursts after Kleinberg: stretches of time in which something comes much faster than it usually does."""

from collections.abc import Sequence
from math import ceil, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from bedside.errors import InputError

__all__ = ["Burst", "bursts_of_events", "bursts_of_shares"]

_Costs = NDArray[np.float64]
_MOST_STATES = 40  # rates up to 2^39 times the usual one; more never pays for its cost


class Burst(NamedTuple):
    """A stretch at a level; `start` and `end` are times of events, or places in a series, both inside.

    Attributes
    ----------
    level : int
        1: the usual rate, k: base ** (k - 1) times as fast. Bursts of a level lie within bursts of the one below.
    weight : float
        How much likelier what was seen is at this level than at the one below, in nats.
    """

    level: int
    start: float
    end: float
    weight: float


def _cheapest(costs: _Costs, climb: float) -> list[int]:
    """States of least cost in all; going up one state costs `climb`, going down nothing."""
    steps, states = costs.shape
    level = np.arange(states)
    change = climb * np.maximum(level[None, :] - level[:, None], 0)  # from row to column
    total = costs[0] + climb * level  # it starts in the lowest state
    came = np.zeros((steps, states), dtype=np.int16)
    for step in range(1, steps):
        ways = total[:, None] + change
        came[step] = ways.argmin(axis=0)
        total = ways.min(axis=0) + costs[step]
    path = [int(total.argmin())]
    for step in range(steps - 1, 0, -1):
        path.append(int(came[step, path[-1]]))
    return path[::-1]


def _runs(path: Sequence[int], least: int) -> list[tuple[int, int]]:
    """First and last step of each stretch whose state is at least `least`."""
    runs, start = [], None
    for at, state in enumerate([*path, -1]):
        if state >= least and start is None:
            start = at
        if state < least and start is not None:
            runs.append((start, at - 1))
            start = None
    return runs


def bursts_of_events(
    times: Sequence[float], *, base: float = 2.0, gamma: float = 1.0
) -> list[Burst]:
    """Bursts in a stream of events: an automaton whose states stand for ever shorter gaps.

    Parameters
    ----------
    times : sequence of float
        At least three, no two alike: break ties first, or spread a day's events over it. One event of each
        account and day, so that one busy writer makes no burst.
    base : float, default 2
        Factor between the rates of two levels, above 1.
    gamma : float, default 1
        What going up a level costs, in units of the log of the number of gaps.

    Returns
    -------
    list of Burst
        By level, then by time; the first is the whole stream at level 1, with weight 0.

    Raises
    ------
    InputError
        If there are fewer than three times, two are alike, or base or gamma cannot be.

    References
    ----------
    Kleinberg (2002), Bursty and hierarchical structure in streams, KDD, doi:10.1145/775047.775061, section 2.

    Examples
    --------
    >>> quiet = [10.0 * day for day in range(20)]
    >>> [(b.level, b.start, b.end) for b in bursts_of_events([*quiet, *range(101, 110)], gamma=0.5)]
    [(1, 0.0, 190.0), (2, 100.0, 110.0), (3, 100.0, 110.0)]
    """
    ordered = np.sort(np.asarray(times, dtype=np.float64))
    gaps = np.diff(ordered)
    if base <= 1 or gamma <= 0 or gaps.size < 2 or gaps.min() <= 0:
        raise InputError(
            f"got {ordered.size} times; bursts need at least three, no two alike, a base above 1 and a gamma above 0"
        )
    usual = gaps.mean()
    deep = ceil(1 + log(gaps.sum(), base) + log(1 / gaps.min(), base))
    rates = base ** np.arange(min(max(deep, 1), _MOST_STATES)) / usual
    costs = rates[None, :] * gaps[:, None] - np.log(rates)[None, :]
    path = _cheapest(costs, gamma * log(gaps.size))
    return [
        Burst(
            level + 1,
            float(ordered[first]),
            float(ordered[last + 1]),
            _gain(costs, level, first, last),
        )
        for level in range(max(path) + 1)
        for first, last in _runs(path, level)
    ]


def _gain(costs: _Costs, level: int, first: int, last: int) -> float:
    if level == 0:
        return 0.0
    stretch = slice(first, last + 1)
    return float((costs[stretch, level - 1] - costs[stretch, level]).sum())


def bursts_of_shares(
    hits: Sequence[int], of: Sequence[int], *, base: float = 2.0, gamma: float = 1.0
) -> list[Burst]:
    """Bursts in a series of shares: periods in which `base` times the usual share tells something.

    Parameters
    ----------
    hits, of : sequence of int
        For each period, accounts that tell it, and accounts that wrote at all: what grows only because more
        people write is no burst.
    base : float, default 2
    gamma : float, default 1
        What entering a burst costs, in units of the log of the number of periods.

    Returns
    -------
    list of Burst
        Level 2 only, in order of time; `start` and `end` are places in the series.

    Raises
    ------
    InputError
        If the series are not of one length, a count is impossible, or base or gamma cannot be.

    References
    ----------
    Kleinberg (2002), as above, section 4 (batched arrivals).

    Examples
    --------
    >>> [(b.start, b.end) for b in bursts_of_shares([1, 1, 8, 9, 1, 1], [20] * 6)]
    [(2.0, 3.0)]
    """
    r, d = (np.asarray(x, dtype=np.float64) for x in (hits, of))
    if r.size != d.size or base <= 1 or gamma <= 0 or bool((r < 0).any() or (r > d).any()):
        raise InputError(
            f"got {r.size} hits and {d.size} totals; bursts need 0 <= hits <= total in each period, a base above 1 and a "
            "gamma above 0"
        )
    usual = float(r.sum() / d.sum()) if d.sum() else 0.0
    if r.size < 2 or not 0 < usual < 1:
        return []
    fast = min(base * usual, (1 + usual) / 2)
    ways = gammaln(d + 1) - gammaln(r + 1) - gammaln(d - r + 1)
    costs = np.stack([-(ways + xlogy(r, p) + xlogy(d - r, 1 - p)) for p in (usual, fast)], axis=1)
    path = _cheapest(costs, gamma * log(r.size))
    return [
        Burst(2, float(first), float(last), _gain(costs, 1, first, last))
        for first, last in _runs(path, 1)
    ]
