"""The map: what people think, feel and do in the moments of each stage (F61)."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows
from bedside.measure.making import make_share
from bedside.measure.told import asserted, read_posts, told_moments
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["journey_map", "stages"]

MAP_LAYERS = ("think", "feel", "do")


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
