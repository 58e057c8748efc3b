"""The way to a diagnosis: how long it took and from when, at what age, and how many professionals were seen (F26)."""

import re
from dataclasses import dataclass

from bedside.understand.doc import Doc
from bedside.understand.makers.dated import told_by_dates
from bedside.understand.makers.one_by_one import told_one_by_one
from bedside.understand.makers.professionals_seen import nth_professional, one_more
from bedside.understand.makers.spans import months_told, of_one_visit
from bedside.understand.makers.ways import told_sum, told_way
from bedside.understand.numbers import durations, number
from bedside.understand.phrases import NUMBER

__all__ = ["Times", "read_times", "since_of"]

_BESIDE = re.compile(
    r" (?:it |that |this |which |all )?(?:took|taken|after|only took|\w+ (?:years|months))"
)
_AGE = re.compile(
    rf" (?:since (?:i was|she was|he was|age|the age of)|from (?:age|the age of)|symptoms (?:started|began) (?:at|when i was|aged|age)|started (?:when i was|at age|at the age of|aged|at)|began (?:when i was|at age|at)) (?:about |around |only |just )?(?P<num>{NUMBER})(?= )"
)
_AGE = re.compile(
    rf" (?:diagnos\w+ (?:[\w']+ ){{0,8}}?(?:at the age of|when i was|when she was|when he was|at age|aged|at|age|until i was|i was) (?:just |only |about |around )?(?P<a>{NUMBER})"
    rf"|(?:i was|she was|he was|at the age of|at age|aged|at|age|until i was) (?:just |only |about |around )?(?P<b>{NUMBER}) (?:years old |yrs old |y o |year old )?(?:when |before |and |that |, )?(?:[\w',]+ ){{0,5}}?diagnos\w+)(?P<after> \S+)"
)
_MISSED = re.compile(
    r" (?:missed|misse?d it|before (?:anyone|somebody|someone|one)|later|dismissed|shrugged|said|told|wrong|until|till|finally|all along|spotted|went through|turned away|shook|before an?|blamed|guessed|sent (?:me|him|her) (?:home|away)) "
)
_AFTERWARDS = re.compile(
    r" (?:since|after|from|into) (?:my|his|her|the|their|being|getting|our|a) (?:\S+ ){0,4}?diagnos\w+ "
)
_ELSE_TOOK = re.compile(
    r" (?:delayed by|postponed by|recovery from|getting over|(?:tak\w+|on|took|using) (?:\S+ ){1,3}for|recover\w+|heal\w*|rehab\w*|operation|surgery|procedure|died|passed away|getting better|treatment|get over|to walk) (?:\S+ ){0,8}$| (?:home|discharged|out|back at work) in $"
)
_AT_LAST = re.compile(r" (?:until|till|before|finally|without|eventually|but|then|turned out) ")
_WITHOUT = re.compile(
    r" (?:told|treated|misdiagnosed|dismissed|ignored|fobbed|brushed|suffer\w*|struggl\w*|wait\w*|fought|fighting|battl\w*|"
    r"asking|begg\w*|going|went|search\w*|looking|pain|symptoms?|ill|sick|bleeding|said|thought|complain\w*|pushing|blamed|"
    r"wrongly|undiagnosed|in and out|lived|living) "
)
_NOT_ASKED = re.compile(
    r" (?:\S+ ){0,2}?(?:disagree\w*|argu\w+|walked past|came in|came round|operat\w+|on duty|on call|on the ward|in the room|in (?:my|our|his|her) (?:team|practice|family)|work\w*(?! (?:\S+ )?out )|at (?:the|our|my) (?:practice|surgery)) "
)
"""Professionals who were not turned to for what it is: "two doctors disagree", "five doctors at our surgery"."""
_SINCE_EVENT = re.compile(
    r" of (?:the |my |our |first |that |this )*(?:incident|accident|surgery|operation|marriage|birth|event|treatment|fall) "
)


@dataclass(slots=True)
class Times:
    """What a post says of the way to a diagnosis, with the places that say so.

    Attributes
    ----------
    months : float or None
        How long it took, and `since`: first_symptoms, first_consultation or unstated.
    age : float or None
        At diagnosis, in years.
    seen : float or None
        Number of professionals.
    """

    months: float | None = None
    since: str = "unstated"
    month_place: tuple[int, int] | None = None
    age: float | None = None
    age_place: tuple[int, int] | None = None
    seen: float | None = None
    seen_places: tuple[tuple[int, int], ...] = ()


def read_times(doc: Doc) -> Times:
    """Time, age and professionals that a post tells on the way to a diagnosis; empty where it tells of none."""
    times = Times()
    if not doc.found("took.event"):
        _read_told(doc, times)
        if nth_professional(doc) or told_one_by_one(doc) or _counts_on_the_way(doc, times):
            _read_seen(doc, times)
        return times
    _read_age(doc, times)
    _read_months(doc, times)
    _read_seen(doc, times)
    return times


def _counts_on_the_way(doc: Doc, times: Times) -> bool:
    """Whether a post names a number of professionals, and time or mishap on the way to a diagnosis."""
    if not doc.found("count.professionals"):
        return False
    return times.months is not None or _MISSED.search(doc.text) is not None


def _read_age(doc: Doc, times: Times) -> None:
    match = _AGE.search(doc.text)
    if match is None or re.match(
        r" (?:months?|weeks?|days?|years? (?:ago|later|of)|yrs? ago|%|am|pm)", match["after"]
    ):
        return
    which = "a" if match["a"] else "b"
    value = number(match[which])
    if value is not None and match[which] not in ("a", "an") and 0 < value < 110:
        times.age, times.age_place = value, match.span(which)


def _read_months(doc: Doc, times: Times) -> None:
    """The first stretch of time in a sentence that tells of the diagnosis, or in one beside it that says "took"."""
    if (total := told_sum(doc)) is not None:
        times.months, times.month_place = total
        times.since = since_of(doc, *doc.sentence(total[1][0]))
        return
    if (dated := told_by_dates(doc)) is not None:
        times.months, times.month_place, times.since = dated
        return
    if (way := told_way(doc)) is not None:
        times.months, times.month_place = way
        times.since = since_of(doc, *doc.sentence(way[1][0]))
        return
    telling = sorted({doc.sentence_at(hit.start) for hit in doc.found("took.event")})
    beside = [(n, m) for n in telling for m in (n, n - 1, n + 1) if 0 <= m < len(doc.sentences)]
    for told_in, other in beside:
        start, end = doc.sentences[other]
        if other > told_in and not _BESIDE.match(doc.text, start - 1):
            continue
        for told in durations(doc.text, start - 1, end):
            if _took(doc, told.start, told.end, (start, end)):
                times.months, times.month_place = told.months, (told.start, told.end)
                first, last = sorted((told_in, other))
                times.since = since_of(doc, doc.sentences[first][0], doc.sentences[last][1])
                return
    _read_told(doc, times)


def _read_told(doc: Doc, times: Times) -> None:
    """What is told by ages, dates or a bare stretch of time, without "it took"."""
    told = months_told(doc)
    if told is None and (way := told_way(doc)) is not None:
        told = (*way, since_of(doc, *doc.sentence(way[1][0])))
    if told is not None:
        times.months, times.month_place, times.since = told


def _took(doc: Doc, start: int, end: int, sentence: tuple[int, int]) -> bool:
    """Whether a duration is time that it took, not "diagnosed two years ago" or "for the last five years"."""
    after = doc.text[end : sentence[1] + 1]
    if of_one_visit(doc, start):
        return False
    if re.match(
        r" (?:ago|old|of age|back|now|since|and counting|course|free|in remission|sober|into|on my|on from|of hell|to (?:recover|heal|get over|get better|walk|accept|tell|come|adjust|process|learn|admit|talk|grieve|understand|find (?:an? |the )?(?:\S+ )?(?:drug|dose|dosage|treatment|medication|meds|tablets?|therapist)))\b",
        after,
    ):
        return False
    if re.match(r" later i\b", after) and not re.match(r" (?:\S+ ){1,8}?diagnos\w+ ", after):
        return False
    if _AFTERWARDS.match(after):
        return False
    before = doc.text[max(sentence[0] - 1, start - 70) : start]
    if _ELSE_TOOK.search(before):
        return False
    if re.search(
        r" diagnos\w+ (?:\S+ ){0,6}(?:for|in|the past|the last|now|about|over|only|almost|nearly) $",
        before,
    ):
        return False
    if re.search(
        r" (?:age|aged|at|every|next|in the last|for the last|for the past|in the past|the past|last) $",
        before,
    ):
        return bool(_AT_LAST.search(after))
    if before.endswith(" for ") and not (_AT_LAST.search(after) or _WITHOUT.search(before)):
        return False  # "in hospital for two months", "cared for my wife for 37 years"
    if before.endswith(" after ") and _SINCE_EVENT.match(after):
        return False
    bare = start <= sentence[0] + 1  # "Six years, nine GPs."
    return bare or any(
        sentence[0] - 1 <= hit.start <= sentence[1] for hit in doc.found("took.diagnosis")
    )


def since_of(doc: Doc, start: int, end: int) -> str:
    """From when a stretch counts that is told between two places: first_symptoms, first_consultation or unstated."""
    for code in ("symptoms", "consultation"):
        if any(start - 1 <= hit.start < end for hit in doc.found(f"took.from_{code}")):
            return "first_symptoms" if code == "symptoms" else "first_consultation"
    return "unstated"


def _read_seen(doc: Doc, times: Times) -> None:
    total, places = 0.0, []
    nth = nth_professional(doc)
    for hit in doc.found("count.professionals"):
        if _NOT_ASKED.match(doc.text, hit.end):
            continue
        value = number((hit.groups or {}).get("num") or "")
        word = (hit.groups or {}).get("num")
        if value is not None and value >= 1 and word not in ("a", "an", "half"):
            more = one_more(doc, hit.start, hit.end) if value > 1 and nth is None else []
            total += value + len(more)
            places.append((hit.start, hit.end))
    if nth is not None and nth[0] > total:
        total, places = nth[0], [nth[1]]
    row = told_one_by_one(doc)
    if row is not None and nth is None and row[0] > total:
        total, places = row[0], list(row[1])
    if places:
        times.seen, times.seen_places = total, tuple(places[:3])
