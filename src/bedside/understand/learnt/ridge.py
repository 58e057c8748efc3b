"""Ridge regression on many codes at once, over sparse and dense features side by side."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from bedside.understand.learnt.features import Floats

__all__ = ["Beside", "ridge"]

Flags = npt.NDArray[np.bool_]
STEPS = 300  # of conjugate gradients; reached only where the penalty is far too small
CLOSE = 1e-4


class Beside:
    """A sparse and a dense block side by side, multiplied as one matrix."""

    def __init__(self, left: Any, right: Floats) -> None:
        self.left, self.right = left, right
        self.shape = (left.shape[0], left.shape[1] + right.shape[1])

    @cached_property
    def turned(self) -> Any:
        """Transpose of the sparse block."""
        return self.left.T.tocsr()

    def __matmul__(self, weights: Floats) -> Floats:
        columns = self.left.shape[1]
        return np.asarray(self.left @ weights[:columns] + self.right @ weights[columns:])

    def back(self, values: Floats) -> Floats:
        """Transpose times values."""
        return np.concatenate([self.turned @ values, self.right.T @ values])


def ridge(
    matrix: Any, labels: Flags, penalty: float, balance: float, close: float = CLOSE
) -> tuple[Floats, Floats]:
    """Weights and bias of a ridge regression on each column of labels (1 with, 0 without).

    Parameters
    ----------
    matrix : object with `@` and `back`
        Texts by features.
    labels : numpy.ndarray of bool
        Texts by codes.
    penalty : float
        Of the squared weights; the bias is free.
    balance : float
        See `Recipe`.
    close : float
        Residual over its start at which a solution is taken.

    Returns
    -------
    weights, bias : numpy.ndarray
        Features by codes, and one a code.

    Notes
    -----
    Weighted least squares by conjugate gradients on (X' D X + penalty I) w = X' D y, columns together.

    References
    ----------
    Hoerl and Kennard (1970), Technometrics 12:55-67; Rifkin, Yeo and Poggio (2003), Regularized least-squares
    classification; Hestenes and Stiefel (1952), J. Res. NBS 49:409-436 (conjugate gradients).
    """
    target = labels.astype(np.float64)
    edge = 0.5 / len(target)  # a fold may hold no text with the code
    share = np.clip(target.mean(axis=0), edge, 1 - edge)
    weight = np.where(labels, (0.5 / share) ** balance, (0.5 / (1 - share)) ** balance)
    weight *= len(target) / weight.sum(axis=0)
    total = weight.sum(axis=0)
    middle = (weight * target).sum(axis=0) / total

    def centred(values: Floats) -> Floats:
        return np.asarray(weight * (values - (weight * values).sum(axis=0) / total))

    def apply(w: Floats) -> Floats:
        return np.asarray(matrix.back(centred(matrix @ w)) + penalty * w)

    weights = _conjugate(apply, matrix.back(centred(target)), close)
    bias = middle - (weight * (matrix @ weights)).sum(axis=0) / total
    return weights, bias


def _conjugate(apply: Callable[[Floats], Floats], right: Floats, close: float) -> Floats:
    """Solve apply(w) = right for each column."""
    w = np.zeros_like(right)
    rest, way = right.copy(), right.copy()
    size = (rest * rest).sum(axis=0)
    goal = size * close**2
    for _ in range(STEPS):
        if (size <= goal).all():
            break
        moved = apply(way)
        step = size / np.maximum((way * moved).sum(axis=0), 1e-300)
        w += step * way
        rest -= step * moved
        new = (rest * rest).sum(axis=0)
        way = rest + (new / np.maximum(size, 1e-300)) * way
        size = new
    return w
