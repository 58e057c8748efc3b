"""Codes that patterns alone decide, each checked against its context: think, feel, do, care; content and support."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bedside.understand.book import Hit
from bedside.understand.context import scope
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["MOMENT_CODES", "POST_CODES", "MomentCodes", "PostCodes"]

MOST = 4  # places kept for one code in one moment
_TOLD = frozenset({"negated", "hypothetical", "hoped", "others", "figurative"})
_SELF_NEGATED = re.compile(r"\b(?:no|not|n't|never|nobody|without|nothing|none|refus\w+|cannot|can't|couldn't|didn't|lack)\b")


def coded(doc: Doc, layer: str) -> Iterator[tuple[str, Hit]]:
    """Codes of a layer that the post asserts, with their places."""
    for code, hits in doc.codes(layer).items():
        for hit in hits:
            if scope(doc, hit.start, hit.end) not in _TOLD or _holds_no(doc, hit):
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
    version: str = "1"
    layers: tuple[str, ...] = ("think", "feel", "do", "care")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of the four layers."""
        for layer, rule in (("think", _thinks), ("feel", _feels), ("do", _does), ("care", _care)):
            yield from propose_codes(doc, layer, rule(doc, list(coded(doc, layer))))


@dataclass(frozen=True)
class PostCodes:
    """Marks content and support of the whole post (F31, F34)."""

    name: str = "content"
    version: str = "1"
    layers: tuple[str, ...] = ("content", "support_needed", "support_given")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of the three layers; none of them belongs to a moment."""
        rules = (("content", _content), ("support_needed", _needs), ("support_given", _gives))
        for layer, rule in rules:
            groups: dict[str, list[Hit]] = {}
            for code, hit in rule(doc, list(coded(doc, layer))):
                groups.setdefault(code, []).append(hit)
            for code, hits in groups.items():
                places = tuple((hit.start, hit.end) for hit in hits[:MOST])
                yield Proposal(layer, code, places, score=min(0.9, 0.5 + 0.1 * len(hits)))


Found = Sequence[tuple[str, Hit]]


def _thinks(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    yield from found


def _feels(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    yield from found


def _does(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    told = doc.voice.experiencer in ("own", "cared_for")
    for code, hit in found:
        if told or code in ("asked_online", "advised_others", "searched_online", "recommended_provider"):
            yield code, hit


def _care(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if doc.voice.role == "clinician":
        return
    if doc.post.kind not in ("review", "response") and not doc.found("gate.service"):
        return
    specific = any(code.endswith(":praise") and not code.startswith("overall") for code, _ in found)
    for code, hit in found:
        if code != "overall:praise" or not specific:
            yield code, hit


def _content(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if doc.voice.role == "clinician":
        return
    yield from found


def _needs(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if doc.voice.role == "organisation":
        return
    yield from found
    for hit in doc.found("do.asked_online"):
        yield "informational", hit


def _gives(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if not (doc.post.is_reply or doc.voice.role == "clinician" or doc.found("do.advised_others")):
        return
    yield from found


MOMENT_CODES = MomentCodes()
POST_CODES = PostCodes()
