"""Time to diagnosis: waits that ended, as they were told. Waits still going on stand apart, never on one curve (R51)."""

from collections.abc import Sequence

from bedside.report.chapters.curves import curves, watched_sentence
from bedside.report.charts.dots import Dot, DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.comparing import Finding
from bedside.report.figures import Shown, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Chapter, Column, Desk, figure, paragraph, table, twin
from bedside.report.printing import STAR, count, months
from bedside.report.rows import checked
from bedside.report.sentences import wait_sentence, wait_title
from bedside.report.words import plain

__all__ = ["wait", "wait_finding"]

_ANCHOR, _HEAD = "journey-wait", "Time to diagnosis"
MANY = 30  # accounts; a median of fewer does not stand first
_OVERALL = ("", "all", "overall", "any")
_SINCE = {
    "first_symptoms": " from first symptoms",
    "first_consultation": " from the first consultation",
    "unstated": ", without saying from when",
}
_CAUTION = (
    "Long waits are likelier to be told. Waits still going on are not in these numbers and would lengthen them. "
    "No average for a population can be drawn from them."
)


def _overall(laid: Desk) -> list[Shown]:
    """Medians over all conditions that have a number: of many accounts before few, from first symptoms before others."""
    order = list(_SINCE)
    figures = [f for f in pick(laid.shelf, "journey.time_to_diagnosis") if f.known]
    whole = [f for f in figures if f.keys.get("condition", "") in _OVERALL] or figures
    return sorted(
        whole,
        key=lambda f: (
            (f.hits_accounts or 0) < MANY,
            order.index(f.keys.get("from", "unstated")) if f.keys.get("from") in order else 9,
        ),
    )


def wait_finding(laid: Desk) -> Finding | None:
    """The median of ended waits, from first symptoms where told so."""
    waits = _overall(laid)
    if not waits:
        return None
    first = waits[0]
    sentence = f"{wait_sentence(first, _since(first))} Long waits are likelier to be told."
    you = f"Half of you who told how long the diagnosis took waited {months(first.mid)} or longer"
    return Finding(wait_title(first), "Time to diagnosis", sentence, first, _ANCHOR, _HEAD, you)


def wait(laid: Desk) -> Chapter | None:
    """Time to diagnosis; None without figures."""
    figures = pick(laid.shelf, "journey.time_to_diagnosis")
    beside, watched = curves(laid), watched_sentence(laid)
    if not figures and not beside:
        return None
    told = [f for f in figures if f.known or f.suppressed]
    waits = _overall(laid)[:2]
    said = [f"{wait_sentence(f, _since(f))} " for f in waits] or [
        "No wait may be shown: too few accounts tell one."
    ]
    body = [
        paragraph(*said),
        paragraph(_CAUTION) if waits else NOTHING,
        _plot(laid, told) if told else NOTHING,
        paragraph(watched),
        beside,
    ]
    return Chapter(_ANCHOR, _HEAD, join(body))


def _since(figure: Shown) -> str:
    """From when a wait is counted, as it stands in a sentence, with the condition where it is one."""
    since, condition = figure.keys.get("from", ""), figure.keys.get("condition", "")
    about = "" if condition in _OVERALL else f" of {plain(condition)}"
    return about + _SINCE.get(since, f" from {plain(since)}" if since else "")


def _label(laid: Desk, figure: Shown) -> str:
    """A row's label: the condition as the study writes it, and from when."""
    condition, since = figure.keys.get("condition", ""), figure.keys.get("from", "")
    own = {name.lower(): name for name in laid.material.study.conditions}
    name = (
        "all conditions" if condition in _OVERALL else own.get(condition.lower(), plain(condition))
    )
    return (
        f"{name}, {'start unstated' if since == 'unstated' else 'from ' + plain(since)}"
        if since
        else name
    )


def _order(figure: Shown) -> tuple[bool, str, str]:
    """All conditions first, then in order of name; never by the length of the wait."""
    condition = figure.keys.get("condition", "")
    return condition not in _OVERALL, condition.lower(), figure.keys.get("from", "")


def _plot(laid: Desk, figures: Sequence[Shown]) -> Markup:
    """Medians with intervals in years; conditions in order of name."""
    ordered, finding = sorted(figures, key=_order), wait_finding(laid)
    drawn = [f for f in ordered if f.known] or ordered
    title = finding.lead if finding else "No wait may be shown"
    ends = [x for f in figures if f.known for x in (f.high, f.mid) if x is not None]
    told = (
        "Median waits in years with 95 % intervals, a row for each condition and starting point; "
        "numbers are in the table."
    )
    rows = [DotRow(_label(laid, f), [_dot(f)]) for f in drawn]
    few = len(ordered) - len(drawn)
    hidden = f" Rows of too few accounts to show ({few}) stand in the table alone." if few else ""
    return figure(
        laid,
        ordered,
        name="wait",
        title=title,
        sub="Years until the diagnosis, median of ended waits as accounts tell them, with 95 % interval."
        + hidden,
        chart=dot_plot("wait", title, told, rows, nice_axis(max(ends, default=0) / 12, "")),
        twins=twin(_table(laid, ordered), len(ordered)),
    )


def _dot(figure: Shown) -> Dot:
    """A median as a dot in years."""
    if not figure.known:
        return Dot(None, None, None, _printed(figure))
    low, high = (None if x is None else x / 12 for x in (figure.low, figure.high))
    return Dot(figure.mid / 12, low, high, _printed(figure), checked(figure))


def _printed(figure: Shown) -> str:
    """A wait as it is printed; `*` where it may not be shown."""
    return months(figure.mid, figure.low, figure.high) if figure.known else STAR


def _table(laid: Desk, figures: Sequence[Shown]) -> Markup:
    """The twin of the plot."""
    columns = [Column("condition and start"), Column("basis"), Column("accounts", numeric=True)]
    columns += [Column("median wait", numeric=True), Column("evidence")]
    rows = [
        [_label(laid, f), f.basis, count(f.hits_accounts), _printed(f), tag("code", f.id)]
        for f in figures
    ]
    return table("Ended waits as told", columns, rows)
