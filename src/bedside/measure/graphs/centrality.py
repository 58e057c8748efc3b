"""Centrality: how many ties a node has, how much of a random reader's time it gets, how deep in the core it lies."""

import numpy as np

from bedside.errors import InputError
from bedside.measure.graphs.edges import Edges, Floats, Ints, adjacency

__all__ = ["core_numbers", "degrees", "hubs_and_authorities", "page_rank"]

ROUNDS = 500


def degrees(edges: Edges) -> tuple[Ints, Ints]:
    """Nodes that are tied to each node, and nodes that it is tied to: in-degree and out-degree, each tie once.

    Examples
    --------
    >>> from bedside.measure.graphs.edges import make_edges
    >>> [d.tolist() for d in degrees(make_edges([0, 2], [1, 1], nodes=3))]
    [[0, 2, 0], [1, 0, 1]]
    """
    return (
        np.bincount(edges.target, minlength=edges.nodes),
        np.bincount(edges.source, minlength=edges.nodes),
    )


def page_rank(
    edges: Edges, *, damping: float = 0.85, weighted: bool = False, tolerance: float = 1e-12
) -> Floats:
    """Share of a random reader's time at each node, who follows a tie or starts anew anywhere.

    Parameters
    ----------
    edges : Edges
        For an undirected graph give each tie in both directions.
    damping : float
        Probability of following a tie, 0 <= damping < 1.
    weighted : bool
        Whether ties are followed in proportion to their weights.
    tolerance : float
        Largest sum of changes in a last round.

    Returns
    -------
    numpy.ndarray of float, shape (nodes,)
        Adds up to 1; empty for an empty graph. From a node without ties the reader starts anew.

    Raises
    ------
    InputError
        If damping lies outside 0 .. 1.

    References
    ----------
    Brin and Page (1998), Computer Networks 30:107-117, doi:10.1016/S0169-7552(98)00110-X; power iteration.
    """
    if not 0 <= damping < 1:
        raise InputError(
            f"got a damping of {damping}; it is the probability of following a tie, from 0 to below 1"
        )
    if not edges.nodes:
        return np.zeros(0)
    matrix = adjacency(edges, weighted=weighted)
    out = np.asarray(matrix.sum(axis=1)).ravel()
    ends = out == 0
    share = np.where(ends, 0.0, 1 / np.where(ends, 1.0, out))
    backwards = matrix.T.tocsr()
    rank = np.full(edges.nodes, 1 / edges.nodes)
    for _ in range(ROUNDS):
        flow = backwards @ (rank * share) + rank[ends].sum() / edges.nodes
        new = damping * flow + (1 - damping) / edges.nodes
        moved = float(np.abs(new - rank).sum())
        rank = new
        if moved < tolerance:
            break
    return np.asarray(rank / rank.sum())


def hubs_and_authorities(edges: Edges, *, tolerance: float = 1e-14) -> tuple[Floats, Floats]:
    """Hubs are tied to good authorities, and good hubs are tied to authorities; where every tie goes both ways they are equal.

    Returns
    -------
    (numpy.ndarray of float, numpy.ndarray of float)
        Hub and authority of each node, shape (nodes,); each adds up to 1, or is 0 everywhere where there are no ties.

    References
    ----------
    Kleinberg (1999), Journal of the ACM 46:604-632, doi:10.1145/324133.324140; power iteration.

    Examples
    --------
    >>> from bedside.measure.graphs.edges import make_edges
    >>> hub, authority = hubs_and_authorities(make_edges([0, 1], [2, 2], nodes=3))
    >>> hub.tolist(), authority.tolist()
    ([0.5, 0.5, 0.0], [0.0, 0.0, 1.0])
    """
    if not len(edges.source):
        return np.zeros(edges.nodes), np.zeros(edges.nodes)
    matrix = adjacency(edges)
    backwards = matrix.T.tocsr()
    hub = np.full(edges.nodes, 1 / edges.nodes)
    authority = hub
    for _ in range(ROUNDS):
        authority = _shared_out(backwards @ hub)
        new = _shared_out(matrix @ authority)
        moved = float(np.abs(new - hub).sum())
        hub = new
        if moved < tolerance:
            break
    return hub, authority


def _shared_out(values: Floats) -> Floats:
    return np.asarray(values / values.sum())


def core_numbers(edges: Edges) -> Ints:
    """Largest k such that a node lies in a part where each has at least k ties within it, direction aside.

    References
    ----------
    Seidman (1983), Social Networks 5:269-287, doi:10.1016/0378-8733(83)90028-X.

    Notes
    -----
    Peeled in whole layers: nodes with fewer ties than the level go at once, as often as needed.

    Examples
    --------
    >>> from bedside.measure.graphs.edges import make_edges
    >>> core_numbers(make_edges([0, 1, 2, 2], [1, 2, 0, 3], nodes=5)).tolist()
    [2, 2, 2, 1, 0]
    """
    matrix = adjacency(edges, both=True)
    starts, neighbours = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
    left = np.diff(starts)
    core = np.zeros(edges.nodes, np.int64)
    alive = np.ones(edges.nodes, bool)
    level = 0
    going = np.flatnonzero(left <= level)
    while alive.any():
        while len(going):
            core[going] = level
            alive[going] = False
            left -= np.bincount(_of(going, starts, neighbours), minlength=edges.nodes)
            going = np.flatnonzero(alive & (left <= level))
        level = int(left[alive].min()) if alive.any() else level
        going = np.flatnonzero(alive & (left <= level))
    return core


def _of(nodes: Ints, starts: Ints, neighbours: Ints) -> Ints:
    """Neighbours of all these nodes, one after the other."""
    sizes = starts[nodes + 1] - starts[nodes]
    total = int(sizes.sum())
    if not total:
        return np.zeros(0, np.int64)
    offset = np.repeat(starts[nodes] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    return np.asarray(neighbours[np.arange(total) + offset])
