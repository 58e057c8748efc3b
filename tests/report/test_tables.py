"""Tables that leave the house: complete, unrounded, and without suppressed numbers."""

import csv
import json
from io import StringIO

from bedside.report.tables import COLUMNS, figures_csv, figures_json
from tests.report.material import all_figures, figure


def test_every_figure_is_one_row_with_its_id() -> None:
    rows = list(csv.DictReader(StringIO(figures_csv(all_figures()))))
    assert [row["id"] for row in rows] == [f.id for f in all_figures()]
    assert tuple(rows[0]) == COLUMNS


def test_numbers_are_not_rounded() -> None:
    third = figure("m", {"code": "a"}, estimate=1 / 3)
    assert float(next(csv.DictReader(StringIO(figures_csv([third]))))["estimate"]) == 1 / 3
    assert json.loads(figures_json([third]))[0]["estimate"] == 1 / 3


def test_suppressed_numbers_are_absent() -> None:
    hidden = figure(
        "m",
        {"code": "a"},
        estimate=0.73921,
        hits_accounts=73921,
        of_accounts=73922,
        suppressed=True,
    )
    few = figure("m", {"code": "b"}, estimate=0.73921, hits_accounts=7)
    for text in (figures_csv([hidden, few]), figures_json([hidden, few])):
        assert "7392" not in text
    assert [row["suppressed"] for row in json.loads(figures_json([hidden, few]))] == [True, True]


def test_a_cell_never_starts_a_formula() -> None:
    risky = figure("=1+1", {"@x": "y"}, unit="+2", method="-3")
    row = next(csv.DictReader(StringIO(figures_csv([risky]))))
    assert [row[c] for c in ("measure", "keys", "unit", "method")] == [
        "'=1+1",
        "'@x=y",
        "'+2",
        "'-3",
    ]


def test_numbers_that_are_not_finite_are_absent() -> None:
    odd = figure("m", {}, estimate=float("nan"), low=float("-inf"), high=float("inf"))
    row = json.loads(figures_json([odd]))[0]
    assert row["estimate"] is None and row["low"] is None and row["high"] is None
