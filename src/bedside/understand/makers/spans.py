"""Time to a diagnosis that is told without "it took": from two ages, two years, or a stretch beside the condition's name."""

import re

from bedside.understand.doc import Doc
from bedside.understand.makers.conditions import is_condition, spoken_conditions
from bedside.understand.numbers import durations, number
from bedside.understand.phrases import NUMBER

__all__ = ["months_told"]

FURTHEST = 80  # years between two ages or dates of one way to a diagnosis
_AGES = re.compile(
    rf" (?:at|age|aged|was|turned|since age|since i was|of|in my|age of|came at|only|just|and) (?P<age>\d\d?|{NUMBER})"
    r"(?= (?:years old|yrs old|yo|y o|when|my|the|that|diagnosed|, |\. |and |with |i |by |told|confirmed|year old|in class|for |a |symptoms|before|until|till|though|although|after|since|finally|someone|somebody|it |they |he |she |we |a doctor|an |:|;|§|¶))"
)
_YEARS = re.compile(r" (?P<year>(?:19|20)\d\d) ")
_TOLD = re.compile(
    r" (?:diagnos\w+|dx|confirmed|said|gave|word|told me|told that|finally|label\w*|the name|a name|gave me the|found (?:it|out|that)|answer) "
)
_ONSET = re.compile(
    r" (?:first|began|begin\w*|start\w*|since|symptoms?|sick|ill|pain|period|fell|noticed|complain\w*|told|tremor|symptom|came|lump|complain\w*|told a doctor|went to sleep) "
)
_TO = re.compile(
    r" (?:until|till|til|before|took|taken|between|from|of being told|without|to get|later|doctors?|drs?|gps?|consultants?|"
    r"specialists?|tests?|looked for|searching|for the|before anyone|then|and finally|that's all|waited) "
)
_NOT = re.compile(
    r" (?:ago|old|since i|in remission|free|sober|now and|married|course of|on|of treatment) ?$|^ (?:ago|old|of age|later i was|to recover|to heal|to get (?:over|better)) "
)


def months_told(doc: Doc) -> tuple[float, tuple[int, int], str] | None:
    """Months, the words that tell them, and from when; None where a post tells no way to a condition.

    Parameters
    ----------
    doc : Doc
    """
    if not any(is_condition(doc, term) for term in doc.terms) and not spoken_conditions(doc):
        return None
    return _from_ages(doc) or _from_years(doc) or _from_stretch(doc)


def _from_ages(doc: Doc) -> tuple[float, tuple[int, int], str] | None:
    ages = [
        (value, match.span("age"))
        for match in _AGES.finditer(doc.text)
        if (value := number(match["age"])) is not None
        and match["age"] not in ("a", "an", "one")
        and 1 < value < 100
    ]
    for place, (begun, _) in enumerate(ages):
        for ended, where in ages[place + 1 :]:
            near = doc.text[max(0, where[0] - 60) : where[1] + 60]
            if begun < ended and _TOLD.search(near) and _ONSET.search(doc.text, 0, where[0]):
                return 12 * (ended - begun), where, "first_symptoms"
    return None


def _from_years(doc: Doc) -> tuple[float, tuple[int, int], str] | None:
    years = [(int(match["year"]), match.span("year")) for match in _YEARS.finditer(doc.text)]
    for place, (begun, _) in enumerate(years):
        for ended, where in years[place + 1 :]:
            near = doc.text[max(0, where[0] - 60) : where[1] + 60]
            if 0 < ended - begun < FURTHEST and _TOLD.search(near):
                return 12.0 * (ended - begun), where, "first_symptoms"
    return None


def _from_stretch(doc: Doc) -> tuple[float, tuple[int, int], str] | None:
    """The first stretch within a sentence of a condition's name, where "until", "before" or doctors stand beside it."""
    named = {doc.sentence_at(t.start) for t in doc.terms if t.entry.kind == "condition"}
    for told in durations(doc.text):
        here = doc.sentence_at(told.start)
        if not {here - 1, here, here + 1, here + 2} & named:
            continue
        start, end = doc.sentence(told.start)
        before, after = doc.text[start - 1 : told.start], doc.text[told.end : end + 1]
        if _NOT.search(before[-14:]) or _NOT.search(after[:20]):
            continue
        if any(t.entry.kind in ("drug", "procedure") for t in doc.terms_in(here)):
            continue  # a course, or a time since an operation
        around = doc.text[start - 1 : doc.sentences[min(here + 1, len(doc.sentences) - 1)][1] + 1]
        if not _WAY.search(around):
            continue
        if _TO.search(f"{before} {after} ") and not _SO_FAR.search(before[-24:]):
            return told.months, (told.start, told.end), "unstated"
    return None


_WAY = re.compile(
    r" (?:diagnos\w+|told|told me|dismissed|being told|until|till|before anyone|it was|turned out|doctors|drs|gps|looked for|took) "
)
_SO_FAR = re.compile(
    r" (?:for the (?:last|past)|in the (?:last|past)|been|every|next|the last|the past|lived with it|had it) (?:\w+ )?$"
)
