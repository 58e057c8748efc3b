"""Day zero, due dates and hand-over: whatever the day, the place and the calendar (R2-R5)."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.measure.safety.clock import (
    Clock,
    Times,
    add_business_days,
    clock_of,
    day_zero,
    load_rules,
)
from bedside.store.config import Safety

RULES = load_rules()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def clock(
    seen: str,
    *,
    serious: bool = True,
    now: str = "",
    four: str = "",
    handed: str = "",
    **policy: Any,
) -> Clock:
    times = Times(
        ingested_at=at("2020-01-01T00:00+00:00"),
        first_seen_by_person_at=at(seen),
        four_elements_at=at(four or "2020-01-01T00:00+00:00"),
    )
    return clock_of(
        times,
        Safety(**policy),
        serious=serious,
        now=at(now or seen),
        rules=RULES,
        handed_over_at=at(handed) if handed else None,
    )


def due(found: Clock, what: str) -> date:
    return next(d.due for d in found.dues if d.what == what)


def test_seen_on_a_saturday_at_ten_to_midnight_in_another_zone_day_zero_is_that_saturday() -> None:
    """R2: 2026-03-07 is a Saturday; in UTC it is Sunday already."""
    found = clock("2026-03-07T23:50-05:00", time_zone="America/New_York")
    assert found.day_zero == date(2026, 3, 7) and found.day_zero.weekday() == 5
    assert due(found, "EU") == date(2026, 3, 22)  # day zero + 15, a Sunday: calendar days
    assert due(found, "hand_over") == date(2026, 3, 9)  # one business day: Monday


@pytest.mark.parametrize(
    ("seen", "serious", "region", "wanted"),
    [
        ("2024-02-20T12:00+00:00", True, "EU", date(2024, 3, 6)),  # over a leap day
        ("2023-02-20T12:00+00:00", True, "EU", date(2023, 3, 7)),
        ("2024-02-29T12:00+00:00", True, "EU", date(2024, 3, 15)),
        ("2026-12-24T12:00+00:00", True, "EU", date(2027, 1, 8)),  # over the end of a year
        ("2026-11-15T12:00+00:00", False, "EU", date(2027, 2, 13)),
        ("2027-12-01T12:00+00:00", False, "EU", date(2028, 2, 29)),  # 90 days, to a leap day
        ("2026-03-02T12:00+00:00", True, "US", date(2026, 3, 17)),
        ("2026-03-02T12:00+00:00", True, "UK", date(2026, 3, 17)),
    ],
)
def test_due_dates_follow_the_table(seen: str, serious: bool, region: str, wanted: date) -> None:
    assert due(clock(seen, serious=serious, regions=[region]), region) == wanted


def test_what_is_not_serious_has_no_single_due_date_in_the_us() -> None:
    found = clock("2026-03-02T12:00+00:00", serious=False, regions=["US"])
    assert [d.what for d in found.dues] == ["hand_over"]


def test_a_rule_holds_only_from_its_date(tmp_path: Path) -> None:
    own = tmp_path / "clocks.toml"
    own.write_text(
        '[[rule]]\nregion = "X"\nserious = true\ndays = 15\nfrom = 2000-01-01\nuntil = 2026-06-01\n'
        '[[rule]]\nregion = "X"\nserious = true\ndays = 7\nfrom = 2026-06-01\n'
    )
    rules = load_rules(own)
    for day, wanted in (("2026-05-31", 15), ("2026-06-01", 7)):
        times = Times(
            first_seen_by_person_at=at(f"{day}T12:00+00:00"),
            four_elements_at=at(f"{day}T12:00+00:00"),
        )
        found = clock_of(
            times, Safety(regions=["X"]), serious=True, now=at(f"{day}T12:00+00:00"), rules=rules
        )
        assert due(found, "X") == date.fromisoformat(day) + timedelta(days=wanted)


def test_the_clock_waits_for_a_person_and_for_the_four_elements() -> None:
    unseen = clock_of(
        Times(), Safety(), serious=True, now=at("2026-03-02T12:00+00:00"), rules=RULES
    )
    assert unseen.day_zero is None and "person" in unseen.why and not unseen.dues
    times = Times(first_seen_by_person_at=at("2026-03-02T12:00+00:00"))
    waits = clock_of(times, Safety(), serious=True, now=at("2026-03-02T12:00+00:00"), rules=RULES)
    assert waits.day_zero is None and "four elements" in waits.why


def test_an_element_that_came_later_moves_day_zero_and_policy_may_count_otherwise() -> None:
    seen, four = "2026-03-02T12:00+00:00", "2026-03-05T12:00+00:00"
    assert clock(seen, four=four).day_zero == date(2026, 3, 5)
    assert clock(seen, four=four, clock="first_seen").day_zero == date(2026, 3, 2)
    assert clock(seen, four=four, clock="ingested").day_zero == date(2020, 1, 1)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-03-10T12:00+00:00", "running"),
        ("2026-03-14T12:00+00:00", "due_soon"),
        ("2026-03-17T23:00+00:00", "due_soon"),
        ("2026-03-18T00:30+00:00", "overdue"),
    ],
)
def test_due_soon_and_overdue(now: str, state: str) -> None:
    found = clock("2026-03-02T12:00+00:00", now=now)
    assert next(d.state for d in found.dues if d.what == "EU") == state


def test_a_hand_over_ends_the_clock_in_time_or_late() -> None:
    seen = "2026-03-02T12:00+00:00"
    early = clock(seen, now="2026-05-01T12:00+00:00", handed="2026-03-03T12:00+00:00")
    assert {d.state for d in early.dues} == {"met"} and early.next_due is None
    late = clock(seen, now="2026-05-01T12:00+00:00", handed="2026-03-20T12:00+00:00")
    assert {d.state for d in late.dues} == {"met_late"}


def test_holidays_and_other_weekends_are_no_business_days() -> None:
    policy = Safety(holidays=["2026-12-25", "2026-12-28"])
    assert add_business_days(date(2026, 12, 24), 1, policy) == date(2026, 12, 29)
    gulf = Safety(weekend=["friday", "saturday"])
    assert add_business_days(date(2026, 3, 5), 1, gulf) == date(2026, 3, 8)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 30))
def test_business_days_never_fall_on_a_weekend_and_never_go_back(day: date, number: int) -> None:
    found = add_business_days(day, number, Safety())
    assert found >= day + timedelta(days=number) or number == 0
    assert number == 0 or found.weekday() < 5


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"regions": ["Europe"]}, "EU"),
        ({"weekend": ["sunnday"]}, "did you mean 'sunday'"),
        ({"holidays": ["25.12.2026"]}, "YYYY-MM-DD"),
        (
            {
                "weekend": [
                    "monday",
                    "tuesday",
                    "wednesday",
                    "thursday",
                    "friday",
                    "saturday",
                    "sunday",
                ]
            },
            "no business day",
        ),
    ],
)
def test_settings_without_meaning_are_told(policy: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        clock("2026-03-02T12:00+00:00", **policy)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(InputError, match="zone"):
        day_zero(datetime(2026, 1, 1, 12), "UTC")


def test_every_rule_names_its_source_and_date() -> None:
    assert all(rule.source and rule.start.year > 1990 for rule in RULES)
    assert {rule.region for rule in RULES} >= {"EU", "US", "UK"}
