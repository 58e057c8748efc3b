"""Change points: when the level of a series changed, looking back over all of it, and as it came in."""

from collections.abc import Sequence
from math import log, pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.errors import InputError

__all__ = ["RunLengths", "level_changes", "noise", "run_lengths", "shuffled_p"]

_FEWEST = 8  # periods: shorter series show no level to depart from
_MAD = 1.4826  # median size of a normal deviation to its standard deviation


def noise(series: Sequence[float]) -> float:
    """Standard deviation from one period to the next, little moved by changes of level; 0 where nothing moves.

    Notes
    -----
    From differences of neighbours, divided by the root of 2: a few jumps among many differences do not move their
    median size. Where more than half of them are alike, their standard deviation.
    """
    steps = np.diff(np.asarray(series, dtype=np.float64))
    if not steps.size:
        return 0.0
    spread = _MAD * float(np.median(np.abs(steps)))
    return (spread or float(steps.std())) / 2**0.5


def level_changes(series: Sequence[float], *, least: int = 4, penalty: float = 3.0) -> list[int]:
    """Places at which a new level begins, looking back over the whole series.

    Parameters
    ----------
    series : sequence of float
        One number a period, of a variance that does not change with the level: take roots of counts first.
    least : int, default 4
        Fewest periods of a level.
    penalty : float, default 3
        What a further change costs, in units of the noise's variance times the log of the number of periods.

    Returns
    -------
    list of int
        Index of the first period of each new level; empty where one level fits, or under 8 periods.

    Raises
    ------
    InputError
        If least or penalty cannot be, or a number is missing.

    Notes
    -----
    Exact: every place is tried (`jump=1`; the library's other searches try every fifth by default, which puts the
    change of the Nile's flow two years late). The linear kernel is the squared distance to the mean. Changes say
    when, never why.

    References
    ----------
    Killick, Fearnhead and Eckley (2012), JASA 107:1590-1598, doi:10.1080/01621459.2012.737745 (PELT).

    Examples
    --------
    >>> level_changes([5.0, 6, 5, 4, 5, 6, 5, 5, 15, 14, 16, 15, 14, 15, 16, 15])
    [8]
    """
    numbers = np.asarray(series, dtype=np.float64)
    if least < 1 or penalty <= 0 or not np.isfinite(numbers).all():
        raise InputError(
            "change points need finite numbers, at least one period a level and a penalty above 0"
        )
    spread = noise(series)
    if numbers.size < max(_FEWEST, 2 * least) or not spread:
        return []
    from ruptures import KernelCPD  # late: it takes a while to load

    cost = penalty * spread**2 * log(numbers.size)
    ends = KernelCPD(kernel="linear", min_size=least).fit(numbers[:, None]).predict(pen=cost)
    return [int(end) for end in ends[:-1]]


def shuffled_p(
    series: Sequence[float], *, least: int = 4, draws: int = 999, seed: int = 1
) -> float:
    """How often shuffled periods show a change as large, wherever it may lie.

    Parameters
    ----------
    series : sequence of float
        A stretch with one change at most.
    least : int, default 4
        Fewest periods of a level.
    draws, seed : int
        Shuffles, and where their random numbers start.

    Returns
    -------
    float
        Above 0, at most 1; 1 where the stretch is too short. The search for the place is paid for, since the largest
        change of each shuffle counts. Periods that follow one another are taken as exchangeable: a slow drift or a
        season looks like a change.

    Examples
    --------
    >>> shuffled_p([5.0, 6, 5, 4, 5, 6, 5, 5, 15, 14, 16, 15, 14, 15, 16, 15])
    0.001
    """
    numbers = np.asarray(series, dtype=np.float64)
    if numbers.size < 2 * least:
        return 1.0
    dice = np.random.default_rng(seed)
    rows = np.stack([numbers, *(dice.permutation(numbers) for _ in range(draws))])
    rows -= rows.mean(axis=1, keepdims=True)
    at = np.arange(least, numbers.size - least + 1)
    sums = np.cumsum(rows, axis=1)[:, at - 1]
    largest = (sums**2 * (1 / at + 1 / (numbers.size - at))).max(axis=1)
    return float((1 + (largest[1:] >= largest[0] - 1e-12).sum()) / (draws + 1))


class RunLengths(NamedTuple):
    """What each period says of how long the present level has lasted.

    Attributes
    ----------
    posterior : ndarray of float, shape (periods, periods)
        [t, r - 1]: probability that the level of period t has lasted r periods, t included.
    log_evidence : ndarray of float, shape (periods,)
        Log density of the series up to each period.
    """

    posterior: NDArray[np.float64]
    log_evidence: NDArray[np.float64]


def run_lengths(
    series: Sequence[float], *, hazard: float, mean: float, spread: float, noise: float
) -> RunLengths:
    """Detect changes as they come in: how long has the present level lasted, period by period.

    Parameters
    ----------
    series : sequence of float
        Normal about its level, with a known standard deviation `noise`, above 0.
    hazard : float
        Probability that a level ends with a period, in 0..1, ends excluded.
    mean, spread : float
        Mean and standard deviation of levels.

    Returns
    -------
    RunLengths

    Raises
    ------
    InputError
        If there is no number or a parameter cannot be.

    References
    ----------
    Adams and MacKay (2007), Bayesian online changepoint detection, arXiv:0710.3742. The first period begins a run.

    Examples
    --------
    >>> runs = run_lengths([0.1, -0.3, 0.2, 4.1], hazard=0.2, mean=0, spread=3, noise=1)
    >>> [round(float(p), 3) for p in runs.posterior[3]]
    [0.929, 0.032, 0.005, 0.034]
    """
    numbers = np.asarray(series, dtype=np.float64)
    if not numbers.size or not 0 < hazard < 1 or spread <= 0 or noise <= 0:
        raise InputError(
            f"got {numbers.size} numbers and a hazard of {hazard}; it needs numbers, a hazard in 0..1 and deviations above 0"
        )
    size = numbers.size
    posterior, evidence = np.zeros((size, size)), np.zeros(size)
    precision = np.array([1 / spread**2])  # of the level, by run length, before the period is seen
    centre = np.array([float(mean)])
    log_weight = np.array([0.0])  # the first period begins a run
    for t, x in enumerate(numbers):
        variance = noise**2 + 1 / precision
        log_weight = log_weight - 0.5 * (np.log(2 * pi * variance) + (x - centre) ** 2 / variance)
        evidence[t] = np.logaddexp.reduce(log_weight)
        posterior[t, : t + 1] = np.exp(log_weight - evidence[t])
        sharper = precision + 1 / noise**2
        centre = np.append(mean, (precision * centre + x / noise**2) / sharper)
        precision = np.append(1 / spread**2, sharper)
        log_weight = np.append(log(hazard) + evidence[t], log_weight + log(1 - hazard))
    return RunLengths(posterior, evidence)
