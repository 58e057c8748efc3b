"""Pain points: how common, how bad, how they change, what people say is behind them, and what would mend them (F33, F34, F64)."""

from math import sqrt
from typing import Any

from scipy.stats import t as student

from bedside.measure.care.aspects import CARE, VALENCES, aspect_names
from bedside.measure.care.themes import WORDS, load_themes, theme_rows
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import (
    Count,
    Rows,
    count_rows,
    evidence_id,
    evidence_of,
)
from bedside.measure.making import NOT_CHECKED, make_share
from bedside.measure.periods import dated, filled, label, month
from bedside.measure.tables import make_shares
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["ANY", "FEWEST", "MENDING", "badness", "halves", "months", "said", "told"]

ANY = "all"  # of any aspect; of any theme
FEWEST = 8  # accounts that say it of an aspect; fewer could not be shown
SHORTEST = 6  # months of posts under which halves say nothing of change
MENDING = {
    "suggestion": "remedy",
    "workaround": "workaround",
    "resource_wanted": "resource",
    "unmet_need": "need",
}
"""Codes of a post's content, and what they are to a complaint in the same post."""

_ASPECT = "SUBSTR(m.code, 1, POSITION(':' IN m.code) - 1)"
_VALENCE = "SUBSTR(m.code, POSITION(':' IN m.code) + 1)"
_SPLIT = f"""
SELECT m.post_key, m.account_key, {_ASPECT} AS aspect, {_VALENCE} AS valence
FROM corpus_marks m
WHERE m.layer = 'care' AND m.code IS NOT NULL AND {asserted("m")}"""  # noqa: S608
COMPLAINTS = f"""
SELECT DISTINCT post_key, account_key, aspect FROM ({_SPLIT}) s WHERE valence = 'complaint'
UNION ALL
SELECT DISTINCT post_key, account_key, '{ANY}' AS aspect FROM ({_SPLIT}) s WHERE valence = 'complaint'"""  # noqa: S608


def told(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Praise or complaint of anything: `care.told`, keys {"valence"}, of accounts that tell of care."""
    return make_shares(
        ask,
        context,
        "care.told",
        rows=Rows(sql=_SPLIT, keys=("valence",)),
        of_rows=Rows(sql=CARE),
        cells=[{"valence": valence} for valence in VALENCES],
        what="accounts with any praise (complaint), of accounts that tell of care",
    )


def badness(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How bad it was: `care.badness`, keys {"aspect"}, grades -5 (worst) to 5.

    Mean over accounts of the worst grade among their posts that complain of the aspect, t interval. The grade is of the
    whole post: what else it tells is in it too.
    """
    graded = f"""
SELECT c.post_key, c.account_key, c.aspect, m.value AS grade
FROM ({COMPLAINTS}) c JOIN corpus_marks m ON m.post_key = c.post_key
WHERE m.layer = 'criticality' AND m.value IS NOT NULL"""  # noqa: S608
    rows, of_rows = Rows(sql=graded, keys=("aspect",)), Rows(sql=COMPLAINTS, keys=("aspect",))
    sums = f"""
SELECT aspect, COUNT(*) AS accounts, SUM(worst) AS total, SUM(worst * worst) AS squares
FROM (SELECT aspect, account_key, CAST(MIN(grade) AS BIGINT) AS worst FROM ({graded}) g
      WHERE account_key IS NOT NULL GROUP BY aspect, account_key) w
GROUP BY aspect ORDER BY aspect"""  # noqa: S608
    found = ask(Aggregate(name="grades", sql=sums, needs=rows.needs), {}).to_pylist()
    by_aspect = {row["aspect"]: row for row in found}
    counts = (
        count_rows(ask, rows, "graded complaints"),
        count_rows(ask, of_rows, "complaints"),
    )
    return [
        _graded(context, name, by_aspect.get(name), counts, (rows, of_rows))
        for name in (ANY, *aspect_names(context))
    ]


def _graded(
    context: MeasureContext,
    aspect: str,
    sums: dict[str, Any] | None,
    counts: tuple[dict[tuple[Any, ...], Count], dict[tuple[Any, ...], Count]],
    rows: tuple[Rows, Rows],
) -> Figure:
    """Mean grade of one aspect; refused under 8 accounts."""
    keys = {"aspect": aspect}
    evidence = evidence_of(context, rows[0], rows[1], keys=keys)
    hits, of = (part.get((aspect,), Count()) for part in counts)
    n = int(sums["accounts"]) if sums else 0
    mean = wide = None
    if sums and n >= FEWEST:
        mean = int(sums["total"]) / n
        spread = max(0.0, (int(sums["squares"]) - n * mean**2) / (n - 1))
        wide = float(student.ppf(0.975, n - 1)) * sqrt(spread / n)
    return Figure(
        id=evidence_id("care.badness", keys, evidence),
        measure="care.badness",
        keys=keys,
        unit="accounts",
        estimate=mean,
        low=None if mean is None or wide is None else mean - wide,
        high=None if mean is None or wide is None else mean + wide,
        hits_accounts=hits.accounts,
        hits_posts=hits.posts,
        of_accounts=of.accounts,
        of_posts=of.posts,
        no_author=hits.no_author,
        refused="" if n >= FEWEST else f"{FEWEST} accounts with a graded complaint are needed",
        method="mean over accounts of the worst grade, -5 to 5, among posts that complain of it; t 95 % interval, "
        f"{NOT_CHECKED}",
        evidence=evidence,
    )


def _ends(ask: Ask) -> tuple[int, int] | None:
    """First and last month of dated posts, as year * 100 + month."""
    sql = f"SELECT MIN({month()}) AS first, MAX({month()}) AS last FROM corpus WHERE {dated()}"  # noqa: S608
    (row,) = ask(Aggregate(name="months of care", sql=sql, needs=("corpus",)), {}).to_pylist()
    return None if row["last"] is None else (int(row["first"]), int(row["last"]))


def _number(at: int) -> int:
    """Months since the year 0 of a month given as year * 100 + month."""
    return at // 100 * 12 + at % 100 - 1


def halves(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How it changes: `care.halves`, keys {"aspect", "valence", "half", "since"}.

    The dated months of the corpus are cut in two; `since` is the first month of the later half. Shares as in
    `care.aspects`, within each half. None under six months. Platforms and collectors change too: a difference is not
    yet a change in care.
    """
    ends = _ends(ask)
    if ends is None or _number(ends[1]) - _number(ends[0]) < SHORTEST - 1:
        return []
    middle = (_number(ends[0]) + _number(ends[1]) + 1) // 2
    cut = middle // 12 * 100 + middle % 12 + 1
    half = f"CASE WHEN {month('c.published_at')} >= {cut} THEN 'later' ELSE 'earlier' END AS half"
    sql = f"""
SELECT s.post_key, s.account_key, s.aspect, s.valence, {half}
FROM ({_SPLIT}) s JOIN corpus c ON c.post_key = s.post_key WHERE {dated("c")}"""  # noqa: S608
    of = f"""
SELECT s.post_key, s.account_key, {half}
FROM ({CARE}) s JOIN corpus c ON c.post_key = s.post_key WHERE {dated("c")}"""  # noqa: S608
    return make_shares(
        ask,
        context,
        "care.halves",
        rows=Rows(sql=sql, keys=("aspect", "valence", "half")),
        of_rows=Rows(sql=of, keys=("half",)),
        cells=[
            {"aspect": a, "valence": v, "half": h, "since": label("month", cut)}
            for a in aspect_names(context)
            for v in VALENCES
            for h in ("earlier", "later")
        ],
        what="accounts with a praise (complaint) of the aspect, of accounts that tell of care in the half",
    )


def months(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Month by month: `care.months`, keys {"valence", "month"}, of accounts that tell of care in the month."""
    ends = _ends(ask)
    if ends is None:
        return []
    sql = f"""
SELECT s.post_key, s.account_key, s.valence, {month("c.published_at")} AS month
FROM ({_SPLIT}) s JOIN corpus c ON c.post_key = s.post_key WHERE {dated("c")}"""  # noqa: S608
    rows, of_rows = Rows(sql=sql, keys=("valence", "month")), Rows(sql=sql, keys=("month",))
    counts, of = count_rows(ask, rows, "care by month"), count_rows(ask, of_rows, "months told")
    return [
        make_share(
            context,
            "care.months",
            {"valence": valence, "month": label("month", at)},
            hits=counts.get((valence, at), Count()),
            of=of.get((at,), Count()),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"valence": valence, "month": at},
            what="accounts with any praise (complaint), of accounts that tell of care in the month",
        )
        for at in filled("month", sorted(at for (at,) in of))
        for valence in VALENCES
    ]


def _said_rows(context: MeasureContext) -> str:
    """What posts say of causes and of mending. Columns post_key, account_key, kind, code."""
    coded = [code for code in MENDING if code in context.codes.get("content", ())]
    kinds = " ".join(f"WHEN '{code}' THEN '{MENDING[code]}'" for code in coded)
    parts = [theme_rows("cause", "texts")]
    for kind, code in (("remedy", "suggestion"), ("resource", "resource_wanted")):
        if code in coded:
            parts.append(f"""
SELECT r.post_key, r.account_key, r.kind, r.code FROM ({theme_rows(kind, "texts")}) r
WHERE r.post_key IN (SELECT post_key FROM wishes WHERE code = '{code}')""")  # noqa: S608
    if coded:
        parts.append(
            f"SELECT post_key, account_key, CASE code {kinds} END AS kind, '{ANY}' AS code FROM wishes"  # noqa: S608
        )
    return f"""
WITH texts AS ({WORDS} WHERE c.post_key IN (SELECT post_key FROM ({COMPLAINTS}) k)),
wishes AS (SELECT m.post_key, m.account_key, m.code FROM corpus_marks m
  WHERE m.layer = 'content' AND m.code IN {listed(coded or ("",))} AND {asserted("m")})
{" UNION ALL ".join(parts)}"""  # noqa: S608


def said(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What is said along with a complaint: `care.said`, keys {"aspect", "kind", "code"}.

    kind: cause, remedy (a wish or proposal), workaround, resource (wanted), need (unmet). Accounts that say it in a post
    that complains of the aspect, of accounts that complain of it; aspect `all`: of anything, code `all`: of any theme.
    Themes are phrases (`care/themes.toml`): what is said in other words is only under `all`. Of a single aspect only
    what at least 8 accounts say is a figure.
    """
    sql = f"""
SELECT c.post_key, c.account_key, c.aspect, s.kind, s.code
FROM ({COMPLAINTS}) c JOIN ({_said_rows(context)}) s ON s.post_key = c.post_key"""  # noqa: S608
    rows, of_rows = (
        Rows(sql=sql, keys=("aspect", "kind", "code")),
        Rows(sql=COMPLAINTS, keys=("aspect",)),
    )
    counts = count_rows(ask, rows, "said of complaints")
    of = count_rows(ask, of_rows, "complaints")
    kinds = [*(k for k in ("cause", "remedy", "resource")), "workaround", "need"]
    themes = load_themes()
    cells = {(ANY, kind, code): None for kind in kinds for code in (ANY, *themes.get(kind, {}))} | {
        key: None for key, count in counts.items() if count.accounts >= FEWEST
    }
    return [
        make_share(
            context,
            "care.said",
            {"aspect": aspect, "kind": kind, "code": code},
            hits=counts.get((aspect, kind, code), Count()),
            of=of.get((aspect,), Count()),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"aspect": aspect, "kind": kind, "code": code},
            what="accounts that say it in a post that complains of the aspect, of accounts that complain of it",
        )
        for aspect, kind, code in cells
        if (kind, code) != ("cause", ANY)
    ]
