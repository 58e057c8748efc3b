"""Trends: how much was written, week by week."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows
from bedside.measure.making import make_count
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["measure_trends", "volume", "weeks_between"]

LONGEST_GAP = 53  # weeks; a longer silence is a wrong date or another study, not a row of zeros

# ISO year * 100 + ISO week: the days around New Year may belong to the other year's week
WEEK = """
  (EXTRACT(YEAR FROM published_at)
   + CASE WHEN EXTRACT(MONTH FROM published_at) = 1 AND EXTRACT(WEEK FROM published_at) > 51 THEN -1
          WHEN EXTRACT(MONTH FROM published_at) = 12 AND EXTRACT(WEEK FROM published_at) = 1 THEN 1
          ELSE 0 END) * 100 + EXTRACT(WEEK FROM published_at)"""

WEEKLY = Rows(
    keys=("iso_week",),
    sql=f"SELECT post_key, account_key, CAST({WEEK} AS BIGINT) AS iso_week FROM corpus "  # noqa: S608
    # years that a clock never set, or set wrongly, gives: no week of this study
    "WHERE EXTRACT(YEAR FROM published_at) BETWEEN 1971 AND 9998 "
    "AND COALESCE(published_precision, 's') IN ('s', 'day')",
)


def _monday(week: int) -> date:
    return date.fromisocalendar(week // 100, week % 100, 1)


def weeks_between(first: int, last: int) -> Iterator[int]:
    """ISO weeks after `first` up to and with `last`, as year * 100 + week.

    Examples
    --------
    >>> list(weeks_between(202052, 202102))
    [202053, 202101, 202102]
    """
    day = _monday(first)
    while (day := day + timedelta(weeks=1)) <= _monday(last):
        year, week, _ = day.isocalendar()
        yield year * 100 + week


def _filled(weeks: list[int]) -> list[int]:
    """The weeks with those between them, gaps of more than a year left open."""
    filled = weeks[:1]
    for last, week in pairwise(weeks):
        near = (_monday(week) - _monday(last)) <= timedelta(weeks=LONGEST_GAP)
        filled.extend(weeks_between(last, week) if near else [week])
    return filled


def volume(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Posts and accounts of each ISO week (UTC): `trends.volume`, keys {"week", "unit"}.

    Weeks without posts are there as zeros. Posts dated only to a month or "two weeks ago" are left out.
    """
    counts = {week: count for (week,), count in count_rows(ask, WEEKLY, "weeks").items()}
    return [
        make_count(
            context,
            "trends.volume",
            {"week": f"{week // 100}-W{week % 100:02}", "unit": unit},
            counts.get(week, Count()),
            WEEKLY,
            row_keys={"iso_week": week},
            unit=unit,
        )
        for week in _filled(sorted(counts))
        for unit in ("posts", "accounts")
    ]


def measure_trends(ask: Ask, context: MeasureContext) -> list[Figure]:
    """All figures of trends."""
    return volume(ask, context)
