"""The work behind `cases`: opening a study's desk, and what is said back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec

from bedside.errors import InputError, NotFoundError
from bedside.judge.caselog import open_cases
from bedside.measure.bound import bind_tables, is_whole
from bedside.measure.safety.case import Case, Line
from bedside.measure.safety.desk import Desk
from bedside.measure.safety.narrative import OUTCOMES
from bedside.store.engine import EmbeddedEngine
from bedside.store.study import open_study

__all__ = ["as_values", "at_desk", "case_text", "moment_of", "queue_text", "standing_text"]

MARK = {"met": "yes", "doubtful": "?", "not_met": "no"}


@contextmanager
def at_desk(folder: Path, now: datetime) -> Iterator[Desk]:
    """The desk of a study as of its last run.

    Raises
    ------
    NotFoundError
        If the study was not run since posts came or went.
    """
    study = open_study(folder)
    if not is_whole(study):
        raise NotFoundError(
            f"{study.folder.name} has not been run since posts came or went; give: bedside run {quote(str(folder))}"
        )
    with EmbeddedEngine(study) as engine, open_cases(study) as log:
        bind_tables(study, engine)
        yield Desk(study, engine.ask, log, now)


def moment_of(words: str, now: datetime) -> datetime | None:
    """A time as a person writes it; None where nothing was given.

    Raises
    ------
    InputError
        If it cannot be read, lacks a zone or lies in the future.
    """
    if not words:
        return None
    try:
        at = datetime.fromisoformat(words)
    except ValueError as error:
        raise InputError(f"'{words}' is no time; write 2026-03-07T23:50+00:00") from error
    if at.tzinfo is None:
        raise InputError(
            f"'{words}' lacks its zone; write 2026-03-07T23:50+00:00, or end it with Z"
        )
    if at > now:
        raise InputError(f"'{words}' lies in the future; give when it happened")
    return at.astimezone(UTC)


def as_values(value: Any) -> Any:
    """Records as plain values, for JSON."""
    return msgspec.to_builtins(value, str_keys=True)


def queue_text(lines: list[Line]) -> str:
    """The queue, one line a case."""
    if not lines:
        return "no case stands there"
    head = f"{'case':14} {'status':15} {'due':17} {'verdict':10} {'posts':>5}  product: told"
    return "\n".join([head, *(_line(line) for line in lines)])


def _line(line: Line) -> str:
    due = f"{line.due} {line.state.replace('_', ' ')}" if line.due else "not running"
    told = ", ".join((*line.reactions, *(s.replace("_", " ") for s in line.special))) or "–"
    serious = f"  SERIOUS? {', '.join(line.serious)}" if line.serious else ""
    product = line.product or "product not named"
    gone = f"  [{line.erased} posts erased]" if line.erased else ""
    return (
        f"{line.case_id:14} {line.status:15} {due:17} {line.verdict:10} {line.posts:5}  {product}: {told}"
        f"{serious}{gone}"
    )


def case_text(case: Case) -> str:
    """A case for a reader of the study: masked words only."""
    line = case.line
    lines = [
        f"{line.case_id} · {line.status.replace('_', ' ')} · {line.product or 'product not named'}"
        f"{'' if line.listed else ' (no product of this study)'}",
        "Masked words, for people of this study only; what the machine proposes is for you to decide.",
        "",
    ]
    lines += [
        f"  {MARK[e.state]:4}{e.name:9} {e.why}{_quoted(case.words.get(e.name, []))}{f' [{e.by}]' if e.by else ''}"
        for e in case.elements
    ]
    lines += ["", f"proposed serious: {', '.join(line.serious) or 'nothing says so'}"]
    lines += [f"special situations: {', '.join(line.special) or 'none'}"]
    lines += [
        f"age {case.details.age or 'not told'}, sex {({'1': 'male', '2': 'female'}).get(case.details.sex, 'not told')}, "
        f"outcome {OUTCOMES[case.details.outcome]}"
    ]
    lines += ["", *_clock_lines(case), "", "Narrative"]
    lines += [f"  {s.day or 'no date'} {s.platform}: {s.text}" for s in case.narrative]
    lines += ["", "Missing", *(f"  {words}" for words in case.missing)]
    if case.candidate.folded or case.standing.folded:
        lines += ["", *(f"  counts with it: a copy ({why})" for _, why in case.standing.folded)]
    if case.possible_duplicates:
        lines += ["", f"the same text by another account: {', '.join(case.possible_duplicates)}"]
    lines += ["", "Log", *(f"  {e.at:%Y-%m-%d %H:%M} {e.by}: {_event(e)}" for e in case.log)]
    return "\n".join(lines)


def _quoted(words: list[str]) -> str:
    return "".join(f' "{w}"' for w in words[:4])


def _clock_lines(case: Case) -> list[str]:
    clock = case.clock
    if clock.day_zero is None:
        return [f"clock not running: {clock.why}"]
    lines = [f"day zero {clock.day_zero} ({clock.why})"]
    for due in (*clock.dues, *(d for c in case.follow_up_clocks for d in c.dues)):
        lines.append(f"  {due.what}: {due.due} {due.state.replace('_', ' ')} ({due.rule})")
    return lines


def _event(event: Any) -> str:
    shown = {
        key: value
        for key, value in event.about.items()
        if key not in ("posts", "same_text", "nameless", "account_key", "texts", "folded")
    }
    told = ", ".join(
        f"{key} {value}" for key, value in shown.items() if value not in ([], "", None)
    )
    return f"{event.kind.replace('_', ' ')}{f' ({told})' if told else ''}"


def standing_text(case_id: str, status: str) -> str:
    """Where a case stands after a step."""
    return f"{case_id} is {status.replace('_', ' ')} now"
