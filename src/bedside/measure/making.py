"""Making figures: counts and shares with their evidence, method and interval."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, evidence_id, evidence_of
from bedside.measure.judging import Asked
from bedside.measure.resting import first_sample, rest_on
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
    asked: Asked | None = None,
) -> Figure:
    """A share of accounts, each counted once: judged where a sample of accounts was judged for it, else from marks.

    Parameters
    ----------
    what : str
        The estimand in words: `accounts with ..., of accounts with ...`.
    asked : Asked, optional
        How the share would be put to people; None where it cannot be, such as a cell of the journey map.
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
        what=f"{what}, each account counted once",
        interval="Wilson 95 % interval",
        asked=asked,
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
    asked: Asked | None = None,
) -> Figure:
    """A share of posts: judged where a sample of posts was judged for it, else from marks, clustered by account."""
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
        what=what,
        interval="Wilson 95 % interval clustered by account",
        asked=asked,
    )


def _share_figure(
    context: MeasureContext,
    measure: str,
    keys: Mapping[str, str],
    *,
    share: tuple[float, float | None, float | None] | None,
    unit: Literal["posts", "accounts"],
    counts: tuple[Count, Count],
    rows: tuple[Rows, Rows],
    row_keys: Mapping[str, Any],
    what: str,
    interval: str,
    asked: Asked | None,
) -> Figure:
    hits, of = counts
    evidence = evidence_of(context, *rows, keys=row_keys)
    value, low, high = share or (None, None, None)
    figure = Figure(
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
        method=f"{what}; {interval}, {NOT_CHECKED}",
        refused="" if share else EMPTY,
        evidence=evidence,
    )
    if asked is None or share is None:
        return figure
    if context.judged is None:
        return msgspec.structs.replace(figure, advice=first_sample(figure))
    found = context.judged.find(asked, unit=unit, hits=rows[0], of=rows[1], row_keys=row_keys)
    return rest_on(figure, found, asked, what=what)
