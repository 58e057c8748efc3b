"""Viewing: what a case comes to now, from where it stands and what its posts tell."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from bedside.measure.safety.candidates import Scope, candidate_of
from bedside.measure.safety.case import Line
from bedside.measure.safety.clock import Clock, ClockRule, Times, clock_of, days_to
from bedside.measure.safety.elements import reporter_of, verdict
from bedside.measure.safety.gather import Post
from bedside.measure.safety.workflow import Standing
from bedside.model.cases import Candidate, Element
from bedside.model.sources import Source
from bedside.store.config import Safety

__all__ = ["OPEN", "Frame", "View", "follow_up_clocks", "lines_now", "urgency", "view_of"]

OPEN = ("new", "in_review", "valid", "awaiting_second", "refused")
"""Where somebody still has to act."""


class Frame(NamedTuple):
    """What holds for all cases of a study at one moment."""

    policy: Safety
    rules: tuple[ClockRule, ...]
    scope: Scope
    register: Mapping[str, Source]
    now: datetime


class View(NamedTuple):
    """A case as it stands."""

    line: Line
    candidate: Candidate
    elements: tuple[Element, ...]
    clock: Clock


def urgency(line: Line) -> tuple[bool, bool, str, datetime, str]:
    """Order of the queue: open before closed, serious before not, the nearest due date, the oldest."""
    closed = line.status not in OPEN
    return closed, not line.serious, line.due or "9999", line.opened_at, line.case_id


def lines_now(lines: Iterable[Line], frame: Frame) -> list[Line]:
    """Lines that were made earlier, with the days that are left now; all else of them changes with the case alone."""
    days: dict[str, tuple[int, str]] = {}  # of tens of thousands many are due on one day
    out = []
    for line in lines:
        if line.due:
            if line.due not in days:
                due = date.fromisoformat(line.due)
                days[line.due] = days_to(due, frame.policy, frame.now)
            left, state = days[line.due]
            if (left, state) != (line.days_left, line.state):
                line = msgspec.structs.replace(line, days_left=left, state=state)
        out.append(line)
    return out


def view_of(
    at: Standing, posts: Mapping[str, Post], judged: Mapping[str, datetime], frame: Frame
) -> View:
    """A case as it stands: its line, what the machine makes of its posts now, its elements and its clock.

    Parameters
    ----------
    at : Standing
    posts : mapping of post_key to Post
        At least those of the case that are still there.
    judged : mapping of post_key to datetime
        When a person first judged a post.
    frame : Frame
    """
    own = [posts[p] for p in at.posts if p in posts]
    if own:
        candidate = candidate_of(own, at.product, frame.scope)
        reporter = reporter_of(own, frozenset(at.nameless))
        machine = (reporter, *(e for e in candidate.elements if e.name != "reporter"))
    else:
        candidate = Candidate(account_key=None, product=at.product, posts=())
        machine = ()
    elements = tuple(_overridden(e, at) for e in machine)
    clock = _clock(at, own, elements, judged, frame)
    sources = {p.source for p in own}
    due = clock.next_due
    line = Line(
        case_id=at.case_id,
        status=at.status,
        product=at.product,
        listed=candidate.listed,
        serious=_serious_now(at, candidate),
        special=tuple(sorted({t.code for t in candidate.told if t.kind == "special"})),
        reactions=tuple(
            dict.fromkeys(t.concept for t in candidate.told if t.kind == "reaction" and t.concept)
        ),
        verdict=verdict(elements).state if elements else "erased",
        posts=len(own),
        opened_at=at.opened_at or frame.now,
        due=due.due.isoformat() if due else "",
        days_left=due.days_left if due else None,
        state=due.state if due else "",
        waits="" if clock.day_zero else clock.why,
        under_mah_responsibility=any(
            frame.register[s].under_mah_responsibility for s in sources if s in frame.register
        ),
        erased=at.erased,
    )
    return View(line, candidate, elements, clock)


def _clock(
    at: Standing,
    own: Sequence[Post],
    elements: Sequence[Element],
    judged: Mapping[str, datetime],
    frame: Frame,
) -> Clock:
    ingested = [p.collected_at for p in own if p.collected_at]
    looks = [judged[p.post_key] for p in own if p.post_key in judged]
    seen = min([*looks, *([at.seen_at] if at.seen_at else [])], default=None)
    handed = at.handed_over[0][0] if at.handed_over else None
    times = Times(
        ingested_at=min(ingested, default=None),
        first_seen_by_person_at=seen,
        four_elements_at=_complete_at(own, elements, at),
    )
    clock = clock_of(
        times,
        frame.policy,
        serious=at.is_serious,
        now=frame.now,
        rules=frame.rules,
        handed_over_at=handed,
    )
    closed = at.status in ("rejected", "duplicate") and handed is None
    return msgspec.structs.replace(clock, dues=()) if closed else clock


def follow_up_clocks(at: Standing, frame: Frame) -> list[Clock]:
    """A clock of its own for each medically significant follow-up; a later hand-over ends it (R4)."""
    clocks = []
    for when, significant in at.follow_ups:
        if significant:
            later = next((sent for sent, _, _ in at.handed_over if sent >= when), None)
            times = Times(ingested_at=when, first_seen_by_person_at=when, four_elements_at=when)
            clocks.append(
                clock_of(
                    times,
                    frame.policy,
                    serious=at.is_serious,
                    now=frame.now,
                    rules=frame.rules,
                    handed_over_at=later,
                )
            )
    return clocks


def _serious_now(at: Standing, candidate: Candidate) -> tuple[str, ...]:
    """Criteria that people decided hold, and those proposed that nobody decided against."""
    proposed = {t.code for t in candidate.told if t.kind == "serious"} | set(at.serious_by_machine)
    held = {code for code in proposed if at.serious.get(code, True)}
    return tuple(sorted(held | {code for code, holds in at.serious.items() if holds}))


def _overridden(element: Element, at: Standing) -> Element:
    """An element as a person set it, if one did."""
    if element.name not in at.elements:
        return element
    state, by, _ = at.elements[element.name]
    why = f"set by a person; the machine had said {element.state.replace('_', ' ')}: {element.why}"
    return msgspec.structs.replace(element, state=state, why=why, by=by)


def _complete_at(own: Sequence[Post], elements: Sequence[Element], at: Standing) -> datetime | None:
    """When the four elements were in the house: the last post that one of them needs, or when a person set the last."""
    if not own or len(elements) < 4 or any(e.state != "met" for e in elements):
        return None
    times = [when for name, (_, _, when) in at.elements.items()]
    arrived = {p.post_key: p.collected_at for p in own}
    firsts = [
        min((t for s in e.said if (t := arrived.get(s.post_key))), default=None)
        for e in elements
        if e.name not in at.elements
    ]
    times += [t for t in firsts if t]
    return max(times, default=min((t for t in arrived.values() if t), default=None))
