"""Trends: ISO weeks and silences."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.measure.context import MeasureContext
from bedside.measure.periods import weeks_between
from bedside.measure.trends.volume import volume
from tests.measure.conftest import Study, post


def weeks(study: Study, context: MeasureContext, *days: datetime) -> dict[str, float | None]:
    ask = study([post(f"p{i}", published_at=day) for i, day in enumerate(days)])
    return {f.keys["week"]: f.estimate for f in volume(ask, context) if f.keys["unit"] == "posts"}


def test_silent_weeks_are_zeros(study: Study, context: MeasureContext) -> None:
    days = (datetime(2024, 3, 5, tzinfo=UTC), datetime(2024, 3, 19, tzinfo=UTC))
    assert weeks(study, context, *days) == {"2024-W10": 1, "2024-W11": 0, "2024-W12": 1}


def test_days_around_new_year_are_in_the_iso_week(study: Study, context: MeasureContext) -> None:
    for year in (2018, 2020, 2021, 2023, 2026):
        first = datetime(year, 12, 28, 23, 59, tzinfo=UTC)
        days = [first + timedelta(days=day) for day in range(8)]
        iso = [day.isocalendar() for day in days]
        expected = Counter(f"{day.year}-W{day.week:02}" for day in iso)
        assert weeks(study, context, *days) == expected


def test_a_clock_that_was_never_set_does_not_make_fifty_years_of_zeros(
    study: Study, context: MeasureContext
) -> None:
    days = (
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1999, 1, 5, tzinfo=UTC),
        datetime(2024, 3, 5, tzinfo=UTC),
    )
    assert weeks(study, context, *days) == {"1999-W01": 1, "2024-W10": 1}


def test_vague_dates_are_left_out(study: Study, context: MeasureContext) -> None:
    ask = study([post("p", published_precision="month"), post("q", published_at=None)])
    assert volume(ask, context) == []


def test_two_posts_of_one_account_are_one_account(study: Study, context: MeasureContext) -> None:
    found = volume(study([post("p", "one"), post("q", "one")]), context)
    assert {f.keys["unit"]: f.estimate for f in found} == {"posts": 2, "accounts": 1}


@settings(max_examples=50)
@given(st.dates(date(1972, 1, 1), date(2090, 1, 1)), st.integers(0, 120))
def test_weeks_between_leave_none_out(start: date, later: int) -> None:
    year, week, _ = start.isocalendar()
    last_year, last_week, _ = (start + timedelta(weeks=later)).isocalendar()
    assert len(list(weeks_between(year * 100 + week, last_year * 100 + last_week))) == later
