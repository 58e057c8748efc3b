"""Voids: questions without reply (F74, R42). The machine says "no reply"; only people say "no good answer" (R59)."""

from collections.abc import Mapping
from math import exp, log, sqrt
from typing import NamedTuple

from scipy.special import ndtr

from bedside.measure.context import MeasureContext
from bedside.measure.estimates.discovery import adjust
from bedside.measure.evidence import Count, Rows, count_rows, evidence_id, evidence_of
from bedside.measure.interactions import ANSWERS
from bedside.measure.making import NOT_CHECKED, make_share
from bedside.measure.periods import dated, day_number
from bedside.measure.shares import Z95
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["grown", "shared", "void_growth", "voids"]

FEWEST = 8  # accounts whose question got no reply
MOST = 24  # topics
WAIT = 7  # days that a question had before it was collected
LATELY = 182  # days of each half that growth compares
FALSE_DISCOVERIES = 0.05
KINDS = ("condition", "symptom", "drug", "procedure")
_DAY = day_number("c.published_at")
_COUNTED = ("replies", "comments")


def _asked() -> str:
    """Questions that open a thread, by others than professionals, where replies were collected and had a week to come.

    Columns post_key, account_key, on_day.
    """
    return f"""
SELECT DISTINCT c.post_key, c.account_key, {_DAY} AS on_day
FROM corpus c
JOIN posts o ON o.record_no = c.record_no
JOIN threads t ON t.post_key = c.post_key AND t.parent_state = 'root'
JOIN corpus_marks m ON m.post_key = c.post_key AND m.layer = 'think' AND m.code = 'question' AND {asserted("m")}
LEFT JOIN speakers s ON s.post_key = c.post_key
WHERE {dated("c")} AND COALESCE(s.role, 'unclear') NOT IN ('clinician', 'organisation')
  AND {day_number("o.collected_at")} - {_DAY} >= {WAIT}
  AND c.source IN (SELECT a.source FROM corpus a JOIN interactions i ON i.target_key = a.post_key)"""  # noqa: S608


def _unanswered() -> str:
    """Those of them that nobody else answered, as far as was collected or the platform counts."""
    return f"""
SELECT q.* FROM ({_asked()}) q
WHERE q.post_key NOT IN (
    SELECT i.target_key FROM interactions i WHERE i.target_key IS NOT NULL AND i.kind IN {listed(ANSWERS)}
      AND (i.account_key IS NULL OR i.to_account IS NULL OR i.account_key <> i.to_account))
  AND q.post_key NOT IN (SELECT e.post_key FROM post_engagement e WHERE e.metric IN {listed(_COUNTED)} AND e.value > 0)"""  # noqa: S608


def _about(asked: str) -> str:
    """Questions by what they name, and by the claim that they ask about. Columns of the question, kind, what."""
    return f"""
SELECT DISTINCT q.post_key, q.account_key, q.on_day, m.code AS kind, m.concept AS what
FROM ({asked}) q JOIN corpus_marks m ON m.post_key = q.post_key
WHERE m.layer = 'mention' AND m.code IN {listed(KINDS)} AND m.concept IS NOT NULL AND {asserted("m")}
UNION ALL
SELECT DISTINCT q.post_key, q.account_key, q.on_day, 'claim' AS kind, p.claim AS what
FROM ({asked}) q JOIN claim_posts p ON p.post_key = q.post_key WHERE p.stance = 'questions'"""  # noqa: S608


def shared() -> tuple[str, ...]:
    """What the questions of both measures have in common."""
    return _asked(), _unanswered(), _about(_unanswered())


def _rows() -> tuple[Rows, Rows]:
    keys = ("kind", "what")
    return Rows(sql=_about(_unanswered()), keys=keys), Rows(sql=_about(_asked()), keys=keys)


def _largest(counts: Mapping[tuple[str, ...], Count]) -> list[tuple[str, ...]]:
    """Topics that at least eight accounts asked about without a reply, those of most accounts first."""
    large = [(-n.accounts, key) for key, n in counts.items() if n.accounts >= FEWEST]
    return [key for _, key in sorted(large)[:MOST]]


def voids(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Questions without reply: `misinformation.voids`, keys {"kind", "what"}, those of most accounts first.

    Accounts with a question about it that nobody else answered, of accounts with a question about it. Questions that
    open a thread, from sources in which replies were collected, a week or more before they were collected; where the
    platform itself counts a reply, there is one. Whether a reply was good no machine says.
    """
    rows, of_rows = _rows()
    counts = count_rows(ask, rows, "questions without reply")
    of = count_rows(ask, of_rows, "questions") if counts else {}
    return [
        make_share(
            context,
            "misinformation.voids",
            {"kind": kind, "what": what},
            hits=counts[kind, what],
            of=of.get((kind, what), Count()),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"kind": kind, "what": what},
            what="accounts with a question about it that nobody else had answered a week later or more, as far as was "
            "collected, of accounts with a question about it",
        )
        for kind, what in _largest(counts)
    ]


class _Halves(NamedTuple):
    """Accounts lately and in the half before: with a question without reply on a topic, and with any question."""

    late: Count
    early: Count
    of_late: int
    of_early: int


def void_growth(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Whether questions without reply grow: `misinformation.void_growth`, keys {"kind", "what"}.

    Accounts with such a question in the last half year, per account with any question, over the half year before. The
    method begins with `growing` where false discoveries stay under 5 % over all topics that `voids` lists.
    """
    rows, _ = _rows()
    topics = _largest(count_rows(ask, rows, "questions without reply"))
    if not topics:
        return []
    sql = f"SELECT MAX(on_day) AS last FROM ({_asked()}) q"  # noqa: S608
    (row,) = ask(Aggregate(name="last question", sql=sql, needs=rows.needs), {}).to_pylist()
    split = int(row["last"]) - LATELY
    spans = {"late": (split, split + LATELY), "early": (split - LATELY, split)}
    parts = {name: _within(rows, name, span) for name, span in spans.items()}
    counts = {name: count_rows(ask, part, f"{name} questions") for name, part in parts.items()}
    asked = {
        name: count_rows(ask, _within(Rows(sql=_asked()), name, span), f"{name}, any")[()].accounts
        for name, span in spans.items()
    }
    halves = {
        key: _Halves(
            counts["late"].get(key, Count()),
            counts["early"].get(key, Count()),
            asked["late"],
            asked["early"],
        )
        for key in topics
    }
    ratios = {
        key: grown(half.late.accounts, half.of_late, half.early.accounts, half.of_early)
        for key, half in halves.items()
    }
    adjusted = adjust([ratio.p for ratio in ratios.values()])
    return [
        _growth(context, key, halves[key], ratios[key], q, (parts["late"], parts["early"]))
        for key, q in zip(topics, adjusted, strict=True)
    ]


def _within(rows: Rows, name: str, span: tuple[int, int]) -> Rows:
    first, last = span
    return Rows(
        sql=f"SELECT * FROM ({rows.sql}) w WHERE on_day > $after_{name} AND on_day <= $to_{name}",  # noqa: S608
        keys=rows.keys,
        params={f"after_{name}": first, f"to_{name}": last},
    )


class Grown(NamedTuple):
    """A ratio with its 95 % interval, None where it cannot be told; p, one-sided, that it is over 1 by chance."""

    ratio: float | None
    low: float | None
    high: float | None
    p: float


def grown(late: int, of_late: int, early: int, of_early: int) -> Grown:
    """Share of accounts lately over the share before.

    Parameters
    ----------
    late, early : int
        Accounts with a question without reply on the topic.
    of_late, of_early : int
        Accounts with any question.

    Returns
    -------
    Grown
        No number where a half has no question at all, or neither has one on the topic.

    Notes
    -----
    The halves are taken as independent: an account that asks in both makes them alike, and the interval too wide rather
    than too narrow (simulated in `bench.voids`).

    References
    ----------
    Pettigrew, Gart and Thomas (1986), Biometrika 73:425-435, doi:10.1093/biomet/73.2.425: half an account added to each,
    so that a topic that is new has a ratio too.

    Examples
    --------
    >>> [round(x, 3) for x in grown(20, 100, 10, 100)]
    [1.952, 0.979, 3.894, 0.029]
    """
    if not of_late or not of_early or not late + early:
        return Grown(None, None, None, 1.0)
    value = log((late + 0.5) / (of_late + 0.5)) - log((early + 0.5) / (of_early + 0.5))
    parts = 1 / (late + 0.5) - 1 / (of_late + 0.5) + 1 / (early + 0.5) - 1 / (of_early + 0.5)
    error = sqrt(max(1e-12, parts))
    ends = value - Z95 * error, value + Z95 * error
    return Grown(exp(value), exp(ends[0]), exp(ends[1]), float(ndtr(-value / error)))


def _growth(
    context: MeasureContext,
    key: tuple[str, ...],
    half: _Halves,
    found: Grown,
    adjusted: float,
    parts: tuple[Rows, Rows],
) -> Figure:
    keys = {"kind": key[0], "what": key[1]}
    evidence = evidence_of(context, *parts, keys=keys)
    grows = "growing" if adjusted <= FALSE_DISCOVERIES else "not shown to grow"
    return Figure(
        id=evidence_id("misinformation.void_growth", keys, evidence),
        measure="misinformation.void_growth",
        keys=keys,
        unit="accounts",
        estimate=found.ratio,
        low=found.low,
        high=found.high,
        hits_accounts=half.late.accounts,
        hits_posts=half.late.posts,
        of_accounts=half.early.accounts,
        of_posts=half.early.posts,
        no_author=half.late.no_author,
        basis="machine",
        method=f"{grows}; accounts with a question without reply in the last 26 weeks per account with any question, over "
        f"the 26 weeks before; log ratio with half an account added, false discoveries held to 5 % over topics; {NOT_CHECKED}",
        refused="" if found.ratio is not None else "no question in one of the halves",
        evidence=evidence,
    )
