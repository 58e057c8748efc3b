"""What someone who asked says of the answers: settled, not settled, helped, will see somebody (F68, F70)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bedside.understand.book import Hit
from bedside.understand.context import scope
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["ACKNOWLEDGEMENT", "AcknowledgementMaker"]

MOST = 4  # places kept for one code
CODES = ("settled", "not_settled", "helped", "will_see")
_RULES = tuple(f"ack.{code}" for code in CODES)
LONGEST = 200  # words; longer replies tell a story of their own
_NOT_SAID = frozenset({"hypothetical", "hoped", "others", "figurative"})


@dataclass(frozen=True)
class AcknowledgementMaker:
    """Marks `acknowledgement` of replies by people who are no professionals.

    Whether the writer is the one who asked is not read here: a measure looks it up in the thread.
    """

    name: str = "acknowledging"
    version: str = "1"
    layers: tuple[str, ...] = ("acknowledgement",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One mark a code, with the places that show it."""
        if not doc.post.is_reply or doc.words > LONGEST:
            return
        if not doc.found(*_RULES):
            return
        found = {code: list(_said(doc, code)) for code in CODES}
        if not any(found.values()) or doc.voice.role in ("clinician", "organisation"):
            return
        open_in = {doc.sentence_at(hit.start) for hit in found["not_settled"]}
        found["settled"] = [
            hit for hit in found["settled"] if doc.sentence_at(hit.start) not in open_in
        ]
        for code, hits in found.items():
            if hits:
                places = tuple((hit.start, hit.end) for hit in hits[:MOST])
                yield Proposal("acknowledgement", code, places, score=0.6)


def _said(doc: Doc, code: str) -> Iterator[Hit]:
    """Hits that are said to be so: in no question, under no "if", and not as a manner of speaking."""
    hits = doc.found(f"ack.{code}")
    if not hits:
        return
    manners = doc.found("ack.none")
    for hit in hits:
        start, end = doc.sentence(hit.start)
        asked = doc.text[end - 1] == "?"
        polite = any(m.start < end and start < m.end for m in manners)
        if not (asked or polite) and scope(doc, hit.start, hit.end) not in _NOT_SAID:
            yield hit


ACKNOWLEDGEMENT = AcknowledgementMaker()
