"""Told over time: what share of those who write tells a thing, in the finest periods that show people."""

from typing import NamedTuple

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows
from bedside.measure.making import make_share
from bedside.measure.periods import dated, filled, label, month, quarter
from bedside.measure.told import asserted
from bedside.measure.trends.volume import WEEKLY
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["FOLLOWED", "Series", "period_rows", "series_of", "told_rows", "told_series"]

FOLLOWED = (
    ("search_worry", "yes"), ("care", "listening:complaint"), ("care", "access:complaint"),
    ("care", "waiting:complaint"), ("think", "doubt"), ("feel", "fear_anxiety"),
    ("do", "second_opinion"), ("info_source", "ai_assistant"), ("info_source", "social_video"),
    ("content", "adverse_reaction"), ("content", "unmet_need"),
)  # fmt: skip
"""What is followed over time: layer and code."""
KINDS = ("week", "month", "quarter")
FEWEST = 8  # accounts; fewer are a star
STARS = 0.1  # part of the periods that may be stars


class Series(NamedTuple):
    """Counts of one thing over time.

    Attributes
    ----------
    layer, code, kind : str
        What, and whether periods are weeks, months or quarters.
    periods : list of int
    hits, of : list of Count
        Those who tell it, and those who wrote.
    """

    layer: str
    code: str
    kind: str
    periods: list[int]
    hits: list[Count]
    of: list[Count]


def period_rows(kind: str) -> Rows:
    """All dated posts by period; weeks are the same set as in `trends.volume`."""
    if kind == "week":
        return WEEKLY
    sql = f"SELECT post_key, account_key, {month() if kind == 'month' else quarter()} AS period FROM corpus WHERE {dated()}"  # noqa: S608
    return Rows(sql=sql, keys=("period",))


def told_rows(kind: str) -> Rows:
    """Dated posts that tell what is followed, by period."""
    named = " OR ".join(f"(m.layer = '{layer}' AND m.code = '{code}')" for layer, code in FOLLOWED)
    of = period_rows(kind)
    return Rows(
        keys=("layer", "code", *of.keys),
        sql=f"""
SELECT p.post_key, p.account_key, m.layer, m.code, p.{of.keys[0]}
FROM ({of.sql}) p JOIN corpus_marks m ON m.post_key = p.post_key
WHERE {asserted("m")} AND ({named})""",  # noqa: S608
    )


def series_of(ask: Ask, context: MeasureContext) -> list[Series]:
    """Each thing that is followed, in the finest periods of which nine in ten hold 8 accounts that tell it."""
    known = [(layer, code) for layer, code in FOLLOWED if code in context.codes.get(layer, ())]
    found: dict[tuple[str, str], Series] = {}
    for kind in KINDS:
        if len(found) == len(known):
            break
        told = count_rows(ask, told_rows(kind), f"told by {kind}")
        wrote = {p: n for (p,), n in count_rows(ask, period_rows(kind), f"wrote by {kind}").items()}
        periods = filled(kind, sorted(wrote))
        for layer, code in known:
            hits = [told.get((layer, code, period), Count()) for period in periods]
            few = sum(h.accounts < FEWEST for h in hits)
            enough = bool(hits) and few <= max(1, STARS * len(hits))
            if enough and (layer, code) not in found:
                of = [wrote.get(period, Count()) for period in periods]
                found[layer, code] = Series(layer, code, kind, periods, hits, of)
    return [found[pair] for pair in known if pair in found]


def told_series(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What is told over time: `trends.told`, keys {"layer", "code", "period"}.

    Accounts that tell it in the period, of accounts that wrote in it; a text that was not read tells nothing here. In
    weeks, months or quarters, whichever is the finest in which nine periods in ten hold at least 8 such accounts;
    what is told too rarely even for quarters is left out.
    """
    figures = []
    for series in series_of(ask, context):
        rows, of_rows = told_rows(series.kind), period_rows(series.kind)
        for period, hits, of in zip(series.periods, series.hits, series.of, strict=True):
            figures.append(
                make_share(
                    context,
                    "trends.told",
                    {
                        "layer": series.layer,
                        "code": series.code,
                        "period": label(series.kind, period),
                    },
                    hits=hits,
                    of=of,
                    hits_rows=rows,
                    of_rows=of_rows,
                    row_keys={"layer": series.layer, "code": series.code, of_rows.keys[0]: period},
                    what="accounts that tell it in the period, of accounts that wrote in it",
                )
            )
    return figures
