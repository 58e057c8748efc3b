"""Parts of a professional's correction: the fact, a warning of the myth, the fallacy explained, the fact again."""

import re
from typing import TYPE_CHECKING

from bedside.understand.book import Hit

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["parts_of_correction"]

_IMPERATIVE = re.compile(
    r" (?:please|do|don't|take|see|ask|go|get|call|ring|use|keep|stop|try|avoid|consult|drink|eat|have|read|follow) "
)
_STATES = re.compile(
    r" (?:is|are|was|were|has|have|does|do|can|cannot|can't|doesn't|don't|isn't|aren't|will|won't|means?|causes?|contains?|works?|helps?|shows?|needs?) "
)


def parts_of_correction(doc: "Doc") -> dict[str, list[Hit]]:
    """Which parts a correction holds; empty where the post corrects nothing.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    dict of str to list of Hit
        states_fact, warns, explains_fallacy, repeats_fact, each with the sentences or words that do it.

    Notes
    -----
    The order is that of a refutation as Lewandowsky et al. (2020, The Debunking Handbook,
    doi:10.17910/b7.1182) advise it. The fact is repeated where one is stated again after the warning or the
    explanation.
    """
    corrected = doc.acts.get("correction")
    if not corrected:
        return {}
    near = {doc.sentence_at(hit.start) + step for hit in corrected for step in (-1, 0, 1, 2)}
    warns = [h for h in doc.found("correct.warns") if doc.sentence_at(h.start) in near]
    explains = [h for h in doc.found("correct.explains") if doc.sentence_at(h.start) in near]
    facts = _facts(doc, sorted(near), warns)
    turn = max((doc.sentence_at(hit.start) for hit in [*warns, *explains]), default=None)
    found = {
        "states_fact": facts[:1],
        "warns": warns,
        "explains_fallacy": explains,
        "repeats_fact": [
            hit for hit in facts[1:] if turn is not None and doc.sentence_at(hit.start) > turn
        ][:1],
    }
    return {part: hits for part, hits in found.items() if hits}


def _facts(doc: "Doc", numbers: list[int], warns: list[Hit]) -> list[Hit]:
    """Sentences around the correction that state how it is, and neither advise, ask nor only name the myth."""
    told = {doc.sentence_at(hit.start) for hit in warns}
    named = {doc.sentence_at(term.start) for term in doc.terms}
    found = []
    for number in numbers:
        if not 0 <= number < len(doc.sentences):
            continue
        start, end = doc.sentences[number]
        said = doc.text[start - 1 : end + 1]
        if doc.text[end - 1] == "?" or _IMPERATIVE.match(said):
            continue
        if number not in named and not _STATES.search(said):
            continue
        if number not in told or doc.text.find(" fact ", start - 1, end) >= 0:
            found.append(Hit(start, end))
    return found
