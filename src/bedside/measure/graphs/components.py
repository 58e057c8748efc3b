"""Components: parts of a graph between which there is no tie."""

import numpy as np
from scipy.sparse import csgraph

from bedside.measure.graphs.edges import Edges, Ints, adjacency

__all__ = ["components"]


def components(edges: Edges, *, strong: bool = False) -> Ints:
    """Number of the component of each node, the largest being 0; of equal size the one with the lowest node first.

    Parameters
    ----------
    strong : bool
        Nodes are together only where ties lead both ways; else direction does not count.

    Returns
    -------
    numpy.ndarray of int, shape (nodes,)

    Examples
    --------
    >>> from bedside.measure.graphs.edges import make_edges
    >>> components(make_edges([1, 2], [2, 3], nodes=5)).tolist()
    [1, 0, 0, 0, 2]
    """
    if not edges.nodes:
        return np.zeros(0, np.int64)
    count, labels = csgraph.connected_components(
        adjacency(edges), directed=True, connection="strong" if strong else "weak"
    )
    sizes = np.bincount(labels, minlength=count)
    first = np.full(count, edges.nodes, np.int64)
    np.minimum.at(first, labels, np.arange(edges.nodes))
    order = np.lexsort((first, -sizes))
    place = np.empty(count, np.int64)
    place[order] = np.arange(count)
    return np.asarray(place[labels])
