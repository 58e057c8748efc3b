"""Interrupted series: how far the level of a series stands apart after a date that was known beforehand.

Regression with a trend and a step, log link for counts and logit link for shares, whose errors may depend on the
periods before. How strongly they do is not estimated and then believed: the step is averaged over every strength, each
weighed by how well it fits. With few periods that is what keeps the interval honest.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from bedside.errors import InputError

__all__ = [
    "DEPENDENCE",
    "PARTS",
    "Family",
    "Fit",
    "Steps",
    "fit_glm",
    "fit_steps",
    "intervals",
    "step_design",
    "tail_probability",
]

Floats = npt.NDArray[np.float64]
Family = Literal["count", "share", "mean"]

DEPENDENCE = np.tanh(np.linspace(-1.1, 2.1, 14))  # -.80 to .97, closer together towards the ends
PARTS = (
    (1.0, 0.5),
    (0.7, 0.25),
    (0.4, 0.25),
)  # part of the errors that depends on the past; its weight beforehand
ROUNDS = 25  # of reweighting; eight do, as a rule
LARGEST = 30.0  # of a linear predictor, so that no side without hits runs off
TAIL = 0.025


class Fit(NamedTuple):
    """A generalised linear model.

    Attributes
    ----------
    coef, error : numpy.ndarray of float, shape (m, p)
        Coefficients; standard errors where the variance is that of chance alone.
    spread : numpy.ndarray of float, shape (m,)
        Pearson's chi-square over n - p; errors times its root are those of quasi-likelihood.
    response, weight : numpy.ndarray of float, shape (m, n)
        Working response without offset, and root of the working weights, at the solution.
    """

    coef: Floats
    error: Floats
    spread: Floats
    response: Floats
    weight: Floats


class Steps(NamedTuple):
    """The step (last column of the design) of m series under every strength of dependence.

    Attributes
    ----------
    value, error, weight : numpy.ndarray of float, shape (g, m)
        Estimate, standard error and weight of each of g strengths; weights of a series add up to 1.
    freedom : int
        Degrees of freedom of t at each strength.
    dependence, part : numpy.ndarray of float, shape (m,)
        The strength that fits best: correlation with the period before, and the part of the errors that has it.
    spread : numpy.ndarray of float, shape (m,)
        Variance over that of chance alone.
    """

    value: Floats
    error: Floats
    weight: Floats
    freedom: int
    dependence: Floats
    part: Floats
    spread: Floats


def step_design(before: int, after: int, *, year: float = 0.0) -> Floats:
    """Columns of a level, a trend, two waves a year, and last the step.

    Parameters
    ----------
    before, after : int
        Periods on each side of the date.
    year : float
        Periods of a year; the waves are there only where the series lasts two years or longer. 0: no waves.

    Returns
    -------
    numpy.ndarray of float, shape (before + after, 3 or 7)

    References
    ----------
    Bernal, Cummins and Gasparrini (2017), Int J Epidemiol 46:348-355, doi:10.1093/ije/dyw098.
    """
    number = before + after
    place = np.arange(number)
    columns = [np.ones(number), (place - before) / number]
    if year and number >= 2 * year:
        turns = 2 * np.pi * place / year
        columns += [wave(k * turns) for k in (1, 2) for wave in (np.sin, np.cos)]
    return np.stack([*columns, (place >= before).astype(float)], axis=1)


def fit_glm(
    hits: npt.ArrayLike,
    design: Floats,
    *,
    of: npt.ArrayLike | None = None,
    family: Family = "count",
) -> Fit:
    """Fit a Poisson (log link), binomial (logit link) or normal model to each of m series.

    Parameters
    ----------
    hits : array_like of float, shape (m, n) or (n,)
        Counts of each period; numbers where family is `mean`.
    design : numpy.ndarray of float, shape (n, p)
    of : array_like of float, like hits
        Exposure of counts (offset log of); trials of shares, at least hits. Needed for shares.
    family : "count", "share" or "mean"

    Returns
    -------
    Fit

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, 2.5 (iterative weighted least squares), 9.2.
    """
    y = np.atleast_2d(np.asarray(hits, np.float64))
    n = np.ones_like(y) if of is None else np.broadcast_to(np.asarray(of, np.float64), y.shape)
    _check(y, n, design, family, of is None)
    shift = np.log(np.maximum(n, 1e-9)) if family == "count" else np.zeros_like(y)
    eta = _start(y, n, family)
    for _ in range(1 if family == "mean" else ROUNDS):
        mean, weight = _mean(eta, n, family)
        response = eta - shift + (y - mean) / weight
        coef, inverse = _solved(response, weight, design)
        moved = np.clip(coef @ design.T, -LARGEST, LARGEST) + shift
        settled, eta = np.abs(moved - eta).max() < 1e-10, moved
        if settled:
            break
    mean, weight = _mean(eta, n, family)
    chi = ((y - mean) ** 2 / weight).sum(1)
    error = np.sqrt(np.einsum("mpp->mp", inverse))
    response = eta - shift + (y - mean) / weight
    return Fit(coef, error, chi / max(1, y.shape[1] - design.shape[1]), response, np.sqrt(weight))


def _check(y: Floats, n: Floats, design: Floats, family: Family, bare: bool) -> None:
    if design.ndim != 2 or y.shape[1] != len(design) or y.shape[1] <= design.shape[1]:
        raise InputError(
            f"got {y.shape[1]} periods and a design of {design.shape}; it needs a row a period, and more rows than columns"
        )
    if family == "share" and (bare or (y > n).any()):
        raise InputError("a share needs the number that each is of, at least the number of hits")
    if family != "mean" and (y.min() < 0 or n.min() < 0):
        raise InputError("counts below zero; give how many there were in each period")


def _start(y: Floats, n: Floats, family: Family) -> Floats:
    if family == "mean":
        return y.copy()
    if family == "count":
        return np.log(y + 0.5)
    return np.log((y + 0.5) / (n - y + 0.5))


def _mean(eta: Floats, n: Floats, family: Family) -> tuple[Floats, Floats]:
    """Mean and working weight at a linear predictor (which holds the offset)."""
    if family == "mean":
        return eta, np.ones_like(eta)
    if family == "count":
        mean = np.exp(np.clip(eta, -LARGEST, LARGEST))
        return mean, np.maximum(mean, 1e-9)
    share = 1 / (1 + np.exp(-np.clip(eta, -LARGEST, LARGEST)))
    return n * share, np.maximum(n * share * (1 - share), 1e-9)


def _solved(response: Floats, weight: Floats, design: Floats) -> tuple[Floats, Floats]:
    """Weighted least squares of every series: coefficients, and the inverse of the information."""
    information = np.einsum("np,mn,nq->mpq", design, weight, design, optimize=True)
    inverse = np.linalg.pinv(information, hermitian=True)
    coef = np.einsum("mpq,nq,mn->mp", inverse, design, weight * response, optimize=True)
    return coef, inverse


class _Whitening(NamedTuple):
    """What makes errors of one strength independent; log weight of that strength, its own determinant included."""

    roots: Floats  # shape (n, n), lower triangle
    log_weight: float
    dependence: float
    part: float


@lru_cache(maxsize=32)
def _strengths(number: int) -> tuple[_Whitening, ...]:
    lag = np.abs(np.subtract.outer(np.arange(number), np.arange(number)))
    found = []
    for dependence in DEPENDENCE:
        for part, weight in PARTS:
            correlation = part * np.sign(dependence) ** lag * np.abs(dependence) ** lag
            np.fill_diagonal(correlation, 1.0)
            lower = np.linalg.cholesky(correlation)
            # (1 - r^2)^-1/2 beforehand, times 1 - r^2 for the spacing of the strengths
            beforehand = np.log(weight) + 0.5 * np.log(1 - dependence**2)
            determinant = -np.log(np.diag(lower)).sum()
            roots = np.linalg.inv(lower)
            found.append(_Whitening(roots, beforehand + determinant, float(dependence), part))
    return tuple(found)


def fit_steps(
    hits: npt.ArrayLike,
    design: Floats,
    *,
    of: npt.ArrayLike | None = None,
    family: Family = "count",
) -> Steps:
    """Step of each of m series, over every strength with which errors may depend on those before.

    Parameters
    ----------
    hits, of, family
        As for `fit_glm`.
    design : numpy.ndarray of float, shape (n, p)
        The step is its last column (`step_design`).

    Returns
    -------
    Steps
        Logs of a ratio of levels for counts, of odds for shares.

    Notes
    -----
    Errors on the working scale have the correlation part * r^lag: a process of order one, seen with noise of its own,
    as chance counts have it. Given r and part this is least squares with a t distribution; r and part are weighed
    by their restricted likelihood and (1 - r^2)^-1/2, the variance by 1 / variance. The variance is free, so counts may
    spread more than chance. `bedside.measure.statistics.calibrated` asks whether the interval holds for such a series.

    References
    ----------
    Harville (1974), Biometrika 61:383-385, doi:10.1093/biomet/61.2.383 (restricted likelihood as the likelihood with
    coefficients integrated out); Berger and Yang (1994), Econometric Theory 10:461-482 (prior of r);
    Breslow and Clayton (1993), JASA 88:9-25, doi:10.1080/01621459.1993.10594284 (working scale).
    """
    fit = fit_glm(hits, design, of=of, family=family)
    number, p = design.shape
    freedom = number - p
    columns = np.swapaxes(design[None] * fit.weight[..., None], 1, 2)
    response = fit.response * fit.weight
    strengths = _strengths(number)
    parts = [_weighed(columns, response, each, freedom) for each in strengths]
    value, error, likely = (np.array(column) for column in zip(*parts, strict=True))
    weight = np.exp(likely - likely.max(axis=0))
    weight /= weight.sum(axis=0)
    best = weight.argmax(axis=0)
    return Steps(
        value,
        error,
        weight,
        freedom,
        np.array([each.dependence for each in strengths])[best],
        np.array([each.part for each in strengths])[best],
        fit.spread,
    )


def _weighed(
    columns: Floats, response: Floats, strength: _Whitening, freedom: int
) -> tuple[Floats, Floats, Floats]:
    """Step, its standard error and the restricted log likelihood at one strength."""
    x = columns @ strength.roots.T
    y = response @ strength.roots.T
    information = x @ np.swapaxes(x, 1, 2)
    score = (x @ y[..., None])[..., 0]
    inverse = np.linalg.pinv(information, hermitian=True)
    coef = (inverse @ score[..., None])[..., 0]
    left = np.maximum((y**2).sum(1) - (coef * score).sum(1), 1e-12)
    error = np.sqrt(left / freedom * np.maximum(inverse[:, -1, -1], 0.0))
    _, size = np.linalg.slogdet(information)
    return coef[:, -1], error, strength.log_weight - size / 2 - freedom / 2 * np.log(left)


def tail_probability(steps: Steps, at: float | Sequence[float]) -> Floats:
    """Probability that each step lies below a value, shape (m,)."""
    z = (np.asarray(at, np.float64) - steps.value) / np.maximum(steps.error, 1e-300)
    below: Floats = (steps.weight * stdtr(steps.freedom, z)).sum(axis=0)
    return below


def intervals(steps: Steps) -> Floats:
    """Median and 95 % interval of each step: shape (3, m), in the order value, low, high."""
    reach = 60 * steps.error.max(axis=0) + 1e-9
    low, high = steps.value.min(axis=0) - reach, steps.value.max(axis=0) + reach
    return np.array([_quantile(steps, q, low, high) for q in (0.5, TAIL, 1 - TAIL)])


def _quantile(steps: Steps, q: float, low: Floats, high: Floats) -> Floats:
    for _ in range(80):
        middle = (low + high) / 2
        below = tail_probability(steps, middle) < q  # type: ignore[arg-type]
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
