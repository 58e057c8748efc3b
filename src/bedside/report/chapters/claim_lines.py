"""Claims over time: lines of the shares that repeat, question and correct each."""

from bedside.report.chapters.series import kind_of, points_of, time_ticks, when
from bedside.report.charts.drawing import nice_axis
from bedside.report.charts.panels import Panel, panel_chart
from bedside.report.claims import claim_name
from bedside.report.figures import Shown, pick
from bedside.report.markup import NOTHING, Markup
from bedside.report.page import Desk, figure, twin
from bedside.report.printing import NARROW, sentence_case
from bedside.report.rows import checked, highest, share_table, star_note
from bedside.report.words import plain

__all__ = ["claim_lines"]


def claim_lines(laid: Desk) -> Markup:
    """Claims over time: for each the shares of those who write that repeat, question and correct it."""
    figures = [f for f in pick(laid.shelf, "misinformation.over_time") if when(f.keys.get("period", ""))]  # fmt: skip
    lines: dict[tuple[str, str], list[Shown]] = {}
    for f in figures:
        lines.setdefault((f.keys["claim"], f.keys["stance"]), []).append(f)
    lines = {what: held for what, held in lines.items() if sum(f.known for f in held) > 1}
    if not lines:
        return NOTHING
    shown = [f for held in lines.values() for f in held]
    starts = [day for f in shown if (day := when(f.keys["period"])) is not None]
    panels = [
        Panel(f"{sentence_case(claim_name(laid, claim))}: {plain(stance)}, by {kind_of(held)}", points_of(held), checked(held[0]))
        for (claim, stance), held in lines.items()
    ]  # fmt: skip
    title = "How many of those who write word or answer claims, over time"
    return figure(
        laid,
        shown,
        name="claims-over-time",
        title=title,
        sub="Per cent of accounts that wrote in the period; areas are 95 % intervals. Claims that enough people word or answer." + star_note(shown),
        chart=panel_chart(
            "claims-over-time",
            title,
            f"{len(panels)} lines of shares over time with 95 % intervals; numbers are in the table.",
            panels,
            nice_axis(highest(shown), f"{NARROW}%", limit=100),
            time_ticks(min(starts), max(starts)),
        ),
        twins=twin(share_table("Claims over time", "claim", shown, more=["stance", "period"]), len(shown)),
        note="The first and the last period may be cut by the dates of collection.",
    )  # fmt: skip
