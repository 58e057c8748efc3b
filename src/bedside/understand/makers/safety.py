"""Crisis, recall first (R28), and health words that are figures of speech (F21)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bedside.understand.book import Hit
from bedside.understand.context import scope
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["SAFETY", "SafetyMaker"]

NEAR = 140  # characters within which "years ago" makes a crisis a past one


@dataclass(frozen=True)
class SafetyMaker:
    """Marks `crisis` (now, past) and `figurative` (yes); no mark means no where coverage says done.

    Notes
    -----
    A missed crisis weighs more than a false alarm: only a plain "not suicidal" or a phrase about suicide in
    general is let go, everything else is `now` unless the words around it say it is over.
    """

    name: str = "safety"
    version: str = "1"
    layers: tuple[str, ...] = ("crisis", "figurative")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Crisis and figurative marks of a post."""
        yield from _crisis(doc)
        yield from _figurative(doc)


def _crisis(doc: Doc) -> Iterator[Proposal]:
    general = doc.found("crisis.other")
    signs = [hit for hit in doc.found("crisis.any") if not _let_go(doc, hit, general)]
    if not signs:
        return
    past = doc.found("crisis.past")
    over = all(any(abs(sign.start - cue.start) < NEAR for cue in past) for sign in signs)
    places = tuple((hit.start, hit.end) for hit in signs[:4])
    score = 0.6 if over else min(0.9, 0.6 + 0.1 * len(signs))
    yield Proposal("crisis", "past" if over else "now", places, score=score)


def _let_go(doc: Doc, hit: Hit, general: list[Hit]) -> bool:
    if any(g.start < hit.end and hit.start < g.end for g in general):
        return True
    plain = doc.text[hit.start : hit.end].startswith("suicid")
    said = scope(doc, hit.start, hit.end)
    return said == "figurative" or (plain and said == "negated")


def _figurative(doc: Doc) -> Iterator[Proposal]:
    figures = doc.found("context.figurative")
    if not figures:
        return
    literal = {t.entry.concept for t in doc.terms if not _inside(figures, t.start)}
    figured = [t.entry.concept for t in doc.terms if _inside(figures, t.start)]
    if figured and all(concept in literal for concept in figured):
        return
    places = tuple((hit.start, hit.end) for hit in figures[:4])
    yield Proposal("figurative", "yes", places, assertion="figurative", score=0.7)


def _inside(hits: list[Hit], place: int) -> bool:
    return any(hit.start <= place < hit.end for hit in hits)


SAFETY = SafetyMaker()
