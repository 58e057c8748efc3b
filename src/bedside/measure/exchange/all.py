"""All figures of exchange, in the order of the report."""

from bedside.measure.context import MeasureContext
from bedside.measure.exchange.about import about_topics
from bedside.measure.exchange.mixing import assortativity, mixing, reciprocity
from bedside.measure.exchange.offline import asker_says, by_what, outcomes, sent_again, turns
from bedside.measure.exchange.profiles import (
    LIKED,
    acts,
    answers_given,
    audience,
    engagement,
    reach,
    topics,
)
from bedside.measure.exchange.waiting import answer_times, waits
from bedside.measure.exchange.ways import HOW, ways
from bedside.model.figures import Figure
from bedside.store.stages import Ask, sharing

__all__ = ["measure_exchange"]

PARTS = (
    mixing,
    ways,
    assortativity,
    reciprocity,
    answer_times,
    turns,
    reach,
    engagement,
    audience,
    topics,
    acts,
    answers_given,
    outcomes,
    asker_says,
    sent_again,
)


def measure_exchange(ask: Ask, context: MeasureContext) -> list[Figure]:
    """All figures of exchange."""
    shared = sharing(ask, about_topics(), by_what(context), HOW.sql, LIKED, waits())
    return [figure for part in PARTS for figure in part(shared, context)]
