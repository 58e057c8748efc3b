"""Taking decisions in from a file: checked against codebook, corpus and sample, all or none, never twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

from bedside.codebook import Codebook
from bedside.errors import InputError, suggest
from bedside.judge.decisions import DECISIONS, KEY, WHOLE, DecisionLog
from bedside.judge.judged import CORPUS
from bedside.judge.qualifying import own_rules
from bedside.judge.rows import Stamp, coding_rows, one_row
from bedside.judge.samples import Sample, read_items
from bedside.store.keys import load_keys
from bedside.store.stages import Ask
from bedside.store.study import Study

__all__ = ["Coding", "Taken", "take_in"]


class Coding(msgspec.Struct, frozen=True, kw_only=True):
    """One decision as a file tells it.

    Attributes
    ----------
    subject : str
        Post key, post id as the source writes it, or account key.
    layer, code, decision : str
        As in the log.
    coder : str
        Empty: the one whom the command names.
    decided_at : datetime or None
        None: now.
    memo, spans, text_key, code_hash : str or None
        As in the log; what is None is taken from the text and the codebook as they stand.
    kind : str
        coding or adjudication.
    prompted : bool
        Whether the coder saw a proposal.
    place : str
        Where in the file, for messages.
    """

    subject: str
    layer: str
    code: str
    decision: str = "present"
    coder: str = ""
    decided_at: datetime | None = None
    memo: str | None = None
    spans: str | None = None
    text_key: str | None = None
    code_hash: str | None = None
    kind: str = "coding"
    prompted: bool = False
    place: str = ""

    @property
    def whose(self) -> tuple[str, str, str, str, str, bool]:
        """What decisions share that were made together."""
        return (self.coder, self.subject, self.layer, self.text_key or "", self.kind, self.prompted)


class Taken(NamedTuple):
    """What became of the decisions of a file: rows recorded, those known already, those skipped."""

    recorded: int
    known: int
    skipped: int


def take_in(
    study: Study,
    ask: Ask,
    log: DecisionLog,
    book: Codebook,
    codings: Iterable[Coding],
    *,
    coder: str = "",
    sample: Sample | None = None,
    complete: bool = False,
    prompted: bool = False,
    skip: bool = False,
    now: datetime,
) -> Taken:
    """Record the decisions of a file.

    Parameters
    ----------
    study : Study
    ask : Ask
    log : DecisionLog
    book : Codebook
    codings : iterable of Coding
    coder : str
        For decisions that name none.
    sample : Sample, optional
        The sample that was judged; without one the decisions enter no estimate.
    complete : bool
        Whether a text that the file names was judged for all codes of the layer, so that the others are absent.
    prompted : bool
        Whether coders saw what a machine proposed; such decisions enter no estimate.
    skip : bool
        Leave out decisions about posts that are not there instead of refusing the file.
    now : datetime

    Raises
    ------
    InputError
        If a decision names an unknown layer or code, no coder, a post that was deleted or never there, or one outside
        the sample. Nothing is recorded then.
    """
    found, skipped = _placed(study, ask, codings, coder, sample, skip)
    rows: list[dict[str, Any]] = []
    chances = _chances(study, sample)
    for _, group in groupby(sorted(found, key=lambda one: one.whose), key=lambda one: one.whose):
        of = list(group)
        first = of[0]
        stamp = Stamp(
            subject_key=first.subject,
            text_key=first.text_key,
            coder=first.coder,
            decided_at=max((one.decided_at for one in of if one.decided_at), default=now),
            sample_id=sample.id if sample else None,
            probability=chances.get(first.subject),
            proposal_shown=prompted or first.prompted,
            kind=first.kind,
        )
        rows += _rows(book, first.layer, stamp, of, complete)
    fresh = _unknown(log, rows)
    log.record(fresh)
    if sample is not None:
        _note(study, log, sample, fresh, now)
    return Taken(len(fresh), len(rows) - len(fresh), skipped)


def _placed(
    study: Study,
    ask: Ask,
    codings: Iterable[Coding],
    coder: str,
    sample: Sample | None,
    skip: bool,
) -> tuple[list[Coding], int]:
    """Codings with the key of their subject, its text and a coder; and how many were left out."""
    corpus = ask(CORPUS, {})
    texts = dict(zip(corpus["post_key"].to_pylist(), corpus["text_key"].to_pylist(), strict=True))
    accounts = set(corpus["account_key"].to_pylist())
    drawn = set(read_items(study, sample)["subject_key"].to_pylist()) if sample else None
    keys, found, lost = load_keys(study.config.id), [], []
    for one in codings:
        if one.decision not in DECISIONS:
            raise InputError(
                f"{one.place}: got the decision '{one.decision}'; {suggest(one.decision, DECISIONS)}"
            )
        who = (one.coder or coder).strip()
        if not who:
            raise InputError(
                f"{one.place}: nobody is named as the coder; add a column or say --coder"
            )
        subject = one.subject if one.subject in texts else keys.post_key(one.subject)
        if subject not in texts:
            subject = one.subject if one.subject in accounts else ""
        if not subject or (drawn is not None and subject not in drawn):
            lost.append(one.place)
            continue
        text = one.text_key or texts.get(subject)
        found.append(msgspec.structs.replace(one, subject=subject, coder=who, text_key=text))
    if lost and not skip:
        where = f"in sample {sample.id}" if sample else "in the corpus"
        raise InputError(
            f"{len(lost):,} decisions are about posts that are not {where}, the first at {lost[0]} (deleted, erased, of "
            "another study, or never drawn); nothing was recorded: take them out, or give --skip"
        )
    return found, len(lost)


def _chances(study: Study, sample: Sample | None) -> dict[str, float]:
    if sample is None or not sample.estimates:
        return {}
    items = read_items(study, sample)
    return dict(
        zip(items["subject_key"].to_pylist(), items["probability"].to_pylist(), strict=True)
    )


def _rows(
    book: Codebook, layer: str, stamp: Stamp, of: Sequence[Coding], complete: bool
) -> list[dict[str, Any]]:
    about = book.layer(layer)
    whole = [one for one in of if one.code == WHOLE]
    for one in of:
        if one.code != WHOLE:
            about.find(one.code)
    present = [one.code for one in of if one.decision == "present"]
    if complete and not whole and stamp.kind == "coding":
        spans = {one.code: one.spans for one in of if one.spans and one.decision == "present"}
        memo = "; ".join(dict.fromkeys(one.memo for one in of if one.memo))
        return coding_rows(about, stamp, present, memo=memo, spans=spans)
    rows = []
    for one in of:
        row = one_row(about, stamp, one.code, one.decision, memo=one.memo or "", spans=one.spans)
        told = {"code_hash": one.code_hash, "decided_at": one.decided_at}
        rows.append(row | {name: value for name, value in told.items() if value})
    return rows


def _unknown(log: DecisionLog, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that say something that the log does not hold already."""
    what = ("decision", "code_hash", "memo", "spans", "sample_id", "proposal_shown")
    held = {
        tuple(row[name] for name in KEY): tuple(row[name] for name in what)
        for row in log.current().to_pylist()
    }
    return [
        row
        for row in rows
        if held.get(tuple(row[name] for name in KEY)) != tuple(row[name] for name in what)
    ]


def _note(
    study: Study,
    log: DecisionLog,
    sample: Sample,
    rows: Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    """Whoever decided about a text has looked at it."""
    looks = {(r["coder"], r["subject_key"], r["layer"], r["proposal_shown"]) for r in rows}
    log.note_looks(
        {
            "coder": who,
            "subject_key": subject,
            "layer": layer,
            "sample_id": sample.id,
            "looked_at": now,
            "rules": own_rules(study, layer),
            "shown": "proposals" if seen else "text",
        }
        for who, subject, layer, seen in sorted(looks)
    )
