"""Questions of a post: a mark, words that ask, or an order of words that asks at the beginning of a sentence."""

import re
from typing import TYPE_CHECKING

from bedside.understand.book import Hit

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["put_to_readers", "questions_of"]

_SELF_ANSWERED = re.compile(
    r" (?:no|nope|nah|yes|yep|yeah|never|of course|absolutely|not at all|not really|well|exactly|nothing|nobody|none) [,.!]"
)
COPIED = 3  # questions to a "you" from which a long account is taken for answers to them
_YOU = re.compile(r" (?:you|your) ")
_LEAD = re.compile(
    r" (?:(?:and|so|but|hi|hello|hey|also|please|ok|okay|well|now|then|question|subject|message|title|dear|sir|doctor|dr|all|"
    r"guys|everyone|:|,|-|\*) )*$"
)
_TO_READERS = re.compile(
    r" (?:anyone|anybody|any of you|you|your|someone|please|pls|advice|tips|suggestions?|help|how (?:can|do|should) (?:i|we)|"
    r"what (?:can|should|do) (?:i|we)|(?:should|can|could|is|am|does|do) (?:i|we|my|it|this|there)) "
)


def questions_of(doc: "Doc") -> list[Hit]:
    """Questions that a post asks, in order; hollow ones ("how dare they?", "Why? No.") are none.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    list of Hit
    """
    found = doc.found("ask.mark")
    if not (found or doc.found("ask.words", "ask.order")):
        return []
    hollow = doc.found("ask.hollow") + _questionnaire(doc)
    marks = [hit for hit in found if not _is_hollow(doc, hit, hollow)]
    empty = {doc.sentence_at(hit.start) for hit in found} - {
        doc.sentence_at(hit.start) for hit in marks
    }
    words = [hit for hit in doc.found("ask.words") if not _of_others(doc, hit)]
    order = [
        hit
        for hit in doc.found("ask.order")
        if doc.sentence_at(hit.start) not in empty and _begins(doc, hit)
    ]
    return sorted([*marks, *words, *order], key=lambda hit: hit.start)


def put_to_readers(doc: "Doc") -> list[Hit]:
    """Questions put to whoever reads: not a clinician's, and of a service's review only those that ask for help."""
    if doc.voice.role == "organisation" or (
        doc.voice.role == "clinician" and (doc.post.is_reply or doc.voice.score < 0.8)
    ):
        return []
    if doc.post.kind in ("review", "response"):
        return []
    if doc.of_service:
        return [
            hit
            for hit in doc.questions
            if _TO_READERS.search(doc.text, max(0, doc.sentence(hit.start)[0] - 1), hit.end + 1)
            and hit.start > len(doc.text) // 2
        ]
    return doc.questions


def _questionnaire(doc: "Doc") -> list[Hit]:
    """Questions put to a "you" that the writer copied to answer them one by one."""
    asked = [
        (start, end)
        for start, end in doc.sentences
        if doc.text[end - 1] == "?" and _YOU.search(doc.text, start - 1, end)
    ]
    if len(asked) < COPIED or doc.words < 40 * COPIED:
        return []
    return [Hit(start, end) for start, end in asked]


def _is_hollow(doc: "Doc", mark: Hit, hollow: list[Hit]) -> bool:
    start, end = doc.sentence(mark.start)
    if any(hit.start <= mark.start < hit.end for hit in hollow):
        return True
    if doc.text.count(" ", start, mark.start) < 1:
        return True
    if doc.text.count('"', start, mark.start) % 2:
        return True
    return bool(_SELF_ANSWERED.match(doc.text, end)) and not doc.post.is_reply


def _of_others(doc: "Doc", hit: Hit) -> bool:
    """Whether the words tell of somebody's asking: "she would ask if I needed anything", "they let anyone else in"."""
    if doc.text.startswith(("can you", "could you", "can your", "could your"), hit.start):
        return False
    return doc.of_service and not doc.text.endswith("?", 0, doc.sentence(hit.start)[1])


def _begins(doc: "Doc", hit: Hit) -> bool:
    start, end = doc.sentence(hit.start)
    if doc.text[end - 1] in ".!" and (doc.words > 25 or doc.between(hit.start, hit.end) > 0):
        return False
    return bool(_LEAD.fullmatch(f" {doc.text[start : hit.start]}"))
