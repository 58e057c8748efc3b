"""Crisis, recall first (R28), and health words that are figures of speech (F21)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bedside.understand.book import Hit
from bedside.understand.context import scope
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["SAFETY", "SafetyMaker"]


FAR = 0.25
FEWEST = 5  # spaces of a sentence that is compared by meaning: shorter ones are near to anything
MEANS = 0.44  # nearness to the prototypes; 2 % of NHS comments and questions to doctors have a sentence as near


@dataclass(frozen=True)
class SafetyMaker:
    """Marks `crisis` (now, past) and `figurative` (yes); no mark means no where coverage says done.

    Notes
    -----
    A missed crisis weighs more than a false alarm: only a plain "not suicidal" or a phrase about suicide in
    general is let go, everything else is `now` unless the words around it say it is over.
    """

    name: str = "safety"
    version: str = "4"
    layers: tuple[str, ...] = ("crisis", "figurative")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Crisis and figurative marks of a post."""
        yield from _crisis(doc)
        yield from _figurative(doc)


def _crisis(doc: Doc) -> Iterator[Proposal]:
    general = doc.found("crisis.other")
    signs = [
        hit
        for hit in doc.found("crisis.any", "crisis.more")
        if not _let_go(doc, hit, general) and doc.near("crisis")[doc.sentence_at(hit.start)] >= FAR
    ]
    signs += [hit for hit in _near(doc) if not _let_go(doc, hit, general)] if not signs else []
    if not signs:
        return
    over = all(_is_over(doc, sign) for sign in signs)
    places = tuple((hit.start, hit.end) for hit in signs[:4])
    score = 0.6 if over else min(0.9, 0.6 + 0.1 * len(signs))
    yield Proposal("crisis", "past" if over else "now", places, score=score)


def _near(doc: Doc) -> list[Hit]:
    """Sentences that mean what the written prototypes of a crisis mean, in other words."""
    scores = doc.near("crisis")
    return [
        Hit(start, end)
        for (start, end), score in zip(doc.sentences, scores, strict=True)
        if score >= MEANS and doc.text.count(" ", start, end) >= FEWEST
    ]


def _is_over(doc: Doc, sign: Hit) -> bool:
    """Whether words of a time gone by stand near, and none of now in the sentence itself."""
    past = doc.found("crisis.past")
    number = doc.sentence_at(sign.start)
    if doc.found_in("crisis.now", number):
        return False
    low = doc.sentences[max(0, number - 1)][0] - 1
    high = doc.sentences[min(len(doc.sentences) - 1, number + 2)][1] + 1
    return any(low <= cue.start <= high for cue in past)


def _let_go(doc: Doc, hit: Hit, general: list[Hit]) -> bool:
    """Whether a sign is no crisis: a "not suicidal", a figure of speech, a mistake with a dose, an animal, a leaflet."""
    if any(g.start < hit.end and hit.start < g.end for g in general):
        return True
    said = scope(doc, hit.start, hit.end)
    plain = doc.text[hit.start : hit.end].startswith("suicid")
    if said == "figurative" or (plain and said == "negated"):
        return True
    start, end = doc.sentence(hit.start)
    return any(start - 1 <= other.start <= end for other in doc.found("crisis.letgo"))


def _figurative(doc: Doc) -> Iterator[Proposal]:
    """A mark where a health word is a figure of speech, and the same is not meant in earnest elsewhere."""
    figures = doc.figures
    if not figures:
        return
    literal = {t.entry.concept for t in doc.terms if not _inside(figures, t.start)}
    figured = [t.entry.concept for t in doc.terms if _inside(figures, t.start)]
    if figured and all(concept in literal for concept in figured):
        return
    told = {doc.sentence_at(t.start) for t in doc.terms if t.entry.kind == "drug"}
    if told and not doc.found("context.figurative"):
        figures = [
            f for f in figures if doc.sentence_at(f[0]) not in told or _LOOSE.search(doc.text)
        ]
    if not figures:
        return
    yield Proposal("figurative", "yes", tuple(figures[:4]), assertion="figurative", score=0.7)


_LOOSE = re.compile(
    r" (?:an(?:a)?esthetic|adrenaline|caffeine|coffee|alcohol|wine|beer|gin|sugar|chocolate|prozac|valium|drug of choice|heroin|crack|steroids|vitamins?) "
)


def _inside(figures: list[tuple[int, int]], place: int) -> bool:
    return any(a <= place < b for a, b in figures)


SAFETY = SafetyMaker()
