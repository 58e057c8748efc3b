"""Whom people turned to first, where the order is told (F24)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bedside.understand.book import Hit
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["first_turned"]

WHO = ("internet", "doctor", "pharmacist", "other_professional", "family_friends")
ORDER = ("order.before", "order.firstly", "order.next", "order.lapse", "order.sent")
NEAR = 8  # words between "first" and whom it is said of
_TURNED = re.compile(
    r" (?:went|go|going|gone|ask\w*|told|tell|rang|ring|call\w*|phon\w*|saw|see|seen|tried|try|consult\w*|spoke|speak|talk\w*|"
    r"mention\w*|confid\w*|turn\w*|post\w*|googl\w*|search\w*|look\w*|read\w*|check\w*|typ\w*|put|start\w*|began|begin|visit\w*|"
    r"discuss\w*|brought|took|take|rush\w*|book\w*|contact\w*|drop\w*|popp\w*|nip\w*|had a (?:quiet )?word|said|spotted|notic\w*|"
    r"heard|came|come|did|stop|port|skipp\w*|wrote|first|lurk\w*|ran|showed|show|texted|messaged|emailed|approach\w*|heard|watch\w*|type|stuck|spill\w*|whisper\w*|raised|troubl\w*|bother\w*|been|sent|joined|found|dial\w*|head\w*) "
)
_TEMPORAL = re.compile(
    r" (?:at first i (?:thought|felt|was|had|didn't think)|at first it|first (?:time|class|rate|symptoms?|signs?|dose|bab\w+|child|name|aid|aiders?|year|days?|weeks?|"
    r"months?|trimester|few|ever|diagnos\w+|notic\w+|got|get|started|became|patient|in the queue|appointment|visit|met|came|doctor|gp|nurse|surgeon|specialist|consultant|psychiatrist|hospital|therapist|dentist|midwife|opinion|"
    r"answer|line (?:treatment|drug|antibiotic\w*)|response|reply|and foremost|floor|language|marriage|wife|husband|born|half|hand|degree|cousin|operation|surgery|"
    r"scan|chemo|cycle|round|session|injection|jab|vaccine|tablet|pill|period|pregnancy|of all|episode|attack|flare|night|morning|test|tests|lot|two|three|one "
    r"(?:was|said|told))|first (?:building|house|door|of (?:my|our|his|her|the) (?:friends|family|siblings|cousins|us)|to need|video|post|thread|book|article|website|forum|app|light|coffee|in (?:my|our|the|his|her) family|in (?:the|our|my) (?:house|class|office|street))|first thing (?:i've seen|i see|i saw|i noticed|i heard|that (?:came|struck)|in|on|monday|tomorrow|the|this|my|she|he|they|next)|in first) "
)
_WENT = re.compile(
    r" (?:went|go|going|gone|asked?|asking|told|rang|called|phoned|saw|seen|tried|consulted|spoke|spoken|talked|mentioned|confided|"
    r"turned|posted|googl\w+|searched|looked|checked|typed|started|began|visited|discussed|brought|took|rushed|contacted|dropped|"
    r"popped|nipped|came|put|wrote|raised|showed|texted|messaged|emailed|bought|booked|ran|heard|knew|got|rushed|drove|lurked|watched|read|troubled|been|sent|joined|found|messaged|texted|emailed|dialled|dialed|hit up|headed|video called) "
)
_IS = re.compile(r" (?:was|is|were|'s|it was|that was|stop|call|port|person|one|being) ")
_TOLD_FIRST = re.compile(
    r" (?:that |who |whom )?(?:i|we) (?:told|asked|saw|went to|showed|rang|called|tried|consulted|spoke to|turned to) (?:it )?"
)
_SAYING = re.compile(r" ,? ?(?:they|people|everyone) (?:say|says|tell)")
_IS_FIRST = re.compile(
    r" (?:was|is|were|who|being|has been) (?:always |actually |really |the |my |our |very |the very )*$"
)
_ADVICE = re.compile(
    r" (?:always|should|your|please|you|you'd|prescribed|wants?|have to be|need to|must|try|check with) "
)
_NOT_TURNED = re.compile(
    r" (?:no|like|first in (?:my|our|the|his|her|their)|who's an?|who is an?|is an?|was an?|i'm an?|as an?|retired|vet|student|works as an?|a friendly) $"
)
_NOT_FAMILY = re.compile(
    r" family (?:doctor|gp|physician|practice|medic\w*|history|planning|nurse) "
)
_NOT_WHO = re.compile(
    r" (?:(?:doctor|dr|doc) google|google (?:maps|reviews?)|friends and family test|nurse practitioner's|"
    r"hospital (?:food|bag|car)|clinic letter|online (?:shopping|order\w*)|family and) "
)
_PATIENT = re.compile(
    r" (?:took|take|taking|taken|brought|bring|bringing|got|carried|rushed|drove|had|parents of|checked|examined|treated|assessed|knew|know|being) (?:our|my|the|his|her|their) (?:\w+ )?$| (?:for|of|other|fellow|being an?|as an?|knew|know) $"
)
_WRITER = re.compile(r" (?:i|i'm|i've|i'd|me|we|we've|we'd|us) ")
_IS_ILL = re.compile(
    r" (?:is|was|has|had) (?:\d|an? |been |very |so |only |now |just |not |really |always |diagnos)"
)
_COMES_FROM = re.compile(
    r" (?:(?:home|back|out|discharged|away|letter|letters|referral|transferred|transfer) (?:from|of)|by|than|near|your|their|seeing your) (?:the |my |a |an |our )?$"
)
_OF_IT = re.compile(
    r" (?:chair|team|bed|beds|stay|stays|food|records?|letter|waiting list|system|practice manager) "
)
_ADVISES = re.compile(
    r" (?:you should|you need|your|you can|you must|you may|please|should (?:go|see|consult|be|not)|(?:always|immediately|just|do|kindly|must) (?:consult|see|visit|contact|go|ask|check)|consult (?:a|an|your|the|with)) "
)
_ANYBODY = re.compile(r" (?:anyone|anybody|a soul|a living soul|anything else) ")
_AT_ONCE = frozenset(
    {"immediately", "straight away", "straight off", "right away", "as soon as", "in the beginning"}
)
_GOES = re.compile(
    r" (?:went|took|rang|called|phoned|drove|rushed|ran|saw|asked|told|messaged|spoke|texted|emailed|contacted|googled|booked|visited|tried|turned|popped|headed|posted|searched|looked) (?:\S+ ){0,5}$"
)
_ORDERS = re.compile(
    r"(?:^|[.!?,;§¶] | please | just | to | should | must | and | so | then )(?:go|get|head|call|see|ask|ring|try|speak|talk|take (?:him|her|it|them)|march) (?:\S+ )?$"
)
_THAT_WAS = re.compile(r" (?:that|this|it|here|there|which)(?: is| was|'s)? (?:\S+ ){0,3}$")
_DONE_FIRST = re.compile(r" first (?:thing|stop|port of call|call|place|move|step|instinct|person)")
_WHERE = re.compile(
    r" (?:\S+ ){0,3}?where (?:i|we|he|she|they) (?:went|started|turned|looked|asked|began|go|start|headed) $"
)
_AN_EVENT = re.compile(
    r" (?:before|until|till) (?:the|my|his|her|our|i had|we had|having) (?:\S+ )?(?:surgery|op|operation|procedure|appointment|scan|birth|wedding|pandemic|baby|kids|children|covid|accident|twins|diagnosis|son|daughter|mum|dad|husband|wife) (?!to |about )"
)
_CHAIN = re.compile(r" ,? ?then (?:the |a |my |to (?:the |my )?)?")
_LISTED = re.compile(
    r" (?:, (?:then )?(?:\S+ ){1,4}(?:second|next|last|after|then|later|third)|,? then|,? always|,? and (?:then|only)|\. then|,? before) "
)


class _Turn(NamedTuple):
    code: str
    hit: Hit


def first_turned(doc: Doc) -> Iterator[Proposal]:
    """One mark `first_turned_to`, only where words such as "first", "before" or "then" tell the order."""
    turns = _turns(doc) if doc.found(*ORDER) else []
    if not turns:
        return
    if all(doc.text[doc.sentence(t.hit.start)[1] - 1] == "?" for t in turns):
        return  # "what should I do first, see a doctor or go to the chemist?"
    found = (
        _by_before(doc, turns)
        or _by_first(doc, turns)
        or _by_sequence(doc, turns)
        or _by_sending(doc, turns)
    )
    if found is not None:
        turn, cue = found
        places = ((turn.hit.start, turn.hit.end), (cue.start, cue.end))
        moment = doc.moment_at(turn.hit.start)
        yield Proposal("first_turned_to", turn.code, places, score=0.6, moment=moment)


def _turns(doc: Doc) -> list[_Turn]:
    """Mentions of whom one may turn to, in order of place, those passed over ("skipped the GP") left out."""
    passed = doc.found("order.passed")
    text = doc.text
    advised: dict[int, bool] = {}
    found = [
        _Turn(code, hit)
        for code in WHO
        for hit in doc.found(f"who.{code}")
        if not any(p.end <= hit.start + 1 and doc.between(p.end, hit.start) <= 4 for p in passed)
        and not _NOT_TURNED.search(text, max(0, hit.start - 16), hit.start)
        and not _COMES_FROM.search(text, max(0, hit.start - 28), hit.start)
        and not _OF_IT.match(text, hit.end - 1)
        and not _advised(doc, hit, advised)
        and not (code == "family_friends" and _IS_ILL.match(text, hit.end - 1))
        and not (
            code == "family_friends" and _PATIENT.search(text, max(0, hit.start - 30), hit.start)
        )
        and not (code != "doctor" and _NOT_FAMILY.match(text, hit.start - 1))
        and not (_NOT_WHO.match(text, hit.start - 1) and "google" not in text[hit.start : hit.end])
    ]
    return sorted(found, key=lambda turn: turn.hit.start)


def _advised(doc: Doc, hit: Hit, known: dict[int, bool]) -> bool:
    """Whether a sentence tells others whom to turn to, and speaks of nobody who did; kept by sentence in `known`."""
    number = doc.sentence_at(hit.start)
    if number not in known:
        start, end = doc.sentences[number]
        known[number] = bool(_ADVISES.search(doc.text, start - 1, end + 1)) and not _WRITER.search(
            doc.text, start - 1, end + 1
        )
    return known[number]


def _by_before(doc: Doc, turns: list[_Turn]) -> tuple[_Turn, Hit] | None:
    """Find who stands before "before anyone", or beside it where Y comes before it."""
    for cue in doc.found("order.before"):
        object_ = next(
            (
                h
                for h in doc.found("order.anyone")
                if 0 <= doc.between(cue.end, h.start) <= 1 and h.start >= cue.end
            ),
            None,
        )
        second = next(
            (t for t in turns if t.hit.start >= cue.end and doc.between(cue.end, t.hit.start) <= 6),
            None,
        )
        if second is not None and _ANYBODY.search(doc.text, cue.end - 1, second.hit.start):
            second = None  # "before I saw anyone I had watched videos"
        if object_ is None and second is None:
            continue
        earlier = [t for t in turns if t.hit.end <= cue.start and _same(doc, t.hit, cue)]
        if (
            earlier
            and _turned(doc, earlier[-1].hit, cue)
            and (second is None or earlier[-1].code != second.code)
        ):
            return earlier[-1], cue
        opens = cue.start - doc.sentence(cue.start)[0] <= 2 and not _AN_EVENT.match(
            doc.text, cue.start - 1
        )
        later = [
            t
            for t in turns
            if t is not second and t.hit.start > cue.end and doc.between(cue.end, t.hit.start) <= 30
        ]
        if opens and later and (second is None or later[0].code != second.code):
            return later[0], cue
    return None


def _by_first(doc: Doc, turns: list[_Turn]) -> tuple[_Turn, Hit] | None:
    """Find who stands beside "first", "first stop", "started with"."""
    for cue in doc.found("order.firstly"):
        said = doc.text[cue.start : cue.end]
        if _TEMPORAL.search(f" {doc.text[max(0, cue.start - 4) : cue.end + 20]} "):
            continue
        if _DONE_FIRST.match(doc.text, cue.start - 1) and (back := _just_told(doc, turns, cue)):
            return back, cue
        near = [t for t in turns if _same(doc, t.hit, cue) and _gap(doc, t.hit, cue) <= NEAR]
        near = [t for t in near if _first_of(doc, t.hit, cue, said)]
        if near:
            return min(near, key=lambda t: (_gap(doc, t.hit, cue), t.hit.start)), cue
    return None


def _just_told(doc: Doc, turns: list[_Turn], cue: Hit) -> _Turn | None:
    """Whom "that was the first thing I did" points back to: the last one told before it, within two sentences."""
    start = doc.sentence(cue.start)[0]
    if not _THAT_WAS.search(doc.text, max(start - 1, cue.start - 40), cue.start):
        return None
    if any(
        cue.end <= t.hit.start and _gap(doc, t.hit, cue) <= NEAR
        for t in turns
        if _same(doc, t.hit, cue)
    ):
        return None  # "this was the first place: the pharmacy"
    before = [t for t in turns if t.hit.end <= cue.start and cue.start - t.hit.end < 200]
    return before[-1] if before else None


def _first_of(doc: Doc, who: Hit, cue: Hit, said: str) -> bool:
    """Whether "first" is said of turning to somebody: "went to my optician first", "my mum was the first I told"."""
    text = doc.text
    if who.start >= cue.end:
        if _ORDERS.search(text, max(0, cue.start - 24), cue.start):
            return False  # "go straight to your doctor"
        if said in ("first", "1st", "as soon as"):
            return bool(
                _WENT.search(text, cue.end - 1, who.start + 1)
                or _IS.search(text, cue.start - 20, who.start + 1)
            )
        return True
    between = text[who.end : cue.start]
    if _WHERE.fullmatch(between) or _IS_FIRST.search(between) or _TOLD_FIRST.fullmatch(between):
        return not _SAYING.match(text, cue.end)
    if between.strip() in ("", ",") and _LISTED.match(text, cue.end):
        return not _ADVICE.search(text, max(0, who.start - 26), who.start + 1)
    low = max(doc.sentence(who.start)[0] - 1, who.start - 45)
    if said in _AT_ONCE and not _GOES.search(text, low, who.start):
        return False
    went = _WENT.search(text, low, who.end + 1)
    return bool(went) and not _ADVICE.search(text, max(0, low - 12), who.start + 1)


def _by_sequence(doc: Doc, turns: list[_Turn]) -> tuple[_Turn, Hit] | None:
    """Two of them one after the other, with "then" or "later" between: the first of the post is the first."""
    told = [t for t in turns if _turned(doc, t.hit, t.hit) or _CHAIN.match(doc.text, t.hit.end)]
    for place, one in enumerate(told):
        for other in told[place + 1 :]:
            if other.code == one.code or other.hit.start - one.hit.end > 320:
                continue
            for cue in doc.found("order.next"):
                if one.hit.end <= cue.start + 1 and cue.start <= other.hit.start:
                    return one, cue
            break
    return _by_lapse(doc, told)


def _by_lapse(doc: Doc, told: list[_Turn]) -> tuple[_Turn, Hit] | None:
    """One of them, and "it was weeks before I saw anybody" after it."""
    for cue in doc.found("order.lapse"):
        before = [t for t in told if 0 <= cue.start - t.hit.end < 200]
        if before and before[0].code != "doctor":
            return before[0], cue
    return None


def _by_sending(doc: Doc, turns: list[_Turn]) -> tuple[_Turn, Hit] | None:
    """Somebody whom the writer asked, and who sent them on: "asked the pharmacist, who told me to see a doctor"."""
    for cue in doc.found("order.sent"):
        before = [t for t in turns if t.hit.end <= cue.start and cue.start - t.hit.end < 160]
        after = [
            t for t in turns if t.hit.start >= cue.start and doc.between(cue.end, t.hit.start) <= 7
        ]
        if not before or not after or before[-1].code == after[0].code:
            continue
        one = before[0]
        low = max(doc.sentence(one.hit.start)[0] - 1, one.hit.start - 40)
        asked = _WENT.search(doc.text, low, one.hit.end + 1)
        if one.code != "doctor" and (asked or one.code == "internet"):
            return one, cue
    return None


def _same(doc: Doc, one: Hit, other: Hit) -> bool:
    return doc.sentence_at(one.start) == doc.sentence_at(other.start)


def _gap(doc: Doc, one: Hit, other: Hit) -> int:
    return doc.between(min(one.end, other.end), max(one.start, other.start))


def _turned(doc: Doc, hit: Hit, cue: Hit) -> bool:
    """Whether a word of turning to somebody stands in the clause around."""
    low = max(0, min(hit.start, cue.start) - 45)
    return bool(_TURNED.search(doc.text, low, max(hit.end, cue.end) + 25))
