"""Periods: days, ISO weeks, months and quarters of a post as SQL in the subset that DuckDB and Spark share, and back."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

__all__ = [
    "dated",
    "day_number",
    "filled",
    "label",
    "month",
    "quarter",
    "seconds",
    "timed",
    "week",
    "weeks_between",
]

LONGEST_GAP = 53  # weeks; a longer silence is a wrong date or another study, not a row of zeros

_BEFORE = "CAST(EXTRACT(YEAR FROM {at}) AS BIGINT) - 1"
_DAY = (
    f"(({_BEFORE}) * 365 + CAST(FLOOR(({_BEFORE}) / 4.0) AS BIGINT) - CAST(FLOOR(({_BEFORE}) / 100.0) AS BIGINT) "
    f"+ CAST(FLOOR(({_BEFORE}) / 400.0) AS BIGINT) + CAST(EXTRACT(DOY FROM {{at}}) AS BIGINT))"
)


def week(column: str = "published_at") -> str:
    """SQL of the ISO week, as year * 100 + week: days around New Year may belong to the other year's week."""
    month, number = f"EXTRACT(MONTH FROM {column})", f"EXTRACT(WEEK FROM {column})"
    return f"""CAST((EXTRACT(YEAR FROM {column})
   + CASE WHEN {month} = 1 AND {number} > 51 THEN -1 WHEN {month} = 12 AND {number} = 1 THEN 1 ELSE 0 END) * 100
   + {number} AS BIGINT)"""


def month(column: str = "published_at") -> str:
    """SQL of the month, as year * 100 + month."""
    return f"CAST(EXTRACT(YEAR FROM {column}) * 100 + EXTRACT(MONTH FROM {column}) AS BIGINT)"


def quarter(column: str = "published_at") -> str:
    """SQL of the quarter, as year * 100 + quarter."""
    return f"CAST(EXTRACT(YEAR FROM {column}) * 100 + EXTRACT(QUARTER FROM {column}) AS BIGINT)"


def dated(table: str = "corpus") -> str:
    """Condition: the day of a post is known, and no clock that was never set gave it."""
    return (
        f"EXTRACT(YEAR FROM {table}.published_at) BETWEEN 1971 AND 9998 "
        f"AND COALESCE({table}.published_precision, 's') IN ('s', 'day')"
    )


def day_number(column: str) -> str:
    """SQL of the number of a column's day, as `date.toordinal` has it.

    Examples
    --------
    >>> day_number("p.published_at").count("p.published_at")
    5
    """
    return _DAY.format(at=column)


def seconds(column: str) -> str:
    """SQL of a column's time in whole seconds, counted as days are in `day_number`."""
    parts = (
        (86400, day_number(column)),
        *((n, f"EXTRACT({p} FROM {column})") for n, p in ((3600, "HOUR"), (60, "MINUTE"))),
    )
    told = " + ".join(f"CAST({part} AS BIGINT) * {n}" for n, part in parts)
    return f"({told} + CAST(FLOOR(EXTRACT(SECOND FROM {column})) AS BIGINT))"


def timed(table: str = "corpus", prefix: str = "") -> str:
    """Condition: the time of a post is known to the second, and no clock that was never set gave it."""
    return (
        f"EXTRACT(YEAR FROM {table}.{prefix}published_at) BETWEEN 1971 AND 9998 "
        f"AND COALESCE({table}.{prefix}published_precision, 's') = 's'"
    )


def label(kind: str, period: int) -> str:
    """A period as it stands in keys.

    Examples
    --------
    >>> label("week", 202605), label("month", 202611), label("quarter", 202604)
    ('2026-W05', '2026-11', '2026-Q4')
    """
    year, part = divmod(period, 100)
    return {"week": f"{year}-W{part:02}", "quarter": f"{year}-Q{part}"}.get(
        kind, f"{year}-{part:02}"
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


def _parts_between(first: int, last: int, parts: int) -> Iterator[int]:
    """Months (12 parts a year) or quarters (4) after `first` up to and with `last`."""
    at = first
    while at < last:
        at = at + 1 if at % 100 < parts else (at // 100 + 1) * 100 + 1
        yield at


def filled(kind: str, periods: Sequence[int]) -> list[int]:
    """Periods in order with those between them; gaps of more than a year are left open.

    Examples
    --------
    >>> filled("month", [202411, 202502]), filled("quarter", [202401, 202601])
    ([202411, 202412, 202501, 202502], [202401, 202601])
    """
    every = list(periods[:1])
    for last, period in pairwise(periods):
        every.extend(_between(kind, last, period))
    return every


def _between(kind: str, last: int, period: int) -> list[int]:
    if kind == "week":
        near = (_monday(period) - _monday(last)) <= timedelta(weeks=LONGEST_GAP)
        return list(weeks_between(last, period)) if near else [period]
    parts = {"month": 12, "quarter": 4}[kind]
    between = list(_parts_between(last, period, parts))
    return between if len(between) <= parts + 1 else [period]
