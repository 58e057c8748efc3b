"""Ridge and logistic regression on many codes at once, over sparse and dense features side by side."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from bedside.understand.learnt.features import Floats

__all__ = ["Beside", "logistic", "ridge"]

Flags = npt.NDArray[np.bool_]
STEPS = 300  # of conjugate gradients; reached only where the penalty is far too small
CLOSE = 1e-4  # residual over the right side at which a solution is taken
NEAR = 1e-2  # the same within a round of logistic regression
ROUNDS = 5  # of reweighting; margins move by less than a hundredth of their spread after the fourth
FLAT = 1e-3  # least weight of a text whose chance is near 0 or 1


class Beside:
    """A sparse and a dense block side by side, multiplied as one matrix."""

    def __init__(self, left: Any, right: Floats) -> None:
        self.left, self.right = left, right
        self.turned = left.T.tocsr()
        self.shape = (left.shape[0], left.shape[1] + right.shape[1])

    def __matmul__(self, weights: Floats) -> Floats:
        columns = self.left.shape[1]
        return np.asarray(self.left @ weights[:columns] + self.right @ weights[columns:])

    def back(self, values: Floats) -> Floats:
        """Transpose times values."""
        return np.concatenate([self.turned @ values, self.right.T @ values])


def ridge(matrix: Any, labels: Flags, penalty: float, balance: float) -> tuple[Floats, Floats]:
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
    return _squares(matrix, _balanced(labels, balance), target, penalty)


def logistic(matrix: Any, labels: Flags, penalty: float, balance: float) -> tuple[Floats, Floats]:
    """Weights and bias of a logistic regression on each column of labels, with a ridge penalty; as `ridge`.

    Notes
    -----
    Iteratively reweighted least squares, each round begun where the last one ended.

    References
    ----------
    Green (1984), J. R. Statist. Soc. B 46:149-192; le Cessie and van Houwelingen (1992), Applied Statistics 41:191-201.
    """
    target = labels.astype(np.float64)
    weight = _balanced(labels, balance)
    share = (weight * target).sum(axis=0) / weight.sum(axis=0)
    margin = np.tile(np.log(share / (1 - share)), (len(target), 1))
    weights, bias = np.zeros((matrix.shape[1], labels.shape[1])), margin[0]
    for _ in range(ROUNDS):
        chance = expit(margin)
        slope = np.maximum(chance * (1 - chance), FLAT)
        aim = margin + (target - chance) / slope
        weights, bias = _squares(matrix, weight * slope, aim, penalty, start=weights, close=NEAR)
        margin = matrix @ weights + bias
    return weights, bias


def _balanced(labels: Flags, balance: float) -> Floats:
    """Weight of each text for each code; see `Recipe`."""
    edge = 0.5 / len(labels)  # a fold may hold no text with the code
    share = np.clip(labels.mean(axis=0), edge, 1 - edge)
    weight = np.where(labels, (0.5 / share) ** balance, (0.5 / (1 - share)) ** balance)
    return np.asarray(weight * (len(labels) / weight.sum(axis=0)))


def _squares(
    matrix: Any,
    weight: Floats,
    target: Floats,
    penalty: float,
    *,
    start: Floats | None = None,
    close: float = CLOSE,
) -> tuple[Floats, Floats]:
    """Weights and bias of the weighted least squares with a ridge penalty, from a start if there is one."""
    total = weight.sum(axis=0)
    middle = (weight * target).sum(axis=0) / total

    def centred(values: Floats) -> Floats:
        return np.asarray(weight * (values - (weight * values).sum(axis=0) / total))

    def apply(w: Floats) -> Floats:
        return np.asarray(matrix.back(centred(matrix @ w)) + penalty * w)

    weights = _conjugate(apply, matrix.back(centred(target)), start, close)
    bias = middle - (weight * (matrix @ weights)).sum(axis=0) / total
    return weights, bias


def _conjugate(
    apply: Callable[[Floats], Floats], right: Floats, start: Floats | None, close: float
) -> Floats:
    """Solve apply(w) = right for each column."""
    w = np.zeros_like(right) if start is None else start.copy()
    rest = right.copy() if start is None else right - apply(w)
    way = rest.copy()
    size = (rest * rest).sum(axis=0)
    goal = (right * right).sum(axis=0) * close**2
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
