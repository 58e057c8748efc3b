"""Making: shares of posts, or of exchanges, whose intervals know that posts of one account are alike."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows
from bedside.measure.judging import Asked
from bedside.measure.making import make_post_share
from bedside.measure.shares import ClusterSums, clustered
from bedside.measure.tables import COLUMNS
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["ACCOUNT", "ASKER_OR_PROFESSIONAL", "make_post_shares"]

ACCOUNT = ("COALESCE(account_key, post_key)",)
"""Posts are alike where one account wrote them."""
ASKER_OR_PROFESSIONAL = (*ACCOUNT, "COALESCE(professional, post_key)")
"""Exchanges are alike where one account asks, and where one professional answers: the wider of both intervals is given."""
Keys = tuple[Any, ...]
Sums = dict[Keys, tuple[int, ...]]


def make_post_shares(
    ask: Ask,
    context: MeasureContext,
    measure: str,
    *,
    rows: Rows,
    of_rows: Rows,
    cells: Iterable[Mapping[str, str]],
    what: str,
    voices: Sequence[str] = ACCOUNT,
    asked: Callable[[Mapping[str, str]], Asked | None] | None = None,
) -> list[Figure]:
    """A share of posts for each cell, with the widest of the intervals that its clusterings give.

    Parameters
    ----------
    rows, of_rows : Rows
        Numerator and denominator; the keys of `of_rows` are among those of `rows`, and both hold the columns that
        `voices` names.
    cells : iterable of mapping
        Keys of each figure, every key of `rows` among them (by its name in `COLUMNS`). Cells nobody tells are there
        as zeros.
    what : str
        The estimand in words.
    voices : sequence of str
        SQL of whose each post is, once for each clustering.
    asked : callable, optional
        How the share of a cell would be put to people; None where it cannot be.
    """
    counts = count_rows(ask, rows, measure)
    of = count_rows(ask, of_rows, f"{measure}, of what")
    sums = [_cluster_sums(ask, rows, of_rows, voice, measure) for voice in voices]
    figures = []
    for cell in cells:
        row_keys = {COLUMNS.get(name, name): value for name, value in cell.items()}
        own = tuple(row_keys[key] for key in rows.keys)
        whole = tuple(row_keys[key] for key in of_rows.keys)
        figures.append(
            make_post_share(
                context,
                measure,
                cell,
                hits=counts.get(own, Count()),
                of=of.get(whole, Count()),
                sums=_widest([_of_cell(*both, own, whole) for both in sums]),
                hits_rows=rows,
                of_rows=of_rows,
                row_keys=row_keys,
                what=what,
                asked=asked(cell) if asked else None,
            )
        )
    return figures


def _cluster_sums(ask: Ask, rows: Rows, of_rows: Rows, voice: str, name: str) -> tuple[Sums, Sums]:
    """By cell hits, hits x hits, hits x posts; by denominator posts, voices, posts x posts."""
    own, whole = rows.keys, of_rows.keys
    both = " AND ".join(["h.voice = n.voice", *(f"h.{key} = n.{key}" for key in whole)])
    inner = _by_voice(of_rows, voice, "n")
    hits = f"""
SELECT {_list(own, "h.")}SUM(h.n) AS hits, SUM(h.n * h.n) AS hits_hits, SUM(h.n * n.n) AS hits_posts
FROM ({_by_voice(rows, voice, "n")}) h JOIN ({inner}) n ON {both}
{_grouped(own, "h.")}"""  # noqa: S608
    of = f"""
SELECT {_list(whole, "n.")}SUM(n.n) AS posts, COUNT(*) AS voices, SUM(n.n * n.n) AS posts_posts
FROM ({inner}) n {_grouped(whole, "n.")}"""  # noqa: S608
    params = dict(rows.params) | dict(of_rows.params)
    needs = tuple(dict.fromkeys((*rows.needs, *of_rows.needs)))
    return (
        _read(ask, Aggregate(name=f"{name}, clusters", sql=hits, needs=needs), params, len(own)),
        _read(
            ask,
            Aggregate(name=f"{name}, sizes", sql=of, needs=of_rows.needs),
            of_rows.params,
            len(whole),
        ),
    )


def _by_voice(rows: Rows, voice: str, name: str) -> str:
    keys = _list(rows.keys, "")
    by = ", ".join((*rows.keys, voice))
    return f"SELECT {keys}{voice} AS voice, COUNT(DISTINCT post_key) AS {name} FROM ({rows.sql}) r GROUP BY {by}"  # noqa: S608


def _list(keys: Sequence[str], table: str) -> str:
    return "".join(f"{table}{key}, " for key in keys)


def _grouped(keys: Sequence[str], table: str) -> str:
    names = ", ".join(f"{table}{key}" for key in keys)
    return f"GROUP BY {names} ORDER BY {names}" if keys else ""


def _read(ask: Ask, aggregate: Aggregate, params: Mapping[str, Any], keys: int) -> Sums:
    table = ask(aggregate, params)
    lines = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return {line[:keys]: tuple(int(x or 0) for x in line[keys:]) for line in lines}


def _of_cell(hits: Sums, of: Sums, own: Keys, whole: Keys) -> ClusterSums:
    h, hh, hn = hits.get(own, (0, 0, 0))
    n, voices, nn = of.get(whole, (0, 0, 0))
    return ClusterSums(n, h, voices, hh, hn, nn)


def _widest(sums: Sequence[ClusterSums]) -> ClusterSums:
    """Of several clusterings of the same posts the one with the widest interval; one voice gives none, and is wider still."""

    def width(one: ClusterSums) -> float:
        if not one.posts:
            return 0.0
        share = clustered(one)
        return 2.0 if share.low is None or share.high is None else share.high - share.low

    return max(sums, key=width)
