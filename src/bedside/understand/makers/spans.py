"""Time to a diagnosis that is told without "it took": from two ages, two years, or a stretch beside the condition's name."""

import re

from bedside.understand.doc import Doc
from bedside.understand.makers.conditions import is_condition, spoken_conditions
from bedside.understand.makers.dated import told_by_dates

__all__ = ["months_told", "of_one_visit"]

_TO = re.compile(
    r" (?:until|till|til|before|took|taken|between|from|of being told|without|to get|later|doctors?|drs?|gps?|consultants?|"
    r"specialists?|tests?|looked for|searching|for the|before anyone|then|and finally|that's all|waited) "
)
_NOT = re.compile(
    r" (?:ago|old|since i|in remission|free|sober|now and|married|course of|on|of treatment|home in|out in|discharged in|work in) ?$|^ (?:ago|old|of age|later i was|to recover|to heal|to get (?:over|better)|to find an?|on from|to (?:accept|tell|come to|adjust|process|learn|admit|grieve|understand)|of hell but) "
)

_ONE_VISIT = re.compile(
    r" (?:waiting list|(?:get|see|have|hear|with) (?:the|my|any|his|her) results?|(?:wait|waits|waited|waiting) (?:\S+ ){0,4}(?:for|is) (?:\S+ ){1,4}"
    r"(?:tests?|scans?|appointments?|ultrasound|mri|ct|panel|screening|slot|biopsy|weeks|months|days)) "
)


def of_one_visit(doc: Doc, place: int) -> bool:
    """Whether the sentence around a place tells of the wait for one appointment, test or result: no way to a diagnosis."""
    start, end = doc.sentence(place)
    return bool(_ONE_VISIT.search(doc.text, start - 1, end + 1))


def months_told(doc: Doc) -> tuple[float, tuple[int, int], str] | None:
    """Months, the words that tell them, and from when; None where a post tells no way to a condition.

    Parameters
    ----------
    doc : Doc
    """
    if not any(is_condition(doc, term) for term in doc.terms) and not spoken_conditions(doc):
        return None
    return told_by_dates(doc) or _from_stretch(doc)


def _from_stretch(doc: Doc) -> tuple[float, tuple[int, int], str] | None:
    """The first stretch within a sentence of a condition's name, where "until", "before" or doctors stand beside it."""
    named = {doc.sentence_at(t.start) for t in doc.terms if t.entry.kind == "condition"}
    for told in doc.durations:
        here = doc.sentence_at(told.start)
        if not {here - 1, here, here + 1, here + 2} & named:
            continue
        start, end = doc.sentence(told.start)
        before, after = doc.text[start - 1 : told.start], doc.text[told.end : end + 1]
        if _NOT.search(before[-14:]) or _NOT.search(after[:20]):
            continue
        if any(t.entry.kind in ("drug", "procedure") for t in doc.terms_in(here)):
            continue  # a course, or a time since an operation
        if _RECOVERED.search(before) or of_one_visit(doc, told.start):
            continue
        around = doc.text[start - 1 : doc.sentences[min(here + 1, len(doc.sentences) - 1)][1] + 1]
        if not _WAY.search(around):
            continue
        if _TO.search(f"{before} {after} ") and not _SO_FAR.search(before[-24:]):
            return told.months, (told.start, told.end), "unstated"
    return None


_RECOVERED = re.compile(
    r" (?:recover\w+|getting over|heal\w*|rehab\w*|took care|cared for|caring for|look\w* after) (?:\S+ ){0,6}$"
)
_WAY = re.compile(
    r" (?:diagnos\w+|told|told me|dismissed|being told|until|till|before anyone|it was|turned out|doctors|drs|gps|looked for|took) "
)
_SO_FAR = re.compile(
    r" (?:for the (?:last|past)|in the (?:last|past)|been|every|next|the last|the past|lived with it|had it) (?:\w+ )?$"
)
