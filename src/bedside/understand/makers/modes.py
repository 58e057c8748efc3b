"""How people were seen: phone, video, message or in person, what it was about, and whether they were seen after all (F28)."""

import re
from collections.abc import Iterator

from bedside.understand.asserted import coded
from bedside.understand.book import Hit
from bedside.understand.doc import Doc
from bedside.understand.lexicon import Term
from bedside.understand.makers.codes import propose_codes
from bedside.understand.makers.mode_vetoes import PROFESSIONAL, not_held
from bedside.understand.marks import Proposal

__all__ = ["REASON", "SEEN_AFTER_ALL", "VIRTUAL", "propose_modes"]

VIRTUAL = ("phone", "video", "message")
REASON, SEEN_AFTER_ALL = "reason", "seen_after_all"
CODES = ("in_person", "message", "phone", "video")  # in the order of the classifier
SURE = 0.7  # probability of a sentence from which the classifier speaks alone
HARDLY = 0.1  # probability around a place below which what the phrases found goes
_MEANS = {
    "phone": re.compile(
        r" (?:\w*phon\w*|call\w*|rang|ring|rung|rings|ringing|lines?|voice|voicemail|111|811|telehealth|tele\w+|dial\w*|hung up|helpline|speaker) "
    ),
    "video": re.compile(
        r" (?:video\w*|zoom\w*|teams|skyp\w+|facetim\w+|camera|webcam|cam|screen|virtual\w*|online|telehealth|tele\w+|remote\w*|app|ipad|laptop|tablet|link|webex) "
    ),
    "message": re.compile(
        r" (?:text\w*|messag\w*|e ?mail\w*|mail|portal|mychart|chat\w*|app|whatsapp\w*|wrote|write|writes|written|repl\w+|answer\w*|typed?|typing|form|photos?|pics?|pictures?|upload\w*|letter|online|e ?consult\w*|dm|sms|note) "
    ),
}
_AFTER_ALL = re.compile(
    r" (?:had to|ended up|still had to|eventually|finally|in the end|(?:asked|told|called|wanted|got|invited) (?:me|us|him|her)|sent (?:me|us|him|her)|so i|then i|then we|then) "
    r"(?:\S+ ){0,6}?(?:com(?:e|ing) in|go(?:ing)? in|went in|came in|be(?:ing)? seen|was seen|in person|face to face|to a (?:and|&) e|straight in|have a look|examined?|drove|the surgery) "
)
_CLINICAL = re.compile(
    r" (?:told|said|says|saying|prescri\w+|diagnos\w+|listen\w*|explain\w*|results?|bloods|dose|dosage|changed|upped|lowered|halve\w*|double\w*|"
    r"talked (?:me|us) through|went through|go through|asked (?:me|us|about|the|what|him|her|if|how|lots)|advis\w+|antibiotics?|recommend\w+|"
    r"suggest\w+|reassur\w+|reckon\w*|thought|sounded|decided|agreed|sorted|referr\w+|sent (?:me|us|him|her) (?:to|straight|for)|it's|it was|"
    r"review\w*|therapy|therapist|counsell\w+|counsel\w+|cbt|physio\w*|assessment|triage\w*|picked up|stop|start|keep|exercises|squats|symptoms|rash|lump|medication|meds|tablets?) "
)
_ADMIN = re.compile(
    r" (?:receptionist|reception|insurance|book\w*|move|moved|moving|reschedul\w*|remind\w*|reminder|cancel\w*|re ?arrang\w*|confirm\w*|"
    r"next (?:week|month|monday|tuesday|wednesday|thursday|friday)|tomorrow|wish me luck|queue|on hold|answer ?(?:ing)? ?machine|voicemail|cut off|gave up|"
    r"engaged|repeat|prescriptions?|collect|ready to|date for|quiz|grandma|funeral|wedding|party|birthday|on a stick|radio|webinar|youtube|support group|group|delivery|switchboard|"
    r"survey|feedback|rate|friends and family|admin|rules|council|benefits?|pip|job ?centre|bank|my (?:sister|mum|mom|friend|dad|wife|husband|son|daughter|brother|boss|work|mate)) "
)
_OURS = re.compile(
    r" (?:i|i'm|i've|i'd|me|my|myself|we|we've|us|our|mine) |(?:^|[.!?§¶]) (?:finally |just |so |then |and |eventually |first |only |got |been )*"
    r"(?:went|sent|had|got|saw|seen|rang|called|filled|upload\w*|email\w*|text\w*|messag\w*|whatsapp\w*|spoke|did|was|diagnosed|told|sat|drove|took|"
    r"waited|booked|been|tried|used|logged|clicked|started|phoned|facetimed|skyped|zoomed|submitted) "
)
_ASKED = re.compile(
    r" (?:anyone|anybody|does|do|did|can|could|should|would|is|are|has|will|what|how|which) "
)
_ELSEWHERE = re.compile(
    r" (?:to (?:pick up|collect|drop off|visit|see my (?:mum|dad|nan|aunt|friend|gran))|chemist|out of stock|(?:have|i've) an appointment|volunteer|told the (?:children|kids|family)|waiting room|magazine|car park|parking|vet|visiting|visited (?:mum|dad|him|her|nan|my)) "
)
_NOT_A_CALL = re.compile(
    r" (?:(?:later|further|way|years|months|weeks|somewhere) (?:on )?down the line|video calls?|couldn't get through|can't get through|no answer|no one answered|"
    r"nobody (?:answered|picks?|picked)|engaged|my (?:mum|mom|dad|sister|brother|friend|husband|wife)|call(?:ed|s|ing) (?:me |us |him |her )?(?:round|in|by|over|out to)|"
    r"(?:terrible|bad|awful|hopeless|no good|anxious|nervous|phobia|hate|dread|scared|afraid|avoid\w*) (?:\S+ ){0,2}?(?:phone|telephone|calls?|calling|ringing)) "
)
_WISHED = re.compile(
    r" (?:rather|prefer|wish|if only|want|wanted|hoping|hope|could|should|would|told to|told me to go to|can't get|cannot get|waiting for|need|offer\w*|asked for|refus\w+|will be|going to|gonna|due|please) "
    r"(?:\S+ ){0,4}$"
)
_THERE = re.compile(
    r" (?:face to face|f2f|in person|in the flesh|in clinic|at the clinic|hospital|a (?:and|&) e|his room|her room|the surgery|came to|home visit|came out|walk in|went to|went in|drove|(?:come|came|go|back|brought|called|had (?:me|us|him|her) come) (?:in|into|to)|(?:his|her|their|the) (?:office|practice|room)) "
)
_BROUGHT_IN = re.compile(
    r" (?:come|came|comes|went|go|going|brought|called|asked|told) (?:me |us |him |her |straight |back |to come )*(?:in|down|over) (?!if )"
)
_NEVER = re.compile(
    r" (?:never|nobody|no one|refus\w+|wouldn't|won't|couldn't|didn't|hasn't|haven't|still not|without) (?:\S+ ){0,4}?"
    r"(?:see|seen|saw|seeing|examin\w+|look(?:ed)? at|in person|face to face|laid eyes on|set eyes on|touched) "
)


def propose_modes(doc: Doc) -> Iterator[Proposal]:
    """Marks of the layer `mode`; those of a call, a video or a message are a group with what is said of them.

    Parameters
    ----------
    doc : Doc

    Yields
    ------
    Proposal
        Slot `reason`: the symptom, condition, medicine or procedure that the visit was about. Slot `seen_after_all`:
        concept yes or no.
    """
    found = _consultations(doc, coded(doc, "mode"))
    in_person = [hit.start for code, hit in found if code == "in_person"]
    for group, mark in enumerate(propose_codes(doc, "mode", found)):
        if mark.code not in VIRTUAL:
            yield mark
            continue
        yield mark._replace(group=group)
        about = _about(doc, mark)
        if about is not None:
            yield Proposal(
                "mode",
                None,
                ((about.start, about.end),),
                concept_id=about.entry.concept_id or None,
                concept=about.entry.concept,
                group=group,
                slot=REASON,
                moment=mark.moment,
            )
        seen = _seen(doc, mark.places[-1][1], in_person)
        if seen is not None:
            yield Proposal(
                "mode",
                None,
                (seen[1],),
                concept=seen[0],
                group=group,
                slot=SEEN_AFTER_ALL,
                moment=mark.moment,
            )


def _consultations(doc: Doc, found: list[tuple[str, Hit]]) -> list[tuple[str, Hit]]:
    """Codes that stand in a consultation: no call that books or reminds, no plan, no question, no family's call.

    Of a sentence that tells of a screen or a line, only plain words of being there say that somebody was there.
    """
    kept = [
        (code, hit)
        for code, hit in found
        if not _no_consultation(doc, code, hit) and _likely(doc, code, hit)
    ]
    kept += _heard(doc, {code for code, _ in kept})
    remote = {doc.sentence_at(hit.start) for code, hit in kept if code in VIRTUAL}
    return [
        (code, hit)
        for code, hit in kept
        if code in VIRTUAL
        or doc.sentence_at(hit.start) not in remote
        or _THERE.search(doc.text, hit.start - 1, hit.end + 40)
        or _BROUGHT_IN.search(doc.text, *_around(doc, hit.start))
    ]


def _around(doc: Doc, place: int) -> tuple[int, int]:
    start, end = doc.sentence(place)
    return start - 1, end + 1


def _heard(doc: Doc, told: set[str]) -> Iterator[tuple[str, Hit]]:
    """Modes that no phrase told and that the classifier is sure of, with the sentence that tells each."""
    if max(doc.likeliest("mode"), default=0.0) < SURE:
        return  # as in most posts
    said = doc.learnt("mode")
    for column, code in enumerate(CODES):
        if code in told:
            continue
        sentence = int(said[:, column].argmax())
        hit = Hit(*doc.sentences[sentence])
        sure = said[sentence, column] >= SURE and _by_its_means(doc, code, sentence)
        if sure and not _no_consultation(doc, code, hit):
            yield code, hit


def _by_its_means(doc: Doc, code: str, sentence: int) -> bool:
    """Whether a word of the means stands in a sentence or beside it: nobody tells of a call without one."""
    if code == "in_person":
        return True
    low = doc.sentences[max(sentence - 1, 0)][0]
    high = doc.sentences[min(sentence + 1, len(doc.sentences) - 1)][1]
    return bool(_MEANS[code].search(doc.text, low - 1, high + 1))


def _likely(doc: Doc, code: str, hit: Hit) -> bool:
    """Whether the classifier holds a mode for possible in the sentence of a place or the ones beside it."""
    here = doc.sentence_at(hit.start)
    said = doc.learnt("mode")[max(0, here - 1) : here + 2, CODES.index(code)]
    return bool(said.max() >= HARDLY)


def _no_consultation(doc: Doc, code: str, hit: Hit) -> bool:
    start, end = doc.sentence(hit.start)
    number = doc.sentence_at(hit.start)
    first = doc.sentences[max(number - 1, 0)][0]
    last = doc.sentences[min(number + 2, len(doc.sentences) - 1)][1]
    own = doc.voice.experiencer in ("own", "cared_for")
    if not own and not _OURS.search(doc.text, first - 1, last + 1):
        return True
    if doc.text[end - 1 : end] == "?" and _ASKED.search(doc.text, start - 1, end):
        return True
    if _WISHED.search(doc.text, max(start - 1, hit.start - 60), hit.start):
        return True
    if not_held(doc, code, hit):
        return True
    if code == "phone" and _NOT_A_CALL.search(doc.text, max(0, hit.start - 24), hit.end + 34):
        return True
    if code == "in_person":
        return bool(_ELSEWHERE.search(doc.text, start - 1, end + 1))
    if _CLINICAL.search(doc.text, start - 1, end + 1):
        return False
    if _ADMIN.search(doc.text, start - 1, end + 1):
        return True
    return not PROFESSIONAL.search(doc.text, first - 1, last + 1)


def _about(doc: Doc, mark: Proposal) -> Term | None:
    """What the visit was about: a term in its sentence, else the last one in the sentence before or the first after."""
    here = doc.sentence_at(mark.places[0][0])
    for number, which in ((here, 0), (here - 1, -1), (here + 1, 0)):
        terms = doc.terms_in(number) if 0 <= number < len(doc.sentences) else []
        if terms:
            return terms[which]
    return None


def _seen(doc: Doc, after: int, in_person: list[int]) -> tuple[str, tuple[int, int]] | None:
    """Whether a visit in person is told behind a place, or that there was none; with the words that say so."""
    never = _NEVER.search(doc.text, after - 1)
    met = _AFTER_ALL.search(doc.text, after - 1)
    later = next((start for start in in_person if start >= after), None)
    if never and not (met and met.start() > never.end()):
        return "no", (never.start() + 1, never.end() - 1)
    if met:
        return "yes", (met.start() + 1, met.end() - 1)
    if later is not None:
        end = doc.text.find(" ", later + 1)
        return "yes", (later, end if end > later else later + 1)
    return None
