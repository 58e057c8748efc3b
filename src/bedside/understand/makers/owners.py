"""Whose illness a condition is that a post names: the writer's or a relative's, the reader's, or nobody's in particular.

A post that is its writer's own also speaks to others ("your acne"), of people in general ("patients with"), and of
illnesses as such ("acne is a skin disease", "what is the latest research on"). Those make no diagnosis record.
"""

import re

from bedside.understand.context import someone_else
from bedside.understand.doc import Doc

__all__ = ["is_of_reader", "is_theirs", "names_somebody"]

LOOK_BACK = 160  # characters of a sentence in which its person is looked for
_PERSON = re.compile(
    r" (?:(?P<you>(?:you|your|you're|you've|u|ur|yours|yourself))(?! (?:please |kindly |also )?(?:think|say|tell|advise|help|know|suggest|recommend|"
    r"explain|give|provide|send|let|see|offer|guide|treat|inform|diagnose|prescribe|all|guys|so much|for|in advance) )|(?P<mine>i|i'm|i've|i'd|i'll|me|my|mine|myself|we|we've|our|us)) "
)
_YOU = frozenset({"you", "your", "you're", "you've", "u", "ur", "yours", "yourself"})
_FAMILIES = frozenset({"family", "families", "side", "run", "runs", "ran", "running", "family's"})
_SOMEBODY = re.compile(
    r" (?:i|i'm|i've|i'd|me|my|mine|myself|we|we've|our|us|he|she|his|her|him|he's|she's|son|daughter|mum|mom|dad|mother|father|"
    r"husband|wife|partner|brother|sister|baby|child|aunt|uncle|grand\w+|nephew|niece) "
)
_PEOPLE = re.compile(
    _SOMEBODY.pattern.replace(
        " (?:i|",
        " (?:they|them|nobody|it|it's|this|that's|waiting list|on the list|year old|yr old|years old|patient|male|female|question|i|",
    )
)
_TOLD_OF = ("took.event", "gate.staff", "voice.told", "act.test", "status.later")
"""Rules whose words stand where somebody was seen, tested or told."""
_ASKS_IN_GENERAL = re.compile(
    r" (?:(?:message|subject|question|re) : )?(?:what|how|which|why|is|are|can|could|does|do|will|would|should|where|who) (?!(?:it|this|that|these|those|he|she) )"
)
_FAMILY_AFTER = re.compile(
    r" (?:\w+ ){0,2}(?:(?:in|on) (?:my|our|the|his|her) (?:\w+ ){0,2}(?:family|side)|runs? in) "
)
_FAMILY_BEFORE = re.compile(
    r" (?:family|families) (?:\w+ )?(?:history|medical history) (?:of|with|is|for) (?:\S+ ){0,5}$"
)
_STATES = re.compile(
    r" (?:is|are|was|were|can|could|may|might|will|has|have|causes?|affects?|needs?|means?|makes?|leads?|happens?|requires?|occurs?|develops?|had) "
)
_IS_A = re.compile(
    r" (?!(?:it|this|that|these|those|here) )\S+ (?:is|are) (?:an?|the|one of|some) (?:\w+ ){0,3}$"
)
_MEANT_FOR = re.compile(
    r" (?:is|are|was|were|be|been|originally|initially|drugs?|medicines?|products?|formula|chemo\w*|therapy) (?:\w+ ){0,3}?(?:made|used|meant|designed|developed|discovered|approved|indicated|intended|ideal|effective|helpful|known|in) (?:\S+ ){0,6}$|"
    r" (?:associated with|linked (?:to|with)|lead(?:s|ing)? to|results? in) (?:\S+ ){0,8}$"
)
"""What a drug or a cream is good for, in a sentence without a person."""
_OPENS = re.compile(
    r" (?:message :|subject :|question :)?(?: ?(?:the|an?|most|many|all|some|severe|chronic|acute|mild) )?(?:\w+ ){0,2}$"
)
_SAID_AT_LAST = re.compile(
    r" (?:before|until|till|for|then|finally|when|and|was|after) (?:someone|somebody|anyone|anybody|they|people|a \w+|the \w+|one) (?:\S+ ){0,3}?"
    r"(?:said|say|says|suggest\w*|mention\w*|thought|think|put|named|name|called|call|work\w*|spot\w*|recogni\w*|diagnos\w*|realis\w*|realiz\w*|found|find|told|tell|see|saw) (?:\S+ ){0,4}$"
)
"""Somebody who only said the name at last ("before anyone said coeliac"): it is not theirs."""


def is_theirs(doc: Doc, start: int, end: int, way: bool = False) -> bool:
    """Whether a condition at start..end of the canonical text is the writer's or the cared-for's.

    Parameters
    ----------
    doc : Doc
    start, end : int
        Of the condition's name.
    way : bool
        Whether the post tells the way to a diagnosis, which is somebody's also where no person is named.

    Returns
    -------
    bool
        False for an illness of the reader's, of other people's, or one spoken of in general.
    """
    if _runs_in_family(doc, start, end) or is_of_reader(doc, start):
        return False
    if not way and not _speaks_of_somebody(doc):
        return False
    if someone_else(doc, start, end) and not _SAID_AT_LAST.search(
        doc.text, max(0, start - 70), start
    ):
        return False
    return not _in_general(doc, start, end)


def _runs_in_family(doc: Doc, start: int, end: int) -> bool:
    """Whether it is told of a family, not of one of its members."""
    if _FAMILIES.isdisjoint(doc.vocabulary):
        return False
    return bool(
        _FAMILY_AFTER.match(doc.text, end)
        or _FAMILY_BEFORE.search(doc.text, max(0, start - 60), start)
    )


def is_of_reader(doc: Doc, start: int) -> bool:
    """Whether the nearest person before the condition, in its sentence, is the one addressed."""
    if _YOU.isdisjoint(doc.vocabulary) or doc.of_service:
        return False  # of a service "you" are the staff
    begin = max(doc.sentence(start)[0] - 1, start - LOOK_BACK)
    persons = [found.lastgroup for found in _PERSON.finditer(doc.text, begin, start + 1)]
    return persons[-1:] == ["you"]


def names_somebody(doc: Doc, place: int) -> bool:
    """Whether the sentence that holds a place names the writer or a relative."""
    low, high = doc.sentence(place)
    return bool(_SOMEBODY.search(doc.text, low - 1, high + 1))


def _speaks_of_somebody(doc: Doc) -> bool:
    """Whether a post names a person, asks something or tells of a service: a headline does none of these."""
    if "somebody" not in doc.memo:
        doc.memo["somebody"] = (
            doc.of_service
            or " ? " in doc.text
            or bool(_PEOPLE.search(doc.text) or doc.found(*_TOLD_OF))
        )
    told: bool = doc.memo["somebody"]
    return told


def _in_general(doc: Doc, start: int, end: int) -> bool:
    """Whether a sentence without a person states or asks something of the illness as such."""
    low, high = doc.sentence(start)
    if names_somebody(doc, start):
        return False
    if _ASKS_IN_GENERAL.match(doc.text, low - 1):
        return not (doc.found("voice.own") or doc.found("voice.kin"))
    if doc.text[high - 1] == "?":
        return False
    before = doc.text[low - 1 : start]
    if _OPENS.fullmatch(before):
        return bool(_STATES.match(doc.text, end))
    return bool(_IS_A.search(before) or _MEANT_FOR.search(before))
