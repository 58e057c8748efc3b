"""Harms: a drug and a reaction that the writer reports as had by somebody (F35).

Each reaction that stands in a post beside a drug is weighed: words that lay it at the drug's door, closeness in text and
time, and what is told around it, against what speaks of an illness, a warning, a fear or a plan. Words after "made me"
stand for a reaction that no list holds.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from bedside.understand.book import Hit
from bedside.understand.context import assertion, scope
from bedside.understand.doc import Doc
from bedside.understand.lexicon import Entry, Term
from bedside.understand.makers.harm_vetoes import GOOD, cue_of, is_illness, is_reason, is_vetoed
from bedside.understand.marks import Proposal

__all__ = ["Harm", "find_harms", "harm_proposals", "thread_drug"]

_HAD_IT = re.compile(
    r" (?:with|have|had|has|treat|against|cystic|severe|mild|moderate|for|diagnosed with|my|his|her) (?:\w+ ){0,1}$"
)
ENOUGH = 0.75
MOST_WORDS = 9  # of a reaction in the writer's words
_FROM = re.compile(
    r" (?:from|off|due to|because of|caused by|with|after|thanks to) (?:the |my |this |taking |starting |\d )*"
)
_INSIDE = re.compile(
    r" (?:don't|doesn't|didn't|not|never|isn't|aren't|wasn't|no|less|hardly|without) "
)
_IRONY = re.compile("[\U0001f644\U0001f921\U0001f602\U0001f923]| (?:sure|yeah right|oh no) ")
_WELL = re.compile(
    r" (?:fine|great|better|clear\w*|good|normal|heal\w*|improv\w*|happy|lovely|calm\w*|glow\w*|soft\w*|amazing|dream|brilliant|"
    r"back to|ok|okay|well|perfect|same|nothing|best|less|worth|no longer|not bad|thank\w*|love|comfort\w*|vanish\w*|disappear\w*|recommend\w*|hope\w*|wait\w*) "
)
_BARE = re.compile(
    r" (?P<cue>(?:made|makes|making|make) (?:me|him|her|my \w+)(?: feel)?|(?:gave|gives|given|giving) (?:me|him|her)|"
    r"(?:left|leaves|leaving) (?:me|him|her)(?: with)?|(?:turned|turns|sent) (?:me|him|her)(?: into)?|felt like) (?P<what>(?:[^\W\d]\S* ){1,6})"
)


@dataclass(frozen=True, slots=True)
class Harm:
    """A drug, a reaction (without an entry where no list holds it), the words that tie them, and how surely."""

    drug: Term
    reaction: Term
    cue: tuple[int, int] | None
    score: float


def harm_proposals(doc: Doc) -> Iterator[Proposal]:
    """Marks of layer `harm`: groups with the slots drug and reaction."""
    for group, harm in enumerate(find_harms(doc)):
        cue = (harm.cue,) if harm.cue else ()
        for slot, part in (("drug", harm.drug), ("reaction", harm.reaction)):
            place = (part.start, part.end)
            yield Proposal(
                "harm",
                slot,
                (place, *cue) if slot == "reaction" else (place,),
                assertion=_held(doc, part) if slot == "reaction" else "asserted",
                concept_id=part.entry.concept_id or None,
                concept=part.entry.concept or None,
                group=group,
                slot=slot,
                moment=doc.moment_at(harm.reaction.start),
                score=harm.score,
            )


def _held(doc: Doc, part: Term) -> str:
    return "past" if assertion(doc, part.start, part.end) == "past" else "asserted"


def find_harms(doc: Doc) -> list[Harm]:
    """Drug and reaction pairs of a post, each pair once, in order of place; worked out once a post."""
    if "harms" not in doc.memo:
        doc.memo["harms"] = _find(doc)
    found: list[Harm] = doc.memo["harms"]
    return found


def _find(doc: Doc) -> list[Harm]:
    if doc.voice.role == "clinician":
        return []
    drugs = _drugs(doc)
    if not drugs:
        return []
    found: dict[tuple[str, str], Harm] = {}
    reactions = [r for r in _reactions(doc) if not is_vetoed(doc, r)]
    about = _about(doc, reactions)
    for reaction in reactions:
        harm = _weigh(doc, reaction, drugs, about)
        if harm is not None:
            named = reaction.entry.concept or str(reaction.start)
            found.setdefault((harm.drug.entry.concept, named), harm)
    if not found:
        found = {("", str(h.reaction.start)): h for h in _bare(doc, drugs)}
    return sorted(found.values(), key=lambda h: (h.reaction.start, h.drug.start))


def _drugs(doc: Doc) -> list[Term]:
    """Drugs named; else the thread's one drug or an unnamed medicine, at the words that mean it."""
    named = [term for term in doc.terms if term.entry.kind == "drug"]
    meant = doc.found("harm.unnamed")
    if named:
        main = {term.entry.concept for term in named}
        if len(main) == 1:
            named += [Term(h.start, h.end, named[0].entry) for h in meant]
        return sorted(named, key=lambda term: term.start)
    cues = meant or doc.found("harm.cue") or doc.found("harm.taking")
    if not cues:
        return []
    entry = thread_drug(doc)
    if entry is not None:
        return [Term(h.start, h.end, entry) for h in cues[:3]]
    if not doc.found("harm.cue"):
        return []
    return [Term(h.start, h.end, Entry("drug", "", "")) for h in meant[:3]]


def thread_drug(doc: Doc) -> Entry | None:
    """The one drug that a reply without any drug of its own can mean: that of the thread's title and the parent."""
    if not doc.post.is_reply or any(term.entry.kind == "drug" for term in doc.terms):
        return None
    drugs = {term.entry for term in doc.around if term.entry.kind == "drug"}
    return next(iter(drugs)) if len({drug.concept for drug in drugs}) == 1 else None


def _reactions(doc: Doc) -> list[Term]:
    """Symptoms and conditions by list, and what plain words say of a part of the body; of two at a place the longer."""
    terms = [t for t in doc.terms if t.entry.kind in ("symptom", "condition")]
    drugs = [t for t in doc.terms if t.entry.kind == "drug"]
    for term in [*doc.lay, *_of_the_body(doc)]:
        inside = doc.text.find(" ", term.start)
        if 0 < inside < term.end and _INSIDE.search(doc.text, inside, term.end):
            continue
        if not any(t.start < term.end and term.start < t.end for t in [*terms, *drugs]):
            terms.append(term)
    return sorted(terms, key=lambda t: t.start)


def _of_the_body(doc: Doc) -> list[Term]:
    """What is told of a part of the body, or cannot be done any more, in words that no list holds."""
    found = []
    for hit in doc.found("harm.body"):
        end = doc.clause(hit.start, hit.end)[1]
        words = doc.text[hit.start : end].split()[:MOST_WORDS]
        term = Term(
            hit.start, max(hit.end, hit.start + len(" ".join(words))), Entry("symptom", "", "")
        )
        if not _WELL.search(doc.text, hit.start, min(len(doc.text), term.end + 2)):
            found.append(term)
    return found


def _about(doc: Doc, reactions: list[Term]) -> float:
    """How much the whole post speaks of harm by what is taken."""
    told = doc.found("harm.told")
    symptoms = {r.entry.concept for r in reactions if not is_illness(doc, r)}
    weight = 0.2 * bool(doc.found("harm.taking")) + 0.15 * min(2, len(told))
    weight += 0.25 * any(doc.text.startswith(("side", "regret"), hit.start) for hit in told)
    weight += 0.15 * (len(symptoms) > 1) + 0.15 * (len(symptoms) > 2)
    return weight - 0.35 * bool(doc.found("harm.none")) - 0.7 * bool(doc.found("harm.not_started"))


def _weigh(doc: Doc, reaction: Term, drugs: list[Term], about: float) -> Harm | None:
    """The drug nearest to a reaction, if there is enough to lay the reaction at its door."""
    here = doc.sentence_at(reaction.start)
    drug = _nearest(drugs, reaction)
    far = abs(doc.sentence_at(drug.start) - here)
    if far > 2 and len({d.entry.concept for d in drugs}) > 1:
        return None
    cue = cue_of(doc, here)
    if cue is None and is_reason(doc, reaction, drug):
        return None
    linked = far <= 1 and _linked(doc, drug)
    if not reaction.entry.concept and (far or not (cue or linked)):
        return None
    score = about + _closeness(reaction, drug, far, cue) + 0.3 * linked
    score += 0.45 * _straight(doc, reaction, drug) - _of_an_illness(doc, reaction, cue)
    if score < ENOUGH:
        return None
    place = (cue.start, cue.end) if cue else None
    return Harm(drug, reaction, place, round(min(0.9, 0.3 + 0.4 * score), 3))


def _nearest(drugs: list[Term], reaction: Term) -> Term:
    """The drug nearest in text; `drugs` are in order of place."""
    after = bisect_left(drugs, reaction.start, key=lambda d: d.start)
    around = drugs[max(0, after - 1) : after + 1]
    return min(around, key=lambda d: abs(d.start - reaction.start))


def _closeness(reaction: Term, drug: Term, far: int, cue: Hit | None) -> float:
    """Weight of how near the two stand, less where one of them is not named."""
    score = (0.5, 0.3)[far] if far <= 1 else 0.15
    score -= 0.15 * (not drug.entry.concept) + 0.1 * (not reaction.entry.concept)
    if cue is not None:
        return score + (0.55 if far <= 1 else 0.35)
    return score + 0.5 * (0 <= reaction.start - drug.end <= 1)  # "effexor sweats"


def _of_an_illness(doc: Doc, reaction: Term, cue: Hit | None) -> float:
    """Weight of what speaks for an illness: an illness itself, one that the writer has, one in the same sentence."""
    weight = 0.35 * (cue is None and _explained(doc, doc.sentence_at(reaction.start), reaction))
    if not is_illness(doc, reaction):
        return weight
    if cue is None:
        return weight + 0.45
    before = max(0, reaction.start - 24)
    return weight + 0.6 * bool(_HAD_IT.search(doc.text, before, reaction.start))


def _explained(doc: Doc, sentence: int, reaction: Term) -> bool:
    """Whether an illness stands in the reaction's sentence, which may be what it comes from."""
    return any(
        is_illness(doc, term) and doc.sentence_at(term.start) == sentence and term is not reaction
        for term in doc.terms_in(sentence)
    )


def _straight(doc: Doc, reaction: Term, drug: Term) -> bool:
    """Whether one is said straight of the other: "acne from testosterone", "cramps off senokot"."""
    return bool(_FROM.fullmatch(doc.text, reaction.end, max(reaction.end, drug.start)))


def _linked(doc: Doc, drug: Term) -> bool:
    """Whether "since", "on", "day 3 of" stands shortly before the drug, or a review begins with its name."""
    return doc.text.startswith((" :", " ="), drug.end) or any(
        hit.start < drug.start and doc.between(hit.end, drug.start) <= 3
        for hit in doc.found_in("harm.link", doc.sentence_at(drug.start))
    )


def _bare(doc: Doc, drugs: list[Term]) -> Iterator[Harm]:
    """What follows "made me", "gave me", "left me with", said of a drug that is named before it."""
    if _IRONY.search(doc.text):
        return
    for match in _BARE.finditer(doc.text):
        start, end = match.start("what"), match.end("what") - 1
        sentence = doc.sentence(match.start("cue"))
        drug = next(
            (
                d
                for d in reversed(drugs)
                if sentence[0] - 60 <= d.start < match.start("cue") and d.entry.concept
            ),
            None,
        )
        if (
            drug is None
            or _WELL.search(doc.text, start - 1, end + 1)
            or GOOD.match(doc.text, start)
            or doc.found("harm.not_started")
        ):
            continue
        term = Term(start, min(end, sentence[1]), Entry("symptom", "", ""))
        if is_vetoed(doc, term) or scope(doc, match.start("cue"), start) != "asserted":
            continue
        yield Harm(drug, term, (match.start("cue"), match.end("cue")), 0.45)
