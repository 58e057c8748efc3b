"""Diagnosis records: condition, status, how long it took and from when, age, professionals seen (F26)."""

import re
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bedside.understand.context import assertion
from bedside.understand.doc import Doc
from bedside.understand.lexicon import Entry, Term
from bedside.understand.makers.conditions import is_condition, spoken_conditions
from bedside.understand.makers.going_on import waited_so_far
from bedside.understand.makers.named_last import named_at_last
from bedside.understand.makers.owners import is_theirs
from bedside.understand.makers.status import RANK, SAID, is_firm, status_of
from bedside.understand.makers.waits import Times, read_times
from bedside.understand.marks import Proposal

__all__ = ["DIAGNOSIS", "DiagnosisMaker"]


_OPENED = re.compile(r" \( (?:\w+ ){0,2}")
_AND = re.compile(r" (?:,|and|or|&|, and|, or|/|\+|plus) (?:an? |the )?(?:\w+ )?")
_KINDS = frozenset(
    {"disease", "disorder", "syndrome", "infection", "deficiency", "injury", "problem", "issue", "condition", "allergy", "damage"}
)  # fmt: skip
"""Heads that two different conditions may share."""

_ANY_SORT = frozenset(
    {"rare", "genetic", "neurological", "inherited", "hereditary", "complex", "previous", "old", "serious", "physical", "medical", "outside", "same",
     "pathological", "chronic", "common", "other", "underlying", "certain"}
)  # fmt: skip
"""Words before such a head that make no name of it."""


@dataclass(slots=True)
class _Record:
    """One condition with what is said of it."""

    entry: Entry
    places: list[tuple[int, int]]
    status: str
    said: list[tuple[int, int]] = field(default_factory=list)
    firm: bool = True  # whether words say its status, or it is only named


@dataclass(frozen=True)
class DiagnosisMaker:
    """Marks `diagnosis` in groups: slots condition, status, and where stated months, age and professionals."""

    name: str = "diagnosis"
    version: str = "11"
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
        records = _records(doc, told) or (_last_record(doc) if told else [])
        chosen = _about_time(doc, records, times)
        for group, record in enumerate(records):
            yield from _marks(doc, record, group)
            if record is chosen:
                yield from _timing(doc, times, group)
        if records and (chosen is None or times.months is None):
            yield from _so_far(doc, records)


def _records(doc: Doc, told: bool) -> list[_Record]:
    """Conditions that are somebody's; where a way to a diagnosis is told, also without a person."""
    found: dict[str, _Record] = {}
    for term in doc.terms:
        if is_condition(doc, term):
            _merge(found, doc, term, told)
    _confirm_later(doc, found.values())
    taken = sorted(place for record in found.values() for place in record.places)
    names = {doc.text[slice(*record.places[0])] for record in found.values()}
    for start, end in spoken_conditions(doc):
        name = doc.text[start:end]
        at = bisect_right(taken, (end, 0)) - 1
        if (at >= 0 and taken[at][1] > start) or any(_same_head(n, name) for n in names):
            continue
        sorts = set(name.split()[:-1])
        if found and sorts and sorts <= _ANY_SORT:
            continue  # "a rare disorder" beside its name
        _merge(found, doc, Term(start, end, Entry(SAID, "", name)), told)
        insort(taken, (start, end))
        names.add(name)
    return list(found.values())


def _last_record(doc: Doc) -> list[_Record]:
    """An illness in words that no list holds, where the way to it is told: "the tenth found the CSF leak"."""
    place = named_at_last(doc)
    if place is None:
        return []
    return [_Record(Entry(SAID, "", doc.text[slice(*place)]), [place], "confirmed")]


def _same_head(one: str, other: str) -> bool:
    """Whether two names end with one word, in one number or two ("a hernia", "groin hernias")."""
    heads = [name.rpartition(" ")[2].removesuffix("s") for name in (one, other)]
    return heads[0] == heads[1] and (heads[0] not in _KINDS or one.endswith(f" {other}"))


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


def _merge(found: dict[str, _Record], doc: Doc, term: Term, way: bool) -> None:
    """Add one mention to the record of its condition, or make one."""
    beside = next((r for r in found.values() if _is_alias(doc, r, term)), None)
    if beside is not None:
        beside.places.append((term.start, term.end))
        return
    told = status_of(doc, term) if is_theirs(doc, term.start, term.end, way) else None
    if told is None:
        return
    status, said = told
    record = found.get(term.entry.concept)
    before = next((r for r in found.values() if r.places[-1][1] == term.start - 1), None)
    if (
        record is None
        and before is not None
        and before.status == status
        and _is_one_name(doc, before, term)
    ):
        before.places[-1] = (before.places[-1][0], term.end)
        return
    firm = is_firm(doc, term, told)
    listed = None if firm else _inherited(doc, found.values(), term)
    if listed is not None:
        status, firm = listed
    if record is None:
        places = [(term.start, term.end)]
        found[term.entry.concept] = _Record(term.entry, places, status, said, firm)
        return
    record.places.append((term.start, term.end))
    if (RANK[status] > RANK[record.status] and firm) or (firm and not record.firm):
        record.status, record.said, record.firm = status, said, firm


def _is_one_name(doc: Doc, before: _Record, term: Term) -> bool:
    """Whether two names side by side are parts of one, and not two in a list without commas."""
    names = [doc.text[slice(*before.places[-1])], doc.text[term.start : term.end]]
    listed = before.entry.kind == term.entry.kind == "condition"
    return not listed or all(" " not in name for name in names)


def _is_alias(doc: Doc, record: _Record, term: Term) -> bool:
    """Whether a term in brackets is another name of the condition right before it."""
    between = doc.text[record.places[-1][1] : term.start]
    return bool(_OPENED.fullmatch(between)) and doc.text.startswith(" )", term.end)


def _inherited(doc: Doc, found: Iterable[_Record], term: Term) -> tuple[str, bool] | None:
    """Status of the condition right before in a list, where this one is only named."""
    for record in found:
        if _AND.fullmatch(doc.text, record.places[-1][1], term.start):
            return record.status, record.firm
    return None


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
    known = record.entry.kind != SAID
    yield Proposal(
        "diagnosis",
        None,
        tuple(record.places[:4]),
        concept_id=record.entry.concept_id or None,
        concept=record.entry.concept if known else None,
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
