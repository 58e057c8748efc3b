"""What a post tells of care: aspects, praised or complained about, each with its place.

Two readers of the same words: phrases of the pattern book, and a classifier that reads each sentence. It speaks where
no phrase named that aspect in the sentence.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from bedside.understand.asserted import coded
from bedside.understand.book import Hit
from bedside.understand.learnt.model import load_classifier

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["GRADE", "care_of", "grievance_of"]

CARE, GRADE = "care", "criticality"
INSIDE, OUTSIDE = 0.25, 0.4
"""Least probability of an aspect in reviews, and in posts that are none, where talk is of much else."""


def care_of(doc: "Doc") -> list[tuple[str, Hit]]:
    """Codes of care that a post tells, with their places, in order of place."""
    if doc.voice.role == "clinician":
        return []
    said = care_named(doc)
    specific = any(code.endswith(":praise") and not code.startswith("overall") for code, _ in said)
    kept = [(code, hit) for code, hit in said if code != "overall:praise" or not specific]
    kept += _learnt(doc, said)
    return sorted(kept, key=lambda found: (found[1].start, found[0]))


def care_named(doc: "Doc") -> list[tuple[str, Hit]]:
    """Codes of care that phrases name; worked out once a post."""
    if "care named" not in doc.memo:
        doc.memo["care named"] = [
            (code, hit) for code, hit in coded(doc, "care") if _is_care(doc, code, hit)
        ]
    named: list[tuple[str, Hit]] = doc.memo["care named"]
    return named


def _learnt(doc: "Doc", said: list[tuple[str, Hit]]) -> Iterator[tuple[str, Hit]]:
    """Codes that the classifier reads in sentences where no phrase names the aspect."""
    where = _sentences_of_care(doc)
    if not where:
        return
    model, found = load_classifier(CARE), doc.learnt(CARE)
    least = np.maximum(model.thresholds, INSIDE if doc.of_service else OUTSIDE)
    named = {(doc.sentence_at(hit.start), code.partition(":")[0]) for code, hit in said}
    for number in where:
        for column in sorted(
            np.flatnonzero(found[number] >= least), key=lambda k: -found[number][k]
        ):
            code = model.codes[column]
            aspect = code.partition(":")[0]
            if (number, aspect) not in named:
                named.add((number, aspect))
                yield code, Hit(*doc.sentences[number])


def _sentences_of_care(doc: "Doc") -> list[int]:
    """Numbers of the sentences that may tell of care: all of a review, elsewhere those beside a service or its staff."""
    if doc.of_service:
        return list(range(len(doc.sentences)))
    staffed = {doc.sentence_at(hit.start) for hit in doc.found("gate.staff")}
    return sorted(staffed) if doc.voice.experiencer in ("own", "cared_for") else []


def grievance_of(doc: "Doc") -> list[Hit]:
    """Complaints of several kinds without any praise show anger, also where it is not named."""
    if doc.voice.role == "clinician":
        return []
    told = care_named(doc)
    wrong = {
        code: hit
        for code, hit in told
        if code.endswith(":complaint") and not code.startswith(("waiting", "cost"))
    }
    praised = any(code.endswith(":praise") for code, _ in told)
    return list(wrong.values()) if len(wrong) >= 2 and not praised else []


def _is_care(doc: "Doc", code: str, hit: Hit) -> bool:
    """Care that is told: in a review all of it, elsewhere where the words stand by someone who gives care."""
    here = doc.sentence_at(hit.start)
    if code.endswith(":praise"):
        if any(doc.sentence_at(h.start) == here for h in doc.found("gate.unhappy")):
            return False
        if code == "information:praise" and doc.text.endswith((" i ", " we "), 0, hit.start):
            return False
    if doc.of_service:
        return True
    return any(abs(doc.sentence_at(h.start) - here) <= 1 for h in doc.found("gate.staff"))
