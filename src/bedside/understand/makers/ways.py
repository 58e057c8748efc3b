"""Ways to a diagnosis that are told by what filled the time: "a decade of being told it was stress", "in January … in September"."""

import re
from collections.abc import Iterator

from bedside.understand.doc import Doc
from bedside.understand.gated import Gated
from bedside.understand.makers.conditions import is_condition, spoken_conditions
from bedside.understand.numbers import durations

__all__ = ["nth_professional", "told_way"]

_BEFORE = re.compile(
    r" (?:took|takes|taken|taking|waited|waiting|wait of|wait was|spent|fought|fighting|battled|undiagnosed|misdiagnosed|fobbed \w+|dismissed|ignored|"
    r"brushed \w+|told|treated|called it|calling it|blamed|put down to|suffered|suffering|struggled|searching|in pain|ill|unwell|sick|"
    r"bouncing|passed around|going|went|journey|diagnostic odyssey|delay\w*|missed|lost|picked up|begging|pushing|complain\w*|said it was|insisted|within|inside|"
    r"by then|in and out|after|asking|unrecognised|unrecognized|unnoticed|overlooked|carried|walked around|not knowing|without knowing|"
    r"from (?:\S+ ){1,9}(?:to|until) (?:\S+ ){1,6}(?:was|took|is|,|:)) (?:\S+ ){0,7}$"
)
_BEHIND = re.compile(
    r" (?:(?:, )?(?:\S+ ){0,4}(?:before|until|till|til) |to (?:get|be|hear|find|work|reach|receive|finally|discover|see|diagnose|figure|name|spot|join|pin|a diagnosis)|"
    r"for (?:anyone|anybody|someone|somebody|a|any|the|them|my|doctors?|him|her|me) (?:\S+ ){0,3}to |"
    r"of (?:\S+ ){0,2}(?:being|going|back|backwards|tests|testing|scans|antibiotics|misdiagnos\w+|pain|hell|symptoms|limping|asking|begging|appointments|visits|doctors|drs|gps|"
    r"wrong|nothing|shrugs|dismiss\w*|fighting|knowing|not|infections|agony|pills|tablets|blame|blaming|shrugs|uncertainty|referrals|guess\w*|people|treat\w*|illness|it|chasing|pushing|crying|that|this|mystery|waiting|questions|worry|looking) |"
    r"from (?:\S+ ){1,8}?(?:to|until|till) |between |(?:, )?and (?:a |an |\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|several|countless|many|about|at) ?(?:\S+ ){0,2}(?:doctors|drs|gps|consultants|specialists|hospitals|referrals|opinions|appointments|tests|scans|visits)|"
    r"(?:, )?(?:\S+ ){0,2}then (?:one|a|the|somebody|someone|finally|it|they)|later (?:, )?(?:i|we|he|she|they|it|the|a|an|someone|somebody|my|finally|and) |"
    r"(?:, )?(?:\S+ ){0,3}doctors|when (?:i|he|she|they|we) (?:\S+ ){0,3}(?:diagnos\w+|told|found|heard)|without (?:a|any|an) |it was |it turned |that turned |that was (?:actually|really)|"
    r"in (?:[.,;]|$)|(?:[.] |, )that's what it took|(?:, )?(?:all told|in all|all in all|in total|altogether|if anyone|start to finish|from start to finish|end to end) |in and out |(?:, )(?:\S+ ){0,6}one (?:answer|name|word|label|diagnosis) |of physio|(?:is|was) how long|after the first|after (?:i|my|he|she) (?:first )|(?:, |[.] )?that's (?:all|it|how long|what it)|[.,:;] (?:\S+ ){1,3}(?:doctors|consultants|gps|specialists|neurologists|hospitals|opinions|scans)|[.,:;] (?:it|turned|turns|finally|then|and then|that was) )"
)
_NOT_BEHIND = re.compile(
    r" (?:ago|old|of age|back|now|and counting|sober|free|clean|in remission|remission|on (?:the|my|a|and)|into|post|younger|older|"
    r"to (?:recover|heal|get over|get better|walk|pass|accept|tell|come|adjust|process|learn|admit|stop|talk|grieve|feel|understand)|of (?:the |my |our |first |that |this )*(?:incident|accident|surgery|operation|marriage|birth|event|fall)|"
    r"of (?:\S+ )?(?:tamoxifen|treatment|chemo\w*|radiotherapy|meds|medication|dialysis|therapy|physio|steroids|remission|recovery|rehab|marriage|life|letrozole|tablets|metformin|insulin)|"
    r"(?:since|after|from|into) (?:my|his|her|the|their|being|getting|our|a) (?:\S+ ){0,4}?(?:diagnos\w+|surgery|operation|transplant|treatment)|later i (?:am|still|was (?:fine|back|still)))(?= )"
)
_NOT_BEFORE = re.compile(
    r" (?:(?:for|in|over|during) the (?:last|past)|the (?:last|past|next)|every|next|another|been married|married|been on|been taking|course of|courses of|died|passed away|"
    r"diagnos\w+ (?:\S+ ){0,4}(?:for|in|about|over|nearly)|lived with|living with|had it|smoked|worked|recover\w+ (?:\S+ ){0,6}|heal\w* (?:\S+ ){0,5}|"
    r"delayed by|postponed by|surgery (?:\S+ ){0,2}took|operation (?:\S+ ){0,2}took|in (?:hospital|remission) for|will take|could take|can take|takes|wait (?:\S+ ){0,6}is) (?:\S+ )?$"
)
_SETTLED = re.compile(
    r" (?:\w*diagnos\w*|dx|unrecogni\w+|missed|overlooked|confirmed|turned out|it was|told|called|name|named|answer|answers|picked up|spotted|found|said|test|tests|mentioned|hear|showed|"
    r"identified|recognis\w+|realis\w+|realiz\w+|worked out|positive|word|label|listened|recognised|put a|really|was|knowing|getting|hearing) | [:–-] "
)
_REVEALED = re.compile(
    r" (?:turns? out|turned out|what (?:i|she|he|we) (?:really |actually )?had|all along|was really|it was (?:really|actually)|blamed|before (?:a|an|someone|somebody|anyone|the)) "
)
_OWN_TIME = re.compile(
    r" (?:prescri\w+|course|mg|tablets?|on the ward|sentence|relationship|marriage|job) "
)
_ORDINALS = {
    word: float(number)
    for number, words in enumerate(
        ["second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th", "seventh 7th", "eighth 8th", "ninth 9th", "tenth 10th", "eleventh 11th", "twelfth 12th"], 2
    )
    for word in words.split()
}  # fmt: skip
_PROFESSIONAL = (
    r"doctors?|docs?|drs?|gps?|consultants?|specialists?|physicians?|opinions?|gynae\w*|psychiatrists?|psychologists?|professionals?|medics?|locums?|p(?:a)?ediatricians?|"
    r"surgeons?|dentists?|physios?|\w+ologists?|rheum|derm|gi|ob ?gyn|ent|therapists?|allergists?|opticians?|nurses?|neuro|gastro|endo|cardio"
)
_NTH = Gated(
    rf" (?P<nth>{'|'.join(_ORDINALS)}) (?:different |new |private |separate |nhs )?(?:(?:{_PROFESSIONAL}|person)"
    r"(?: (?:\S+ ){0,6}(?:saw|seen|see|who|that|to|finally|spotted|diagnosed|took|listened|said|told|got|recognised|knew|asked|ordered|had|before|named|found|sent)| [,.;:!¶§)]|(?= $))"
    r"|(?:one )?(?:said|took one|listened|finally|looked|knew|sent me|did the|named|spotted|diagnosed|found))",
    " ".join(_ORDINALS),
)
_MOST = 80 * 12


def told_way(doc: Doc) -> tuple[float, tuple[int, int], str] | None:
    """Months, the words that tell them and from when; None where no stretch of time is filled by the way to a diagnosis.

    Parameters
    ----------
    doc : Doc
    """
    return next(_filled(doc), None)


def _filled(doc: Doc) -> Iterator[tuple[float, tuple[int, int], str]]:
    """Stretches of time beside words of waiting, of being passed over, or of what came at their end."""
    for told in durations(doc.text):
        if not _SETTLED.search(doc.text):
            return
        number = doc.sentence_at(told.start)
        start, end = doc.sentences[number]
        last = doc.sentences[min(number + 1, len(doc.sentences) - 1)][1]
        before, after = doc.text[start - 1 : told.start], doc.text[told.end : last + 1]
        here = doc.text[start - 1 : end + 1]
        if _NOT_BEFORE.search(before) or _NOT_BEHIND.match(after) or _OWN_TIME.search(here):
            continue
        if not (0 < told.months < _MOST) or not _near_condition(doc, number):
            continue
        if _followed(before, after):
            yield told.months, (told.start, told.end), "unstated"


def _followed(before: str, after: str) -> bool:
    """Whether the words before a stretch tell of waiting, or those behind it of what came at its end."""
    if _BEFORE.search(before) or _BEHIND.match(after):
        return True
    return bool(before.endswith(" for ") and _REVEALED.search(after))


def _near_condition(doc: Doc, number: int) -> bool:
    near = range(number - 1, number + 4)
    named = [term.start for term in doc.terms if is_condition(doc, term)]
    return any(doc.sentence_at(at) in near for at in named) or any(
        doc.sentence_at(start) in near for start, _ in spoken_conditions(doc)
    )


def nth_professional(doc: Doc) -> tuple[float, tuple[int, int]] | None:
    """The greatest "fourth doctor" of a post, and its place."""
    found = [(_ORDINALS[m["nth"]], m.span("nth")) for m in _NTH.finditer(doc)]
    return max(found, default=None)
