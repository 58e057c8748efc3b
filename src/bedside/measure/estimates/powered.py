"""Prediction-powered estimates of a mean as published: PPI, PPI++ and DSL, with normal intervals.

These take every row as an independent draw and trust the normal curve. Figures use
`estimates.judged`, which knows of accounts and of small numbers.
"""

from collections.abc import Sequence

import numpy as np

from bedside.errors import InputError
from bedside.measure.estimates.records import Estimate, Floats, as_floats
from bedside.measure.shares import Z95

__all__ = ["dsl", "labelled_mean", "ppi", "ppi_plus_plus"]

Numbers = Sequence[float] | Floats


def _interval(value: float, variance: float, weight: float) -> Estimate:
    error = float(np.sqrt(variance))
    return Estimate(value, value - Z95 * error, value + Z95 * error, error, weight)


def _judged(judged: Numbers, machine: Numbers, others: Numbers) -> tuple[Floats, Floats, Floats]:
    y, f = as_floats("judged", judged), as_floats("machine", machine)
    if len(y) != len(f):
        raise InputError(
            f"got {len(y)} judgements and {len(f)} machine values; each judged row needs both"
        )
    return y, f, as_floats("others", others)


def labelled_mean(judged: Numbers) -> Estimate:
    """Mean of the judged rows alone, with the normal interval (variance with ddof 0).

    Examples
    --------
    >>> round(labelled_mean([1, 0, 0, 0]).value, 4)
    0.25
    """
    y = as_floats("judged", judged)
    return _interval(float(y.mean()), float(y.var()) / len(y), 0.0)


def ppi(judged: Numbers, machine: Numbers, others: Numbers) -> Estimate:
    """Prediction-powered mean: the machine's mean elsewhere plus its mean error on judged rows.

    Parameters
    ----------
    judged, machine : sequence of float, shape (n,)
        What people decided and what the machine said of the same rows.
    others : sequence of float, shape (N,)
        What the machine said of rows that nobody judged, drawn from the same population.

    Returns
    -------
    Estimate
        weight 1.

    Raises
    ------
    InputError
        If the shapes do not fit or a value is no number.

    Notes
    -----
    theta = mean(others) + mean(judged - machine); variance = var(others) / N + var(judged - machine) / n,
    both with ddof 0. Judged rows must be a random sample, and the machine must not have learnt from them.

    References
    ----------
    Angelopoulos, Bates, Fannjiang, Jordan and Zrnic (2023), Science 382:669-674,
    doi:10.1126/science.adi6000, the mean.

    Examples
    --------
    >>> round(ppi([1, 0, 0, 1], [1, 0, 1, 1], [1, 0, 0, 1, 1]).value, 4)
    0.35
    """
    y, f, u = _judged(judged, machine, others)
    return _weighted(y, f, u, 1.0)


def ppi_plus_plus(judged: Numbers, machine: Numbers, others: Numbers) -> Estimate:
    """Prediction-powered mean that trusts the machine only as far as it helps.

    Notes
    -----
    theta = lambda mean(others) + mean(judged - lambda machine), with
    lambda = cov(judged, machine) / ((1 + n / N) var(machine)), clipped to 0..1; var of the machine over all
    rows, all with ddof 0. At lambda 0 it is the mean of the judged rows, at 1 it is `ppi`.

    References
    ----------
    Angelopoulos, Duchi and Zrnic (2023), PPI++: Efficient Prediction-Powered Inference, arXiv:2311.01453,
    power tuning of the mean.
    """
    y, f, u = _judged(judged, machine, others)
    spread = float(np.concatenate([f, u]).var())
    together = float(((y - y.mean()) * (f - f.mean())).mean())
    weight = together / ((1 + len(y) / len(u)) * spread) if spread else 0.0
    return _weighted(y, f, u, min(1.0, max(0.0, weight)))


def _weighted(y: Floats, f: Floats, u: Floats, weight: float) -> Estimate:
    rest = y - weight * f
    value = weight * float(u.mean()) + float(rest.mean())
    variance = weight**2 * float(u.var()) / len(u) + float(rest.var()) / len(y)
    return _interval(value, variance, weight)


def dsl(judged: Numbers, machine: Numbers, probability: Numbers, others: Numbers) -> Estimate:
    """Design-based mean with known drawing probabilities.

    Parameters
    ----------
    judged, machine, probability : sequence of float, shape (n,)
        Of the drawn rows; probability is the one by which the row was drawn, as stored with the sample.
    others : sequence of float, shape (N,)
        What the machine said of the rows that were not drawn.

    Returns
    -------
    Estimate
        Mean of machine - (drawn / probability) * (machine - judged) over all n + N rows; ddof 1.

    Raises
    ------
    InputError
        If a probability lies outside 0..1 or is 0: what cannot be drawn cannot be estimated.

    Notes
    -----
    Unbiased whatever the machine does, since the probabilities are known. With a random number of drawn
    rows its interval is wider than that of an estimator which divides by the number drawn.

    References
    ----------
    Egami, Hinck, Stewart and Wei (2023), Using imperfect surrogates for downstream inference, NeurIPS 36,
    arXiv:2306.04746, equation of the design-adjusted outcome.
    """
    y, f, u = _judged(judged, machine, others)
    p = as_floats("probability", probability)
    if len(p) != len(y) or not ((p > 0) & (p <= 1)).all():
        raise InputError(
            "every judged row needs its drawing probability, above 0 and at most 1; it is stored with the sample"
        )
    rows = np.concatenate([f - (f - y) / p, u])
    return _interval(float(rows.mean()), float(rows.var(ddof=1)) / len(rows), 1.0)
