"""All figures of the journey, in the order of the report."""

from bedside.measure.context import MeasureContext
from bedside.measure.journey.burdens import burdens, search_worry
from bedside.measure.journey.curves import (
    ended_curve,
    going_on_curve,
    watched_accounts,
    watched_curve,
)
from bedside.measure.journey.distinctive import distinctive
from bedside.measure.journey.map import journey_map, stages
from bedside.measure.journey.paths import paths
from bedside.measure.journey.sources import first_turned, information_sources, sources_said
from bedside.measure.journey.visits import (
    consultations,
    dismissed,
    mode_reasons,
    modes,
    professionals,
    refusals,
    turning_points,
)
from bedside.measure.journey.waits import time_to_diagnosis
from bedside.measure.told import told_moments
from bedside.model.figures import Figure
from bedside.store.stages import Ask, sharing

__all__ = ["measure_journey"]

PARTS = (
    stages,
    journey_map,
    distinctive,
    paths,
    information_sources,
    sources_said,
    first_turned,
    search_worry,
    burdens,
    consultations,
    dismissed,
    refusals,
    professionals,
    turning_points,
    modes,
    mode_reasons,
    time_to_diagnosis,
    ended_curve,
    going_on_curve,
    watched_curve,
)


def measure_journey(ask: Ask, context: MeasureContext) -> list[Figure]:
    """All figures of the journey."""
    shared = sharing(ask, told_moments(context.stage_groups), watched_accounts(context))
    return [figure for part in PARTS for figure in part(shared, context)]
