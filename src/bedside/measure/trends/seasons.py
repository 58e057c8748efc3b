"""Seasons: on which days of the week, and in which months of the year, people write."""

from collections.abc import Sequence

import msgspec

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows
from bedside.measure.making import make_post_share
from bedside.measure.periods import dated, day_number, month
from bedside.measure.shares import ClusterSums
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["months_of_year", "weekdays"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
LEAST_YEARS = 2  # whole years without which a month cannot be told from a change


def _clusters(ask: Ask, rows: Rows, of: Rows) -> dict[int, ClusterSums]:
    """For each value of the only key of `rows`, what its clustered interval needs; `of` are the same rows, without key."""
    key, voice = rows.keys[0], "COALESCE(account_key, post_key)"
    sql = f"""
SELECT h.{key} AS part, SUM(h.hits) AS hits, SUM(h.hits * h.hits) AS hits_hits, SUM(h.hits * n.posts) AS hits_posts,
  MAX(t.posts) AS posts, MAX(t.accounts) AS accounts, MAX(t.posts_posts) AS posts_posts
FROM (SELECT {key}, {voice} AS voice, COUNT(*) AS hits FROM ({rows.sql}) r GROUP BY {key}, {voice}) h
JOIN (SELECT {voice} AS voice, COUNT(*) AS posts FROM ({of.sql}) d GROUP BY {voice}) n ON h.voice = n.voice
CROSS JOIN (SELECT SUM(posts) AS posts, COUNT(*) AS accounts, SUM(posts * posts) AS posts_posts
  FROM (SELECT COUNT(*) AS posts FROM ({of.sql}) e GROUP BY {voice}) a) t
GROUP BY h.{key} ORDER BY h.{key}"""  # noqa: S608
    table = ask(Aggregate(name="clusters of seasons", sql=sql, needs=rows.needs), rows.params)
    return {
        int(row["part"]): ClusterSums(**{name: int(row[name]) for name in ClusterSums._fields})
        for row in table.to_pylist()
    }


def _shares(
    ask: Ask, context: MeasureContext, measure: str, rows: Rows, names: Sequence[str], what: str
) -> list[Figure]:
    of_rows = Rows(
        sql=f"SELECT post_key, account_key FROM ({rows.sql}) s",  # noqa: S608
        params=rows.params,
    )
    of = count_all(ask, of_rows, measure)
    if not of.posts:
        return []
    counts, sums = count_rows(ask, rows, measure), _clusters(ask, rows, of_rows)
    nobody = next(iter(sums.values()))._replace(hits=0, hits_hits=0, hits_posts=0)
    (key,) = rows.keys
    figures = [
        make_post_share(
            context,
            measure,
            {key: name},
            hits=counts.get((number,), Count()),
            of=of,
            sums=sums.get(number, nobody),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={key: number},
            what=what,
        )
        for number, name in enumerate(names, 1)
    ]
    method = f"{what}; counted, Wilson 95 % interval clustered by account"
    return [msgspec.structs.replace(f, basis="counted", method=method) for f in figures]


def weekdays(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Posts by day of the week (UTC): `trends.weekdays`, keys {"weekday"}; an even week gives each a seventh."""
    day = f"MOD({day_number('published_at')} - 1, 7) + 1"  # 1 January of the year 1 was a Monday
    rows = Rows(
        keys=("weekday",),
        sql=f"SELECT post_key, account_key, {day} AS weekday FROM corpus "  # noqa: S608
        f"WHERE {dated()}",
    )
    what = "posts of the day of the week (UTC), of posts whose day is known"
    return _shares(ask, context, "trends.weekdays", rows, WEEKDAYS, what)


def months_of_year(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Posts by month of the year: `trends.months`, keys {"month"}, over the last whole years (at least two).

    The month that was still running at the last post is left out, and the years end before it. A month that stands
    out in two years may be a campaign as well as a season.
    """
    sql = f"SELECT MIN({month()}) AS first, MAX({month()}) AS last FROM corpus WHERE {dated()}"  # noqa: S608
    ends = ask(Aggregate(name="months", sql=sql, needs=("corpus",)), {}).to_pylist()[0]
    if ends["first"] is None:
        return []
    first, last = (at // 100 * 12 + at % 100 - 1 for at in (ends["first"], ends["last"]))
    years = (last - first - 1) // 12  # neither the first nor the last month need be whole
    if years < LEAST_YEARS:
        return []
    window = [m // 12 * 100 + m % 12 + 1 for m in (last - 12 * years, last - 1)]
    rows = Rows(
        keys=("month",),
        sql="SELECT post_key, account_key, CAST(EXTRACT(MONTH FROM published_at) AS BIGINT) AS month "  # noqa: S608
        f"FROM corpus WHERE {dated()} AND {month()} BETWEEN $first_month AND $last_month",
        params={"first_month": window[0], "last_month": window[1]},
    )
    what = f"posts of the month of the year, of posts of the last {years} whole years"
    return _shares(ask, context, "trends.months", rows, MONTHS, what)
