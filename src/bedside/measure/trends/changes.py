"""Changes: when the level changed, where something came in a burst, and whether the newest weeks stand out."""

from collections.abc import Mapping, Sequence
from math import asin, exp, log, sqrt
from typing import Any, NamedTuple

from bedside.measure.context import MeasureContext
from bedside.measure.estimates.discovery import adjust
from bedside.measure.evidence import Count, Rows, count_all, count_rows, evidence_id, evidence_of
from bedside.measure.making import make_count, make_share
from bedside.measure.periods import filled, label
from bedside.measure.shares import Z95
from bedside.measure.statistics.bursts import bursts_of_shares
from bedside.measure.statistics.change_points import (
    level_changes,
    noise,
    run_lengths,
    shuffled_p,
)
from bedside.measure.statistics.ears import ears
from bedside.measure.trends.told import Series, period_rows, series_of, told_rows
from bedside.measure.trends.volume import WEEKLY
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["CHANGES", "RECENT", "alarms", "bursts", "changes", "recent"]

CHANGES, RECENT = "trends.changes", "trends.recent"
FEWEST = 8  # accounts on each side
NEWEST = 8  # weeks that alarms look at
RECENT_WEEKS = 4
HAZARD = 1 / 52  # a level lasts a year on average
ABOUT_VOLUME = "volume"
FALSE_DISCOVERIES = 0.05
CLIMB = 2.0  # cost of a burst: at 1 a series of 180 weeks would show about one by chance, at 2 one series in 180 does


class _Line(NamedTuple):
    """A series ready to be searched for changes; `level` has a variance that hardly knows its mean."""

    about: str
    kind: str
    rows: Rows
    row_keys: Mapping[str, Any]
    periods: list[int]
    hits: list[int]
    of: list[int]
    level: list[float]


def _weekly(ask: Ask) -> tuple[list[int], list[Count]]:
    """Whole weeks with their counts; the first and the last may be cut by the dates of collection."""
    counts = {week: count for (week,), count in count_rows(ask, WEEKLY, "weeks").items()}
    weeks = filled("week", sorted(counts))[1:-1]
    return weeks, [counts.get(week, Count()) for week in weeks]


def _volume_line(ask: Ask) -> _Line:
    weeks, counts = _weekly(ask)
    hits = [count.accounts for count in counts]
    level = [2 * sqrt(n + 0.375) for n in hits]  # Anscombe (1948): variance about 1
    return _Line(ABOUT_VOLUME, "week", WEEKLY, {}, weeks, hits, [1] * len(hits), level)


def _told_line(series: Series) -> _Line:
    periods = series.periods[1:-1]
    hits = [count.accounts for count in series.hits[1:-1]]
    of = [count.accounts for count in series.of[1:-1]]
    level = [asin(sqrt((x + 0.375) / (n + 0.75))) for x, n in zip(hits, of, strict=True)]
    return _Line(
        f"{series.layer}:{series.code}",
        series.kind,
        told_rows(series.kind),
        {"layer": series.layer, "code": series.code},
        periods,
        hits,
        of,
        level,
    )


def _ratio(line: _Line, before: slice, after: slice) -> tuple[float, float, float] | None:
    """Level after over level before, with an interval that knows how much periods vary within a level."""
    rates, errors = [], []
    for part in (before, after):
        hits, of = sum(line.hits[part]), sum(line.of[part])
        if not hits or not of:
            return None
        rate = hits / of
        expected = [rate * n for n in line.of[part]]
        pearson = sum((x - e) ** 2 / e for x, e in zip(line.hits[part], expected, strict=True) if e)
        spread = max(1.0, pearson / max(1, len(expected) - 1))
        rates.append(rate)
        errors.append(spread / hits)
    value, wide = log(rates[1] / rates[0]), Z95 * sqrt(sum(errors))
    return exp(value), exp(value - wide), exp(value + wide)


def _span(rows: Rows, keys: Mapping[str, Any], part: str, first: int, last: int) -> Rows:
    """The posts of one stretch of periods, all keys given."""
    period = rows.keys[-1]
    fixed = "".join(f" AND {name} = '{value}'" for name, value in keys.items())
    return Rows(
        sql=f"SELECT post_key, account_key FROM ({rows.sql}) s "  # noqa: S608
        f"WHERE {period} BETWEEN $first_{part} AND $last_{part}{fixed}",
        params={f"first_{part}": first, f"last_{part}": last},
    )


def changes(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Changes of level: `trends.changes`, keys {"about", "period"}: the first period of the new level.

    Of accounts a week, and of each share that is followed. The estimate is the level after over the level before;
    its interval is not widened for the search for the period. Kept are changes that shuffled periods rarely show, false
    discoveries held to 5 % over all series. Before and after, never cause (R57). Series under 8 periods have none.
    """
    lines = [_volume_line(ask), *(_told_line(series) for series in series_of(ask, context))]
    found = [_Found(line, places, p) for line in lines for places, p in _searched(line)]
    real = [q <= FALSE_DISCOVERIES for q in adjust([f.p for f in found])]
    figures = [
        _change(ask, context, f.line, f.places)
        for f, is_real in zip(found, real, strict=True)
        if is_real
    ]
    return [figure for figure in figures if figure is not None]


class _Found(NamedTuple):
    line: _Line
    places: tuple[int, int, int]
    p: float


def _searched(line: _Line) -> list[tuple[tuple[int, int, int], float]]:
    """Each change with the ends of the levels beside it and its p value; a series without one is a comparison too."""
    places = [0, *level_changes(line.level), len(line.level)]
    triples = list(zip(places, places[1:], places[2:], strict=False))
    return [(t, shuffled_p(line.level[t[0] : t[2]])) for t in triples] or [((0, 0, 0), 1.0)]


def _change(
    ask: Ask, context: MeasureContext, line: _Line, places: tuple[int, int, int]
) -> Figure | None:
    start, at, end = places
    ratio = _ratio(line, slice(start, at), slice(at, end))
    spans = [
        _span(line.rows, line.row_keys, part, line.periods[first], line.periods[last - 1])
        for part, first, last in (("after", at, end), ("before", start, at))
    ]
    after, before = (count_all(ask, rows, CHANGES) for rows in spans)
    if ratio is None or min(after.accounts, before.accounts) < FEWEST:
        return None
    keys = {"about": line.about, "period": label(line.kind, line.periods[at])}
    evidence = evidence_of(context, *spans, keys={})
    return Figure(
        id=evidence_id(CHANGES, keys, evidence),
        measure=CHANGES,
        keys=keys,
        unit="accounts",
        estimate=ratio[0],
        low=ratio[1],
        high=ratio[2],
        hits_accounts=after.accounts,
        hits_posts=after.posts,
        of_accounts=before.accounts,
        of_posts=before.posts,
        no_author=after.no_author,
        basis="machine",
        method="level after over level before, PELT on squared error with every period tried, kept by shuffling periods; 95 % interval with the "
        "spread of periods within a level, not widened for the search for the period",
        evidence=evidence,
    )


def recent(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Whether accounts a week changed level in the last four whole weeks: `trends.recent`, keys {"about"}.

    The estimate is a probability: run lengths as they come in (Adams and MacKay), a level lasting a year on average.
    """
    line = _volume_line(ask)
    if len(line.level) < 2 * NEWEST:
        return []
    spread = max(1.0, noise(line.level))  # a chance count has at least 1 on this scale
    mean = sum(line.level) / len(line.level)
    wide = sqrt(sum((x - mean) ** 2 for x in line.level) / len(line.level)) or 1.0
    runs = run_lengths(line.level, hazard=HAZARD, mean=mean, spread=wide, noise=spread)
    rows = _span(WEEKLY, {}, "after", line.periods[-RECENT_WEEKS], line.periods[-1])
    count = count_all(ask, rows, RECENT)
    evidence = evidence_of(context, rows, keys={})
    keys = {"about": ABOUT_VOLUME}
    return [
        Figure(
            id=evidence_id(RECENT, keys, evidence),
            measure=RECENT,
            keys=keys,
            unit="accounts",
            estimate=float(runs.posterior[-1, :RECENT_WEEKS].sum()),
            hits_accounts=count.accounts,
            hits_posts=count.posts,
            no_author=count.no_author,
            basis="machine",
            method="probability that the level of accounts a week changed in the last four whole weeks, run lengths "
            "after Adams and MacKay, one change a year expected",
            evidence=evidence,
        )
    ]


def bursts(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Bursts of what is told: `trends.bursts`, keys {"layer", "code", "first", "last"}.

    Periods in which about twice the usual share of those who write tells it (Kleinberg, batched): accounts that tell
    it in the burst, of accounts that write in it. That more people write makes no burst.
    """
    figures = []
    for series in series_of(ask, context):
        line = _told_line(series)
        for burst in bursts_of_shares(line.hits, line.of, gamma=CLIMB):
            ends = [line.periods[int(place)] for place in (burst.start, burst.end)]
            rows = _span(line.rows, line.row_keys, "burst", *ends)
            of_rows = _span(period_rows(series.kind), {}, "burst", *ends)
            hits = count_all(ask, rows, "burst")
            if hits.accounts < FEWEST:
                continue
            figures.append(
                make_share(
                    context,
                    "trends.bursts",
                    {
                        "layer": series.layer,
                        "code": series.code,
                        "first": label(series.kind, ends[0]),
                        "last": label(series.kind, ends[1]),
                    },
                    hits=hits,
                    of=count_all(ask, of_rows, "burst, of whom"),
                    hits_rows=rows,
                    of_rows=of_rows,
                    row_keys={},
                    what="accounts that tell it in a burst, of accounts that wrote in it; usual share doubled (Kleinberg)",
                )
            )
    return figures


def alarms(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Newest weeks that stand out: `trends.alarms`, keys {"about", "week", "method"}.

    EARS C1, C2 and C3 on accounts a week, over the last eight whole weeks; baselines of seven weeks with a standard
    deviation of at least 1. An alarm asks for a look and is no finding.
    """
    weeks, counts = _weekly(ask)
    figures = []
    watched: Sequence[Any] = ears([count.accounts for count in counts])
    for at in range(max(0, len(weeks) - NEWEST), len(weeks)):
        watch = watched[at]
        said = [name for name in ("c1", "c2", "c3") if getattr(watch, name)]
        if said and counts[at].accounts >= FEWEST:
            figures.append(
                make_count(
                    context,
                    "trends.alarms",
                    {
                        "about": ABOUT_VOLUME,
                        "week": label("week", weeks[at]),
                        "method": " ".join(name.upper() for name in said),
                    },
                    counts[at],
                    WEEKLY,
                    row_keys={"iso_week": weeks[at]},
                    unit="accounts",
                    method="counted; above the limit of EARS on the seven weeks before",
                )
            )
    return figures
