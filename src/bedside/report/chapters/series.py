"""What is told over time, seasons, changes and news: the parts of the chapter on trends beside its weekly line."""

from collections.abc import Sequence
from datetime import date
from statistics import NormalDist

from bedside.report.chapters.stages import brief, ratio_of, thing
from bedside.report.charts.dots import DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.charts.panels import Panel, Point, panel_chart
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import (
    Column,
    Desk,
    evidence_line,
    figure,
    paragraph,
    share_of,
    table,
    twin,
)
from bedside.report.printing import NARROW, count, listed, percent, sentence_case, share
from bedside.report.rows import checked, dot_of, highest, share_table, sized, star_note
from bedside.report.sentences import standing_out
from bedside.report.words import plain

__all__ = [
    "alarm_words",
    "burst_words",
    "change_words",
    "changes",
    "news",
    "seasons",
    "told_over_time",
    "when",
]

_KIND = {"W": "week", "Q": "quarter"}


def when(period: str) -> date | None:
    """First day of a period such as `2026-W05`, `2026-11` or `2026-Q4`; None where it is none.

    Examples
    --------
    >>> when("2026-W05"), when("2026-11"), when("2026-Q4"), when("spring")
    (datetime.date(2026, 1, 26), datetime.date(2026, 11, 1), datetime.date(2026, 10, 1), None)
    """
    year, _, part = period.partition("-")
    try:
        if part.startswith("W"):
            return date.fromisocalendar(int(year), int(part[1:]), 1)
        return date(int(year), 3 * int(part[1:]) - 2 if part.startswith("Q") else int(part), 1)
    except ValueError:
        return None


def _worded(period: str) -> str:
    """A period as it stands in a sentence."""
    start = when(period)
    if start is None:
        return period
    if "W" in period:
        return f"the week of {start.day} {start:%B} {start.year}"
    if "Q" in period:
        return f"the quarter that began in {start:%B} {start.year}"
    return f"{start:%B} {start.year}"


def told_over_time(laid: Desk) -> Markup:
    """Shares of those who write, each thing in a panel of its own, all on one scale."""
    figures = [f for f in pick(laid.shelf, "trends.told") if when(f.keys.get("period", ""))]
    lines: dict[tuple[str, str], list[Shown]] = {}
    for f in figures:
        lines.setdefault((f.keys.get("layer", ""), f.keys.get("code", "")), []).append(f)
    lines = {what: held for what, held in lines.items() if sum(f.known for f in held) > 1}
    if not lines:
        return NOTHING
    shown = [f for held in lines.values() for f in held]
    starts = [day for f in shown if (day := when(f.keys.get("period", ""))) is not None]
    panels = [
        Panel(
            f"{sentence_case(brief(*what))}, by {kind_of(held)}", points_of(held), checked(held[0])
        )
        for what, held in lines.items()
    ]
    title = "How much of what is written tells each thing, over time"
    return figure(
        laid,
        shown,
        name="told-over-time",
        title=title,
        sub="Accounts that tell it in the period, per cent of accounts that wrote in it; areas are 95 % intervals. Each in "
        "the finest periods in which enough people tell it." + star_note(shown),
        chart=panel_chart(
            "told-over-time",
            title,
            f"{len(panels)} lines of shares over time with 95 % intervals; numbers are in the table.",
            panels,
            nice_axis(highest(shown), f"{NARROW}%", limit=100),
            time_ticks(min(starts), max(starts)),
        ),
        twins=twin(
            share_table("Told over time", "code", shown, more=["layer", "period"]), len(shown)
        ),
        note="The first and the last period may be cut by the dates of collection.",
    )


def kind_of(held: Sequence[Shown]) -> str:
    """Kind of the periods of a line: week, month or quarter."""
    period = held[0].keys.get("period", "")
    return next((word for mark, word in _KIND.items() if mark in period), "month")


def points_of(held: Sequence[Shown]) -> list[Point]:
    """Shares of one line as points in per cent, in order of time."""
    dated = sorted((day.toordinal(), f) for f in held if (day := when(f.keys.get("period", ""))))
    return [
        Point(
            at,
            100 * f.mid if f.known else None,
            None if f.low is None else 100 * f.low,
            None if f.high is None else 100 * f.high,
        )
        for at, f in dated
    ]


def time_ticks(first: date, last: date) -> list[tuple[float, str]]:
    """Both ends and the Januaries between them that leave room for their labels."""
    reach = max((last - first).days, 1)
    ends = [(first.toordinal(), f"{first:%b %Y}"), (last.toordinal(), f"{last:%b %Y}")]
    inner = [
        (day.toordinal(), str(day.year))
        for day in (date(year, 1, 1) for year in range(first.year + 1, last.year + 1))
        if min((day - first).days, (last - day).days) > reach / 4
    ]
    return [ends[0], *(inner if len(inner) <= 2 else inner[len(inner) // 2 :][:1]), ends[1]]


def changes(laid: Desk) -> Markup:
    """Changes of level, bursts and alarms as sentences with their evidence; before and after, never cause (R57)."""
    lines = {
        (f.keys.get("layer", ""), f.keys.get("code", "")) for f in pick(laid.shelf, "trends.told")
    }
    followed = len(lines) + bool(pick(laid.shelf, "trends.volume"))
    if not followed:
        return NOTHING
    found = [f for f in pick(laid.shelf, "trends.changes") if f.known]
    series = "one series" if followed == 1 else f"{followed} series"
    items = [(change_words(f), f) for f in found]
    items += [(burst_words(f), f) for f in pick(laid.shelf, "trends.bursts") if f.known]
    items += [(alarm_words(f), f) for f in pick(laid.shelf, "trends.alarms") if f.known]
    none = (
        ""
        if found
        else f"No change of level stands out in {series}, false discoveries held to 5 %."
    )
    recent = one(laid.shelf, "trends.recent")
    now = ""
    if recent is not None and recent.known:
        now = (
            "That the level of accounts a week changed in the last four whole weeks has a probability of "
            f"{percent(recent.mid)}."
        )
    listing = [
        tag("li", words, evidence_line([f], laid.codebook, small=laid.small)) for words, f in items
    ]
    return join(
        [
            tag("h3", "Changes, bursts, the newest weeks"),
            paragraph(" ".join(part for part in (none, now) if part)),
            tag("ul", *listing) if listing else NOTHING,
            paragraph(
                "These say when, never why: what else happened then is not in these numbers.",
                kind="small soft",
            ),
        ]
    )


def _about(figure: Shown) -> str:
    about = figure.keys.get("about", "volume")
    if about == "volume":
        return "The number of accounts that write a week"
    layer, _, code = about.partition(":")
    return f"The share of accounts that tell of {thing(layer, code)}"


_STEEP = 5  # times the level before: people seldom change so much, collections do


def change_words(figure: Shown) -> str:
    """A change of level as a sentence."""
    said = f"{_about(figure)} was {ratio_of(figure)} the level before, from {_worded(figure.keys.get('period', ''))} on."
    steep = not 1 / _STEEP < figure.mid < _STEEP and figure.keys.get("about", "volume") == "volume"
    return (
        f"{said} So steep a change is likelier where collection began or ended." if steep else said
    )


def burst_words(figure: Shown) -> str:
    """A burst as a sentence."""
    first, last = figure.keys.get("first", ""), figure.keys.get("last", "")
    spell = f"in {_worded(first)}" if first == last else f"from {_worded(first)} to {_worded(last)}"
    return (
        f"A burst of {thing(figure.keys.get('layer', ''), figure.keys.get('code', ''))}, {spell}: {share_of(figure)} of "
        f"{count(figure.of_accounts)} accounts that wrote."
    )


def alarm_words(figure: Shown) -> str:
    """A week that stands out as a sentence."""
    return (
        f"{sentence_case(_worded(figure.keys.get('week', '')))} stands out: {count(figure.hits_accounts)} accounts, above the limit "
        f"of EARS {listed(figure.keys.get('method', '').split())} on the weeks before. It asks for a look, no more."
    )


def seasons(laid: Desk) -> Markup:
    """Days of the week and months of the year."""
    return join(
        [
            _season(laid, "trends.weekdays", "weekday", "weekdays", 7, "day of the week", "day"),
            _season(laid, "trends.months", "month", "months", 12, "month of the year", "month"),
        ]
    )


def _season(
    laid: Desk, measure: str, key: str, name: str, parts: int, words: str, short: str
) -> Markup:
    figures = pick(laid.shelf, measure)
    if not any(f.known for f in figures):
        return NOTHING
    even = 1 / parts
    odd = [f for f in figures if _departs(f, even, parts)]
    busy, quiet = [f for f in odd if f.mid > even], [f for f in odd if f.mid < even]
    title = f"No {words} stands out from the others"
    if busy or quiet:
        more = f"more is written on {_days(busy, key)}" if busy else ""
        less = f"less is written on {_days(quiet, key)}" if quiet else ""
        title = sentence_case(" and ".join(part for part in (more, less) if part))
        title += f" than an even {'week' if parts == 7 else 'year'} would bring"
        title = title if short == "day" else title.replace("written on", "written in")
    rows = [DotRow(sentence_case(f.keys[key]), [dot_of(f)]) for f in figures]
    return figure(
        laid,
        figures,
        name=name,
        title=title,
        sub=f"Per cent of posts by {words} (UTC); an even one would hold {share(even, None, None)} of them."
        + star_note(figures),
        chart=dot_plot(
            name,
            title,
            f"{len(rows)} shares with 95 % intervals; numbers are in the table.",
            rows,
            nice_axis(highest(figures), f"{NARROW}%", limit=100),
        ),
        twins=twin(share_table(sentence_case(words), key, figures), len(figures)),
    )


def _departs(figure: Shown, even: float, parts: int) -> bool:
    """Whether a share departs from an even one when all parts are looked at (Bonferroni, two-sided 5 %)."""
    if figure.low is None or figure.high is None or not figure.known:
        return False
    error = (figure.high - figure.low) / (2 * NormalDist().inv_cdf(0.975))
    return abs(figure.mid - even) > NormalDist().inv_cdf(1 - 0.025 / parts) * error


def _days(figures: Sequence[Shown], key: str) -> str:
    return listed([f.keys[key].capitalize() for f in figures])


def news(laid: Desk) -> Markup:
    """Hashtags, what came up lately, and what is new since the last snapshot."""
    tags = pick(laid.shelf, "trends.hashtags")
    up = [f for f in pick(laid.shelf, "trends.came_up") if f.known]
    new = [f for f in pick(laid.shelf, "trends.new") if f.known]
    since = pick(laid.shelf, "trends.since")
    parts: list[Markup] = [_hashtags(laid, tags), _since(laid, since)]
    if new:
        named = listed(
            [
                f"{plain(f.keys.get('what', ''))} ({count(f.hits_accounts)} accounts)"
                for f in sized(new)
            ]
        )
        parts += [paragraph(f"In no post of the last snapshot, and now told: {named}.")]
        parts += [
            evidence_line(new, laid.codebook, small=laid.small),
            _named_table("New since the last snapshot", new),
        ]
    if up:
        named = listed(
            [f"{plain(f.keys.get('what', ''))} ({_worded(f.keys.get('month', ''))})" for f in up]
        )
        parts += [
            paragraph(
                f"Came up in the last six months, by the month in which an eighth account wrote of it: {named}."
            )
        ]
        parts += [_named_table("What came up lately", up)]
    return join(part for part in parts if part)


def _named_table(caption: str, figures: Sequence[Shown]) -> Markup:
    columns = [Column("what"), Column("kind"), Column("accounts", numeric=True), Column("evidence")]
    rows = [
        [
            plain(f.keys.get("what", "")),
            plain(f.keys.get("kind", "")),
            count(f.hits_accounts),
            tag("code", f.id),
        ]
        for f in figures
    ]
    return twin(table(caption, columns, rows), len(rows), words=caption)


def _hashtags(laid: Desk, figures: Sequence[Shown]) -> Markup:
    known = [f for f in figures if f.known]
    if not known:
        return NOTHING
    top = sized(known)[:10]
    title = standing_out(
        top, verb="use", wording=lambda f: f"#{f.keys.get('tag', '')}", rest="any other hashtag"
    )
    rows = [DotRow(f"#{f.keys.get('tag', '')}", [dot_of(f)]) for f in top]
    return figure(
        laid,
        figures,
        name="hashtags",
        title=title,
        sub="Accounts that use the hashtag, per cent of all accounts. Tags of fewer than 8 accounts are never named.",
        chart=dot_plot(
            "hashtags",
            title,
            f"{len(rows)} hashtags with 95 % intervals, most accounts first; numbers are in the table.",
            rows,
            nice_axis(highest(top), f"{NARROW}%", limit=100),
        ),
        twins=twin(share_table("Hashtags", "tag", sized(figures)), len(figures)),
    )


def _since(laid: Desk, figures: Sequence[Shown]) -> Markup:
    """What the posts that joined tell more or less of."""
    pairs: dict[tuple[str, str], dict[str, Shown]] = {}
    for f in figures:
        pairs.setdefault((f.keys.get("layer", ""), f.keys.get("code", "")), {})[
            f.keys.get("side", "")
        ] = f
    if not any(f.known for f in figures):
        return NOTHING
    rows = [
        DotRow(
            sentence_case(thing(*what)), [dot_of(held.get(side)) for side in ("before", "since")]
        )
        for what, held in pairs.items()
    ]
    title = f"Posts that joined since the last snapshot differ in {len(pairs)} {'thing' if len(pairs) == 1 else 'things'}"
    return figure(
        laid,
        figures,
        name="since",
        title=title,
        sub="Accounts that tell it, per cent of accounts with posts in the last snapshot and of those with posts that joined "
        "since. Only differences that hold when all codes are counted." + star_note(figures),
        chart=dot_plot(
            "since",
            title,
            f"{len(rows)} pairs of shares with 95 % intervals; numbers are in the table.",
            rows,
            nice_axis(highest(figures), f"{NARROW}%", limit=100),
            ("last snapshot", "since"),
        ),
        twins=twin(
            share_table("Since the last snapshot", "code", figures, more=["side"]), len(figures)
        ),
    )
