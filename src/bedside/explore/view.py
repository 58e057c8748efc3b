"""A view: what one page says, from which its HTML, its JSON and its CSV are made."""

import csv
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from typing import Any

import msgspec

from bedside.errors import NotFoundError, suggest
from bedside.report.markup import NOTHING, Markup
from bedside.report.tables import csv_cell

__all__ = ["Table", "View", "csv_of", "json_of"]


Rows = Sequence[Sequence[Any]]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of plain values under named columns; suppressed numbers are None.

    A long table may give a function that makes its rows: they are made where somebody asks for the data, not for each page.
    """

    name: str
    columns: Sequence[str]
    rows: Rows | Callable[[], Rows]

    def listed(self) -> Rows:
        """The rows."""
        return self.rows() if callable(self.rows) else self.rows

    def records(self) -> list[dict[str, Any]]:
        """One mapping a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.listed()]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What one page says.

    Attributes
    ----------
    title : str
        In the tab and as heading.
    template : str
        Jinja template in `explore/templates`; it extends base.html.
    context : Mapping
        What the template reads besides `view`.
    body : Markup
        Finished HTML for templates that only frame it.
    tables : sequence of Table
        The same as data; the first is the page's CSV, others by `?table=`.
    about : Mapping
        Further plain values of the JSON answer.
    status : int
    """

    title: str
    template: str = "page.html"
    context: Mapping[str, Any] = {}
    body: Markup = NOTHING
    tables: Sequence[Table] = ()
    about: Mapping[str, Any] = {}
    status: int = 200


def json_of(view: View) -> bytes:
    """The view as JSON: title, what it is about, and each table as a list of objects."""
    held = {
        "title": view.title,
        **view.about,
        "tables": {table.name: table.records() for table in view.tables},
    }
    return msgspec.json.format(msgspec.json.encode(held, enc_hook=str), indent=1)


def csv_of(view: View, name: str = "") -> str:
    """One table of the view as CSV; no cell starts a formula.

    Raises
    ------
    NotFoundError
        If the view has no table of that name.

    Notes
    -----
    Of a page without a table it gives what the page is about, one value a row.
    """
    about = [("title", view.title), *((name, str(value)) for name, value in view.about.items())]
    alone = Table(name="page", columns=("name", "value"), rows=about)
    tables = {table.name: table for table in view.tables or (alone,)}
    if name and name not in tables:
        raise NotFoundError(f"no table '{name[:40]}' on this page; {suggest(name, list(tables))}")
    table = tables[name] if name else next(iter(tables.values()))
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([csv_cell(value) for value in row] for row in table.listed())
    return out.getvalue()
