"""Watching over time: Poisson MaxSPRT with exact critical values, and cumulative figures by period."""

from collections.abc import Sequence
from math import exp, log
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.stats import poisson

from bedside.errors import InputError

__all__ = ["Watch", "critical_value", "log_ratio_at", "watch"]


class Watch(NamedTuple):
    """Course of a watch: log likelihood ratio at each look, the critical value, and the look that crossed it."""

    ratios: tuple[float, ...]
    critical: float
    crossed: int | None


def log_ratio_at(events: float, expected: float) -> float:
    """Log likelihood ratio c ln(c/mu) - (c - mu) where c > mu, else 0.

    Examples
    --------
    >>> round(log_ratio_at(8, 2.5), 4)
    3.8052
    """
    if events <= expected:
        return 0.0
    return events * log(events / expected) - (events - expected)


def _times(critical: float, upper: float, minimum: int) -> list[float]:
    """Latest expected count at which the n-th event still crosses, n = minimum, ...; the last is cut at `upper`."""
    times: list[float] = []
    n = minimum
    while True:
        time = float(n) if critical <= 0 else _latest(n, critical)
        times.append(min(time, upper))
        if time >= upper:
            return times
        n += 1


def _latest(n: int, critical: float) -> float:
    def over(mu: float) -> float:
        return n * log(n / mu) - (n - mu) - critical

    return float(brentq(over, n * exp(-(critical / n) - 1.0) / 2, float(n), xtol=1e-14, rtol=1e-14))


def _crossing(critical: float, upper: float, minimum: int) -> float:
    """Probability under the null that the boundary is crossed before `upper` events are expected; exact."""
    state = np.zeros(1)
    state[0] = 1.0
    before = 0.0
    for n, time in enumerate(_times(critical, upper, minimum), start=minimum):
        gained = poisson.pmf(np.arange(n), time - before)
        state = np.convolve(state, gained)[:n]  # n events by now: crossed
        before = time
    return float(1 - state.sum())


def critical_value(upper: float, *, minimum: int = 1, alpha: float = 0.05) -> float:
    """Critical value of the continuous Poisson MaxSPRT.

    Parameters
    ----------
    upper : float
        Expected events under the null at which the watch ends, above 0.
    minimum : int, default 1
        Events before anything may be called a crossing.
    alpha : float, default 0.05
        Chance that the boundary is crossed under the null.

    Raises
    ------
    InputError
        If no boundary reaches alpha: so few events are expected that `minimum` of them are rarer than that.

    Notes
    -----
    The n-th event crosses when it comes before the time at which n events give exactly the critical ratio; the
    chance is summed by a Markov recursion over these times, without approximation.

    References
    ----------
    Kulldorff et al. (2011), Seq Anal 30:58-78, doi:10.1080/07474946.2011.539924, equation of the log ratio.

    Examples
    --------
    >>> round(critical_value(10), 5)
    3.46795
    """
    if upper <= 0 or minimum < 1 or not 0 < alpha < 1:
        raise InputError(
            f"got upper {upper}, minimum {minimum}, alpha {alpha}; needed: above 0, at least 1, between 0 and 1"
        )
    if _crossing(0.0, upper, minimum) < alpha:
        raise InputError(
            f"no critical value: with {upper:g} events expected, {minimum} or more are rarer than alpha = {alpha:g}; "
            "watch longer or ask for fewer events"
        )
    return float(
        brentq(lambda cv: _crossing(cv, upper, minimum) - alpha, 0.0, 60.0, xtol=1e-10, rtol=1e-12)
    )


def watch(
    events: Sequence[float],
    expected: Sequence[float],
    *,
    upper: float,
    minimum: int = 1,
    alpha: float = 0.05,
) -> Watch:
    """Follow cumulative events against cumulative expectation, look by look.

    Parameters
    ----------
    events, expected : sequence of float
        Events of each period, and what was expected in it from elsewhere.
    upper : float
        Expected events at which the watch ends; looks beyond it cross nothing.

    Raises
    ------
    InputError
        If the two have different lengths, or an expectation is negative.

    Notes
    -----
    Looking at the end of periods only is a little conservative: the critical value is of continuous watching.
    """
    if len(events) != len(expected) or any(value < 0 for value in (*events, *expected)):
        raise InputError("events and expected need one number of 0 or more for each period")
    critical = critical_value(upper, minimum=minimum, alpha=alpha)
    seen, awaited = np.cumsum(events), np.cumsum(expected)
    ratios = tuple(
        log_ratio_at(c, mu) if mu > 0 else 0.0 for c, mu in zip(seen, awaited, strict=True)
    )
    hits = (
        i
        for i, ratio in enumerate(ratios)
        if ratio >= critical and seen[i] >= minimum and awaited[i] <= upper
    )
    return Watch(ratios, critical, next(hits, None))
