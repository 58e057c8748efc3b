"""networkit on one thread and with one seed, so that what is kept is the same each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from bedside.measure.graphs.edges import Edges

__all__ = ["networkit_graph"]


@contextmanager
def networkit_graph(
    half: Edges, *, seed: int = 1, weighted: bool = False
) -> Iterator[tuple[Any, Any]]:
    """The library, and a graph without direction in its form.

    Parameters
    ----------
    half : Edges
        Each pair once, as `undirected` gives them.
    seed : int
    weighted : bool
        Whether ties weigh as often as they were seen; else 1 each.
    """
    import networkit  # 0.3 s and 30 MB, and only what looks at a graph needs it

    before = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    try:
        networkit.setSeed(seed, True)
        ends = (half.source, half.target)
        pairs = (half.weight.astype(np.float64), ends) if weighted else ends
        yield (
            networkit,
            networkit.GraphFromCoo(pairs, n=half.nodes, weighted=weighted, directed=False),
        )
    finally:
        networkit.setNumberOfThreads(before)
