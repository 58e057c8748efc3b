"""Diagnosis records: condition, status, how long it took and from when, age, professionals seen (F26)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bedside.understand.book import Hit
from bedside.understand.context import assertion
from bedside.understand.doc import Doc
from bedside.understand.lexicon import Entry, Term
from bedside.understand.makers.waits import Times, read_times
from bedside.understand.marks import Proposal

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
_NAMED = re.compile(
    r" (?:diagnos\w+ (?:\w+ ){0,3}|(?:is|could|can|might|may) (?:it|this|that|these|i) (?:be |have |just )?|"
    r"(?:might|may|could) be |(?:think|thought|believe|suspect|worried|afraid|scared|convinced|sure|says|said) (?:that )?"
    r"(?:it's|it is|it might be|i have|i've got|this is|it could be|it was|i had) |do i have |suspect\w* |rul(?:ed|es|ing|e) out |turn(?:ed|s) out to be |(?:symptoms?|signs?) of |possibl[ey] )"
    r"(?:an? |some (?:kind|sort) of )?$"
)
_RANK = {"misdiagnosed": 5, "ruled_out": 4, "confirmed": 3, "self": 2, "suspected": 1}
_HELD = re.compile(
    r" (?:diagnosed with|diagnosed as|diagnosis of|have|has|had|having|suffer(?:s|ed|ing)? (?:from|with)|with|my|his|her|"
    r"developed|living with|live with|for|got|get|chronic|severe|beat|fighting|survived|battling|of) (?:\w+ ){0,2}$"
)
_VAGUE = frozenset(
    {"infection", "disease", "disorder", "syndrome", "injury", "failure", "deficiency", "disc", "discs", "disk", "disks",
     "mutation", "deletion", "stones", "palsy"}
)  # fmt: skip
"""Kinds of illness that name none by themselves."""
_KIND_OF = re.compile(
    r" (?P<name>(?:(?!(?:have|had|has|got|from|with|an?|the|my|his|her|of|and|some|any|this|that|these|other|or|in|on|for|to|"
    r"his|its|their|your|was|is|are|were|also|\d+|two|three|four|several|many|what|bad|new|small|large|big|chronic|severe) )[a-z][\w']+ ){0,2}"
    r"\w+) $"
)
_WHETHER = re.compile(
    r" (?:does|do|could|can|might|may|would) (?:my \w+|our \w+|i|he|she|we|it|this|that|these) (?:\w+ )?(?:have|be|mean|got) |"
    r" (?:is|are) (?:it|this|that|these|my \w+) "
)
_BY_FORM = re.compile(
    r"(?:\w+(?:itis|oma|omas|osis|malacia|plasia|opathy|strophy|lithiasis|cele|emia|aemia)|cancer|syndrome|disease|disorder|deficiency|hernia|"
    r"stenosis|cysts?|fractures?|tears?|infections?|dystrophy|goitre|goiter|palsy|ulcers?|polyps?|tumou?rs?|aneurysm|sclerosis|"
    r"thrombosis|prolapse|atresia|torn \w+|grand mal) ?"
)
"""How a term of the symptom vocabulary sounds that names an illness."""
_ADJECTIVE = re.compile(
    r" (?:i'm|i am|i was born|he is|she is|he's|she's|(?:my|our) \w+ is|who is|as an?|being|being an?) (?:an? |also |severely |mildly |type \w+ |now |partially )*"
    r"(?P<name>(?:diabetic|asthmatic|bipolar|autistic|epileptic|ana?emic|hypothyroid|hyperthyroid|deaf|blind|coeliac|celiac|lactose intolerant|"
    r"gluten intolerant|hypertensive|schizophrenic|dyslexic|alcoholic|obese|hiv positive|infertile|hypermobile|type \d diabetic|pre ?diabetic) )"
)
_ORGAN = re.compile(
    r" (?:have|has|had|having|with|my|his|her|some|severe|serious|chronic|from|and|a|of) (?P<name>(?:mental health|heart|thyroid|kidney|liver|lung|bowel|"
    r"thyroid gland|prostate|gallbladder|nerve|spine|spinal|autoimmune(?: \w+)?|skin|eye|blood|gluten|nut|peanut|milk|dairy|egg|latex|penicillin|pollen) "
    r"(?:problems?|issues?|condition|disease|disorder|trouble|damage|allerg(?:y|ies)) )"
)
_CALLED = re.compile(
    r" (?:illness|disease|disorder|condition|syndrome|cancer|infection|something) (?:called|named|known as) (?:an? |the )?(?P<name>(?:(?!(?:and|but|which|that|in|so) )[a-z][\w']+ ){1,4})"
)
_PHRASE = re.compile(
    r" diagnosed (?:me |him |her )?(?:with|as) (?:having )?(?:an? |the |severe |mild |chronic |early |stage \w+ )*"
    r"(?P<name>(?:(?!(?:and|but|in|at|after|when|which|because|last|this|on|by|about|since|for|by|as|so|then|that|i|she|he|it|my|years?|months?|now|years?|today|ago|over|almost|nearly|only|just|living|who|two|three|four|five|six|\d+) )[a-z][\w']* ){1,4})"
)
_UNTIL = re.compile(r" (?:not|\w+n't|never) (?:\S+ ){0,2}diagnos\w+ .* (?:until|till) ")


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
    version: str = "3"
    layers: tuple[str, ...] = ("diagnosis",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One group a condition of the writer's or of the one cared for."""
        if doc.voice.experiencer not in ("own", "cared_for"):
            return
        records = _records(doc)
        times = read_times(doc)
        chosen = _about_time(doc, records, times)
        for group, record in enumerate(records):
            yield from _marks(doc, record, group)
            if record is chosen:
                yield from _timing(doc, times, group)


def _records(doc: Doc) -> list[_Record]:
    found: dict[str, _Record] = {}
    for term in doc.terms:
        if _is_condition(doc, term):
            _merge(found, doc, term)
    _confirm_later(doc, found.values())
    for match in _PHRASE.finditer(doc.text):
        start, end = match.start("name"), match.end("name") - 1
        if all(end <= t.start or start >= t.end for t in doc.terms):
            found.setdefault(
                f"\0{doc.text[start:end]}",
                _Record(None, [(start, end)], "confirmed", [(match.start() + 1, start - 1)]),
            )
    for start, end in [*_named(doc), *_described(doc)]:
        if all(end <= s or start >= e for r in found.values() for s, e in r.places):
            found.setdefault(f"\0{doc.text[start:end]}", _Record(None, [(start, end)], "confirmed"))
    return list(found.values())


def _is_condition(doc: Doc, term: Term) -> bool:
    """Whether a term is an illness: by its kind, by its form, or because the writer calls it one."""
    if term.entry.kind != "symptom":
        return term.entry.kind == "condition"
    if _BY_FORM.search(doc.text[term.start : term.end] + " "):
        return True
    return _said_diagnosed(doc, term)


def _described(doc: Doc) -> Iterator[tuple[int, int]]:
    """Illnesses told in ordinary words: "she is diabetic", "a heart problem", "a condition called"."""
    for pattern in (_ADJECTIVE, _ORGAN, _CALLED):
        for match in pattern.finditer(doc.text):
            place = (match.start("name"), match.end("name") - 1)
            if any(
                t.start < place[1] and place[0] < t.end and t.entry.kind == "condition"
                for t in doc.terms
            ):
                continue
            if not _asked_at(doc, place[0]) and assertion(doc, *place) in ("asserted", "past"):
                yield place


def _named(doc: Doc) -> Iterator[tuple[int, int]]:
    """Illnesses that no vocabulary holds but whose last word names a kind: "ovarian cysts", "a broken disc"."""
    for hit in doc.found("named.condition"):
        words = _KIND_OF.search(doc.text[hit.start - 1 : hit.end + 1])
        if (
            words is None
            or words["name"] in _VAGUE
            or any(
                hit.start <= t.start and t.end <= hit.end + 1 and t.entry.kind == "condition"
                for t in doc.terms
            )
        ):
            continue
        place = (hit.start - 1 + words.start("name"), hit.end)
        if not _asked_at(doc, hit.start) and assertion(doc, *place) in ("asserted", "past"):
            yield place


def _asked_at(doc: Doc, place: int) -> bool:
    return bool(_WHETHER.match(doc.text, doc.sentence(place)[0] - 1))


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


def _said_diagnosed(doc: Doc, term: Term) -> bool:
    """Whether a term that is also a symptom is named as what one has: "diagnosed with", "could it be", "think it's"."""
    return bool(_NAMED.search(doc.text[max(0, term.start - 60) : term.start]))


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
    if says in ("figurative", "others"):
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
    if not doc.text[start:end].endswith("?"):
        return False
    if _WHETHER.match(doc.text, start - 1):
        return True
    return not _HELD.search(doc.text[max(0, term.start - 50) : term.start])


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
    return "confirmed", near[:1]


def _about_time(doc: Doc, records: list[_Record], times: Times) -> _Record | None:
    """The record that the time to diagnosis belongs to: the confirmed one nearest to the words that tell it."""
    place = (
        times.month_place
        or times.age_place
        or (times.seen_places[0] if times.seen_places else None)
    )
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
    yield Proposal(
        "diagnosis", record.status, places, group=group, slot="status", moment=moment, score=score
    )


def _timing(doc: Doc, times: Times, group: int) -> Iterator[Proposal]:
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
