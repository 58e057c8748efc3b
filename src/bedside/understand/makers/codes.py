"""Codes of moments: think, feel and do, each checked against its context."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bedside.understand.asserted import coded
from bedside.understand.book import Hit
from bedside.understand.doc import Doc
from bedside.understand.makers.deeds import does
from bedside.understand.makers.thoughts import thinks
from bedside.understand.marks import Proposal

__all__ = ["MOMENT_CODES", "MOST", "MomentCodes", "grouped", "propose_codes"]

MOST = 4  # places kept for one code in one moment
_TO_YOU = re.compile(
    r" (?:you|u|your|that you|this help\w*|that help\w*|it help\w*|they get|he gets|she gets) "
)


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
    """Marks think, feel and do; each belongs to the moment whose stretch holds it (F23, F32)."""

    name: str = "moments"
    version: str = "4"
    layers: tuple[str, ...] = ("think", "feel", "do")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of the three layers."""
        for layer, rule in (("think", thinks), ("feel", _feels), ("do", does)):
            yield from propose_codes(doc, layer, rule(doc, coded(doc, layer)))


Found = Sequence[tuple[str, Hit]]


def _feels(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if doc.voice.role in ("clinician", "organisation"):
        return
    for code, hit in found:
        if not _TO_YOU.match(doc.text, hit.end):
            yield code, hit
    if not any(code == "anger_frustration" for code, _ in found):
        for hit in doc.grievance:
            yield "anger_frustration", hit


MOMENT_CODES = MomentCodes()
