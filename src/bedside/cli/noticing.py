"""`crisis` and `phrases`: what a person of the study has to look at, made from its latest snapshot."""

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec
import pyarrow.parquet as pq

from bedside.errors import InputError
from bedside.measure.bound import bind_study, current_snapshot
from bedside.measure.crisis import find_crises
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

__all__ = ["accept_phrase", "crisis_text", "phrases_text"]

TAUGHT = "taught"  # the study's list of accepted phrases
HOUSE = "For people of this study only; nothing here may leave the house."


def crisis_text(folder: Path) -> tuple[dict[str, Any], str]:
    """Crisis posts of a study's latest snapshot: keys, never words; who acts on them, and within what time."""
    study = open_study(folder)
    with EmbeddedEngine(study) as engine:
        bind_study(study, engine, current_snapshot(study))
        found = find_crises(engine.ask)
    acts = study.config.crisis
    who = (
        f"{acts.who} acts within {acts.within_hours:g} hours"
        if acts.who
        else "nobody is named who acts on them: write [crisis] who and within_hours into study.toml"
    )
    now = sum(post.code == "now" for post in found)
    lines = [
        f"{now} posts that may show a crisis now, {len(found) - now} past; {who}.",
        "The machine is told to find too many rather than too few. " + HOUSE,
        f"Read one with: bedside open {quote(str(folder))} KEY",
        "",
        *(
            f"{p.post_key}  {p.code:4}  {p.score:.2f}  {p.posted or 'no date':10}  {p.source}"
            for p in found
        ),
    ]
    told = {"who": acts.who, "within_hours": acts.within_hours, "posts": msgspec.to_builtins(found)}
    return told, "\n".join(lines)


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
