"""Steps in interrupted series: how often the interval holds a planted step, and how often a step that is not there is found.

    python -m bench.its [SERIES]

Prints a table; the figures in docs/MEASURES.md are of 2,000 series a row (bench/results/its.md).
"""

import sys
from math import exp, log, nan, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.measure.statistics.calibrated import simulate_series, step_changes
from bedside.measure.statistics.interrupted import Family

__all__ = ["CASES", "Case", "Held", "try_case"]

STEP = log(0.6)  # the level falls to six tenths
TREND = 0.3  # log of the level's rise over the whole series


class Case(NamedTuple):
    """One kind of series: `mean` has normal errors, `count` is Poisson around a level that moves, `share` binomial."""

    family: Family
    side: int
    dependence: float
    level: float = 20.0
    spread: float = 3.0


_KINDS: tuple[tuple[Family, float, float], ...] = (
    ("mean", 0.0, 1.0),
    ("count", 20.0, 3.0),
    ("count", 4.0, 1.0),
    ("share", 20.0, 3.0),
)
CASES = [
    Case(family, side, dependence, level, spread)
    for family, level, spread in _KINDS
    for side in (12, 48)
    for dependence in (0.0, 0.3, 0.8)
    if spread > 1 or family == "mean" or dependence == 0  # counts of chance alone depend on nothing
]


class Held(NamedTuple):
    """Shares of the series that were not refused: interval holds the planted step; none planted, and one found."""

    holds: float
    found: float
    refused: float
    width: float  # high over low, median; of numbers high less low


def _made(
    rng: np.random.Generator, case: Case, step: float, series: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64] | None]:
    number = 2 * case.side
    rise = TREND * np.arange(number) / number + step * (np.arange(number) >= case.side)
    if case.family == "mean":
        errors = rng.normal(size=(series, number))
        for place in range(1, number):
            fresh = sqrt(1 - case.dependence**2)
            errors[:, place] = case.dependence * errors[:, place - 1] + fresh * errors[:, place]
        return rise + errors, None
    mean = case.level * np.exp(rise)
    of = None
    if case.family == "share":
        of = np.full(number, 5 * case.level)
        odds = case.level / (of - case.level) * np.exp(rise)
        mean = of * odds / (1 + odds)
    return simulate_series(
        rng, series, mean, dependence=case.dependence, spread=case.spread, of=of
    ), of


def try_case(case: Case, *, series: int = 2000, seed: int = 7) -> Held:
    """Plant a step, and none, in many series of one kind."""
    rng = np.random.default_rng(seed)
    holds, refused, widths = [], 0, []
    for step in (STEP, 0.0):
        true = step if case.family == "mean" else exp(step)
        hits, of = _made(rng, case, step, series)
        changes = step_changes(hits, case.side, of=of, family=case.family)
        ends = [(c.low, c.high) for c in changes if c.low is not None and c.high is not None]
        refused += series - len(ends)
        holds.append(float(np.mean([low <= true <= high for low, high in ends])) if ends else nan)
        widths += [high - low if case.family == "mean" else high / low for low, high in ends]
    return Held(holds[0], 1 - holds[1], refused / (2 * series), float(np.median(widths or [0.0])))


def main() -> None:
    """Print the table."""
    series = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    sys.stdout.write("family  side  dependence  level  spread   holds   found  refused  width\n")
    for case in CASES:
        held = try_case(case, series=series)
        sys.stdout.write(
            f"{case.family:6} {case.side:5} {case.dependence:11.1f} {case.level:6.0f} {case.spread:7.1f} "
            f"{100 * held.holds:7.1f} {100 * held.found:7.1f} {100 * held.refused:8.1f} {held.width:6.2f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
