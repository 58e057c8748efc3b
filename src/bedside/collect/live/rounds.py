"""A round: a source's steps driven to their end, answered from the landing first and from the network then."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bedside.collect.live.exchange import (
    Cursor,
    Landed,
    Note,
    Observed,
    Request,
    Response,
    Steps,
)
from bedside.collect.live.landing import Landing
from bedside.errors import BedsideError

__all__ = ["Outcome", "Piece", "plan", "run_round"]

Ask = Callable[[Request], Response]


@dataclass(frozen=True)
class Piece:
    """Where the landing holds a document to be read as posts: an answer, or one put together (`whole`)."""

    place: int
    format: str
    service: str
    whole: bool = False

    def open(self, landing: Landing) -> Landed:
        """Read it."""
        if self.whole:
            return landing.document(self.place)
        return Landed(format=self.format, body=landing.answer(self.place), service=self.service)


@dataclass
class Outcome:
    """What a round came to.

    Attributes
    ----------
    cursor : dict
        Where to go on next time.
    landed : list of Piece
        Documents to read as posts, in order; their bodies stay on disk.
    observed : list of Observed
    notes : list of str
    asked, kept : int
        Requests made now, and answers found kept from before an interruption.
    """

    cursor: Cursor = field(default_factory=dict)
    landed: list[Piece] = field(default_factory=list)
    observed: list[Observed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asked: int = 0
    kept: int = 0


def run_round(
    steps: Steps, ask: Ask, landing: Landing, *, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Drive steps to their end.

    Parameters
    ----------
    steps : Steps
    ask : callable
        Asks the network.
    landing : Landing
        Its round has begun; every answer is kept in it before it is used.
    progress : callable, optional
        Told the number of requests answered.

    Raises
    ------
    SourceError, PermissionRefused
        As `ask` does; what was answered before stays in the landing.
    """
    outcome = Outcome()
    answer: Response | None = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            outcome.cursor = end.value or {}
            return outcome
        answer = None
        if isinstance(step, Request):
            answer = _answer(step, ask, landing, outcome)
            if progress:
                progress(outcome.asked + outcome.kept)
        elif isinstance(step, Landed):
            place = len(outcome.landed) + 1
            landing.put(place, step)
            outcome.landed.append(Piece(place, step.format, step.service, whole=True))
        elif isinstance(step, Observed):
            outcome.observed.append(step)
        elif isinstance(step, Note):
            outcome.notes.append(step.text)


def _answer(step: Request, ask: Ask, landing: Landing, outcome: Outcome) -> Response:
    place = outcome.asked + outcome.kept + 1
    answer = landing.kept(place, step)
    if answer is None:
        answer = ask(step)
        landing.keep(place, step, answer)
        outcome.asked += 1
    else:
        outcome.kept += 1
    if step.land and answer.ok:
        outcome.landed.append(Piece(place, step.land, step.service))
    return answer


def plan(steps: Steps, *, most: int = 50) -> list[str]:
    """What a round would ask, as far as it is known without any answer: addresses without secrets.

    Parameters
    ----------
    steps : Steps
    most : int
        Addresses named at most.

    Examples
    --------
    >>> def one():
    ...     yield Request(url="https://forum.example/latest.json")
    >>> plan(one())
    ['https://forum.example/latest.json']
    """
    found: list[str] = []
    answer: Response | None = None
    try:
        while len(found) < most:
            step = steps.send(answer)
            answer = None
            if isinstance(step, Request):
                found.append(step.full)
                answer = Response(status=200, body=b"{}")
    except (StopIteration, BedsideError, AttributeError, TypeError, ValueError):
        return found
    steps.close()
    return found
