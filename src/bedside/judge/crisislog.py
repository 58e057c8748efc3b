"""The log of crisis posts: when each came into the queue, and what the person who acts on them did (R28).

Rows are added, never changed; an erasure takes a post's rows out. No row holds a word of a post.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Engine, delete, func, insert, select

from bedside.errors import InputError, StaleError, suggest
from bedside.judge.database import (
    CRISES,
    compact,
    database_errors,
    database_of,
    hold_for_writing,
    open_database,
)
from bedside.store.study import Study

__all__ = ["STEPS", "CrisisLog", "CrisisStep", "open_crises"]

STEPS = {
    "found": "the machine put it into the queue",
    "sent": "a person put it into the queue",
    "seen": "a person read it",
    "acted": "what was done, in words",
    "no_crisis": "a person found that it shows none, with the reason",
    "taken_back": "a person took their last step back",
}
NEED_WORDS = ("acted", "no_crisis")
PASSIVE = ("found", "seen")


class CrisisStep(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the log."""

    post_key: str
    kind: str
    at: datetime
    by: str
    words: str = ""
    number: int = 0


def open_crises(study: Study) -> "CrisisLog":
    """The log of a study, in the database of its decisions."""
    return CrisisLog(open_database(database_of(study), schema=study.config.id))


class CrisisLog:
    """Steps on the crisis posts of one study."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> "CrisisLog":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def find(self, post_keys: Iterable[str], *, at: datetime) -> int:
        """Note posts that the machine found and that are not in the log yet; gives how many."""
        with database_errors(self._engine), self._engine.begin() as connection:
            hold_for_writing(connection, "crises")
            known = set(connection.execute(select(CRISES.c.post_key).distinct()).scalars())
            rows = [
                _row(CrisisStep(post_key=key, kind="found", at=at, by="machine"))
                for key in dict.fromkeys(post_keys)
                if key not in known
            ]
            if rows:
                connection.execute(insert(CRISES), rows)
        return len(rows)

    def add(self, step: CrisisStep, *, after: int | None = None) -> None:
        """Append a person's step.

        Parameters
        ----------
        after : int, optional
            Number of the last row about the post that the person had seen.

        Raises
        ------
        InputError
            If the step is unknown, nobody is named, or words are missing where they are needed.
        StaleError
            If somebody else acted since: nothing is written then.
        """
        row = _row(step)
        with database_errors(self._engine), self._engine.begin() as connection:
            hold_for_writing(connection, step.post_key)
            newer = (
                select(CRISES.c.by, CRISES.c.kind)
                .where(CRISES.c.post_key == step.post_key, CRISES.c.number > (after or 0))
                .where(CRISES.c.kind.not_in(PASSIVE))
            )
            between = connection.execute(newer).first() if after is not None else None
            if between is not None and step.kind not in PASSIVE:
                raise StaleError(
                    f"{between.by} has acted on this post meanwhile; look at it again, then decide"
                )
            connection.execute(insert(CRISES), [row])

    def read(self, post_key: str = "") -> list[CrisisStep]:
        """Every step, or those on one post, oldest first."""
        names = [column.name for column in CRISES.c]
        rows = select(CRISES).order_by(CRISES.c.number)
        if post_key:
            rows = rows.where(CRISES.c.post_key == post_key)
        with database_errors(self._engine), self._engine.connect() as connection:
            found = (dict(zip(names, row, strict=True)) for row in connection.execute(rows))
            return [CrisisStep(**row | {"at": datetime.fromisoformat(row["at"])}) for row in found]

    def extent(self) -> tuple[int, int]:
        """Number of the last row, and how many there are: another pair means that the log changed."""
        with database_errors(self._engine), self._engine.connect() as connection:
            last, rows = connection.execute(select(func.max(CRISES.c.number), func.count())).one()
        return int(last or 0), int(rows)

    def erase(self, post_keys: Collection[str]) -> int:
        """Remove every row about these posts; gives how many went."""
        gone = 0
        keys = sorted(set(post_keys))
        with database_errors(self._engine), self._engine.begin() as connection:
            for start in range(0, len(keys), 500):
                portion = keys[start : start + 500]
                gone += connection.execute(
                    delete(CRISES).where(CRISES.c.post_key.in_(portion))
                ).rowcount
        if gone:
            compact(self._engine)
        return gone


def _row(step: CrisisStep) -> dict[str, object]:
    if step.kind not in STEPS:
        raise InputError(f"no step '{step.kind}'; {suggest(step.kind, list(STEPS))}")
    if not step.by.strip():
        raise InputError("say who does it: every step is kept with its person")
    if step.kind in NEED_WORDS and not step.words.strip():
        raise InputError("say in a few words what was done, or why it shows no crisis")
    if step.at.tzinfo is None:
        raise InputError("a step needs a time with its zone, such as datetime.now(UTC)")
    return {
        "post_key": step.post_key,
        "kind": step.kind,
        "at": step.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": step.by.strip(),
        "words": step.words.strip(),
    }
