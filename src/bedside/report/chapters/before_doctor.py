"""Before the doctor: where people turned first, and where they got information at each stage."""

from collections.abc import Sequence

from bedside.report.chapters.searching import said_of_sources, search_worry
from bedside.report.charts.dots import DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.comparing import Comparison, Finding, compare
from bedside.report.figures import Shown, pick
from bedside.report.markup import Markup, join
from bedside.report.page import Chapter, Desk, figure, paragraph, twin
from bedside.report.printing import NARROW
from bedside.report.rows import (
    dot_of,
    highest,
    share_table,
    sized,
    stage_chart,
    star_note,
)
from bedside.report.words import NAMED, TURNED, plain

__all__ = ["before_doctor", "turned_finding"]

_ANCHOR, _HEAD = "journey-sources", "Before the doctor"


def _turned(figure: Shown) -> str:
    """Where someone turned, as it stands after "began with"."""
    code = figure.keys.get("code", "")
    return TURNED.get(code, plain(code))


def _named(figure: Shown) -> str:
    """A source of information as it stands after "name"."""
    code = figure.keys.get("code", "")
    return NAMED.get(code, plain(code))


_FIRST = Comparison(
    "First turn",
    "say where they turned first",
    "began with",
    _turned,
    "anyone else",
    _ANCHOR,
    _HEAD,
    "You began most often with",
)
_SOURCES = Comparison(
    "Sources",
    "write on the question",
    "name",
    _named,
    "any other source",
    _ANCHOR,
    _HEAD,
    "You named most often",
)


def turned_finding(laid: Desk) -> Finding | None:
    """Where most accounts turned first."""
    return compare(pick(laid.shelf, "journey.first_turned"), _FIRST, small=laid.small)


def before_doctor(laid: Desk) -> Chapter | None:
    """Before the doctor; None without figures."""
    turned, sources = pick(laid.shelf, "journey.first_turned"), pick(laid.shelf, "journey.sources")
    if not turned and not sources:
        return None
    found = turned_finding(laid)
    body = [paragraph(found.sentence if found else "")]
    body += [_first(laid, turned)] if turned else []
    body += [_stages(laid, sources)] if sources else []
    body += [said_of_sources(laid), search_worry(laid)]
    return Chapter(_ANCHOR, _HEAD, join(body))


def _first(laid: Desk, figures: Sequence[Shown]) -> Markup:
    """Where people turned first, as dots."""
    found, ranked = turned_finding(laid), sized(figures)
    title = found.lead if found else "No first step may be shown"
    rows = [DotRow(plain(f.keys.get("code", "")), [dot_of(f)]) for f in ranked]
    told = f"{len(rows)} first steps with 95 % intervals, largest share first; numbers are in the table."
    return figure(
        laid,
        ranked,
        name="first-turned",
        title=title,
        sub="Per cent of accounts that say where they turned first. Only posts that tell the order count."
        + star_note(ranked),
        chart=dot_plot(
            "turned", title, told, rows, nice_axis(highest(ranked), f"{NARROW}%", limit=100)
        ),
        twins=twin(share_table("Where people turned first", "code", ranked), len(ranked)),
    )


def _stages(laid: Desk, figures: Sequence[Shown]) -> Markup:
    """Sources of information by stage, as a shaded table."""
    anywhere = [f for f in figures if f.keys.get("group") == "all"]
    found = compare(anywhere, _SOURCES, small=laid.small)
    title = found.lead if found else "Sources of information, stage by stage"
    codes = list(dict.fromkeys(f.keys.get("code", "") for f in [*sized(anywhere), *figures]))
    return figure(
        laid,
        figures,
        name="sources",
        title=title,
        sub="Accounts that name the source in a post with a moment at the stage, "
        "per cent of accounts with such a post.",
        chart=stage_chart(laid, figures, title=title, across="source", codes=codes),
        twins=twin(share_table("Sources by stage", "code", figures, more=["group"]), len(figures)),
    )
