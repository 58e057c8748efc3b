"""Likelihood-ratio test with a Monte-Carlo null, product by product."""

from typing import NamedTuple

import numpy as np

from bedside.errors import InputError
from bedside.measure.disproportionality.cells import Floats

__all__ = ["ProductTest", "log_ratio", "product_test"]

LEVEL = 0.05


class ProductTest(NamedTuple):
    """What the test says of one product.

    ratios and p_values have shape (events,); a p-value is that of the largest ratio any event of this product
    could show by chance, so that all events of the product share one error of 5 %. `critical` is the 95 % point.
    """

    ratios: Floats
    p_values: Floats
    critical: float


def log_ratio(n: Floats, expected: Floats, total: float | None = None) -> Floats:
    """Log likelihood ratio of pairs that were reported more than expected, else 0.

    Parameters
    ----------
    n, expected : array of shape (events,)
    total : float, optional
        Cases of the product. Given: the two-parameter form, which also weighs the product's other events.

    Notes
    -----
    n ln(n/E) - (n - E); with `total` T: n ln(n/E) + (T - n) ln((T - n)/(T - E)).

    References
    ----------
    Huang, Zalkikar, Tiwari (2011), J Am Stat Assoc 106:1230-1241, doi:10.1198/jasa.2011.ap10243.

    Examples
    --------
    >>> round(float(log_ratio(np.array([1353.0]), np.array([1106.77235649]))[0]), 4)
    25.5581
    """
    seen, awaited = np.asarray(n, float), np.asarray(expected, float)
    with np.errstate(all="ignore"):
        first = np.where(seen > 0, seen * np.log(seen / awaited), 0.0)
        if total is None:
            value = first - (seen - awaited)
        else:
            left, other = total - seen, total - awaited
            value = first + np.where(left > 0, left * np.log(left / other), 0.0)
    return np.where(seen > awaited, value, 0.0)


def product_test(
    n: Floats, expected: Floats, *, draws: int = 4999, rng: np.random.Generator
) -> ProductTest:
    """Test all events of one product at once.

    Parameters
    ----------
    n, expected : array of shape (events,)
        Counts of the product by event, those never reported included, and their expectations; these count up
        to a factor, for the null shares out exactly the product's total.
    draws : int, default 4999
        Tables drawn under the null: the product's total shared out over the events as expected.
    rng : numpy.random.Generator

    Returns
    -------
    ProductTest
        p = (1 + draws with a maximum as large) / (1 + draws); never 0.

    Raises
    ------
    InputError
        If draws < 99 or nothing is expected.
    """
    seen, awaited = np.asarray(n, float), np.asarray(expected, float)
    if draws < 99 or awaited.sum() <= 0:
        raise InputError(
            f"got {draws} draws over an expectation of {awaited.sum():g}; the test needs at least 99 draws and a "
            "product that was reported"
        )
    total = int(seen.sum())
    maxima = _null_maxima(total, awaited / awaited.sum(), draws, rng)
    ratios = log_ratio(seen, total * awaited / awaited.sum())
    beyond = draws - np.searchsorted(maxima, ratios * (1 - 1e-12), side="left")
    return ProductTest(ratios, (1 + beyond) / (1 + draws), float(np.quantile(maxima, 1 - LEVEL)))


def _null_maxima(total: int, shares: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Largest ratio of each drawn table, sorted; tables are drawn in portions that fit in memory."""
    portion = max(1, 4_000_000 // len(shares))
    maxima = []
    while draws > 0:
        drawn = rng.multinomial(total, shares, size=min(portion, draws)).astype(float)
        maxima.append(log_ratio(drawn, total * shares).max(axis=1))
        draws -= len(drawn)
    return np.sort(np.concatenate(maxima))
