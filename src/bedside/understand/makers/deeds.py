"""What people did (F24, F27): each deed asserted, done by the writer or the one cared for, and no plan."""

import re
from collections.abc import Iterator, Sequence

from bedside.understand.asking import put_to_readers
from bedside.understand.book import Hit
from bedside.understand.deeds import is_planned
from bedside.understand.doc import Doc

__all__ = ["does"]

_OF_TREATMENT = {
    "started": "started_treatment",
    "stopped": "stopped_treatment",
    "switched": "switched_treatment",
}
_UNTOLD = frozenset({"searched_online", "recommended_provider"})
"""Deeds that count also where nobody's illness is told."""
_ASKED = re.compile(r" (?:should|can|could|do|would|shall|must|may) (?:i|we|he|she) (?:\w+ ){0,2}$")
_TELLS_YOU = re.compile(
    r" (?:you|u|please|should|must|need to|to|have you|did you|anyone|would|could|can|i'd|will|go|and|just|then) $"
)

_ASKS_FOR_ONE = re.compile(
    r" (?:(?:can|could|would|will|do|does|should) (?:you|u|anyone|someone|they|he|she|it|i) |recommendations )"
)


def does(doc: Doc, found: Sequence[tuple[str, Hit]]) -> Iterator[tuple[str, Hit]]:
    """Codes of `do` with their places.

    Parameters
    ----------
    doc : Doc
    found : sequence of (code, Hit)
        What the phrases of the layer say and the context does not take away.
    """
    told = doc.voice.experiencer in ("own", "cared_for")
    for hit in put_to_readers(doc):
        yield "asked_online", hit
    for hit in doc.advice:
        yield "advised_others", hit
    if told and doc.voice.role != "clinician":
        for name, code in _OF_TREATMENT.items():
            for hit in doc.deeds[name]:
                yield code, hit
    for code, hit in found:
        if code in _OF_TREATMENT.values():
            continue
        if not told and code not in _UNTOLD:
            continue
        if _holds(doc, code, hit):
            yield code, hit


def _holds(doc: Doc, code: str, hit: Hit) -> bool:
    before = doc.text[max(0, hit.start - 30) : hit.start]
    if code in ("saw_professional", "self_treated"):
        said = doc.text[hit.start : hit.end]
        if _ASKED.search(before):
            return False
        if said.startswith(("see ", "take ", "use ", "go ", "apply ", "try ", "put ")):
            return not _TELLS_YOU.search(before) and doc.sentence(hit.start)[0] != hit.start
    if code == "recommended_provider":
        return not _ASKS_FOR_ONE.search(doc.text, max(0, hit.start - 30), hit.end)
    if code in ("self_treated", "second_opinion"):
        return not is_planned(doc, hit) or code == "second_opinion"
    return True
