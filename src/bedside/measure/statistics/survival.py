"""Survival: how many still wait after a time, where some waits are cut off before they end."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import exp, log, sqrt
from typing import Literal, NamedTuple

from scipy.special import chdtrc

from bedside.errors import InputError
from bedside.measure.shares import Z95, Share

__all__ = ["LogRank", "Step", "kaplan_meier", "log_rank", "median_time", "still_after"]

HALF = 0.5
Scale = Literal["log", "log-log"]


class Step(NamedTuple):
    """One time at which waits ended.

    Attributes
    ----------
    time : float
        In the unit of the times given.
    at_risk, ended : int
        Watched until just before it; those of them who ended at it.
    share : float
        Share whose wait is longer, 0..1.
    error : float or None
        Greenwood's standard error; None where nobody is left.
    low, high : float or None
        95 % interval, 0..1; None where nobody is left.
    """

    time: float
    at_risk: int
    ended: int
    share: float
    error: float | None
    low: float | None
    high: float | None


class LogRank(NamedTuple):
    """Statistic with one degree of freedom less than there are groups, and its p value."""

    chi2: float
    p: float


def _checked(times: Sequence[float], ended: Sequence[bool]) -> list[tuple[float, bool]]:
    if len(times) != len(ended) or not times:
        raise InputError(
            f"got {len(times)} times and {len(ended)} ends; a curve needs one of each for at least one account"
        )
    if min(times) < 0:
        raise InputError("a wait is shorter than zero; give times from the start of each wait")
    return sorted(zip(times, map(bool, ended), strict=True))


def kaplan_meier(
    times: Sequence[float], ended: Sequence[bool], *, scale: Scale = "log-log"
) -> list[Step]:
    """Share whose wait is longer than each time at which one ended, by the product-limit estimator.

    Parameters
    ----------
    times : sequence of float
        One of each account, at least 0: until the wait ended, or until the account was last watched.
    ended : sequence of bool
        Whether it ended; False: cut off. That the cut has nothing to do with the wait is assumed.
    scale : "log-log" or "log"
        On which the interval is symmetric: log(-log S), which keeps within 0..1 and holds better in small
        groups, or log S, as R's survfit has it by default.

    Returns
    -------
    list of Step
        In order of time; empty if no wait ended.

    Raises
    ------
    InputError
        If there are no times, fewer ends than times, or a time below 0.

    References
    ----------
    Kaplan and Meier (1958), JASA 53:457-481, doi:10.1080/01621459.1958.10501452; Greenwood's variance;
    Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, 1.4.3 (log-log interval).

    Examples
    --------
    >>> [(s.time, round(s.share, 3)) for s in kaplan_meier([1, 2, 2, 3], [True, True, False, True])]
    [(1, 0.75), (2, 0.5), (3, 0.0)]
    """
    rows = _checked(times, ended)
    steps, left, share, variance = [], len(rows), 1.0, 0.0
    for time, held in groupby(rows, key=lambda row: row[0]):
        here = [done for _, done in held]
        events = sum(here)
        if events:
            share *= 1 - events / left
            variance += events / (left * (left - events)) if left > events else 0.0
            steps.append(_step(time, left, events, share, variance, scale))
        left -= len(here)
    return steps


def _step(time: float, left: int, events: int, share: float, variance: float, scale: Scale) -> Step:
    if share <= 0 or left == events:
        return Step(time, left, events, 0.0, None, None, None)
    root = sqrt(variance)
    if scale == "log":
        ends = share * exp(-Z95 * root), min(1.0, share * exp(Z95 * root))
    else:
        wide = Z95 * root / log(share)  # below zero, since the share is below 1
        ends = share ** exp(-wide), share ** exp(wide)
    return Step(time, left, events, share, share * root, *ends)


def still_after(steps: Sequence[Step], time: float) -> Share:
    """Share whose wait is longer than `time`, with its interval; all of them before the first step."""
    last = None
    for step in steps:
        if step.time > time:
            break
        last = step
    return Share(1.0, None, None) if last is None else Share(last.share, last.low, last.high)


def median_time(steps: Sequence[Step]) -> Share | None:
    """Time after which half still wait, with its 95 % interval.

    Parameters
    ----------
    steps : sequence of Step
        From `kaplan_meier`.

    Returns
    -------
    Share or None
        In the unit of the times: value, low, high; an end is None where the curve's limit never comes down to
        one half. None where the curve itself does not.

    Notes
    -----
    The interval holds the times at which the limits of the curve cross one half. Where the curve lies at one half
    for a while, the median is the middle of that stretch.

    References
    ----------
    Brookmeyer and Crowley (1982), Biometrics 38:29-41, doi:10.2307/2530286.
    """
    value = _crossing([(s.time, s.share) for s in steps])
    if value is None:
        return None
    known = [s for s in steps if s.low is not None]
    low = _crossing([(s.time, s.low) for s in known if s.low is not None])
    high = _crossing([(s.time, s.high) for s in known if s.high is not None])
    return Share(value, low, high)


def _crossing(curve: Sequence[tuple[float, float]]) -> float | None:
    """First time at which a falling curve comes to one half; the middle of a stretch that lies on it."""
    for (time, share), after in pairwise([*curve, (float("nan"), 0.0)]):
        if abs(share - HALF) < 1e-12:  # one half, as it comes out of a product
            return (time + after[0]) / 2 if after[0] == after[0] else time
        if share < HALF:
            return time
    return None


def log_rank(
    first: tuple[Sequence[float], Sequence[bool]], second: tuple[Sequence[float], Sequence[bool]]
) -> LogRank:
    """Whether two groups' waits differ, all times weighing alike.

    Parameters
    ----------
    first, second : (times, ended)
        As in `kaplan_meier`.

    Returns
    -------
    LogRank
        One degree of freedom. A difference is one between those who wrote; it says nothing of its cause.

    Raises
    ------
    InputError
        As in `kaplan_meier`, or if no time has both groups still watched.

    References
    ----------
    Mantel (1966), Cancer Chemotherapy Reports 50:163-170.
    """
    rows = [[*_checked(*group)] for group in (first, second)]
    observed = expected = variance = 0.0
    for time in sorted({t for group in rows for t, done in group if done}):
        at_risk = [sum(t >= time for t, _ in group) for group in rows]
        events = [sum(t == time and done for t, done in group) for group in rows]
        n, d = sum(at_risk), sum(events)
        observed += events[0]
        expected += d * at_risk[0] / n
        if n > 1:
            variance += at_risk[0] * at_risk[1] * d * (n - d) / (n * n * (n - 1))
    if not variance:
        raise InputError("the two groups are never watched together; nothing can be compared")
    chi2 = (observed - expected) ** 2 / variance
    return LogRank(chi2, float(chdtrc(1, chi2)))
