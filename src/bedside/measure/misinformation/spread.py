"""Spread: which posts word, answer or pass on a claim, as trees that begin where it is first worded."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bedside.measure.graphs.cascades import grow_cascades
from bedside.measure.told import asserted, listed
from bedside.store.stages import Aggregate, Ask
from bedside.store.views import CLAIM_POSTS

__all__ = ["STANCES", "find_claim_posts"]

Ints = npt.NDArray[np.int64]
STANCES = ("repeats", "questions", "corrects", "mocks")
LINKS = ("reply", "response", "video_reply", "quote", "stitch", "duet", "repost", "crosspost")
"""Ties that carry a claim on; of several of one post the first of these counts."""

MARKED = Aggregate(
    name="posts with a claim",
    needs=("corpus", "corpus_marks"),
    sql=f"""
SELECT c.post_key, c.account_key, c.platform, m.concept_id AS claim, MIN(m.code) AS stance
FROM corpus c JOIN corpus_marks m ON m.post_key = c.post_key
WHERE m.layer = 'claim' AND m.code IN {listed(STANCES)} AND m.concept_id IS NOT NULL AND {asserted("m")}
GROUP BY c.post_key, c.account_key, c.platform, m.concept_id ORDER BY m.concept_id, c.post_key""",  # noqa: S608
)
"""Where several makers see several stances, the first by name counts: what is corrected or questioned is not repeated."""
_RANK = (
    "CASE kind " + " ".join(f"WHEN '{kind}' THEN {at}" for at, kind in enumerate(LINKS)) + " END"
)
TIED = Aggregate(
    name="ties that carry claims",
    needs=("interactions",),
    sql=f"""
SELECT post_key, account_key, kind, target_key FROM (
  SELECT post_key, account_key, kind, target_key,
    ROW_NUMBER() OVER (PARTITION BY post_key ORDER BY {_RANK}, target_key) AS place
  FROM interactions WHERE target_collected AND target_key <> post_key AND kind IN {listed(LINKS)}) t
WHERE place = 1 ORDER BY post_key""",  # noqa: S608
)


def find_claim_posts(ask: Ask) -> pa.Table:
    """The table `claim_posts`: every post of every cascade of a claim.

    Parameters
    ----------
    ask : Ask
        Over corpus, corpus_marks and interactions.

    Returns
    -------
    pyarrow.Table
        Schema `CLAIM_POSTS`, by claim and post. A cascade begins with a post of the corpus that words or answers the
        claim while nothing above it does; all that answers it, quotes it or passes it on belongs to it, directly or
        through others, whether or not it words the claim again (`stance` is then null). Each post hangs on one other;
        circles are opened; times are not looked at, since clocks differ.
    """
    marked = ask(MARKED, {}).to_pylist()
    if not marked:
        return CLAIM_POSTS.empty_table()
    ties = ask(TIED, {})
    keys, parent, kind, account = _forest(ties, [row["post_key"] for row in marked])
    grown = grow_cascades(parent)
    place = {key: at for at, key in enumerate(keys)}
    order = np.lexsort((grown.level, grown.tree))
    first = np.concatenate([[0], np.cumsum(grown.size)])
    rows: list[dict[str, Any]] = []
    above = np.where(grown.level == 0, -1, parent)  # circles stay open
    for claim, said in _by_claim(marked):
        stances = {place[row["post_key"]]: row for row in said}
        trees = np.unique(grown.tree[list(stances)])
        members = np.concatenate([order[first[t] : first[t + 1]] for t in trees])
        rows += _cascades(claim, stances, members.tolist(), above, keys, kind, account)
    rows.sort(key=lambda row: (row["claim"], row["post_key"]))
    return pa.Table.from_pylist(rows, schema=CLAIM_POSTS)


def _forest(
    ties: pa.Table, marked: Sequence[str]
) -> tuple[list[str], Ints, list[str], list[str | None]]:
    """Posts with the place of what each hangs on, the kind of that tie, and the account."""
    child, target = ties["post_key"].to_pylist(), ties["target_key"].to_pylist()
    keys = list(dict.fromkeys((*child, *target, *marked)))
    place = {key: at for at, key in enumerate(keys)}
    parent = np.full(len(keys), -1, np.int64)
    parent[: len(child)] = [place[key] for key in target]
    beyond = len(keys) - len(child)
    kinds = [*ties["kind"].to_pylist(), *["start"] * beyond]
    return keys, parent, kinds, [*ties["account_key"].to_pylist(), *[None] * beyond]


def _by_claim(marked: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in marked:
        found.setdefault(row["claim"], []).append(row)
    return list(found.items())


def _cascades(
    claim: str,
    stances: dict[int, dict[str, Any]],
    members: list[int],
    above: Ints,
    keys: list[str],
    kind: list[str],
    account: list[str | None],
) -> list[dict[str, Any]]:
    """Rows of one claim; `members` are its trees' posts, those nearer the first post before those farther off."""
    start: dict[int, int] = {}
    level: dict[int, int] = {}
    rows = []
    for at in members:
        over = int(above[at])
        if over in start:
            start[at], level[at] = start[over], level[over] + 1
        elif at in stances:
            start[at], level[at] = at, 0
        else:
            continue
        said = stances.get(at)
        inner = level[at] > 0
        rows.append({
            "post_key": keys[at],
            "account_key": said["account_key"] if said else account[at],
            "claim": claim,
            "stance": said["stance"] if said else None,
            "start_key": keys[start[at]],
            "parent_key": keys[over] if inner else None,
            "level": level[at],
            "via": kind[at] if inner else "start",
            "platform": stances[start[at]]["platform"],
        })  # fmt: skip
    return rows
