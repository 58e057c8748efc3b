"""Whether a text answers in a clinic's manner: set phrases, terms, tests advised and illnesses weighed, against an I with a life."""

import re
from typing import TYPE_CHECKING

from bedside.understand.book import Hit
from bedside.understand.opining import own_body, told_of_self

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["LONG", "speaks_as_clinic"]

Places = tuple[tuple[int, int], ...]
ANSWERS, ANSWERS_ALONE = 1.7, 2.6
"""Weight from which a reply, and a text that answers nobody known, is taken for a clinician's answer."""
_ACTING = (
    ("act.referral", 0.7), ("act.opinion", 0.6), ("act.lifestyle", 0.3), ("act.safety_net", 0.3),
    ("act.reassurance", 0.3),
)  # fmt: skip
_ASKED_BACK = re.compile(
    r" (?:do|does|did|are|were|have|has|is|was|when did|how long (?:have|has|is|did)|how old (?:are|is)|what (?:is|are|was)|which|what|why are|how (?:is|are|did)) "
    r"(?:you|u|your|ur|he|she|his|her|the (?:baby|child|patient|pain|lump|rash)) [^?]*(?= \? )"
)
"""A question that is put to the one who asked, or about the patient: it speaks for a clinician as little as against."""
_ADDRESSED = re.compile(r" (?:you|your|you're|u|ur|he|she|his|her|him|it's|please|kindly) ")
LONG = 160  # words to one word that addresses somebody; more is an article and no answer
_BEGS = re.compile(
    r" (?:(?:wish|want) to (?:know|enquire|inquire|ask)|seek(?:ing)? (?:help|advice|your)|please (?:inform|advise|help|guide|suggest|advice) (?:me|us|what|how|if|on)|"
    r"(?:i'm|i am|was|just) wondering|(?:will|would|shall) be (?:very |most |so )?(?:grateful|thankful)|(?:thanks|thank you) (?:very much |so much )?(?:in advance|for your (?:help|time|attention|assistance|answer))|"
    r"(?:not|isn't) (?:a )?(?:medical advice|doctor)|i'm no doctor|any (?:help|advice|suggestions?) (?:would|will|is|please|appreciated)|(?:dear|hi|hello|respected) (?:doctors?|sir|madam)) "
)
"""What someone says who asks, or who says to be no doctor."""
_PAIRS = (("act.test", "act.advise"), ("act.drug", "act.dosing"))
PAIRED = 0.7
MOST_ACTING = 2 * sum(worth for _, worth in _ACTING) + PAIRED * len(_PAIRS)
_PERSONAL = re.compile(
    r" (?:my|me|i've|i'm|mine|myself|we|our|us|i'd|i (?:was|had|have|am|got|take|took|feel|just|used|did|don't|also|want)) "
)
_ROUGH = re.compile(
    r" (?:lol|lmao|haha\w*|omg|wtf|imo|tbh|fuck\w*|shit\w*|bullshit|crap|damn|worked|helped (?:me|us|my)|game changer|personally) "
)


def speaks_as_clinic(doc: "Doc") -> Places | None:
    """Places that give advice in a clinic's manner, from someone who tells nothing of their own.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    tuple of (int, int), or None
        None where the text is no such answer.

    Notes
    -----
    Set phrases, terms, tests and drugs advised and illnesses weighed speak for it; an I with a body, questions of
    one's own, relatives, pleas and rough words against it. A reply needs less than a post of its own.
    """
    if not doc.terms and not doc.found("act.drug", "act.test", "act.referral"):
        return None
    if not doc.post.is_reply and (doc.post.kind == "review" or doc.text.endswith(" ? ")):
        return None
    if (
        not doc.post.is_reply
        and doc.words > LONG
        and doc.words > LONG * (1 + len(_ADDRESSED.findall(doc.text)))
    ):
        return None  # an article
    answers = doc.found("voice.answer")
    needed = ANSWERS if doc.post.is_reply else ANSWERS_ALONE
    manner = _manner(doc, answers)
    if manner + MOST_ACTING < needed:
        return None
    manner += _acting(doc)
    if manner < needed:
        return None
    needed += _against(doc)
    if manner < needed:
        return None
    if manner < needed + _personal(told_of_self(doc)) + 2 * len(_BEGS.findall(doc.text)):
        return None
    formal = [hit for hit in answers if hit.strong]
    return tuple((hit.start, hit.end) for hit in (formal or answers)[:3])


def _manner(doc: "Doc", answers: list[Hit]) -> float:
    """Weight of a clinic's manner: set phrases and terms."""
    formal = sum(hit.strong for hit in answers)
    terms = len({term.entry.concept for term in doc.terms})
    return 2 * formal + 0.6 * (len(answers) - formal) + min(0.5 * terms, 2)


def _acting(doc: "Doc") -> float:
    """Weight of acts such as a test advised or an illness weighed; at most MOST_ACTING."""
    acts = sum(worth * min(len(doc.found(rule)), 2) for rule, worth in _ACTING)
    return acts + sum(PAIRED for one, other in _PAIRS if doc.found(one) and doc.found(other))


def _against(doc: "Doc") -> float:
    """Weight of what a clinician's answer lacks: an I with a body, questions, shouting, a relative, a doctor seen."""
    asked = doc.text.count(" ? ")
    if asked:
        asked = max(0, asked - len(_ASKED_BACK.findall(doc.text)))
    return (
        2 * len(own_body(doc))
        + 1.2 * asked
        + doc.text.count(" ! ")
        + len(doc.found("voice.kin"))
        + 1.5 * len(doc.found("voice.told", "do.saw_professional"))
    )


def _personal(text: str) -> float:
    """Weight of an I with a life, and of rough words."""
    return 1.5 * len(_PERSONAL.findall(text)) + 2 * len(_ROUGH.findall(text))
