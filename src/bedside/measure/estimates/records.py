"""What an estimator gives, and the checks that all of them share."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.errors import InputError

__all__ = ["Estimate", "Floats", "Groups", "as_floats", "as_groups"]

Floats = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]


class Estimate(NamedTuple):
    """An estimate, its 95 % interval and standard error.

    Attributes
    ----------
    value, low, high, error : float
        On the scale of what is estimated; not clipped to 0..1, so that published numbers are met.
    weight : float
        Weight of the machine (lambda of PPI++); 0 where the machine is not used.
    """

    value: float
    low: float
    high: float
    error: float
    weight: float = 0.0


def as_floats(name: str, values: Sequence[float] | Floats, *, least: int = 1) -> Floats:
    """Values as an array of numbers.

    Raises
    ------
    InputError
        If there are fewer than `least`, or one is missing or infinite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or len(array) < least:
        raise InputError(f"got {array.size} values of {name}; need a row of at least {least}")
    if not np.isfinite(array).all():
        raise InputError(f"{name} holds a value that is no number; leave unjudged rows out")
    return array


def as_groups(keys: Sequence[object] | npt.NDArray[np.generic], rows: int) -> Groups:
    """Number of the cluster of each row, from keys of any kind.

    Raises
    ------
    InputError
        If there are not as many keys as rows.
    """
    array = np.asarray(keys)
    if array.shape != (rows,):
        raise InputError(f"got {array.size} cluster keys for {rows} rows; every row needs one")
    return np.unique(array, return_inverse=True)[1].astype(np.int64)
