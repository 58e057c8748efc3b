"""Codes of moments: think, feel, do and care, each checked against its context."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bedside.understand.book import Hit
from bedside.understand.context import scope
from bedside.understand.doc import Doc
from bedside.understand.makers.deeds import does
from bedside.understand.makers.thoughts import thinks
from bedside.understand.marks import Proposal

__all__ = ["MOMENT_CODES", "MomentCodes", "coded", "grievance", "grouped", "propose_codes"]

_ANY_SCOPE = frozenset(
    {
        "question",
        "asked_online",
        "belief",
        "doubt",
        "expectation",
        "preference",
        "informational",
        "emotional",
        "network",
        "unmet_need",
    }
)
"""Codes that an "if" or a "not" does not take away: "does anyone know if", "I don't trust"."""
MOST = 4  # places kept for one code in one moment
_TOLD = frozenset({"negated", "hypothetical", "hoped", "others", "figurative"})
_TO_YOU = re.compile(
    r" (?:you|u|your|that you|this help\w*|that help\w*|it help\w*|they get|he gets|she gets) "
)
_SELF_NEGATED = re.compile(
    r"\b(?:no|not|n't|never|nobody|without|nothing|none|refus\w+|cannot|can't|couldn't|didn't|lack)\b"
)


def coded(doc: Doc, layer: str) -> Iterator[tuple[str, Hit]]:
    """Codes of a layer that the post asserts, with their places."""
    for code, hits in doc.codes(layer).items():
        for hit in hits:
            if (
                code in _ANY_SCOPE
                or scope(doc, hit.start, hit.end) not in _TOLD
                or _holds_no(doc, hit)
            ):
                yield code, hit


def _holds_no(doc: Doc, hit: Hit) -> bool:
    """Whether the words themselves say "not": then a "not" in scope is theirs."""
    return bool(_SELF_NEGATED.search(doc.text[hit.start : hit.end]))


def grouped(found: Iterable[tuple[str, Hit]], doc: Doc) -> dict[tuple[str, int | None], list[Hit]]:
    """Hits by code and moment."""
    groups: dict[tuple[str, int | None], list[Hit]] = {}
    for code, hit in found:
        groups.setdefault((code, doc.moment_at(hit.start)), []).append(hit)
    return groups


def propose_codes(doc: Doc, layer: str, found: Iterable[tuple[str, Hit]]) -> Iterator[Proposal]:
    """One mark for each code and moment, with all its places; feelings carry an intensity."""
    for (code, moment), hits in grouped(found, doc).items():
        strong = any(hit.strong for hit in hits)
        yield Proposal(
            layer,
            code,
            tuple((hit.start, hit.end) for hit in hits[:MOST]),
            value=(2.0 if strong else 1.0) if layer == "feel" else None,
            unit="intensity" if layer == "feel" else None,
            score=min(0.95, 0.6 + 0.1 * len(hits)),
            moment=moment,
        )


@dataclass(frozen=True)
class MomentCodes:
    """Marks think, feel, do and care; each belongs to the moment whose stretch holds it (F23, F32)."""

    name: str = "moments"
    version: str = "3"
    layers: tuple[str, ...] = ("think", "feel", "do", "care")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of the four layers."""
        for layer, rule in (("think", thinks), ("feel", _feels), ("do", does), ("care", _care)):
            yield from propose_codes(doc, layer, rule(doc, list(coded(doc, layer))))


Found = Sequence[tuple[str, Hit]]


def _feels(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if doc.voice.role in ("clinician", "organisation"):
        return
    for code, hit in found:
        if not _TO_YOU.match(doc.text, hit.end):
            yield code, hit
    if not any(code == "anger_frustration" for code, _ in found):
        for hit in grievance(doc):
            yield "anger_frustration", hit


def grievance(doc: Doc) -> list[Hit]:
    """Complaints of several kinds without any praise show anger, also where it is not named."""
    care = list(_care(doc, list(coded(doc, "care"))))
    wrong = {
        code: hit
        for code, hit in care
        if code.endswith(":complaint") and not code.startswith(("waiting", "cost"))
    }
    praised = sum(code.endswith(":praise") for code, _ in care)
    return list(wrong.values()) if len(wrong) >= 2 and not praised else []


def _care(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    """Care that is told: in a review all of it, elsewhere where the words stand by someone who gives care."""
    if doc.voice.role == "clinician":
        return
    told = [(code, hit) for code, hit in found if _is_care(doc, code, hit)]
    specific = any(code.endswith(":praise") and not code.startswith("overall") for code, _ in told)
    for code, hit in told:
        if code != "overall:praise" or not specific:
            yield code, hit


def _is_care(doc: Doc, code: str, hit: Hit) -> bool:
    here = doc.sentence_at(hit.start)
    if code.endswith(":praise"):
        if any(doc.sentence_at(h.start) == here for h in doc.found("gate.unhappy")):
            return False
        if code == "information:praise" and doc.text.endswith((" i ", " we "), 0, hit.start):
            return False
    if doc.post.kind in ("review", "response"):
        return True
    return any(abs(doc.sentence_at(h.start) - here) <= 1 for h in doc.found("gate.staff"))


MOMENT_CODES = MomentCodes()
