"""Making figures: counts and shares with their evidence, method and interval."""

from collections.abc import Mapping
from typing import Any

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, evidence_id, evidence_of
from bedside.measure.shares import ClusterSums, clustered, wilson
from bedside.model.figures import Figure

__all__ = ["NOT_CHECKED", "make_count", "make_post_share", "make_share"]

NOT_CHECKED = "sampling only; machine error not included"
EMPTY = "nobody to take a share of"


def make_count(
    context: MeasureContext,
    measure: str,
    keys: Mapping[str, str],
    count: Count,
    rows: Rows,
    *,
    row_keys: Mapping[str, Any],
    unit: str = "posts",
    estimate: int | None = None,
    method: str = "counted",
) -> Figure:
    """A count with nothing estimated.

    Parameters
    ----------
    keys : Mapping
        Keys that the figure carries.
    row_keys : Mapping
        Values of the key columns of `rows`.
    unit : str
        posts | accounts | records; which count is the estimate, unless `estimate` gives it.
    """
    evidence = evidence_of(context, rows, keys=row_keys)
    counted = count.accounts if unit == "accounts" else count.posts
    return Figure(
        id=evidence_id(measure, keys, evidence),
        measure=measure,
        keys=dict(keys),
        unit=unit,
        estimate=float(counted if estimate is None else estimate),
        hits_accounts=count.accounts,
        hits_posts=count.posts,
        no_author=count.no_author,
        basis="counted",
        method=method,
        evidence=evidence,
    )


def make_share(
    context: MeasureContext,
    measure: str,
    keys: Mapping[str, str],
    *,
    hits: Count,
    of: Count,
    hits_rows: Rows,
    of_rows: Rows,
    row_keys: Mapping[str, Any],
    what: str,
) -> Figure:
    """A share of accounts, each counted once, from machine marks.

    Parameters
    ----------
    what : str
        The estimand in words: `accounts with ..., of accounts with ...`.
    """
    share = wilson(hits.accounts, of.accounts) if of.accounts else None
    return _share_figure(
        context,
        measure,
        keys,
        share=share,
        unit="accounts",
        counts=(hits, of),
        rows=(hits_rows, of_rows),
        row_keys=row_keys,
        method=f"{what}, each account counted once; Wilson 95 % interval, {NOT_CHECKED}",
    )


def make_post_share(
    context: MeasureContext,
    measure: str,
    keys: Mapping[str, str],
    *,
    hits: Count,
    of: Count,
    sums: ClusterSums,
    hits_rows: Rows,
    of_rows: Rows,
    row_keys: Mapping[str, Any],
    what: str,
) -> Figure:
    """A share of posts from machine marks, its interval clustered by account."""
    share = clustered(sums) if of.posts else None
    return _share_figure(
        context,
        measure,
        keys,
        share=share,
        unit="posts",
        counts=(hits, of),
        rows=(hits_rows, of_rows),
        row_keys=row_keys,
        method=f"{what}; Wilson 95 % interval clustered by account, {NOT_CHECKED}",
    )


def _share_figure(
    context: MeasureContext,
    measure: str,
    keys: Mapping[str, str],
    *,
    share: tuple[float, float | None, float | None] | None,
    unit: str,
    counts: tuple[Count, Count],
    rows: tuple[Rows, Rows],
    row_keys: Mapping[str, Any],
    method: str,
) -> Figure:
    hits, of = counts
    evidence = evidence_of(context, *rows, keys=row_keys)
    value, low, high = share or (None, None, None)
    return Figure(
        id=evidence_id(measure, keys, evidence),
        measure=measure,
        keys=dict(keys),
        unit=unit,
        estimate=value,
        low=low,
        high=high,
        hits_accounts=hits.accounts,
        hits_posts=hits.posts,
        of_accounts=of.accounts,
        of_posts=of.posts,
        no_author=hits.no_author,
        basis="machine",
        method=method,
        refused="" if share else EMPTY,
        evidence=evidence,
    )
