"""The safety inbox: oldest and most serious first, clock in view, four elements with their words, every step logged (F84)."""

import io
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bedside.errors import BedsideError, InputError, PermissionRefused, StaleError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House, start_of
from bedside.explore.sittings import Sittings, named
from bedside.explore.view import Table, View
from bedside.judge.caselog import KINDS
from bedside.measure.safety.case import Case, Line
from bedside.measure.safety.desk import Desk
from bedside.measure.safety.narrative import OUTCOMES
from bedside.measure.safety.workflow import MAY, REASONS, STATUSES, is_officer
from bedside.model.cases import ELEMENTS, SERIOUS, CaseEvent
from bedside.report.handover import FORMS, Made, hand_over_case
from bedside.store.keys import load_keys

__all__ = ["routes"]

SHOWN = 50  # cases on one page; the data have all
SHOWN_STEPS = 200  # of the log on one page
AT_ONCE = 5_000  # cases whose posts are read together for the data
QUIET = (
    "posts",
    "same_text",
    "nameless",
    "account_key",
    "texts",
    "folded",
)  # fields of an event not shown
CODES = ((PermissionRefused, 403), (StaleError, 409))


def routes(house: House) -> list[Route]:
    """Pages of the inbox."""
    at = Inbox(house, Sittings.of(house))
    return [
        *house.page("/safety", at.queue, role="safety"),
        *house.page("/safety/log", at.log, role="safety"),
        *house.page("/safety/send", at.asks_to_send),
        *house.act("/safety/send", at.send, role="read"),
        *house.page("/safety/case/{case}", at.case, role="safety"),
        *house.act("/safety/case/{case}", at.step, role="safety"),
    ]


def warm(house: House) -> None:
    """Read where every case stands."""
    Inbox(house, Sittings.of(house)).waiting()


class Inbox:
    """The inbox over one house."""

    def __init__(self, house: House, sittings: Sittings) -> None:
        self._house, self._sittings = house, sittings

    def _desk(self) -> tuple[Ground, Desk]:
        ground = self._house.ground()
        log = self._sittings.cases(ground)
        return ground, Desk(
            ground.study,
            ground.ask,
            log,
            self._house.clock(),
            roster=self._sittings.roster(ground),
        )

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

    # one case

    def case(self, asked: Asked) -> View:
        """One case; the first look of a person is kept, and may start its clock."""
        return self._case(asked, "")

    def _case(self, asked: Asked, problem: str, status: int = 200) -> View:
        _, desk = self._desk()
        case = desk.case(asked.path["case"])
        who = asked.who.name.strip()
        if who and not any(e.by.casefold() == who.casefold() for e in case.log):
            desk.step(case.line.case_id, "seen", by=who)
            case = desk.case(case.line.case_id)
        queue = [line.case_id for line in desk.queue(open_only=True)]
        at = queue.index(case.line.case_id) if case.line.case_id in queue else -1
        context = {
            "case": case,
            "problem": problem,
            "narrative": [(k, list(of)) for k, of in groupby(case.narrative, lambda s: s.post_key)],
            "may": {kind for kind, standings in MAY.items() if case.standing.status in standings},
            "reasons": REASONS,
            "elements": ELEMENTS,
            "criteria": sorted({*SERIOUS}),
            "outcome": OUTCOMES[case.details.outcome],
            "forms": list(FORMS),
            "officer": is_officer(who, desk.policy),
            "officers": desk.policy.officers,
            "receiver": desk.policy.receiver,
            "before": queue[at - 1] if at > 0 else "",
            "after": queue[at + 1]
            if 0 <= at < len(queue) - 1
            else (queue[0] if at < 0 and queue else ""),
            "log": [(e, KINDS[e.kind], _said(e.about)) for e in case.log],
        }
        return View(
            title=f"{case.line.case_id}",
            template="safety_case.html",
            context=context,
            tables=[_log_table(case)],
            about={"case": msgspec.to_builtins(case, str_keys=True)},
            status=status,
        )

    def step(self, asked: Asked) -> View | Response | str:
        """Take the step that a form asks for; where it may not be taken, the case is shown with the reason."""
        who = named(asked)
        try:
            return self._taken(asked, who)
        except BedsideError as error:
            code = next((code for kind, code in CODES if isinstance(error, kind)), 400)
            return self._case(asked, _for_the_page(str(error)), code)

    def _taken(self, asked: Asked, who: str) -> Response | str:
        _, desk = self._desk()
        name, do = asked.path["case"], asked.field("do")
        after = int(asked.field("after")) if asked.field("after").isdigit() else None
        if do == "handed_over":
            return self._handed_over(desk, asked, who, after)
        if do == "taken_back":
            desk.take_back(name, by=who, after=after)
        else:
            desk.step(name, do, by=who, after=after, **_about(asked, do))
        return f"/safety/case/{quote(name)}"

    def _handed_over(self, desk: Desk, asked: Asked, who: str, after: int | None) -> Response:
        """The file and its contact sheet as one download; nothing of it stays in the study."""
        name, form = desk.case(asked.path["case"]).line.case_id, asked.field("form")
        packed = io.BytesIO()

        def pack(made: Made, sheet: bytes) -> None:
            with ZipFile(packed, "w", ZIP_DEFLATED) as files:
                files.writestr(f"{name}.{FORMS[form]}", made.data)
                files.writestr(f"{name}-contact.csv", sheet)
                files.writestr("read-me.txt", "\n".join(_READ_ME + made.told) + "\n")

        hand_over_case(desk, name, form, to=asked.field("to"), by=who, deliver=pack, after=after)
        headers = {"content-disposition": f'attachment; filename="{name}.zip"'}
        return Response(packed.getvalue(), media_type="application/zip", headers=headers)

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
            return PlainTextResponse(_for_the_page(str(error)), 400)
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
        _said(event.about),
    )


_READ_ME = [
    "The contact sheet names the reporter: keep it safe, and erase it when it is no longer needed.",
    "The hand-over is in the log of the case.",
]


def _about(asked: Asked, do: str) -> dict[str, Any]:
    """What a step says, from the fields of its form."""
    words = asked.field("words")
    about: dict[str, Any] = {"words": words}
    if do == "rejected":
        about["reason"] = asked.field("reason")
    elif do == "valid":
        about["as"] = "special" if asked.field("as") == "special" else "case"
    elif do == "element":
        about |= {"element": asked.field("element"), "state": asked.field("state")}
    elif do == "seriousness":
        about |= {"criterion": asked.field("criterion"), "holds": asked.field("holds") == "yes"}
    elif do == "folded":
        about["into"] = asked.field("into")
    elif do == "follow_up":
        about["significant"] = asked.field("significant") == "yes"
    elif do == "note" and not words:
        raise InputError("a note needs words")
    elif do == "acknowledged":
        about |= {"positive": asked.field("positive") == "yes", "number": asked.field("number")}
    return about


def _said(about: dict[str, Any]) -> str:
    shown = {k: v for k, v in about.items() if k not in QUIET and v not in ([], "", None)}
    return ", ".join(f"{k} {_plain(v)}" for k, v in shown.items())


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return " and ".join(map(str, value))
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _log_table(case: Case) -> Table:
    rows = [(f"{e.at:%Y-%m-%d %H:%M:%S}", e.by, e.kind, _said(e.about)) for e in case.log]
    return Table(name="log", columns=("when (UTC)", "who", "step", "what"), rows=rows)


def _for_the_page(words: str) -> str:
    """An error without what to type at a command line."""
    for start in (": bedside cases STUDY", "; bedside cases STUDY"):
        words = words.partition(start)[0]
    return (
        words.replace(": --because WORDS", " in the field for it")
        .replace(": --to NAME", "")
        .replace(": --by NAME", "")
    )
