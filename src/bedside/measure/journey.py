"""Journey: what people think, feel and do at every stage, where they look, and how long it took."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows
from bedside.measure.judging import Asked
from bedside.measure.making import make_share
from bedside.measure.told import ALL_POSTS, asserted, listed, read_posts, told_moments
from bedside.measure.waits import time_to_diagnosis
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["first_turned", "information_sources", "journey_map", "measure_journey", "stages"]

MAP_LAYERS = ("think", "feel", "do")
ANY_STAGE = "all"


def stages(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Accounts that tell a moment at each stage group: `journey.stages`, keys {"group"}.

    Of accounts that tell any moment of their own or of someone they care for. An account may tell several:
    the shares do not add up.
    """
    told = told_moments(context.stage_groups)
    rows = Rows(sql=told, keys=("stage_group",))
    of_rows = Rows(sql=told)
    counts, of = count_rows(ask, rows, "stages"), count_all(ask, of_rows, "told moments")
    return [
        make_share(
            context,
            "journey.stages",
            {"group": group},
            hits=counts.get((group,), Count()),
            of=of,
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"stage_group": group},
            what="accounts that tell a moment at the stage, of accounts that tell a moment at any",
        )
        for group in context.stage_groups
    ]


def journey_map(ask: Ask, context: MeasureContext) -> list[Figure]:
    """The map, stage by think, feel and do: `journey.map`, keys {"group", "layer", "code"}.

    Accounts with both codes in one moment, of accounts that tell a moment at the stage in a text that was
    read for the layer. Every cell of the codebook is there, also at zero.
    """
    told = f"""
SELECT t.post_key, t.account_key, t.moment, t.stage_group, v.layer
FROM ({told_moments(context.stage_groups)}) t
JOIN ({read_posts(MAP_LAYERS)}) v ON t.post_key = v.post_key"""  # noqa: S608
    of_rows = Rows(sql=told, keys=("stage_group", "layer"))
    rows = Rows(
        keys=("stage_group", "layer", "code"),
        sql=f"""
SELECT s.post_key, s.account_key, s.stage_group, s.layer, m.code
FROM ({told}) s
JOIN corpus_marks m ON m.moment = s.moment AND m.post_key = s.post_key AND m.layer = s.layer
WHERE {asserted("m")}""",  # noqa: S608
    )
    counts, of = count_rows(ask, rows, "journey map"), count_rows(ask, of_rows, "map stages")
    return [
        make_share(
            context,
            "journey.map",
            {"group": group, "layer": layer, "code": code},
            hits=counts.get((group, layer, code), Count()),
            of=of.get((group, layer), Count()),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"stage_group": group, "layer": layer, "code": code},
            what="accounts with both codes in one moment, of accounts that tell a moment at the stage",
        )
        for group in context.stage_groups
        for layer in MAP_LAYERS
        for code in context.codes.get(layer, ())
    ]


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


def measure_journey(ask: Ask, context: MeasureContext) -> list[Figure]:
    """All figures of the journey."""
    parts = (stages, journey_map, information_sources, first_turned, time_to_diagnosis)
    return [figure for part in parts for figure in part(ask, context)]
