"""Treatments begun, stopped, finished and changed: a verb with a treatment for its object."""

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from bedside.understand.book import Hit

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["deeds_of", "is_planned"]

REACH = 7  # words between a verb and the treatment that it is said of
_TEST = re.compile(
    r"scan|mri|ultrasound|test|x ray|biopsy|scopy$|ecg|eeg|echo|smear|mammogram|puncture"
)
_PLANNED = re.compile(
    r" (?:going to|gonna|want to|wanted to|wants? (?:me|us) to|should i|can i|could i|may i|do i|if i|if you|if|before i|before|have to wait|"
    r"need to|had to|how (?:do|can|should) i|until i|after i|when (?:should|can|will|do) i|to|i'll|will|would|might|about to|due to|"
    r"you|can|thinking (?:of|about)|considering|consider|scared to|nervous (?:to|about)|excited to|wait to|waiting to|ready to|plan on|planning on|"
    r"recommended|suggested|suggests|recommends|refused to) (?:just |even |actually |ever )?$"
)
_UNDONE = re.compile(r" (?:not|never|\w+n't|without|who|people|they|you|someone|anyone) (?:\w+ )?$")
_BY_OTHERS, _TO_ONE = re.compile(r" (?:they|you) "), re.compile(r" (?:me|us|him|her|my|it) ")
_HAD_TO = re.compile(r" (?:had to|i had to|used to) $")
_THEN = re.compile(r" (?:[.!?¶§,;]|but|and then|because|so|when|until) ")


def deeds_of(doc: "Doc") -> dict[str, list[Hit]]:
    """What was done with treatments: started, stopped, finished, switched, with the words that say so.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    dict of str to list of Hit
        Keys started, stopped, finished, switched.
    """
    objects = _objects(doc)
    found = {
        "started": [*doc.found("do.started_treatment"), *_with(doc, "deed.start", objects)],
        "stopped": [*doc.found("do.stopped_treatment"), *_with(doc, "deed.stop", objects)],
        "finished": _with(doc, "deed.finish", objects),
        "switched": doc.found("do.switched_treatment"),
    }
    if objects:
        found["switched"] = [hit for hit in found["switched"] if _near(doc, hit, objects, 10)]
    return {
        name: sorted((h for h in hits if _done(doc, h)), key=lambda h: h.start)
        for name, hits in found.items()
    }


def is_planned(doc: "Doc", hit: Hit) -> bool:
    """Whether a deed is only thought of: wanted, asked about, still to come."""
    before = doc.text[max(0, hit.start - 40) : hit.start]
    return bool(_PLANNED.search(before)) and not _HAD_TO.search(before)


def _done(doc: "Doc", hit: Hit) -> bool:
    start, end = doc.sentence(hit.start)
    if is_planned(doc, hit):
        return False
    undone = _UNDONE.search(doc.text, max(0, hit.start - 30), hit.start)
    if undone and not (
        _BY_OTHERS.search(undone[0]) and _TO_ONE.search(doc.text, hit.start, hit.end + 5)
    ):
        return False
    return not (doc.text[end - 1] == "?" and doc.text.startswith(("can ", "should ", "is "), start))


def _objects(doc: "Doc") -> list[int]:
    """Places of treatments: drugs and procedures that are no tests, and common words for them."""
    places = [
        term.start
        for term in doc.terms
        if term.entry.kind in ("drug", "procedure") and not _TEST.search(term.entry.concept)
    ]
    return sorted({*places, *(hit.start for hit in doc.found("object.treatment"))})


def _with(doc: "Doc", rule: str, objects: list[int]) -> list[Hit]:
    return [hit for hit in doc.found(rule) if _near(doc, hit, objects, REACH)]


def _near(doc: "Doc", hit: Hit, objects: list[int], reach: int) -> bool:
    at = bisect_left(objects, hit.start)
    if at == len(objects):
        return False
    place = objects[at]
    if place < hit.end:
        return True
    if place > doc.sentence(hit.start)[1] or doc.between(hit.end, place) > reach:
        return False
    return not _THEN.search(doc.text, hit.end - 1, place + 1)
