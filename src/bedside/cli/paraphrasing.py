"""The work behind `paraphrase`: the desk of a study, and what is said back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bedside.cli.opened import opened
from bedside.release.corpus import corpus_texts, crisis_posts
from bedside.release.haystack import Haystack
from bedside.release.paraphrases import Paraphrase, ParaphraseDesk, Paraphrases
from bedside.release.quotes import GateResult
from bedside.store.keys import load_keys

__all__ = ["at_desk", "gate_lines", "list_text", "step_text", "write_text"]

Told = tuple[Any, str]


@contextmanager
def at_desk(folder: Path) -> Iterator[ParaphraseDesk]:
    """The paraphrasing desk of a study that has been run."""
    with opened(folder) as at:
        yield ParaphraseDesk(
            at.study.folder,
            haystack=lambda: Haystack(corpus_texts(at.ask)),
            never=crisis_posts(at.ask),
        )


def gate_lines(result: GateResult) -> list[str]:
    """What the gate says, for people."""
    if result.passed:
        return [
            "passes the gate: no search finds its post, and no five words in a row are one account's own"
        ]
    return [
        "does not pass the gate:",
        *(f"  {reason}" for reason in result.reasons),
        *(f"  one account's own: {run}" for run in result.own_runs),
    ]


def write_text(
    folder: Path,
    text: str,
    *,
    posts: Sequence[str],
    by: str,
    now: datetime,
    name: str = "",
    about: str = "",
    evidence: str = "",
) -> Told:
    """Keep a paraphrase; one that passes the gate is offered for approval at once."""
    with opened(folder) as at:
        keys = [load_keys(at.study.config.id).post_key(p) if ":" in p else p for p in posts]
        haystack = Haystack(corpus_texts(at.ask))
        desk = ParaphraseDesk(
            at.study.folder, haystack=lambda: haystack, never=crisis_posts(at.ask)
        )
        result = desk.gate(text, keys)
        one = desk.write(text, keys, by=by, now=now, name=name, about=about, evidence_id=evidence)
        if result.passed:
            one = desk.offer(one.id, by=by, now=now)
    next_ = (
        f"somebody else approves it with: bedside paraphrase approve STUDY {one.id} --by NAME"
        if result.passed
        else f"kept as a draft; write it anew with: bedside paraphrase write STUDY WORDS --as {one.id}"
    )
    told = {"paraphrase": msgspec.to_builtins(one), "gate": msgspec.to_builtins(result)}
    return told, "\n".join([f"{one.id} is {one.state}", *gate_lines(result), next_])


def list_text(folder: Path, *, state: str = "") -> Told:
    """Paraphrases of a study: words, who wrote and who approved them; never the posts' words."""
    found = [one for one in Paraphrases(folder).all() if state in ("", one.state)]
    return msgspec.to_builtins(found), "\n".join(map(_line, found)) or "no paraphrase stands there"


def _line(one: Paraphrase) -> str:
    who = f"{one.author}{f', approved by {one.approver}' if one.approver else ''}"
    why = f" ({one.why})" if one.why else ""
    return f"{one.id}  {one.state:9} {who}: {one.text}{why}"


def step_text(
    folder: Path, name: str, kind: str, *, by: str, now: datetime, words: str = ""
) -> Told:
    """Approve, send back or withdraw."""
    with at_desk(folder) as desk:
        if kind == "approve":
            one = desk.approve(name, by=by, now=now)
        elif kind == "send_back":
            one = desk.send_back(name, words, by=by, now=now)
        else:
            one = desk.withdraw(name, words, by=by, now=now)
    after = (
        "; the next report prints it: bedside run"
        if one.state == "approved"
        else "; no report prints it from the next one on"
        if one.state == "withdrawn"
        else ""
    )
    return msgspec.to_builtins(one), f"{one.id} is {one.state}{after}"
