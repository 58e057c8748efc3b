"""What people think (F29): questions, beliefs, expectations, preferences, doubt and trust."""

import re
from collections.abc import Iterator, Sequence

from bedside.understand.book import Hit
from bedside.understand.doc import Doc

__all__ = ["thinks"]

_DENIED = re.compile(
    r" (?:not|n't|isn't|wasn't|don't|never|without) (?:\w+ ){0,2}(?:asking|looking|need|want)\w* (?:\w+ ){0,3}$"
)
_STATES = re.compile(
    r" (?:is|are|was|were|can|may|might|could|will|cause|causes|caused|helps?|reduces?|improves?|increases?|decreases?|leads?|"
    r"shows?|seems?|does|doesn't|don't|means?|prevents?|isn't|aren't|has|have|works?|worsens?) "
)
_COURTESY = re.compile(
    r" (?:regards|thanks|thank|welcome|hope|let me know|wish|good luck|take care|revert|consult me) "
)


def thinks(doc: Doc, found: Sequence[tuple[str, Hit]]) -> Iterator[tuple[str, Hit]]:
    """Codes of `think` with their places.

    Parameters
    ----------
    doc : Doc
    found : sequence of (code, Hit)
        What the phrases of the layer say and the context does not take away.
    """
    if doc.voice.role != "organisation":
        for hit in _questions(doc):
            yield "question", hit
    for code, hit in found:
        if code == "belief":
            if _believes(doc, hit):
                yield code, hit
        elif code != "doubt" or not _DENIED.search(doc.text, max(0, hit.start - 40), hit.start):
            yield code, hit
    if doc.voice.role == "clinician":
        for hit in doc.acts.get("diagnosis_opinion", ()) or _statements(doc):
            yield "belief", hit


def _questions(doc: Doc) -> list[Hit]:
    if doc.voice.role == "clinician" and (doc.post.is_reply or doc.voice.score < 0.8):
        return []
    return doc.questions


def _believes(doc: Doc, hit: Hit) -> bool:
    """A belief is about health, stated and not asked; in the account of a service only what the writer says they think."""
    number = doc.sentence_at(hit.start)
    end = doc.sentences[number][1]
    if number not in doc.about_health or doc.text[end - 1] == "?":
        return False
    if doc.of_service:
        return doc.text.startswith(("i ", "i'm "), hit.start) and bool(doc.terms)
    return True


def _statements(doc: Doc) -> Iterator[Hit]:
    """What a professional states about illness or treatment."""
    named = {doc.sentence_at(term.start) for term in doc.terms}
    for number in sorted(named):
        start, end = doc.sentences[number]
        said = doc.text[start - 1 : end + 1]
        if doc.text[end - 1] != "?" and _STATES.search(said) and not _COURTESY.search(said):
            yield Hit(start, end)
            return
