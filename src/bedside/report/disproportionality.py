"""Disproportionality written out: CSV, JSON and one page; the caveat stands on each (R11)."""

import csv
from io import StringIO
from typing import Any

import msgspec

from bedside.measure.disproportionality.screening import Screened
from bedside.report.markup import Markup, join, tag
from bedside.report.tables import csv_cell

__all__ = ["screened_csv", "screened_json", "screened_page", "screened_values"]

SHOWN = (  # columns of the page, and how they are headed
    ("product", "product"),
    ("event", "event"),
    ("n", "cases"),
    ("expected", "expected"),
    ("prr", "PRR"),
    ("ror", "ROR"),
    ("chi_squared_yates", "χ² (Yates)"),
    ("ic", "IC"),
    ("ebgm", "EBGM"),
)
LIMITS = {"prr": ("prr_low", "prr_high"), "ror": ("ror_low", "ror_high"), "ic": ("ic_low", "ic_high"), "ebgm": ("eb05", "eb95")}  # fmt: skip


def screened_values(found: Screened, *, most: int | None = None) -> dict[str, Any]:
    """What a program gets: caveat first, then unit, strata, prior and rows; `most` rows at most."""
    rows = found.pairs.drop_columns(["caveat"])
    fit = found.fit
    return {
        "caveat": found.caveat,
        "unit": found.unit,
        "strata": found.strata,
        "ebgm": {**fit.prior._asdict(), "likelihood": fit.likelihood, "starts_agreeing": fit.starts}
        if fit
        else {"refused": found.refused},
        "pairs": rows.num_rows,
        "rows": [_plain(row) for row in rows.slice(0, most).to_pylist()],
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Infinities and gaps as words and null: JSON has neither."""
    return {k: _jsonable(v) for k, v in row.items()}


def _jsonable(value: Any) -> Any:
    if isinstance(value, float) and value != value:
        return None
    if value in (float("inf"), float("-inf")):
        return "infinite" if value > 0 else "-infinite"
    return value


def screened_json(found: Screened) -> str:
    """All pairs as JSON."""
    return msgspec.json.format(msgspec.json.encode(screened_values(found)), indent=1).decode()


def screened_csv(found: Screened) -> str:
    """All pairs as CSV, one row each; unit and caveat stand on every row, so that no row travels without them."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [*found.pairs.column_names[:-1], "unit", "caveat"]
    writer.writerow(names)
    for batch in found.pairs.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            row["unit"] = found.unit
            writer.writerow(
                ["" if row[n] is None or row[n] != row[n] else csv_cell(row[n]) for n in names]
            )
    return out.getvalue()


def _number(value: float | None) -> str:
    if value is None or value != value:
        return "–"
    if value in (float("inf"), float("-inf")):
        return "∞"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _cell(row: dict[str, Any], column: str) -> str:
    value = row.get(column)
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    text = _number(value)
    if column in LIMITS and column in row:
        low, high = (_number(row[name]) for name in LIMITS[column])
        text += f" ({low} to {high})"
    return text


def screened_page(found: Screened, *, title: str, sheet: str, most: int = 200) -> str:
    """One HTML page: the caveat, how it was counted, and the pairs with the highest IC025."""
    rows = found.pairs.slice(0, most).to_pylist()
    head = tag("tr", *(tag("th", words, scope="col") for _, words in SHOWN), tag("th", "note"))
    body = [
        tag("tr", *(tag("td", _cell(row, name)) for name, _ in SHOWN), tag("td", row["note"]))
        for row in rows
    ]
    prior = (
        f"EBGM: prior fitted by the likelihood '{found.fit.likelihood}'; interval EB05 to EB95."
        if found.fit
        else found.refused
    )
    strata = f" Expected counts summed over {len(found.strata)} strata." if found.strata else ""
    told = (
        f"Counted: {found.unit}.{strata} Sorted by the lower limit of the shrinkage IC; "
        f"{len(rows):,} of {found.pairs.num_rows:,} pairs. Intervals 95 % unless said otherwise. {prior}"
    )
    main = tag(
        "main",
        tag("h1", title),
        tag("p", tag("b", found.caveat), role="note", class_="caveat"),
        tag("p", told),
        tag("table", tag("thead", head), tag("tbody", *body)),
        id="main",
    )
    meta = join([tag("meta", charset="utf-8"), tag("title", title)])
    style = tag("style", Markup(sheet))  # our own file
    return f"<!doctype html>\n{tag('html', tag('head', meta, style), tag('body', main), lang='en-GB')}\n"
