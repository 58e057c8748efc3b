"""Treatments with status, outcome and barrier; harms as drug and reaction; special situations (F27, F35)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bedside.understand.book import Hit
from bedside.understand.context import assertion, scope
from bedside.understand.doc import Doc
from bedside.understand.lexicon import Entry, Term
from bedside.understand.makers.harm import find_harms, harm_proposals, thread_drug
from bedside.understand.makers.owners import is_of_reader, names_somebody
from bedside.understand.marks import Proposal

__all__ = ["TREATMENT", "TreatmentMaker", "harm_cues"]

SPECIAL = (
    "lack_of_effect", "overdose", "misuse_or_abuse", "medication_error", "pregnancy_or_lactation", "off_label",
    "occupational_exposure", "product_complaint",
)  # fmt: skip
REACH = 2  # sentences between a special situation and the drug
NEAR = 8  # words between an option and the words that say its status
_TEST = re.compile(
    r"scan|mri|ultrasound|test|x ray|biopsy|scopy$|ecg|eeg|echo|smear|mammogram|puncture|study|cannula|catheter|drip|filling"
)
_RANK = {"refused": 6, "switched": 5, "stopped": 4, "wanted": 3, "on": 2, "tried": 1}
_STATUSES = ("refused", "switched", "stopped", "wanted", "on", "tried")
_OUTCOMES = ("no_help", "harmed", "helped")
_BARRIERS = ("side_effects", "cost", "waiting", "access", "fear", "refused")
_AHEAD = re.compile(
    r" (?:should|can|may|could|will|after|when|if|once|to|might|would|before|going to|want to|plan to) (?:i |we |she |he )?(?:to )?$"
)
_BARE = re.compile(r"(?:stop|quit|finish|wean|taper|switch|change|swap|come|discontinue|cease) ")

_AVOIDED = re.compile(r" (?:avoid\w*|prevent\w*|against) (?:\w+ ){0,2}$")

_OPERATION = re.compile(
    r"surger|operation|ectomy|plasty|transplant|replacement|removal|fusion|extraction|filling|root canal|section|lasik",
    re.I,
)
_UNWANTED = re.compile(
    r" (?:not|never|don't|doesn't|didn't) (?:\w+ )?(?:want|need|like)|want\w* to (?:avoid|stop|get off|come off)"
)
FEW = 40  # words of a post that may leave out who takes it


@dataclass(slots=True)
class _Option:
    entry: Entry
    places: list[tuple[int, int]]
    status: str
    said: tuple[tuple[int, int], ...]
    sentences: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class TreatmentMaker:
    """Marks treatment (slots option, status, outcome, barrier), harm (slots drug, reaction) and special_situation."""

    name: str = "treatment"
    version: str = "5"
    layers: tuple[str, ...] = ("treatment", "harm", "special_situation")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Records of the treatments and harms that the post tells of the writer or the one cared for."""
        if doc.voice.experiencer in ("own", "cared_for"):
            for group, option in enumerate(_options(doc)):
                yield from _marks(doc, option, group)
        yield from harm_proposals(doc)
        yield from _special(doc)


def _options(doc: Doc) -> list[_Option]:
    found: dict[str, _Option] = {}
    for term in doc.terms:
        if term.entry.kind not in ("drug", "procedure") or _TEST.search(term.entry.concept):
            continue
        told = _status(doc, term)
        if told is None:
            continue
        status, said = told
        option = found.setdefault(term.entry.concept, _Option(term.entry, [], status, said))
        option.places.append((term.start, term.end))
        option.sentences.add(doc.sentence_at(term.start))
        if _RANK[status] > _RANK[option.status]:
            option.status, option.said = status, said
    options = list(found.values())
    if options:
        _told_of_it(doc, options)
        return options
    return _of_thread(doc)


def _of_thread(doc: Doc) -> list[_Option]:
    """What a reply tells of the thread's drug without naming it: "I stopped it after a month"."""
    hits = [
        hit
        for hit in doc.found(
            "do.stopped_treatment", "treat.over", "do.started_treatment", "treat.took"
        )
        if scope(doc, hit.start, hit.end) == "asserted" and not _planned(doc, hit)
    ]
    entry = thread_drug(doc) if hits else None
    if entry is None:
        return []
    over = [hit for hit in doc.found("do.stopped_treatment", "treat.over") if hit in hits]
    place = (over or hits)[0]
    status = "stopped" if over else "on"
    said = (place.start, place.end)
    return [_Option(entry, [said], status, (said,), {doc.sentence_at(place.start)})]


def _told_of_it(doc: Doc, options: list[_Option]) -> None:
    """Take words such as "I stopped it" and "finished yesterday" as said of the treatment that the post speaks of most."""
    main = max(options, key=lambda o: len(o.places))
    named = {sentence for option in options if option is not main for sentence in option.sentences}
    for hit in doc.found("do.stopped_treatment", "treat.over"):
        if _planned(doc, hit):
            continue
        if doc.sentence_at(hit.start) not in named and scope(doc, hit.start, hit.end) == "asserted":
            if _RANK[main.status] < _RANK["stopped"]:
                main.status, main.said = "stopped", ((hit.start, hit.end),)
            return


def _status(doc: Doc, term: Term) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    says = assertion(doc, term.start, term.end)
    named = names_somebody(doc, term.start)
    if says in ("others", "figurative") or (not named and is_of_reader(doc, term.start)):
        return None
    told = _said(doc, term)
    if told is not None:
        return told
    if says == "negated" or (not named and doc.words > FEW):
        return None  # not taken, or spoken of as such: "the harms of accutane"
    if says in ("hypothetical", "hoped", "feared"):
        return "wanted", ()
    return ("tried" if says == "past" or term.entry.kind == "procedure" else "on"), ()


def _said(doc: Doc, term: Term) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """The status that words near a treatment say, with those words."""
    low, high = doc.clause(term.start, term.end)
    for status in _STATUSES:
        for hit in doc.found(f"treat.{status}"):
            if low - 1 <= hit.start and hit.end <= high + 1 and _near(doc, hit, term):
                if _means_else(doc, status, hit, term):
                    continue
                if status == "tried" and term.entry.kind == "drug" and _is_over(doc, hit):
                    status = "stopped"
                if status == "on" and _OPERATION.search(term.entry.concept):
                    status = "tried"  # "surgery on my knee"
                return status, ((hit.start, hit.end),)
    return None


def _means_else(doc: Doc, status: str, hit: Hit, term: Term) -> bool:
    """Whether words of a status are of a plan, of what is not wanted, or part of the treatment's own name."""
    if status in ("stopped", "switched"):
        inside = hit.start < term.end and term.start < hit.end  # "thyroid removal"
        return inside or _planned(doc, hit)
    if status == "wanted":
        unwanted = _UNWANTED.search(doc.text, max(0, hit.start - 12), hit.end + 14)
        return bool(unwanted) or " stop" in doc.text[hit.end : term.start]
    return False


def _planned(doc: Doc, hit: Hit) -> bool:
    """Whether stopping is asked about or ahead: "should I", "after I stop"."""
    bare = bool(_BARE.match(doc.text, hit.start))
    return bare and bool(_AHEAD.search(doc.text, max(0, hit.start - 24), hit.start))


def _is_over(doc: Doc, hit: Hit) -> bool:
    """Whether a drug that was taken belongs to a time long past, and nothing says that it goes on."""
    here = doc.sentence_at(hit.start)
    took = any(abs(h.start - hit.start) < 3 for h in doc.found("treat.took"))
    ended = bool(doc.found("treat.ended"))
    goes_on = any(doc.sentence_at(h.start) == here for h in doc.found("treat.now"))
    return took and ended and not goes_on


def _near(doc: Doc, hit: Hit, term: Term) -> bool:
    if hit.start < term.start:
        return doc.between(hit.end, term.start) <= NEAR
    return doc.between(term.end, hit.start) <= 4


def _marks(doc: Doc, option: _Option, group: int) -> Iterator[Proposal]:
    moment = doc.moment_at(option.places[0][0])
    yield Proposal(
        "treatment",
        None,
        tuple(option.places[:4]),
        concept_id=option.entry.concept_id or None,
        concept=option.entry.concept,
        group=group,
        slot="option",
        moment=moment,
        score=0.7,
    )
    said = option.said or tuple(option.places[:1])
    score = 0.7 if option.said else 0.5
    yield Proposal(
        "treatment", option.status, said, group=group, slot="status", moment=moment, score=score
    )
    for slot, codes in (("outcome", _OUTCOMES), ("barrier", _BARRIERS)):
        for code in codes:
            hits = [
                h
                for h in doc.found(f"{slot}.{code}")
                if doc.sentence_at(h.start) in option.sentences
            ]
            if hits and (
                slot == "outcome" or option.status in ("stopped", "refused", "wanted", "switched")
            ):
                place = ((hits[0].start, hits[0].end),)
                yield Proposal(
                    "treatment", code, place, group=group, slot=slot, moment=moment, score=0.5
                )
                break


def harm_cues(doc: Doc) -> list[Hit]:
    """Places of reactions that are laid at a treatment's door, for what counts as an adverse reaction."""
    return [Hit(harm.reaction.start, harm.reaction.end) for harm in find_harms(doc)]


def _special(doc: Doc) -> Iterator[Proposal]:
    """Special situations within two sentences of a drug, or of a medicine that is not named."""
    places = [term.start for term in doc.terms if term.entry.kind == "drug"]
    places += [hit.start for hit in doc.found("harm.unnamed", "special.medicine")]
    if not places or doc.voice.role == "clinician":
        return
    near = {doc.sentence_at(place) for place in places}
    for code in SPECIAL:
        hits = [
            hit
            for hit in doc.found(f"special.{code}")
            if any(abs(doc.sentence_at(hit.start) - d) <= REACH for d in near)
            and not _only_supposed(doc, hit)
        ]
        if hits:
            said = tuple((h.start, h.end) for h in hits[:3])
            moment = doc.moment_at(hits[0].start)
            yield Proposal("special_situation", code, said, moment=moment, score=0.5)


def _only_supposed(doc: Doc, hit: Hit) -> bool:
    """Whether it is hoped, feared, avoided, tested for or an "if": nothing has happened."""
    if _AVOIDED.search(doc.text, max(0, hit.start - 24), hit.start) or doc.text.startswith(
        (" test", " prevention"), hit.end
    ):
        return True
    return scope(doc, hit.start, hit.end) in ("hypothetical", "feared", "hoped", "figurative")


TREATMENT = TreatmentMaker()
