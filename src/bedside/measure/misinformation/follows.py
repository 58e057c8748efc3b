"""What follows: a claim before and after an own intervention, or after many people corrected it (F73).

Before and after, never effect: that word would need a date fixed beforehand and a comparison group (R57), and even with
both this says "beyond the comparison".
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import (
    Rows,
    count_all,
    count_rows,
    evidence_id,
    evidence_of,
    used_params,
)
from bedside.measure.making import NOT_CHECKED
from bedside.measure.misinformation.claims import ANY, FEWEST, claimed, shown_claims
from bedside.measure.periods import dated, day_number
from bedside.measure.statistics.calibrated import FEWEST as FEWEST_PERIODS
from bedside.measure.statistics.calibrated import StepChange, step_change
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["Event", "events_of", "follows"]

MEASURE = "misinformation.follows"
WEEK = 7
SPANS = (7, 14, 28)  # days of a period; the finest that holds enough is taken, whatever the outcome
ENOUGH = 2.0  # accounts a period, on average on each side, from which a finer period is taken
REACH = 52  # periods looked at on each side
YEAR = 364  # days around an event in which nothing may have been done about a claim beside it
PROFESSIONAL = "clinician"
_DAY = day_number("c.published_at")


class Event(NamedTuple):
    """A day after which a claim is looked at.

    Attributes
    ----------
    name : str
        Id of an intervention; `corrections` or `professional_corrections`: the first week with eight accounts that correct.
    claim : str
        Its id, or `any`.
    on : date
    where : str
        Platform on which alone something was done; empty: everywhere.
    logged : bool
        Whether people fixed the day; else it was found in the corrections.
    """

    name: str
    claim: str
    on: date
    where: str = ""
    logged: bool = True


def _repeated() -> str:
    """Dated posts that repeat a claim. Columns post_key, account_key, claim, platform, on_day."""
    return f"""
SELECT p.post_key, p.account_key, p.claim, c.platform, {_DAY} AS on_day
FROM ({claimed("stance")}) p JOIN corpus c ON c.post_key = p.post_key WHERE p.stance = 'repeats' AND {dated("c")}"""  # noqa: S608


def events_of(ask: Ask, context: MeasureContext) -> list[Event]:
    """Interventions that stand, and the first wave of corrections of each shown claim, by anybody and by professionals."""
    logged = [
        Event(entry.id, entry.about or ANY, entry.on, entry.where)
        for entry in context.interventions
        if not entry.withdrawn
    ]
    shown = shown_claims(ask)
    if not shown:
        return logged
    waves = []
    for name, only in (
        ("corrections", ""),
        ("professional_corrections", f" AND s.role = '{PROFESSIONAL}'"),
    ):
        sql = f"""
SELECT claim, MIN(week) AS week FROM (
  SELECT p.claim, CAST(FLOOR(({_DAY} - 1) / {WEEK}.0) AS BIGINT) AS week
  FROM claim_posts p JOIN corpus c ON c.post_key = p.post_key LEFT JOIN speakers s ON s.post_key = p.post_key
  WHERE p.stance = 'corrects' AND {dated("c")}{only}
  GROUP BY p.claim, CAST(FLOOR(({_DAY} - 1) / {WEEK}.0) AS BIGINT) HAVING COUNT(DISTINCT p.account_key) >= {FEWEST}) w
GROUP BY claim ORDER BY claim"""  # noqa: S608
        found = ask(Aggregate(name=f"waves of {name}", sql=sql, needs=("claim_posts", "corpus", "speakers")), {})  # fmt: skip
        for row in found.to_pylist():
            if row["claim"] in shown:
                monday = date.fromordinal(int(row["week"]) * WEEK + 1)
                waves.append(Event(name, row["claim"], monday, logged=False))
    return [*logged, *waves]


def follows(ask: Ask, context: MeasureContext) -> list[Figure]:
    """A claim before and after: `misinformation.follows`, keys {"claim", "event", "on", "compared"}.

    Accounts a period that repeat the claim after the day, over before, the trend taken on; `compared` = none: of all
    accounts that wrote in the period; other_claims: among accounts that repeat this or a claim about which nothing was
    done; other_platforms: on the platform of the intervention among all. Up to 52 periods on each side, counted from the
    day, of 7, 14 or 28 days: the finest with two such accounts a period. A change beyond a comparison needs a logged day
    and is the only one that is more than before and after.
    """
    events = events_of(ask, context)
    if not events:
        return []
    ends = _ends(ask)
    return [
        figure
        for event in events
        for compared in _comparisons(event)
        for figure in _figure(ask, context, event, compared, ends)
    ]


def _comparisons(event: Event) -> tuple[str, ...]:
    beside = () if event.claim == ANY else ("other_claims",)
    return ("none", *beside, *(("other_platforms",) if event.where else ()))


def _ends(ask: Ask) -> tuple[int, int]:
    """First and last day of the corpus; the last is before the first where nothing is dated."""
    sql = f"SELECT MIN({_DAY}) AS first, MAX({_DAY}) AS last FROM corpus c WHERE {dated('c')}"  # noqa: S608
    (row,) = ask(Aggregate(name="days of the corpus", sql=sql, needs=("corpus",)), {}).to_pylist()
    return (row["first"], row["last"]) if row["first"] is not None else (0, -1)


def _periods(event: Event, ends: tuple[int, int], days: int) -> range:
    """Whole periods around the day within the corpus: period 0 begins on it."""
    day = event.on.toordinal()
    before = max(0, min(REACH, (day - ends[0]) // days))
    after = max(0, min(REACH, (ends[1] - day + 1) // days))
    return range(-before, after)


def _untouched(context: MeasureContext, event: Event) -> list[str]:
    """Claims of the knowledge base about which nothing was done within reach of the event."""
    near = timedelta(days=YEAR)
    touched = {
        entry.about
        for entry in context.interventions
        if not entry.withdrawn and abs(entry.on - event.on) <= near
    }
    return [] if "" in touched else sorted(set(context.verdicts) - touched - {event.claim})


class _Series(NamedTuple):
    """Queries of what is counted and of what it is counted among, on_day among their columns."""

    hits: str
    among: str
    params: Mapping[str, Any]
    family: str


def _series(context: MeasureContext, event: Event, compared: str) -> _Series:
    here = " AND platform = $where_" if event.where else ""
    params: dict[str, Any] = {"claim_": event.claim} | ({"where_": event.where} if here else {})
    hits = f"SELECT * FROM ({_repeated()}) r WHERE claim = $claim_{here}"  # noqa: S608
    if compared == "none":
        wrote = f"SELECT c.post_key, c.account_key, c.platform, {_DAY} AS on_day FROM corpus c WHERE {dated('c')}"  # noqa: S608
        return _Series(hits, f"SELECT * FROM ({wrote}) w WHERE TRUE{here}", params, "count")  # noqa: S608
    if compared == "other_platforms":
        return _Series(hits, f"SELECT * FROM ({_repeated()}) a WHERE claim = $claim_", params, "share")  # fmt: skip  # noqa: S608
    others = _untouched(context, event) if event.logged else sorted(set(context.verdicts) - {event.claim})  # fmt: skip
    named = {f"other_{at}": claim for at, claim in enumerate(others)}
    listed = ", ".join(["$claim_", *(f"${name}" for name in named)])
    among = f"SELECT * FROM ({_repeated()}) a WHERE claim IN ({listed}){here}"  # noqa: S608
    return _Series(hits, among, params | named, "share")


def _by_period(
    ask: Ask, sql: str, params: Mapping[str, Any], event: Event, days: int
) -> dict[int, int]:
    """Accounts by period since the event; a post without author is nobody's."""
    day = event.on.toordinal()
    rows = Rows(
        sql=f"SELECT post_key, account_key, CAST(FLOOR((on_day - {day}) / {days}.0) AS BIGINT) AS period_no FROM ({sql}) d",  # noqa: S608
        keys=("period_no",),
        params=used_params(sql, params),
    )
    return {at: n.accounts for (at,), n in count_rows(ask, rows, "periods of a claim").items()}


class _Laid(NamedTuple):
    """A series laid out around an event."""

    days: int
    periods: range
    hits: list[int]
    among: list[int]


def _lay_out(ask: Ask, event: Event, series: _Series, ends: tuple[int, int]) -> _Laid:
    """The series in the finest periods that hold enough, else in the longest of which there are enough."""
    laid = _Laid(SPANS[0], _periods(event, ends, SPANS[0]), [], [])
    for days in SPANS:
        periods = _periods(event, ends, days)
        if laid.hits and min(-periods.start, periods.stop) < FEWEST_PERIODS:
            break
        held = _by_period(ask, series.hits, series.params, event, days)
        laid = _Laid(days, periods, [held.get(at, 0) for at in periods], [])
        sides = (laid.hits[: -periods.start], laid.hits[-periods.start :])
        if all(side and sum(side) >= ENOUGH * len(side) for side in sides):
            break
    among = _by_period(ask, series.among, series.params, event, laid.days)
    return laid._replace(among=[among.get(at, 0) for at in laid.periods])


def _figure(
    ask: Ask, context: MeasureContext, event: Event, compared: str, ends: tuple[int, int]
) -> list[Figure]:
    series = _series(context, event, compared)
    laid = _lay_out(ask, event, series, ends)
    change = _changed(laid, series.family)
    spans = [
        _span(series, event, laid.days, part, first, last)
        for part, first, last in (
            ("after", 0, laid.periods.stop),
            ("before", laid.periods.start, 0),
        )
    ]
    after, before = (count_all(ask, rows, MEASURE) for rows in spans)
    keys = {
        "claim": event.claim,
        "event": event.name,
        "on": event.on.isoformat(),
        "compared": compared,
    }
    evidence = evidence_of(context, *spans, keys={})
    return [
        Figure(
            id=evidence_id(MEASURE, keys, evidence),
            measure=MEASURE,
            keys=keys,
            unit="accounts",
            estimate=change.ratio,
            low=change.low,
            high=change.high,
            hits_accounts=after.accounts,
            hits_posts=after.posts,
            of_accounts=before.accounts,
            of_posts=before.posts,
            no_author=after.no_author,
            basis="machine",
            method=_method(event, compared, laid, change),
            refused=change.refused,
            evidence=evidence,
        )
    ]


def _changed(laid: _Laid, family: str) -> StepChange:
    """The step; periods in which nobody wrote at all cannot be told from those that were not collected."""
    kept = [at for at, many in enumerate(laid.among) if many]
    at = sum(1 for k in kept if laid.periods[k] < 0)
    hits, of = [laid.hits[k] for k in kept], [laid.among[k] for k in kept]
    return step_change(hits, at, of=of, family="share" if family == "share" else "count")


def _span(series: _Series, event: Event, days: int, part: str, first: int, last: int) -> Rows:
    """Posts that repeat the claim in one stretch of periods."""
    day = event.on.toordinal()
    sql = (
        f"SELECT post_key, account_key FROM ({series.hits}) s "  # noqa: S608
        f"WHERE on_day >= $from_{part} AND on_day < $until_{part}"
    )
    ends = {f"from_{part}": day + days * first, f"until_{part}": day + days * last}
    return Rows(sql=sql, params=used_params(sql, series.params) | ends)


_OF_WHAT = {
    "none": "accounts a period that repeat it, per account that wrote",
    "other_claims": "odds that an account which repeats this claim or another about which nothing was done repeats this one",
    "other_platforms": "odds that an account which repeats it does so on this platform",
}


def _method(event: Event, compared: str, laid: _Laid, change: StepChange) -> str:
    found = "" if event.logged else "; the week was found in the corrections, which often follow a peak: claims fall after peaks by themselves"  # fmt: skip
    kind = (
        "before and after"
        if compared == "none" or not event.logged
        else "change beyond the comparison"
    )
    like = "" if change.missed is None else f"; of simulated series like it {change.missed:.0%} of intervals miss"  # fmt: skip
    return (
        f"{kind}: {_OF_WHAT[compared]}, after over before, {-laid.periods.start} and {laid.periods.stop} periods of "
        f"{laid.days} days, trend taken on; "
        f"averaged over how strongly periods may depend on the ones before{like}{found}; {NOT_CHECKED}"
    )
