"""Advice of a post: words that tell a reader what to do."""

import re
from typing import TYPE_CHECKING

from bedside.understand.book import Hit

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["advice_of"]

_LEAD = re.compile(
    r" (?:(?:and|so|but|also|please|pls|just|definitely|always|then|or|plus|instead|otherwise|honestly|first|firstly|secondly|"
    r"lastly|finally|maybe|hi|hello|hey|ok|okay|yes|yeah|no|edit|\d+|:|,|-|\*|•|\)) )*$"
)
_NOT_HEALTH = re.compile(r" (?:subreddit|sub|post|thread|link|comment|username|rules|mods?) ")
_OWN_PLACE = re.compile(
    r" (?:the|this|their|your) (?:\w+ )?(?:course|group|service|team|staff|ward|centre|home) "
)


def advice_of(doc: "Doc") -> list[Hit]:
    """What a post advises whoever reads it, in order of place; a professional's acts count as advice.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    list of Hit
    """
    if doc.voice.role == "clinician":
        return _of_professional(doc)
    if doc.post.kind in ("review", "response") or doc.of_service:
        return []
    found = [hit for hit in doc.found("advise.i") if not _OWN_PLACE.match(doc.text, hit.end - 4)]
    found += [hit for hit in doc.found("advise.you") if not _asked(doc, hit)]
    found += [hit for hit in doc.found("advise.order") if _orders(doc, hit)]
    return sorted(found, key=lambda hit: hit.start)


def _of_professional(doc: "Doc") -> list[Hit]:
    acts = doc.acts
    told = [
        hit for code, hits in acts.items() if code not in ("empathy", "asks_back") for hit in hits
    ]
    return told or (doc.found("voice.answer") if acts and doc.post.is_reply else [])


def _asked(doc: "Doc", hit: Hit) -> bool:
    end = doc.sentence(hit.start)[1]
    if doc.text[end - 1] == "?":
        return not doc.text.startswith(("have you", "did you"), hit.start)
    return doc.text.startswith(("if", "when"), hit.start) and hit.end > end


def _orders(doc: "Doc", hit: Hit) -> bool:
    """Whether a verb without a subject begins the sentence, and it is no question."""
    start, end = doc.sentence(hit.start)
    if doc.text[end - 1] == "?" or _NOT_HEALTH.search(doc.text, start - 1, end + 1):
        return False
    return bool(_LEAD.fullmatch(f" {doc.text[start : hit.start]}"))
