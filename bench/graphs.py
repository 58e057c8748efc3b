"""A million accounts and five million ties: communities, PageRank, components, reciprocity and cascades; seconds and memory.

Run: python -m bench.graphs [nodes] [ties]      (by default 1000000 5000000)

Communities are planted, with a fifth of the ties across them, and found again; one account is tied to 1 % of all.
"""

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bedside.measure.graphs.cascades import grow_cascades
from bedside.measure.graphs.centrality import core_numbers, page_rank
from bedside.measure.graphs.components import components
from bedside.measure.graphs.edges import Edges, Ints, make_edges
from bedside.measure.graphs.leiden import find_communities
from bedside.measure.graphs.partitions import adjusted_mutual_information
from bedside.measure.graphs.reciprocity import reciprocity

ACROSS = 0.2  # of the ties
SIZE = 500  # accounts of a community
HUB = 100  # one account in so many is tied to the hub
ANSWERED = 0.3  # of the ties are returned


def main() -> None:
    """Print a line for each step, and the whole."""
    given = [int(word) for word in sys.argv[1:]]
    nodes, ties = given if len(given) == 2 else (1_000_000, 5_000_000)
    group, source, target = planted(nodes, ties)
    began = time.monotonic()
    edges: Edges = timed("edges", lambda: make_edges(source, target, nodes=nodes))
    print(f"{edges.nodes:,} nodes, {len(edges.source):,} ties")
    found = timed("communities", lambda: find_communities(edges))
    timed("PageRank", lambda: page_rank(edges))
    timed("core numbers", lambda: core_numbers(edges))
    timed("components", lambda: components(edges))
    timed("reciprocity", lambda: reciprocity(edges))
    timed("cascades", lambda: grow_cascades(forest(nodes)))
    whole = time.monotonic() - began
    print(
        f"whole {whole:.0f} s, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB"
    )
    alike = adjusted_mutual_information(group, found.labels)
    print(
        f"modularity {found.modularity:.3f}, seeds agree {found.stability:.3f}, planted groups found {alike:.3f}, "
        f"{len(np.unique(found.labels)):,} of {len(np.unique(group)):,}"
    )


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Do the work, and print what it took."""
    began, cpu = time.monotonic(), time.process_time()
    made = work()
    print(
        f"{name:14} {time.monotonic() - began:7.1f} s, {time.process_time() - cpu:7.1f} s of CPU",
        flush=True,
    )
    return made


def planted(nodes: int, ties: int) -> tuple[Ints, Ints, Ints]:
    """Group of each account, and who answers whom."""
    rng = np.random.default_rng(7)
    group = np.sort(rng.integers(0, max(2, nodes // SIZE), nodes))
    starts = np.searchsorted(group, np.arange(group.max() + 2))
    first = round(ties / (1 + ANSWERED)) - nodes // HUB
    source = rng.integers(0, nodes, first)
    away = (group[source] + rng.integers(1, group.max() + 1, first)) % (group.max() + 1)
    goes = np.where(rng.random(first) < ACROSS, away, group[source])
    sizes = np.maximum(starts[goes + 1] - starts[goes], 1)
    target = np.minimum(starts[goes] + (rng.random(first) * sizes).astype(np.int64), nodes - 1)
    back = rng.random(first) < ANSWERED
    hub = rng.choice(nodes, nodes // HUB, replace=False)
    sources = np.concatenate([source, target[back], hub])
    targets = np.concatenate([target, source[back], np.zeros_like(hub)])
    order = rng.permutation(nodes)  # numbers say nothing of groups
    told = np.empty(nodes, np.int64)
    told[order] = group
    return told, order[sources], order[targets]


def forest(posts: int) -> Ints:
    """Parents of as many posts: each is a root, or answers one of the last thousand; itself where it is a root."""
    rng = np.random.default_rng(8)
    own = np.arange(posts)
    back = rng.integers(1, 1000, posts)
    return np.where((rng.random(posts) < 0.05) | (back > own), own, own - back)


if __name__ == "__main__":
    main()
