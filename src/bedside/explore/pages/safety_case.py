"""One safety case: its clock, its four elements with their words, the steps that may be taken, and handing it over."""

import io
from itertools import groupby
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from bedside.errors import BedsideError, InputError, PermissionRefused, StaleError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.sittings import Sittings, named
from bedside.explore.view import Table, View
from bedside.judge.caselog import KINDS
from bedside.measure.safety.case import Case
from bedside.measure.safety.desk import Desk
from bedside.measure.safety.narrative import OUTCOMES
from bedside.measure.safety.workflow import MAY, REASONS, is_officer
from bedside.model.cases import ELEMENTS, SERIOUS
from bedside.report.handover import FORMS, Made, hand_over_case

__all__ = ["desk_of", "for_the_page", "routes", "said"]

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
    """The page of a case, and its steps."""
    at = CasePage(house, Sittings.of(house))
    return [
        *house.page("/safety/case/{case}", at.case, role="safety", lane="desk"),
        *house.act("/safety/case/{case}", at.step, role="safety"),
    ]


def desk_of(house: House, sittings: Sittings) -> tuple[Ground, Desk]:
    """The desk of the inbox, as the study stands now."""
    ground = house.ground()
    log = sittings.cases(ground)
    return ground, Desk(
        ground.study, ground.ask, log, house.clock(), roster=sittings.roster(ground)
    )


class CasePage:
    """One case over one house."""

    def __init__(self, house: House, sittings: Sittings) -> None:
        self._house, self._sittings = house, sittings

    def _desk(self) -> tuple[Ground, Desk]:
        return desk_of(self._house, self._sittings)

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
            "log": [(e, KINDS[e.kind], said(e.about)) for e in case.log],
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
            return self._case(asked, for_the_page(str(error)), code)

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


def said(about: dict[str, Any]) -> str:
    """What a step says, in words."""
    shown = {k: v for k, v in about.items() if k not in QUIET and v not in ([], "", None)}
    return ", ".join(f"{k} {_plain(v)}" for k, v in shown.items())


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return " and ".join(map(str, value))
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _log_table(case: Case) -> Table:
    rows = [(f"{e.at:%Y-%m-%d %H:%M:%S}", e.by, e.kind, said(e.about)) for e in case.log]
    return Table(name="log", columns=("when (UTC)", "who", "step", "what"), rows=rows)


def for_the_page(words: str) -> str:
    """An error without what to type at a command line."""
    for start in (": bedside cases STUDY", "; bedside cases STUDY"):
        words = words.partition(start)[0]
    return (
        words.replace(": --because WORDS", " in the field for it")
        .replace(": --to NAME", "")
        .replace(": --by NAME", "")
    )
