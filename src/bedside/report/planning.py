"""Planning: changes to a study's plan, each under its lock and against what may be released."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from bedside.errors import InputError, NotFoundError, suggest
from bedside.model.plans import Frozen, Part, Plan, add_part, change_part, thawed
from bedside.report.document import Written, write
from bedside.report.leaving import leaving, leaving_now
from bedside.report.page import Desk, desk
from bedside.report.planned import Arranged, arrange, choices
from bedside.report.prose import live, named
from bedside.store.plans import read_plan, write_plan
from bedside.store.study import Study

__all__ = [
    "Table",
    "add",
    "alive",
    "begin",
    "change",
    "freeze",
    "lay_out",
    "plan_of",
    "retitle",
    "reword",
    "thaw",
]


class Table(NamedTuple):
    """A plan on the table: the released figures, the whole report, the plan (if any), and what comes of it."""

    laid: Desk
    written: Written
    plan: Plan | None
    arranged: Arranged


def lay_out(study: Study, now: datetime) -> Table:
    """The plan of a study that is locked, with all that it may choose from."""
    ready = leaving(study, now)
    laid = desk(ready.material)
    written, plan = write(laid), read_plan(study)
    return Table(laid, written, plan, arrange(laid, written, plan or Plan()))


def plan_of(study: Study) -> Plan:
    """The plan.

    Raises
    ------
    NotFoundError
        If none was begun.
    """
    plan = read_plan(study)
    if plan is None:
        raise NotFoundError(
            f"{study.folder.name} has no plan yet; begin one with: bedside plan start STUDY"
        )
    return plan


def change(study: Study, how: Callable[[Plan], Plan]) -> Plan:
    """Change the plan of a study that is locked; gives how it stands then."""
    plan = how(plan_of(study))
    write_plan(study, plan)
    return plan


def begin(study: Study, table: Table) -> Plan:
    """Begin a plan with every chapter that has something to say, in the report's order; the study is locked.

    Raises
    ------
    InputError
        If there is a plan.
    """
    if read_plan(study) is not None:
        raise InputError("this study has a plan; change it, or remove plan.toml to begin anew")
    plan = Plan()
    for kind, name, _ in choices(table.written):
        if kind == "chapter" and name not in ("inclusion", "judged"):
            plan = add_part(plan, Part(chapter=name))
    write_plan(study, plan)
    return plan


def add(study: Study, part: Part, *, at: int | None, table: Table) -> Plan:
    """Put a part into the plan, which is begun if there is none; evidence ids in its words become live places.

    Raises
    ------
    NotFoundError
        If what may be released has no such chapter or finding.
    """
    _known(part, choices(table.written))
    words = {name: alive(table.laid, getattr(part, name)) for name in ("before", "after")}
    plan = add_part(read_plan(study) or Plan(), msgspec.structs.replace(part, **words), at=at)
    write_plan(study, plan)
    return plan


def _known(part: Part, offered: Sequence[tuple[str, str, str]]) -> None:
    for kind, name in (("chapter", part.chapter), ("finding", part.finding)):
        names = [known for what, known, _ in offered if what == kind]
        if name and name not in names:
            raise NotFoundError(
                f"no {kind} '{name}' in what may be released; {suggest(name, names)}"
            )


def alive(laid: Desk, text: str) -> str:
    """Words whose evidence ids in braces are written as measure and keys, which outlive the next run."""

    def put(found: re.Match[str]) -> str:
        at = live(laid.shelf, found[1])
        if at is None:
            return found[0]
        figure, form = at
        return named(figure)[:-1] + (f" | {form}" if form else "") + "}"

    return re.sub(r"\{\s*(ev-[^{}]*)\}", put, text)


def reword(study: Study, name: str, *, table: Table, **words: str | None) -> Plan:
    """Write around a part: heading, before, after; what is None stays."""
    lively = {key: text if text is None else alive(table.laid, text) for key, text in words.items()}
    return change(study, lambda plan: change_part(plan, name, **lively))


def retitle(study: Study, title: str, lead: str | None, *, table: Table) -> Plan:
    """Give page one another headline, and another first paragraph unless None."""

    def how(plan: Plan) -> Plan:
        kept = plan.lead if lead is None else alive(table.laid, lead.strip())
        return msgspec.structs.replace(thawed(plan), title=title.strip(), lead=kept)

    return change(study, how)


def freeze(study: Study, *, by: str, now: datetime) -> Plan:
    """Freeze the plan on what may leave now: its words pass the quote gate, its figures follow no later post.

    Raises
    ------
    InputError
        If nobody is named, or the plan names what the release does not have.
    PermissionRefused
        If its words lead to one person, or the figures may not leave.
    """
    if not by.strip():
        raise InputError("say who freezes the report: --as NAME")
    plan = thawed(plan_of(study))
    ready = leaving_now(study, now)
    laid = desk(ready.material)
    problems = arrange(laid, write(laid), plan).problems
    if problems:
        raise InputError(
            f"the plan cannot be frozen: {'; '.join(problems)}; change or drop these parts first"
        )
    frozen = Frozen(stamp=ready.stamp, on=now.date(), by=by.strip())
    return change(study, lambda plan: msgspec.structs.replace(plan, frozen=frozen))


def thaw(study: Study) -> Plan:
    """Let figures be live again; what was exported stays as it was."""
    return change(study, lambda plan: msgspec.structs.replace(plan, frozen=None))
