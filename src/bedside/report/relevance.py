"""How well the query finds what bears on the question, in the words of the report."""

from bedside.measure.relevance import Measured, Share
from bedside.report.printing import share

__all__ = ["found_words", "in_words"]


def _share(found: Share) -> str:
    value, low, high = found
    return "a part that nobody knows yet" if value is None else share(value, low, high)


def found_words(found: int, posts: int) -> str:
    """What a query finds, of how many."""
    return (
        f"The query finds {found:,} of {posts:,} unique posts in the study's languages and place."
    )


def in_words(told: Measured) -> str:
    """Precision and recall with their intervals, and what they stand on."""
    by = "one reader" if len(told.coders) == 1 else f"{len(told.coders)} readers"
    left = f" Posts on which readers differ are left out: {told.differed}." if told.differed else ""
    since = (
        f" {told.came_since:,} posts came since the sample was drawn; it says nothing of them."
        if told.came_since
        else ""
    )
    return (
        f"Of the posts that the query takes, {_share(told.precision)} bear on the question (its precision); of the posts "
        f"read that bear on the question it takes {_share(told.recall)} (its recall). Judged by {by} on {told.judged:,} "
        f"posts drawn at random from what it takes and what it leaves, without knowing which.{left}{since}"
    )
