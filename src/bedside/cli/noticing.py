"""`crisis` and `phrases`: what a person of the study has to look at, made from its latest snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec
import pyarrow.parquet as pq

from bedside.errors import InputError
from bedside.judge.crisislog import open_crises
from bedside.measure.bound import bind_study, current_snapshot
from bedside.measure.crisis import CrisisDesk, Waiting
from bedside.store.engine import EmbeddedEngine
from bedside.store.keys import load_keys
from bedside.store.manifest import read_manifest
from bedside.store.study import Study, open_study
from bedside.store.vocabularies import (
    KINDS,
    Vocabulary,
    VocabularyTerm,
    read_vocabularies,
    write_vocabulary,
)
from bedside.understand.unknown import rank_phrases, unknown_phrases

__all__ = ["accept_phrase", "crisis_step", "crisis_text", "phrases_text"]

TAUGHT = "taught"  # the study's list of accepted phrases
HOUSE = "For people of this study only; nothing here may leave the house."


def crisis_text(folder: Path) -> tuple[dict[str, Any], str]:
    """Crisis posts of a study's latest snapshot: keys, never words; who acts on them, by when, and what was done."""
    now = datetime.now(UTC)
    with _crisis_desk(folder, now) as (study, desk):
        found, queue = desk.found(), desk.queue()
    acts = study.config.crisis
    who = (
        f"{acts.who} acts within {acts.within_hours:g} hours"
        if acts.who
        else "nobody is named who acts on them: write [crisis] who and within_hours into study.toml"
    )
    present = sum(post.code == "now" for post in found)
    stands = {one.post_key: one for one in queue}
    lines = [
        f"{present} posts that may show a crisis now, {len(found) - present} past; {who}.",
        "The machine is told to find too many rather than too few. " + HOUSE,
        f"Read one with: bedside open {quote(str(folder))} KEY",
        "",
        *(
            f"{p.post_key}  {p.code:4}  {p.score:.2f}  {p.posted or 'no date':10}  {p.source}"
            f"{_stand(stands.get(p.post_key), now)}"
            for p in found
        ),
        *(
            f"{one.post_key}  sent by a person{_stand(one, now)}"
            for one in queue
            if one.score is None
        ),
    ]
    told = {
        "who": acts.who,
        "within_hours": acts.within_hours,
        "posts": msgspec.to_builtins(found),
        "queue": msgspec.to_builtins(queue),
    }
    return told, "\n".join(lines)


@contextmanager
def _crisis_desk(folder: Path, now: datetime) -> Iterator[tuple[Study, CrisisDesk]]:
    study = open_study(folder)
    with EmbeddedEngine(study) as engine, open_crises(study) as log:
        bind_study(study, engine, current_snapshot(study))
        yield study, CrisisDesk(engine.ask, log, study.config.crisis, now)


def _stand(one: Waiting | None, now: datetime) -> str:
    if one is None:
        return ""
    if one.state != "open":
        last = next(step for step in reversed(one.steps) if step.kind == one.state)
        return (
            f"  {'acted on' if one.state == 'acted' else 'no crisis'}, by {last.by}: {last.words}"
        )
    due = f"  due {one.due:%Y-%m-%d %H:%M} UTC" if one.due else "  open"
    return f"{due}{' OVERDUE' if one.late(now) else ''}"


def crisis_step(
    folder: Path, post: str, kind: str, *, by: str, because: str, now: datetime
) -> tuple[dict[str, Any], str]:
    """Note what was done about a post of the queue, or put one there."""
    with _crisis_desk(folder, now) as (_, desk):
        if kind == "sent":
            desk.send(post, by=by, words=because)
        else:
            desk.step(post, kind, by=by, words=because)
        one = next(one for one in desk.queue() if one.post_key == post)
    return msgspec.to_builtins(one), f"{post} is {one.state.replace('_', ' ')} now"


def phrases_text(folder: Path, *, most: int) -> tuple[list[dict[str, Any]], str]:
    """Phrases that behave like symptoms or drugs and stand in no list, by how many accounts use them."""
    study = open_study(folder)
    ranked = rank_phrases(_phrases(study))[:most]
    lines = [
        f"{len(ranked)} phrases that no list holds, by accounts. {HOUSE}",
        f"Teach one with: bedside phrases {quote(str(folder))} --accept PHRASE --kind symptom",
        "",
        *(f"{p.accounts:5} accounts  {p.posts:5} posts  {p.kind:8} {p.phrase}" for p in ranked),
    ]
    return [msgspec.to_builtins(phrase) for phrase in ranked], "\n".join(lines)


def _phrases(study: Study) -> Iterator[tuple[str, str, str | None, str]]:
    """Kind, phrase, account and post of everything unknown, page by page."""
    current_snapshot(study)
    datasets = read_manifest(study.folder).datasets
    pages = zip(datasets["understood"].pages, datasets["posts"].pages, strict=True)
    for marks, posts in pages:
        rows = pq.read_table(
            study.folder / posts.file, columns=["post_key", "account_key", "title", "body"]
        ).to_pylist()
        of_harm = pq.read_table(
            study.folder / marks.file,
            columns=["post_key", "row", "layer", "slot", "concept", "spans"],
            filters=[("layer", "=", "harm"), ("row", "=", "mark")],
        ).to_pylist()
        yield from unknown_phrases(rows, of_harm)


def accept_phrase(folder: Path, phrase: str, *, kind: str) -> tuple[dict[str, Any], str]:
    """Take a phrase into the study's own list, so that the next run knows it.

    Raises
    ------
    InputError
        If the kind is none of the kinds of mentions, or the phrase is empty.
    """
    if kind not in KINDS:
        raise InputError(f"--kind {kind} is not known; use one of {', '.join(KINDS)}")
    term = " ".join(phrase.split()).lower()
    if not term:
        raise InputError("--accept needs a phrase")
    study = open_study(folder)
    key = load_keys(study.config.id).vault
    with study.locked():
        known = next((v for v in read_vocabularies(study, key) if v.name == TAUGHT), None)
        terms = {t.term: t for t in (known.terms if known else ())}
        terms[term] = VocabularyTerm(term, "", kind)
        listed = Vocabulary(
            name=TAUGHT,
            kind="list",
            version=str(len(terms)),
            licence="the study's own",
            terms=tuple(sorted(terms.values())),
        )
        write_vocabulary(study, key, listed)
    text = f"taught: '{term}' is a {kind}; {len(terms)} phrases in the list. Read posts with it: bedside run {quote(str(folder))}"
    return {"phrase": term, "kind": kind, "taught": len(terms)}, text
