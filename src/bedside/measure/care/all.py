"""All figures of care, in the order of the report."""

from bedside.measure.care.aspects import aspects
from bedside.measure.care.hashtags import followed_hashtags
from bedside.measure.care.options import measure_options
from bedside.measure.care.pains import badness, halves, months, said, told
from bedside.measure.care.providers import measure_providers
from bedside.measure.care.recommending import recommendations
from bedside.measure.context import MeasureContext
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["measure_care"]

PARTS = (
    aspects,
    told,
    badness,
    halves,
    months,
    said,
    recommendations,
    followed_hashtags,
    measure_options,
    measure_providers,
)


def measure_care(ask: Ask, context: MeasureContext) -> list[Figure]:
    """All figures of care."""
    return [figure for part in PARTS for figure in part(ask, context)]
