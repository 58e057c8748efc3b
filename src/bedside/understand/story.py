"""How much of a journey a post tells: past events and steps in time."""

import re
from math import exp, log1p
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["story_score"]

_PAST = re.compile(
    r" (?:\w{2,}ed|was|were|had|went|told|got|took|said|saw|came|gave|felt|began|made|knew|thought|left|kept|found|put|"
    r"did|became|heard|spoke|sent|met|woke|ran|lost|brought|paid|fell|rang|couldn't|didn't|wasn't|wouldn't)(?= )"
)
LEAST = 40  # words below which a post tells no sequence of events
PAST, STEPS, BASE = 3.06, 1.59, -8.34
"""Weights of a logistic regression on the written corpus (39 stories among 563 posts), of log(1 + n) each."""


def story_score(doc: "Doc") -> float:
    """Probability that a post tells a sequence of events, from its past verbs and the sentences that step on in time.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    float
        Between 0 and 1.
    """
    if doc.words < LEAST:
        return 0.0
    past = len(_PAST.findall(doc.text))
    steps = len({doc.sentence_at(hit.start) for hit in doc.found("step.time")})
    return 1 / (1 + exp(-(BASE + PAST * log1p(past) + STEPS * log1p(steps))))
