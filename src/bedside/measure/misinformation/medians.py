"""A median over posts as a figure."""

from collections.abc import Mapping, Sequence

from bedside.measure.evidence import Count, evidence_id
from bedside.measure.making import NOT_CHECKED
from bedside.measure.shares import median_wait
from bedside.model.figures import Evidence, Figure

__all__ = ["median_of_posts"]


def median_of_posts(
    measure: str,
    keys: Mapping[str, str],
    values: Sequence[float],
    *,
    count: Count,
    evidence: Evidence,
    over: str,
    limits: str = "",
) -> Figure:
    """The median of one number a post, between two of the values themselves.

    Parameters
    ----------
    measure : str
    keys : mapping of str to str
    values : sequence of float
        One of each post; at least one.
    count : Count
        Accounts and posts behind them.
    evidence : Evidence
    over : str
        What the median is taken over, in words.
    limits : str, optional
        What it leaves out, in words.
    """
    middle = median_wait(values)
    return Figure(
        id=evidence_id(measure, keys, evidence),
        measure=measure,
        keys=dict(keys),
        unit="posts",
        estimate=middle.value,
        low=middle.low,
        high=middle.high,
        hits_accounts=count.accounts,
        hits_posts=count.posts,
        no_author=count.no_author,
        basis="machine",
        method=f"median {over}; order statistics, {NOT_CHECKED}{limits and f'; {limits}'}",
        evidence=evidence,
    )
