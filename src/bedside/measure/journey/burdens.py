"""Burdens: what weighs on people at each stage: progression, daily struggles, needs unmet, worry from searching (F25)."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows
from bedside.measure.judging import Asked
from bedside.measure.tables import make_shares
from bedside.measure.told import ALL_POSTS, asserted, listed, read_posts, told_moments
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["BURDENS", "SEARCHED", "burdens", "search_worry"]

ANY_STAGE = "all"
BURDENS = ("daily_struggle", "disease_progression", "unmet_need")
SEARCHED = ("search_engine", "forum_or_social", "social_video", "health_website", "ai_assistant")
"""Sources that are searched or read online."""


def _posts_by_stage(context: MeasureContext, layer: str) -> str:
    """Posts read for a layer, by the stages of their moments and under `all`. Columns post_key, account_key, stage_group."""
    return f"""
SELECT DISTINCT t.post_key, t.account_key, t.stage_group
FROM ({told_moments(context.stage_groups)}) t JOIN ({read_posts((layer,))}) v ON t.post_key = v.post_key
UNION ALL
SELECT DISTINCT c.post_key, c.account_key, '{ANY_STAGE}' AS stage_group
FROM ({ALL_POSTS}) c JOIN ({read_posts((layer,))}) v ON c.post_key = v.post_key"""  # noqa: S608


def burdens(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What weighs at each stage: `journey.burdens`, keys {"group", "code"}; group `all`: any post.

    Accounts whose post with a moment at the stage tells it, of accounts with such a post. The code is of the post, not
    of the moment: where a post tells two stages it counts at both.
    """
    codes = [code for code in BURDENS if code in context.codes.get("content", ())]
    told = _posts_by_stage(context, "content")
    rows = Rows(
        keys=("stage_group", "code"),
        sql=f"""
SELECT t.post_key, t.account_key, t.stage_group, m.code
FROM ({told}) t JOIN corpus_marks m ON m.post_key = t.post_key
WHERE m.layer = 'content' AND m.code IN {listed(BURDENS)} AND {asserted("m")}""",  # noqa: S608
    )
    return make_shares(
        ask,
        context,
        "journey.burdens",
        rows=rows,
        of_rows=Rows(keys=("stage_group",), sql=told),
        cells=[{"group": g, "code": c} for g in (ANY_STAGE, *context.stage_groups) for c in codes],
        what="accounts whose post tells it, of accounts with a post at the stage (all: with any post)",
        asked=lambda cell: (
            Asked("content", (cell["code"],)) if cell["group"] == ANY_STAGE else None
        ),
    )


def _searching(context: MeasureContext) -> str:
    """Posts that tell a search, by stage. Columns post_key, account_key, stage_group."""
    told = f"""
SELECT m.post_key FROM corpus_marks m
WHERE {asserted("m")} AND ((m.layer = 'do' AND m.code = 'searched_online')
  OR (m.layer = 'info_source' AND m.code IN {listed(SEARCHED)}) OR (m.layer = 'search_worry' AND m.code = 'yes'))"""  # noqa: S608
    return f"SELECT s.* FROM ({_posts_by_stage(context, 'search_worry')}) s WHERE s.post_key IN ({told})"  # noqa: S608


def search_worry(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Worry raised by searching: `journey.search_worry`, keys {"group"}; group `all`: any post.

    Accounts that say that searching or reading raised their worry, of accounts that tell a search, in a post with a
    moment at the stage. Said by the writers themselves; never a label on a person.
    """
    told = _searching(context)
    rows = Rows(
        keys=("stage_group",),
        sql=f"""
SELECT t.post_key, t.account_key, t.stage_group
FROM ({told}) t JOIN corpus_marks m ON m.post_key = t.post_key
WHERE m.layer = 'search_worry' AND m.code = 'yes' AND {asserted("m")}""",  # noqa: S608
    )
    return make_shares(
        ask,
        context,
        "journey.search_worry",
        rows=rows,
        of_rows=Rows(keys=("stage_group",), sql=told),
        cells=[{"group": group} for group in (ANY_STAGE, *context.stage_groups)],
        what="accounts that say that searching raised their worry, of accounts that tell a search",
    )
