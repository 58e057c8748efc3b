"""Diagnosis records: condition, status, how long it took and from when, age, professionals seen (F26)."""

import re
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bedside.understand.book import Hit
from bedside.understand.context import assertion
from bedside.understand.doc import Doc
from bedside.understand.lexicon import Entry, Term
from bedside.understand.makers.conditions import is_condition, spoken_conditions
from bedside.understand.makers.going_on import waited_so_far
from bedside.understand.makers.waits import Times, read_times
from bedside.understand.marks import Proposal

__all__ = ["DIAGNOSIS", "DiagnosisMaker"]

SAID = "said"
"""Kind of a condition that no vocabulary holds: the post's words are its name."""
NEAR = 7  # words between a condition and the words that say its status
SOFT = frozenset(
    {
        "anxiety", "depression", "insomnia", "addiction", "flu", "vertigo", "obesity", "incontinence", "infertility",
        "miscarriage", "heart attack", "stroke", "menopause", "covid", "tinnitus", "arthritis", "cancer", "concussion",
        "hives", "migraine", "psychosis", "reflux", "colic", "warts", "worms", "food poisoning", "strep throat", "secondary cancer",
        "blood clot", "anal fissure", "anal fistula", "abscess", "norovirus", "alcoholism", "drug addiction",
    }
)  # fmt: skip
"""Conditions that are also everyday words: they need a word such as "diagnosed with" or "have" before them."""
FELT = frozenset(
    {
        "depression",
        "anxiety",
        "insomnia",
        "erectile dysfunction",
        "psychosis",
        "addiction",
        "tinnitus",
    }
)
"""Conditions that people name from what they feel: without a word of a professional or a treatment they are their own."""
_VAGUELY = re.compile(r" (?:problems?|issues?|trouble|damage|dysfunction|imbalance)$")
_BY_OTHERS = re.compile(
    r" (?:diagnos\w+|prescri\w+|antidepress\w*|sertraline|fluoxetine|citalopram|psychiatr\w+|psycholog\w+|therap\w+|counsel\w+|doctors?|gp|"
    r"consultant|medication|meds|tablets|treated|treatment|history of|suffer\w*|mental health team|cpn|clinic) "
)
_RANK = {"misdiagnosed": 5, "ruled_out": 4, "confirmed": 3, "self": 2, "suspected": 1}
_HELD = re.compile(
    r" (?:diagnosed with|diagnosed as|diagnosis of|have|has|had|having|suffer(?:s|ed|ing)? (?:from|with)|with|my|his|her|"
    r"developed|living with|live with|for|got|get|chronic|severe|beat|fighting|survived|battling|of) (?:\w+ ){0,2}$"
)
_SUPPOSED = re.compile(
    r" (?:(?:is|are|was|were|could|can|might|may|would|will) (?:it|this|that|these|those|i|he|she|they|my (?:\w+ ){1,3}) (?:\w+ ){0,4}|"
    r"(?:do|does|did) (?:i|he|she|my \w+|this|that|it) (?:\w+ ){0,3}(?:have|sound|look|mean|indicate|suggest) (?:\w+ ){0,3}|or |maybe |perhaps |what if (?:\w+ ){0,4})"
    r"(?:an? |the |some )?(?:\w+ ){0,2}$"
)
_ALONE = re.compile(r"(?:^|[.…?!¶§,;–-]) (?:an? |possible |possibly )?$")
_POSITIVE = re.compile(
    r" (?:positive|confirmed|confirms|shows|showed|revealed|reveals|found|has) (?:for |with |that |i have |i had |to be )*(?:an? |the |mild |severe )?$"
)
_SAID_AT_LAST = re.compile(
    r" (?:before|until|till|for|then|finally|when|and|was|after) (?:someone|somebody|anyone|anybody|they|people|a \w+|the \w+|one) (?:\S+ ){0,3}?"
    r"(?:said|say|says|suggest\w*|mention\w*|thought|think|put|named|name|called|call|work\w*|spot\w*|recogni\w*|diagnos\w*|realis\w*|realiz\w*|found|find|told|tell|see|saw) (?:\S+ ){0,4}$"
)
_UNTIL = re.compile(
    r" (?:not|\w+n't|never) (?:\S+ ){0,2}(?:diagnos\w+|find|found|spot\w*|pick\w*|see|say|notice|realise|realize|know|catch) .* (?:until|till) "
)


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
    version: str = "8"
    layers: tuple[str, ...] = ("diagnosis",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One group a condition of the writer's or of the one cared for."""
        times = read_times(doc)
        told = times.months is not None or times.seen is not None
        if doc.voice.experiencer not in ("own", "cared_for") and not (
            told and doc.voice.role not in ("clinician", "organisation")
        ):
            return  # but a way to a diagnosis that is told is somebody's, also without an I
        records = _records(doc)
        chosen = _about_time(doc, records, times)
        for group, record in enumerate(records):
            yield from _marks(doc, record, group)
            if record is chosen:
                yield from _timing(doc, times, group)
        if records and (chosen is None or times.months is None):
            yield from _so_far(doc, records)


def _records(doc: Doc) -> list[_Record]:
    found: dict[str, _Record] = {}
    for term in doc.terms:
        if is_condition(doc, term):
            _merge(found, doc, term)
    _confirm_later(doc, found.values())
    taken = sorted(place for record in found.values() for place in record.places)
    names = {doc.text[slice(*record.places[0])] for record in found.values()}
    for start, end in spoken_conditions(doc):
        name = doc.text[start:end]
        at = bisect_right(taken, (end, 0)) - 1
        if (at >= 0 and taken[at][1] > start) or any(n.endswith(f" {name}") for n in names):
            continue
        _merge(found, doc, Term(start, end, Entry(SAID, "", name)))
        insort(taken, (start, end))
        names.add(name)
    return list(found.values())


def _confirm_later(doc: Doc, records: Iterable[_Record]) -> None:
    """What was suspected, or thought by oneself, and is then said to be confirmed, is confirmed."""
    for record in records:
        if record.status not in ("self", "suspected"):
            continue
        last = record.places[-1][1]
        later = [h for h in doc.found("status.later") if h.start > last]
        if not later or doc.sentence_at(later[0].start) > doc.sentence_at(last) + 1:
            continue
        place = (later[0].start, later[0].end)
        if assertion(doc, *place) in ("asserted", "past"):
            record.status, record.said = "confirmed", [place]


def _merge(found: dict[str, _Record], doc: Doc, term: Term) -> None:
    told = _status(doc, term)
    if told is None:
        return
    status, said = told
    record = found.get(term.entry.concept)
    before = next((r for r in found.values() if r.places[-1][1] == term.start - 1), None)
    if record is None and before is not None and before.status == status:
        before.places[-1] = (before.places[-1][0], term.end)
        return
    if record is None:
        found[term.entry.concept] = _Record(term.entry, [(term.start, term.end)], status, said)
        return
    record.places.append((term.start, term.end))
    if _RANK[status] > _RANK[record.status]:
        record.status, record.said = status, said


def _status(doc: Doc, term: Term) -> tuple[str, list[tuple[int, int]]] | None:
    """Status of a condition where it stands, with the words that say so; None where it is nobody's."""
    says = assertion(doc, term.start, term.end)
    if says == "figurative" or (says == "others" and not _by_somebody(doc, term)):
        return None
    low, high = doc.clause(term.start, term.end)
    for status, rule in (
        ("misdiagnosed", "status.misdiagnosed"),
        ("ruled_out", "status.ruled_out"),
    ):
        hit = _before(doc, rule, low, term)
        if hit and not _UNTIL.search(doc.text, hit.start - 1, doc.sentence(term.start)[1]):
            return status, [(hit.start, hit.end)]
    after = next(
        (h for h in doc.found("status.ruled_out_after") if term.end <= h.start <= high), None
    )
    if after:
        return "ruled_out", [(after.start, after.end)]
    if _POSITIVE.search(doc.text, max(0, term.start - 40), term.start) and says in (
        "asserted",
        "past",
    ):
        return "confirmed", []
    for status in ("self", "suspected"):
        hit = _before(doc, f"status.{status}", low, term)
        if hit:
            return status, [(hit.start, hit.end)]
    if says in ("hypothetical", "hoped", "feared") or _asked(doc, term):
        return "suspected", []
    if says == "negated":
        start, end = doc.sentence(term.start)
        return ("confirmed", []) if _UNTIL.search(doc.text, start - 1, end + 1) else None
    return _confirmed(doc, term)


def _by_somebody(doc: Doc, term: Term) -> bool:
    """Whether "somebody" only said the name at last ("before anyone said coeliac"): it is not theirs."""
    return bool(_SAID_AT_LAST.search(doc.text, max(0, term.start - 70), term.start))


def _before(doc: Doc, rule: str, low: int, term: Term) -> Hit | None:
    for hit in doc.found(rule):
        if low - 1 <= hit.start < term.start and doc.between(hit.end, term.start) <= NEAR:
            return hit
    return None


def _asked(doc: Doc, term: Term) -> bool:
    """Whether a question supposes the condition: "is it X?", "X or Y?", "… X?"; many only put a mark behind a statement."""
    start, end = doc.sentence(term.start)
    if doc.text[end - 1] != "?":
        return False
    before = doc.text[max(start - 1, term.start - 70) : term.start]
    if _SUPPOSED.search(before):
        return True
    return doc.text[term.end : term.end + 2] == " ?" and bool(_ALONE.search(before))


def _confirmed(doc: Doc, term: Term) -> tuple[str, list[tuple[int, int]]] | None:
    held = _HELD.search(doc.text[max(0, term.start - 50) : term.start])
    if held is None and term.entry.concept in SOFT:
        return None
    said = [
        (h.start, h.end)
        for h in doc.found("status.confirmed")
        if doc.sentence_at(h.start) == doc.sentence_at(term.start)
    ]
    near = [place for place in said if abs(place[0] - term.start) < 60]
    told = "diagnos" in doc.text[slice(*doc.sentence(term.start))]
    if term.entry.concept in FELT and not told:
        if doc.reactions:
            return None  # told as what a treatment did, which is a harm
        if not _BY_OTHERS.search(doc.text):
            return "self", []
    if term.entry.kind == SAID and _VAGUELY.search(doc.text[term.start : term.end]):
        return ("self", []) if doc.reactions and not told else None
    return "confirmed", near[:1]


def _about_time(doc: Doc, records: list[_Record], times: Times) -> _Record | None:
    """The record that the time to diagnosis belongs to: the confirmed one nearest to the words that tell it."""
    place = (
        times.month_place
        or times.age_place
        or (times.seen_places[0] if times.seen_places else None)
    )
    confirmed = [record for record in records if record.status in ("confirmed", "misdiagnosed")]
    if place is not None and not confirmed:  # "i was nineteen when a locum tested me for coeliac"
        here = doc.sentence_at(place[0])
        confirmed = [r for r in records if any(doc.sentence_at(a) == here for a, _ in r.places)]
    if place is None or not confirmed:
        return None
    return min(confirmed, key=lambda r: min(abs(start - place[0]) for start, _ in r.places))


def _so_far(doc: Doc, records: list[_Record]) -> Iterator[Proposal]:
    """How long the wait has lasted, of the condition nearest to those words that is not settled yet."""
    open_still = [n for n, record in enumerate(records) if record.status in ("suspected", "self")]
    waited = waited_so_far(doc) if open_still else None
    if waited is None:
        return
    months, place, since = waited
    group = min(
        open_still, key=lambda n: min(abs(start - place[0]) for start, _ in records[n].places)
    )
    yield _months(doc, months, place, since, group)


def _months(doc: Doc, months: float, place: tuple[int, int], since: str, group: int) -> Proposal:
    return Proposal(
        "diagnosis",
        since,
        (place,),
        value=months,
        unit="months",
        group=group,
        slot="months",
        moment=doc.moment_at(place[0]),
    )


def _marks(doc: Doc, record: _Record, group: int) -> Iterator[Proposal]:
    moment = doc.moment_at(record.places[0][0])
    known = record.entry is not None and record.entry.kind != SAID
    yield Proposal(
        "diagnosis",
        None,
        tuple(record.places[:4]),
        concept_id=(record.entry.concept_id or None) if record.entry else None,
        concept=record.entry.concept if known and record.entry else None,
        group=group,
        slot="condition",
        moment=moment,
        score=0.8 if known else 0.6,
    )
    places = tuple(record.said) or tuple(record.places[:1])
    score = 0.8 if record.said else 0.6
    yield Proposal(
        "diagnosis", record.status, places, group=group, slot="status", moment=moment, score=score
    )


def _timing(doc: Doc, times: Times, group: int) -> Iterator[Proposal]:
    if times.months is not None and times.month_place:
        yield _months(doc, times.months, times.month_place, times.since, group)
    if times.age is not None and times.age_place:
        yield Proposal(
            "diagnosis",
            None,
            (times.age_place,),
            value=times.age,
            unit="years",
            group=group,
            slot="age",
        )
    if times.seen is not None:
        yield Proposal(
            "diagnosis",
            None,
            times.seen_places,
            value=times.seen,
            unit="count",
            group=group,
            slot="professionals",
        )


DIAGNOSIS = DiagnosisMaker()
