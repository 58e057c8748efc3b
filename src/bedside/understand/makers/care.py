"""Care by aspect and side, and how good or bad it was in all (F32)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bedside.understand.book import Hit
from bedside.understand.caring import GRADE
from bedside.understand.doc import Doc
from bedside.understand.learnt.features import Floats
from bedside.understand.learnt.labels import SIDES
from bedside.understand.makers.codes import MOST, propose_codes
from bedside.understand.marks import Proposal

__all__ = ["CARE", "CareMaker"]

ENDS = (-4, 4)
GRADES = np.arange(ENDS[0], ENDS[1] + 1)
PRAISE = SIDES[0]
MIDDLE = 2.0  # grade of a sentence whose side the classifier holds for impossible
NOTHING = 0.02  # probability below which it holds it for so


@dataclass(frozen=True)
class CareMaker:
    """Marks care (`aspect:praise`, `aspect:complaint`) by moment, and criticality of the whole post."""

    name: str = "care"
    version: str = "3"
    layers: tuple[str, ...] = ("care", "criticality")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of both layers."""
        yield from propose_codes(doc, "care", doc.care)
        if doc.care:
            yield _criticality(doc, doc.care)


def _criticality(doc: Doc, told: list[tuple[str, Hit]]) -> Proposal:
    """How good or bad the care is: the mean over the sentences that tell of it, weighed by their length."""
    sides: dict[int, set[str]] = {}
    for code, hit in told:
        sides.setdefault(doc.sentence_at(hit.start), set()).add(code.partition(":")[2])
    numbers = sorted(sides)
    steps = doc.learnt(GRADE)
    grades = np.array([_grade(steps[n], sides[n]) for n in numbers])
    lengths = np.array([doc.sentences[n][1] - doc.sentences[n][0] for n in numbers], float)
    mean = float(grades @ lengths / lengths.sum())
    grade = int(np.clip(np.floor(mean + 0.5), *ENDS))
    return Proposal(
        "criticality",
        str(grade),
        tuple(doc.sentences[n] for n in numbers[:MOST]),
        value=float(grade),
        unit="grade",
        score=0.7 if len({side for each in sides.values() for side in each}) == 1 else 0.5,
    )


def _grade(steps: Floats, sides: set[str]) -> float:
    """Expected grade of a sentence: of all grades, or of those on its side where it is told to have one."""
    reached = np.minimum.accumulate(np.concatenate([[1.0], steps, [0.0]]))
    share = reached[:-1] - reached[1:]  # of each grade, -4 to 4
    if len(sides) == 1:
        share = share * (GRADES > 0 if PRAISE in sides else GRADES < 0)
    total = share.sum()
    if total < NOTHING:
        return MIDDLE if PRAISE in sides else -MIDDLE
    return float(share @ GRADES / total)


CARE = CareMaker()
