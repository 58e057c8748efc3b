"""Questions without reply, ranked; the report says "no reply", and never that a reply was not good (R59)."""

from collections.abc import Sequence

from bedside.report.claims import claim_name
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Column, Desk, evidence_line, paragraph, roll, share_of, table
from bedside.report.printing import STAR, count

__all__ = ["unanswered"]

_NOTE = (
    "Questions that open a thread, in sources from which replies were collected, a week old or more when they were; where a platform counts a "
    "reply that was not collected, there is one. Those of most accounts first. Growth: such accounts per account that asks anything, the "
    "last 26 weeks over the 26 before; 1 is none. Whether a reply was a good one only people can say."
)


def unanswered(laid: Desk) -> Markup:
    """A table of topics; nothing where no topic has eight accounts without reply."""
    figures = pick(laid.shelf, "misinformation.voids")
    if not figures:
        return NOTHING
    rows = [
        [_topic(laid, f), f.keys["kind"], count(f.hits_accounts, laid.small), share_of(f), _growth(laid, f), tag("code", f.id)]
        for f in figures
    ]  # fmt: skip
    columns = [
        Column("asked about"),
        Column("kind"),
        Column("accounts without reply", numeric=True),
    ]
    columns += [
        Column("of all who ask", numeric=True),
        Column("growth", numeric=True),
        Column("evidence"),
    ]
    inner = table("Questions without reply, by what they name", columns, rows)
    return join([
        tag("h3", "Questions without reply"), paragraph(_lead(laid, figures)), roll(inner),
        paragraph(_NOTE, kind="small soft"), evidence_line(figures, laid.codebook, small=laid.small),
    ])  # fmt: skip


def _topic(laid: Desk, f: Shown) -> str:
    return claim_name(laid, f.keys["what"]) if f.keys["kind"] == "claim" else f.keys["what"]


def _grown(laid: Desk, f: Shown) -> Shown | None:
    return one(laid.shelf, "misinformation.void_growth", **f.keys)


def _growth(laid: Desk, f: Shown) -> str:
    held = _grown(laid, f)
    if held is None or not held.known:
        return STAR if held is not None and held.suppressed else "–"
    ends = "" if held.low is None or held.high is None else f" ({held.low:.1f}–{held.high:.1f})"
    grows = ", growing" if held.method.startswith("growing") else ""
    return f"{held.mid:.1f}{ends}{grows}"


def _lead(laid: Desk, figures: Sequence[Shown]) -> str:
    """The topic with most accounts left without reply, and what grows."""
    first = next((f for f in figures if f.known), None)
    if first is None:
        return "No number of questions without reply may be shown."
    growing = [
        f for f in figures if (g := _grown(laid, f)) and g.known and g.method.startswith("growing")
    ]
    grows = (
        f" {len(growing)} of {len(figures)} topics grow."
        if growing
        else " Of none can it be told that it grows."
    )
    return (
        f"Most accounts without a reply asked about {_topic(laid, first)}: {count(first.hits_accounts, laid.small)} of "
        f"{count(first.of_accounts, laid.small)} that asked, {share_of(first)}.{grows}"
    )
