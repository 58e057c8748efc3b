"""Distances: how many steps lie between two nodes, and which nodes the shortest ways lead through."""

from typing import NamedTuple

import numpy as np

from bedside.measure.graphs.components import components
from bedside.measure.graphs.edges import Edges, Floats, undirected
from bedside.measure.graphs.threaded import networkit_graph

__all__ = ["Distances", "betweenness", "distances"]

WORK = (
    20_000_000  # nodes and ties walked over: two seconds; of a larger graph fewer nodes are starts
)
FEWEST = 30  # starts
SEED = 1


class Distances(NamedTuple):
    """Steps between the nodes of the largest component, direction aside.

    Attributes
    ----------
    mean : float or None
        Over pairs of different nodes; None where no two are tied.
    longest : int or None
        The diameter where `exact`, else the longest way that was seen: it may be longer.
    exact : bool
        Whether ways were counted from every node.
    """

    mean: float | None
    longest: int | None
    exact: bool


def _starts(edges: Edges, work: int) -> int:
    """From how many nodes ways are counted."""
    return min(edges.nodes, max(FEWEST, work // max(1, edges.nodes + len(edges.source))))


def distances(edges: Edges, *, work: int = WORK) -> Distances:
    """Steps between nodes of the largest component.

    Parameters
    ----------
    work : int
        Nodes and ties that may be walked over. Where they do not allow for every node as a start, some are drawn with
        one seed, and the mean is that of a random sample of starts.

    Examples
    --------
    >>> from bedside.measure.graphs.edges import make_edges
    >>> distances(make_edges([0, 1, 4], [1, 2, 5], nodes=6))
    Distances(mean=1.3333333333333333, longest=2, exact=True)
    """
    half = undirected(edges)
    if not len(half.source):
        return Distances(None, None, exact=True)
    inside = np.flatnonzero(components(half) == 0)
    place = np.full(edges.nodes, -1, np.int64)
    place[inside] = np.arange(len(inside))
    ties = place[half.source] >= 0
    inner = Edges(
        len(inside), place[half.source[ties]], place[half.target[ties]], half.weight[ties]
    )
    many = _starts(inner, work)
    exact = many == inner.nodes
    drawn = np.random.default_rng(SEED).permutation(inner.nodes)[:many]
    total, longest = 0, 0
    with networkit_graph(inner) as (networkit, graph):
        for start in drawn.tolist():
            search = networkit.distance.BFS(graph, start, False, False)
            search.run()
            steps = np.asarray(search.getDistances(), np.int64)
            total += int(steps.sum())
            longest = max(longest, int(steps.max()))
    return Distances(total / (many * (inner.nodes - 1)), longest, exact)


def betweenness(edges: Edges, *, work: int = WORK) -> Floats:
    """How many of the shortest ways between two others lead through each node, direction aside; shared out over equal ways.

    Parameters
    ----------
    work : int
        As in `distances`; a larger graph is estimated from starts that are drawn with one seed.

    Returns
    -------
    numpy.ndarray of float, shape (nodes,)
        Each pair once.

    References
    ----------
    Freeman (1977), Sociometry 40:35-41, doi:10.2307/3033543; Brandes (2001), Journal of Mathematical Sociology
    25:163-177; Geisberger, Sanders and Schultes (2008), ALENEX, 90-100 (estimate).

    Examples
    --------
    >>> from bedside.measure.graphs.edges import make_edges
    >>> betweenness(make_edges([0, 1], [1, 2], nodes=3)).tolist()
    [0.0, 1.0, 0.0]
    """
    half = undirected(edges)
    if not len(half.source):
        return np.zeros(edges.nodes)
    many = _starts(half, work)
    with networkit_graph(half) as (networkit, graph):
        measures = networkit.centrality
        found = (
            measures.Betweenness(graph)
            if many == half.nodes
            else measures.EstimateBetweenness(graph, many)
        )
        found.run()
        return np.array(found.scores(), np.float64) / 2  # it goes from both ends of each pair
