"""What a professional does in an answer: refers, reassures, advises, gives an opinion, asks back, corrects."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bedside.understand.book import Hit

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["acts_of"]

_POLITE = re.compile(r" (?:query|queries|question|questions|doubt|doubts|concern|concerns) ")
_DONE = re.compile(r" (?:have (?:done|had)|did|was|were|had|showed?|shows?|already) ")
_ILLNESS = re.compile(
    r" (?:infect\w+|disease|syndrome|disorder|deficien\w+|inflam\w+|injur\w+|cyst\w*|stone\w*|tumou?r\w*|allerg\w+|"
    r"imbalance\w*|reaction|spasm\w*|compress\w+|hernia\w*|ulcer\w*|nerve\w*|strain\w*|sprain\w*|damage\w*|side effect\w*|"
    r"fibroid\w*|\w+(?:itis|osis|emia|aemia|pathy|algia|oma|plegia)|cause\w*|reason\w*|due|condition|problem\w*|viral|"
    r"bacterial|fungal|hormon\w+|growth|clot\w*|stress|anxiety|loss|pregnan\w+) "
)

Found = dict[str, list[Hit]]


def acts_of(doc: "Doc") -> Found:
    """Acts of a professional's post with their places; empty where the writer is none.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    dict of str to list of Hit
        Code of `professional_act` to the words that show it, in order of place.
    """
    if doc.voice.role != "clinician":
        return {}
    found = {code: rule(doc) for code, rule in _RULES.items()}
    return {code: hits for code, hits in found.items() if hits}


def _refers(doc: "Doc") -> list[Hit]:
    """Someone to see or a test to have, now: "if it gets worse" is a safety net, "have you had" a question."""
    later, asked = _numbers(doc, "act.safety_net"), _asked(doc)
    advised = _numbers(doc, "act.advise")
    tests = [
        hit
        for hit in doc.found("act.test")
        if doc.sentence_at(hit.start) in advised and not _reported(doc, hit)
    ]
    hits = [
        hit
        for hit in [*doc.found("act.referral"), *tests]
        if doc.sentence_at(hit.start) not in asked
    ]
    return _in_order(h for h in hits if doc.sentence_at(h.start) not in later or h in tests)


def _reported(doc: "Doc", hit: Hit) -> bool:
    """Whether the test was had already."""
    low, _ = doc.clause(hit.start, hit.end)
    return bool(_DONE.search(doc.text, max(0, low - 1), hit.start + 1))


def _medicates(doc: "Doc") -> list[Hit]:
    """A drug, by name or kind, in a sentence that says what to do with it."""
    said, asked = _numbers(doc, "act.dosing"), _asked(doc)
    drugs = [Hit(t.start, t.end) for t in doc.terms if t.entry.kind == "drug"]
    return _in_order(
        hit
        for hit in [*drugs, *doc.found("act.drug")]
        if (number := doc.sentence_at(hit.start)) in said and number not in asked
    )


def _opines(doc: "Doc") -> list[Hit]:
    """What it may be: an illness or cause in a sentence that weighs it."""
    ill = {doc.sentence_at(t.start) for t in doc.terms if t.entry.kind in ("condition", "symptom")}
    asked = _asked(doc)
    return [
        hit
        for hit in doc.found("act.opinion")
        if (number := doc.sentence_at(hit.start)) not in asked
        and (number in ill or _ILLNESS.search(doc.text, *_around(doc, number)))
    ]


def _asks_back(doc: "Doc") -> list[Hit]:
    """Questions and requests for more; "let me know if you have a query" is manners."""
    return [
        hit
        for hit in doc.found("act.asks")
        if not _POLITE.search(doc.text, hit.start - 1, doc.sentence(hit.start)[1] + 1)
    ]


def _plain(code: str) -> Callable[["Doc"], list[Hit]]:
    def rule(doc: "Doc") -> list[Hit]:
        asked = _asked(doc)
        return [h for h in doc.found(f"act.{code}") if doc.sentence_at(h.start) not in asked]

    return rule


def _numbers(doc: "Doc", rule: str) -> set[int]:
    return {doc.sentence_at(hit.start) for hit in doc.found(rule)}


def _asked(doc: "Doc") -> set[int]:
    return {n for n, (_, end) in enumerate(doc.sentences) if doc.text[end - 1] == "?"}


def _around(doc: "Doc", number: int) -> tuple[int, int]:
    start, end = doc.sentences[number]
    return max(0, start - 1), end + 1


def _in_order(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: hit.start)


_RULES: dict[str, Callable[["Doc"], list[Hit]]] = {
    "referral": _refers,
    "medication_advice": _medicates,
    "diagnosis_opinion": _opines,
    "asks_back": _asks_back,
    **{
        code: _plain(code)
        for code in (
            "safety_net", "lifestyle", "prevention", "correction", "reassurance", "empathy",
        )
    },
}  # fmt: skip
