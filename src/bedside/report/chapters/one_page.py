"""One page: the headline that the figures decide, up to three findings, and what to doubt."""

from collections.abc import Callable, Sequence

from bedside.report.chapters.before_doctor import turned_finding
from bedside.report.chapters.care import complaint_finding, praise_finding
from bedside.report.chapters.inclusion import period
from bedside.report.chapters.journey import journey_finding
from bedside.report.chapters.limits import sample_sentence, unstated_place
from bedside.report.chapters.roles import roles_finding
from bedside.report.chapters.visits import dismissal_finding
from bedside.report.chapters.wait import wait_finding
from bedside.report.comparing import Finding
from bedside.report.figures import one
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Desk, evidence_line, number_of, paragraph
from bedside.report.printing import count, day, listed

__all__ = ["findings", "nothing_found", "one_page", "stale_note"]

_MOST = 3
_FEWEST_OF, _LEAST_SHARE = 30, 0.05  # accounts that a share is of; lower limit of the share
_IN_ORDER: tuple[Callable[[Desk], Finding | None], ...] = (
    complaint_finding,
    wait_finding,
    journey_finding,
    dismissal_finding,
    turned_finding,
    praise_finding,
    roles_finding,
)
"""The order in which findings are taken, fixed before any figure is seen. The headline is the first that can name what leads, who speaks left aside."""


def findings(laid: Desk) -> list[Finding]:
    """All findings that the figures allow: those that can name what leads first, else in the fixed order."""
    found = [f for find in _IN_ORDER if (f := find(laid)) is not None and not _thin(f)]
    return sorted(found, key=lambda finding: not finding.clear)


def _thin(finding: Finding) -> bool:
    """Whether a page of findings is no place for it: a share of few accounts, or one that may be next to nothing."""
    of, low = finding.figure.of_accounts, finding.figure.low
    return of is not None and (of < _FEWEST_OF or (low is not None and low < _LEAST_SHARE))


def one_page(
    laid: Desk, found: Sequence[Finding], *, title: str = "", lead: Markup = NOTHING
) -> Markup:
    """The first page; the writer's own headline and first words, where there are any, before those of the figures."""
    telling = [f for f in found if f.clear and f.anchor != "roles"]
    head = telling[0].lead if telling else laid.material.study.title
    return tag(
        "section",
        paragraph(_facts(laid), kind="small soft"),
        tag("h1", title or head, id="one"),
        lead,
        paragraph(_lead(laid), kind="lead"),
        _findings(laid, found[:_MOST]),
        tag("div", _actions(laid), _doubt(laid, found), class_="cols"),
        aria_labelledby="one",
        class_="first",
    )


def _facts(laid: Desk) -> Markup:
    """Study, place, period and snapshot in one line."""
    study = laid.material.study
    parts: list[str] = [study.title, study.place, period(laid)]
    parts.append(join(["snapshot ", tag("code", study.snapshot)]) if study.snapshot else "")
    return join([part for part in parts if part], " · ")


def _lead(laid: Desk) -> str:
    """Who wrote, and what that allows."""
    m = laid.material
    accounts = one(laid.shelf, "inclusion.flow", step="accounts")
    who = (
        f"{number_of(accounts)} {'simulated ' if m.simulated else ''}accounts"
        if accounts and accounts.known
        else "accounts"
    )
    where = f" in {len(m.sources)} source{'s' if len(m.sources) > 1 else ''}" if m.sources else ""
    about = f" about {listed(m.study.conditions)}" if m.study.conditions else ""
    asked = f"The question: {m.study.question.rstrip('?.')}? " if m.study.question else ""
    chose = "They chose to write: this shows what is told, not how often it happens."
    wrote = f"What {who} wrote" if who != "accounts" else "What was written"
    return f"{asked}{wrote}{where}{about}. {chose}"


def nothing_found(laid: Desk) -> str:
    """Why there is no finding, and what to do where no post has an author."""
    roles = one(laid.shelf, "roles.share", of="accounts")
    nameless = one(laid.shelf, "inclusion.flow", step="no_author")
    if roles is not None and roles.of_accounts == 0 and nameless is not None and nameless.mid > 0:
        return (
            "No finding may be shown: no post names its author, so no account can be counted. If each record is one person's, "
            "as in a survey or a comments file, say so in the register of its source (one_post_one_person) and run again."
        )
    return "No finding may be shown: too few accounts, or nothing measured yet."


def _findings(laid: Desk, found: Sequence[Finding]) -> Markup:
    """Up to three findings, each with its numbers, badge and evidence id."""
    if not found:
        return paragraph(nothing_found(laid))
    number = {1: "One finding", 2: "Two findings"}.get(len(found), "Three findings")
    return join(
        [
            tag("h2", number, class_="plain"),
            tag("ol", *(_finding(laid, f) for f in found), class_="find"),
        ]
    )


def _finding(laid: Desk, found: Finding) -> Markup:
    """One finding."""
    return tag(
        "li",
        tag("b", f"{found.short}."),
        " ",
        found.sentence,
        " ",
        tag("a", found.head, href=f"#{found.anchor}"),
        evidence_line([found.figure], laid.codebook, small=laid.small),
    )


def _actions(laid: Desk) -> Markup:
    """Actions are people's; the report invents none."""
    if laid.material.actions:
        told = [
            tag("li", f"{a.what} ({a.owner}: {a.now.status}, {day(a.now.on.isoformat())})")
            for a in laid.material.actions
        ]
        more = paragraph(tag("a", "What people propose", href="#mending"), kind="small")
        return tag("div", tag("h2", "Actions", class_="plain"), tag("ul", *told[:5]), more)
    return tag(
        "div",
        tag("h2", "Actions", class_="plain"),
        paragraph(
            "None is recorded yet. This report proposes none: what should change is for patients and services to say."
        ),
    )


def _doubt(laid: Desk, found: Sequence[Finding]) -> Markup:
    """What to doubt, from the records."""
    said: list[str] = []
    machine = any(f.basis == "machine" for figures in laid.shelf.values() for f in figures)
    if machine:
        said.append("Most shares here were read by a program. " if laid.material.judged else
                    "Every share here was read by a program; nobody has checked a sample. ")  # fmt: skip
    sample = sample_sentence(laid, found[0].figure) if found else ""
    if sample:
        said.append(
            f"To make the first finding evidence, two people would have to judge {sample}. "
        )
    if any(f.anchor == "journey-wait" for f in found):
        said.append("Long waits are likelier to be told. ")
    place = unstated_place(laid)
    if place is not None:
        said.append(f"{number_of(place)} posts do not say where they come from. ")
    said.append("People who never post are missing.")
    return tag("div", tag("h2", "What to doubt", class_="plain"), paragraph(*said), class_="doubt")


def stale_note(laid: Desk) -> Markup:
    """Warn that posts were erased after the figures were made; empty where none were."""
    m = laid.material
    if not m.stale and not m.erased:
        return NOTHING
    many = f"{count(m.erased, laid.small)} posts" if m.erased else "Posts"
    made = f" made on {day(m.run_date)}" if m.run_date else ""
    return paragraph(
        tag("b", "Stale. "),
        f"{many} were erased after these figures were made; the figures{made} still count them.",
    )
