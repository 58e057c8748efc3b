"""Partitions: how well groups of nodes fit the ties, how alike two groupings are, how closed a group is."""

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from bedside.errors import InputError
from bedside.measure.graphs.edges import Edges, Floats, Ints, undirected

__all__ = ["adjusted_mutual_information", "ei_index", "modularity"]


def modularity(edges: Edges, groups: npt.ArrayLike, *, resolution: float = 1.0) -> float | None:
    """Share of the ties' weight within groups, less what is expected at these degrees; direction aside.

    Parameters
    ----------
    groups : array_like of int, shape (nodes,)
    resolution : float
        Weight of what is expected.

    Returns
    -------
    float or None
        At most 1; None where there are no ties.

    References
    ----------
    Newman and Girvan (2004), Physical Review E 69:026113; Reichardt and Bornholdt (2006), Physical Review E 74:016110
    (resolution).
    """
    labels = _labels(edges, groups)
    half = undirected(edges)
    total = float(half.weight.sum())
    if not total:
        return None
    within = half.weight[labels[half.source] == labels[half.target]].sum() / total
    strength = np.bincount(half.source, half.weight, edges.nodes) + np.bincount(
        half.target, half.weight, edges.nodes
    )
    held = np.bincount(labels, strength)
    return float(within - resolution * ((held / (2 * total)) ** 2).sum())


def ei_index(edges: Edges, groups: npt.ArrayLike) -> float | None:
    """Ties between groups less ties within them, of all ties: -1 all within, 1 all between; pairs counted once.

    References
    ----------
    Krackhardt and Stern (1988), Social Psychology Quarterly 51:123-140, doi:10.2307/2786835.
    """
    labels = _labels(edges, groups)
    half = undirected(edges)
    if not len(half.source):
        return None
    outside = int((labels[half.source] != labels[half.target]).sum())
    return (2 * outside - len(half.source)) / len(half.source)


def _labels(edges: Edges, groups: npt.ArrayLike) -> Ints:
    labels = np.asarray(groups, np.int64)
    if len(labels) != edges.nodes or (len(labels) and labels.min() < 0):
        raise InputError(
            f"got {len(labels)} groups for {edges.nodes} nodes; each node needs the number of its group, from 0"
        )
    return labels


def adjusted_mutual_information(one: npt.ArrayLike, other: npt.ArrayLike) -> float:
    """How alike two groupings of the same things are: 1 the same, about 0 by chance.

    Parameters
    ----------
    one, other : array_like of int, shape (n,)
        Numbers of groups, from 0.

    Returns
    -------
    float
        Arithmetic mean of the entropies below the line. Both one single group: 1.

    Raises
    ------
    InputError
        If the two differ in length or are empty.

    References
    ----------
    Vinh, Epps and Bailey (2010), Journal of Machine Learning Research 11:2837-2854, equation 24a (expected
    information under random permutation) and table 2 (AMI sum).
    """
    first, second = (np.unique(np.asarray(x), return_inverse=True)[1].ravel() for x in (one, other))
    if len(first) != len(second) or not len(first):
        raise InputError(
            f"got groupings of {len(first)} and {len(second)} things; both must be of the same things, one at least"
        )
    n = len(first)
    rows, columns = np.bincount(first), np.bincount(second)
    pairs, both = np.unique(first * len(columns) + second, return_counts=True)
    a, b = rows[pairs // len(columns)], columns[pairs % len(columns)]
    shared = float((both / n * np.log(n * both / (a * b))).sum())
    mean = (_entropy(rows) + _entropy(columns)) / 2
    expected = _expected_information(rows, columns)
    return 1.0 if abs(mean - expected) < 1e-12 else (shared - expected) / (mean - expected)


def _entropy(sizes: Ints) -> float:
    share = sizes / sizes.sum()
    return float(-(share * np.log(share)).sum())


def _expected_information(rows: Ints, columns: Ints) -> float:
    """Mean information of two groupings of these sizes under the hypergeometric model."""
    n = int(rows.sum())
    row_sizes, row_times = np.unique(rows, return_counts=True)
    column_sizes, column_times = np.unique(columns, return_counts=True)
    total = 0.0
    for a, times in zip(row_sizes.tolist(), row_times.tolist(), strict=True):
        for b, also in zip(column_sizes.tolist(), column_times.tolist(), strict=True):
            total += times * also * _expected_cell(n, a, b)
    return total


def _expected_cell(n: int, a: int, b: int) -> float:
    k: Floats = np.arange(max(1, a + b - n), min(a, b) + 1, dtype=np.float64)
    ways = (
        gammaln(a + 1) + gammaln(b + 1) + gammaln(n - a + 1) + gammaln(n - b + 1)
        - gammaln(n + 1) - gammaln(k + 1) - gammaln(a - k + 1) - gammaln(b - k + 1) - gammaln(n - a - b + k + 1)
    )  # fmt: skip
    return float((k / n * np.log(n * k / (a * b)) * np.exp(ways)).sum())
