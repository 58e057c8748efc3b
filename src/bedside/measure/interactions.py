"""Interactions: who answers, names, quotes and passes on whom, as ties between accounts."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bedside.measure.graphs.edges import Edges, make_edges
from bedside.measure.told import listed
from bedside.store.stages import Aggregate, Ask

__all__ = ["ANSWERS", "PASSED_ON", "TIES", "Ties", "between_accounts", "read_ties"]

ANSWERS = ("reply", "quote", "response", "video_reply", "stitch", "duet")
"""Kinds by which somebody says something to somebody."""
TIES = (*ANSWERS, "mention")
"""Kinds that tie two accounts: one answers the other, or names it by an id that the source gives."""
PASSED_ON = ("repost", "crosspost")
"""Kinds by which a post is passed on without a word."""


class Ties(NamedTuple):
    """Accounts, sorted, and the ties between them: node n is accounts[n]."""

    accounts: list[str]
    edges: Edges


def between_accounts(kinds: tuple[str, ...] = TIES) -> str:
    """Interactions of two known accounts. Columns as in the table `interactions` (store.views).

    An answer to oneself, one of or to somebody unknown, and one to a post that was deleted is none.
    """
    return f"""
SELECT * FROM interactions WHERE kind IN {listed(kinds)}
  AND account_key IS NOT NULL AND to_account IS NOT NULL AND account_key <> to_account"""  # noqa: S608


def read_ties(ask: Ask, kinds: tuple[str, ...] = TIES, *, about: bool = True) -> Ties:
    """Ties between accounts: from who acts to whom, weighing as many posts as there are.

    Parameters
    ----------
    ask : Ask
        Over `interactions` and `corpus`.
    kinds : tuple of str
    about : bool
        Only interactions of which one post or the other is in the corpus; else all that were collected.

    Returns
    -------
    Ties
        Empty where nobody answers anybody.
    """
    where = (
        "WHERE post_key IN (SELECT post_key FROM corpus) OR target_key IN (SELECT post_key FROM corpus)"
        if about
        else ""
    )
    sql = f"""
SELECT account_key, to_account, COUNT(DISTINCT post_key) AS posts
FROM ({between_accounts(kinds)}) i {where}
GROUP BY account_key, to_account ORDER BY account_key, to_account"""  # noqa: S608
    table = ask(Aggregate(name="ties", sql=sql, needs=("corpus", "interactions")), {})
    one, other = table["account_key"].combine_chunks(), table["to_account"].combine_chunks()
    accounts = pa.chunked_array([one, other]).unique()
    accounts = accounts.take(pc.sort_indices(accounts))
    source, target = (
        np.asarray(pc.index_in(side, value_set=accounts), np.int64) for side in (one, other)
    )
    weight = np.asarray(table["posts"], np.int64)
    edges = make_edges(source, target, nodes=len(accounts), weight=weight)
    return Ties(accounts.to_pylist(), edges)
