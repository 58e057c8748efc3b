"""The journey map: a table whose cells are shaded, with the interval as a hairline under each number."""

from collections.abc import Sequence
from typing import NamedTuple

from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.printing import STAR

__all__ = ["EDGES", "Cell", "CodeRow", "heat_table", "level", "shade_key"]

EDGES = (0.05, 0.15, 0.30, 0.50)  # five shades are as many as print apart in grey
_SHADES = ("under 5", "5–14", "15–29", "30–49", "50 and more")


class Cell(NamedTuple):
    """One cell: a share in 0..1 with its interval. `hidden`: may not be shown. `mid` None: nothing measured.

    `evidence` is the id of its figure: the explorer makes a link of it.
    """

    mid: float | None
    low: float | None = None
    high: float | None = None
    hidden: bool = False
    judged: bool = False
    evidence: str = ""


class CodeRow(NamedTuple):
    """One code down the map, with a cell for each column."""

    label: str
    cells: Sequence[Cell]


def level(mid: float) -> int:
    """Shade 0 to 4 of a share in 0..1.

    Examples
    --------
    >>> [level(x) for x in (0.01, 0.05, 0.2, 0.3, 0.9)]
    [0, 1, 2, 3, 4]
    """
    return sum(mid >= edge for edge in EDGES)


def heat_table(
    caption: str,
    first: str,
    heads: Sequence[tuple[str, str]],
    groups: Sequence[tuple[str, Sequence[CodeRow]]],
) -> Markup:
    """Draw the map as a table.

    Parameters
    ----------
    caption : str
        Read out before the table.
    first : str
        Head of the label column.
    heads : sequence of (name, under)
        Columns; `under` stands beneath the name, such as `n = 1,204`.
    groups : sequence of (name, rows)
        Row groups; a group without a name has no heading row.
    """
    tops = [tag("th", name, tag("span", under), scope="col") for name, under in heads]
    bodies = [_group(name, rows, len(heads) + 1) for name, rows in groups]
    head = tag("thead", tag("tr", tag("th", first, scope="col"), *tops))
    return tag("table", tag("caption", caption, class_="vh"), head, *bodies, class_="map")


def _group(name: str, rows: Sequence[CodeRow], columns: int) -> Markup:
    """One row group."""
    lines = [
        tag("tr", tag("th", row.label, scope="row"), *(_cell(cell) for cell in row.cells))
        for row in rows
    ]
    if name:
        lines.insert(0, tag("tr", tag("th", name, colspan=columns, scope="rowgroup"), class_="grp"))
    return tag("tbody", *lines)


def _cell(cell: Cell) -> Markup:
    """One cell: the number and its interval on a scale from 0 to 100; nothing but a star where hidden."""
    if cell.hidden:
        return tag("td", STAR, class_="sup")
    if cell.mid is None:
        return tag("td", "–", class_="nil")
    if cell.mid == 0:
        return tag("td", "0", class_="nil")
    number = f"{100 * cell.mid:.0f}"
    kind = f"h{level(cell.mid)}" + (" jd" if cell.judged else "")
    words = "<1" if number == "0" else number
    return tag("td", words, _hairline(cell), class_=kind, data_ev=cell.evidence or None)


def _hairline(cell: Cell) -> Markup:
    """The interval as a line under the number."""
    if cell.low is None or cell.high is None:
        return NOTHING
    line = tag("path", d=f"M{100 * cell.low:.0f} 1.5H{100 * cell.high:.0f}")
    return tag("svg", line, viewBox="0 0 100 3", preserveAspectRatio="none", aria_hidden="true")


def shade_key(unit: str, *, judged: bool) -> Markup:
    """What the shades, the hairline and the star mean; the word on bold only where a cell is bold."""
    shades = [tag("i", words, class_=f"h{at}") for at, words in enumerate(_SHADES)]
    parts = [
        tag("span", unit),
        tag("span", *shades),
        tag("span", tag("b", "bold"), " judged by people") if judged else NOTHING,
        tag("span", "line: 95\u202f% interval, drawn from 0 to 100"),
        tag("span", "* not shown"),
    ]
    return tag("p", join([part for part in parts if part]), class_="key")
