"""Groups of directions: spherical k-means, how stable it is, and which group of now is which group of before."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

__all__ = [
    "BLOCK",
    "Cosines",
    "adjusted_rand",
    "find_groups",
    "matched",
    "nearest",
    "stability",
    "summed",
]

Vectors = npt.NDArray[np.float32]
Labels = npt.NDArray[np.integer[Any]]
"""Number of the group of each vector."""
Cosines = npt.NDArray[np.float32]
ROUNDS = 30
CANDIDATES = 5  # vectors weighed for each further centre at the start
BLOCK = 8192  # rows multiplied at once


def nearest(vectors: Vectors, centres: Vectors) -> tuple[Labels, Cosines]:
    """Number of the nearest centre of each vector, and the cosine to it."""
    labels = np.zeros(len(vectors), np.int64)
    cosines = np.zeros(len(vectors), np.float32)
    for first in range(0, len(vectors), BLOCK):
        near = vectors[first : first + BLOCK] @ centres.T
        labels[first : first + BLOCK] = near.argmax(axis=1)
        cosines[first : first + BLOCK] = near.max(axis=1)
    return labels, cosines


def find_groups(vectors: Vectors, count: int, seed: int) -> tuple[Labels, Vectors]:
    """Spherical k-means.

    Parameters
    ----------
    vectors : numpy.ndarray of float32, shape (n, d)
        Each of length 1.
    count : int
        Groups, at most n.
    seed : int

    Returns
    -------
    labels : numpy.ndarray of int, shape (n,)
    centres : numpy.ndarray of float32, shape (count, d)
        Each of length 1. A group that ran empty begins anew at the vector that fits worst.

    References
    ----------
    Dhillon and Modha (2001), Machine Learning 42:143-175; Arthur and Vassilvitskii (2007), SODA, 1027-1035 (start).
    """
    centres = _start(vectors, count, np.random.default_rng(seed))
    labels: Labels = np.full(len(vectors), -1, np.int64)
    for _ in range(ROUNDS):
        new, cosines = nearest(vectors, centres)
        if (new == labels).all():
            break
        labels = new
        sums = summed(vectors, labels, count)
        length = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
        worst = iter(np.argsort(cosines, kind="stable"))
        for group in np.flatnonzero(length[:, 0] < 1e-9):
            sums[group] = vectors[next(worst)]
            length[group] = 1
        centres = np.asarray(sums / length, np.float32)
    return labels, centres


def summed(vectors: npt.NDArray[Any], labels: Labels, count: int) -> npt.NDArray[np.float64]:
    """Sum of the vectors of each group, added in their order: the same to the last digit wherever it is computed."""
    members = np.argsort(labels, kind="stable")
    ends = np.cumsum(np.bincount(labels, minlength=count))
    ones = np.ones(len(vectors))
    which = csr_matrix((ones, members, np.append(0, ends)), shape=(count, len(vectors)))
    return np.asarray(which @ vectors, np.float64)


def _start(vectors: Vectors, count: int, rng: np.random.Generator) -> Vectors:
    """Centres to begin with: each time, of a few vectors drawn by their distance, the one that leaves least."""
    chosen = [int(rng.integers(len(vectors)))]
    away = np.maximum(1 - vectors @ vectors[chosen[0]], 0)
    for _ in range(count - 1):
        weight = away.astype(np.float64)
        total = weight.sum()
        drawn = rng.choice(len(vectors), CANDIDATES, p=weight / total if total > 1e-9 else None)
        left = np.minimum(away[:, None], np.maximum(1 - vectors @ vectors[drawn].T, 0))
        best = int(left.sum(axis=0).argmin())
        chosen.append(int(drawn[best]))
        away = left[:, best]
    return vectors[chosen].copy()


def adjusted_rand(one: Labels, other: Labels) -> float:
    """Adjusted Rand index of two groupings of the same things: 1 the same, about 0 by chance.

    References
    ----------
    Hubert and Arabie (1985), Journal of Classification 2:193-218, doi:10.1007/BF01908075, formula (5).

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([5, 5, 3, 3]))
    1.0
    """
    table = _crossed(one, other)
    both, rows, columns = (
        _pairs(part).sum() for part in (table, table.sum(axis=1), table.sum(axis=0))
    )
    whole = _pairs(np.array([len(one)]))[0]
    expected = rows * columns / whole if whole else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def _pairs(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return counts * (counts - 1.0) / 2


def _crossed(one: Labels, other: Labels) -> npt.NDArray[np.int64]:
    table = np.zeros((int(one.max()) + 1, int(other.max()) + 1), np.int64)
    np.add.at(table, (one, other), 1)
    return table


def stability(groupings: Sequence[Labels]) -> float:
    """Mean adjusted Rand index over all pairs of groupings."""
    return float(np.mean([adjusted_rand(a, b) for a, b in combinations(groupings, 2)]))


def matched(old: Labels, new: Labels, olds: int, news: int) -> list[int | None]:
    """For each new group the old one with which it shares most, each old one once.

    Returns
    -------
    list of int or None
        None where no old group is left, or nothing is shared.

    References
    ----------
    Kuhn (1955), Naval Research Logistics 2:83-97: the assignment that shares most in all.
    """
    table = np.zeros((news, olds), np.int64)
    np.add.at(table, (new, old), 1)
    rows, columns = linear_sum_assignment(-table)
    found: list[int | None] = [None] * news
    for row, column in zip(rows, columns, strict=True):
        if table[row, column]:
            found[row] = int(column)
    return found
