"""The safety inbox: oldest and most serious first, clock in view, four elements with their words, every step logged (F84)."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bedside.errors import BedsideError, InputError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House, start_of
from bedside.explore.pages.safety_case import desk_of, for_the_page, said
from bedside.explore.sittings import Sittings, named
from bedside.explore.view import Table, View
from bedside.measure.safety.case import Line
from bedside.measure.safety.desk import Desk
from bedside.measure.safety.workflow import STATUSES
from bedside.model.cases import ELEMENTS, CaseEvent
from bedside.store.keys import load_keys

__all__ = ["routes", "warm"]

SHOWN = 50  # cases on one page; the data have all
SHOWN_STEPS = 200  # of the log on one page
AT_ONCE = 5_000  # cases whose posts are read together for the data


def routes(house: House) -> list[Route]:
    """Pages of the inbox."""
    at = Inbox(house, Sittings.of(house))
    return [
        *house.page("/safety", at.queue, role="safety", lane="desk"),
        *house.page("/safety/log", at.log, role="safety", lane="desk"),
        *house.page("/safety/send", at.asks_to_send, lane="desk"),
        *house.act("/safety/send", at.send, role="read"),
    ]


def warm(house: House) -> None:
    """Read where every case stands."""
    Inbox(house, Sittings.of(house)).waiting()


class Inbox:
    """The inbox over one house."""

    def __init__(self, house: House, sittings: Sittings) -> None:
        self._house, self._sittings = house, sittings

    def _desk(self) -> tuple[Ground, Desk]:
        return desk_of(self._house, self._sittings)

    def waiting(self) -> int:
        """Cases on which somebody has to act."""
        return len(self._desk()[1].queue(open_only=True))

    # the queue

    def queue(self, asked: Asked) -> View:
        """Open cases, or those that stand somewhere; the most urgent first."""
        _, desk = self._desk()
        status = asked.query.get("status", "")
        if status and status not in STATUSES:
            raise InputError(f"no status '{status[:20]}'; there are {', '.join(STATUSES)}")
        everything = asked.query.get("all") == "1"
        lines = desk.queue(status=status, open_only=not status and not everything)
        start = start_of(asked)
        return View(
            title="Safety inbox",
            template="safety.html",
            context={
                "found": desk.overview(lines[start : start + SHOWN]),
                "total": len(lines),
                "start": start,
                "shown": SHOWN,
                "status": status,
                "everything": everything,
                "statuses": STATUSES,
                "elements": ELEMENTS,
            },
            tables=[Table(name="cases", columns=CASES, rows=lambda: _rows(desk, lines))],
        )

    def log(self, asked: Asked) -> View:
        """Every step on every case, the latest first; the page shows some, its data all."""
        ground = self._house.ground()
        log = self._sittings.cases(ground)
        start, total = start_of(asked), log.count()
        shown = log.latest(SHOWN_STEPS, before=start)
        columns = ("when (UTC)", "who", "case", "step", "what")
        return View(
            title="Log of the safety inbox",
            template="safety_log.html",
            context={
                "rows": list(map(_step, shown)),
                "columns": columns,
                "start": start,
                "total": total,
                "shown": SHOWN_STEPS,
            },
            tables=[
                Table(
                    name="log",
                    columns=columns,
                    rows=lambda: [_step(event) for event in reversed(log.read())],
                )
            ],
        )

    # sending

    def asks_to_send(self, asked: Asked) -> View:
        """The form that sends a post to the inbox."""
        named(asked)
        return View(
            title="To the safety inbox",
            template="safety_send.html",
            context={"post": asked.query.get("post", "")},
        )

    def send(self, asked: Asked) -> Response | str:
        """Send a post to the inbox by hand."""
        who = named(asked)
        ground, desk = self._desk()
        post = asked.field("post")
        key = load_keys(ground.study.config.id).post_key(post) if ":" in post else post
        try:
            case = desk.send(
                key, by=who, product=asked.field("product"), words=asked.field("words")
            )
        except BedsideError as error:
            if not asked.live:
                raise
            return PlainTextResponse(for_the_page(str(error)), 400)
        if asked.live:
            return PlainTextResponse(f"{case} is in the safety inbox")
        return f"/safety/case/{case}"


CASES = (
    "case",
    "status",
    "due",
    "days left",
    "clock",
    "serious",
    "product",
    "reactions",
    "special",
    *ELEMENTS,
)


def _rows(desk: Desk, lines: Sequence[Line]) -> list[tuple[Any, ...]]:
    """Cases as data."""
    return [
        (
            o.line.case_id, o.line.status, o.line.due, o.line.days_left, o.line.state, ", ".join(o.line.serious),
            o.line.product, ", ".join(o.line.reactions), ", ".join(o.line.special),
            *(next((e.state for e in o.elements if e.name == name), "") for name in ELEMENTS),
        )
        for start in range(0, len(lines), AT_ONCE)
        for o in desk.overview(lines[start : start + AT_ONCE])
    ]  # fmt: skip


def _step(event: CaseEvent) -> tuple[str, str, str, str, str]:
    """One line of the log."""
    return (
        f"{event.at:%Y-%m-%d %H:%M:%S}",
        event.by,
        event.case_id,
        event.kind,
        said(event.about),
    )
