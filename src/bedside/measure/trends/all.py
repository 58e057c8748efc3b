"""All figures of trends, in the order of the report."""

from bedside.measure.context import MeasureContext
from bedside.measure.trends.changes import alarms, bursts, changes, recent
from bedside.measure.trends.news import came_up, hashtags, new_since, since
from bedside.measure.trends.seasons import months_of_year, weekdays
from bedside.measure.trends.told import told_series
from bedside.measure.trends.volume import volume
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["measure_trends"]

PARTS = (
    volume,
    changes,
    recent,
    alarms,
    told_series,
    bursts,
    weekdays,
    months_of_year,
    hashtags,
    came_up,
    new_since,
    since,
)


def measure_trends(ask: Ask, context: MeasureContext) -> list[Figure]:
    """All figures of trends."""
    return [figure for part in PARTS for figure in part(ask, context)]
