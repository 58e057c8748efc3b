"""Curves of waits: ended, going on and watched stand apart, each under its own words (R51)."""

from collections.abc import Sequence

from bedside.report.charts.drawing import Axis
from bedside.report.charts.panels import Panel, Point, panel_chart
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Column, Desk, figure, share_of, table, twin
from bedside.report.printing import NARROW, count, months, share
from bedside.report.rows import checked
from bedside.report.words import plain

__all__ = ["curves", "watched_sentence"]

_ALL = ("", "all")
_YEAR = 12
_LEAST_POINTS = 2  # fewer make no curve
_REACHES = (
    (1, 0.25),
    (2, 0.5),
    (3, 1),
    (4, 1),
    (5, 1),
    (6, 2),
    (8, 2),
    (10, 2),
    (15, 5),
    (20, 5),
    (30, 10),
)
_SINCE = {
    "first_symptoms": "from first symptoms",
    "first_consultation": "from the first consultation",
    "unstated": "start unstated",
}
_WATCHED = "journey.waits_watched"


def curves(laid: Desk) -> Markup:
    """The three figures of curves, those that have points; empty where none has."""
    parts = [
        _told(
            laid,
            "journey.waits_ended",
            "waits-ended",
            "Accounts whose wait was longer, per cent of accounts that tell an ended wait",
            "that tell an ended wait",
            "waited longer",
        ),
        _told(
            laid,
            "journey.waits_going_on",
            "waits-going-on",
            "Accounts that have waited longer so far, per cent of accounts that tell a wait going on; "
            "how long they will have waited nobody knows",
            "that tell a wait going on",
            "have waited longer so far",
        ),
        _watched(laid),
    ]
    return join(part for part in parts if part)


def _month(figure: Shown) -> float:
    return float(figure.keys.get("months", "0"))


def _told(laid: Desk, measure: str, name: str, sub: str, whose: str, verb: str) -> Markup:
    figures = [f for f in pick(laid.shelf, measure) if f.known]
    groups: dict[tuple[str, str], list[Shown]] = {}
    for f in figures:
        groups.setdefault((f.keys.get("condition", ""), f.keys.get("from", "")), []).append(f)
    if not groups:
        return NOTHING
    own = {c.lower(): c for c in laid.material.study.conditions}
    ordered = sorted(groups.items(), key=lambda g: (g[0][0] not in _ALL, g[0]))
    drawn = [(key, held) for key, held in ordered if len(held) >= _LEAST_POINTS]
    if not drawn:
        return NOTHING
    panels = [
        Panel(_label(own, *key, held), _points(held), checked(held[0])) for key, held in drawn
    ]
    title = _title(drawn[0][1], whose, verb)
    return figure(
        laid,
        figures,
        name=name,
        title=title,
        sub=f"{sub}. Read at whole quarter years; between two points 8 accounts or more left the curve, or none.",
        chart=panel_chart(name, title, _listener(panels), panels, _shares(), _years(figures)),
        twins=twin(_table(own, figures), len(figures)),
        note="A curve ends where fewer than 8 accounts are left; where too few points remain it is left to the table.",
    )


def _label(own: dict[str, str], condition: str, since: str, held: Sequence[Shown]) -> str:
    name = "all conditions" if condition in _ALL else own.get(condition, plain(condition))
    return f"{name}, {_SINCE.get(since, plain(since))}, n = {count(held[0].of_accounts)}"


def _points(held: Sequence[Shown]) -> list[Point]:
    """The curve in per cent over years; it starts with everybody."""
    points = [
        Point(
            _month(f) / _YEAR,
            100 * f.mid,
            None if f.low is None else 100 * f.low,
            None if f.high is None else 100 * f.high,
        )
        for f in sorted(held, key=_month)
    ]
    return [Point(0, 100, 100, 100), *points]


def _title(held: Sequence[Shown], whose: str, verb: str) -> str:
    """The point at which about half are left, in words."""
    middle = min(held, key=lambda f: abs(f.mid - 0.5))
    return f"Of {count(middle.of_accounts)} accounts {whose}, {share(middle.mid, None, None)} {verb} than {months(_month(middle))}"


def _listener(panels: Sequence[Panel]) -> str:
    return f"{len(panels)} falling lines of shares by years with 95 % intervals; numbers are in the table."


def _shares() -> Axis:
    return Axis(100, 50, f"{NARROW}%")


def _years(figures: Sequence[Shown]) -> list[tuple[float, str]]:
    reach = max(_month(f) for f in figures) / _YEAR
    top, step = next((pair for pair in _REACHES if reach <= pair[0]), _REACHES[-1])
    axis = Axis(top, step, "")
    *first, last = axis.ticks
    return [
        *((tick, axis.label(tick)) for tick in first),
        (last, f"{axis.label(last)} year{'' if last == 1 else 's'}"),
    ]


def _table(own: dict[str, str], figures: Sequence[Shown]) -> Markup:
    columns = [
        Column("condition and start"),
        Column("longer than"),
        Column("accounts", numeric=True),
    ]
    columns += [Column("of", numeric=True), Column("share", numeric=True), Column("evidence")]
    rows = [
        [
            _label(own, f.keys.get("condition", ""), f.keys.get("from", ""), [f]).rpartition(", n")[
                0
            ],
            months(_month(f)),
            count(f.hits_accounts),
            count(f.of_accounts),
            share_of(f),
            tag("code", f.id),
        ]
        for f in figures
    ]
    return table("The curves, point by point", columns, rows)


def watched_sentence(laid: Desk) -> str:
    """Say the median of watched waits, or how many are left where half never tell a diagnosis."""
    points = [f for f in pick(laid.shelf, _WATCHED) if f.known]
    if not points:
        return ""
    median = one(laid.shelf, "journey.watched_median")
    who = f"{count(points[0].of_accounts)} accounts were watched, by the dates of their posts, from their first look for an answer"
    if median is not None and median.known:
        return f"{who}: it took {months(median.mid, median.low, median.high)} until half had told a diagnosis."
    last = points[-1]
    return f"{who}: after {months(_month(last))}, {share(last.mid, last.low, last.high)} had told no diagnosis."


def _watched(laid: Desk) -> Markup:
    figures = [f for f in pick(laid.shelf, _WATCHED) if f.known]
    if not figures:
        return NOTHING
    points = [Point(0, 100, 100, 100), *_points(figures)[1:]]
    label = f"no diagnosis told yet, n = {count(figures[0].of_accounts)}"
    last = figures[-1]
    title = (
        f"Of {count(last.of_accounts)} accounts watched, {share(last.mid, None, None)} had told no diagnosis after "
        f"{months(_month(last))}"
    )
    columns = [Column("after"), Column("still watched", numeric=True), Column("of", numeric=True)]
    columns += [Column("no diagnosis told", numeric=True), Column("evidence")]
    rows = [
        [
            months(_month(f)),
            count(f.hits_accounts),
            count(f.of_accounts),
            share_of(f),
            tag("code", f.id),
        ]
        for f in figures
    ]
    panels = [Panel(label, points, checked(figures[0]))]
    return figure(
        laid,
        figures,
        name="waits-watched",
        title=title,
        sub="Kaplan–Meier: from an account's first post before a diagnosis to its first post that tells one; an account is "
        "cut off at its last post.",
        chart=panel_chart(
            "waits-watched", title, _listener(panels), panels, _shares(), _years(figures)
        ),
        twins=twin(table("Accounts watched", columns, rows), len(rows)),
        note="Who stops writing once diagnosed looks like one who still waits, so the curve may lie too high. "
        "It ends where fewer than 8 accounts are watched.",
    )
