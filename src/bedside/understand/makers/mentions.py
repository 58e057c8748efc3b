"""Mentions of symptoms, conditions, drugs and procedures, linked to open vocabularies (F29)."""

from collections.abc import Iterable
from dataclasses import dataclass

from bedside.understand.context import assertion
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["MENTIONS", "MentionMaker"]


@dataclass(frozen=True)
class MentionMaker:
    """Marks `mention` with the kind as its code, a concept, and an assertion for every one."""

    name: str = "mentions"
    version: str = "3"
    layers: tuple[str, ...] = ("mention",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One mark a mention."""
        for number, term in enumerate(doc.terms):
            yield Proposal(
                "mention",
                term.entry.kind,
                ((term.start, term.end),),
                assertion=assertion(doc, term.start, term.end),
                concept_id=term.entry.concept_id or None,
                concept=term.entry.concept,
                score=0.6 if term.misspelt else 0.9 if term.entry.concept_id else 0.8,
                group=number,
                slot=term.entry.kind,
                moment=doc.moment_at(term.start),
            )


MENTIONS = MentionMaker()
