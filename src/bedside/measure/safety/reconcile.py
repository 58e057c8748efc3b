"""Reconciliation: what was sent against what was received, by period."""

from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from bedside.errors import InputError
from bedside.measure.safety.clock import day_zero
from bedside.measure.safety.workflow import Standing

__all__ = ["Reconciliation", "SentCase", "reconcile"]


class SentCase(msgspec.Struct, frozen=True, kw_only=True):
    """One case handed over in the period; `answer` is positive, negative or none."""

    case_id: str
    day: date
    to: str
    message: str
    answer: str
    received: bool | None = None


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent in a period, and what came of it.

    Attributes
    ----------
    sent : tuple of SentCase
    unanswered, refused : tuple of str
        Cases without an answer; with a negative one.
    not_received : tuple of str
        Cases that the receiver's own list does not hold; empty where no list was given.
    unknown : tuple of str
        Entries of that list that were never sent from here.
    valid_not_sent : tuple of str
        Cases found valid that were never handed over, whenever.
    """

    start: date
    end: date
    sent: tuple[SentCase, ...]
    unanswered: tuple[str, ...]
    refused: tuple[str, ...]
    not_received: tuple[str, ...]
    unknown: tuple[str, ...]
    valid_not_sent: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing is left to be asked about."""
        return not (self.unanswered or self.refused or self.not_received or self.unknown)


def _answer(at: Standing) -> str:
    if not at.answers:
        return "none"
    return "positive" if at.answers[-1].get("positive") else "negative"


def reconcile(
    standings: Iterable[Standing],
    *,
    start: date,
    end: date,
    time_zone: str,
    received: Collection[str] | None = None,
) -> Reconciliation:
    """Set what was sent against what was received.

    Parameters
    ----------
    standings : iterable of Standing
    start, end : date
        Both days included, in the study's time zone.
    received : collection of str, optional
        The receiver's own list: case ids, control numbers or message numbers.

    Raises
    ------
    InputError
        If the period ends before it starts.
    """
    if end < start:
        raise InputError(f"the period ends on {end}, before it starts on {start}")
    held = {entry.strip().casefold() for entry in received} if received is not None else None
    sent, known, waiting = [], set(), []
    for at in sorted(standings, key=lambda s: s.case_id):
        if at.status == "valid":
            waiting.append(at.case_id)
        for when, to, message in at.handed_over:
            names = _names(at.case_id, message)
            known |= names
            day = day_zero(when, time_zone)
            if start <= day <= end:
                there = None if held is None else bool(names & held)
                sent.append(
                    SentCase(
                        case_id=at.case_id,
                        day=day,
                        to=to,
                        message=message,
                        answer=_answer(at),
                        received=there,
                    )
                )
    return Reconciliation(
        start=start,
        end=end,
        sent=tuple(sent),
        unanswered=_cases(s.case_id for s in sent if s.answer == "none"),
        refused=_cases(s.case_id for s in sent if s.answer == "negative"),
        not_received=_cases(s.case_id for s in sent if s.received is False),
        unknown=tuple(sorted(held - known)) if held else (),
        valid_not_sent=tuple(waiting),
    )


def _cases(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(ids)))


def _names(case_id: str, message: str) -> set[str]:
    """Names under which a receiver may list a case: its id, its message number, its control number."""
    names = {case_id, case_id.removeprefix("case-"), message, message.rpartition("-")[0]}
    return {name.casefold() for name in names if name}
