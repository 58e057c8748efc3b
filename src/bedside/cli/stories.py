"""`stories` and `timeline`: posts worth reading whole, and one account's posts in order, for people of the study."""

from shlex import quote
from typing import Any

import msgspec

from bedside.errors import NotFoundError
from bedside.measure.bound import bind_study, current_snapshot, study_codebook
from bedside.measure.stories import Story, find_stories
from bedside.measure.timelines import Entry, Join, read_timeline
from bedside.store.engine import EmbeddedEngine
from bedside.store.study import Study, open_study

__all__ = ["stories_text", "timeline_text"]

LEAST = 6  # digits of a key that stand for the whole
HOUSE = "Keys and codes, for people of this study only; nothing here may leave the house."


def stories_text(folder: Any, *, most: int) -> tuple[list[dict[str, Any]], str]:
    """The stories of a study's latest snapshot, for programs and for people."""
    study = open_study(folder)
    snapshot = current_snapshot(study)
    with EmbeddedEngine(study) as engine:
        bind_study(study, engine, snapshot)
        groups = study_codebook(study).layer("stage").members()
        found = find_stories(engine.ask, groups, most=most)
    head = f"{len(found)} posts tell most of a journey; read one whole with: bedside open {quote(str(folder))} KEY"
    lines = [head, HOUSE, "", *(line for story in found for line in _story_lines(story))]
    return [msgspec.to_builtins(story) for story in found], "\n".join(lines)


def _story_lines(story: Story) -> list[str]:
    turn = " · turning point" if story.turning_point else ""
    return [
        f"{story.post_key}  {story.points} points · {story.source} · {story.day or 'no date'}{turn}",
        f"  {' → '.join(story.stages) or 'no stage'}",
        f"  tells {', '.join(story.tells)}",
        f"  account {story.account_key or 'unknown'}",
    ]


def timeline_text(folder: Any, account: str) -> tuple[dict[str, Any], str]:
    """The posts of one account in order with the joins explained, for programs and for people.

    Raises
    ------
    NotFoundError
        If no account, or more than one, answers to the key.
    """
    study = open_study(folder)
    entries, joins = _timeline(study, account)
    if not entries:
        raise NotFoundError(
            "no account, or more than one, answers to that; give an account key as `bedside stories --json` shows it"
        )
    told = {
        "account": account,
        "posts": [msgspec.to_builtins(entry) for entry in entries],
        "joins": [msgspec.to_builtins(join) for join in joins],
    }
    lines = [
        f"{len(entries)} posts of one account, by the dates of the posts; a post may tell of earlier times."
    ]
    for number, entry in enumerate(entries):
        lines += [*(_join_lines(joins[number - 1]) if number else []), *_entry_lines(entry)]
    return told, "\n".join(lines)


def _over_all(entries: list[Entry]) -> str:
    """The journey in one line: stages as they were told, and conditions."""
    stages = [stage for entry in entries for stage in entry.stages]
    path = [
        stage for number, stage in enumerate(stages) if stages[number - 1] != stage or not number
    ]
    named = dict.fromkeys(name for entry in entries for name in entry.conditions)
    return f"told: {' → '.join(path) or 'no stage'}" + (f"; {', '.join(named)}" if named else "")


def _timeline(study: Study, account: str) -> tuple[list[Entry], list[Join]]:
    name = account.lower()
    start = name if len(name) >= LEAST and set(name) <= set("0123456789abcdef") else ""
    with EmbeddedEngine(study) as engine:
        bind_study(study, engine, current_snapshot(study))
        return read_timeline(engine.ask, account, start=start)


def _entry_lines(entry: Entry) -> list[str]:
    named = [*entry.conditions, *entry.treatments]
    turn = ["a turning point"] if entry.turning_point else []
    return [
        f"{entry.post_key}  {entry.day or 'no date'} · {entry.source} · {entry.role or 'role not read'}",
        f"  {' → '.join(entry.stages) or 'no stage told'}"
        + (f"; names {', '.join([*named, *turn])}" if named or turn else ""),
    ]


def _join_lines(join: Join) -> list[str]:
    gap = "" if join.days is None else f"{join.days} days later; "
    against = f"; but {', '.join(join.but)}" if join.but else ""
    return [f"  ↓ {gap}joined because {', '.join(join.because)}{against}"]
