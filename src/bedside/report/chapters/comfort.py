"""Comfort: what is asked for and given, how long a plea waits for its first reply, who helps, who stays."""

from collections.abc import Sequence
from math import log2

from bedside.report.charts.dots import DotRow, dot_plot
from bedside.report.charts.drawing import Axis, nice_axis
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
from bedside.report.printing import NARROW, count, listed, sentence_case, share
from bedside.report.rows import checked, dot_of, highest, share_table, star_note
from bedside.report.words import ROLES, plain

__all__ = ["anybody_answers", "helped", "helpers", "pleas", "staying", "support", "waited"]

_DAY, _HOURS_OF_DAYS = 24, 72  # hours; from three days on a time is printed in days
_TIMES = ((1, "1 hour"), (6, "6"), (24, "1 day"), (168, "1 week"), (720, "30 days"))
_DAYS = ((1, "1 day"), (7, "1 week"), (30, "30"), (90, "90"), (365, "1 year"))


def _hours(figure: Shown) -> float:
    return float(figure.keys.get("hours", "0"))


def waited(hours: float) -> str:
    """A time in hours, from three days on in days.

    Examples
    --------
    >>> waited(1), waited(24), waited(168), waited(0.2), waited(11.6)
    ('1 hour', '24 hours', '7 days', 'under an hour', '12 hours')
    """
    if hours < 1:
        return "under an hour"
    number, unit = (hours / _DAY, "day") if hours >= _HOURS_OF_DAYS else (hours, "hour")
    return f"{number:.0f} {unit}{'' if round(number) == 1 else 's'}"


def pleas(laid: Desk) -> Markup:
    """How many pleas nobody answered, and the curve of first replies."""
    left = one(laid.shelf, "community.pleas", kind="all", state="unanswered")
    unseen = one(laid.shelf, "community.pleas", kind="all", state="not_collected")
    if left is None or not left.known:
        return NOTHING
    more = ""
    if unseen is not None and unseen.known and unseen.mid:
        more = f" For a further {share_of(unseen)} the source says that there are replies, and none was collected."
    told = paragraph(
        f"Of {count(left.of_posts)} posts that ask for support where replies are collected, {share_of(left)} had no reply "
        f"when they were collected.{more} No reply is not the same as no good answer, and a reply need not be one."
    )
    by_kind = pick(laid.shelf, "community.pleas", state="unanswered")
    kinds = twin(
        share_table("Pleas without a reply, by what is asked for", "kind", by_kind),
        len(by_kind),
        words="The same by what is asked for",
    )
    return join([told, evidence_line([left], laid.codebook, small=laid.small), kinds, _curve(laid)])


def _curve(laid: Desk) -> Markup:
    points = [f for f in pick(laid.shelf, "community.first_reply") if f.known]
    if not points:
        return NOTHING
    day = next((f for f in points if _hours(f) == _DAY), points[-1])
    title = (
        f"Of {count(day.of_accounts)} accounts that asked for support, {share(day.mid, None, None)} had no reply to their first "
        f"plea after {waited(_hours(day))}"
    )
    median = one(laid.shelf, "community.first_reply_median")
    half = "More than half had no reply for as long as they were watched."
    if median is not None and median.known:
        half = f"Half had a reply within {waited(median.mid)}{_limits(median)}."
    drawn = [Point(0, 100, 100, 100), *(_point(f, _on_scale(_hours(f))) for f in points)]
    panel = Panel(f"no reply yet, n = {count(day.of_accounts)}", drawn, checked(day))
    last = _hours(points[-1])
    ticks = [(0.0, "0"), *((_on_scale(h), words) for h, words in _TIMES if h <= last)]
    return figure(
        laid,
        points,
        name="first-reply",
        title=title,
        sub="Per cent of accounts whose first plea had no reply yet, by Kaplan–Meier. Each step of the time is twice as long as "
        "the one before. A plea without a reply is watched until it was collected or its source ends, and never left out.",
        chart=panel_chart(
            "first-reply",
            title,
            "A falling line of shares by time with 95 % intervals; numbers are in the table.",
            [panel],
            Axis(100, 50, f"{NARROW}%"),
            ticks,
        ),
        twins=twin(_points_table("The curve, point by point", points, "no reply yet"), len(points)),
        note=half,
    )


def _limits(median: Shown) -> str:
    if median.low is None or median.high is None:
        return ""
    return f" (95{NARROW}% interval: {waited(median.low)} to {waited(median.high)})"


def _on_scale(time: float) -> float:
    """A time on an axis on which each step is twice as long as the one before."""
    return 1 + log2(time) if time >= 1 else time


def _point(f: Shown, at: float) -> Point:
    low, high = (None if x is None else 100 * x for x in (f.low, f.high))
    return Point(at, 100 * f.mid, low, high)


def _points_table(caption: str, points: Sequence[Shown], what: str) -> Markup:
    days = "days" in points[0].keys
    columns = [
        Column("after"),
        Column("accounts known to", numeric=True),
        Column("of", numeric=True),
        Column(what, numeric=True),
        Column("evidence"),
    ]
    rows = [
        [
            f"{f.keys['days']} days" if days else waited(_hours(f)),
            count(f.hits_accounts),
            count(f.of_accounts),
            share_of(f),
            tag("code", f.id),
        ]
        for f in points
    ]
    return table(caption, columns, rows)


def support(laid: Desk) -> Markup:
    """What is asked for and given, side by side, and whether it met."""
    figures = pick(laid.shelf, "community.support")
    kinds = list(dict.fromkeys(f.keys.get("kind", "") for f in figures))
    if not any(f.known and f.mid for f in figures):
        return NOTHING
    at = {(f.keys.get("kind"), f.keys.get("side")): f for f in figures}
    rows = [
        DotRow(plain(kind), [dot_of(at.get((kind, side))) for side in ("asked", "given")])
        for kind in kinds
    ]
    alone = not anybody_answers(laid)
    title = _support_title(figures, alone=alone)
    lone = (
        " No post was collected together with the one it answers: what is given hardly shows here."
    )
    return figure(
        laid,
        figures,
        name="support",
        title=title,
        sub="Per cent of accounts, by the kind of support that they ask for and that they give to somebody."
        + star_note(figures)
        + (lone if alone else ""),
        chart=dot_plot(
            "support",
            title,
            f"{len(rows)} pairs of shares with 95 % intervals; numbers are in the table.",
            rows,
            nice_axis(highest(figures), f"{NARROW}%", limit=100),
            ("asked for", "given"),
        ),
        twins=twin(
            join(
                [
                    share_table("Support asked for and given", "kind", figures, more=["side"]),
                    NOTHING if alone else _met(laid),
                ]
            ),
            len(figures),
        ),
        note=_met_note(laid),
    )


def anybody_answers(laid: Desk) -> bool:
    """Whether anybody here answers anybody."""
    return any(f.suppressed or f.of_accounts for f in pick(laid.shelf, "community.size"))


def _support_title(figures: Sequence[Shown], *, alone: bool) -> str:
    """The kind that most accounts ask for, and what is given of it."""
    asked = [f for f in figures if f.keys.get("side") == "asked" and f.known and f.mid]
    if not asked:
        return "What is asked for and given"
    top = max(asked, key=lambda f: f.mid)
    kind = top.keys.get("kind", "")
    given = next(
        (
            f
            for f in figures
            if f.keys.get("side") == "given" and f.keys.get("kind") == kind and f.known
        ),
        None,
    )
    more = f"; {share(given.mid, None, None)} give it" if given and not alone else ""
    return f"{share(top.mid, None, None)} of accounts ask for {plain(kind)} support{more}"


def _met(laid: Desk) -> Markup:
    met, back = pick(laid.shelf, "community.met"), pick(laid.shelf, "community.acknowledged")
    return join(
        [
            share_table("Accounts to whom a reply gave the kind they asked for", "kind", met)
            if met
            else NOTHING,
            share_table(
                "Accounts that wrote back with gratitude or relief, by what the reply gave",
                "given",
                back,
            )
            if back
            else NOTHING,
        ]
    )


def _met_note(laid: Desk) -> str:
    met = [f for f in pick(laid.shelf, "community.met") if f.known and f.of_accounts]
    back = one(laid.shelf, "community.acknowledged", given="all")
    said = ""
    if met:
        told = listed(
            [f"{share(f.mid, None, None)} for {plain(f.keys.get('kind', ''))}" for f in met]
        )
        said = f"A reply gave what was asked for to {told} support. "
    if back is not None and back.known:
        said += f"{share_of(back)} of those supported wrote back with gratitude or relief; who does not may have been helped."
    return said


def helpers(laid: Desk) -> Markup:
    """How much of the help rests on few, and who they are, by role only."""
    core = one(laid.shelf, "community.core")
    if core is None or not core.known or not core.of_accounts:
        return NOTHING
    roles = [f for f in pick(laid.shelf, "community.helpers") if f.known and f.mid]
    who = ""
    if roles:
        ranked = sorted(roles, key=lambda f: -f.mid)
        who = (
            " Among them are "
            + listed(
                [
                    f"{ROLES.get(f.keys.get('role', ''), plain(f.keys.get('role', '')))} ({share(f.mid, None, None)})"
                    for f in ranked
                ]
            )
            + "."
        )
    written = ""
    if core.hits_posts is not None and core.of_posts:
        written = f" They wrote {share(core.hits_posts / core.of_posts, None, None)} of the {count(core.of_posts)} posts that did."
    whole = f"{count(core.of_accounts)} accounts that gave support to somebody"
    said = f"Of {whole}, {share_of(core)} gave it to five others or more.{written}{who} They are counted here and never named."
    if not core.hits_accounts:
        said = f"Of {whole}, none is seen to have given it to five others or more."
    told = paragraph(said)
    return join(
        [
            tag("h3", "Who carries the help"),
            told,
            evidence_line([core], laid.codebook, small=laid.small),
        ]
    )


def staying(laid: Desk) -> Markup:
    """The curve of newcomers who stay."""
    points = [f for f in pick(laid.shelf, "community.staying") if f.known]
    if not points:
        return NOTHING
    month = min(points, key=lambda f: abs(float(f.keys["days"]) - 30))
    title = f"Of {count(month.of_accounts)} newcomers, {share(month.mid, None, None)} still wrote after {month.keys['days']} days"
    drawn = [Point(0, 100, 100, 100)]
    drawn += [_point(f, 0.5 + _on_scale(float(f.keys["days"]))) for f in points]
    last = float(points[-1].keys["days"])
    ticks = [(0.0, "first post"), *((0.5 + _on_scale(d), words) for d, words in _DAYS if d <= last)]
    return figure(
        laid,
        points,
        name="staying",
        title=title,
        sub="Per cent of newcomers who still wrote, by Kaplan–Meier. An account has left when it was silent for the last 90 days "
        "of its source; else it is cut off at its last post. Each step of the time is twice as long as the one before.",
        chart=panel_chart(
            "staying",
            title,
            "A falling line of shares by time with 95 % intervals; numbers are in the table.",
            [Panel(f"still writing, n = {count(month.of_accounts)}", drawn, checked(month))],
            Axis(100, 50, f"{NARROW}%"),
            ticks,
        ),
        twins=twin(
            _points_table("Newcomers who still write", points, "still writing"), len(points)
        ),
        note="Who reads without writing stays unseen, and who left may have got what they came for.",
    )


def helped(laid: Desk) -> Markup:
    """What people who answer say helped."""
    figures = [f for f in pick(laid.shelf, "community.helped") if f.known]
    if not figures:
        return NOTHING
    columns = [
        Column("option"),
        Column("accounts that say it helped", numeric=True),
        Column("of", numeric=True),
        Column("share", numeric=True),
        Column("evidence"),
    ]
    rows = [
        [
            sentence_case(plain(f.keys.get("option", ""))),
            count(f.hits_accounts),
            count(f.of_accounts),
            share_of(f),
            tag("code", f.id),
        ]
        for f in figures
    ]
    return join(
        [
            tag("h3", "What people who answer say helped"),
            table(
                "Told in an answer to somebody; of accounts that tell there how it turned out. No treatments are compared",
                columns,
                rows,
                "stack",
            ),
            evidence_line(figures, laid.codebook, small=laid.small),
        ]
    )
