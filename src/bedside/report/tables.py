"""Released figures as CSV and JSON, one row each, unrounded; suppressed numbers are absent."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

import msgspec

from bedside.report.figures import Shown, shown
from bedside.report.released import Released

__all__ = ["COLUMNS", "csv_cell", "figures_csv", "figures_json"]

_NUMBERS = (
    "estimate",
    "low",
    "high",
    "hits_accounts",
    "hits_posts",
    "of_accounts",
    "of_posts",
    "no_author",
)
COLUMNS = ("id", "measure", "keys", "unit", *_NUMBERS, "basis", "suppressed", "refused", "method")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that starts so


def figures_csv(
    figures: Iterable[Released], *, small: int = 8, columns: Sequence[str] = COLUMNS
) -> str:
    """Figures as CSV with a header line, for spreadsheets and for a second look.

    Parameters
    ----------
    figures : iterable of Released
        Released figures.
    small : int, default 8
        Fewest accounts that are shown.
    columns : sequence of str
        Columns to write, of COLUMNS.

    Returns
    -------
    str
        Columns id, measure, keys (`name=value; ...`), unit, the numbers, basis, suppressed, refused, method.
        Cells that a spreadsheet would take for a formula start with an apostrophe.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for figure in figures:
        row = _row(shown(figure, small=small))
        writer.writerow([csv_cell(row[column]) for column in columns])
    return out.getvalue()


def figures_json(figures: Iterable[Released], *, small: int = 8) -> str:
    """Figures as a JSON list of objects with the columns of `figures_csv`; `keys` is an object."""
    rows = [_row(shown(figure, small=small)) for figure in figures]
    return msgspec.json.format(msgspec.json.encode(rows), indent=1).decode()


def _row(figure: Shown) -> dict[str, object]:
    """One figure as a row, in the order of COLUMNS."""
    return {column: getattr(figure, column) for column in COLUMNS}


def csv_cell(value: object) -> object:
    """A CSV cell: keys as words, truth as yes or no, nothing that starts a formula."""
    if isinstance(value, dict):
        value = "; ".join(f"{name}={word}" for name, word in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value
