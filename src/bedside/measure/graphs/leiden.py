"""Communities: groups of nodes with more ties among them than their numbers of ties would give, by Leiden."""

from typing import NamedTuple

import numpy as np

from bedside.measure.graphs.components import components
from bedside.measure.graphs.edges import Edges, Ints, undirected
from bedside.measure.graphs.partitions import adjusted_mutual_information, modularity
from bedside.measure.graphs.threaded import networkit_graph

__all__ = ["Communities", "find_communities"]

SEEDS = (1, 2, 3)
ROUNDS, FEWER_ROUNDS = (
    10,
    3,
)  # of Leiden: more of them gain .001 of modularity on a million ties, for three times the time
NO_BETTER = 1e-9  # of modularity: groups no better than parts without a tie between them are not parted further
MANY = 200_000  # ties from which there are fewer rounds


class Communities(NamedTuple):
    """Groups of nodes.

    Attributes
    ----------
    labels : numpy.ndarray of int, shape (nodes,)
        Number of each node's group, the largest being 0; a node without ties is a group of its own.
    modularity : float or None
        None where there are no ties.
    stability : float or None
        Mean adjusted mutual information of the groups kept with those found from the other seeds, over nodes with ties;
        None with a single seed or no ties.
    """

    labels: Ints
    modularity: float | None
    stability: float | None


def find_communities(
    edges: Edges, *, seeds: tuple[int, ...] = SEEDS, resolution: float = 1.0
) -> Communities:
    """Groups of greatest modularity found from several seeds; direction aside, ties weigh as often as they were seen.

    Parameters
    ----------
    edges : Edges
    seeds : tuple of int
        At least one. Of equally good groupings that of the earlier seed is kept.
    resolution : float
        Above 1 more and smaller groups.

    Returns
    -------
    Communities

    Notes
    -----
    Runs on one thread, so that a seed gives the same groups each time. Groups smaller than about the square root of
    twice the ties may be joined to a neighbour (the resolution limit of modularity): a small group with a clear
    boundary should be looked for by its own name as well.

    References
    ----------
    Traag, Waltman and van Eck (2019), Scientific Reports 9:5233, doi:10.1038/s41598-019-41695-z; Fortunato and
    Barthélemy (2007), PNAS 104:36-41, doi:10.1073/pnas.0605965104 (resolution limit).
    """
    tied = np.unique(np.concatenate([edges.source, edges.target]))
    if not len(tied):
        return Communities(np.arange(edges.nodes), None, None)
    half = undirected(edges)
    place = np.zeros(edges.nodes, np.int64)
    place[tied] = np.arange(len(tied))
    inner = Edges(len(tied), place[half.source], place[half.target], half.weight)
    tries = _tries(inner, seeds, resolution)
    scores = [modularity(inner, labels, resolution=resolution) or 0.0 for labels in tries]
    best = int(np.argmax(scores))
    others = [labels for n, labels in enumerate(tries) if n != best]
    agreed = [adjusted_mutual_information(tries[best], labels) for labels in others]
    kept, parts = tries[best], components(inner)
    if (modularity(inner, parts, resolution=resolution) or 0.0) > scores[best] - NO_BETTER:
        kept = parts
    labels = np.full(edges.nodes, -1, np.int64)
    labels[tied] = kept
    alone = labels < 0
    labels[alone] = kept.max() + 1 + np.arange(int(alone.sum()))
    return Communities(
        _by_size(labels),
        modularity(inner, kept),
        float(np.mean(agreed)) if agreed else None,
    )


def _tries(edges: Edges, seeds: tuple[int, ...], resolution: float) -> list[Ints]:
    rounds = ROUNDS if len(edges.source) < MANY else FEWER_ROUNDS
    found = []
    with networkit_graph(edges, weighted=True) as (networkit, graph):
        for seed in seeds:
            networkit.setSeed(seed, True)
            leiden = networkit.community.ParallelLeiden(
                graph, randomize=True, iterations=rounds, gamma=resolution
            )
            leiden.run()
            found.append(_by_size(np.array(leiden.getPartition().getVector(), np.int64)))
    return found


def _by_size(labels: Ints) -> Ints:
    """Groups renumbered, the largest 0; of equal size the one with the lowest node first."""
    _, first, dense, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    place = np.empty(len(sizes), np.int64)
    place[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return np.asarray(place[dense.ravel()])
