"""All figures of the communities, in the order of the report."""

from bedside.measure.community.groups import (
    active,
    bridges,
    conditions,
    joined,
    since,
    sizes,
    ties,
)
from bedside.measure.community.pleas import ASKED_FOR, acknowledged, first_reply, met, pleas
from bedside.measure.community.structure import structure
from bedside.measure.community.support import (
    GAVE,
    STAYING,
    core_helpers,
    helped,
    helpers,
    staying,
    support,
)
from bedside.measure.context import MeasureContext
from bedside.model.figures import Figure
from bedside.store.stages import Ask, sharing

__all__ = ["measure_community"]

PARTS = (
    pleas, first_reply, support, met, acknowledged, sizes, since, active, joined, ties, bridges, structure, conditions,
    core_helpers, helpers, staying, helped,
)  # fmt: skip


def measure_community(ask: Ask, context: MeasureContext) -> list[Figure]:
    """All figures of the communities."""
    shared = sharing(ask, *ASKED_FOR, GAVE, STAYING.sql)
    return [figure for part in PARTS for figure in part(shared, context)]
