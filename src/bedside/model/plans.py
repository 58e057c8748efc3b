"""The plan of a report: what is chosen, in which order, and the writer's own words around it."""

from collections.abc import Sequence
from datetime import date

import msgspec

from bedside.errors import InputError, NotFoundError, suggest

__all__ = ["Frozen", "Part", "Plan", "add_part", "change_part", "drop_part", "move_part"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a report.

    Attributes
    ----------
    id : str
        `p1`, `p2`, ... in order of entry; never given twice.
    chapter, finding : str
        Anchor of a chapter, or name of one figure with its finding; both empty: the writer's own text under `heading`.
    heading : str
        Of own text; of a finding or chapter: instead of its own.
    before, after : str
        Paragraphs around it, parted by empty lines. `{measure key=value}` is a figure, live until the plan is frozen.
    """

    id: str = ""
    chapter: str = ""
    finding: str = ""
    heading: str = ""
    before: str = ""
    after: str = ""


class Frozen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When, by whom and on what a plan was frozen; `stamp` names the release and the records."""

    stamp: str
    on: date
    by: str


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report as it is planned.

    Attributes
    ----------
    title, lead : str
        Headline and first paragraph of page one; empty: as the figures say.
    frozen : Frozen or None
    part : sequence of Part
        From first to last. What may be concluded, how it was made, what is missing and the page back to the community
        stand in every report and need no part.
    """

    title: str = ""
    lead: str = ""
    frozen: Frozen | None = None
    part: Sequence[Part] = ()


def _changed(plan: Plan, parts: Sequence[Part]) -> Plan:
    return msgspec.structs.replace(thawed(plan), part=tuple(parts))


def thawed(plan: Plan) -> Plan:
    """The plan, if it may be changed.

    Raises
    ------
    InputError
        If it is frozen.
    """
    if plan.frozen is not None:
        raise InputError(
            f"the plan was frozen on {plan.frozen.on} by {plan.frozen.by}; thaw it first with: bedside plan thaw STUDY"
        )
    return plan


def add_part(plan: Plan, part: Part, *, at: int | None = None) -> Plan:
    """Put a part in; at the end, or at a place counted from 1.

    Raises
    ------
    InputError
        If the plan is frozen, or the part is two things or nothing.
    """
    if part.chapter and part.finding:
        raise InputError("a part is one chapter or one finding, not both")
    if not (part.chapter or part.finding or part.heading or part.before):
        raise InputError("a part needs a chapter, a finding, or words of your own")
    number = max((int(p.id[1:]) for p in plan.part if p.id[1:].isdigit()), default=0) + 1
    parts = list(plan.part)
    place = len(parts) if at is None else max(0, min(at - 1, len(parts)))
    parts.insert(place, msgspec.structs.replace(part, id=f"p{number}"))
    return _changed(plan, parts)


def _place(plan: Plan, name: str) -> int:
    places = {part.id: at for at, part in enumerate(plan.part)}
    if name not in places:
        raise NotFoundError(f"no part '{name}' in the plan; {suggest(name, list(places))}")
    return places[name]


def move_part(plan: Plan, name: str, to: int) -> Plan:
    """Move a part to a place counted from 1; beyond the ends is at the ends."""
    parts = list(plan.part)
    part = parts.pop(_place(plan, name))
    parts.insert(max(0, min(to - 1, len(parts))), part)
    return _changed(plan, parts)


def drop_part(plan: Plan, name: str) -> Plan:
    """Take a part out; what it showed stays in the study's whole report."""
    parts = list(plan.part)
    parts.pop(_place(plan, name))
    return _changed(plan, parts)


def change_part(
    plan: Plan,
    name: str,
    *,
    heading: str | None = None,
    before: str | None = None,
    after: str | None = None,
) -> Plan:
    """Write around a part; what is None stays as it is."""
    parts, at = list(plan.part), _place(plan, name)
    given = {"heading": heading, "before": before, "after": after}
    words = {key: text.strip() for key, text in given.items() if text is not None}
    parts[at] = msgspec.structs.replace(parts[at], **words)
    return _changed(plan, parts)
