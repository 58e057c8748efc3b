"""The page back to the community as a document of its own: what was told, what was asked of whom, how to leave."""

from bedside.report.chapters.back import back
from bedside.report.document import write
from bedside.report.figures import one
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.material import Material
from bedside.report.page import Desk, desk, number_of, paragraph
from bedside.report.paper import listing, paper, section
from bedside.report.printing import count, day

__all__ = ["community_page"]

_WORDS = 12


def community_page(material: Material, *, stamp: str = "") -> str:
    """One plain page for the people who wrote.

    Parameters
    ----------
    material : Material
        Released figures and the records of the study.
    stamp : str
        Of the release, by which the page is checked later.

    Returns
    -------
    str
        HTML that opens offline. It says you and we, names nobody, and quotes nobody's own sentence.
    """
    laid = desk(material)
    letter = back(laid, write(laid).findings)
    return paper(
        f"What you told us: {material.study.title}",
        _lead(laid),
        section("What we heard, and what we did with it", letter.body),
        section("Words that many of you use", _words(laid)),
        section("How we listened", listing(_how(laid))),
        section("What these numbers cannot say", listing(_cannot(laid))),
        stamp=stamp,
    )


def _lead(laid: Desk) -> str:
    m = laid.material
    question = f"We wanted to know: {m.study.question.rstrip('?.')}? " if m.study.question else ""
    return f"{question}This page is for you who wrote. It names nobody, and nobody can be found through it."


def _words(laid: Desk) -> Markup:
    """Wordings that at least as many accounts share as may be shown; nobody's own sentence."""
    shared = [
        q for q in laid.material.quotes if q.kind == "wording" and (q.accounts or 0) >= laid.small
    ]
    shared.sort(key=lambda q: -(q.accounts or 0))
    if not shared:
        return NOTHING
    items = [
        tag(
            "li", tag("span", f"“{q.text}”"), tag("span", f"{count(q.accounts, laid.small)} of you")
        )
        for q in shared[:_WORDS]
    ]
    note = f"Each is written by at least {laid.small} of you, so none of them leads to one person."
    return join([tag("ul", *items, class_="word"), paragraph(note, kind="small soft")])


def _how(laid: Desk) -> list[str]:
    m = laid.material
    said = []
    posts, accounts = (
        one(laid.shelf, "inclusion.flow", step=name) for name in ("relevant", "accounts")
    )
    if posts is not None and posts.known and accounts is not None and accounts.known:
        sources = len(m.sources)
        where = f" in {sources} place{'s' if sources > 1 else ''} online" if sources else ""
        said.append(f"We read {number_of(posts)} posts by {number_of(accounts)} accounts{where}.")
    first, last = m.study.period
    if first and last:
        said.append(f"They were written between {day(first)} and {day(last)}.")
    said.append(
        f"People read {m.judged:,} of them to check the program that read the rest."
        if m.judged
        else "A program read them. Nobody has checked yet how often it is wrong."
    )
    if m.stale or m.erased:
        said.append(
            "Some of you have taken posts out since; the numbers here still count them and are being made again."
        )
    said.append(f"The numbers are as of {day(m.run_date)}." if m.run_date else "")
    return [line for line in said if line]


def _cannot(laid: Desk) -> list[str]:
    return [
        "Those of you who never post are not in them.",
        "They say what is told, not how often it happens to everybody who is ill.",
        f"A number under {laid.small} is never printed, so that nobody is found by it.",
    ]
