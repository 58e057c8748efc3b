"""Week by week: how many accounts and posts wrote. A week that may not be shown is a gap, never a zero."""

import re
from collections.abc import Sequence
from datetime import date
from statistics import median

from bedside.report.chapters.series import changes, news, seasons, told_over_time
from bedside.report.charts.drawing import nice_axis
from bedside.report.charts.weeks import Week, week_chart
from bedside.report.figures import Shown, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Chapter, Column, Desk, figure, number_of, table, twin
from bedside.report.printing import day

__all__ = ["monday", "trends"]

_WEEK = re.compile(r"(\d{4})-?W(\d{2})")


def monday(week: str) -> date | None:
    """The Monday of an ISO week such as `2026-W05`; None where it is none.

    Examples
    --------
    >>> monday("2026-W05"), monday("2026-W60"), monday("spring")
    (datetime.date(2026, 1, 26), None, None)
    """
    read = _WEEK.fullmatch(week)
    try:
        return date.fromisocalendar(int(read[1]), int(read[2]), 1) if read else None
    except ValueError:
        return None


def trends(laid: Desk) -> Chapter | None:
    """Week by week; None where no week can be read."""
    figures = pick(laid.shelf, "trends.volume")
    weeks = _weeks(figures, "accounts") or _weeks(figures, "posts")
    if not weeks:
        rest = join([told_over_time(laid), news(laid)])
        return Chapter("trends", "Over time", rest) if rest else None
    unit = "accounts" if _weeks(figures, "accounts") else "posts"
    parts = [_plot(laid, figures, weeks, unit), changes(laid), told_over_time(laid), seasons(laid)]
    return Chapter("trends", "Over time", join([*parts, news(laid)]))


def _weeks(figures: Sequence[Shown], unit: str) -> list[Week]:
    """Weeks in order of time."""
    found = [
        Week(start, round(f.mid) if f.known else None, f.low, f.high)
        for f in figures
        if f.keys.get("unit", f.unit) == unit and (start := monday(f.keys.get("week", "")))
    ]
    return sorted(found, key=lambda week: week.start)


def _title(weeks: Sequence[Week], unit: str) -> str:
    """The level of the series, and its busiest week."""
    known = [week for week in weeks if week.number is not None]
    if not known:
        return "No week may be shown"
    top = max(known, key=lambda week: week.number or 0)
    middle = median(week.number or 0 for week in known)
    usual = f"{middle:,.0f} {unit} wrote in the middle week of those shown"
    return f"{usual}, {top.number:,} in the busiest, from {day(top.start.isoformat())}"


def _plot(laid: Desk, figures: Sequence[Shown], weeks: Sequence[Week], unit: str) -> Markup:
    """The line, its reading note and its twin."""
    title = _title(weeks, unit)
    axis = nice_axis(max((week.high or week.number or 0 for week in weeks), default=0), "")
    hidden = any(week.number is None for week in weeks)
    note = "* under a gap: not shown. " if hidden else ""
    return figure(
        laid,
        figures,
        name="weeks",
        title=title,
        sub=f"{unit.capitalize()} that wrote in each week, Monday to Sunday, on a scale from zero; the area is how far chance alone moves such a count.",
        chart=week_chart(
            "weeks",
            title,
            f"A line of {len(weeks)} weekly counts; numbers are in the table.",
            weeks,
            axis,
        ),
        note=note
        + "The first and the last week may be cut by the dates of collection. Volume says when people wrote, not why.",
        twins=twin(_table(figures), len(weeks)),
    )


def _table(figures: Sequence[Shown]) -> Markup:
    """The twin: one row a week."""
    by_week: dict[str, dict[str, Shown]] = {}
    for f in figures:
        by_week.setdefault(f.keys.get("week", ""), {})[f.keys.get("unit", f.unit)] = f
    rows = [
        [week, number_of(found.get("posts")), number_of(found.get("accounts")), _ids(found)]
        for week, found in sorted(by_week.items())
    ]
    columns = [
        Column("week"),
        Column("posts", numeric=True),
        Column("accounts", numeric=True),
        Column("evidence"),
    ]
    return table("Posts and accounts by week", columns, rows)


def _ids(found: dict[str, Shown]) -> Markup:
    """Evidence ids of a week."""
    marks = [tag("code", f.id) for f in found.values()]
    return tag("span", *(part for mark in marks for part in (mark, " "))) if marks else NOTHING
