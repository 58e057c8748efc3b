"""The crisis queue: who acts, by when, what was done; a post's masked words only for named people, each look kept (R28)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from starlette.routing import Route

from bedside.errors import BedsideError, PermissionRefused, StaleError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House, start_of
from bedside.explore.marking import marked
from bedside.explore.sittings import Sittings, named
from bedside.explore.view import Table, View
from bedside.judge.crisislog import STEPS, CrisisLog
from bedside.judge.items import load_unique
from bedside.judge.reading import load_around
from bedside.measure.crisis import CrisisDesk, Waiting
from bedside.store.keys import load_keys
from bedside.store.stages import Aggregate

__all__ = ["routes"]

SHOWN = 100  # posts on one page; the data have all
CODES = ((PermissionRefused, 403), (StaleError, 409))


def routes(house: House) -> list[Route]:
    """Pages of the queue."""
    at = Queue(house, Sittings.of(house))
    return [
        *house.page("/crisis", at.queue, role="safety", lane="desk"),
        *house.page("/crisis/{post}", at.post, role="safety", lane="desk"),
        *house.act("/crisis", at.send, role="safety"),
        *house.act("/crisis/{post}", at.step, role="safety"),
    ]


class Queue:
    """The queue over one house."""

    def __init__(self, house: House, sittings: Sittings) -> None:
        self._house, self._sittings = house, sittings

    def _desk(self) -> tuple[Ground, CrisisDesk]:
        ground = self._house.ground()
        log: CrisisLog = self._sittings.crises(ground)

        def asked(aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
            """What the machine found is read once a run; steps are read for each look."""
            key = ("crisis", aggregate.name, tuple(params.items()))
            return self._house.keep(ground, key, lambda: ground.ask(aggregate, params))

        return ground, CrisisDesk(asked, log, ground.study.config.crisis, self._house.clock())

    def queue(self, asked: Asked) -> View:
        """Open posts, the soonest due first, then those that are settled; never a word of them."""
        return self._queue("", start=start_of(asked))

    def _queue(self, problem: str, status: int = 200, *, start: int = 0) -> View:
        ground, desk = self._desk()
        extent = self._sittings.crises(ground).extent()
        found = self._house.keep(ground, ("crisis queue", extent), desk.queue)
        now = self._house.clock()
        columns = ("post", "state", "since", "due", "late", "source", "posted", "steps")
        shown = [(one, one.late(now), _left(one.due, now)) for one in found[start : start + SHOWN]]
        return View(
            title="Crisis queue",
            template="crisis.html",
            context={
                "found": shown,
                "policy": ground.study.config.crisis,
                "problem": problem,
                "open": sum(o.state == "open" for o in found),
                "total": len(found),
                "start": start,
                "shown": SHOWN,
            },
            tables=[Table(name="queue", columns=columns, rows=lambda: _rows(found, now))],
            status=status,
        )

    def post(self, asked: Asked) -> View:
        """One post of the queue, masked, with its thread; that this person read it is kept first."""
        return self._post(asked, "")

    def _post(self, asked: Asked, problem: str, status: int = 200) -> View:
        who = named(asked)
        ground, desk = self._desk()
        key = asked.path["post"]
        desk.step(key, "seen", by=who)
        one = desk.one(key)
        reading = load_unique(ground.ask, [key]).get(key)
        near = load_around(ground.ask, [key]).get(key, ())
        now = self._house.clock()
        return View(
            title="A post of the crisis queue",
            template="crisis_post.html",
            context={
                "one": one, "late": one.late(now), "left": _left(one.due, now), "problem": problem, "meaning": STEPS,
                "reading": reading, "parts": [(p, marked(t, p)) for p, t in reading.parts.items() if t] if reading else [],
                "before": [a for a in near if a.away < 0], "after": [a for a in near if a.away > 0],
                "policy": ground.study.config.crisis,
            },
            about={"post": key, "state": one.state},
            status=status,
        )  # fmt: skip

    def step(self, asked: Asked) -> View | str:
        """Note what was done."""
        who = named(asked)
        _, desk = self._desk()
        key = asked.path["post"]
        after = int(asked.field("after")) if asked.field("after").isdigit() else None
        try:
            desk.step(key, asked.field("do"), by=who, words=asked.field("words"), after=after)
        except BedsideError as error:
            return self._post(asked, str(error), _code(error))
        return "/crisis" if asked.field("do") != "taken_back" else f"/crisis/{quote(key)}"

    def send(self, asked: Asked) -> View | str:
        """Put a post into the queue by hand."""
        who = named(asked)
        ground, desk = self._desk()
        post = asked.field("post")
        key = load_keys(ground.study.config.id).post_key(post) if ":" in post else post
        try:
            if key not in load_unique(ground.ask, [key]):
                return self._queue(
                    "the study has no such post; give its key as its page shows it", 404
                )
            desk.send(key, by=who, words=asked.field("words"))
        except BedsideError as error:
            return self._queue(str(error), _code(error))
        return f"/crisis/{quote(key)}"


def _rows(found: Sequence[Waiting], now: datetime) -> list[tuple[Any, ...]]:
    """The queue as data."""
    return [
        (o.post_key, o.state, f"{o.since:%Y-%m-%d %H:%M}", f"{o.due:%Y-%m-%d %H:%M}" if o.due else "", o.late(now), o.source, o.posted, len(o.steps))
        for o in found
    ]  # fmt: skip


def _code(error: BedsideError) -> int:
    return next((code for kind, code in CODES if isinstance(error, kind)), 400)


def _left(due: object, now: object) -> str:
    """Time that is left, in words; empty where no hours are named."""
    if due is None:
        return ""
    minutes = int((due - now).total_seconds() // 60)  # type: ignore[operator]
    hours, rest = divmod(abs(minutes), 60)
    said = f"{hours} h {rest:02d} min" if hours < 48 else f"{hours // 24} days"
    return f"{said} late" if minutes < 0 else f"{said} left"
