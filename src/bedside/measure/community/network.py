"""The network of accounts for tools that draw graphs: renamed by lot, without text, times or handles."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bedside.measure.graphs.centrality import (
    core_numbers,
    degrees,
    hubs_and_authorities,
    page_rank,
)
from bedside.measure.graphs.closure import closure
from bedside.measure.graphs.distances import betweenness
from bedside.measure.interactions import read_ties
from bedside.measure.roles import roles_of
from bedside.store.stages import Aggregate, Ask

__all__ = ["AccountNode", "account_network"]

HELD = Aggregate(
    name="roles and communities",
    needs=("corpus", "corpus_marks", "communities"),
    sql=f"""
SELECT m.account_key, m.community, r.role FROM communities m LEFT JOIN ({roles_of("account_key")}) r
  ON r.account_key = m.account_key
WHERE m.account_key IS NOT NULL ORDER BY m.account_key""",  # noqa: S608
)


class AccountNode(NamedTuple):
    """An account as a node: its number by lot, role, community, and how it is tied.

    `between`: how many shortest ways between two others lead through it; `clustering`: of the pairs of accounts it is
    tied to, those tied to each other.
    """

    number: int
    role: str
    community: str
    answered_by: int
    answers: int
    core: int
    page_rank: float
    hub: float
    authority: float
    between: float
    clustering: float


def account_network(
    ask: Ask, order: Sequence[int] | None = None
) -> tuple[list[AccountNode], list[tuple[int, int, int]]]:
    """Accounts and ties between them.

    Parameters
    ----------
    ask : Ask
    order : sequence of int, optional
        New numbers of the accounts, drawn by the caller and kept nowhere, so that no number leads back to a key; by default
        drawn here.

    Returns
    -------
    list of AccountNode
        By number.
    list of (int, int, int)
        Who answers, whom, in how many posts; sorted.

    Notes
    -----
    Who knows some of the ties can find people in a network without names (Narayanan and Shmatikov 2009, IEEE Symposium on
    Security and Privacy, 173-187): such a network never leaves the house.
    """
    ties = read_ties(ask)
    held = {row["account_key"]: row for row in ask(HELD, {}).to_pylist()}
    numbers = np.asarray(
        np.random.default_rng().permutation(ties.edges.nodes) if order is None else order, np.int64
    )
    answered, answering = degrees(ties.edges)
    core = core_numbers(ties.edges)
    numbers_of = (
        page_rank(ties.edges),
        *hubs_and_authorities(ties.edges),
        betweenness(ties.edges),
        closure(ties.edges).clustering,
    )
    nodes = [
        AccountNode(
            int(numbers[at]),
            held.get(account, {}).get("role") or "unclear",
            held.get(account, {}).get("community") or "",
            int(answered[at]),
            int(answering[at]),
            int(core[at]),
            *(float(values[at]) for values in numbers_of),
        )
        for at, account in enumerate(ties.accounts)
    ]
    pairs = zip(
        numbers[ties.edges.source].tolist(),
        numbers[ties.edges.target].tolist(),
        ties.edges.weight.tolist(),
        strict=True,
    )
    return sorted(nodes), sorted(pairs)
