"""Contrasts: where codes differ between platforms, and how they change over time; only where people judged.

A machine's errors differ between platforms and years as much as its codes do, so no difference or trend is given from
marks alone.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from bedside.measure.codes import APART, told_rows
from bedside.measure.context import MeasureContext
from bedside.measure.estimates.contrasts import Contrast, difference
from bedside.measure.estimates.discovery import adjust
from bedside.measure.estimates.judged import FEW_POSITIVES, LEAST_JUDGED, POWERED
from bedside.measure.evidence import Count, Rows, count_rows, evidence_id, evidence_of
from bedside.measure.judging import Asked, Found, JudgedShares
from bedside.measure.reading import read_rows
from bedside.model.figures import Figure, Judging
from bedside.store.stages import Aggregate, Ask

__all__ = ["code_differences", "code_trends", "measure_contrasts"]

PLATFORMS = Aggregate(
    name="platforms",
    needs=("corpus",),
    sql="SELECT platform, COUNT(*) AS posts FROM corpus WHERE platform IS NOT NULL GROUP BY platform ORDER BY platform",
)
DIFFERENCE = (
    "share of posts on the platform that carry the code, less the share elsewhere; judged posts, MOVER 95 % interval "
    "from both shares, clustered by account"
)
TREND = (
    "change by year of the share of posts that carry the code; prediction-powered least squares from judged posts, 95 % "
    "interval clustered by account"
)


class _Drawn(NamedTuple):
    """A contrast before it is a figure: its keys, what was asked, what people decided, and what it came to."""

    keys: dict[str, str]
    asked: Asked
    found: Found
    contrast: Contrast
    judged: tuple[int, int, int]  # posts, positives, accounts
    rows: tuple[Rows, Rows]
    row_keys: dict[str, str]
    also: str = ""  # hash of the decisions on the other side of a difference


def _sided(rows: Rows) -> Rows:
    """Rows with the side on which each post stands: `in` on the platform, `out` elsewhere."""
    sql = f"""
SELECT r.*, CASE WHEN c.platform = $platform THEN 'in' ELSE 'out' END AS side
FROM ({rows.sql}) r JOIN corpus c ON c.post_key = r.post_key"""  # noqa: S608
    return Rows(sql=sql, keys=(*rows.keys, "side"), params=rows.params)


def _worth(judged: JudgedShares, context: MeasureContext) -> list[tuple[str, list[str]]]:
    """Layers with the codes that stand on enough judged posts to be compared."""
    worth = []
    for layer, codes in context.codes.items():
        held = judged.judged_codes(layer, codes) if layer not in APART else {}
        enough = [code for code, positives in held.items() if positives >= FEW_POSITIVES]
        if enough:
            worth.append((layer, enough))
    return worth


def code_differences(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Platforms against the rest: `codes.difference`, keys {"layer", "code", "platform"}.

    Of codes that stand on 20 judged posts, on platforms with 30 judged posts there and elsewhere; p-values adjusted
    over all of them (Benjamini and Hochberg).
    """
    judged = context.judged
    if judged is None:
        return []
    names = [row["platform"] for row in ask(PLATFORMS, {}).to_pylist()]
    drawn: list[_Drawn] = []
    for layer, codes in _worth(judged, context):
        for platform in names if len(names) > 1 else ():
            drawn += _platform(judged, layer, codes, platform)
    return _figures(ask, context, "codes.difference", DIFFERENCE, drawn)


def _platform(
    judged: JudgedShares, layer: str, codes: Sequence[str], platform: str
) -> Iterable[_Drawn]:
    hits, of = _sided(told_rows((layer,))), _sided(read_rows((layer,)))
    given = {"platform": platform}
    hits = Rows(sql=hits.sql, keys=hits.keys, params=given)
    of = Rows(sql=of.sql, keys=of.keys, params=given)
    sides: dict[str, dict[str, Found]] = {"in": {}, "out": {}}
    for side, held in sides.items():
        for code in codes:
            keys = {"layer": layer, "code": code, "side": side}
            held[code] = judged.find(
                Asked(layer, (code,)), unit="posts", hits=hits, of=of, row_keys=keys
            )
            share = held[code].share
            if share is None or share.judged < LEAST_JUDGED:
                return
    for code in codes:
        here, there = sides["in"][code], sides["out"][code]
        if here.share is None or there.share is None:
            continue
        contrast = difference(here.share, there.share)
        if contrast.value is not None:
            judged_of = here.share.judged, here.share.positives, here.share.accounts
            named = {"layer": layer, "code": code, "platform": platform}
            row_keys = {"layer": layer, "code": code, "side": "in"}
            yield _Drawn(
                keys=named,
                asked=Asked(layer, (code,)),
                found=here,
                contrast=contrast,
                judged=judged_of,
                rows=(hits, of),
                row_keys=row_keys,
                also=there.decisions,
            )


def code_trends(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Change by year: `codes.trend`, keys {"layer", "code"}; the estimate is in shares a year.

    Of codes that stand on 20 judged posts; p-values adjusted over all of them (Benjamini and Hochberg).
    """
    judged = context.judged
    if judged is None:
        return []
    drawn = []
    for layer, codes in _worth(judged, context):
        hits, of = told_rows((layer,)), read_rows((layer,))
        for code in codes:
            row_keys = {"layer": layer, "code": code}
            found, contrast = judged.find_trend(
                Asked(layer, (code,)), hits=hits, of=of, row_keys=row_keys
            )
            if contrast.value is not None:
                positives = sum(present for _, present in found.decided)
                counts = len(found.decided), positives, found.voices
                drawn.append(
                    _Drawn(
                        row_keys,
                        Asked(layer, (code,)),
                        found,
                        contrast,
                        counts,
                        (hits, of),
                        row_keys,
                    )
                )
    return _figures(ask, context, "codes.trend", TREND, drawn)


def _figures(
    ask: Ask, context: MeasureContext, measure: str, method: str, drawn: Sequence[_Drawn]
) -> list[Figure]:
    """Figures of contrasts, their p-values adjusted over all that were looked at."""
    adjusted = adjust([one.contrast.p or 0.0 for one in drawn])
    said = f"{method}; false-discovery rate over {len(drawn)} comparisons (Benjamini-Hochberg)"
    return [
        _figure(ask, context, measure, said, one, p, len(drawn))
        for one, p in zip(drawn, adjusted, strict=True)
    ]


def _figure(
    ask: Ask,
    context: MeasureContext,
    measure: str,
    method: str,
    one: _Drawn,
    p: float,
    comparisons: int,
) -> Figure:
    (hits, of), contrast = one.rows, one.contrast
    counted, whole = _count(ask, hits, one.row_keys), _count(ask, of, one.row_keys)
    evidence = evidence_of(context, hits, of, keys=one.row_keys)
    evidence = msgspec.structs.replace(evidence, coders=one.found.coders)
    posts, positives, accounts = one.judged
    judging = Judging(
        sample=one.found.sample,
        layer=one.asked.layer,
        codes=one.asked.codes,
        estimator=POWERED if contrast.weight else "judged only",
        judged=posts,
        positives=positives,
        accounts=accounts,
        weight=contrast.weight,
        decisions=one.found.decisions,
        adjusted_p=p,
        comparisons=comparisons,
    )
    return Figure(
        id=evidence_id(measure, one.keys | {"decisions": one.found.decisions + one.also}, evidence),
        measure=measure,
        keys=one.keys,
        unit="posts",
        estimate=contrast.value,
        low=contrast.low,
        high=contrast.high,
        hits_accounts=counted.accounts,
        hits_posts=counted.posts,
        of_accounts=whole.accounts,
        of_posts=whole.posts,
        no_author=counted.no_author,
        basis="judged",
        method=method,
        judging=judging,
        evidence=evidence,
    )


def _count(ask: Ask, rows: Rows, row_keys: dict[str, str]) -> Count:
    """Accounts and posts of one combination of keys."""
    counts = count_rows(ask, rows, "contrast")
    return counts.get(tuple(row_keys[key] for key in rows.keys), Count())


def measure_contrasts(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Differences between platforms, and trends."""
    return [*code_differences(ask, context), *code_trends(ask, context)]
