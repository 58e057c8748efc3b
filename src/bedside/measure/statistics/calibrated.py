"""Whether an interval holds for series like this one: simulated at its own length, level, spread and dependence."""

from functools import lru_cache
from math import exp, log, log2, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.measure.statistics.interrupted import (
    TAIL,
    Family,
    Steps,
    fit_steps,
    intervals,
    step_design,
    tail_probability,
)

__all__ = ["FEWEST", "StepChange", "simulate_series", "step_change", "step_changes"]

Floats = npt.NDArray[np.float64]
FEWEST = 8  # periods on each side
FEWEST_HITS = 1.0  # a period, on average, on each side
LIKE = (-0.5, 0.0, 0.3, 0.6, 0.8, 0.95)  # strengths of dependence that are tried
SERIES = 300  # simulated for a kind of series
MOST_MISSED = 0.08  # share of intervals that may miss: 5 %, and what chance adds over 300 series
SEED = 20171
HIGHEST = 0.97  # share of trials; nearly all are hits beyond


class StepChange(NamedTuple):
    """Level after a date over the level before it, the trend taken on.

    Attributes
    ----------
    ratio, low, high : float or None
        Ratio of levels (of odds, for shares) with its 95 % interval; None where refused. For numbers a difference.
    p : float or None
        Two-sided.
    dependence : float or None
        Correlation with the period before that fits best; it enters with all others, weighed.
    spread : float or None
        Variance over that of chance.
    missed : float or None
        Share of intervals that missed among simulated series like this one.
    refused : str
        Why there is no number; empty where there is one.
    """

    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    dependence: float | None = None
    spread: float | None = None
    missed: float | None = None
    refused: str = ""


def step_change(
    hits: npt.ArrayLike,
    at: int,
    *,
    of: npt.ArrayLike | None = None,
    family: Family = "count",
    year: float = 0.0,
) -> StepChange:
    """Step of a series at a date that was fixed before looking at it; refused where its interval would not hold.

    Parameters
    ----------
    hits : array_like of float, shape (n,)
        Count of each period in order, silent periods as 0.
    at : int
        First period after the date.
    of : array_like of float, shape (n,), optional
        Exposure of counts; trials of shares.
    family : "count", "share" or "mean"
    year : float
        Periods of a year, see `step_design`.

    Returns
    -------
    StepChange

    Notes
    -----
    Do not use it for a date that was found in the series, for a change that comes slowly, or where the trend before
    could not have gone on. It says before and after; what caused a change it cannot say.
    """
    trials = None if of is None else np.asarray(of, np.float64)[None]
    return step_changes(np.asarray(hits)[None], at, of=trials, family=family, year=year)[0]


def step_changes(
    hits: npt.ArrayLike,
    at: int,
    *,
    of: npt.ArrayLike | None = None,
    family: Family = "count",
    year: float = 0.0,
) -> list[StepChange]:
    """`step_change` of many series of one length and date, shape (m, n): one each."""
    y = np.asarray(hits, np.float64)
    n = None if of is None else np.broadcast_to(np.asarray(of, np.float64), y.shape)
    whys = [_too_little(line, None if n is None else n[k], at, family) for k, line in enumerate(y)]
    fit = [k for k, why in enumerate(whys) if not why]
    changes = [StepChange(refused=why) for why in whys]
    if not fit:
        return changes
    design = step_design(at, y.shape[1] - at, year=year)
    trials = None if n is None else n[fit]
    steps = fit_steps(y[fit], design, of=trials, family=family)
    ends, below = intervals(steps), tail_probability(steps, 0.0)
    for place, k in enumerate(fit):
        told = StepChange(
            dependence=float(steps.dependence[place]),
            spread=float(steps.spread[place]),
            missed=_missed(y[k], None if n is None else n[k], at, family, steps, place, year),
        )
        changes[k] = _answered(told, ends[:, place], float(below[place]), family)
    return changes


def _answered(told: StepChange, ends: Floats, below: float, family: Family) -> StepChange:
    """The change with its numbers, or why there are none."""
    if (told.missed or 0.0) > MOST_MISSED:
        why = f"of simulated series as long, large and dependent as this one {told.missed:.0%} have intervals that miss"
        return told._replace(refused=f"not calibrated: {why}")
    value, low, high = (float(x) if family == "mean" else exp(x) for x in ends)
    return told._replace(ratio=value, low=low, high=high, p=2 * min(below, 1 - below))


def _too_little(y: Floats, n: Floats | None, at: int, family: Family) -> str:
    """What is missing for any estimate; empty where nothing is."""
    after = len(y) - at
    if min(at, after) < FEWEST:
        return f"{max(at, 0)} periods before and {max(after, 0)} after the date; {FEWEST} are needed on each side"
    if family == "mean":
        return ""
    sides = (slice(0, at), slice(at, None))
    rates = [float(y[side].mean()) for side in sides]
    if family == "share" and n is not None:
        rates += [float((n[side] - y[side]).mean()) for side in sides]
    if min(rates) < FEWEST_HITS:
        return f"{min(rates):.1f} a period on one side; {FEWEST_HITS:.0f} is needed at least on average"
    return ""


def _missed(
    y: Floats, n: Floats | None, at: int, family: Family, steps: Steps, place: int, year: float
) -> float:
    """Share of intervals that miss among simulated series of this kind; kinds are told apart coarsely, and kept."""
    kind = Kind(
        before=at,
        after=len(y) - at,
        year=year,
        family=family,
        dependence=min(LIKE, key=lambda r: abs(r - steps.dependence[place])),
        part=float(steps.part[place]) if family == "mean" else 1.0,
        level=0 if family == "mean" else _doublings(float(y.mean())),
        trials=0 if n is None or family != "share" else _doublings(float(n.mean())),
        spread=0 if family == "mean" else _doublings(max(1.0, float(steps.spread[place]))),
    )
    return _missed_by_kind(kind)


def _doublings(value: float) -> int:
    return round(log2(max(value, 2.0**-6)))


class Kind(NamedTuple):
    """What is held equal where intervals are tried; level, trials and spread as powers of two."""

    before: int
    after: int
    year: float
    family: Family
    dependence: float
    part: float
    level: int
    trials: int
    spread: int


@lru_cache(maxsize=4096)
def _missed_by_kind(kind: Kind) -> float:
    rng = np.random.default_rng(SEED)
    design = step_design(kind.before, kind.after, year=kind.year)
    of = None
    if kind.family == "mean":
        made = _errors(rng, SERIES, len(design), kind.dependence, kind.part)
    else:
        mean = np.full(len(design), 2.0**kind.level)
        if kind.family == "share":
            of = np.full(len(design), 2.0 ** max(1, kind.trials))
            mean = np.minimum(mean, HIGHEST * of)
        made = simulate_series(
            rng, SERIES, mean, dependence=kind.dependence, spread=2.0**kind.spread, of=of
        )
        made = made[_both_sides(made, kind.before, of)]
    if not len(made):
        return 1.0
    trials = None if of is None else np.broadcast_to(of, made.shape)
    below = tail_probability(fit_steps(made, design, of=trials, family=kind.family), 0.0)
    return float(np.mean((below < TAIL) | (below > 1 - TAIL)))


def _both_sides(made: Floats, before: int, of: Floats | None) -> npt.NDArray[np.bool_]:
    """Series with hits (and, of shares, misses) on both sides: others are refused."""
    sides = (made[:, :before], made[:, before:])
    kept = np.all([side.sum(1) > 0 for side in sides], axis=0)
    if of is not None:
        left = of - made
        kept &= (left[:, :before].sum(1) > 0) & (left[:, before:].sum(1) > 0)
    return np.asarray(kept)


def _errors(
    rng: np.random.Generator, series: int, number: int, dependence: float, part: float
) -> Floats:
    """Errors of variance 1, the part of them that has a past with this dependence."""
    past = _dependent(rng, series, number, dependence)
    return sqrt(part) * past + sqrt(1 - part) * rng.normal(size=(series, number))


def _dependent(rng: np.random.Generator, series: int, number: int, dependence: float) -> Floats:
    made = rng.normal(size=(series, number))
    fresh = sqrt(1 - dependence**2)
    for place in range(1, number):
        made[:, place] = dependence * made[:, place - 1] + fresh * made[:, place]
    return made


def simulate_series(
    rng: np.random.Generator,
    series: int,
    mean: Floats,
    *,
    dependence: float = 0.0,
    spread: float = 1.0,
    of: Floats | None = None,
) -> Floats:
    """Counts around a mean whose logs (logits, of shares) move with dependence on the period before.

    Parameters
    ----------
    rng : numpy.random.Generator
    series : int
    mean : numpy.ndarray of float, shape (n,)
    dependence : float
        Of what moves the mean; the counts themselves depend on each other less, by what chance adds.
    spread : float
        Variance of a count over that of chance alone, at the average mean; at least 1.
    of : numpy.ndarray of float, shape (n,), optional
        Trials, where the counts are of shares.

    Returns
    -------
    numpy.ndarray of float, shape (series, n)
    """
    moved = _dependent(rng, series, len(mean), dependence)
    if of is None:
        size = sqrt(log(1 + max(0.0, spread - 1) / float(mean.mean())))
        return rng.poisson(mean * np.exp(size * moved - size**2 / 2)).astype(np.float64)
    share = mean / of
    # variance of n p (1 - p) (1 + (n - 1) s^2 p (1 - p)) for logits that vary by s^2
    typical = float(np.mean(of - 1) * np.mean(share * (1 - share)))
    size = sqrt(max(0.0, spread - 1) / max(typical, 1e-9))
    logit = np.log(share / (1 - share)) + min(size, 3.0) * moved
    return rng.binomial(of.astype(np.int64), 1 / (1 + np.exp(-logit))).astype(np.float64)
