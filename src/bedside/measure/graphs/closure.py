"""Closure: how many of the possible ties are there, and how often those tied to one node are tied to each other."""

from typing import NamedTuple

import numpy as np

from bedside.measure.graphs.edges import Edges, Floats, Ints, undirected
from bedside.measure.graphs.threaded import networkit_graph

__all__ = ["Closure", "closure", "degree_assortativity", "density"]


class Closure(NamedTuple):
    """How closed a graph is, direction aside.

    Attributes
    ----------
    clustering : numpy.ndarray of float, shape (nodes,)
        Of the pairs of nodes tied to a node, those tied to each other; 0 where there is no pair.
    mean : float or None
        Mean of `clustering` over all nodes; None in an empty graph.
    transitivity : float or None
        The same over all pairs of the graph at once: nodes with many ties count more. None where there is no pair.
    """

    clustering: Floats
    mean: float | None
    transitivity: float | None


def closure(edges: Edges) -> Closure:
    """How often two nodes that are tied to a third are tied to each other.

    References
    ----------
    Watts and Strogatz (1998), Nature 393:440-442, doi:10.1038/30918 (clustering); Newman, Watts and Strogatz (2002),
    PNAS 99:2566-2572, doi:10.1073/pnas.012582999, equation 2 (transitivity).

    Examples
    --------
    >>> from bedside.measure.graphs.edges import make_edges
    >>> found = closure(make_edges([0, 1, 2, 2], [1, 2, 0, 3], nodes=4))
    >>> [round(c, 3) for c in found.clustering.tolist()], found.transitivity
    ([1.0, 1.0, 0.333, 0.0], 0.6)
    """
    if not edges.nodes:
        return Closure(np.zeros(0), None, None)
    with networkit_graph(undirected(edges)) as (networkit, graph):
        local = networkit.centrality.LocalClusteringCoefficient(graph, turbo=True)
        local.run()
        clustering = np.array(local.scores(), np.float64)
    degree = _degrees(edges).astype(np.float64)
    pairs = degree * (degree - 1) / 2
    return Closure(
        clustering,
        float(clustering.mean()),
        float(clustering @ pairs / pairs.sum()) if pairs.any() else None,
    )


def _degrees(edges: Edges) -> Ints:
    """Nodes tied to each node, in one direction or both."""
    half = undirected(edges)
    return np.bincount(np.concatenate([half.source, half.target]), minlength=edges.nodes)


def density(edges: Edges) -> float | None:
    """Pairs with a tie, of all pairs of nodes, direction aside; None below two nodes.

    Examples
    --------
    >>> from bedside.measure.graphs.edges import make_edges
    >>> density(make_edges([0, 1], [1, 0], nodes=3))
    0.3333333333333333
    """
    if edges.nodes < 2:
        return None
    return len(undirected(edges).source) / (edges.nodes * (edges.nodes - 1) / 2)


def degree_assortativity(edges: Edges) -> float | None:
    """Whether nodes with many ties are tied to others with many: correlation of degrees at the two ends of a tie.

    None where there is no tie or all ends have the same degree.

    References
    ----------
    Newman (2002), Physical Review Letters 89:208701, doi:10.1103/PhysRevLett.89.208701, equation 4.
    """
    half, degree = undirected(edges), _degrees(edges)
    one = np.concatenate([half.source, half.target])
    other = np.concatenate([half.target, half.source])
    if not len(one) or len(np.unique(degree[one])) < 2:
        return None
    return float(np.corrcoef(degree[one], degree[other])[0, 1])
