"""Two measures of claims that need no labels of ours: how often they are found by mistake, and stance in rumour threads."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from bedside.evaluate.ranking import Ranked, mean_ranked, score_ranking
from bedside.evaluate.sets import read_lines

__all__ = [
    "FalseAlarms",
    "StanceScore",
    "claims_text",
    "count_false_claims",
    "rank_wordings",
    "score_rumours",
    "score_wordings",
    "stance_text",
]

RECORDS = 1000  # with the lowest SHA-256 of their id: a draw that anybody can repeat
STANCE = {"corrects": "deny", "questions": "query", "repeats": "support", "mocks": "deny"}
CLASSES = ("support", "query", "deny", "comment")
Record = dict[str, Any]


class FalseAlarms(msgspec.Struct, frozen=True, kw_only=True):
    """Records said to repeat a claim whose verdict is not `true`, and in whatever stance.

    Attributes
    ----------
    records, repeated : int
    share : float
        repeated / records.
    by_claim : list of (record id, claim id)
        Those said to repeat one, to be read.
    stances : dict of str to int
    """

    records: int
    repeated: int
    share: float
    by_claim: list[tuple[str, str]]
    stances: dict[str, int]


class StanceScore(msgspec.Struct, frozen=True, kw_only=True):
    """Stance towards the rumour of a thread, nothing trained on it.

    Attributes
    ----------
    posts : int
    f1 : dict of str to float
        By class: support, query, deny, comment.
    macro, accuracy : float
    majority : float
        Macro-F1 of saying `comment` always.
    alone : float
        Macro-F1 without the thread: the place of a post in it unknown.
    """

    posts: int
    f1: dict[str, float]
    macro: float
    accuracy: float
    majority: float
    alone: float


def count_false_claims(data: Path, *, records: int = RECORDS) -> FalseAlarms:
    """Claims said to be repeated in doctors' and patients' questions and answers, where hardly any is.

    Parameters
    ----------
    data : Path
        Folder of the labelled sets; `evaluate/online_doctor_qa.jsonl.gz` is read.
    records : int, default 1000
        Records with the lowest SHA-256 of their id.
    """
    from bedside.understand.claims.book import load_claims
    from bedside.understand.doc import Post, make_docs
    from bedside.understand.lexicon import load_scanner
    from bedside.understand.makers.claims import CLAIMS

    rows = list(read_lines(data / "evaluate" / "online_doctor_qa.jsonl.gz"))
    rows.sort(key=lambda row: hashlib.sha256(str(row["id"]).encode()).hexdigest())
    rows = rows[:records]
    verdict = {claim.id: claim.verdict for claim in load_claims().claims}
    posts = [Post((("body", str(row.get("text") or "")),)) for row in rows]
    found: list[tuple[str, str]] = []
    stances: dict[str, int] = {}
    for row, doc in zip(rows, make_docs(posts, load_scanner()), strict=True):
        for mark in CLAIMS.propose(doc):
            code, claim = str(mark.code), str(mark.concept_id)
            stances[code] = stances.get(code, 0) + 1
            if code == "repeats" and verdict[claim] != "true" and mark.assertion != "others":
                found.append((str(row["id"]), claim))
    said = len({record for record, _ in found})
    return FalseAlarms(
        records=len(rows),
        repeated=said,
        share=said / max(1, len(rows)),
        by_claim=found,
        stances=dict(sorted(stances.items())),
    )


def score_wordings(path: Path) -> tuple[int, int]:
    """How many of a file's wordings are found again as their claim, and how many it holds.

    Parameters
    ----------
    path : Path
        JSON lines with `text` and the claim's id in `claim`; lines without one are passed over.
    """
    from bedside.understand.claims.match import match_claims
    from bedside.understand.doc import Post, make_docs
    from bedside.understand.lexicon import load_scanner

    rows = [row for row in read_lines(path) if row.get("claim")]
    docs = make_docs([Post((("body", str(row["text"])),)) for row in rows], load_scanner())
    right = sum(
        str(row["claim"]) in {match.claim.id for match in match_claims(doc)}
        for row, doc in zip(rows, docs, strict=True)
    )
    return right, len(rows)


def rank_wordings(path: Path, *, depth: int = 5) -> Ranked:
    """How high the right claim stands when all claims are ranked by how much alike a wording is.

    Parameters
    ----------
    path : Path
        As for `score_wordings`.
    depth : int, default 5

    Returns
    -------
    Ranked
        Means over wordings; a claim that shares no word with a wording is not in its list. Words alone are compared:
        topics and word groups, which decide what is marked, are not asked.
    """
    from bedside.understand.doc import Post, make_docs
    from bedside.understand.lexicon import load_scanner
    from bedside.understand.text import normal_term

    rows = [row for row in read_lines(path) if row.get("claim")]
    (doc,) = make_docs([Post((("body", "none"),))], load_scanner())
    scores = []
    for row in rows:
        text = f" {normal_term(str(row['text']))} "
        alike = {claim.id: doc.claims.alike(claim, text) for claim in doc.claims.claims}
        best = sorted(
            (name for name in alike if alike[name] > 0), key=lambda name: (-alike[name], name)
        )
        scores.append(score_ranking([name == row["claim"] for name in best], 1, depth=depth))
    return mean_ranked(scores)


def score_rumours(data: Path) -> StanceScore:
    """Stance in the threads of RumourEval 2019: support = repeats, query = questions, deny = corrects or mocks.

    Parameters
    ----------
    data : Path
        Folder of the labelled sets; `evaluate/rumoureval2019_threads.jsonl.gz` is read.

    Notes
    -----
    A thread's first post states the rumour: unless it asks, it supports it. A reply is read from its own words,
    said to the post it answers.
    """
    rows = [
        row
        for row in read_lines(data / "evaluate" / "rumoureval2019_threads.jsonl.gz")
        if row["labels"].get("stance") in CLASSES and str(row.get("text") or "").strip()
    ]
    gold = [str(row["labels"]["stance"]) for row in rows]
    in_thread, alone = _stances(rows)
    f1 = {name: _f1(gold, in_thread, name) for name in CLASSES}
    return StanceScore(
        posts=len(rows),
        f1=f1,
        macro=sum(f1.values()) / len(CLASSES),
        accuracy=sum(a == b for a, b in zip(gold, in_thread, strict=True)) / max(1, len(gold)),
        majority=_f1(gold, ["comment"] * len(gold), "comment") / len(CLASSES),
        alone=sum(_f1(gold, alone, name) for name in CLASSES) / len(CLASSES),
    )


def _stances(rows: Sequence[Record]) -> tuple[list[str], list[str]]:
    """Classes of the posts with their place in the thread known, and unknown."""
    from bedside.understand.claims.stance import thread_stance
    from bedside.understand.doc import Post, make_docs
    from bedside.understand.lexicon import load_scanner

    texts = {str(row["id"]): str(row.get("text") or "") for row in rows}
    posts = [
        Post(
            (("body", str(row["text"])),),
            is_reply=not row.get("is_source"),
            parent_body=texts.get(str(row.get("parent_id")), ""),
        )
        for row in rows
    ]
    known: list[str] = []
    unknown: list[str] = []
    for row, doc in zip(rows, make_docs(posts, load_scanner()), strict=True):
        stance = thread_stance(doc)
        said = STANCE[stance.code] if stance else "comment"
        unknown.append(said)
        opens = bool(row.get("is_source"))
        known.append("query" if opens and said == "query" else "support" if opens else said)
    return known, unknown


def _f1(gold: list[str], said: list[str], name: str) -> float:
    right = sum(a == b == name for a, b in zip(gold, said, strict=True))
    both = gold.count(name) + said.count(name)
    return 2 * right / both if both else 0.0


def claims_text(score: FalseAlarms, wordings: tuple[int, int] | None = None) -> str:
    """Score for a person to read; ids, no text."""
    stances = ", ".join(f"{name} {count}" for name, count in score.stances.items()) or "none"
    lines = [
        f"online_doctor_qa: {score.repeated} of {score.records} records said to repeat a claim that does not hold "
        f"({score.share:.2%}); marks by stance: {stances}",
        *(f"  {record}: {claim}" for record, claim in score.by_claim),
    ]
    if wordings:
        lines.append(f"new wordings: {wordings[0]} of {wordings[1]} found as their claim")
    return "\n".join(lines)


def stance_text(score: StanceScore) -> str:
    """Score for a person to read."""
    codes = "  ".join(f"{name} {value:.2f}" for name, value in score.f1.items())
    return (
        f"rumoureval2019: {score.posts} posts, macro-F1 {score.macro:.3f} (always comment {score.majority:.3f}, "
        f"without the thread {score.alone:.3f}), accuracy {score.accuracy:.3f}\n  {codes}"
    )
