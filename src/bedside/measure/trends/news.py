"""News: hashtags, what came up lately, and what the posts say that joined since the last snapshot."""

import msgspec
import numpy as np
from scipy.special import ndtr

from bedside.measure.context import MeasureContext
from bedside.measure.estimates.discovery import adjust
from bedside.measure.evidence import Count, Rows, count_all, count_rows
from bedside.measure.making import make_count, make_share
from bedside.measure.periods import dated, label, month
from bedside.measure.told import ALL_POSTS, asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["came_up", "hashtags", "new_since", "since"]

FEWEST = 8  # accounts; what fewer use is nobody's business, and its name alone might tell who
MOST_TAGS = 30
LATELY = 6  # months
APART = ("role", "crisis", "experiencer", "stage")
FALSE_DISCOVERIES = 0.05

_TAGGED = """
SELECT c.post_key, c.account_key, LOWER(TRIM(LEADING '#' FROM h.hashtag)) AS tag
FROM corpus c JOIN post_hashtags h ON h.record_no = c.record_no"""
_NAMED = f"""
SELECT m.post_key, m.account_key, m.slot AS kind, LOWER(m.concept) AS what
FROM corpus_marks m
WHERE m.layer = 'mention' AND m.slot IN ('symptom', 'condition', 'drug', 'procedure') AND m.concept IS NOT NULL
  AND {asserted("m")}"""  # noqa: S608


def hashtags(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Hashtags in use: `trends.hashtags`, keys {"tag"}: accounts that use it, of all accounts; those of at least 8.

    The thirty of most accounts.
    """
    rows, of_rows = Rows(sql=_TAGGED, keys=("tag",)), Rows(sql=ALL_POSTS)
    counts = {tag: n for (tag,), n in count_rows(ask, rows, "hashtags").items()}
    used = sorted((-n.accounts, tag) for tag, n in counts.items() if n.accounts >= FEWEST and tag)
    of = count_all(ask, of_rows, "accounts") if used else Count()
    what = "accounts that use the hashtag, of all accounts"
    figures = [
        make_share(
            context,
            "trends.hashtags",
            {"tag": tag},
            hits=counts[tag],
            of=of,
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"tag": tag},
            what=what,
        )
        for _, tag in used[:MOST_TAGS]
    ]
    method = f"{what}; counted, Wilson 95 % interval"
    return [msgspec.structs.replace(f, basis="counted", method=method) for f in figures]


def came_up(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What came up lately: `trends.came_up`, keys {"kind", "what", "month"}.

    Symptoms, conditions, drugs, procedures and hashtags whose eighth account wrote of them in one of the last six
    months, `month`; the corpus must reach back six months more. The first single mention is nobody's business.
    """
    named = f"{_NAMED} UNION ALL SELECT post_key, account_key, 'hashtag' AS kind, tag AS what FROM ({_TAGGED}) g"  # noqa: S608
    eighth = f"""
SELECT kind, what, MAX(month) AS month
FROM (SELECT n.kind, n.what, MIN({month("c.published_at")}) AS month,
        ROW_NUMBER() OVER (PARTITION BY n.kind, n.what ORDER BY MIN(c.published_at), n.account_key) AS place
      FROM ({named}) n JOIN corpus c ON c.post_key = n.post_key
      WHERE n.account_key IS NOT NULL AND {dated("c")} GROUP BY n.kind, n.what, n.account_key) a
WHERE place = {FEWEST} GROUP BY kind, what ORDER BY kind, what"""  # noqa: S608
    rows = Rows(sql=named, keys=("kind", "what"))
    table = ask(Aggregate(name="eighth account", sql=eighth, needs=rows.needs), {}).to_pylist()
    ends = f"SELECT MIN({month()}) AS first, MAX({month()}) AS last FROM corpus WHERE {dated()}"  # noqa: S608
    (span,) = ask(Aggregate(name="months", sql=ends, needs=("corpus",)), {}).to_pylist()
    if span["last"] is None or _months(span["last"]) - _months(span["first"]) < 2 * LATELY:
        return []
    late = [r for r in table if _months(span["last"]) - _months(r["month"]) < LATELY]
    counts = count_rows(ask, rows, "named") if late else {}
    return [
        make_count(
            context,
            "trends.came_up",
            {"kind": r["kind"], "what": r["what"], "month": label("month", r["month"])},
            counts[r["kind"], r["what"]],
            rows,
            row_keys={"kind": r["kind"], "what": r["what"]},
            unit="accounts",
            method="counted; the month in which the eighth account wrote of it",
        )
        for r in late
    ]


def _months(at: int) -> int:
    return at // 100 * 12 + at % 100


def new_since(ask: Ask, context: MeasureContext) -> list[Figure]:
    """New since the last snapshot: `trends.new`, keys {"kind", "what"}.

    Told by at least 8 accounts in posts that joined since, and in no post of the last snapshot.
    """
    rows = Rows(
        keys=("kind", "what"),
        sql=f"""
SELECT n.post_key, n.account_key, n.kind, n.what FROM ({_NAMED}) n
WHERE n.what NOT IN (SELECT o.what FROM ({_NAMED}) o JOIN earlier e ON e.post_key = o.post_key)
  AND EXISTS (SELECT 1 FROM earlier)""",  # noqa: S608
    )
    counts = count_rows(ask, rows, "new since")
    return [
        make_count(
            context,
            "trends.new",
            {"kind": kind, "what": what},
            count,
            rows,
            row_keys={"kind": kind, "what": what},
            unit="accounts",
            method="counted; in no post of the last snapshot",
        )
        for (kind, what), count in counts.items()
        if count.accounts >= FEWEST
    ]


def _read_since(layers: tuple[str, ...]) -> str:
    """Posts read for each layer, before or since the last snapshot. Columns post_key, account_key, layer, side."""
    return f"""
SELECT DISTINCT c.post_key, c.account_key, v.layer, CASE WHEN e.post_key IS NULL THEN 'since' ELSE 'before' END AS side
FROM corpus c JOIN coverage v ON c.post_key = v.post_key LEFT JOIN earlier e ON e.post_key = c.post_key
WHERE v.coverage = 'done' AND v.layer IN {listed(layers)}"""  # noqa: S608


def since(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What joined since the last snapshot tells more or less of: `trends.since`, keys {"layer", "code", "side"}.

    Accounts that tell it in posts of the last snapshot (`before`) and in posts that joined (`since`), of accounts with
    posts there. Only codes whose two shares differ with false discoveries held to 5 % over all codes, each told by at
    least 8 accounts on one side.
    """
    layers = tuple(name for name in context.codes if name not in APART)
    if not layers or not count_all(ask, Rows(sql="SELECT post_key, NULL AS account_key FROM earlier"), "last snapshot").posts:  # fmt: skip
        return []
    of_rows = Rows(sql=_read_since(layers), keys=("layer", "side"))
    rows = Rows(
        keys=("layer", "code", "side"),
        sql=f"SELECT s.post_key, s.account_key, s.layer, m.code, s.side FROM ({of_rows.sql}) s "  # noqa: S608
        f"JOIN corpus_marks m ON m.post_key = s.post_key AND m.layer = s.layer WHERE m.code IS NOT NULL AND {asserted('m')}",
    )
    counts, of = count_rows(ask, rows, "told since"), count_rows(ask, of_rows, "read since")
    pairs = _differing(context, counts, of, layers)
    return [
        make_share(
            context,
            "trends.since",
            {"layer": layer, "code": code, "side": side},
            hits=counts.get((layer, code, side), Count()),
            of=of.get((layer, side), Count()),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"layer": layer, "code": code, "side": side},
            what="accounts that tell it, of accounts with posts on that side of the last snapshot; chosen with false "
            "discoveries held to 5 %",
        )
        for layer, code in pairs
        for side in ("before", "since")
    ]


def _differing(
    context: MeasureContext,
    counts: dict[tuple[str, ...], Count],
    of: dict[tuple[str, ...], Count],
    layers: tuple[str, ...],
) -> list[tuple[str, str]]:
    """Codes whose shares before and since differ, by the pooled test of two shares."""
    compared, z = [], []
    for layer in layers:
        n = [of.get((layer, side), Count()).accounts for side in ("before", "since")]
        if min(n) < FEWEST:
            continue
        for code in context.codes[layer]:
            x = [counts.get((layer, code, side), Count()).accounts for side in ("before", "since")]
            pooled = sum(x) / sum(n)
            if max(x) >= FEWEST and 0 < pooled < 1:
                error = (pooled * (1 - pooled) * (1 / n[0] + 1 / n[1])) ** 0.5
                compared.append((layer, code))
                z.append((x[1] / n[1] - x[0] / n[0]) / error)
    adjusted = adjust([float(p) for p in 2 * ndtr(-np.abs(np.array(z)))]) if z else []
    return [pair for pair, p in zip(compared, adjusted, strict=True) if p <= FALSE_DISCOVERIES]
