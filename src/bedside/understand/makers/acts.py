"""What a professional does in an answer, as marks (F31)."""

from collections.abc import Iterable
from dataclasses import dataclass

from bedside.understand.correcting import parts_of_correction
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["ACTS", "ActsMaker"]

MOST = 4  # places kept for one act


@dataclass(frozen=True)
class ActsMaker:
    """Marks `professional_act` of posts whose writer speaks as a health professional."""

    name: str = "acts"
    version: str = "2"
    layers: tuple[str, ...] = ("professional_act",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One mark an act, with the places that show it; and the parts of a correction."""
        for code, hits in doc.acts.items():
            places = tuple((hit.start, hit.end) for hit in hits[:MOST])
            yield Proposal("professional_act", code, places, score=min(0.85, 0.5 + 0.1 * len(hits)))
        for part, hits in parts_of_correction(doc).items():
            places = tuple((hit.start, hit.end) for hit in hits[:MOST])
            yield Proposal("professional_act", part, places, score=0.5, group=0, slot="parts")


ACTS = ActsMaker()
