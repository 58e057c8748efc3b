"""All figures of claims and of questions without reply, in the order of the report."""

from collections.abc import Sequence

from bedside.measure.context import MeasureContext
from bedside.measure.misinformation.claims import over_time, parts_taken, platforms, stances
from bedside.measure.misinformation.corrections import (
    after_corrections,
    answered,
    correction_parts,
    reach,
)
from bedside.measure.misinformation.follows import follows
from bedside.measure.misinformation.shapes import cascades, matched, stars
from bedside.measure.misinformation.voids import shared as asked_without_reply
from bedside.measure.misinformation.voids import void_growth, voids
from bedside.model.figures import Figure
from bedside.store.stages import Ask, sharing

__all__ = ["measure_misinformation", "whole_parts"]

FEWEST = 8  # accounts; a part of fewer could not be shown
STANCES, ANY = "misinformation.stances", "any"
BREAKDOWNS = {
    "misinformation.platforms": ("claim",),
    "misinformation.over_time": ("claim", "stance"),
    "misinformation.parts_taken": ("claim", "part"),
}
"""Measures whose figures are parts of another, and the keys that name the whole."""
PARTS = (
    stances,
    platforms,
    over_time,
    parts_taken,
    cascades,
    stars,
    matched,
    correction_parts,
    answered,
    after_corrections,
    reach,
    follows,
    voids,
    void_growth,
)


def measure_misinformation(ask: Ask, context: MeasureContext) -> list[Figure]:
    """All figures of claims and of questions without reply."""
    shared = sharing(ask, *asked_without_reply())
    return whole_parts([figure for part in PARTS for figure in part(shared, context)])


def whole_parts(figures: Sequence[Figure]) -> list[Figure]:
    """Figures without breakdowns in which a part is told by 1 to 7 accounts.

    A breakdown adds up to its claim's figures: one small part of it could be worked out, so that the release would have
    to hide the claim's own figures with it. Those say more; the breakdown comes back when each of its parts is told by
    enough accounts. Nor is a stance told claim by claim that fewer than 8 accounts take to any claim at all.
    """
    sparse = {
        _breakdown(figure)
        for figure in figures
        if 0 < (figure.hits_accounts or figure.hits_posts or 0) < FEWEST
    }
    rare = {
        figure.keys["stance"]
        for figure in figures
        if figure.measure == STANCES
        and figure.keys["claim"] == ANY
        and (figure.hits_accounts or 0) < FEWEST
    }
    return [
        f
        for f in figures
        if (f.measure not in BREAKDOWNS or _breakdown(f) not in sparse)
        and (f.measure != STANCES or f.keys["claim"] == ANY or f.keys["stance"] not in rare)
    ]


def _breakdown(figure: Figure) -> tuple[str, ...]:
    by = BREAKDOWNS.get(figure.measure, ())
    return (figure.measure, *(figure.keys.get(key, "") for key in by))
