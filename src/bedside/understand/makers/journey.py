"""The moments of a post, each with its stage (F22)."""

from collections.abc import Iterable
from dataclasses import dataclass

from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["JOURNEY", "JourneyMaker"]


@dataclass(frozen=True)
class JourneyMaker:
    """Marks `stage`: one a moment, its first place the stretch, the others the words that say the stage."""

    name: str = "journey"
    version: str = "4"
    layers: tuple[str, ...] = ("stage",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One mark a moment."""
        for number, moment in enumerate(doc.moments):
            places = ((moment.start, moment.end), *((c.start, c.end) for c in moment.cues[:4]))
            score = min(0.9, 0.45 + 0.12 * moment.weight)
            yield Proposal(
                "stage", moment.stage, places, score=score, moment=number, subject="moment"
            )


JOURNEY = JourneyMaker()
