"""The work behind `relevance`: counting, drawing, judging, measuring, setting the query."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec

from bedside.cli.opened import opened
from bedside.errors import NotFoundError
from bedside.judge.decisions import open_log
from bedside.judge.relevance import draw_relevance, latest_relevance
from bedside.judge.relevance_desk import RelevanceDesk, RelevanceItem
from bedside.measure.relevance import (
    Measured,
    QueryCounter,
    keep_measured,
    measure_query,
)
from bedside.report.relevance import found_words, in_words
from bedside.store.query import parse_query
from bedside.store.setting import set_query
from bedside.store.study import open_study

__all__ = ["count_text", "draw_text", "judge_in_terminal", "measure_text", "set_text"]

Told = tuple[dict[str, Any], str]
ASKED = "y it bears on the question, n it does not, with a note after it; u takes the last one back; q ends"


def count_text(folder: Path, query: str) -> Told:
    """A query in words, with what it finds of all posts."""
    with opened(folder) as at:
        told = QueryCounter(at.study, at.ask, most=10**9).count(query)
        own = at.study.config.query
    words = parse_query(query).words() if query.strip() else "every post"
    notes = parse_query(query).notes if query.strip() else ()
    value = {**told._asdict(), "words": words, "notes": list(notes)}
    lines = [
        words,
        *notes,
        f"{told.found:,} of {told.posts:,} unique posts in the study's languages and place",
    ]
    if query != own:
        lines.append(
            f"{told.gained:,} that the study's query does not take, {told.lost:,} fewer of those it takes"
        )
    return value, "\n".join(lines)


def draw_text(folder: Path, *, size: int, now: datetime) -> Told:
    """Draw a relevance sample."""
    with opened(folder) as at, at.study.locked():
        sample = draw_relevance(at.study, at.ask, at.snapshot.id, size=size, now=now)
    of = ", ".join(f"{n:,} {stratum}" for stratum, n in sample.sizes.items())
    return msgspec.to_builtins(sample), "\n".join(
        [
            f"{sample.id}: {sample.drawn:,} posts drawn ({of})",
            "Who judges does not see whether the query finds a post.",
            f"next: bedside relevance judge {quote(str(folder))} --coder NAME",
        ]
    )


def judge_in_terminal(
    folder: Path, *, coder: str, ask: Callable[[str], str], say: Callable[[str], object]
) -> None:
    """Show one post after another until the sample is done or the person ends."""
    with opened(folder) as at, open_log(at.study) as log:
        sample = latest_relevance(at.study)
        if sample is None:
            raise NotFoundError(
                f"no relevance sample yet; draw one with: bedside relevance draw {quote(str(folder))}"
            )
        desk = RelevanceDesk(at.study, at.ask, log, sample, coder)
        say(f"{at.study.config.question or 'Does the post bear on the study?'}\n{ASKED}")
        while (item := desk.next(now=_now())) is not None:
            done, of = desk.progress()
            say(f"\n{done} of {of} judged\n{_shown(item)}")
            if not _answered(desk, item, ask, say):
                break
        say(f"{desk.progress()[0]} of {desk.progress()[1]} judged; everything is kept")


def _now() -> datetime:
    return datetime.now(UTC)


def _shown(item: RelevanceItem) -> str:
    read = item.reading
    around = [f"  thread: {read.thread_title}"] if read.thread_title else []
    around += [f"  answers: {read.parent_body}"] if read.parent_body else []
    return "\n".join(
        [*around, *(f"  {text}" for text in (read.title, read.body, *read.segments) if text)]
    )


def _answered(
    desk: RelevanceDesk,
    item: RelevanceItem,
    ask: Callable[[str], str],
    say: Callable[[str], object],
) -> bool:
    while True:
        word, _, memo = ask("y/n").strip().partition(" ")
        if word == "q":
            return False
        if word == "u":
            say("taken back" if desk.undo(now=_now()) else "nothing to take back")
            return True
        if word in ("y", "n"):
            desk.decide(item.reading.post_key, word == "y", now=_now(), memo=memo)
            return True
        say(ASKED)


def measure_text(folder: Path, *, query: str | None, now: datetime) -> Told:
    """Measure a query; the study's own is stored."""
    with opened(folder) as at, open_log(at.study) as log:
        told = measure_query(at.study, at.ask, log, now=now, query=query)
        kept = query is None or query == at.study.config.query
        if kept:
            keep_measured(at.study, told)
    after = (
        "stored; the next report says it" if kept else "not stored: the study asks another query"
    )
    return msgspec.to_builtins(told), f"{_lines(told)}\n{after}"


def _lines(told: Measured) -> str:
    return f"{found_words(told.found, told.posts)}\n{in_words(told)}"


def set_text(folder: Path, query: str) -> Told:
    """Write the query into study.toml."""
    study = open_study(folder)
    with study.locked():
        set_query(study, query)
    words = parse_query(query).words() if query.strip() else "every post"
    return {
        "query": query,
        "words": words,
    }, f"{words}\nit counts from the next: bedside run {quote(str(folder))}"
