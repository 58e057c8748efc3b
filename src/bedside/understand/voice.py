"""Who writes a post, and whose experience it tells: from the bio, the declared role and what the post says of itself."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside.understand.book import Hit
from bedside.understand.manner import LONG, speaks_as_clinic
from bedside.understand.opining import own_body, told_of_self

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["Voice", "hear_voice"]

Places = tuple[tuple[int, int], ...]

_YOU = re.compile(r" (?:you|your|you're|u|yourself) ")
_FIRST = re.compile(r" (?:i|i'm|i've|i'd|i'll|me|my|myself|mine|we|our|us) ")
_I = re.compile(r" (?:i|i'm|i've|i'd|i'll|my|me|mine) ")
_MINE = re.compile(
    r" (?:(?:i've|i'd|me|myself|mine)(?= )|(?:i was|i am|i'm) (?!(?:so |very |really )?(?:sorry|glad|happy for|sure)))"
)
_THIRD = re.compile(r" (?:he|she|his|her|him|he's|she's|hers) ")
_MEANT = re.compile(
    r" (?:sorry|you're|you are|you look|you had|you were|you have|you did|you've|hope you|glad you|your (?:skin|story|post|doctor|experience|"
    r"results|journey|face|body|pain|comment|dad|mum|mom|son|daughter|wife|husband)|for you|of you|with you|congrat\w*|thank you|good luck) "
)
_FOR_ALL = re.compile(
    r" (?:your site|your website|your institute|anyone|everyone|all of you|any of you|if you're|if you are|if you have) "
)
_BODILY = re.compile(
    r" (?:i've|i'd|i had|i have|i get|i got|i was|i took|i take|i feel|i can't|i can|i need|my|me|mine|myself) "
)
_ANYONE = re.compile(
    r" (?:anyone|everyone|people|those|patients|users|someone|somebody|women|men|children|subreddit|research project|doing a project|school project) "
)
_GENERAL = re.compile(
    r" (?:can|do|does|is|are|what|how|why|will|should|which) (?!(?:it|this|that|my|i|these|could this|could it) )"
)
_ACTS = (
    "do.saw_professional", "do.searched_online", "do.started_treatment", "do.stopped_treatment", "crisis.any",
    "do.sought_test_or_referral", "stage.tests_referral", "stage.diagnosis", "mode.phone", "mode.video",
)  # fmt: skip
"""What people tell of themselves without an "I": "saw the GP", "diagnosed at 24"."""
_SENSED = re.compile(
    r" (?:experiencing|having|suffering|diagnosed with|year old|y o|male|female|pain in|feeling|need (?:advice|help)|"
    r"weeks pregnant|(?:[.?!§¶,]|now) (?:have|had|been|got|is it)) "
)
_BEGINS = re.compile(
    r" (?:(?:was |been |just |recently |newly |got )?diagnosed with|(?:been |now )?suffering (?:from|with)|experiencing|tested positive|in (?:the )?(?:hospital|er|icu) |stage \w+ |had (?:an? )?(?:surgery|mri|ct|scan|operation)) "
)
"""How people begin who leave out the "I"."""
_RELATION = {
    "parent": "lad lass eldest youngest stepson stepdaughter son sons daughter daughters baby child kid kids children toddler twins dd ds lo boy girl one",
    "partner": "missus wife husband hubby partner boyfriend girlfriend fiance fiancee fiancé dh",
    "child": "mum mom mummy mother dad father parents",
    "sibling": "brother sister",
    "grandchild": "granny nana grandpa gran nan grandma grandad grandfather grandmother",
}
_KIN_OF = {word: detail for detail, words in _RELATION.items() for word in words.split()}
_CLINICIANS = {
    "gp": "GP", "nurse": "nurse", "rn": "nurse", "pharmacist": "pharmacist", "student": "student", "midwife": "midwife",
    "psychologist": "psychologist", "therapist": "therapist", "physiotherapist": "physiotherapist", "paramedic": "paramedic",
    "dentist": "dentist", "dietitian": "dietitian",
}  # fmt: skip
_SPECIALIST = re.compile(r"\w+(?:ologist|iatrist|iatrician)|surgeon|consultant|registrar|resident")


@dataclass(frozen=True, slots=True)
class Voice:
    """Role, its detail, whose experience, how sure, and the words that say so."""

    role: str
    experiencer: str
    detail: str | None = None
    score: float = 0.5
    places: Places = ()


def hear_voice(doc: "Doc") -> Voice:
    """Role and experiencer of a post.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    Voice
        Declared roles win over self-statements, those over the manner of speaking. Roles and experiencers are
        the codes of the codebook.

    Notes
    -----
    A reply that gives advice in a clinic's manner ("consult a", "is indicated", "regards") and tells nothing of its
    own is taken for a clinician's; the score says that this is weaker than a statement.
    """
    for rule in (_declared, _asks_for_work, _clinician, _organisation, _answer, _family_or_patient):
        voice = rule(doc)
        if voice is not None:
            return voice
    return Voice("unclear", _whose(doc), score=0.4)


def _declared(doc: "Doc") -> Voice | None:
    if doc.post.account_kind == "organisation":
        return Voice("organisation", "general", score=0.95)
    about = doc.says_of_self
    if about("bio.clinician") and (doc.post.is_reply or not own_body(doc)):
        return Voice("clinician", _addressed(doc), _clinician_kind(doc), 0.9)
    if about("bio.journalist") and not own_body(doc):
        return Voice("other", "general", "journalist", 0.8)
    if about("bio.organisation") and not own_body(doc) and not about("bio.patient"):
        return Voice("organisation", "general", None, 0.8)
    if about("bio.influencer") and not own_body(doc):
        return Voice("other", "general", "medical influencer", 0.7)
    return None


def _asks_for_work(doc: "Doc") -> Voice | None:
    """Someone who writes for their work or their studies: a journalist, a researcher, a pupil with homework."""
    said = doc.found("voice.journalist", "voice.studies")
    if not said:
        return None
    press = bool(doc.found("voice.journalist"))
    return Voice("other", "general", "journalist" if press else "student", 0.7, _places(said))


def _clinician(doc: "Doc") -> Voice | None:
    said = doc.found("voice.clinician")
    if not said or (len(said) < 2 and _as_a_patient(doc)):
        return None
    return Voice("clinician", _addressed(doc), _clinician_kind(doc), 0.85, _places(said))


def _as_a_patient(doc: "Doc") -> bool:
    """Whether someone who says their profession tells of care that they or theirs had: "I am a nurse myself"."""
    own = own_body(doc)
    return doc.post.kind == "review" or len(own) >= max(2, 1 + len(_YOU.findall(doc.text)))


def _organisation(doc: "Doc") -> Voice | None:
    said = doc.found("voice.organisation")
    if not said or _I.search(doc.text) or (len(said) < 2 and doc.words > 60):
        return None
    if len(said) < 2 and (own_body(doc) or doc.found("voice.kin") or doc.names_service):
        return None
    return Voice("organisation", "general", None, 0.7, _places(said))


def _answer(doc: "Doc") -> Voice | None:
    """Advice in a clinic's manner from someone who tells nothing of their own."""
    places = speaks_as_clinic(doc)
    return None if places is None else Voice("clinician", "other_person", None, 0.6, places)


def _family_or_patient(doc: "Doc") -> Voice | None:
    kin, own = doc.found("voice.kin"), own_body(doc)
    carer = doc.found("voice.carer")
    detail = _kin_detail(doc, kin)
    if carer or (kin and _about_kin(doc, kin, own)):
        whose = (
            "own"
            if kin and len(own) > 3 * len(kin) + 3 and not _THIRD.search(doc.text)
            else "cared_for"
        )
        return Voice("family_or_carer", whose, detail, 0.8, _places(carer or kin))
    if own and not _speaks_to_you(doc):
        return Voice("patient", "own", None, 0.85, _places(own))
    if doc.says_of_self("bio.patient"):
        return Voice("patient", "own", None, 0.8)
    if doc.says_of_self("bio.carer") and kin:
        return Voice("family_or_carer", "cared_for", detail, 0.8, _places(kin))
    if _BEGINS.match(doc.text) and doc.terms and not doc.post.is_reply and not _speaks_to_you(doc):
        return Voice("patient", "own", None, 0.5)
    used = doc.found("voice.user")
    told = told_of_self(doc)
    if (_MINE.search(told) or _names_own(doc, told)) and doc.terms and not _general_question(doc):
        return Voice("patient", "own", None, 0.6, _places(used))
    if doc.post.kind in ("review", "response") or len(used) > 1:
        return Voice("patient", "own", None, 0.5, _places(used))
    return _without_an_i(doc, told) or _by_default(doc)


def _without_an_i(doc: "Doc", told: str) -> Voice | None:
    """People who leave out the "I": "saw the GP", "having a sore throat"; not an article, nor one who only opines."""
    if told != doc.text or _YOU.search(doc.text) or _article(doc):
        return None  # "get a scan" of someone who has an opinion is an order
    acted = doc.found(*_ACTS, *(("voice.told",) if doc.terms else ()))
    if acted and not _general_question(doc):
        return Voice("patient", "own", None, 0.5, _places(acted))
    if _SENSED.search(doc.text) and doc.terms and not doc.post.is_reply:
        return Voice("patient", "own", None, 0.5)
    return None


def _article(doc: "Doc") -> bool:
    """Whether a text is long and has nobody in it who speaks."""
    return doc.words > LONG and not _FIRST.search(doc.text)


def _speaks_to_you(doc: "Doc") -> bool:
    """Whether a short text is about the one it addresses, with an I that only wonders or feels for them."""
    you = len(_YOU.findall(doc.text))
    return you >= 3 and doc.words < 120 and you >= 2 * len(_I.findall(told_of_self(doc)))


def _by_default(doc: "Doc") -> Voice | None:
    """A body that hurts in a post that asks, or care that is praised or blamed, is the writer's own unless said otherwise."""
    if doc.post.is_reply or _general_question(doc):
        return None
    if doc.names_service and not _YOU.search(doc.text):
        return Voice("patient", "own", None, 0.45)
    ill = doc.found("gate.complaint") or doc.terms
    if not ill or _ANYONE.search(doc.text) or _YOU.search(doc.text):
        return None
    if _BODILY.search(told_of_self(doc)) and (doc.words > 4 or doc.terms):
        return Voice("patient", "own", None, 0.45)
    if doc.found("ask.mark", "ask.words") and doc.found("gate.complaint"):
        return Voice("patient", "own", None, 0.4)
    return None


def _about_kin(doc: "Doc", kin: list[Hit], own: list[Hit]) -> bool:
    """Whether the writer's relative, not the writer, is whom the post is about."""
    third = len(_THIRD.findall(doc.text))
    weight = 1.5 * len(kin) + min(third, 6) * 0.7
    if kin[0].start < 60:
        weight += 2
    own_health = len(own)
    return weight > own_health + 0.5 or (kin[0].start < 40 and weight >= 0.6 * own_health)


def _names_own(doc: "Doc", told: str) -> bool:
    """Whether a symptom or condition stands near an "I" or "my", and nobody is addressed."""
    if _YOU.search(doc.text):
        return False
    return any(
        term.entry.kind in ("symptom", "condition")
        and _FIRST.search(told, max(0, term.start - 40), term.end + 40)
        for term in doc.terms
    )


def _whose(doc: "Doc") -> str:
    told = told_of_self(doc)
    if _general_question(doc) and not _FIRST.search(told):
        return "general"
    if _YOU.search(doc.text):
        meant = doc.post.is_reply or _MEANT.search(doc.text) or " ? " in doc.text
        return "other_person" if meant and not _FOR_ALL.search(doc.text) else "general"
    if _FIRST.search(told) and doc.terms and " ? " in doc.text:
        return "own"
    if doc.terms and " ? " in doc.text and not doc.post.is_reply:
        return "own"
    return "general"


def _general_question(doc: "Doc") -> bool:
    return bool(_GENERAL.match(doc.text[doc.sentences[0][0] - 1 :])) if doc.sentences else False


def _addressed(doc: "Doc") -> str:
    """Whose matter a professional speaks of: someone's in particular, or people's in general."""
    if doc.post.is_reply or _YOU.search(doc.text) or _THIRD.search(doc.text):
        anyone = re.search(
            r" (?:any of you|anyone|everyone|people on|questions while|ask me) ", doc.text
        )
        return "general" if anyone and not doc.post.is_reply else "other_person"
    return "general"


def _kin_detail(doc: "Doc", kin: list[Hit]) -> str | None:
    for hit in kin:
        for word in reversed(doc.text[hit.start : hit.end].split()):
            detail = _KIN_OF.get(word.removesuffix("'s"))
            if detail:
                return detail
    return None


def _clinician_kind(doc: "Doc") -> str | None:
    words = f"{doc.post.bio} {doc.post.role_declared}".lower().split()
    for hit in doc.found("voice.clinician"):
        words += doc.text[hit.start : hit.end].split()
    for word in words:
        if word.strip(".,|") in _CLINICIANS:
            return _CLINICIANS[word.strip(".,|")]
        if _SPECIALIST.fullmatch(word.strip(".,|")):
            return "specialist"
    return None


def _places(hits: list[Hit], most: int = 3) -> Places:
    return tuple((hit.start, hit.end) for hit in hits[:most])
