"""Structure: how closely a community is knit, how far it keeps to itself, and what those who stand between carry."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from bedside.measure.community.groups import APART, MEMBERS, named
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows, evidence_id, evidence_of
from bedside.measure.graphs.closure import closure, degree_assortativity, density
from bedside.measure.graphs.distances import betweenness, distances
from bedside.measure.graphs.edges import Edges, Ints, undirected
from bedside.measure.graphs.partitions import ei_index, modularity
from bedside.measure.interactions import Ties, read_ties
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["ALL", "structure"]

Flags = npt.NDArray[np.bool_]
ALL = "all"
"""Everybody who is tied to somebody."""
FEWEST = 8  # accounts between which anything is said
HELD = Aggregate(
    name="communities of accounts",
    needs=("communities",),
    sql="SELECT account_key, community FROM communities "
    "WHERE account_key IS NOT NULL AND community IS NOT NULL ORDER BY account_key",
)
WORDS: Mapping[str, str] = {
    "density": "pairs of accounts that are tied, of all pairs",
    "clustering": "of the pairs of accounts tied to one account, those tied to each other; mean over accounts",
    "transitivity": "of all pairs of accounts tied to one account, those tied to each other",
    "closedness": "ties to other communities less ties within, of all ties of its accounts (E-I index): -1 all within, 1 all "
    "to others",
    "assortativity": "correlation of the numbers of ties at the two ends of a tie: above 0 accounts with many ties are tied "
    "to others with many",
    "modularity": "share of ties within communities less what is expected at these numbers of ties",
    "steps": "mean number of steps between two accounts of the largest part that hangs together",
    "longest": "most steps between two of them",
    "carried": f"of the accounts that shortest ways between two others lead through, those tied to at least {APART} accounts "
    "of other communities: share of betweenness",
}


def structure(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How ties lie: `community.structure`, keys {"community", "name", "number"}; community `all`: everybody tied to somebody.

    `density`, `clustering`, `transitivity` of each community with figures of its own and of all; `closedness` of each;
    `assortativity` (of degrees), `modularity`, `steps`, `longest` and `carried` of all. Ties count once for a pair,
    direction aside. They are counted from what was collected, so no interval is given: answers that were not collected
    are missing, and make a community look looser than it is.
    """
    ties = read_ties(ask)
    whole = count_all(ask, Rows(sql=MEMBERS), "members")
    if len(ties.accounts) < FEWEST or whole.accounts < FEWEST:
        return []
    held = _groups(ask, ties)
    figures = [
        _figure(context, {"community": ALL, "name": ALL}, number, value, whole)
        for number, value in _of_all(ties.edges, held)
    ]
    counts = count_rows(ask, Rows(sql=MEMBERS, keys=("community",)), "members")
    for row in named(ask):
        name = row["community"]
        cell = {"community": name, "name": row["name"]}
        figures += [
            _figure(context, cell, number, value, counts.get((name,), Count()))
            for number, value in _of_one(ties.edges, np.array([c == name for c in held]))
        ]
    return figures


def _groups(ask: Ask, ties: Ties) -> list[str]:
    """Community of each account of the ties; an account in none is alone in its own."""
    table = ask(HELD, {})
    known = dict(zip(table["account_key"].to_pylist(), table["community"].to_pylist(), strict=True))
    return [known.get(account, account) for account in ties.accounts]


def _of_all(edges: Edges, held: list[str]) -> Iterator[tuple[str, float | None]]:
    labels = np.unique(np.array(held), return_inverse=True)[1].ravel()
    yield from _closed(edges)
    yield "assortativity", degree_assortativity(edges)
    yield "modularity", modularity(edges, labels)
    far = distances(edges)
    yield "steps", far.mean
    yield "longest", far.longest
    yield "carried", _carried(edges, labels)


def _of_one(edges: Edges, inside: Flags) -> Iterator[tuple[str, float | None]]:
    yield from _closed(_within(edges, inside))
    touching = inside[edges.source] | inside[edges.target]
    yield "closedness", ei_index(_kept(edges, touching), inside.astype(np.int64))


def _closed(edges: Edges) -> Iterator[tuple[str, float | None]]:
    closed = closure(edges)
    yield "density", density(edges)
    yield "clustering", closed.mean
    yield "transitivity", closed.transitivity


def _kept(edges: Edges, rows: Flags) -> Edges:
    return Edges(edges.nodes, edges.source[rows], edges.target[rows], edges.weight[rows])


def _within(edges: Edges, inside: Flags) -> Edges:
    """Accounts of one community, renumbered, and the ties between them."""
    place = np.cumsum(inside) - 1
    kept = _kept(edges, inside[edges.source] & inside[edges.target])
    return Edges(int(inside.sum()), place[kept.source], place[kept.target], kept.weight)


def _carried(edges: Edges, labels: Ints) -> float | None:
    """Share of all betweenness that lies on accounts tied to several of other communities; None where no way is longer than a tie."""
    half = undirected(edges)
    apart = labels[half.source] != labels[half.target]
    ends = np.concatenate([half.source[apart], half.target[apart]])
    between = np.bincount(ends, minlength=edges.nodes) >= APART
    ways = betweenness(edges)
    return float(ways[between].sum() / ways.sum()) if ways.sum() else None


def _figure(
    context: MeasureContext,
    cell: Mapping[str, str],
    number: str,
    value: float | None,
    count: Count,
) -> Figure:
    keys = {**cell, "number": number}
    rows = Rows(sql=MEMBERS) if cell["community"] == ALL else Rows(sql=MEMBERS, keys=("community",))
    evidence = evidence_of(context, rows, keys={k: cell[k] for k in rows.keys})
    return Figure(
        id=evidence_id("community.structure", keys, evidence),
        measure="community.structure",
        keys=keys,
        unit="accounts",
        estimate=None if value is None else float(value),
        hits_accounts=count.accounts,
        hits_posts=count.posts,
        no_author=count.no_author,
        basis="counted",
        method=f"{WORDS[number]}; counted from the ties that were collected",
        refused="" if value is not None else "too few ties",
        evidence=evidence,
    )
