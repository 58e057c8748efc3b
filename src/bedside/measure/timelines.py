"""Timelines: one account's posts stitched into one account of the journey, each join explained (F41)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from bedside.measure.told import asserted
from bedside.store.stages import Aggregate, Ask

__all__ = ["Entry", "Join", "join_posts", "read_timeline"]

FAR = 365  # days from which a gap between two posts is told as a caution
POSTS = Aggregate(
    name="posts of an account",
    needs=("corpus", "threads"),
    sql="""
SELECT c.post_key, c.account_key, c.source, c.platform, CAST(CAST(c.published_at AS DATE) AS VARCHAR) AS day,
  c.published_precision AS precision, t.thread_key, t.parent_key
FROM corpus c LEFT JOIN threads t ON t.post_key = c.post_key
WHERE c.account_key = $account OR ($start <> '' AND c.account_key LIKE $start || '%')
ORDER BY c.published_at NULLS LAST, c.record_no
""",
)
MARKS = Aggregate(
    name="what an account tells",
    needs=("corpus_marks",),
    sql=f"""
SELECT m.post_key, m.layer, m.code, m.slot, m.concept, m.subject_key
FROM corpus_marks m
WHERE m.account_key = $account AND m.layer IN ('stage', 'role', 'experiencer', 'diagnosis', 'treatment', 'content')
  AND {asserted("m")}
ORDER BY m.post_key, m.layer, m.subject_key, m.slot, m.code, m.concept
""",  # noqa: S608
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One post of an account, with what it tells.

    Attributes
    ----------
    post_key, source, platform : str
    day : str or None
        ISO date; None: the source gave none.
    stages : tuple of str
        Of its moments, in the order of the text.
    role, whose : str or None
    conditions, treatments : tuple of str
        Names of concepts.
    turning_point : bool
    thread, parent : str or None
    """

    post_key: str
    source: str
    platform: str
    day: str | None
    stages: tuple[str, ...] = ()
    role: str | None = None
    whose: str | None = None
    conditions: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    turning_point: bool = False
    thread: str | None = None
    parent: str | None = None


class Join(msgspec.Struct, frozen=True, kw_only=True):
    """Why two posts stand one after the other, and what speaks against it.

    Attributes
    ----------
    earlier, later : str
        Post keys.
    days : int or None
        Between them; None where a date is missing.
    because, but : tuple of str
        In words.
    """

    earlier: str
    later: str
    days: int | None
    because: tuple[str, ...]
    but: tuple[str, ...]


def read_timeline(ask: Ask, account: str, *, start: str = "") -> tuple[list[Entry], list[Join]]:
    """Posts of one account in the order of their dates, and the joins between them.

    Parameters
    ----------
    ask : Ask
    account : str
        Key of the account.
    start : str
        Beginning of a key, where the whole is not known.

    Returns
    -------
    tuple of list of Entry and list of Join
        Both empty where no post is the account's, or where the beginning of the key fits several accounts.
    """
    rows = ask(POSTS, {"account": account, "start": start}).to_pylist()
    accounts = {row["account_key"] for row in rows}
    if len(accounts) != 1:
        return [], []
    marks = ask(MARKS, {"account": accounts.pop()}).to_pylist()
    told: dict[str, list[dict[str, Any]]] = {}
    for mark in marks:
        told.setdefault(mark["post_key"], []).append(mark)
    entries = [_entry(row, told.get(row["post_key"], [])) for row in rows]
    return entries, join_posts(entries)


def join_posts(entries: Sequence[Entry]) -> list[Join]:
    """The joins between posts of one account that follow one another, each explained."""
    return [_join(entries[:number], later) for number, later in enumerate(entries) if number]


def _join(before: Sequence[Entry], later: Entry) -> Join:
    earlier = before[-1]
    days = _days(earlier.day, later.day)
    because = [f"the same account on {later.platform}"]
    because += [f"both name {name}" for name in later.conditions if name in earlier.conditions]
    because += [f"both speak of {name}" for name in later.treatments if name in earlier.treatments]
    if later.parent in {entry.post_key for entry in before}:
        because.append("it answers a post of the account")
    elif later.thread and later.thread == earlier.thread:
        because.append("they stand in one thread")
    return Join(
        earlier=earlier.post_key,
        later=later.post_key,
        days=days,
        because=tuple(because),
        but=tuple(_cautions(before, later, days)),
    )


def _cautions(before: Sequence[Entry], later: Entry, days: int | None) -> list[str]:
    earlier = before[-1]
    found: list[str] = []
    if days is None:
        found.append("a date is missing: the order is that of the source")
    elif days > FAR:
        found.append(f"{days} days lie between")
    if earlier.whose and later.whose and earlier.whose != later.whose:
        found.append(
            f"the one is about {_WHOSE[earlier.whose]}, the other about {_WHOSE[later.whose]}"
        )
    elif earlier.role and later.role and earlier.role != later.role:
        found.append(f"the writer speaks as {earlier.role}, then as {later.role}")
    if (
        earlier.conditions
        and later.conditions
        and not set(earlier.conditions) & set(later.conditions)
    ):
        found.append("they name different conditions")
    reached = max((_PLACE[s] for entry in before for s in entry.stages if s in _PLACE), default=-1)
    told = [_PLACE[s] for s in later.stages if s in _PLACE]
    if told and min(told) < reached - 1:
        found.append("it looks back: it tells a stage before one that was told already")
    return found


def _days(one: str | None, other: str | None) -> int | None:
    if one is None or other is None:
        return None
    return (date.fromisoformat(other) - date.fromisoformat(one)).days


def _entry(row: Mapping[str, Any], marks: Sequence[Mapping[str, Any]]) -> Entry:
    stages = sorted((m for m in marks if m["layer"] == "stage"), key=lambda m: m["subject_key"])
    return Entry(
        post_key=row["post_key"],
        source=row["source"],
        platform=row["platform"],
        day=row["day"],
        stages=tuple(m["code"] for m in stages),
        role=_code(marks, "role"),
        whose=_code(marks, "experiencer"),
        conditions=_concepts(marks, "diagnosis", "condition"),
        treatments=_concepts(marks, "treatment", "option"),
        turning_point=any(m["code"] == "turning_point" for m in marks),
        thread=row["thread_key"],
        parent=row["parent_key"],
    )


def _code(marks: Sequence[Mapping[str, Any]], layer: str) -> str | None:
    return next(
        (m["code"] for m in marks if m["layer"] == layer and m["slot"] in (None, layer)), None
    )


def _concepts(marks: Sequence[Mapping[str, Any]], layer: str, slot: str) -> tuple[str, ...]:
    names = (m["concept"] for m in marks if m["layer"] == layer and m["slot"] == slot)
    return tuple(dict.fromkeys(name for name in names if name))


_PLACE = {
    stage: place
    for place, stage in enumerate(
        ("at_risk", "first_symptoms", "searching", "first_consultation", "tests_referral", "diagnosis", "choosing_treatment",
         "starting_treatment", "change_or_flare", "living_with", "remission_or_relapse", "end_of_life")
    )
}  # fmt: skip
_WHOSE = {
    "own": "the writer",
    "cared_for": "someone cared for",
    "other_person": "another person",
    "general": "nobody in particular",
}
