"""Reciprocity: how often a tie is returned, in three definitions that must not be mixed up."""

from typing import NamedTuple

import numpy as np

from bedside.measure.graphs.edges import Edges

__all__ = ["Reciprocity", "reciprocity", "returned"]


class Reciprocity(NamedTuple):
    """How often ties are returned; None where the definition has nothing to divide by.

    Attributes
    ----------
    edge : float or None
        Ties that are returned, of all ties: each returned pair counts twice, above and below.
    dyad : float or None
        Pairs with ties both ways, of pairs with a tie.
    rho : float or None
        Garlaschelli and Loffredo: above 0 more ties are returned than chance would at this density, below 0 fewer.
        (edge - density) / (1 - density), where density is the ties among all possible ones.
    """

    edge: float | None
    dyad: float | None
    rho: float | None


def returned(edges: Edges) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Whether each tie is returned, shape (m,)."""
    nodes = max(edges.nodes, 1)
    there = edges.source * nodes + edges.target  # sorted, since edges are
    back = edges.target * nodes + edges.source
    if not len(there):
        return np.zeros(0, bool)
    at = np.minimum(np.searchsorted(there, back), len(there) - 1)
    return np.asarray(there[at] == back)


def reciprocity(edges: Edges) -> Reciprocity:
    """How often ties are returned, by three definitions.

    Parameters
    ----------
    edges : Edges
        Weights do not count.

    References
    ----------
    Wasserman and Faust (1994), Social Network Analysis, 13.1 (edge and dyad); Garlaschelli and Loffredo (2004),
    Physical Review Letters 93:268701, doi:10.1103/PhysRevLett.93.268701, equation 4.

    Examples
    --------
    >>> from bedside.measure.graphs.edges import make_edges
    >>> [round(r, 3) for r in reciprocity(make_edges([0, 1, 1], [1, 0, 2], nodes=3))]
    [0.667, 0.5, 0.333]
    """
    ties = len(edges.source)
    if not ties:
        return Reciprocity(None, None, None)
    both = int(returned(edges).sum())
    edge = both / ties
    density = ties / (edges.nodes * (edges.nodes - 1))
    return Reciprocity(
        edge=edge,
        dyad=(both // 2) / (ties - both // 2),
        rho=None if density == 1 else (edge - density) / (1 - density),
    )
