"""The log of cases: what happened to each, who did it and when; rows are added, never changed.

Only an erasure takes something out: the keys of erased posts and the free words written about them, in place of
which a row says that they went.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, func, insert, select, update

from bedside.errors import InputError, StaleError, suggest
from bedside.judge.database import (
    CASES,
    compact,
    database_errors,
    database_of,
    hold_for_writing,
    open_database,
)
from bedside.model.cases import CaseEvent
from bedside.store.study import Study

__all__ = ["KINDS", "MACHINE", "PASSIVE", "CaseLog", "open_cases"]

MACHINE = "machine"
KINDS = {  # kind of event: what it says
    "proposed": "the machine found a candidate",
    "sent": "a person sent a post by hand",
    "posts_added": "further posts of the same account, product and episode",
    "seen": "a person saw the case",
    "in_review": "a person took it up",
    "element": "a person set one of the four elements",
    "seriousness": "a person decided a criterion of seriousness",
    "valid": "a person found it valid",
    "rejected": "a person found it not valid",
    "upheld": "a second person upheld a rejection",
    "overruled": "a second person overruled a rejection",
    "folded": "a person found it to be a duplicate of another case",
    "looked": "a person looked into the vault",
    "handed_over": "the case left for the receiver",
    "acknowledged": "the receiver answered",
    "follow_up": "further information was received",
    "note": "a person noted something",
    "taken_back": "a person took their last step back",
    "erased": "posts of the case were erased",
}
PASSIVE = ("seen", "looked", "note")  # steps that change nothing another officer goes by
POSTS = ("posts", "same_text")  # fields of an event that hold post_keys
WORDS = "words"  # the field that holds what a person wrote


def open_cases(study: Study) -> "CaseLog":
    """The case log of a study, in the database of its decisions."""
    return CaseLog(open_database(database_of(study), schema=study.config.id))


class CaseLog:
    """Events of all cases of one study."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> "CaseLog":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def add(self, events: Iterable[CaseEvent]) -> int:
        """Append events, all or none; gives how many.

        Raises
        ------
        InputError
            If a kind is unknown, or an event lacks who, when (with zone) or which case; nothing is written then.
        """
        rows = [_row(event) for event in events]
        if rows:
            with database_errors(self._engine), self._engine.begin() as connection:
                connection.execute(insert(CASES), rows)
        return len(rows)

    def add_after(self, event: CaseEvent, number: int) -> None:
        """Append a person's step, unless another step was taken on the case since they looked.

        Parameters
        ----------
        event : CaseEvent
        number : int
            Of the last event of the case that they had seen; 0: none.

        Raises
        ------
        StaleError
            If somebody else's step came between; nothing is written then. Looks and notes do not count.
        """
        row = _row(event)
        newer = (
            select(CASES.c.by, CASES.c.kind)
            .where(CASES.c.case_id == event.case_id, CASES.c.number > number)
            .where(CASES.c.kind.not_in(PASSIVE))
            .order_by(CASES.c.number.desc())
        )
        with database_errors(self._engine), self._engine.begin() as connection:
            hold_for_writing(connection, event.case_id)
            between = connection.execute(newer).first()
            if between is not None and event.kind not in PASSIVE:
                raise StaleError(
                    f"{event.case_id} was changed meanwhile ({between.kind.replace('_', ' ')}, by {between.by}); "
                    "look at it again, then decide"
                )
            connection.execute(insert(CASES), [row])

    def read(self, case_id: str = "") -> list[CaseEvent]:
        """Events in the order in which they were added, of one case or of all."""
        query = select(CASES).order_by(CASES.c.number)
        if case_id:
            query = query.where(CASES.c.case_id == case_id)
        with database_errors(self._engine), self._engine.connect() as connection:
            return [_event(dict(row)) for row in connection.execute(query).mappings()]

    def count(self) -> int:
        """Events there are."""
        with database_errors(self._engine), self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(CASES)).scalar_one())

    def latest(self, many: int, *, before: int = 0) -> list[CaseEvent]:
        """The latest events, the last first, leaving out the first `before` of them."""
        query = select(CASES).order_by(CASES.c.number.desc()).offset(before).limit(many)
        with database_errors(self._engine), self._engine.connect() as connection:
            return [_event(dict(row)) for row in connection.execute(query).mappings()]

    def touched(self, after: int) -> dict[str, int]:
        """Cases with an event later than a number, and the number of the last; for who follows the log."""
        last = func.max(CASES.c.number)
        query = select(CASES.c.case_id, last).where(CASES.c.number > after)
        with database_errors(self._engine), self._engine.connect() as connection:
            found = connection.execute(query.group_by(CASES.c.case_id).order_by(last))
            return {case: int(number) for case, number in found}

    def version(self) -> str:
        """Changes whenever an event is added or erased."""
        query = select(func.max(CASES.c.number), func.count(), func.sum(func.length(CASES.c.about)))
        with database_errors(self._engine), self._engine.connect() as connection:
            return "/".join(str(part or 0) for part in connection.execute(query).one())

    def erase(
        self, post_keys: Collection[str], account_keys: Collection[str], *, at: datetime
    ) -> int:
        """Take erased posts and accounts out of every event; each case they belonged to gets a row that says so.

        Returns
        -------
        int
            Cases touched.
        """
        gone, authors = set(post_keys), set(account_keys)
        with database_errors(self._engine), self._engine.begin() as connection:
            found = connection.execute(select(CASES).order_by(CASES.c.number))
            rows = [dict(row) for row in found.mappings()]
            lost = _lost(rows, gone, authors)
            for row in rows:
                if row["case_id"] not in lost:
                    continue
                left = _without(msgspec.json.decode(row["about"], type=dict), gone, authors)
                connection.execute(
                    update(CASES)
                    .where(CASES.c.number == row["number"])
                    .values(about=msgspec.json.encode(left).decode())
                )
            stubs = [
                _row(
                    CaseEvent(
                        case_id=case, kind="erased", at=at, by=MACHINE, about={"count": count}
                    )
                )
                for case, count in sorted(lost.items())
            ]
            if stubs:
                connection.execute(insert(CASES), stubs)
        if lost:
            compact(self._engine)
        return len(lost)


def _lost(rows: Iterable[Mapping[str, Any]], posts: set[str], accounts: set[str]) -> dict[str, int]:
    """Cases that an erasure touches, and how many of their posts go."""
    found: dict[str, set[str]] = {}
    for row in rows:
        about = msgspec.json.decode(row["about"], type=dict)
        keys = {key for name in POSTS for key in about.get(name) or ()}
        keys |= {pair[0] for pair in about.get("folded") or ()}
        if keys & posts or about.get("account_key") in accounts:
            own = set(about.get("posts") or ()) & posts
            found[row["case_id"]] = found.get(row["case_id"], set()) | own
    return {case: len(keys) for case, keys in found.items()}


def _without(about: dict[str, Any], posts: set[str], accounts: set[str]) -> dict[str, Any]:
    """An event's fields without erased keys and without free words, since they may tell what the post told."""
    left = {name: value for name, value in about.items() if name != WORDS}
    for name in POSTS:
        if isinstance(held := about.get(name), list):
            left[name] = [key for key in held if key not in posts]
    if isinstance(folded := about.get("folded"), list):
        left["folded"] = [pair for pair in folded if pair[0] not in posts]
    if about.get("account_key") in accounts:
        left["account_key"] = None
    return left


def _row(event: CaseEvent) -> dict[str, object]:
    if event.kind not in KINDS:
        raise InputError(f"a case has no event '{event.kind}'; {suggest(event.kind, list(KINDS))}")
    if not event.case_id or not event.by.strip():
        raise InputError("an event of a case must say which case it is about and who did it")
    if event.at.tzinfo is None:
        raise InputError("an event of a case needs a time with its zone, such as datetime.now(UTC)")
    return {
        "case_id": event.case_id,
        "kind": event.kind,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": event.by,
        "about": msgspec.json.encode(event.about).decode(),
    }


def _event(row: dict[str, str]) -> CaseEvent:
    return CaseEvent(
        case_id=row["case_id"],
        kind=row["kind"],
        at=datetime.fromisoformat(row["at"]),
        by=row["by"],
        about=msgspec.json.decode(row["about"], type=dict),
        number=int(row["number"]),
    )
