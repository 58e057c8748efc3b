"""A wait that is still going on: how long somebody without a diagnosis says that it has lasted so far (F26, R51)."""

import re

from bedside.understand.doc import Doc
from bedside.understand.makers.waits import since_of
from bedside.understand.numbers import Duration

__all__ = ["waited_so_far"]

_NOT_YET = re.compile(
    r" (?:undiagnosed|(?:no|without|without any|without a|no real|no proper|no firm|no official) (?:diagnosis|answers?|explanation|name for)|"
    r"no (?:one|doctor|gp|consultant) (?:knows|can (?:tell|say|explain)|has (?:told|been able|found|explained))|nobody (?:knows|can (?:tell|say|explain)|has (?:told|found|explained))|"
    r"still (?:\S+ ){0,3}?(?:waiting|no nearer|no closer|none the wiser|searching|looking for|trying to (?:get|find)|fighting (?:for|to)|in the dark|don't know|not know)|"
    r"(?:not|never|\w+n't|yet to) (?:\S+ ){0,3}?(?:diagnos\w+|found (?:out|the cause|anything|what))|"
    r"(?:await\w*|waiting (?:\S+ ){0,4}?(?:for|on|to (?:see|get|have))) (?:a |an |my |the |to see )?(?:\S+ ){0,2}?(?:diagnosis|appointment|referral|scan|mri|ct|ultrasound|laparoscopy|lap|biopsy|"
    r"colonoscopy|endoscopy|results?|specialist|consultant|clinic|assessment|gastro\w*|gyn\w+|neuro\w*|rheum\w*|derm\w*)|"
    r"on (?:the|a) waiting list) "
)
_SO_FAR_BEFORE = re.compile(
    r" (?:for|been|past|last|this|it's|its|over|into|nearly|almost|about|around|waiting|waited|spent|suffering|struggling|had) "
    r"(?:(?:the|about|around|over|nearly|almost|well over|more than|at least|like|past|last|for|going on|coming up to|roughly|only|just) ){0,3}$"
)
_SO_FAR_AFTER = re.compile(
    r" (?:now|and counting|so far|on|in|and still|of (?:this|it|pain|symptoms?|waiting|tests?|being|appointments?|asking|hell|agony|not|going|trying|suffering|bleeding|fatigue|doctors?|phone)|"
    r"without|undiagnosed|later and|later still|waiting|(?:\S+ ){0,2}and (?:still|no)) "
)
_BEGAN = re.compile(
    r" (?:start\w*|began|begun|first|noticed|came on|went to (?:the|my)|referred|saw) "
)
_ELSE = re.compile(
    r" (?:months?|weeks?|years?|yrs?) (?:old|of age|pregnant|gone|post|clean|sober|free|into)\b"
)
_AGO = re.compile(r" ago\b")


def waited_so_far(doc: Doc) -> tuple[float, tuple[int, int], str] | None:
    """Months that a wait for a diagnosis has lasted, the words that tell them, and from when; None where none is told.

    Parameters
    ----------
    doc : Doc

    Notes
    -----
    A stretch of time counts in a sentence that says there is no diagnosis yet, or in one beside it, where its words say
    that it lasts ("for three years now") or name its beginning ("started two years ago").
    """
    open_still = {doc.sentence_at(m.start() + 1) for m in _NOT_YET.finditer(doc.text)}
    if not open_still:
        return None
    near = {number + step for number in open_still for step in (-1, 0, 1)}
    for told in doc.durations:
        here = doc.sentence_at(told.start)
        if here in near and _lasts(doc, told, doc.sentences[here]):
            return told.months, (told.start, told.end), since_of(doc, *doc.sentences[here])
    return None


def _lasts(doc: Doc, told: Duration, sentence: tuple[int, int]) -> bool:
    """Whether a stretch is time that has passed until now."""
    before = doc.text[max(sentence[0] - 1, told.start - 60) : told.start]
    after = doc.text[told.end : sentence[1] + 1] + " "
    if _ELSE.search(doc.text, max(0, told.end - 8), told.end + 12):
        return False
    if _AGO.match(after):
        return bool(_BEGAN.search(before))
    return bool(_SO_FAR_BEFORE.search(before) or _SO_FAR_AFTER.match(after))
