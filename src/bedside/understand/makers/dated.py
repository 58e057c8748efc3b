"""How long a diagnosis took, from two dated points of a life: two ages, two years or two months of a year (F26).

A point is an age, a year or a month with the words beside it. It ends a way where those words tell of a diagnosis, and
begins one where they tell of symptoms or of the first professional. A way is the time between the first point that
begins one and the point that ends it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bedside.understand.doc import Doc
from bedside.understand.makers.conditions import is_condition, spoken_conditions
from bedside.understand.numbers import TENS, number
from bedside.understand.phrases import NUMBER

__all__ = ["told_by_dates"]

FURTHEST = 80  # years between two points of one way to a diagnosis
UNSURE = 24  # months between two years whose months are masked: it may be half of that
_MASKED = re.compile(r"▇ (?:19|20)\d\d\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
_MONTH_NAMES = frozenset(_MONTH.split("|"))
_YEAR = re.compile(rf" (?:(?P<month>{_MONTH}) )?(?P<year>(?:19|20)\d\d)(?= )")
_OF_A_YEAR = re.compile(
    rf" (?:in|from|since|until|till|til|to|by|early|late|mid|of|last|end of|first week of|and|between) (?P<month>{_MONTH})(?= (?!(?:19|20)\d\d |have |be |i ))"
)
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
]
_AGE = re.compile(
    rf" (?:(?:age|aged|at|at age|at the age of|at about|at around|was|turned|turns|i'm|is|since i was|from|about|by|of|only|just|nearly|barely|and|until|till|before) "
    rf"(?:the age of |age |i was |about |around |just |only |nearly )?(?P<age>(?:(?:{'|'.join(TENS)}) )?{NUMBER})(?: (?:years? old|yrs? old|yo|y o|years? of age))?"
    rf"(?= (?!(?:and a half )?(?:years?|yrs?|months?|mths?|weeks?|wks?|days?|hours?|minutes?|mg|ml|stone|kg|lbs?|pounds?|percent|%|times|of|am|pm|o'clock|different|more|other|"
    rf"doctors?|drs?|gps?|people|specialists?|consultants?|children|kids|brothers|sisters|tests?|scans?|sessions?|visits?|hospitals?|surger\w+|operations?|feet|miles|ago|/|\.\d|–|st|nd|rd|th) ))"
    rf"|(?:my|his|her|their) (?P<birthday>{'|'.join(_ORDINALS)}|\d\d?(?:st|nd|rd|th)) birthday(?= ))"
)
_CUT = re.compile(
    r" (?:[.!?…;§¶()–]|,) | (?=(?:and|but|then|until|till|til|before|by the time|although|though|to) )"
)
_ENDS = re.compile(
    r" (?:\w*diagnos\w*|dx|dx'd|confirm\w*|answer|on paper|label\w*|biopsy|found|find|named|a name|the name|the word|called it|said (?:it was|it's|i have|i had|the word)|"
    r"(?:told|tell|telling)(?: me| us| him| her| my \w+| them)?(?: that)? (?:it was|it's|i have|i had|i've|he has|he had|she has|she had|i'm|i am)|gave (?:me|it|him|her) (?:a|the)|tested (?:me|him|her) for|came back|"
    r"worked (?:it )?out|spotted|picked (?:it )?up|recogni[sz]ed|realised|realized|turned out|got the|found out) "
)
_BEGINS = re.compile(
    r" (?:first|began|begin|begun|start\w*|since|symptom\w*|sick|ill|unwell|pain\w*|ache\w*|hurt\w*|periods?|fell|noticed|notice|complain\w*|told|tremor\w*|came on|came|lump|went to sleep|swell\w*|swollen|"
    r"limp\w*|faint\w*|tired|exhaust\w*|bleed\w*|cough\w*|numb\w*|dizz\w*|itch\w*|rash\w*|headache\w*|seizure\w*|weak\w*|lost weight|lose weight|losing weight|felt|gp|doctors?|nurse|consultant|hospital|"
    r"referred|appointment|a (?:and|&) e|er|misdiagnos\w+|treated|saying|blamed|dismissed|never got up|stopped|couldn't|trouble|problems?|flare\w*|attack|episode|migraines?|vomit\w*|sore|stiff\w*|stress|nerves) "
)
_GUESSED = re.compile(
    r" (?:probably|maybe|perhaps|might|could|possibly|misdiagnos\w+|wrongly|(?:not|never)(?!.* (?:until|till|til) )|nothing|stress|anxiety|nerves) "
)
_TELLS = re.compile(
    r" (?:said|says|told|wrote|written|words?|tested|showed|shows|letter|knew|it was|it's|suspected|mentioned|scan|found|[:–-]) "
)
_SINCE_THEN = re.compile(
    r" (?:remission|free|clear|sober|ran|married|stopped driving|died|retired|had twins|discharged|relapsed|recovered|last year|ago) "
)
_SAW = re.compile(r" (?:gp|doctors?|consultant|nurse|referred|appointment|a (?:and|&) e|er) ")
_APPOSED = re.compile(r" (?:diagnosis|dx|answer|name) ,(?: [^.,]+){1,5} , $")
"""What was diagnosed, between commas: "the diagnosis, Addison's, came in 2016"."""


class _Point(NamedTuple):
    kind: str  # age, date or month
    months: float
    place: tuple[int, int]
    words: str


def told_by_dates(doc: Doc) -> tuple[float, tuple[int, int], str] | None:
    """Months, the words that tell them and from when; None where no two points of one kind tell a way to a condition.

    Parameters
    ----------
    doc : Doc
    """
    points = list(_points(doc))
    if len(points) < 2 or not _names_condition(doc):
        return None
    for end in sorted((p for p in points if _ends(doc, p)), key=_strength):
        for begun in points:
            if begun.kind == end.kind and begun is not end and _begins(doc, begun, end):
                months = end.months - begun.months
                if end.kind == "month":
                    months %= 12
                if (
                    end.kind == "date"
                    and months <= UNSURE
                    and _MASKED.search(" ".join(dict(doc.post.parts).values()))
                ):
                    continue
                if 0 < months < 12 * FURTHEST:
                    since = "first_consultation" if _SAW.search(begun.words) else "first_symptoms"
                    return months, end.place, since
    return None


def _names_condition(doc: Doc) -> bool:
    return any(is_condition(doc, term) for term in doc.terms) or bool(spoken_conditions(doc))


def _strength(point: _Point) -> int:
    return 0 if "diagnos" in point.words else 1


def _ends(doc: Doc, point: _Point) -> bool:
    """Whether a point's words tell of a diagnosis, or name a condition as what it was."""
    if _GUESSED.search(point.words) or _SINCE_THEN.search(point.words):
        return False
    return bool(_ENDS.search(point.words)) or _names(doc, point.words, point.place)


def _begins(doc: Doc, point: _Point, end: _Point) -> bool:
    if point.kind == "month" and point.place > end.place:
        return False
    if "diagnos" in point.words and "misdiagnos" not in point.words:
        return False
    if _BEGINS.search(point.words):
        return True
    start = doc.sentence(point.place[0])[0]
    return not _ENDS.search(point.words) and _has(doc, point.words, start, "symptom")


def _names(doc: Doc, words: str, place: tuple[int, int]) -> bool:
    """Whether words say or show the name of a condition: "somebody said chiari malformation"."""
    return bool(_TELLS.search(words)) and _has(doc, words, doc.sentence(place[0])[0], "condition")


def _has(doc: Doc, words: str, start: int, kind: str) -> bool:
    return any(
        t.entry.kind == kind and t.start >= start and doc.text[t.start : t.end] in words
        for t in doc.terms
    )


def _points(doc: Doc) -> Iterator[_Point]:
    """Ages, years and months of a post in order, each with the words of its stretch."""
    text = doc.text
    found: list[tuple[str, float, tuple[int, int]]] = []
    for match in _YEAR.finditer(text) if doc.has_digits else ():
        month = _MONTHS.index(match["month"][:3]) if match["month"] else None
        value = 12.0 * int(match["year"]) + (month or 0)
        found.append(("dated" if month is not None else "date", value, match.span("year")))
    if not found and not _MONTH_NAMES.isdisjoint(doc.vocabulary):
        found += [
            ("month", float(_MONTHS.index(m["month"][:3])), m.span("month"))
            for m in _OF_A_YEAR.finditer(text)
        ]
    found += [("age", 12 * age, place) for age, place in _ages(text)]
    found.sort(key=lambda point: point[2])
    cuts = [m.start() for m in _CUT.finditer(text)] if len(found) > 1 else []
    places = [place for _, _, place in found]
    kinds = {kind for kind, _, _ in found}
    for kind, months, place in found:
        words = _stretch(doc, place, places, cuts)
        if kind == "dated" and "date" in kinds:  # a month counts only where both have one
            kind, months = "date", 12.0 * (months // 12)
        yield _Point(kind, months, place, words)


def _ages(text: str) -> Iterator[tuple[float, tuple[int, int]]]:
    for match in _AGE.finditer(text):
        if match["birthday"]:
            word = match["birthday"]
            digits = re.match(r"\d+", word)
            yield (
                float(digits[0]) if digits else _ORDINALS.index(word) + 1.0,
                match.span("birthday"),
            )
            continue
        tens, _, ones = match["age"].rpartition(" ")
        value, ten = number(ones), number(tens) if tens else 0.0
        if value is None or ten is None or ones in ("a", "an", "one", "half", "couple", "dozen"):
            continue
        if 0 < value + ten < 100 and "." not in ones:
            yield value + ten, match.span("age")


def _stretch(
    doc: Doc, place: tuple[int, int], places: list[tuple[int, int]], cuts: list[int]
) -> str:
    """The words that belong to a point: up to the cuts around it, and on where they tell nothing."""
    low, high = doc.sentence(place[0])
    left = max([c for c in cuts if low <= c < place[0]], default=low - 1)
    right = min([c for c in cuts if place[1] <= c < high], default=high)
    apart = _APPOSED.search(doc.text, max(low - 1, left - 60), left + 3)
    words = doc.text[apart.start() if apart else left : right + 1]
    if _ENDS.search(f"{words} ") or _BEGINS.search(f"{words} ") or _names(doc, f"{words} ", place):
        return f"{words} "
    after = min([p[0] for p in places if p[0] > place[0]], default=len(doc.text))
    before = max([p[1] for p in places if p[1] < place[0]], default=0)
    last = doc.sentences[min(doc.sentence_at(place[0]) + 1, len(doc.sentences) - 1)][1]
    wide = doc.text[right : min(last, after)]
    if _ENDS.search(f" {wide} ") or _BEGINS.search(f" {wide} "):
        return f"{words} {wide} "
    return f"{doc.text[max(low - 1, before) : left]} {words} "
