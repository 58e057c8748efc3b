"""Corrections: who corrects, with which parts, how often a claim is answered at all, and what answers a correction."""

from collections.abc import Mapping

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows, count_rows, evidence_of
from bedside.measure.exchange.making import make_post_shares
from bedside.measure.misinformation.claims import (
    ANY,
    FEWEST,
    cells_of,
    claimed,
    shown_claims,
    under_any,
)
from bedside.measure.misinformation.medians import median_of_posts
from bedside.measure.told import asserted
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["ANSWERS", "CORRECTION_PARTS", "after_corrections", "answered", "correction_parts", "reach"]  # fmt: skip

CORRECTION_PARTS = ("states_fact", "warns", "explains_fallacy", "repeats_fact")
PROFESSIONAL = "clinician"
ANSWERS = {
    "any": "TRUE",
    "corrected": "b.below = 'corrects'",
    "corrected_by_professional": f"b.below = 'corrects' AND b.below_by = '{PROFESSIONAL}'",
    "repeated": "b.below = 'repeats'",
}
"""Answers to a repeated claim, and what makes one; an answer may be of several names."""
AFTER = {"any": "TRUE"} | {
    stance: f"b.below = '{stance}'" for stance in ("repeats", "questions", "corrects")
}
"""Answers to a correction."""
_CORRECTS = f"""
SELECT c.post_key, c.account_key FROM corpus c JOIN corpus_marks m ON m.post_key = c.post_key
WHERE m.layer = 'professional_act' AND m.code = 'correction' AND {asserted("m")}"""  # noqa: S608


def correction_parts(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Which parts professionals' corrections hold (R43): `misinformation.correction_parts`, keys {"claim", "part"}.

    Posts with the part, of posts in which a professional corrects something; under a claim those that correct it. The
    parts of what others correct are not read.
    """
    corrects = (
        f"SELECT k.post_key, k.account_key, p.claim FROM ({_CORRECTS}) k JOIN claim_posts p "  # noqa: S608
        f"ON p.post_key = k.post_key AND p.stance = 'corrects' "
        f"UNION ALL SELECT post_key, account_key, '{ANY}' AS claim FROM ({_CORRECTS}) a"
    )
    holds = f"""
SELECT k.post_key, k.account_key, k.claim, m.code AS part FROM ({corrects}) k
JOIN corpus_marks m ON m.post_key = k.post_key AND m.layer = 'professional_act' AND m.slot = 'parts'"""  # noqa: S608
    claims = [ANY, *shown_claims(ask)] if count_rows(ask, Rows(sql=_CORRECTS), "corrections")[()].posts else []  # fmt: skip
    return make_post_shares(
        ask,
        context,
        "misinformation.correction_parts",
        rows=Rows(sql=holds, keys=("claim", "part")),
        of_rows=Rows(sql=corrects, keys=("claim",)),
        cells=[{"claim": claim, "part": part} for claim in claims for part in CORRECTION_PARTS],
        what="posts with this part, of posts in which a health professional corrects",
    )


def _below(stance: str) -> str:
    """What stands directly below posts of a stance, written by others. Columns post_key, account_key, claim, by, below, below_by."""
    return f"""
SELECT p.post_key, p.account_key, p.claim,
  CASE WHEN s.role = '{PROFESSIONAL}' THEN 'professionals' ELSE 'others' END AS by_whom,
  d.stance AS below, b.role AS below_by
FROM claim_posts p LEFT JOIN speakers s ON s.post_key = p.post_key
JOIN claim_posts d ON d.parent_key = p.post_key AND d.claim = p.claim AND d.via NOT IN ('repost', 'crosspost')
  AND (d.account_key IS NULL OR p.account_key IS NULL OR d.account_key <> p.account_key)
LEFT JOIN speakers b ON b.post_key = d.post_key
WHERE p.stance = '{stance}'"""  # noqa: S608


def _with_answers() -> str:
    """Sources in which replies were collected at all."""
    return "SELECT DISTINCT c.source FROM corpus c JOIN interactions i ON i.target_key = c.post_key"


def _named(answers: Mapping[str, str]) -> str:
    """Names of answers with the condition under which one is of that name, to be joined."""
    return " UNION ALL ".join(f"SELECT '{name}' AS answer" for name in answers)


def _is(answers: Mapping[str, str]) -> str:
    return " OR ".join(f"(k.answer = '{name}' AND {where})" for name, where in answers.items())


def answered(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What answers a repeated claim: `misinformation.answered`, keys {"claim", "answer"}.

    Posts that repeat it and have a direct answer by somebody else (`any`), one that corrects it, one in which a
    professional does, one that repeats it; of posts that repeat it in sources from which answers were collected.
    """
    below = (
        f"SELECT b.post_key, b.account_key, b.claim, k.answer FROM ({_below('repeats')}) b "  # noqa: S608
        f"JOIN ({_named(ANSWERS)}) k ON {_is(ANSWERS)}"
    )
    whole = f"""
SELECT p.post_key, p.account_key, p.claim FROM claim_posts p JOIN corpus c ON c.post_key = p.post_key
WHERE p.stance = 'repeats' AND c.source IN ({_with_answers()})"""  # noqa: S608
    return make_post_shares(
        ask,
        context,
        "misinformation.answered",
        rows=Rows(sql=under_any(below, "answer"), keys=("claim", "answer")),
        of_rows=Rows(sql=under_any(whole), keys=("claim",)),
        cells=cells_of(ask, ("answer", tuple(ANSWERS))),
        what="posts that have such a direct answer among those collected, of posts that repeat the claim in sources from "
        "which answers were collected",
    )


def _by_kind(sql: str, columns: str) -> str:
    """Corrections by who writes them, and those of professionals once more under each part that they hold (R43)."""
    return f"""
SELECT post_key, account_key, by_whom, {columns} FROM ({sql}) o
UNION ALL
SELECT k.post_key, k.account_key, m.code AS by_whom, {columns} FROM ({sql}) k
JOIN (SELECT DISTINCT c.post_key AS held, c.code FROM corpus_marks c
      WHERE c.layer = 'professional_act' AND c.slot = 'parts' AND {asserted("c")}) m ON m.held = k.post_key
WHERE k.by_whom = 'professionals'"""  # noqa: S608


def after_corrections(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What answers a correction: `misinformation.after_corrections`, keys {"by_whom", "answer"}; all claims together.

    Corrections with a direct answer by somebody else, with one that repeats the claim, questions it or corrects it too,
    of corrections by professionals, by others, and by professionals with each part of a correction. An answer that takes
    no side is in `any` alone. What is answered later, or elsewhere, and what readers think who write nothing, is not here.
    """
    below = (
        f"SELECT b.post_key, b.account_key, b.by_whom, k.answer FROM ({_below('corrects')}) b "  # noqa: S608
        f"JOIN ({_named(AFTER)}) k ON {_is(AFTER)}"
    )
    whole = f"""
SELECT p.post_key, p.account_key, CASE WHEN s.role = '{PROFESSIONAL}' THEN 'professionals' ELSE 'others' END AS by_whom
FROM claim_posts p JOIN corpus c ON c.post_key = p.post_key LEFT JOIN speakers s ON s.post_key = p.post_key
WHERE p.stance = 'corrects' AND c.source IN ({_with_answers()})"""  # noqa: S608
    kinds = ("professionals", "others", *CORRECTION_PARTS) if shown_claims(ask) else ()
    return make_post_shares(
        ask,
        context,
        "misinformation.after_corrections",
        rows=Rows(sql=_by_kind(below, "answer"), keys=("by_whom", "answer")),
        of_rows=Rows(sql=_by_kind(whole, "1 AS one"), keys=("by_whom",)),
        cells=[{"by_whom": kind, "answer": answer} for kind in kinds for answer in AFTER],
        what="corrections that have such a direct answer among those collected, of corrections in sources from which "
        "answers were collected",
    )


def reach(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How far a claim and its corrections reach: `misinformation.reach`, keys {"claim", "platform", "metric", "stance"}.

    Median of what the platform counts (views, likes, shares, replies), at its latest observation, over posts that repeat
    the claim and over posts that correct it; compare within platform and metric only. Posts without the count are in
    neither. From eight accounts on both sides.
    """
    last = """
SELECT post_key, metric, MAX(value) AS value FROM (
  SELECT post_key, metric, value, ROW_NUMBER() OVER (PARTITION BY post_key, metric ORDER BY observed_at DESC) AS place
  FROM post_engagement WHERE value IS NOT NULL) e WHERE place = 1 GROUP BY post_key, metric"""
    seen = f"""
SELECT p.post_key, p.account_key, p.claim, c.platform, e.metric, p.stance, e.value
FROM ({claimed("stance")}) p JOIN corpus c ON c.post_key = p.post_key JOIN ({last}) e ON e.post_key = p.post_key
WHERE p.stance IN ('repeats', 'corrects')"""  # noqa: S608
    rows = Rows(sql=seen, keys=("claim", "platform", "metric", "stance"))
    shown = shown_claims(ask)
    if not shown:
        return []
    counts = count_rows(ask, rows, "reach")
    table = ask(
        Aggregate(
            name="reach of claims",
            sql=f"SELECT claim, platform, metric, stance, post_key, MAX(value) AS value FROM ({seen}) s "  # noqa: S608
            "GROUP BY claim, platform, metric, stance, post_key ORDER BY claim, platform, metric, stance, value",
            needs=rows.needs,
        ),
        {},
    ).to_pylist()
    values: dict[tuple[str, ...], list[float]] = {}
    for row in table:
        key = tuple(row[name] for name in rows.keys)
        values.setdefault(key, []).append(float(row["value"]))
    figures = []
    for key in sorted(values, key=lambda k: (k[0] != ANY, k)):
        pair = [counts.get((*key[:3], stance)) for stance in ("repeats", "corrects")]
        if key[0] not in (ANY, *shown) or any(n is None or n.accounts < FEWEST for n in pair):
            continue
        keys = dict(zip(rows.keys, key, strict=True))
        figures.append(
            median_of_posts(
                "misinformation.reach",
                keys,
                values[key],
                count=counts[key],
                evidence=evidence_of(context, rows, keys=keys),
                over="of the latest count of the platform over posts that have one",
            )
        )
    return figures
