"""Care by aspect and side, and how good or bad it was in all (F32)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bedside.understand.caring import ENDS
from bedside.understand.doc import Doc
from bedside.understand.makers.codes import MOST, propose_codes
from bedside.understand.marks import Proposal

__all__ = ["CARE", "CareMaker"]


@dataclass(frozen=True)
class CareMaker:
    """Marks care (`aspect:praise`, `aspect:complaint`) by moment, and criticality of the whole post."""

    name: str = "care"
    version: str = "4"
    layers: tuple[str, ...] = ("care", "criticality")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of both layers."""
        yield from propose_codes(doc, "care", doc.care)
        if doc.care_grade is not None:
            yield _criticality(doc, doc.care_grade)


def _criticality(doc: Doc, mean: float) -> Proposal:
    """The grade nearest to that of the care told, with the sentences that tell of it."""
    numbers = sorted({doc.sentence_at(hit.start) for _, hit in doc.care})
    sides = {code.partition(":")[2] for code, _ in doc.care}
    grade = min(max(math.floor(mean + 0.5), ENDS[0]), ENDS[1])
    return Proposal(
        "criticality",
        str(grade),
        tuple(doc.sentences[n] for n in numbers[:MOST]),
        value=float(grade),
        unit="grade",
        score=0.7 if len(sides) == 1 else 0.5,
    )


CARE = CareMaker()
