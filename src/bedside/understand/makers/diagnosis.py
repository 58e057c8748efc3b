"""Diagnosis records: condition, status, how long it took and from when, age, professionals seen (F26)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bedside.understand.book import Hit
from bedside.understand.context import assertion
from bedside.understand.doc import Doc
from bedside.understand.lexicon import Entry, Term
from bedside.understand.marks import Proposal
from bedside.understand.numbers import durations, number
from bedside.understand.phrases import NUMBER

__all__ = ["DIAGNOSIS", "DiagnosisMaker"]

NEAR = 7  # words between a condition and the words that say its status
SOFT = frozenset(
    {
        "anxiety", "depression", "insomnia", "addiction", "flu", "vertigo", "obesity", "incontinence", "infertility",
        "miscarriage", "heart attack", "stroke", "menopause", "covid", "tinnitus", "arthritis", "cancer", "concussion",
        "hives", "migraine", "psychosis",
    }
)  # fmt: skip
"""Conditions that are also everyday words: they need a word such as "diagnosed with" or "have" before them."""
_RANK = {"misdiagnosed": 5, "ruled_out": 4, "confirmed": 3, "self": 2, "suspected": 1}
_HELD = re.compile(
    r" (?:diagnosed with|diagnosed as|diagnosis of|have|has|had|having|suffer(?:s|ed|ing)? (?:from|with)|with|my|his|her|"
    r"developed|living with|live with|for|got|get|chronic|severe|beat|fighting|survived|battling|of) (?:\w+ ){0,2}$"
)
_PHRASE = re.compile(
    r" diagnosed (?:me |him |her )?(?:with|as) (?:having )?(?:an? |the |severe |mild |chronic |early |stage \w+ )*"
    r"(?P<name>(?:(?!(?:and|but|in|at|after|when|which|because|last|this|on|by|about|since|for|by|as|so|then|that|i|she|he|it|my|years?|months?|now|years?|today|ago|over|almost|nearly|only|just|living|who|two|three|four|five|six|\d+) )[a-z][\w']* ){1,4})"
)
_SINCE_AGE = re.compile(
    rf" (?:since (?:i was|she was|he was|age|the age of)|from (?:age|the age of)|symptoms (?:started|began) (?:at|when i was|aged|age)|started (?:when i was|at age|at the age of|aged|at)|began (?:when i was|at age|at)) (?:about |around |only |just )?(?P<num>{NUMBER})(?= )"
)
_AGE = re.compile(
    rf" (?:diagnos\w+ (?:\S+ ){{0,8}}?(?:at the age of|when i was|when she was|when he was|at age|aged|at|age|until i was|i was) (?:just |only |about |around )?(?P<a>{NUMBER})"
    rf"|(?:i was|she was|he was|at the age of|at age|aged|at|age|until i was) (?:just |only |about |around )?(?P<b>{NUMBER}) (?:years old |yrs old |y o |year old )?(?:when |before |and |that |, )?(?:\S+ ){{0,5}}?diagnos\w+)(?P<after> \S+)"
)
_YEARS = re.compile(r" (?P<from>(?:19|20)\d\d) (?:\S+ ){1,30}?diagnos\w+ (?:\S+ ){0,8}?(?:in )?(?P<to>(?:19|20)\d\d) ")


@dataclass(slots=True)
class _Record:
    """One condition with what is said of it."""

    entry: Entry | None
    places: list[tuple[int, int]]
    status: str
    said: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class DiagnosisMaker:
    """Marks `diagnosis` in groups: slots condition, status, and where stated months, age and professionals."""

    name: str = "diagnosis"
    version: str = "1"
    layers: tuple[str, ...] = ("diagnosis",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One group a condition of the writer's or of the one cared for."""
        if doc.voice.experiencer not in ("own", "cared_for"):
            return
        records = _records(doc)
        times = _times(doc)
        chosen = _about_time(doc, records, times)
        for group, record in enumerate(records):
            yield from _marks(doc, record, group)
            if record is chosen:
                yield from _timing(doc, times, group)


def _records(doc: Doc) -> list[_Record]:
    found: dict[str, _Record] = {}
    for term in doc.terms:
        if term.entry.kind == "condition" or (term.entry.kind == "symptom" and _said_diagnosed(doc, term)):
            _merge(found, doc, term)
    for match in _PHRASE.finditer(doc.text):
        start, end = match.start("name"), match.end("name") - 1
        if all(end <= t.start or start >= t.end for t in doc.terms):
            found[f"\0{start}"] = _Record(None, [(start, end)], "confirmed", [(match.start() + 1, start - 1)])
    return list(found.values())


def _said_diagnosed(doc: Doc, term: Term) -> bool:
    return bool(re.search(r"diagnos\w+ (?:\w+ ){0,3}$", doc.text[max(0, term.start - 40) : term.start]))


def _merge(found: dict[str, _Record], doc: Doc, term: Term) -> None:
    told = _status(doc, term)
    if told is None:
        return
    status, said = told
    record = found.get(term.entry.concept)
    if record is None:
        found[term.entry.concept] = _Record(term.entry, [(term.start, term.end)], status, said)
        return
    record.places.append((term.start, term.end))
    if _RANK[status] > _RANK[record.status]:
        record.status, record.said = status, said


def _status(doc: Doc, term: Term) -> tuple[str, list[tuple[int, int]]] | None:
    """Status of a condition where it stands, with the words that say so; None where it is nobody's."""
    says = assertion(doc, term.start, term.end)
    if says in ("figurative", "others"):
        return None
    low, high = doc.clause(term.start, term.end)
    for status, rule in (("misdiagnosed", "status.misdiagnosed"), ("ruled_out", "status.ruled_out")):
        hit = _before(doc, rule, low, term)
        if hit:
            return status, [(hit.start, hit.end)]
    after = next((h for h in doc.found("status.ruled_out_after") if term.end <= h.start <= high), None)
    if after:
        return "ruled_out", [(after.start, after.end)]
    for status in ("self", "suspected"):
        hit = _before(doc, f"status.{status}", low, term)
        if hit:
            return status, [(hit.start, hit.end)]
    if says in ("hypothetical", "hoped", "feared") or _asked(doc, term):
        return "suspected", []
    if says == "negated":
        return None
    return _confirmed(doc, term)


def _before(doc: Doc, rule: str, low: int, term: Term) -> Hit | None:
    for hit in doc.found(rule):
        if low - 1 <= hit.start < term.start and doc.between(hit.end, term.start) <= NEAR:
            return hit
    return None


def _asked(doc: Doc, term: Term) -> bool:
    """A short question that names the condition and nothing that says one has it."""
    start, end = doc.sentence(term.start)
    return doc.text[start:end].endswith("?") and not _HELD.search(doc.text[max(0, term.start - 50) : term.start])


def _confirmed(doc: Doc, term: Term) -> tuple[str, list[tuple[int, int]]] | None:
    held = _HELD.search(doc.text[max(0, term.start - 50) : term.start])
    if held is None and term.entry.concept in SOFT:
        return None
    said = [(h.start, h.end) for h in doc.found("status.confirmed") if doc.sentence_at(h.start) == doc.sentence_at(term.start)]
    near = [place for place in said if abs(place[0] - term.start) < 60]
    return "confirmed", near[:1]


@dataclass(slots=True)
class _Times:
    """What a post says about the way to a diagnosis, with the places that say so."""

    months: float | None = None
    since: str = "unstated"
    month_place: tuple[int, int] | None = None
    age: float | None = None
    age_place: tuple[int, int] | None = None
    seen: float | None = None
    seen_places: tuple[tuple[int, int], ...] = ()


def _times(doc: Doc) -> _Times:
    times = _Times()
    if " diagnos" not in doc.text and " answer" not in doc.text:
        return times
    _read_age(doc, times)
    _read_months(doc, times)
    _read_seen(doc, times)
    return times


def _read_age(doc: Doc, times: _Times) -> None:
    match = _AGE.search(doc.text)
    if match is None or re.match(r" (?:months?|weeks?|days?|years? (?:ago|later|of)|yrs? ago|%|am|pm)", match["after"]):
        return
    which = "a" if match["a"] else "b"
    value = number(match[which])
    if value is not None and match[which] not in ("a", "an") and 0 < value < 110:
        times.age, times.age_place = value, match.span(which)


def _read_months(doc: Doc, times: _Times) -> None:
    """The first stretch of time in a sentence that speaks of getting a diagnosis, or in the one before it."""
    for sentence, (start, end) in enumerate(doc.sentences):
        text = doc.text[start - 1 : end + 1]
        if " diagnos" not in text and not (" answer" in text and doc.found("status.confirmed")):
            continue
        for first, last in ((start, end), doc.sentences[sentence - 1] if sentence else (start, start)):
            for told in durations(doc.text, first - 1, last):
                if _took(doc, told.start, told.end, (first, last)):
                    times.months, times.month_place = told.months, (told.start, told.end)
                    times.since = _since(doc, first, max(last, end))
                    return
    _months_from_ages(doc, times)


def _took(doc: Doc, start: int, end: int, sentence: tuple[int, int]) -> bool:
    """Whether a duration is time that it took, not "diagnosed two years ago" or "for the last five years"."""
    if re.match(r" (?:ago|old|later i|of age|back|now|since|and counting|course|free)\b", doc.text[end:]):
        return False
    before = doc.text[max(sentence[0] - 1, start - 45) : start]
    if re.search(r" diagnos\w+ (?:\S+ ){0,6}(?:for|in|the past|the last|now|about|over|only|almost|nearly) $", before):
        return False
    if re.search(r" (?:age|aged|at|every|next|in the last|for the last|for the past|in the past|the past|last) $", before):
        return bool(re.search(r" until | before | finally ", doc.text[end : sentence[1] + 1]))
    return any(sentence[0] - 1 <= hit.start <= sentence[1] for hit in doc.found("took.diagnosis"))


def _since(doc: Doc, start: int, end: int) -> str:
    for code in ("symptoms", "consultation"):
        if any(start - 1 <= hit.start < end for hit in doc.found(f"took.from_{code}")):
            return "first_symptoms" if code == "symptoms" else "first_consultation"
    return "unstated"


def _months_from_ages(doc: Doc, times: _Times) -> None:
    since = _SINCE_AGE.search(doc.text)
    years = _YEARS.search(doc.text)
    begun = number(since["num"]) if since else None
    if since and begun and times.age and times.age > begun:
        times.months, times.month_place = 12 * (times.age - begun), since.span("num")
        times.since = "first_symptoms"
    elif years and 0 < int(years["to"]) - int(years["from"]) < 80:
        times.months = 12.0 * (int(years["to"]) - int(years["from"]))
        times.month_place, times.since = years.span("from"), "first_symptoms"


def _read_seen(doc: Doc, times: _Times) -> None:
    total, places = 0.0, []
    for hit in doc.found("count.professionals"):
        value = number((hit.groups or {}).get("num") or "")
        word = (hit.groups or {}).get("num")
        if value is not None and value >= 1 and word not in ("a", "an", "half"):
            total += value
            places.append((hit.start, hit.end))
    if places:
        times.seen, times.seen_places = total, tuple(places[:3])


def _about_time(doc: Doc, records: list[_Record], times: _Times) -> _Record | None:
    """The record that the time to diagnosis belongs to: the confirmed one nearest to the words that tell it."""
    place = times.month_place or times.age_place or (times.seen_places[0] if times.seen_places else None)
    confirmed = [record for record in records if record.status in ("confirmed", "misdiagnosed")]
    if place is None or not confirmed:
        return None
    return min(confirmed, key=lambda r: min(abs(start - place[0]) for start, _ in r.places))


def _marks(doc: Doc, record: _Record, group: int) -> Iterator[Proposal]:
    moment = doc.moment_at(record.places[0][0])
    known = record.entry is not None
    yield Proposal(
        "diagnosis",
        None,
        tuple(record.places[:4]),
        concept_id=(record.entry.concept_id or None) if record.entry else None,
        concept=record.entry.concept if record.entry else None,
        group=group,
        slot="condition",
        moment=moment,
        score=0.8 if known else 0.6,
    )
    places = tuple(record.said) or tuple(record.places[:1])
    score = 0.8 if record.said else 0.6
    yield Proposal("diagnosis", record.status, places, group=group, slot="status", moment=moment, score=score)


def _timing(doc: Doc, times: _Times, group: int) -> Iterator[Proposal]:
    if times.months is not None and times.month_place:
        yield Proposal(
            "diagnosis",
            times.since,
            (times.month_place,),
            value=times.months,
            unit="months",
            group=group,
            slot="months",
            moment=doc.moment_at(times.month_place[0]),
        )
    if times.age is not None and times.age_place:
        yield Proposal(
            "diagnosis", None, (times.age_place,), value=times.age, unit="years", group=group, slot="age"
        )
    if times.seen is not None:
        yield Proposal(
            "diagnosis", None, times.seen_places, value=times.seen, unit="count", group=group, slot="professionals"
        )


DIAGNOSIS = DiagnosisMaker()
