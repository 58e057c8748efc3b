"""The global step `communities`: groups of accounts that answer each other, with ids that are carried over."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from bedside.measure.graphs.edges import Ints
from bedside.measure.graphs.leiden import find_communities
from bedside.measure.interactions import read_ties
from bedside.store.stages import Aggregate, Ask
from bedside.store.views import COMMUNITIES

__all__ = ["Earlier", "carry_over", "communities_of", "read_earlier"]

FEWEST = 3  # accounts; two who talk are no community


class Earlier(NamedTuple):
    """Communities of the run before: id by account, and the number of the next new id."""

    held: Mapping[str, str]
    next: int


def read_earlier(table: pa.Table) -> Earlier:
    """Communities as a run before left them.

    Parameters
    ----------
    table : pyarrow.Table
        COMMUNITIES; may be empty.
    """
    pairs = zip(table["account_key"].to_pylist(), table["community"].to_pylist(), strict=True)
    held = {account: name for account, name in pairs if account is not None and name is not None}
    return Earlier(held, max(table["next"].to_pylist(), default=1))


def communities_of(ask: Ask, earlier: Earlier) -> pa.Table:
    """Communities of everybody who answers or names somebody, or is answered or named, about the study's question.

    Parameters
    ----------
    ask : Ask
        Over `interactions` and `corpus`.
    earlier : Earlier
        Whose ids are carried over.

    Returns
    -------
    pyarrow.Table
        COMMUNITIES, by account. `community` is null for groups of one or two.
    """
    ties = read_ties(ask)
    found = find_communities(ties.edges)
    ids, following = carry_over(ties.accounts, found.labels, earlier)
    accounts: list[str | None] = [*ties.accounts]
    names: list[str | None] = [ids.get(int(label)) for label in found.labels]
    if not accounts and following > 1:  # nobody is tied any more; no id is ever given twice
        accounts, names = [None], [None]
    rows = len(accounts)
    return pa.Table.from_pydict(
        {
            "account_key": accounts,
            "community": names,
            "stability": [_thousandths(found.stability)] * rows,
            "modularity": [_thousandths(found.modularity)] * rows,
            "next": [following] * rows,
        },
        schema=COMMUNITIES,
    )


def _thousandths(value: float | None) -> int | None:
    return None if value is None else round(1000 * value)


def carry_over(accounts: list[str], labels: Ints, earlier: Earlier) -> tuple[dict[int, str], int]:
    """Ids of groups: that of the earlier community with which a group shares most accounts, each once, else a new one.

    Parameters
    ----------
    accounts : list of str
    labels : numpy.ndarray of int
        Group of each account, the largest 0.
    earlier : Earlier

    Returns
    -------
    dict of int to str
        For groups of at least 3 accounts.
    int
        The number of the next new id.

    Notes
    -----
    The largest overlaps choose first; of equal ones the larger group, then the earlier id.

    Examples
    --------
    >>> was = Earlier({"a": "c4", "b": "c4", "c": "c4", "d": "c2"}, 5)
    >>> carry_over(["a", "b", "c", "x", "y", "z"], np.array([0, 0, 0, 1, 1, 1]), was)
    ({0: 'c4', 1: 'c5'}, 6)
    """
    sizes = np.bincount(labels) if len(labels) else np.zeros(0, np.int64)
    shared: dict[tuple[int, str], int] = {}
    for account, label in zip(accounts, labels.tolist(), strict=True):
        before = earlier.held.get(account)
        if before is not None and sizes[label] >= FEWEST:
            shared[label, before] = shared.get((label, before), 0) + 1
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for (label, before), _ in sorted(
        shared.items(), key=lambda item: (-item[1], item[0][0], len(item[0][1]), item[0][1])
    ):
        if label not in ids and before not in taken:
            ids[label] = before
            taken.add(before)
    following = earlier.next
    for label in range(len(sizes)):
        if sizes[label] >= FEWEST and label not in ids:
            ids[label] = f"c{following}"
            following += 1
    return ids, following


MEMBERS = Aggregate(
    name="members",
    needs=("corpus", "communities"),
    sql="""
SELECT m.community, COUNT(DISTINCT c.account_key) AS accounts
FROM communities m JOIN corpus c ON c.account_key = m.account_key
WHERE m.community IS NOT NULL GROUP BY m.community ORDER BY accounts DESC, m.community""",
)
"""Accounts of each community with a post in the corpus."""
