"""Tables of shares: many figures from one pair of queries."""

from collections.abc import Callable, Iterable, Mapping

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows
from bedside.measure.judging import Asked
from bedside.measure.making import make_share
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["COLUMNS", "make_shares"]

COLUMNS: Mapping[str, str] = {
    "group": "stage_group",
    "from": "wait_from",
    "answers": "from_who",
    "answered": "to_whom",
    "turns": "band",
    "followers": "band",
    "likes": "band",
    "where": "place",
}
"""Keys of figures that are words of SQL, and the columns that stand for them."""


def make_shares(
    ask: Ask,
    context: MeasureContext,
    measure: str,
    *,
    rows: Rows,
    of_rows: Rows,
    cells: Iterable[Mapping[str, str]],
    what: str,
    asked: Callable[[Mapping[str, str]], Asked | None] | None = None,
) -> list[Figure]:
    """A share of accounts for each cell, each account counted once.

    Parameters
    ----------
    rows, of_rows : Rows
        Numerator and denominator; the keys of `of_rows` are among those of `rows`.
    cells : iterable of mapping
        Keys of each figure, every key of `rows` among them (by its name in `COLUMNS`). Cells nobody tells are there
        as zeros.
    what : str
        The estimand in words.
    asked : callable, optional
        How the share of a cell would be put to people; None where it cannot be.
    """
    counts = count_rows(ask, rows, measure)
    of = count_rows(ask, of_rows, f"{measure}, of whom")
    figures = []
    for cell in cells:
        row_keys = {COLUMNS.get(name, name): value for name, value in cell.items()}
        figures.append(
            make_share(
                context,
                measure,
                cell,
                hits=counts.get(tuple(row_keys[key] for key in rows.keys), Count()),
                of=of.get(tuple(row_keys[key] for key in of_rows.keys), Count()),
                hits_rows=rows,
                of_rows=of_rows,
                row_keys=row_keys,
                what=what,
                asked=asked(cell) if asked else None,
            )
        )
    return figures
