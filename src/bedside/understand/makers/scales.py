"""Numbers people give to what they feel: "on a good day it's a 3", "8 out of 10" (F30)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bedside.understand.doc import Doc
from bedside.understand.gated import Gated
from bedside.understand.marks import Proposal
from bedside.understand.numbers import number
from bedside.understand.phrases import NUMBER

__all__ = ["SCALES", "ScaleMaker"]

MAXIMA = frozenset({5, 10, 100})  # the scales people use; 120 over 80 is none
_NUM = rf"(?P<value>{NUMBER})"
_OF = Gated(
    rf" {_NUM} (?:(?:/|out of|outta|over|on a scale of (?:0|1|zero|one) (?:to|-|–)) (?P<max>{NUMBER})|on the pain scale)(?= )",
    "/ out outta over on",
)
_SCALE = Gated(
    rf" scale (?:of|from) (?:0|1|zero|one) (?:to|-|–|through) (?P<max>{NUMBER}) (?:\S+ ){{0,12}}?{_NUM}(?= )",
    "scale",
)
_DAY = Gated(
    r" (?:good|bad|best|worst|average|normal|typical|better|most|great|rough) (?:days?|nights?|times?) (?:\S+ ){0,7}?"
    rf"(?:it's|is|it is|was|at|around|about|maybe|like|be|probably|a) (?:just |only |around |about |like |probably |maybe |more like )?(?:an? )?{_NUM}(?= )",
    "day days night nights time times",
)
_RATED = Gated(
    r" (?P<what>pain|pains|headaches?|migraines?|cramps?|fatigue|tiredness|anxiety|itch|itching|nausea|mood|depression|stress|energy|discomfort|ache|soreness|severity|brain fog|stiffness)"
    r" (?:levels? |score |scale |now |today |usually |right now |normally |at night |in the (?:morning|evening) ){0,2}"
    rf"(?:is|was|are|were|at|of|around|went from|goes from|dropped to|went to|went down to|hit|hits|reached|reaches|would be|sits at|stays at|has been|been|from|down to|up to|rated|=|:) "
    rf"(?:at |to |usually |about |around |like |an? |now |normally |only |just |still |always |probably |maybe |easily ){{0,3}}{_NUM}(?: (?:to|or|-|–) (?P<value2>{NUMBER}))?(?= )",
    "pain pains headache headaches migraine migraines cramp cramps fatigue tiredness anxiety itch itching nausea mood depression "
    "stress energy discomfort ache soreness severity fog stiffness",
)
_RATES = Gated(
    rf" (?:rate|rated|rating|score|scored|put) (?:it|this|that|my (?P<what>\w+)|the (?P<what2>\w+)) (?:at |as |around |about |an? ){{0,3}}{_NUM}(?= )",
    "rate rated rating score scored put",
)
_WORTH = frozenset(
    {"scale", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
)
"""A post without any of these words and without a digit is not worth a look."""
_NOT_A_SCALE = re.compile(
    r" (?:days?|weeks?|months?|years?|yrs|hours?|hrs|minutes?|mins?|seconds?|times?|mg|ml|mcg|g|kg|lbs?|am|pm|%|tablets?|pills?|"
    r"doctors?|gps?|people|patients|nurses|stars?|stone|miles?|degrees?|am|o'clock|children|kids|of|lot|bit|little|few|"
    r"different|more|big|real|huge|constant|problem|nightmare|good|bad|very|result|sign|symptom|part|[a-z]{4,}) "
)


@dataclass(frozen=True, slots=True)
class _Rating:
    start: int
    end: int
    value: float
    maximum: float | None
    what: tuple[int, int] | None


@dataclass(frozen=True)
class ScaleMaker:
    """Marks `scale` in groups: slots rated (a concept), value, and maximum where it is stated."""

    name: str = "scales"
    version: str = "1"
    layers: tuple[str, ...] = ("scale",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One group a rating."""
        if _WORTH.isdisjoint(doc.vocabulary) and not doc.has_digits:
            return
        for group, rating in enumerate(_ratings(doc)):
            yield from _marks(doc, rating, group)


def _ratings(doc: Doc) -> list[_Rating]:
    found: list[_Rating] = []
    for rating in _read(doc):
        if all(rating.end <= other.start or rating.start >= other.end for other in found):
            found.append(rating)
    return sorted(found, key=lambda r: r.start)


def _read(doc: Doc) -> Iterator[_Rating]:
    text = doc.text
    for pattern in (_SCALE, _OF, _RATED, _DAY, _RATES):
        for match in pattern.finditer(doc):
            groups = match.groupdict()
            value = number(groups.get("value2") or groups["value"])
            maximum = number(groups["max"]) if groups.get("max") else None
            if pattern is _OF and maximum is None:
                maximum = 10.0
            if value is None or not _sensible(text, match, groups["value"], value, maximum):
                continue
            what = next((match.span(n) for n in ("what", "what2") if groups.get(n)), None)
            yield _Rating(match.start("value"), match.end(), value, maximum, what)


def _sensible(
    text: str, match: re.Match[str], word: str, value: float, maximum: float | None
) -> bool:
    """A value within its maximum; without one, 0 to 10, no unit behind it, and no mere article."""
    if maximum is not None:
        return (
            maximum in MAXIMA
            and 0 <= value <= maximum
            and not re.match(r" stars? ", text[match.end() :])
        )
    return (
        0 <= value <= 10
        and word not in ("a", "an", "half", "couple")
        and not _NOT_A_SCALE.match(text, match.end())
    )


def _marks(doc: Doc, rating: _Rating, group: int) -> Iterator[Proposal]:
    moment = doc.moment_at(rating.start)
    concept_id, concept, place = _what(doc, rating)
    places = (place,) if place else ()
    yield Proposal(
        "scale",
        "rated",
        places,
        concept_id=concept_id,
        concept=concept,
        group=group,
        slot="rated",
        moment=moment,
    )
    at = ((rating.start, rating.end),)
    yield Proposal(
        "scale",
        "value",
        at,
        value=rating.value,
        group=group,
        slot="value",
        moment=moment,
        score=0.8,
    )
    if rating.maximum is not None:
        yield Proposal(
            "scale", "maximum", at, value=rating.maximum, group=group, slot="maximum", moment=moment
        )


def _what(doc: Doc, rating: _Rating) -> tuple[str | None, str | None, tuple[int, int] | None]:
    """What is rated: the word that says so, else the nearest symptom or condition in this sentence or the one before."""
    here = doc.sentence_at(rating.start)
    near = [
        term
        for term in doc.terms
        if term.entry.kind in ("symptom", "condition")
        and 0 <= here - doc.sentence_at(term.start) <= 1
    ]
    if rating.what:
        near = [term for term in near if term.start <= rating.what[0] < term.end] or near
    if not near:
        return None, None, rating.what
    term = min(near, key=lambda t: (here - doc.sentence_at(t.start), abs(t.start - rating.start)))
    return term.entry.concept_id or None, term.entry.concept, (term.start, term.end)


SCALES = ScaleMaker()
