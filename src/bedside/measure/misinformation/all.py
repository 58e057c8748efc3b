"""All figures of claims and of questions without reply, in the order of the report."""

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
from bedside.measure.misinformation.voids import void_growth, voids
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["measure_misinformation"]

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
    return [figure for part in PARTS for figure in part(ask, context)]
