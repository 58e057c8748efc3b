"""Waiting: how long a question waits for its first answer, from anybody and from a professional; unanswered ones are cut off."""

from collections.abc import Mapping
from typing import Any

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows, evidence_id, evidence_of
from bedside.measure.exchange.speakers import ASKS, LAY, PROFESSIONAL
from bedside.measure.making import NOT_CHECKED
from bedside.measure.periods import seconds, timed
from bedside.measure.shares import Share
from bedside.measure.statistics.survival import kaplan_meier, still_after
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["HOURS", "answer_times", "waits"]

HOURS = (1, 3, 6, 12, 24, 48, 72, 168, 336, 720, 2160)
"""Hours at which the curve is read, fixed before any answer is seen."""
FEWEST = 8  # accounts
SECONDS = 3600

_QUESTIONS = f"(SELECT post_key FROM corpus_marks WHERE {ASKS} AND {asserted('corpus_marks')})"  # noqa: S608
_LAST = f"""
SELECT p.source, MAX({seconds("COALESCE(p.collected_at, p.published_at)")}) AS last FROM posts p
WHERE p.collected_at IS NOT NULL OR {timed("p")} GROUP BY p.source"""  # noqa: S608


def _first(role: str) -> str:
    """First direct answer by somebody else. Columns target_key, at."""
    only = f" AND s.role = '{role}'" if role else ""
    return f"""
SELECT i.target_key, MIN({seconds("i.published_at")}) AS at
FROM interactions i JOIN speakers s ON s.post_key = i.post_key
WHERE i.kind = 'reply' AND {timed("i")} AND (i.account_key IS NULL OR i.to_account IS NULL OR i.account_key <> i.to_account){only}
GROUP BY i.target_key"""  # noqa: S608


def waits() -> str:
    """First questions of lay people, and how long each waited or was watched. Columns post_key, account_key, answerer, secs, ended."""
    asked = f"""
SELECT q.post_key, q.account_key, {seconds("c.published_at")} AS at, l.last,
  ROW_NUMBER() OVER (PARTITION BY COALESCE(q.account_key, q.post_key) ORDER BY c.published_at, q.post_key) AS number
FROM speakers q JOIN corpus c ON c.post_key = q.post_key JOIN ({_LAST}) l ON l.source = c.source
WHERE q.in_corpus AND q.role IN {listed(LAY)} AND {timed("c")} AND q.post_key IN {_QUESTIONS}"""  # noqa: S608
    return " UNION ALL ".join(
        f"""
SELECT a.post_key, a.account_key, '{name}' AS answerer, CASE WHEN f.at IS NULL THEN 0 ELSE 1 END AS ended,
  GREATEST(0, COALESCE(f.at, a.last) - a.at) AS secs
FROM ({asked}) a LEFT JOIN ({_first(role)}) f ON f.target_key = a.post_key
WHERE a.number = 1"""  # noqa: S608
        for name, role in (("anyone", ""), (PROFESSIONAL, PROFESSIONAL))
    )


def answer_times(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Time to the first answer: `exchange.answered_within`, keys {"by", "hours"}; by: anyone, clinician.

    The first question of each lay account in the corpus, until somebody else (a professional) answers directly; those that nobody
    answered are cut off when their source was last collected. Kaplan-Meier: the share answered by then, of all. An answer
    dated before its question waited no time. One question of each account, so that the intervals' questions have nothing
    to do with each other; a question without author is an account of its own. Points with 1-7 accounts between them are
    left out.
    """
    steps = " UNION ALL ".join(f"SELECT {h} AS hours" for h in HOURS)
    answered = Rows(
        keys=("answerer", "hours"),
        sql=f"SELECT w.post_key, w.account_key, w.answerer, h.hours FROM ({waits()}) w "  # noqa: S608
        f"JOIN ({steps}) h ON w.ended = 1 AND w.secs <= h.hours * {SECONDS}",
    )
    whole = f"SELECT post_key, account_key, answerer FROM ({waits()}) w"  # noqa: S608
    of_rows = Rows(keys=("answerer",), sql=whole)
    counts = count_rows(ask, answered, "answered within")
    of = count_rows(ask, of_rows, "questions")
    lines = ask(
        Aggregate(
            name="waits for an answer",
            needs=of_rows.needs,
            sql=f"SELECT answerer, secs, ended, COUNT(*) AS times FROM ({waits()}) w "  # noqa: S608
            "GROUP BY answerer, secs, ended ORDER BY answerer, secs, ended",
        ),
        {},
    ).to_pylist()
    figures = []
    for name in ("anyone", PROFESSIONAL):
        held = [r for row in lines if row["answerer"] == name for r in [row] * row["times"]]
        if len(held) < FEWEST:
            continue
        curve = kaplan_meier([r["secs"] / SECONDS for r in held], [bool(r["ended"]) for r in held])
        kept = _kept({h: counts.get((name, h), Count()) for h in HOURS})
        figures += [
            _figure(
                context,
                {"by": name, "hours": str(h)},
                still_after(curve, h),
                (counts.get((name, h), Count()), of.get((name,), Count())),
                (answered, of_rows),
                {"answerer": name, "hours": h},
            )
            for h in kept
        ]
    return figures


def _kept(answered: Mapping[int, Count]) -> list[int]:
    """Hours by which 8 people more were answered than by the last one that was kept."""
    kept: list[int] = []
    last = 0
    for hours, count in answered.items():
        people = count.accounts or count.posts
        if people - last >= FEWEST:
            kept.append(hours)
            last = people
    return kept


def _figure(
    context: MeasureContext,
    keys: Mapping[str, str],
    waiting: Share,
    counts: tuple[Count, Count],
    rows: tuple[Rows, Rows],
    row_keys: Mapping[str, Any],
) -> Figure:
    """The share answered: what is left of the share that still waits."""
    evidence = evidence_of(context, *rows, keys=row_keys)
    low, high = (None if x is None else 1 - x for x in (waiting.high, waiting.low))
    return Figure(
        id=evidence_id("exchange.answered_within", keys, evidence),
        measure="exchange.answered_within",
        keys=dict(keys),
        unit="posts",
        estimate=1 - waiting.value,
        low=low,
        high=high,
        hits_accounts=counts[0].accounts,
        hits_posts=counts[0].posts,
        of_accounts=counts[1].accounts,
        of_posts=counts[1].posts,
        no_author=counts[0].no_author,
        basis="machine",
        method="share of first questions with an answer by then, the unanswered cut off when their source was last collected; "
        f"Kaplan-Meier, log-log 95 % interval, {NOT_CHECKED}",
        evidence=evidence,
    )
