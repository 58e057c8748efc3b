"""A report as it was planned: chosen parts in their order, with the writer's words, in a frame that always stands."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bedside.model.plans import Part, Plan
from bedside.report.chapters.one_page import one_page
from bedside.report.document import Written, assemble, write
from bedside.report.markup import NOTHING, Markup, join
from bedside.report.material import Material
from bedside.report.page import Chapter, Desk, Plate, desk, paragraph
from bedside.report.printing import day
from bedside.report.prose import Told, tell

__all__ = ["BEGIN", "END", "Arranged", "arrange", "choices", "frozen_words", "render_planned"]

BEGIN, END = ("conclude",), ("inclusion", "judged", "limits", "back")
"""Chapters of every report, whatever is planned: what may be concluded, how it was made, what is missing, for whom."""


_NAMED = re.compile(r' id="([\w-]+)"')
_WITHIN = re.compile(
    r'<a href="#([\w-]+)">([^<]*)</a>'
)  # to a chapter that may not have been chosen


class Arranged(NamedTuple):
    """A planned report, and what of the plan could not be done.

    Attributes
    ----------
    written : Written
    problems : tuple of str
        Parts whose chapter or finding the release does not have, and places that name no figure.
    typed : tuple of str
        Numbers that the writer wrote by hand.
    words : tuple of str
        The writer's own words, part by part, for the quote gate.
    """

    written: Written
    problems: tuple[str, ...]
    typed: tuple[str, ...]
    words: tuple[str, ...]


def choices(written: Written) -> list[tuple[str, str, str]]:
    """What a plan may choose: (chapter or finding, its name, its headline), in the report's order."""
    found: list[tuple[str, str, str]] = []
    for part in written.chapters:
        if part.anchor in (*BEGIN, "limits", "back"):
            continue
        found.append(("chapter", part.anchor, part.head))
        found += [("finding", plate.name, plate.title) for plate in part.plates]
    return found


def arrange(laid: Desk, written: Written, plan: Plan) -> Arranged:
    """Put a written report into the order of a plan.

    Parameters
    ----------
    laid : Desk
    written : Written
        The whole report, from `document.write`.
    plan : Plan

    Returns
    -------
    Arranged
        A part that the release does not have stands as a sentence that says so.
    """
    chapters = {part.anchor: part for part in written.chapters}
    planned: list[Chapter] = []
    problems: list[str] = []
    typed: list[str] = []
    for part in plan.part:
        told = [tell(laid, text) for text in (part.before, part.after)]
        made, problem = _part(part, told, chapters, written.chapters)
        taken = {known.anchor for known in planned}
        planned.append(made._replace(anchor=f"part-{part.id}") if made.anchor in taken else made)
        problems += [
            *problem,
            *(f"{part.id}: {place} names no figure" for t in told for place in t.missing),
        ]
        typed += [number for t in told for number in t.typed]
    lead = tell(laid, plan.lead)
    problems += [f"lead: {place} names no figure" for place in lead.missing]
    chosen = {part.chapter for part in plan.part}
    frame = [
        [chapters[a] for a in names if a in chapters and a not in chosen] for names in (BEGIN, END)
    ]
    there = {part.anchor for part in planned}
    found = [finding for finding in written.findings if finding.anchor in there]
    first = one_page(laid, found, title=plan.title, lead=lead.body)
    words = [plan.title, plan.lead, *(t for p in plan.part for t in (p.heading, p.before, p.after))]
    return Arranged(
        Written(found, first, [*frame[0], *planned, *frame[1]]),
        tuple(problems),
        (*typed, *lead.typed),
        tuple(text for text in words if text.strip()),
    )


def _part(
    part: Part, told: Sequence[Told], chapters: dict[str, Chapter], whole: Sequence[Chapter]
) -> tuple[Chapter, list[str]]:
    before, after = told
    said = (*before.lines, *after.lines)
    if part.chapter:
        found = chapters.get(part.chapter)
        if found is None:
            return _gone(part, part.chapter, before.body, after.body)
        body = join([before.body, found.body, after.body])
        return found._replace(head=part.heading or found.head, body=body, said=said), []
    if part.finding:
        at = next(((c, p) for c in whole for p in c.plates if p.name == part.finding), None)
        if at is None:
            return _gone(part, part.finding, before.body, after.body)
        return _finding(part, *at, before, after, said), []
    body = join([before.body, after.body])
    return Chapter(f"part-{part.id}", part.heading or "Note", body, (), said), []


def _finding(
    part: Part, chapter: Chapter, plate: Plate, before: Told, after: Told, said: tuple[str, ...]
) -> Chapter:
    body = join([before.body, plate.drawn, after.body])
    return Chapter(chapter.anchor, part.heading or chapter.head, body, (plate,), said)


def _gone(part: Part, name: str, before: Markup, after: Markup) -> tuple[Chapter, list[str]]:
    words = f"“{name}” stands in the plan, and this release has no figures for it."
    body = join([before, paragraph(words, kind="small soft"), after])
    return (
        Chapter(f"part-{part.id}", part.heading or name, body or NOTHING),
        [f"{part.id}: {name} is not in this release"],
    )


def render_planned(material: Material, plan: Plan, *, stamp: str = "") -> str:
    """The planned report as one self-contained HTML file, in the look of the whole one.

    A frozen plan says so before anything else.
    """
    laid = desk(material)
    arranged = arrange(laid, write(laid), plan)
    page = assemble(laid, arranged.written, notice=frozen_words(plan), stamp=stamp)
    there = set(_NAMED.findall(page))
    return _WITHIN.sub(lambda link: link[0] if link[1] in there else link[2], page)


def frozen_words(plan: Plan) -> str:
    """What a frozen report says of itself; empty while figures are live."""
    if plan.frozen is None:
        return ""
    held = plan.frozen
    return f"Frozen on {day(held.on.isoformat())} by {held.by}: the figures are those of release {held.stamp.partition('/')[0]} and follow no later post."
