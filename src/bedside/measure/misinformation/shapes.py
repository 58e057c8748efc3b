"""Shapes: how cascades of claims grow, compared at equal size, and where a platform makes stars of them all."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows, count_rows, evidence_id, evidence_of
from bedside.measure.exchange.making import make_post_shares
from bedside.measure.graphs.cascades import FEWEST as FEWEST_POSTS
from bedside.measure.graphs.cascades import Cascades, grow_cascades
from bedside.measure.making import NOT_CHECKED
from bedside.measure.misinformation.claims import ANY, FEWEST, shown_claims, under_any
from bedside.measure.misinformation.medians import median_of_posts
from bedside.measure.statistics.matched import compare_matched
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["SHAPES", "cascades", "matched", "stars"]

SHAPES = ("size", "depth", "breadth", "virality")
UNTRUE = ("false", "misleading")
MEMBERS = Aggregate(
    name="cascades of claims",
    needs=("claim_posts",),
    sql="SELECT claim, start_key, post_key, parent_key, platform FROM claim_posts ORDER BY claim, start_key, level, post_key",
)
_STARTS = "SELECT post_key, account_key, claim, platform FROM claim_posts WHERE level = 0"
_GROWN = "SELECT claim, start_key FROM claim_posts WHERE level = 1 GROUP BY claim, start_key"


class _Grown(NamedTuple):
    """Cascades of two posts and more, one entry each."""

    claim: list[str]
    platform: list[str]
    shape: dict[str, list[float]]


def _grown(ask: Ask) -> _Grown:
    table = ask(MEMBERS, {})
    claim, _, post, parent, platform = (column.to_pylist() for column in table.columns)
    place = {(c, key): at for at, (c, key) in enumerate(zip(claim, post, strict=True))}
    above = [place.get((c, key), -1) for c, key in zip(claim, parent, strict=True)]
    trees: Cascades = grow_cascades(np.array(above, np.int64))
    held = np.flatnonzero(trees.size > 1)
    roots = trees.root[held].tolist()
    columns = (trees.size, trees.depth, trees.breadth, trees.virality)
    shape = {
        name: column[held].astype(float).tolist()
        for name, column in zip(SHAPES, columns, strict=True)
    }
    return _Grown([claim[at] for at in roots], [platform[at] for at in roots], shape)


def _rows() -> Rows:
    """First posts of cascades of two posts and more, under their claim and under any."""
    grown = f"SELECT s.* FROM ({_STARTS}) s JOIN ({_GROWN}) g ON g.start_key = s.post_key AND g.claim = s.claim"  # noqa: S608
    return Rows(sql=under_any(grown, "platform"), keys=("claim", "platform"))


def cascades(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Shapes of cascades: `misinformation.cascades`, keys {"claim", "platform", "shape"}; claim `any`: of all claims.

    Median over cascades of two posts and more (size, depth, breadth, structural virality); first posts are the evidence.
    A median tells little where cascades differ in size, see `misinformation.matched`. From eight accounts on that began one.
    """
    shown = shown_claims(ask)
    if not shown:
        return []
    grown, rows = _grown(ask), _rows()
    counts = count_rows(ask, rows, "cascades")
    figures = []
    for claim, platform in sorted(counts, key=lambda key: (key[0] != ANY, key)):
        count = counts[claim, platform]
        if claim not in (ANY, *shown) or count.accounts < FEWEST:
            continue
        held = [
            at
            for at, (c, p) in enumerate(zip(grown.claim, grown.platform, strict=True))
            if p == platform and (c == claim or (claim == ANY and c in shown))
        ]
        for shape in SHAPES:
            row_keys = {"claim": claim, "platform": platform}
            figures.append(
                median_of_posts(
                    "misinformation.cascades",
                    row_keys | {"shape": shape},
                    [grown.shape[shape][at] for at in held],
                    count=count,
                    evidence=evidence_of(context, rows, keys=row_keys),
                    over="over cascades of two collected posts and more, a post that begins one for several claims once for each",
                    limits="posts that were not collected are in none",
                )
            )
    return figures


def stars(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Where a platform makes stars: `misinformation.stars`, keys {"platform"}.

    Posts that hang on the first post itself, of all posts below first posts, in cascades of three posts and more.
    Near 1 the platform ties everything to the first post: depth and virality then say how records are kept.
    """
    large = f"""
SELECT claim, start_key FROM claim_posts GROUP BY claim, start_key HAVING COUNT(*) >= {FEWEST_POSTS}"""  # noqa: S608
    below = f"""
SELECT p.post_key, p.account_key, p.platform, p.level, p.start_key FROM claim_posts p
JOIN ({large}) g ON g.start_key = p.start_key AND g.claim = p.claim WHERE p.level > 0"""  # noqa: S608
    of_rows = Rows(sql=below, keys=("platform",))
    rows = Rows(sql=f"SELECT * FROM ({below}) b WHERE level = 1", keys=("platform",))  # noqa: S608
    there = [platform for (platform,) in count_rows(ask, of_rows, "cascades by platform")]
    return make_post_shares(
        ask,
        context,
        "misinformation.stars",
        rows=rows,
        of_rows=of_rows,
        cells=[{"platform": platform} for platform in there],
        voices=("start_key",),
        what="posts that hang on the first post itself, of posts below first posts, in cascades of three posts and more, "
        "clustered by cascade",
    )


def matched(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Whether untrue claims spread otherwise at equal size: `misinformation.matched`, keys {"shape", "against"}.

    Mean depth, breadth and virality of cascades of claims that the knowledge base calls false or misleading, less that of
    claims it calls true, within platform and size. Verdicts are those of published sources. Refused under five claims
    on either side.
    """
    if not shown_claims(ask):
        return []
    grown = _grown(ask)
    sides = [_side(context.verdicts, claim) for claim in grown.claim]
    held = [at for at, side in enumerate(sides) if side is not None]
    strata = [(grown.platform[at], grown.shape["size"][at]) for at in held]
    rows = {side: _of_claims(context.verdicts, side) for side in (True, False)}
    counts = [count_rows(ask, rows[side], "cascades by verdict").get(()) for side in (True, False)]
    first, second = counts
    evidence = evidence_of(context, rows[True], rows[False], keys={})
    figures = []
    for shape in SHAPES[1:]:
        told = compare_matched(
            [grown.shape[shape][at] for at in held],
            [bool(sides[at]) for at in held],
            strata,
            [grown.claim[at] for at in held],
        )
        keys = {"shape": shape, "against": "true"}
        figures.append(
            Figure(
                id=evidence_id("misinformation.matched", keys, evidence),
                measure="misinformation.matched",
                keys=keys,
                unit="posts",
                estimate=None if told.refused else told.difference,
                low=told.low,
                high=told.high,
                hits_accounts=first.accounts if first else 0,
                hits_posts=first.posts if first else 0,
                of_accounts=second.accounts if second else 0,
                of_posts=second.posts if second else 0,
                no_author=first.no_author if first else 0,
                basis="machine",
                method=f"mean of cascades of claims called false or misleading less that of claims called true, within platform and size "
                f"({told.first} and {told.second} cascades found a match); jackknife over claims, {NOT_CHECKED}",
                refused=told.refused,
                evidence=evidence,
            )
        )
    return figures


def _side(verdicts: Mapping[str, str], claim: str) -> bool | None:
    """True: untrue; False: true; None: unproven, or not in the knowledge base."""
    verdict = verdicts.get(claim, "")
    if verdict in UNTRUE:
        return True
    return False if verdict == "true" else None


def _of_claims(verdicts: Mapping[str, str], untrue: bool) -> Rows:
    """First posts of grown cascades of the claims on one side."""
    claims: Sequence[Any] = sorted(c for c in verdicts if _side(verdicts, c) is untrue)
    name = "untrue" if untrue else "true"
    listed = ", ".join(f"$c_{name}_{at}" for at in range(len(claims))) or "NULL"
    return Rows(
        sql=f"SELECT post_key, account_key FROM ({_rows().sql}) r WHERE claim IN ({listed})",  # noqa: S608
        params={f"c_{name}_{at}": claim for at, claim in enumerate(claims)},
    )
