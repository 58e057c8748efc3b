"""Two coders: Cohen's kappa with its standard error, and Scott's pi."""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.errors import InputError

__all__ = ["Kappa", "cohen", "cross_table", "scott"]


class Kappa(NamedTuple):
    """A kappa with its asymptotic standard error; None where all codes are the same."""

    value: float | None
    error: float | None = None


def cross_table(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Posts by what one coder and the other chose, shape (categories, categories).

    Parameters
    ----------
    one, other : ndarray, shape (posts,)
        Numbers of categories; posts where either is NaN are left out.
    """
    both = ~(np.isnan(one) | np.isnan(other))
    values = np.unique([one[both], other[both]])
    places = (np.searchsorted(values, one[both]), np.searchsorted(values, other[both]))
    table = np.zeros((len(values), len(values)))
    np.add.at(table, places, 1)
    return table


def cohen(table: NDArray[np.float64]) -> Kappa:
    """Cohen's kappa of two coders.

    Parameters
    ----------
    table : ndarray, shape (categories, categories)
        Posts by the one coder's category (rows) and the other's (columns).

    Raises
    ------
    InputError
        If no post was coded by both.

    References
    ----------
    Cohen (1960), doi:10.1177/001316446002000104; standard error: Fleiss, Cohen and Everitt (1969),
    doi:10.1037/h0028106, formula 13.

    Examples
    --------
    >>> kappa = cohen(np.array([[20, 5], [10, 15]], float))
    >>> round(kappa.value, 4), round(kappa.error, 4)
    (0.4, 0.127)
    """
    share = _shares(table)
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    chance = float(rows @ columns)
    if chance >= 1:
        return Kappa(None)
    kappa = float((np.trace(share) - chance) / (1 - chance))
    own = np.diag(share) @ (1 - (rows + columns) * (1 - kappa)) ** 2
    apart = share * (columns[:, None] + rows[None, :]) ** 2
    other = (1 - kappa) ** 2 * (apart.sum() - np.trace(apart))
    spread = own + other - (kappa - chance * (1 - kappa)) ** 2
    return Kappa(kappa, sqrt(max(0.0, float(spread)) / table.sum()) / (1 - chance))


def scott(table: NDArray[np.float64]) -> float | None:
    """Scott's pi: chance by the categories' share over both coders; None where all codes are the same.

    References
    ----------
    Scott (1955), Public Opinion Quarterly 19:321-325, doi:10.1086/266577.
    """
    share = _shares(table)
    chance = float(((share.sum(axis=1) + share.sum(axis=0)) ** 2).sum() / 4)
    return None if chance >= 1 else float((np.trace(share) - chance) / (1 - chance))


def _shares(table: NDArray[np.float64]) -> NDArray[np.float64]:
    total = table.sum()
    if not total:
        raise InputError("the two coders share no post; let both judge the same sample")
    return np.asarray(table / total)
