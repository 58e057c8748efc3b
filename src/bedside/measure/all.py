"""All measures of a study, in the order of the report."""

from functools import partial

from bedside.measure.care.all import measure_care
from bedside.measure.codes import measure_codes
from bedside.measure.community.all import measure_community
from bedside.measure.context import MeasureContext
from bedside.measure.contrasts import measure_contrasts
from bedside.measure.exchange.all import measure_exchange
from bedside.measure.inclusion import measure_inclusion
from bedside.measure.journey.all import measure_journey
from bedside.measure.language.dictionary import measure_language
from bedside.measure.misinformation.all import measure_misinformation
from bedside.measure.roles import measure_roles, roles_of
from bedside.measure.safety.figures import measure_safety
from bedside.measure.themes import measure_themes
from bedside.measure.trends.all import measure_trends
from bedside.model.figures import Figure
from bedside.store.side_by_side import side_by_side
from bedside.store.stages import Ask, sharing

__all__ = ["MEASURES", "measure_all"]

MEASURES = (
    measure_inclusion,
    measure_roles,
    measure_codes,
    measure_contrasts,
    measure_journey,
    measure_care,
    measure_exchange,
    measure_misinformation,
    measure_language,
    measure_themes,
    measure_community,
    measure_trends,
    measure_safety,
)


def measure_all(ask: Ask, context: MeasureContext, *, at_once: int = 1) -> list[Figure]:
    """Every figure that the snapshot gives.

    Parameters
    ----------
    ask : Ask
        Runs SQL over the study's tables; its time zone is UTC.
    context : MeasureContext
        Snapshot, codebook, makers and codes.
    at_once : int
        Measures that may ask at the same time.

    Returns
    -------
    list of Figure
        In a fixed order; the same snapshot, codebook and makers give the same figures and ids.
    """
    shared = sharing(ask, roles_of("account_key"))
    calls = [partial(measure, context=context) for measure in MEASURES]
    return [figure for found in side_by_side(shared, calls, at_once) for figure in found]
