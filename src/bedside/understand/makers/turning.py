"""Whom people turned to first, where the order is told, and worry that searching raised (F24, F25)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bedside.understand.book import Hit
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["first_turned", "search_worry"]

WHO = ("internet", "doctor", "pharmacist", "other_professional", "family_friends")
ORDER = ("order.before", "order.firstly", "order.next", "order.lapse", "order.sent")
NEAR = 8  # words between "first" and whom it is said of
_FIRST_PERSON = re.compile(
    r" (?:i|i'm|i've|i'd|me|my|myself|we|we'd|we've|our|us|mine|hubby|meself) "
)
_SELF = re.compile(r" (?:i|i'm|i've|i'd|me|myself|we|we've|us) ")
_TURNED = re.compile(
    r" (?:went|go|going|gone|ask\w*|told|tell|rang|ring|call\w*|phon\w*|saw|see|seen|tried|try|consult\w*|spoke|speak|talk\w*|"
    r"mention\w*|confid\w*|turn\w*|post\w*|googl\w*|search\w*|look\w*|read\w*|check\w*|typ\w*|put|start\w*|began|begin|visit\w*|"
    r"discuss\w*|brought|took|take|rush\w*|book\w*|contact\w*|drop\w*|popp\w*|nip\w*|had a (?:quiet )?word|said|spotted|notic\w*|"
    r"heard|came|come|did|stop|port|skipp\w*|wrote|first|lurk\w*|ran|showed|show|texted|messaged|emailed|approach\w*|heard|watch\w*|type|stuck|spill\w*|whisper\w*|raised|troubl\w*|bother\w*) "
)
_TEMPORAL = re.compile(
    r" (?:at first i (?:thought|felt|was|had|didn't think)|at first it|first (?:time|class|rate|symptoms?|signs?|dose|bab\w+|child|name|aid|aiders?|year|days?|weeks?|"
    r"months?|trimester|few|ever|diagnos\w+|notic\w+|got|get|started|became|patient|in the queue|appointment|visit|met|came|doctor|gp|nurse|surgeon|opinion|"
    r"answer|line (?:treatment|drug|antibiotic\w*)|response|reply|and foremost|floor|language|marriage|wife|husband|born|half|hand|degree|cousin|operation|surgery|"
    r"scan|chemo|cycle|round|session|injection|jab|vaccine|tablet|pill|period|pregnancy|of all|episode|attack|flare|night|morning|test|tests|lot|two|three|one "
    r"(?:was|said|told))|first (?:building|house|door|of (?:my|our|his|her|the) (?:friends|family|siblings|cousins|us)|to need|video|post|thread|book|article|website|forum|app|light|coffee|in (?:my|our|the) family)|first thing (?:in|on|monday|tomorrow|the|this|my|she|he|they|next)|in first) "
)
_ASKS = re.compile(
    r" (?:is it (?:worth|normal|ok)|should i|would you|do you|does anyone|can i|is there|what (?:is|are|do)|has anyone) "
)
_HAD = re.compile(
    r" (?:i have|i had|i've got|i'm (?:dying|dead)|i was (?:dying|dead)|i am (?:dying|dead)) "
)
_WENT = re.compile(
    r" (?:went|go|going|gone|asked?|asking|told|rang|called|phoned|saw|seen|tried|consulted|spoke|spoken|talked|mentioned|confided|"
    r"turned|posted|googl\w+|searched|looked|checked|typed|started|began|visited|discussed|brought|took|rushed|contacted|dropped|"
    r"popped|nipped|came|put|wrote|raised|showed|texted|messaged|emailed|bought|booked|ran|heard|knew|got|rushed|drove|lurked|watched|read|troubled) "
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
_NONE = re.compile(
    r" (?:nothing|no longer|not|isn't|wasn't|without|less|neither|nor|no) (?:so |too |that |very |at all |even )?$"
)
_NOT_TURNED = re.compile(
    r" (?:no|first in (?:my|our)|who's an?|who is an?|is an?|was an?|i'm an?|as an?|retired|vet|student|works as an?|a friendly) $"
)
_NOT_FAMILY = re.compile(
    r" family (?:doctor|gp|physician|practice|medic\w*|history|planning|nurse) "
)
_NOT_WHO = re.compile(
    r" (?:(?:doctor|dr|doc) google|google (?:maps|reviews?)|friends and family test|nurse practitioner's|"
    r"hospital (?:food|bag|car)|clinic letter|online (?:shopping|order\w*)|family and) "
)
_CHAIN = re.compile(r" ,? ?then (?:the |a |my |to (?:the |my )?)?")
_LISTED = re.compile(
    r" (?:, (?:then )?(?:\S+ ){1,4}(?:second|next|last|after|then|later|third)|,? then|,? always|,? and (?:then|only)|\. then|,? before) "
)
_EMOJI = re.compile("[\U0001f62d\U0001f630\U0001f631\U0001f628\U0001f622\U0001f629\U0001f633]")


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
    found = [
        _Turn(code, hit)
        for code in WHO
        for hit in doc.found(f"who.{code}")
        if not any(p.end <= hit.start + 1 and doc.between(p.end, hit.start) <= 4 for p in passed)
        and not _NOT_TURNED.search(text, max(0, hit.start - 16), hit.start)
        and not (code != "doctor" and _NOT_FAMILY.match(text, hit.start - 1))
        and not (_NOT_WHO.match(text, hit.start - 1) and "google" not in text[hit.start : hit.end])
    ]
    return sorted(found, key=lambda turn: turn.hit.start)


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
        if object_ is None and second is None:
            continue
        earlier = [t for t in turns if t.hit.end <= cue.start and _same(doc, t.hit, cue)]
        if (
            earlier
            and _turned(doc, earlier[-1].hit, cue)
            and (second is None or earlier[-1].code != second.code)
        ):
            return earlier[-1], cue
        opens = cue.start - doc.sentence(cue.start)[0] <= 2
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
        if _TEMPORAL.search(f" {doc.text[max(0, cue.start - 4) : cue.end + 12]} "):
            continue
        near = [t for t in turns if _same(doc, t.hit, cue) and _gap(doc, t.hit, cue) <= NEAR]
        near = [t for t in near if _first_of(doc, t.hit, cue, said)]
        if near:
            return min(near, key=lambda t: (_gap(doc, t.hit, cue), t.hit.start)), cue
    return None


def _first_of(doc: Doc, who: Hit, cue: Hit, said: str) -> bool:
    """Whether "first" is said of turning to somebody: "went to my optician first", "my mum was the first I told"."""
    text = doc.text
    if who.start >= cue.end:
        if said in ("first", "1st", "as soon as"):
            return bool(
                _WENT.search(text, cue.end - 1, who.start + 1)
                or _IS.search(text, cue.start - 20, who.start + 1)
            )
        return True
    between = text[who.end : cue.start]
    if _IS_FIRST.search(between) or _TOLD_FIRST.fullmatch(between):
        return not _SAYING.match(text, cue.end)
    if between.strip() in ("", ",") and _LISTED.match(text, cue.end):
        return not _ADVICE.search(text, max(0, who.start - 26), who.start + 1)
    low = max(doc.sentence(who.start)[0] - 1, who.start - 45)
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


def search_worry(doc: Doc) -> Iterator[Proposal]:
    """One mark `search_worry` where reading about symptoms raised the writer's worry."""
    if doc.voice.role == "clinician":
        return
    raised = [h for h in doc.found("worry.raised", "worry.more") if not _denied(doc, h)]
    for search in doc.found("worry.search"):
        if _overlaps(doc, "worry.not", search.start - 14, search.end):
            continue
        here = doc.sentence_at(search.start)
        start, end = doc.sentences[here]
        if _overlaps(doc, "worry.others", start, end) and not _SELF.search(
            doc.text, start - 1, end + 1
        ):
            continue
        asks = doc.text[end - 1 : end] == "?"
        if asks and (
            _ASKS.search(doc.text, start - 1, end + 1)
            or not _SELF.search(doc.text, start - 1, end + 1)
        ):
            continue
        last = doc.sentences[min(here + 2, len(doc.sentences) - 1)][1]
        if _overlaps(doc, "worry.calm", start, last):
            continue
        worry = next((h for h in raised if _raised_by(doc, h, search, start, last)), None)
        if worry is None:
            worry = _dread(doc, search, start, end, raised)
        if worry is None and not _EMOJI.search(doc.text, start, min(len(doc.text), last + 6)):
            continue
        if not _FIRST_PERSON.search(doc.text, max(0, start - 120), last + 1) and (
            len(doc.sentences) > 2 or doc.between(start, search.start) > 2
        ):
            continue
        cue = (worry.start, worry.end) if worry else (start, end)
        places = ((search.start, search.end), cue)
        yield Proposal("search_worry", "yes", places, score=0.6, moment=doc.moment_at(search.start))
        return


def _denied(doc: Doc, worry: Hit) -> bool:
    """Whether a worry is said not to be there: "nothing scary", "no longer anxious"."""
    return bool(_NONE.search(doc.text, max(0, worry.start - 18), worry.start))


def _dread(doc: Doc, search: Hit, start: int, end: int, raised: list[Hit]) -> Hit | None:
    """A dreaded illness that a search came up with, where the post shows worry anywhere after it."""
    for hit in doc.found("worry.dread"):
        if start - 1 <= hit.start <= end and (
            _EMOJI.search(doc.text, search.start)
            or any(h.start > search.start for h in raised)
            or _HAD.search(doc.text, search.start, end + 1)
        ):
            return hit
    return None


def _raised_by(doc: Doc, worry: Hit, search: Hit, start: int, last: int) -> bool:
    """Whether a worry follows the search; before it only in its sentence, and not as its reason ("so I googled")."""
    if worry.start < search.end and search.start < worry.end:
        return False
    if worry.start >= search.start:
        return worry.start <= last
    return worry.start >= start and " so " not in doc.text[worry.end : search.start]


def _overlaps(doc: Doc, rule: str, start: int, end: int) -> bool:
    return any(start - 1 <= hit.start and hit.start <= end for hit in doc.found(rule))
