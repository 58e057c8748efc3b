"""Numbers and durations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.understand.numbers import durations, number
from bedside.understand.text import canonical


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("it took four years", 48),
        ("18 months of this", 18),
        ("3.5 years", 42),
        ("two and a half years", 30),
        ("3 years and 2 months", 38),
        ("2-3 years", None),
        ("two to three years", 30),
        ("a decade", 120),
        ("six weeks", 1.38),
        ("a couple of years", 24),
        ("7 yrs", 84),
        ("twenty long years", 240),
    ],
)
def test_durations_are_read_in_months(text: str, months: float | None) -> None:
    found = [d.months for d in durations(canonical([("body", text)]).text)]
    if months is not None:
        assert found == [pytest.approx(months, abs=0.01)]


@pytest.mark.parametrize(
    "text", ["several years", "years", "many months", "few weeks", "half the day"]
)
def test_no_number_no_duration(text: str) -> None:
    assert list(durations(f" {text} ")) == []


def test_a_number_too_long_to_mean_anything_is_none() -> None:
    assert number("9" * 400) is None


@given(st.text(max_size=12))
def test_any_word_is_a_number_or_none(word: str) -> None:
    value = number(word)
    assert value is None or value >= 0
