"""Care by aspect and side, and how good or bad it was in all (F32)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bedside.understand.book import Hit
from bedside.understand.caring import GRADE
from bedside.understand.doc import Doc
from bedside.understand.makers.codes import MOST, propose_codes
from bedside.understand.marks import Proposal

__all__ = ["CARE", "CareMaker"]


@dataclass(frozen=True)
class CareMaker:
    """Marks care (`aspect:praise`, `aspect:complaint`) by moment, and criticality of the whole post."""

    name: str = "care"
    version: str = "1"
    layers: tuple[str, ...] = ("care", "criticality")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of both layers."""
        yield from propose_codes(doc, "care", doc.care)
        if doc.care:
            yield _criticality(doc, doc.care)


def _criticality(doc: Doc, told: list[tuple[str, Hit]]) -> Proposal:
    """How good or bad the care is: the mean over the sentences that tell of it, weighed by their length."""
    numbers = sorted({doc.sentence_at(hit.start) for _, hit in told})
    steps = doc.learnt(GRADE)[numbers]
    lengths = np.array([doc.sentences[n][1] - doc.sentences[n][0] for n in numbers], float)
    mean = float((steps.sum(axis=1) - 4) @ lengths / lengths.sum()) + 0.5
    grade = int(np.clip(np.floor(mean), -4, 4))
    spread = float(np.abs(steps - 0.5).mean()) + 0.5
    return Proposal(
        "criticality",
        str(grade),
        tuple(doc.sentences[n] for n in numbers[:MOST]),
        value=float(grade),
        unit="grade",
        score=round(min(0.95, spread), 3),
    )


CARE = CareMaker()
