"""Curves of waits, three that never share an axis (R51): told after they ended, told while they go on, and watched."""

from collections.abc import Mapping, Sequence

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows, evidence_id, evidence_of
from bedside.measure.journey.waits import (
    ENDED,
    GOING_ON,
    HUNDREDTHS,
    WAIT_FROM,
    one_wait_each,
    told_conditions,
    waits_of,
)
from bedside.measure.making import NOT_CHECKED, make_share
from bedside.measure.periods import dated, day_number
from bedside.measure.statistics.survival import kaplan_meier, median_time, still_after
from bedside.measure.told import asserted, experienced, told_moments
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = [
    "WATCHED",
    "WATCHED_MEDIAN",
    "ended_curve",
    "going_on_curve",
    "watched_accounts",
    "watched_curve",
]

WATCHED, WATCHED_MEDIAN = "journey.waits_watched", "journey.watched_median"
TIMES = (0, 3, 6, 9, 12, 18, 24, 36, 48, 60, 72, 84, 96, 120, 144, 180, 240, 300, 360)
"""Months at which curves are read, fixed before any wait is seen: whole quarter years, so that none is a person's date."""
FEWEST = 8  # accounts: between two points of a curve as many leave it or none, and where fewer are left it ends
DAYS = 365.25 / 12  # of a month
LOOKING = ("first_symptoms", "searching", "first_consultation", "tests_referral")


def _times(column: str, per_month: float) -> str:
    """The times as rows. Columns after (months) and the same in the column's unit."""
    rows = [f"SELECT {t} AS after, {round(t * per_month)} AS {column}" for t in TIMES]
    return " UNION ALL ".join(rows)


def thinned(left: Sequence[tuple[int, int]]) -> list[int]:
    """Times of those points whose loss since the last one kept is 0 or at least 8, where 8 or more are left.

    Parameters
    ----------
    left : sequence of (time, accounts)
        Accounts still there after each time, the first of them all of them.

    Examples
    --------
    >>> thinned([(0, 30), (3, 28), (6, 20), (9, 20), (12, 9), (18, 3), (24, 0)])
    [0, 6, 9, 12]
    """
    kept: list[int] = []
    last = None
    for time, accounts in left:
        lost = 0 if last is None else last - accounts
        if accounts >= FEWEST and (lost == 0 or lost >= FEWEST):
            kept.append(time)
            last = accounts
    return kept if len(kept) > 1 else []


def _told_curve(
    ask: Ask, context: MeasureContext, measure: str, statuses: Sequence[str], what: str
) -> list[Figure]:
    one = one_wait_each(statuses)
    rows = Rows(
        keys=("condition", "wait_from", "after"),
        sql=f"SELECT o.post_key, o.account_key, o.condition, o.wait_from, g.after FROM ({one.sql}) o "  # noqa: S608
        f"JOIN ({_times('limit_at', HUNDREDTHS)}) g ON o.hundredths > g.limit_at OR g.after = 0",
    )
    counts, of = count_rows(ask, rows, measure), count_rows(ask, one, f"{measure}, of whom")
    waits = waits_of(ask, statuses)
    figures = []
    for condition in told_conditions(context, of, waits):
        for start in WAIT_FROM:
            left = [(t, counts.get((condition, start, t), Count()).accounts) for t in TIMES]
            figures += [
                make_share(
                    context,
                    measure,
                    {"condition": condition, "from": start, "months": str(after)},
                    hits=counts.get((condition, start, after), Count()),
                    of=of[condition, start],
                    hits_rows=rows,
                    of_rows=one,
                    row_keys={"condition": condition, "wait_from": start, "after": after},
                    what=what,
                )
                for after in thinned(left)[1:]  # the first is everybody
            ]
    return figures


def ended_curve(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Waits told after they ended: `journey.waits_ended`, keys {"condition", "from", "months"}.

    Accounts whose wait was longer than so many months, of accounts that tell an ended wait: the survival curve of a
    set in which none is cut off. Points with 1-7 accounts between them are left out, and the curve ends where
    fewer than 8 are left.
    """
    what = "accounts whose ended wait was longer, of accounts that tell an ended wait, one wait of each"
    return _told_curve(ask, context, "journey.waits_ended", ENDED, what)


def going_on_curve(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Waits still going on when told: `journey.waits_going_on`, keys {"condition", "from", "months"}.

    Accounts that have waited longer than so many months so far, of accounts that say how long they have waited with a
    suspected or self-made diagnosis. Not how long they will have waited.
    """
    what = "accounts that have waited longer so far, of accounts that tell a wait going on, one wait of each"
    return _told_curve(ask, context, "journey.waits_going_on", GOING_ON, what)


def watched_accounts(context: MeasureContext) -> str:
    """Accounts watched from their first look for an answer. Columns post_key (of that look), account_key, days, ended."""
    looking = told_moments({"looking": LOOKING})
    return f"""
SELECT s.post_key, s.account_key,
  CASE WHEN d.day IS NULL THEN l.day ELSE d.day END - s.day AS days, CASE WHEN d.day IS NULL THEN 0 ELSE 1 END AS ended
FROM (SELECT account_key, day, MIN(post_key) AS post_key
      FROM (SELECT t.post_key, t.account_key, {day_number("c.published_at")} AS day,
              MIN({day_number("c.published_at")}) OVER (PARTITION BY t.account_key) AS first_day
            FROM ({looking}) t JOIN corpus c ON c.post_key = t.post_key
            WHERE t.account_key IS NOT NULL AND {dated("c")}) f
      WHERE day = first_day GROUP BY account_key, day) s
JOIN (SELECT account_key, MAX({day_number("published_at")}) AS day FROM corpus
      WHERE account_key IS NOT NULL AND {dated()} GROUP BY account_key) l ON l.account_key = s.account_key
LEFT JOIN (SELECT c.account_key, MIN({day_number("c.published_at")}) AS day
      FROM corpus c JOIN corpus_marks m ON m.post_key = c.post_key
      WHERE m.layer = 'diagnosis' AND m.slot = 'status' AND m.code = 'confirmed' AND {asserted("m")}
        AND c.account_key IS NOT NULL AND {dated("c")} AND m.post_key IN ({experienced()})
      GROUP BY c.account_key) d ON d.account_key = s.account_key
WHERE (d.day IS NULL AND l.day > s.day) OR d.day > s.day"""  # noqa: S608


def watched_curve(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Waits watched along timelines: `journey.waits_watched`, keys {"months"}; their median: `journey.watched_median`.

    From an account's first post with a moment before a diagnosis to its first post that tells one, by the dates of the
    posts; cut off at its last post where none tells one. Kaplan-Meier: the share still without a told diagnosis.
    Accounts that told a diagnosis on or before that day, or never wrote again, are not watched. An account that goes
    silent once it is diagnosed looks like one that waits: the curve is then too high.
    """
    rows = Rows(
        keys=("after",),
        sql=f"SELECT w.post_key, w.account_key, g.after FROM ({watched_accounts(context)}) w "  # noqa: S608
        f"JOIN ({_times('limit_at', DAYS)}) g ON w.days > g.limit_at",
    )
    of_rows = Rows(sql=f"SELECT w.post_key, w.account_key FROM ({watched_accounts(context)}) w")  # noqa: S608
    lines = Aggregate(
        name="watched waits",
        needs=of_rows.needs,
        sql=f"SELECT days, ended FROM ({watched_accounts(context)}) w ORDER BY days, ended, account_key",  # noqa: S608
    )
    table = ask(lines, {})
    days, ended = table["days"].to_pylist(), table["ended"].to_pylist()
    if len(days) < FEWEST:
        return []
    counts = {after: n for (after,), n in count_rows(ask, rows, WATCHED).items()}
    of = count_rows(ask, of_rows, f"{WATCHED}, of whom")[()]
    steps = kaplan_meier([d / DAYS for d in days], [bool(e) for e in ended])
    left = [(t, counts.get(t, Count()).accounts) for t in TIMES]
    points = [t for t in thinned(left)[1:] if counts.get(t, Count()).accounts >= FEWEST]
    shares = {t: still_after(steps, t) for t in points}
    figures = [
        _watched_figure(
            context,
            WATCHED,
            {"months": str(t)},
            shares[t],
            (counts[t], of),
            (rows, of_rows),
            {"after": t},
        )
        for t in points
    ]
    median = median_time([s for s in steps if s.time <= max(points, default=0)])
    if median is not None:
        whole = _watched_figure(
            context, WATCHED_MEDIAN, {}, median, (of, of), (of_rows, of_rows), {}
        )
        figures.append(whole)
    return figures


def _watched_figure(
    context: MeasureContext,
    measure: str,
    keys: Mapping[str, str],
    share: tuple[float, float | None, float | None],
    counts: tuple[Count, Count],
    rows: tuple[Rows, Rows],
    row_keys: Mapping[str, int],
) -> Figure:
    evidence = evidence_of(context, *rows, keys=row_keys)
    still = (
        "share still without a told diagnosis"
        if measure == WATCHED
        else "months until half tell a diagnosis"
    )
    return Figure(
        id=evidence_id(measure, keys, evidence),
        measure=measure,
        keys=dict(keys),
        unit="accounts",
        estimate=share[0],
        low=share[1],
        high=share[2],
        hits_accounts=counts[0].accounts,
        hits_posts=counts[0].posts,
        of_accounts=counts[1].accounts,
        of_posts=counts[1].posts,
        no_author=0,
        basis="machine",
        method=f"{still}, accounts watched from their first look for an answer, cut off at their last post; Kaplan-Meier, "
        f"log-log 95 % interval, {NOT_CHECKED}",
        evidence=evidence,
    )
