"""Searching: what people say of their sources, and where searching raised their worry."""

from collections.abc import Sequence

from bedside.report.chapters.stages import brief
from bedside.report.charts.dots import DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.charts.heat import CodeRow, heat_table, shade_key
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join
from bedside.report.page import Desk, figure, twin
from bedside.report.printing import NARROW, count, sentence_case, share
from bedside.report.rows import cell_of, checked, dot_of, highest, share_table, star_note
from bedside.report.words import NAMED, plain

__all__ = ["said_of_sources", "search_worry"]


_HEADS = {
    ("care", "information:praise"): "Well informed",
    ("care", "information:complaint"): "Badly informed",
    ("search_worry", "yes"): "Worry raised",
}


def said_of_sources(laid: Desk) -> Markup:
    """What stands beside each source, as a shaded table; sources of whom nothing may be shown are left to the table."""
    figures = pick(laid.shelf, "journey.sources_said")
    telling = {f.keys.get("source", "") for f in figures if f.known and f.mid}
    if not telling:
        return NOTHING
    shown = [f for f in figures if f.keys.get("source", "") in telling]
    things = list(dict.fromkeys((f.keys.get("layer", ""), f.keys.get("code", "")) for f in shown))
    at = {
        (f.keys.get("source", ""), f.keys.get("layer", ""), f.keys.get("code", "")): f
        for f in shown
    }
    sources = list(dict.fromkeys(f.keys.get("source", "") for f in shown))
    rows = [
        CodeRow(_source(shown, source), [cell_of(at.get((source, *what))) for what in things])
        for source in sources
    ]
    title = _title(shown)
    judged = any(checked(f) and f.known for f in shown)
    heads = [(_HEADS.get(what, sentence_case(brief(*what))), "") for what in things]
    return figure(
        laid,
        figures,
        name="sources-said",
        title=title,
        sub="Accounts that tell it in the moment in which they name the source, per cent of accounts that name it.",
        chart=join(
            [
                shade_key("% of accounts that name it", judged=judged),
                heat_table(title, "source", heads, [("", rows)]),
            ]
        ),
        twins=twin(
            share_table("What is told beside a source", "source", figures, more=["layer", "code"]),
            len(figures),
        ),
        note="What stands beside a source need not be about it.",
        kind="words",
    )


def _source(figures: Sequence[Shown], source: str) -> str:
    of = [f.of_accounts for f in figures if f.keys.get("source", "") == source and f.of_accounts]
    return f"{plain(source)} (n = {count(max(of, default=None))})"


def _title(figures: Sequence[Shown]) -> str:
    """The source beside which worry is told most surely."""
    worry = [f for f in figures if f.keys.get("layer", "") == "search_worry" and f.known and f.mid]
    if not worry:
        return "What is told beside each source of information"
    top = max(worry, key=lambda f: f.low or 0)
    return (
        f"Of {count(top.of_accounts)} accounts that name {NAMED.get(top.keys.get('source', ''), plain(top.keys.get('source', '')))}, "
        f"{share(top.mid, None, None)} tell there that searching raised their worry"
    )


def search_worry(laid: Desk) -> Markup:
    """Worry raised by searching, by stage."""
    figures = pick(laid.shelf, "journey.search_worry")
    whole = one(laid.shelf, "journey.search_worry", group="all")
    if whole is None or not whole.known or not whole.mid:
        return NOTHING
    title = (
        f"Of {count(whole.of_accounts)} accounts that tell a search, {share(whole.mid, None, None)} say that it raised "
        "their worry"
    )
    rows = [
        DotRow(
            "at any stage" if f.keys.get("group", "") == "all" else plain(f.keys.get("group", "")),
            [dot_of(f)],
        )
        for f in figures
    ]
    return figure(
        laid,
        figures,
        name="search-worry",
        title=title,
        sub="Per cent of accounts that tell a search in a post with a moment at the stage. Said by the writers themselves, "
        "never a label on a person." + star_note(figures),
        chart=dot_plot(
            "worry",
            title,
            f"{len(rows)} shares with 95 % intervals, a row for each stage; numbers are in the table.",
            rows,
            nice_axis(highest(figures), f"{NARROW}%", limit=100),
        ),
        twins=twin(share_table("Worry raised by searching", "group", figures), len(figures)),
    )
