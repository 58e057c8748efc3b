"""Back to the community: one plain page for the people who wrote."""

from collections.abc import Sequence

from bedside.model.actions import Action
from bedside.report.comparing import Finding
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Chapter, Desk, paragraph
from bedside.report.printing import day

__all__ = ["back"]


def back(laid: Desk, findings: Sequence[Finding]) -> Chapter:
    """Back to the community; always there."""
    m = laid.material
    return Chapter(
        "back",
        "Back to the community",
        tag(
            "div",
            paragraph("These posts are simulated, so nobody is addressed; the page shows its form.", kind="small soft")
            if m.simulated else "",
            _told(findings),
            _asked(laid),
            paragraph(tag("b", "How sure we are: "), _sure(laid)),
            paragraph(tag("b", "What we keep: "), _kept(laid)),
            paragraph(tag("b", "To take your posts out: "), _leaving(m.study.contact)),
            class_="letter",
        ),
    )  # fmt: skip


def _told(findings: Sequence[Finding]) -> Markup:
    """What people told, in plain words."""
    said = [f.to_you for f in findings if f.to_you]
    if findings and not said:
        return paragraph(
            tag("b", "You told us "), "many things, and no one of them stands out in the numbers."
        )
    if not said:
        return paragraph(
            tag("b", "You told us "),
            "too little on any one thing for a number that hides each of you.",
        )
    return join(
        [
            paragraph(tag("b", "You told us this.")),
            tag("ul", *(tag("li", f"{words}.") for words in said)),
        ]
    )


def _asked(laid: Desk) -> Markup:
    """What was asked of whom, and where it stands."""
    actions = laid.material.actions
    if not actions:
        words = "no action is recorded yet. This report counts and quotes; what should change is for you and the services to say."
        return paragraph(tag("b", "What we did with it: "), words)
    items = [tag("li", f"{a.what} — {_standing(a)}") for a in actions]
    return join([paragraph(tag("b", "We asked services for this.")), tag("ul", *items)])


def _standing(action: Action) -> str:
    """Where an action stands, in plain words."""
    now = action.now
    when = day(now.on.isoformat())
    words = {
        "planned": f"{action.owner} plans it, since {when}.",
        "made": f"{action.owner} did it, on {when}.",
        "declined": f"{action.owner} said no, on {when}",
    }.get(now.status, f"{action.owner}: {now.status}, {when}.")
    reason = f": {now.reason}" if now.reason else ""
    return f"{words}{reason}." if now.status == "declined" else words


def _sure(laid: Desk) -> str:
    """How good the numbers are, in plain words."""
    if laid.material.judged:
        read = f"people read {laid.material.judged:,} posts to check the program"
        return f"{read}; the rest was read by the program alone."
    return "a program read your posts, and nobody has checked yet how often it is wrong."


def _kept(laid: Desk) -> str:
    """What the study keeps; says of sentences what is true of this report."""
    word = any(q.kind == "verbatim" for q in laid.material.quotes)
    sentences = (
        "your own sentences only where the source allows it" if word else "nobody's own sentences"
    )
    behind = "behind it your texts with names masked, for those who do the study."
    return f"in this report no names, no user names and {sentences}; {behind}"


def _leaving(contact: str) -> Markup | str:
    """How to leave."""
    to = f"write to {contact}" if contact else "write to those who run this study"
    return (
        f"{to}. Your posts then go from every file, and the figures are made again."
        if to
        else NOTHING
    )
