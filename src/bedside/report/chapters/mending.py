"""What would mend it: each pain point with what people say is behind it and propose; the action list beside it."""

from collections.abc import Sequence

from bedside.report.charts.control import control_chart
from bedside.report.charts.drawing import nice_axis
from bedside.report.controlled import control, missing_months, months_title
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import (
    Chapter,
    Column,
    Desk,
    evidence_line,
    figure,
    paragraph,
    roll,
    share_of,
    table,
    twin,
)
from bedside.report.pains import ALL, Change, Pain, pains, proposals
from bedside.report.printing import NARROW, STAR, count, day, listed, share
from bedside.report.rows import share_table, sized
from bedside.report.sentences import of_whom
from bedside.report.words import COMPLAINTS, plain

__all__ = ["action_rows", "mending"]

_ANCHOR, _HEAD = "mending", "What would mend it"
_MOST_NAMED = 2
_WHO = "complain of their care"


def mending(laid: Desk) -> Chapter | None:
    """What would mend it; None where nothing is said of causes and remedies."""
    found = pains(laid.shelf)
    if not found or not pick(laid.shelf, "care.said"):
        return None
    body = [
        paragraph(_lead(laid)),
        _table(laid, found),
        _proposed(laid),
        _actions(laid),
        _months(laid),
        _recommended(laid),
        _hashtags(laid),
    ]
    return Chapter(_ANCHOR, _HEAD, join([part for part in body if part]))


def _lead(laid: Desk) -> str:
    """How many of those who complain propose something, and what they propose most."""
    wish = one(laid.shelf, "care.said", aspect=ALL, kind="remedy", code=ALL)
    if wish is None or not wish.known:
        return "Too few accounts propose anything for a number."
    said = f"{of_whom(wish, _WHO, small=laid.small)}, {share_of(wish)} wish for or propose something in the same post."
    named = proposals(laid.shelf, most=_MOST_NAMED)
    if not named:
        return f"{said} No one proposal is made by enough accounts to be named."
    most = listed(
        [
            f"{plain(p.remedy)} ({count(p.figure.hits_accounts, laid.small)} accounts that complain of {COMPLAINTS.get(p.aspect, plain(p.aspect))})"
            for p in named
        ]
    )
    return f"{said} Named most often: {most}."


def _table(laid: Desk, found: Sequence[Pain]) -> Markup:
    """One row a pain point."""
    columns = [Column("complaint"), Column("share", numeric=True), Column("how bad", numeric=True)]
    columns += [Column("later − earlier", numeric=True), Column("said with it")]
    rows = [
        [plain(p.aspect), share_of(p.common), _grade(p.bad), _changed(p.change), _with(laid, p)]
        for p in found
    ]
    since = next((p.change.since for p in found if p.change), "")
    halves = f" Later: from {since} on, in points." if since else ""
    note = (
        "Largest share first; where intervals overlap the order is not known. How bad: mean of the worst grade an account "
        f"gives in a post that complains of it, −5 to 5; praise in the same post lifts it.{halves} Shared words: from the sentences that complain. Causes, proposals and wants are what at least "
        f"{laid.small} accounts say in such a post in words that the program knows; what is said otherwise is not here."
    )
    figures = [p.common for p in found]
    return join([
        tag("h3", "Pain points"),
        roll(table("Complaints, how common, how bad, how they change, and what people say with them", columns, rows, "stack")),
        paragraph(note, kind="small soft"),
        evidence_line(figures, laid.codebook, small=laid.small),
    ])  # fmt: skip


def _grade(bad: Shown | None) -> str:
    if bad is None or not bad.known:
        return STAR if bad is not None and bad.suppressed else "–"
    ends = (
        "" if bad.low is None or bad.high is None else f" ({_minus(bad.low)} to {_minus(bad.high)})"
    )
    return f"{_minus(bad.mid)}{ends}"


def _minus(number: float) -> str:
    """One place, with a real minus sign."""
    return f"{number:.1f}".replace("-", "−")


def _changed(change: Change | None) -> str:
    """A difference in points with its interval."""
    if change is None:
        return "–"
    value, low, high = (_points(x) for x in change[:3])
    return f"{value} ({low} to {high})"


def _points(share_: float) -> str:
    """A difference of shares in whole points, signed; zero has no sign."""
    points = round(100 * share_)
    return f"{points:+d}".replace("-", "−") if points else "0"


def _with(laid: Desk, pain: Pain) -> str:
    """Causes, proposals, workarounds and wants, each with its accounts; then words that many share."""
    own = pain.workarounds
    parts = [
        f"{kind}: {_named(figures)}"
        for kind, figures in (
            ("as cause", pain.causes),
            ("proposed", pain.remedies),
            ("wanted", pain.resources),
        )
        if figures
    ]
    if own is not None and own.known and own.hits_accounts:
        parts.append(f"a way round it: {count(own.hits_accounts)}")
    words = [
        f"“{q.text}” ({count(q.accounts, laid.small)})"
        for q in laid.material.quotes
        if q.kind == "wording" and q.about == f"{pain.aspect}:complaint"
    ]
    if words:
        parts.append(f"in words that many share: {listed(words)}")
    return "; ".join(parts) or "–"


def _named(figures: Sequence[Shown]) -> str:
    named = [f"{plain(f.keys['code'])} ({count(f.hits_accounts)})" for f in figures[:_MOST_NAMED]]
    return listed(named)


def _proposed(laid: Desk) -> Markup:
    """What people propose, most accounts first."""
    found = proposals(laid.shelf)
    if not found:
        return NOTHING
    columns = [
        Column("complaint"),
        Column("they propose"),
        Column("accounts", numeric=True),
        Column("share", numeric=True),
        Column("action"),
        Column("evidence"),
    ]
    taken = {(a.aspect, a.remedy): a for a in laid.material.actions}
    rows = []
    for p in found:
        action = taken.get((p.aspect, p.remedy))
        rows.append([
            plain(p.aspect), plain(p.remedy), count(p.figure.hits_accounts, laid.small), share_of(p.figure),
            f"{action.now.status} ({action.id})" if action else "none yet", tag("code", p.figure.id),
        ])  # fmt: skip
    note = "People's own proposals, most accounts first: what they ask for, not what is known to help. Share: of accounts that complain of it."
    return join([
        tag("h3", "What people propose"),
        roll(table("Proposals by complaint, with the action that follows them", columns, rows, "stack")),
        paragraph(note, kind="small soft"),
    ])  # fmt: skip


def action_rows(laid: Desk) -> list[list[str]]:
    """Actions as rows: what, about, owner, where it stands, since, why."""
    return [
        [
            a.what,
            plain(a.aspect) or "–",
            a.owner,
            a.now.status,
            day(a.now.on.isoformat()),
            a.now.reason or "–",
        ]
        for a in laid.material.actions
    ]


def _actions(laid: Desk) -> Markup:
    """The action list, carried over from report to report."""
    rows = action_rows(laid)
    if not rows:
        words = "None is recorded yet. Enter one with: bedside actions add STUDY WHAT --owner TEAM --for ASPECT:PROPOSAL"
        return join([tag("h3", "Actions"), paragraph(words, kind="small soft")])
    columns = [Column(name) for name in ("action", "about", "owner", "status", "since", "why")]
    return join([
        tag("h3", "Actions"),
        roll(table("Actions, who answers for them and where they stand", columns, rows, "stack")),
    ])  # fmt: skip


def _months(laid: Desk) -> Markup:
    """Complaints month by month against their natural limits."""
    held = control(pick(laid.shelf, "care.months", valence="complaint"))
    if held is None:
        return NOTHING
    known, out, limits = held.figures, held.out, held.limits
    mean = share(limits.mean / 100, None, None)
    title = months_title(len(out), len(known), mean)
    return figure(
        laid,
        known,
        name="care-months",
        title=title,
        sub="Per cent of accounts that tell of care in the month, with mean and natural limits (dashed).",
        chart=control_chart(
            "care-months",
            title,
            f"A line of {len(known)} monthly shares; numbers are in the table.",
            held.points,
            (limits.low, limits.mean, limits.high),
            nice_axis(held.highest, f"{NARROW}%", limit=100),
        ),
        note="Filled: outside the limits, seven in a row on one side or rising, or two of three near a limit. "
        f"{missing_months(held.hidden)}A signal says that something differs, not what.",
        twins=twin(share_table("Accounts that complain by month", "month", known), len(known)),
    )


def _recommended(laid: Desk) -> Markup:
    """Who asks for and gives recommendations, and by which criteria."""
    said = []
    for act, verb in (
        ("asks", "ask for a recommendation"),
        ("gives", "recommend a doctor or a service"),
    ):
        whole = one(laid.shelf, "care.recommends", act=act, role=ALL)
        if whole is None or not whole.known or not whole.mid:
            continue
        named = [
            f for f in sized(pick(laid.shelf, "care.criteria", act=act)) if f.known and f.mid > 0
        ]
        words = [f"“{plain(f.keys['criterion'])}” ({share_of(f)})" for f in named[:3]]
        by = listed(words) if words else ""
        said.append(
            f"{of_whom(whole, 'write on the question', small=laid.small)}, {share_of(whole)} {verb}"
            + (f"; named with it most often: {by}." if by else ".")
        )
    return join([tag("h3", "Recommendations"), paragraph(" ".join(said))]) if said else NOTHING


def _hashtags(laid: Desk) -> Markup:
    """Praise and complaint under the hashtags that the study follows."""
    figures = pick(laid.shelf, "care.hashtags")
    tags = list(dict.fromkeys(f.keys["tag"] for f in figures))
    if not tags:
        return NOTHING
    rows = []
    for tag_name in tags:
        pair = [
            one(laid.shelf, "care.hashtags", tag=tag_name, valence=v)
            for v in ("complaint", "praise")
        ]
        of = max((f.of_accounts or 0 for f in pair if f is not None), default=0)
        rows.append(
            [
                f"#{tag_name}",
                count(of, laid.small),
                *("–" if f is None else share_of(f) for f in pair),
            ]
        )
    columns = [
        Column("hashtag"),
        *(Column(c, numeric=True) for c in ("accounts", "complain", "praise")),
    ]
    return join([
        tag("h3", "Hashtags the study follows"),
        roll(table("Praise and complaint under each hashtag", columns, rows, "stack")),
        evidence_line(figures, laid.codebook, small=laid.small),
    ])  # fmt: skip
