"""The plan of a report in words: as it stands, and what it may choose."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bedside.model.plans import Part, Plan, drop_part, move_part
from bedside.report import planning
from bedside.report.planned import choices
from bedside.store.study import Study, open_study

__all__ = [
    "add_text",
    "drop_text",
    "freeze_text",
    "move_text",
    "plan_text",
    "start_text",
    "thaw_text",
    "title_text",
    "word_text",
]

Answer = tuple[dict[str, Any], str]


def _done(folder: Path, do: Callable[[Study], Plan]) -> Answer:
    study = open_study(folder)
    with study.locked():
        return _told(do(study))


def _told(plan: Plan) -> Answer:
    lines = [_line(at, part) for at, part in enumerate(plan.part, 1)] or ["the plan is empty"]
    if plan.title:
        lines.insert(0, f"title: {plan.title}")
    if plan.frozen is not None:
        held = plan.frozen
        lines.insert(0, f"frozen on {held.on} by {held.by}, release {held.stamp}")
    return msgspec.to_builtins(plan), "\n".join(lines)


def _line(at: int, part: Part) -> str:
    what = f"finding {part.finding}" if part.finding else "own words"
    what = f"chapter {part.chapter}" if part.chapter else what
    words = sum(len(text.split()) for text in (part.before, part.after))
    more = [f"“{part.heading}”"] if part.heading else []
    more += [f"{words} words"] if words else []
    return f"{at:3}. {part.id:4} {what}" + (f" · {' · '.join(more)}" if more else "")


def plan_text(folder: Path, *, now: datetime) -> Answer:
    """The plan as it stands, what it may choose, and what of it cannot be done."""
    study = open_study(folder)
    with study.locked():
        table = planning.lay_out(study, now)
    none: Answer = ({}, f"no plan yet; begin one with: bedside plan start {folder}")
    told, text = _told(table.plan) if table.plan is not None else none
    offered, arranged = choices(table.written), table.arranged
    lines = [text, "", "to choose from:"]
    lines += [f"  {kind:8} {name:20} {head}" for kind, name, head in offered]
    if arranged.typed:
        typed = ", ".join(arranged.typed)
        lines += ["", f"numbers written by hand, which open to no posts: {typed}"]
    lines += [f"cannot be done: {problem}" for problem in arranged.problems]
    more = {"choices": offered, "problems": arranged.problems, "typed": arranged.typed}
    return told | more, "\n".join(lines)


def start_text(folder: Path, *, now: datetime) -> Answer:
    """Begin a plan."""
    return _done(folder, lambda study: planning.begin(study, planning.lay_out(study, now)))


def add_text(folder: Path, part: Part, *, at: int | None, now: datetime) -> Answer:
    """Put a part in."""
    return _done(
        folder,
        lambda study: planning.add(study, part, at=at, table=planning.lay_out(study, now)),
    )


def move_text(folder: Path, name: str, to: int) -> Answer:
    """Move a part."""
    return _done(folder, lambda study: planning.change(study, lambda p: move_part(p, name, to)))


def drop_text(folder: Path, name: str) -> Answer:
    """Take a part out."""
    return _done(folder, lambda study: planning.change(study, lambda p: drop_part(p, name)))


def word_text(folder: Path, name: str, *, now: datetime, **words: str | None) -> Answer:
    """Write around a part."""
    return _done(
        folder,
        lambda study: planning.reword(study, name, table=planning.lay_out(study, now), **words),
    )


def title_text(folder: Path, title: str, lead: str | None, *, now: datetime) -> Answer:
    """Give page one another headline and first paragraph."""
    return _done(
        folder,
        lambda study: planning.retitle(study, title, lead, table=planning.lay_out(study, now)),
    )


def freeze_text(folder: Path, *, by: str, now: datetime) -> Answer:
    """Freeze the plan."""
    return _done(folder, lambda study: planning.freeze(study, by=by, now=now))


def thaw_text(folder: Path) -> Answer:
    """Thaw the plan."""
    return _done(folder, planning.thaw)
