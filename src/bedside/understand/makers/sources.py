"""Where information came from, whom people turned to first, how they were seen, and worry from searching (F24, F25, F28)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bedside.understand.asserted import coded
from bedside.understand.book import Hit
from bedside.understand.doc import Doc
from bedside.understand.makers.codes import propose_codes
from bedside.understand.marks import Proposal

__all__ = ["SOURCES", "SourceMaker"]

NEAR = 9  # words between "first" and the place that was turned to
_TURNED = ("internet", "doctor", "pharmacist", "other_professional", "family_friends")


@dataclass(frozen=True)
class SourceMaker:
    """Marks info_source, first_turned_to, mode and search_worry."""

    name: str = "sources"
    version: str = "2"
    layers: tuple[str, ...] = ("info_source", "first_turned_to", "mode", "search_worry")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of the four layers."""
        if doc.voice.role == "clinician" and doc.post.is_reply:
            return
        for layer in ("info_source", "search_worry"):
            yield from propose_codes(doc, layer, list(coded(doc, layer)))
        if doc.voice.experiencer in ("own", "cared_for"):
            yield from propose_codes(doc, "mode", list(coded(doc, "mode")))
            yield from _first(doc)


def _first(doc: Doc) -> Iterator[Proposal]:
    """Whom they turned to first, only where the order is told."""
    turns = sorted(
        ((hit, code) for code in _TURNED for hit in doc.found(f"turned.{code}")),
        key=lambda t: t[0].start,
    )
    for cue in doc.found("order.first"):
        for hit, code in _after_before(doc, cue, turns) if _says_before(doc, cue) else turns:
            if _is_near(doc, cue, hit):
                yield _proposal(doc, code, (cue, hit))
                return
    for (one, code), (two, other) in pairwise(turns):
        if code == other:
            continue
        for cue in doc.found("order.then"):
            if one.end <= cue.start <= two.start and doc.between(one.end, two.start) <= 3 * NEAR:
                yield _proposal(doc, code, (one, cue, two))
                return


def _says_before(doc: Doc, cue: Hit) -> bool:
    return doc.text.startswith("before", cue.start)


def _after_before(doc: Doc, cue: Hit, turns: list[tuple[Hit, str]]) -> list[tuple[Hit, str]]:
    """All but what comes after "before" next: that was second."""
    second = next((hit for hit, _ in turns if hit.end > cue.start), None)
    return [(hit, code) for hit, code in turns if hit is not second]


def _is_near(doc: Doc, cue: Hit, hit: Hit) -> bool:
    if doc.sentence_at(cue.start) != doc.sentence_at(hit.start):
        return False
    return doc.between(min(cue.end, hit.end), max(cue.start, hit.start)) <= NEAR


def _proposal(doc: Doc, code: str, hits: tuple[Hit, ...]) -> Proposal:
    places = tuple((hit.start, hit.end) for hit in hits)
    return Proposal("first_turned_to", code, places, score=0.6, moment=doc.moment_at(hits[0].start))


SOURCES = SourceMaker()
