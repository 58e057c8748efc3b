"""Information sources: where people look at every stage, where they turned first, and what they say of it (F63)."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows
from bedside.measure.judging import Asked
from bedside.measure.making import make_share
from bedside.measure.tables import make_shares
from bedside.measure.told import ALL_POSTS, asserted, listed, read_posts, told_moments
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["SAID", "first_turned", "information_sources", "sources_said"]

ANY_STAGE = "all"
SAID = (
    ("think", "trust"), ("think", "doubt"), ("feel", "relief"), ("feel", "fear_anxiety"), ("feel", "confusion"),
    ("search_worry", "yes"), ("care", "information:praise"), ("care", "information:complaint"),
)  # fmt: skip
"""What is told of a source: layer and code, in the moment in which it is named."""


def _named(layer: str) -> str:
    """Posts that were read for a layer with what they say in it. Columns post_key, account_key, code."""
    return f"""
SELECT m.post_key, m.account_key, m.code
FROM corpus_marks m
WHERE m.layer = '{layer}' AND m.code IS NOT NULL AND {asserted("m")}"""  # noqa: S608


def information_sources(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Where information comes from: `journey.sources`, keys {"group", "code"}; group `all`: any post.

    Accounts that name the source in a post with a moment at the stage group, of accounts with such a post;
    for `all`: accounts that name it anywhere, of all accounts. Only texts that were read for it count.
    """
    layer = "info_source"
    read = read_posts((layer,))
    told = f"""
SELECT t.post_key, t.account_key, t.stage_group
FROM ({told_moments(context.stage_groups)}) t JOIN ({read}) v ON t.post_key = v.post_key
UNION ALL
SELECT c.post_key, c.account_key, '{ANY_STAGE}' AS stage_group
FROM ({ALL_POSTS}) c JOIN ({read}) v ON c.post_key = v.post_key"""  # noqa: S608
    of_rows = Rows(sql=told, keys=("stage_group",))
    rows = Rows(
        keys=("stage_group", "code"),
        sql=f"SELECT s.post_key, s.account_key, s.stage_group, n.code FROM ({told}) s "  # noqa: S608
        f"JOIN ({_named(layer)}) n ON n.post_key = s.post_key",
    )
    counts, of = count_rows(ask, rows, "sources"), count_rows(ask, of_rows, "source stages")
    return [
        make_share(
            context,
            "journey.sources",
            {"group": group, "code": code},
            hits=counts.get((group, code), Count()),
            of=of.get((group,), Count()),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"stage_group": group, "code": code},
            what="accounts that name the source, of accounts with a post at the stage"
            if group != ANY_STAGE
            else "accounts that name the source, of all accounts whose posts were read for it",
            asked=Asked(layer, (code,)) if group == ANY_STAGE else None,
        )
        for group in (ANY_STAGE, *context.stage_groups)
        for code in context.codes.get(layer, ())
    ]


def first_turned(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Where they turned first: `journey.first_turned`, keys {"code"}, of accounts that say so.

    An account that tells two illnesses may have turned to two places: the shares need not add up.
    """
    layer = "first_turned_to"
    codes = context.codes.get(layer, ())
    if not codes:
        return []
    said = f"SELECT * FROM ({_named(layer)}) n WHERE code IN {listed(codes)}"  # noqa: S608
    rows, of_rows = Rows(sql=said, keys=("code",)), Rows(sql=said)
    counts, of = count_rows(ask, rows, "first turned"), count_all(ask, of_rows, "order told")
    return [
        make_share(
            context,
            "journey.first_turned",
            {"code": code},
            hits=counts.get((code,), Count()),
            of=of,
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"code": code},
            what="accounts that turned there first, of accounts that say where they turned first",
            asked=Asked(layer, (code,), of=codes),
        )
        for code in codes
    ]


def sources_said(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What people say of a source: `journey.sources_said`, keys {"source", "layer", "code"}.

    Accounts that tell it in the moment in which they name the source (outside moments: in the post), of accounts that
    name the source in a text read for the layer. What stands beside a source need not be about it.
    """
    layers = tuple(dict.fromkeys(layer for layer, _ in SAID))
    named = f"""
SELECT s.post_key, s.account_key, s.code AS source, COALESCE(s.moment, s.post_key) AS place, v.layer
FROM corpus_marks s JOIN ({read_posts(layers)}) v ON v.post_key = s.post_key
WHERE s.layer = 'info_source' AND s.code IS NOT NULL AND {asserted("s")}"""  # noqa: S608
    rows = Rows(
        keys=("source", "layer", "code"),
        sql=f"""
SELECT n.post_key, n.account_key, n.source, n.layer, m.code
FROM ({named}) n JOIN corpus_marks m ON m.post_key = n.post_key AND m.layer = n.layer
WHERE {asserted("m")} AND COALESCE(m.moment, m.post_key) = n.place""",  # noqa: S608
    )
    return make_shares(
        ask,
        context,
        "journey.sources_said",
        rows=rows,
        of_rows=Rows(keys=("source", "layer"), sql=named),
        cells=[
            {"source": source, "layer": layer, "code": code}
            for source in context.codes.get("info_source", ())
            for layer, code in SAID
            if code in context.codes.get(layer, ())
        ],
        what="accounts that tell it in the moment in which they name the source, of accounts that name the source",
    )
