"""First consultations: dismissals, what was asked and refused, how many were seen, turning points; and how people were seen."""

from collections.abc import Sequence

from bedside.report.charts.dots import DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.charts.heat import CodeRow, heat_table, shade_key
from bedside.report.comparing import Comparison, Finding, compare
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join
from bedside.report.page import Chapter, Column, Desk, figure, paragraph, share_of, table, twin
from bedside.report.printing import NARROW, count, listed, sentence_case, share
from bedside.report.rows import (
    cell_of,
    checked,
    column_head,
    dot_of,
    highest,
    share_table,
    sized,
    star_note,
)
from bedside.report.sentences import of_whom, standing_out
from bedside.report.words import COMPLAINTS, PRAISES, TOLD, plain

__all__ = ["dismissal_finding", "modes", "visits"]

_STAGES = {
    "first_consultation": "first consultation",
    "tests_referral": "tests and referral",
    "diagnosis": "diagnosis",
}
_SAID = ("praise", "complaint", "seen_after_all", "not_seen")
_MOST_REASONS = 4
_REASONS = {
    "side_effects": "side effects",
    "refused": "no more than that it was refused",
    "other": "another reason",
    "unstated": "no reason at all",
}


def _told(figure: Shown) -> str:
    """A deed, a complaint or praise as it stands after "tell of"."""
    code = figure.keys.get("code", "")
    aspect, _, valence = code.partition(":")
    if valence == "complaint":
        return COMPLAINTS.get(aspect, plain(aspect))
    if valence == "praise":
        return PRAISES.get(aspect, COMPLAINTS.get(aspect, plain(aspect)))
    return TOLD.get(code, plain(code))


def _row(figure: Shown) -> str:
    """The same as the label of a row."""
    return sentence_case(_told(figure))


def dismissal_finding(laid: Desk) -> Finding | None:
    """How many tell of not being believed at the first consultation, where that may be shown."""
    said = one(
        laid.shelf, "journey.consultations", stage="first_consultation", code="listening:complaint"
    )
    if said is None or not said.known or not said.mid:
        return None
    sentence = (
        f"{of_whom(said, 'tell of a first consultation', small=laid.small)}, "
        f"{share(said.mid, said.low, said.high)} tell of not being listened to or believed."
    )
    return Finding(
        f"{share(said.mid, None, None)} of accounts that tell of a first consultation say that they were not listened to or believed",
        "First consultation",
        sentence,
        said,
        "journey-visits",
        "First consultations",
        "At the first consultation some of you were not listened to or believed",
    )


def visits(laid: Desk) -> Chapter | None:
    """First consultations, tests and the diagnosis; None without figures."""
    told = pick(laid.shelf, "journey.consultations")
    if not any(f.known for f in told):
        return None
    found = dismissal_finding(laid)
    body = [
        paragraph(found.sentence if found else ""),
        _visits(laid, told),
        _dismissed(laid),
        paragraph(_refusals(laid), " " if _refusals(laid) else "", _professionals(laid)),
        _turning(laid),
    ]
    return Chapter("journey-visits", "First consultations", join(body))


def _visits(laid: Desk, figures: Sequence[Shown]) -> Markup:
    """What is told of visits, as a shaded table of three stages."""
    at = {(f.keys.get("stage"), f.keys.get("code")): f for f in figures}
    found = dismissal_finding(laid)
    title = (
        found.lead
        if found
        else "What is told of first consultations, of tests and of the diagnosis"
    )
    codes = list(dict.fromkeys(f.keys.get("code", "") for f in figures))
    named = {f.keys.get("code", ""): f for f in reversed(figures)}
    rows = [
        CodeRow(_row(named[code]), [cell_of(at.get((stage, code))) for stage in _STAGES])
        for code in codes
    ]
    heads = [
        (name, column_head(stage, [f.of_accounts for f in pick(laid.shelf, "journey.consultations", stage=stage)], laid.small)[1])
        for stage, name in _STAGES.items()
    ]  # fmt: skip
    judged = any(checked(f) and f.known for f in figures)
    return figure(
        laid,
        figures,
        name="visits",
        title=title,
        sub="Accounts that tell it in a moment at the stage, per cent of accounts with such a moment.",
        chart=join(
            [
                shade_key("% of accounts at the stage", judged=judged),
                heat_table(title, "what is told", heads, [("", rows)]),
            ]
        ),
        twins=twin(
            share_table("What is told of visits", "code", figures, more=["stage"]), len(figures)
        ),
    )


def _dismissed(laid: Desk) -> Markup:
    """Not being believed, by stage."""
    figures = pick(laid.shelf, "journey.dismissed")
    if not any(f.known and f.mid for f in figures):
        return NOTHING
    lead = standing_out(
        figures,
        verb="tell of it",
        wording=lambda f: f"at the stage “{plain(f.keys.get('group', ''))}”",
        rest="at any other stage",
    )
    title = "Not being listened to or believed is told at every stage where a number may be shown"
    if "than" in lead:
        title = lead.replace("tell of it", "tell of not being believed")
    rows = [DotRow(plain(f.keys.get("group", "")), [dot_of(f)]) for f in figures]
    return figure(
        laid,
        figures,
        name="dismissed",
        title=title,
        sub="Accounts that tell of not being listened to, believed or taken seriously, per cent of accounts with a moment "
        "at the stage. Stages in their order." + star_note(figures),
        chart=dot_plot(
            "dismissed",
            title,
            f"{len(rows)} shares with 95 % intervals, a row for each stage; numbers are in the table.",
            rows,
            nice_axis(highest(figures), f"{NARROW}%", limit=100),
        ),
        twins=twin(share_table("Not listened to or believed", "group", figures), len(figures)),
    )


def _refusals(laid: Desk) -> str:
    """Refusals and the reasons told, as a sentence; empty where too few tell one."""
    figures = [f for f in pick(laid.shelf, "journey.refusals") if f.known and f.mid]
    if not figures:
        return ""
    named = [
        f"{share(f.mid, f.low, f.high)} tell {_REASONS.get(f.keys.get('reason', ''), plain(f.keys.get('reason', '')))}"
        for f in sized(figures)
    ]
    return (
        f"{of_whom(figures[0], 'tell of a treatment refused', small=laid.small)}, {listed(named)}."
    )


def _professionals(laid: Desk) -> str:
    """How many professionals were seen, as a sentence; empty where too few say so."""
    figures = [f for f in pick(laid.shelf, "journey.professionals") if f.known and f.mid]
    if not figures:
        return ""
    named = [
        f"{share(f.mid, f.low, f.high)} say {f.keys.get('number', '').replace('-', ' to ')}"
        for f in figures
    ]
    return (
        f"{of_whom(figures[0], 'say how many professionals they saw on the way to the diagnosis', small=laid.small)}, "
        f"{listed(named)}."
    )


def _turning(laid: Desk) -> Markup:
    """What is told beside a turning point."""
    figures = [f for f in pick(laid.shelf, "journey.turning_points") if f.known and f.mid]
    if not figures:
        return NOTHING
    ranked = sized(figures)[:8]
    lead = standing_out(
        figures, verb="tell of", wording=_told, rest="anything else beside a turning point"
    )
    title = lead or "What is told beside a turning point"
    rows = [DotRow(_row(f), [dot_of(f)]) for f in ranked]
    return figure(
        laid,
        figures,
        name="turning-points",
        title=title,
        sub="Accounts that tell it in a post with an act after which things changed, per cent of accounts that tell such "
        "an act. Beside it, not because of it.",
        chart=dot_plot(
            "turning",
            title,
            f"The {len(rows)} largest shares with 95 % intervals; all are in the table.",
            rows,
            nice_axis(highest(ranked), f"{NARROW}%", limit=100),
        ),
        twins=twin(
            share_table("Beside a turning point", "code", sized(figures), more=["layer"]),
            len(figures),
        ),
    )


_MODES = Comparison(
    "How they were seen",
    "tell of a visit of the kind",
    "complain after",
    lambda f: _mode(f.keys.get("mode", "")),
    "any other way of being seen",
    "journey-modes",
    "How people were seen",
    "",
)


def _mode(mode: str) -> str:
    return {
        "in_person": "a visit in person",
        "phone": "a call",
        "video": "a video visit",
        "message": "a message",
    }.get(mode, plain(mode))


def modes(laid: Desk) -> Chapter | None:
    """How people were seen and what they say of it; None where no number may be shown."""
    figures = pick(laid.shelf, "journey.modes")
    kinds = [m for m in dict.fromkeys(f.keys.get("mode", "") for f in figures)
             if any(f.known and f.mid for f in figures if f.keys.get("mode") == m)]  # fmt: skip
    if not kinds:
        return None
    shown = [f for f in figures if f.keys.get("mode") in kinds]
    at = {(f.keys.get("mode", ""), f.keys.get("said", "")): f for f in shown}
    found = compare(
        [f for f in shown if f.keys.get("said", "") == "complaint"], _MODES, small=laid.small
    )
    title = "How people were seen, and what they say of it"
    if found:
        title = (
            found.lead
            if "than" in found.lead
            else "However people were seen, their complaints cannot be told apart in number"
            if len(kinds) > 1
            else f"What people say of {_mode(kinds[0])}"
        )
    panels = ("complaint", "praise")
    rows = [
        DotRow(f"{sentence_case(_mode(kind))}, n = {_of(shown, kind)}", [dot_of(at.get((kind, said))) for said in panels])
        for kind in kinds
    ]  # fmt: skip
    drawn = [f for f in shown if f.keys.get("said", "") in panels]
    chart = figure(
        laid,
        shown,
        name="modes",
        title=title,
        sub="Accounts that complain of care, and that praise it, where they tell how they were seen, per cent of accounts "
        "that tell of such a visit." + star_note(drawn),
        chart=dot_plot(
            "modes",
            title,
            f"{len(rows)} ways of being seen, complaint and praise side by side with 95 % intervals; numbers are in the table.",
            rows,
            nice_axis(highest(drawn), f"{NARROW}%", limit=100),
            panels,
        ),
        twins=twin(_modes_table(kinds, at), len(kinds)),
        note="Seen after all: a visit in person is told behind the call, the video or the message.",
    )
    said = [part for kind in kinds for part in (_after(at, kind), _about(laid, kind)) if part]
    return Chapter(
        "journey-modes", "How people were seen", join([chart, paragraph(" ".join(said))])
    )


def _after(at: dict[tuple[str, str], Shown], kind: str) -> str:
    """How many were seen in person after all, and how many say that they were not."""
    seen, unseen = (at.get((kind, said)) for said in _SAID[2:])
    if seen is None or not seen.known or not seen.mid:
        return ""
    never = (
        f", {share(unseen.mid, unseen.low, unseen.high)} that they were never seen"
        if unseen is not None and unseen.known and unseen.mid
        else ""
    )
    return (
        f"Of {count(seen.of_accounts)} accounts that tell of {_mode(kind)}, {share(seen.mid, seen.low, seen.high)} say that they "
        f"were then seen in person after all{never}."
    )


def _about(laid: Desk, kind: str) -> str:
    """What such visits were about, most accounts first."""
    found = sized(pick(laid.shelf, "journey.mode_reasons", mode=kind))
    named = [
        f"{f.keys['reason']} ({count(f.hits_accounts, laid.small)})"
        for f in found[:_MOST_REASONS]
        if f.known and f.mid
    ]
    return f"Named beside {_mode(kind)} most often: {listed(named)}." if named else ""


def _of(figures: Sequence[Shown], kind: str) -> str:
    numbers = [f.of_accounts for f in figures if f.keys.get("mode") == kind and f.of_accounts]
    return count(max(numbers, default=None))


def _modes_table(kinds: Sequence[str], at: dict[tuple[str, str], Shown]) -> Markup:
    columns = [
        Column("seen"),
        *(Column(plain(said), numeric=True) for said in _SAID),
        Column("evidence"),
    ]
    rows = []
    for kind in kinds:
        held = [at.get((kind, said)) for said in _SAID]
        ids = ", ".join(f.id for f in held if f is not None)
        rows.append([plain(kind), *(share_of(f) if f else "–" for f in held), ids])
    return table("How people were seen and what they say of it", columns, rows)
