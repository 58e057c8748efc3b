"""The way of a case: where it stands, from its events alone, and which step may come next."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from bedside.errors import InputError, PermissionRefused, suggest
from bedside.judge.caselog import MACHINE, PASSIVE
from bedside.model.cases import ELEMENTS, SERIOUS, CaseEvent, Element
from bedside.store.config import Safety

__all__ = ["REASONS", "STATUSES", "Standing", "check_step", "is_officer", "standing_of"]

STATUSES = (
    "new",
    "in_review",
    "valid",
    "awaiting_second",
    "rejected",
    "duplicate",
    "handed_over",
    "acknowledged",
    "refused",
)
REASONS = {
    "no_reporter": "nobody can be written to",
    "no_patient": "no patient exists",
    "no_product": "no product, or not ours to report",
    "no_reaction": "nobody had a reaction, and no special situation is told",
    "not_meant": "a figure of speech, a joke, a quotation",
    "known": "already reported",
    "other": "as the words say",
}
OPEN = ("new", "in_review")
FROM_OUTSIDE = (
    "follow_up",
    "acknowledged",
)  # steps that tell of somebody else's act, not of a look at the posts
MAY = {  # step: standings from which it may be taken
    "seen": STATUSES,
    "in_review": ("new",),
    "element": (*OPEN, "valid"),
    "seriousness": (*OPEN, "valid", "awaiting_second"),
    "valid": OPEN,
    "rejected": OPEN,
    "upheld": ("awaiting_second",),
    "overruled": ("awaiting_second",),
    "folded": (*OPEN, "valid"),
    "looked": STATUSES,
    "handed_over": ("valid", "refused", "handed_over", "acknowledged"),
    "acknowledged": ("handed_over", "acknowledged", "refused"),
    "follow_up": STATUSES,
    "note": STATUSES,
    "taken_back": STATUSES,
}
FINAL = (
    "handed_over",
    "acknowledged",
)  # left the house, or came from outside: nothing takes them back


class Standing(msgspec.Struct, kw_only=True):
    """Where a case stands.

    `elements` and `serious` hold what people set; `times` of looks and hand-overs are in order; `answers` are the
    receiver's; `follow_ups` are (when, whether medically significant).
    """

    case_id: str
    status: str = "new"
    account_key: str | None = None
    product: str = ""
    posts: list[str] = []
    folded: list[tuple[str, str]] = []
    same_text: list[str] = []
    nameless: list[str] = []
    opened_at: datetime | None = None
    opened_by: str = ""
    seen_at: datetime | None = None
    elements: dict[str, tuple[str, str, datetime]] = {}  # name -> state, by, when
    serious: dict[str, bool] = {}
    serious_by_machine: list[str] = []
    valid_as: str = ""
    rejected_by: str = ""
    reason: str = ""
    into: str = ""
    handed_over: list[tuple[datetime, str, str]] = []  # when, to whom, message id
    answers: list[dict[str, Any]] = []
    follow_ups: list[tuple[datetime, bool]] = []
    erased: int = 0
    number: int = 0  # of the last event
    last: tuple[int, str, str] | None = (
        None  # number, kind and person of the last step that still holds
    )

    @property
    def is_serious(self) -> bool:
        """Decided by people where they decided; what nobody decided counts as proposed."""
        proposed = {code for code in self.serious_by_machine if self.serious.get(code, True)}
        return bool(proposed) or any(self.serious.values())


def standing_of(events: Iterable[CaseEvent]) -> Standing:
    """Where one case stands after its events, oldest first."""
    listed = list(events)
    standing = Standing(case_id=listed[0].case_id if listed else "")
    gone = {event.about.get("number") for event in listed if event.kind == "taken_back"}
    for event in listed:
        if event.number not in gone and event.kind != "taken_back":
            _apply(standing, event)
        _see(standing, event)
        standing.number = event.number
    return standing


def _see(at: Standing, event: CaseEvent) -> None:
    """Note when a person first saw the case: also a step that was taken back was a look."""
    if event.by != MACHINE and event.kind not in FROM_OUTSIDE:
        seen = _time(event.about, event)
        at.seen_at = min(seen, at.seen_at) if at.seen_at else seen


def _apply(at: Standing, event: CaseEvent) -> None:
    about = event.about
    if event.by != MACHINE and event.kind not in PASSIVE:
        at.last = (event.number, event.kind, event.by)
    if event.kind in ("proposed", "sent", "posts_added"):
        _take_posts(at, event)
    elif event.kind == "erased":
        at.erased += int(about.get("count") or 0)
    elif event.kind == "element":
        at.elements[about["element"]] = (about["state"], event.by, event.at)
    elif event.kind == "seriousness":
        at.serious[about["criterion"]] = bool(about["holds"])
    elif event.kind == "follow_up":
        at.follow_ups.append((_time(about, event), bool(about.get("significant"))))
    elif event.kind == "handed_over":
        at.handed_over.append((event.at, about.get("to", ""), about.get("message", "")))
    elif event.kind == "acknowledged":
        at.answers.append({"at": event.at, **about})
    _move(at, event)


def _time(about: Mapping[str, Any], event: CaseEvent) -> datetime:
    """When it happened, where that was said; else when it was written down."""
    return datetime.fromisoformat(about["when"]) if about.get("when") else event.at


def _take_posts(at: Standing, event: CaseEvent) -> None:
    about = event.about
    for name in ("posts", "same_text", "nameless"):
        held = getattr(at, name)
        held.extend(key for key in about.get(name) or () if key not in held)
    at.folded.extend((key, why) for key, why in about.get("folded") or ())
    codes = [code for code in about.get("serious") or () if code not in at.serious_by_machine]
    at.serious_by_machine = [*at.serious_by_machine, *codes]
    if event.kind != "posts_added":
        at.opened_at, at.opened_by = at.opened_at or event.at, at.opened_by or event.by
        at.product = about.get("product", "")
        at.account_key = about.get("account_key")


def _move(at: Standing, event: CaseEvent) -> None:
    """The status after an event."""
    about = event.about
    if event.kind == "rejected":
        at.rejected_by, at.reason = event.by, about.get("reason", "")
        at.status = "awaiting_second" if at.is_serious else "rejected"
    elif event.kind == "valid":
        at.status, at.valid_as = "valid", about.get("as", "case")
    elif event.kind == "acknowledged":
        at.status = "acknowledged" if about.get("positive") else "refused"
    elif event.kind == "folded":
        at.status, at.into = "duplicate", about.get("into", "")
    elif event.kind in ("in_review", "overruled"):
        at.status = "in_review"
    elif event.kind == "upheld":
        at.status = "rejected"
    elif event.kind == "handed_over":
        at.status = "handed_over"


def is_officer(by: str, policy: Safety) -> bool:
    """Whether a name is one of those that may look into the vault."""
    return by.casefold() in {name.casefold() for name in policy.officers}


def check_step(
    at: Standing,
    kind: str,
    by: str,
    about: Mapping[str, Any],
    *,
    policy: Safety,
    elements: Iterable[Element] = (),
) -> None:
    """Refuse a step that may not be taken now, or not by this person.

    Raises
    ------
    InputError
        If the step does not fit the standing, or says too little.
    PermissionRefused
        If the person may not take it.
    """
    if not by.strip():
        raise InputError("say who does it: --by NAME; every step is kept with its person")
    if kind not in MAY:
        raise InputError(f"no step '{kind}'; {suggest(kind, list(MAY))}")
    if at.status not in MAY[kind]:
        raise InputError(
            f"{at.case_id} is {at.status.replace('_', ' ')}; '{kind.replace('_', ' ')}' can follow on "
            + ", ".join(status.replace("_", " ") for status in MAY[kind])
        )
    check = _CHECKS.get(kind)
    if check is not None:
        check(at, by, about, policy, list(elements))


def _check_valid(
    at: Standing, by: str, about: Mapping[str, Any], policy: Safety, elements: list[Element]
) -> None:
    needed = [e for e in elements if not (about.get("as") == "special" and e.name == "reaction")]
    open_ = [e for e in needed if e.state != "met"]
    if open_:
        told = "; ".join(f"{e.name} {e.state.replace('_', ' ')}: {e.why}" for e in open_)
        raise InputError(
            f"{at.case_id} cannot be valid yet ({told}); reject it, or set the element if you know better: "
            "bedside cases STUDY review CASE --set reporter=met --because WORDS"
        )


def _check_rejected(
    at: Standing, by: str, about: Mapping[str, Any], policy: Safety, elements: list[Element]
) -> None:
    reason = str(about.get("reason", ""))
    if reason not in REASONS:
        raise InputError(
            f"a rejection needs its reason, got '{reason}'; {suggest(reason, list(REASONS))}"
        )
    if reason == "other" and not about.get("words"):
        raise InputError("the reason 'other' needs words: --because WORDS")


def _check_second(
    at: Standing, by: str, about: Mapping[str, Any], policy: Safety, elements: list[Element]
) -> None:
    if by.casefold() == at.rejected_by.casefold():
        raise PermissionRefused(
            f"{at.case_id} was rejected by the same person; a second reader must be somebody else"
        )


def _check_officer(
    at: Standing, by: str, about: Mapping[str, Any], policy: Safety, elements: list[Element]
) -> None:
    if not is_officer(by, policy):
        raise PermissionRefused(
            "only the people named in [safety] officers of study.toml may look into the vault or hand a case over"
        )


def _check_hand_over(
    at: Standing, by: str, about: Mapping[str, Any], policy: Safety, elements: list[Element]
) -> None:
    _check_officer(at, by, about, policy, elements)
    if open_ := [code for code in at.serious_by_machine if code not in at.serious]:
        raise InputError(
            f"{at.case_id}: nobody has decided yet on {', '.join(open_)}; decide first: "
            f"bedside cases STUDY review CASE --set {open_[0]}=yes (or no)"
        )


def _check_element(
    at: Standing, by: str, about: Mapping[str, Any], policy: Safety, elements: list[Element]
) -> None:
    name, state = str(about.get("element", "")), str(about.get("state", ""))
    if name not in ELEMENTS:
        raise InputError(f"no element '{name}'; {suggest(name, ELEMENTS)}")
    if state not in ("met", "doubtful", "not_met"):
        raise InputError(f"an element is met, doubtful or not_met, got '{state}'")
    if not about.get("words"):
        raise InputError("say why you set the element: --because WORDS")


def _check_criterion(
    at: Standing, by: str, about: Mapping[str, Any], policy: Safety, elements: list[Element]
) -> None:
    code = str(about.get("criterion", ""))
    if code not in SERIOUS:
        raise InputError(f"no criterion '{code}'; {suggest(code, SERIOUS)}")


def _check_folded(
    at: Standing, by: str, about: Mapping[str, Any], policy: Safety, elements: list[Element]
) -> None:
    if not about.get("words"):
        raise InputError(
            "say why they are the same case: --because WORDS; accounts are joined by people only"
        )
    if about.get("into") == at.case_id:
        raise InputError("a case cannot be folded into itself")


def _check_taken_back(
    at: Standing, by: str, about: Mapping[str, Any], policy: Safety, elements: list[Element]
) -> None:
    if at.last is None or at.last[1] == "sent":
        raise InputError(f"{at.case_id}: no step of a person is left to take back")
    number, kind, who = at.last
    if kind in FINAL:
        raise InputError(
            f"{at.case_id} was {kind.replace('_', ' ')}: that cannot be taken back; note a follow-up instead"
        )
    if who.casefold() != by.casefold():
        raise PermissionRefused(
            f"the last step on {at.case_id} is {who}'s; only {who} may take it back"
        )
    if about.get("number") != number:
        raise InputError(f"{at.case_id}: say which step is taken back; the last one is {number}")


_CHECKS = {
    "taken_back": _check_taken_back,
    "valid": _check_valid,
    "rejected": _check_rejected,
    "upheld": _check_second,
    "overruled": _check_second,
    "looked": _check_officer,
    "handed_over": _check_hand_over,
    "element": _check_element,
    "seriousness": _check_criterion,
    "folded": _check_folded,
}
