"""A graph with planted communities: every tie goes across communities with the same probability."""

import numpy as np

from bedside.measure.graphs.edges import Ints


def planted(
    nodes: int, groups: int, ties: int, across: float, seed: int = 1
) -> tuple[Ints, Ints, Ints]:
    """Group of each node, and sources and targets of the ties; a tie across never ends in its own group."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, nodes)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(groups + 1))
    source = rng.integers(0, nodes, ties)
    outward = rng.random(ties) < across
    goes_to = np.where(
        outward, (group[source] + rng.integers(1, groups, ties)) % groups, group[source]
    )
    sizes = starts[goes_to + 1] - starts[goes_to]
    target = order[starts[goes_to] + (rng.random(ties) * sizes).astype(np.int64)]
    return group, source, target
