"""The crisis queue (R28): posts that may show a crisis, who acts on them and by when; keys and scores, never words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from bedside.errors import InputError, NotFoundError, PermissionRefused
from bedside.judge.crisislog import CrisisLog, CrisisStep
from bedside.store.config import Crisis
from bedside.store.stages import Aggregate, Ask

__all__ = ["CrisisDesk", "CrisisPost", "Waiting", "find_crises", "note_crises", "standing_step"]

State = Literal["open", "acted", "no_crisis"]

CRISES = Aggregate(
    name="crisis.queue",
    needs=("corpus", "marks"),
    sql="""
SELECT m.post_key, c.account_key, c.source, m.code, m.score,
  CAST(CAST(c.published_at AS DATE) AS VARCHAR) AS posted
FROM marks m JOIN corpus c ON c.post_key = m.post_key
WHERE m.layer = 'crisis'
ORDER BY m.code, m.score DESC, posted DESC, m.post_key
""",
)


class CrisisPost(msgspec.Struct, frozen=True, kw_only=True):
    """One post of the queue: `now` before `past`, the surest first."""

    post_key: str
    account_key: str | None
    source: str
    code: str
    score: float
    posted: str | None


def find_crises(ask: Ask) -> list[CrisisPost]:
    """The queue of a snapshot.

    Parameters
    ----------
    ask : callable
        Runs an aggregate; see `bedside.store.engine.EmbeddedEngine.ask`.
    """
    rows: list[dict[str, Any]] = ask(CRISES, {}).to_pylist()
    return [
        CrisisPost(
            post_key=row["post_key"],
            account_key=row["account_key"],
            source=row["source"],
            code=row["code"],
            score=round(float(row["score"]), 2),
            posted=row["posted"],
        )
        for row in rows
    ]


def note_crises(ask: Ask, log: CrisisLog, now: datetime) -> int:
    """Put posts that may show a crisis now into the queue, where they are not yet; gives how many came."""
    return log.find((post.post_key for post in find_crises(ask) if post.code == "now"), at=now)


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One post of the queue as it stands.

    Attributes
    ----------
    state : str
        open | acted | no_crisis.
    since : datetime
        When it came into the queue: the clock counts from there.
    due : datetime or None
        By when somebody has to act; None where the study names no hours.
    score : float or None
        Of the machine; None where a person sent it.
    number : int
        Of the last row about it: a step says which it goes on from.
    """

    post_key: str
    state: State
    since: datetime
    due: datetime | None
    score: float | None
    source: str
    posted: str | None
    seen: bool
    steps: tuple[CrisisStep, ...]
    number: int

    def late(self, now: datetime) -> bool:
        """Whether the time to act has passed and nobody did."""
        return self.state == "open" and self.due is not None and now > self.due


class CrisisDesk:
    """The queue, and every step a person takes.

    Parameters
    ----------
    ask : Ask
    log : CrisisLog
    policy : Crisis
        Who acts and within how many hours, from study.toml.
    now : datetime
    """

    def __init__(self, ask: Ask, log: CrisisLog, policy: Crisis, now: datetime) -> None:
        self._ask, self._log, self._policy, self.now = ask, log, policy, now

    def found(self) -> list[CrisisPost]:
        """What the machine finds in the corpus as it is; see `find_crises`."""
        return find_crises(self._ask)

    def queue(self) -> list[Waiting]:
        """Open posts first, the soonest due before others; then those that somebody acted on, the latest first."""
        found = {post.post_key: post for post in self.found()}
        steps: dict[str, list[CrisisStep]] = {}
        for step in self._log.read():
            steps.setdefault(step.post_key, []).append(step)
        waiting = [self._waiting(key, of, found.get(key)) for key, of in steps.items()]
        waiting.sort(key=lambda one: (one.since, one.post_key))
        open_ = [one for one in waiting if one.state == "open"]
        return open_ + [one for one in reversed(waiting) if one.state != "open"]

    def one(self, post_key: str) -> Waiting:
        """One post of the queue.

        Raises
        ------
        NotFoundError
            If it is not in the queue.
        """
        steps = self._steps(post_key)
        post = next((post for post in self.found() if post.post_key == post_key), None)
        return self._waiting(post_key, steps, post)

    def _steps(self, post_key: str) -> list[CrisisStep]:
        if steps := self._log.read(post_key):
            return steps
        raise NotFoundError("that post is not in the crisis queue; send it there first")

    def _waiting(self, key: str, steps: list[CrisisStep], post: CrisisPost | None) -> Waiting:
        last = standing_step(steps)
        hours = self._policy.within_hours
        since = steps[0].at
        return Waiting(
            post_key=key,
            state="open" if last is None else last.kind,  # type: ignore[arg-type]
            since=since,
            due=since + timedelta(hours=hours) if hours else None,
            score=post.score if post else None,
            source=post.source if post else "",
            posted=post.posted if post else None,
            seen=any(step.by != "machine" for step in steps),
            steps=tuple(steps),
            number=steps[-1].number,
        )

    def step(
        self, post_key: str, kind: str, *, by: str, words: str = "", after: int | None = None
    ) -> None:
        """Take a step on a post of the queue.

        Raises
        ------
        NotFoundError
            If the post is not in the queue.
        InputError
            If it does not fit where the post stands, or lacks words.
        PermissionRefused
            If somebody else took the step that is to be taken back.
        StaleError
            If somebody acted on it since the person looked.
        """
        steps = self._steps(post_key)
        last = standing_step(steps)
        if kind == "taken_back":
            if last is None:
                raise InputError("nothing is left to take back on this post")
            if last.by.casefold() != by.strip().casefold():
                raise PermissionRefused(
                    f"the last step is {last.by}'s; only {last.by} may take it back"
                )
        elif kind in ("acted", "no_crisis") and last is not None:
            raise InputError(f"{last.by} has settled this post already; take that back first")
        self._add(post_key, kind, by, words, steps[-1].number if after is None else after)

    def send(self, post_key: str, *, by: str, words: str = "") -> None:
        """Put a post into the queue by hand, or open it again where somebody had found no crisis.

        Raises
        ------
        InputError
            If it waits there already, or nobody is named.
        """
        steps = self._log.read(post_key)
        if steps and standing_step(steps) is None:
            raise InputError("that post waits in the crisis queue already")
        self._add(post_key, "sent", by, words, steps[-1].number if steps else 0)

    def _add(self, post_key: str, kind: str, by: str, words: str, after: int) -> None:
        step = CrisisStep(post_key=post_key, kind=kind, at=self.now, by=by, words=words)
        self._log.add(step, after=after)


def standing_step(steps: Iterable[CrisisStep]) -> CrisisStep | None:
    """The step that settles a post, if one still does: neither taken back nor followed by a new sending."""
    settled: list[CrisisStep] = []
    for step in steps:
        if step.kind in ("acted", "no_crisis"):
            settled.append(step)
        elif step.kind == "taken_back" and settled:
            settled.pop()
        elif step.kind == "sent":
            settled.clear()
    return settled[-1] if settled else None
