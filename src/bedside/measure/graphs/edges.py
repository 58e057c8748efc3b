"""Edge lists: distinct ties between numbered nodes with their weights, and the sparse matrices made from them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from bedside.errors import InputError

__all__ = ["Edges", "Floats", "Ints", "adjacency", "make_edges", "undirected"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Edges(NamedTuple):
    """Distinct directed ties, in order of source and target.

    Attributes
    ----------
    nodes : int
        Nodes are numbered 0 .. nodes - 1; a node may have no tie.
    source, target : numpy.ndarray of int, shape (m,)
        Never equal: a tie to oneself is none.
    weight : numpy.ndarray of int, shape (m,)
        How often the tie was seen, at least 1.
    """

    nodes: int
    source: Ints
    target: Ints
    weight: Ints


def make_edges(
    source: npt.ArrayLike, target: npt.ArrayLike, *, nodes: int, weight: npt.ArrayLike | None = None
) -> Edges:
    """Distinct ties from rows in any order; rows of one tie are added up, ties to oneself are left out.

    Parameters
    ----------
    source, target : array_like of int, shape (rows,)
        Each in 0 .. nodes - 1.
    nodes : int
        At least 0.
    weight : array_like of int, shape (rows,), optional
        1 each by default.

    Returns
    -------
    Edges

    Raises
    ------
    InputError
        If the arrays differ in length, a node is outside its range, or a weight is below 1.

    Examples
    --------
    >>> edges = make_edges([0, 1, 0, 2], [1, 0, 1, 2], nodes=3)
    >>> edges.source.tolist(), edges.target.tolist(), edges.weight.tolist()
    ([0, 1], [1, 0], [2, 1])
    """
    one, other = np.asarray(source, np.int64), np.asarray(target, np.int64)
    counts = np.ones(len(one), np.int64) if weight is None else np.asarray(weight, np.int64)
    _check(one, other, counts, nodes)
    kept = one != other
    pairs, counts = one[kept] * max(nodes, 1) + other[kept], counts[kept]
    order = np.argsort(pairs, kind="stable")
    pairs, counts = pairs[order], counts[order]
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    distinct = pairs[first]
    summed = np.add.reduceat(counts, first) if len(first) else counts
    return Edges(nodes, distinct // max(nodes, 1), distinct % max(nodes, 1), summed)


def _check(source: Ints, target: Ints, weight: Ints, nodes: int) -> None:
    if not len(source) == len(target) == len(weight):
        raise InputError(
            f"got {len(source)} sources, {len(target)} targets and {len(weight)} weights; a tie needs one of each"
        )
    if not len(source):
        return
    low, high = min(source.min(), target.min()), max(source.max(), target.max())
    if low < 0 or high >= nodes:
        raise InputError(
            f"ties name nodes {low} to {high}; with {nodes} nodes they are numbered 0 to {nodes - 1}"
        )
    if weight.min() < 1:
        raise InputError(f"a tie has weight {weight.min()}; a tie that was seen has at least 1")


def undirected(edges: Edges) -> Edges:
    """Ties without direction: each pair once, the lower number first, both directions added up."""
    low, high = np.minimum(edges.source, edges.target), np.maximum(edges.source, edges.target)
    return make_edges(low, high, nodes=edges.nodes, weight=edges.weight)


def adjacency(edges: Edges, *, weighted: bool = False, both: bool = False) -> sparse.csr_array:
    """Sparse matrix of shape (nodes, nodes), row = source, column = target.

    Parameters
    ----------
    weighted : bool
        Weights as values; else 1 for each tie.
    both : bool
        Symmetric: a tie in either direction is one in both; weights of both directions are added up.
    """
    if both:
        half = undirected(edges)
        rows = np.concatenate([half.source, half.target])
        columns = np.concatenate([half.target, half.source])
        weight = np.concatenate([half.weight, half.weight])
    else:
        rows, columns, weight = edges.source, edges.target, edges.weight
    values = weight.astype(np.float64) if weighted else np.ones(len(rows))
    return sparse.csr_array((values, (rows, columns)), shape=(edges.nodes, edges.nodes))
