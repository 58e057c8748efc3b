"""Spread: which posts word, answer or pass on a claim, as trees that begin where it is first worded."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

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
    forest = _forest(ask(TIED, {}), [row["post_key"] for row in marked])
    grown = grow_cascades(forest.parent)
    said_at = _places([row["post_key"] for row in marked], forest.keys)
    order = np.lexsort((grown.level, grown.tree))
    first = np.concatenate([[0], np.cumsum(grown.size)])
    rows: list[dict[str, Any]] = []
    above = np.where(grown.level == 0, -1, forest.parent)  # circles stay open
    for claim, said in _by_claim(marked, said_at):
        trees = np.unique(grown.tree[list(said)])
        members = np.concatenate([order[first[t] : first[t + 1]] for t in trees])
        rows += _cascades(claim, said, members, above, forest)
    rows.sort(key=lambda row: (row["claim"], row["post_key"]))
    return pa.Table.from_pylist(rows, schema=CLAIM_POSTS)


class _Forest(NamedTuple):
    """Posts that are tied or word a claim: the place of what each hangs on, the kind of that tie, and the account."""

    keys: pa.Array
    parent: Ints
    kind: pa.Array
    account: pa.Array


def _forest(ties: pa.Table, marked: Sequence[str]) -> _Forest:
    """Ties come first, in their order; then posts that are only hung on or only word a claim."""
    child, target = ties["post_key"], ties["target_key"]
    keys = pa.chunked_array([*child.chunks, *target.chunks, pa.array(marked, pa.string())]).unique()
    parent = np.full(len(keys), -1, np.int64)
    parent[: len(child)] = _places(target, keys)
    return _Forest(
        keys, parent, ties["kind"].combine_chunks(), ties["account_key"].combine_chunks()
    )


def _places(wanted: pa.ChunkedArray | Sequence[str], keys: pa.Array) -> Ints:
    sought = wanted if isinstance(wanted, pa.ChunkedArray) else pa.array(wanted, pa.string())
    return np.asarray(pc.index_in(sought, value_set=keys), np.int64)


def _by_claim(
    marked: Sequence[dict[str, Any]], places: Ints
) -> list[tuple[str, dict[int, dict[str, Any]]]]:
    """Of each claim the posts that word or answer it, by their places."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for row, at in zip(marked, places.tolist(), strict=True):
        found.setdefault(row["claim"], {})[at] = row
    return list(found.items())


def _cascades(
    claim: str,
    stances: Mapping[int, Mapping[str, Any]],
    members: Ints,
    above: Ints,
    forest: _Forest,
) -> list[dict[str, Any]]:
    """Rows of one claim; `members` are its trees' posts, those nearer the first post before those farther off."""
    start: dict[int, int] = {}
    level: dict[int, int] = {}
    for at, over in zip(members.tolist(), above[members].tolist(), strict=True):
        if over in start:
            start[at], level[at] = start[over], level[over] + 1
        elif at in stances:
            start[at], level[at] = at, 0
    return [_row(claim, at, level[at], start[at], int(above[at]), stances, forest) for at in start]


def _row(
    claim: str,
    at: int,
    level: int,
    start: int,
    over: int,
    stances: Mapping[int, Mapping[str, Any]],
    forest: _Forest,
) -> dict[str, Any]:
    said = stances.get(at)
    tied = at < len(forest.kind)
    return {
        "post_key": forest.keys[at].as_py(),
        "account_key": said["account_key"]
        if said
        else forest.account[at].as_py()
        if tied
        else None,
        "claim": claim,
        "stance": said["stance"] if said else None,
        "start_key": forest.keys[start].as_py(),
        "parent_key": forest.keys[over].as_py() if level else None,
        "level": level,
        "via": forest.kind[at].as_py() if level else "start",
        "platform": stances[start]["platform"],
    }
