"""Grids: the numbers of a plate in rows and columns, as a chart of an office program wants them."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from bedside.report.figures import Shown
from bedside.report.page import Plate
from bedside.report.printing import sentence_case
from bedside.report.scales import Scale, scale_of
from bedside.report.words import plain

__all__ = ["Grid", "Kind", "Line", "grid_of", "key_words"]

Kind = Literal["bars", "lines", "map"]
MOST_SERIES = 2  # more columns than that are a map, not bars side by side
FULL = 0.6  # share of cells that hold a figure, from which rows and columns make sense
_SAID = {
    ("condition", "all"): "all conditions",
    ("group", "all"): "at any stage",
    ("from", "unstated"): "start unstated",
}


class Line(NamedTuple):
    """One row: what it is about, and a figure (or none) for each column."""

    label: str
    figures: tuple[Shown | None, ...]


class Grid(NamedTuple):
    """The numbers of one plate; `names` are the columns, one empty name where there is only one."""

    kind: Kind
    scale: Scale
    names: tuple[str, ...]
    lines: tuple[Line, ...]


def key_words(name: str, value: str) -> str:
    """The value of a key in plain words.

    Examples
    --------
    >>> key_words("code", "listening:complaint"), key_words("condition", "all")
    ('listening, complaint', 'all conditions')
    """
    if name == "tag":
        return f"#{value}"
    return _SAID.get((name, value), plain(value).replace(":", ", "))


def grid_of(plate: Plate) -> Grid:
    """Put the figures of a plate into rows and columns.

    What varies least stands in the columns; something that is dated, or counted in months, goes down the rows and makes
    lines. Rows and columns keep the order of the plate.
    """
    figures = plate.figures
    if len({f.measure for f in figures}) > 1:
        figures = tuple(
            f for f in figures if f.measure == figures[0].measure
        )  # others are in the book
    keys = _varying(figures)
    scale = scale_of(figures)
    ordered = next((key for key in keys if _is_ordered(figures, key)), None)
    if ordered is not None:
        return _lines(figures, ordered, [key for key in keys if key != ordered], scale)
    if len(keys) < 2:
        return _grid("bars", scale, figures, keys, [])
    column = min(keys, key=lambda key: len(_values(figures, key)))
    rest = [key for key in keys if key != column]
    wide = len(_values(figures, column))
    tall = len({tuple(f.keys.get(key, "") for key in rest) for f in figures})
    if len(figures) < FULL * wide * tall:  # mostly holes: each figure a line of its own
        return _grid("bars", scale, figures, keys, [])
    return _grid("bars" if wide <= MOST_SERIES else "map", scale, figures, rest, [column])


def _values(figures: Sequence[Shown], key: str) -> list[str]:
    return list(dict.fromkeys(f.keys.get(key, "") for f in figures))


def _varying(figures: Sequence[Shown]) -> list[str]:
    """Keys that tell the figures apart; the layer is left out where the code settles it."""
    names = list(dict.fromkeys(name for f in figures for name in f.keys))
    found = [name for name in names if len(_values(figures, name)) > 1]
    pairs = {(f.keys.get("code", ""), f.keys.get("layer", "")) for f in figures}
    if {"code", "layer"} <= set(found) and len(pairs) == len({code for code, _ in pairs}):
        found.remove("layer")
    return found


def _is_ordered(figures: Sequence[Shown], key: str) -> bool:
    """Whether a key is a time: a dated week, month or quarter, or a number of months."""
    values = _values(figures, key)
    return all(v[:4].isdigit() and v[4:5] == "-" for v in values) or (
        key == "months" and all(v.replace(".", "", 1).isdigit() for v in values)
    )


def _lines(figures: Sequence[Shown], along: str, rest: Sequence[str], scale: Scale) -> Grid:
    people = [f for f in figures if f.unit == "accounts"]  # people before posts
    told = sorted(people or figures, key=lambda f: _moment(f.keys.get(along, "")))
    rest = [key for key in rest if len(_values(told, key)) > 1]
    lined = _grid("lines", scale, told, [along], rest)
    words = "months" if along == "months" else "time"
    return lined._replace(scale=scale._replace(words=f"{scale.words}, by {words}"))


def _moment(value: str) -> tuple[float, str]:
    return (float(value), "") if value.replace(".", "", 1).isdigit() else (0.0, value)


def _grid(
    kind: Kind, scale: Scale, figures: Sequence[Shown], down: Sequence[str], across: Sequence[str]
) -> Grid:
    columns = list(dict.fromkeys(_label(f, across) for f in figures))
    rows = list(dict.fromkeys(_label(f, down) for f in figures))
    at = {(_label(f, down), _label(f, across)): f for f in reversed(figures)}
    lines = tuple(
        Line(sentence_case(row) or "All", tuple(at.get((row, column)) for column in columns))
        for row in rows
    )
    return Grid(kind, scale, tuple(columns), lines)


def _label(figure: Shown, keys: Sequence[str]) -> str:
    """Values of the keys in words; a code that says no more than yes is named by its layer."""
    values = [(key, figure.keys.get(key, "")) for key in keys]
    return ", ".join(
        plain(figure.keys.get("layer", value))
        if (key, value) == ("code", "yes")
        else key_words(key, value)
        for key, value in values
        if value
    )
