"""Charts draw what was measured, on scales from zero, and nothing where a number may not be shown."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.report.charts.dots import Dot, DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.charts.heat import Cell, CodeRow, heat_table, level, shade_key
from bedside.report.charts.panels import Panel, Point, panel_chart
from bedside.report.charts.weeks import Week, week_chart

AXIS = nice_axis(40, "%", limit=100)
MONDAY = date(2026, 1, 5)


@given(st.floats(0, 1e7))
def test_an_axis_starts_at_zero_and_holds_what_is_drawn(highest: float) -> None:
    axis = nice_axis(highest, "")
    assert axis.ticks[0] == 0
    assert axis.ticks[-1] == axis.top >= highest
    assert 3 <= len(axis.ticks) <= 6


@given(st.floats(0, 100))
def test_an_axis_of_shares_ends_at_100(highest: float) -> None:
    assert highest <= nice_axis(highest, "%", limit=100).top <= 100


def test_a_hidden_number_is_a_star_without_mark_or_line() -> None:
    drawn = dot_plot("d", "t", "w", [DotRow("a", [Dot(None, None, None, "*")])], AXIS)
    assert drawn.count(">*<") == 2
    assert "<circle" not in drawn and 'class="li' not in drawn


def test_judged_is_filled_and_a_machine_count_is_hollow_and_dashed() -> None:
    rows = [DotRow("a", [Dot(20, 10, 30, "20", judged=True)]), DotRow("b", [Dot(5, 4, 6, "5")])]
    drawn = dot_plot("d", "t", "w", rows, AXIS)
    assert drawn.count('class="pt"') == drawn.count('class="po"') == 2
    assert drawn.count('class="li mach"') == 2 and drawn.count('class="li"') == 2


def test_two_panels_share_one_scale() -> None:
    rows = [DotRow("a", [Dot(40, 30, 40, "40"), Dot(40, 30, 40, "40")])]
    drawn = dot_plot("d", "t", "w", rows, AXIS, ("complain", "praise"))
    assert drawn.count("complain") == drawn.count("praise") == 2
    assert drawn.count("<circle") == 4


def test_a_dot_without_interval_is_drawn_alone() -> None:
    assert 'class="li' not in dot_plot(
        "d", "t", "w", [DotRow("a", [Dot(5, None, None, "5")])], AXIS
    )


def test_a_hidden_week_is_a_gap_with_a_star_never_a_zero() -> None:
    weeks = [Week(MONDAY + timedelta(weeks=at), n) for at, n in enumerate((10, 12, None, 11, 9))]
    drawn = week_chart("w", "t", "d", weeks, nice_axis(12, ""))
    assert drawn.count(">*<") == 2
    line = drawn.split('class="li" d="')[1].split('"')[0]
    assert line.count("M") == 2 and line.count("L") == 2


def test_a_missing_week_breaks_the_line() -> None:
    weeks = [Week(MONDAY, 10), Week(MONDAY + timedelta(weeks=3), 12)]
    line = (
        week_chart("w", "t", "d", weeks, nice_axis(12, "")).split('class="li" d="')[1].split('"')[0]
    )
    assert line.count("M") == 2 and "L" not in line


@pytest.mark.parametrize("number", [None, 0, 5])
def test_one_week_alone_can_be_drawn(number: int | None) -> None:
    assert "<svg" in week_chart("w", "t", "d", [Week(MONDAY, number)], nice_axis(0, ""))


def test_cells_tell_zero_hidden_tiny_and_unmeasured_apart() -> None:
    cells = [
        Cell(0.0),
        Cell(0.4, 0.3, 0.5, hidden=True),
        Cell(0.003, 0.001, 0.01),
        Cell(None),
        Cell(0.4, 0.3, 0.5, judged=True),
    ]
    drawn = heat_table("c", "code", [("a", "n")] * 5, [("feel", [CodeRow("hope", cells)])])
    assert [part for part in (">0<", ">*<", ">&lt;1<", ">–<", ">40<") if part in drawn] == [
        ">0<",
        ">*<",
        ">&lt;1<",
        ">–<",
        ">40<",
    ]
    assert drawn.count("<path") == 2
    assert 'class="h3 jd"' in drawn


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_is_never_drawn_in_a_weaker_shade(one: float, other: float) -> None:
    assert (level(one) <= level(other)) == (level(min(one, other)) <= level(other)) or one > other


def test_the_key_names_bold_only_where_a_cell_is_bold() -> None:
    assert "judged" in shade_key("%", judged=True)
    assert "judged" not in shade_key("%", judged=False)


def test_a_cut_first_month_gives_way_to_the_next() -> None:
    first = date(2025, 12, 29)
    weeks = [Week(first + timedelta(weeks=at), 10) for at in range(20)]
    drawn = week_chart("w", "t", "d", weeks, nice_axis(12, ""))
    assert ">Dec<" not in drawn and drawn.count(">Jan<") == 2


def test_a_line_stays_on_its_panel_though_its_last_point_lies_past_the_last_tick() -> None:
    points = [Point(0, 100, 100, 100), Point(3.6, 70, 60, 80), Point(7.5, 55, 40, 60)]
    drawn = panel_chart("p", "t", "w", [Panel("a", points)], AXIS, [(0, "0"), (3.6, "6 hours")])
    for picture in re.findall(r"<svg.*?</svg>", drawn, re.DOTALL):
        (width,) = re.findall(r'viewBox="0 0 ([\d.]+) ', picture)
        places = [float(x) for x in re.findall(r'<circle class="po" cx="([\d.]+)"', picture)]
        assert places and max(places) < float(width)
