"""Time to a diagnosis told by ages, dates or a bare stretch; courses and times since are none."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("My symptoms started when I was 15 and I was diagnosed with lupus at 21.", 72),
        ("The pain began in 2012. In 2018 I was finally diagnosed with endometriosis.", 72),
        ("Four years and six doctors until somebody told me that it was lupus.", 48),
    ],
)
def test_the_way_to_a_diagnosis_is_counted(coded: Coded, text: str, months: float) -> None:
    assert months in [record["months"] for record in coded(text)["diagnosis"]]


@pytest.mark.parametrize(
    "text",
    [
        "I was diagnosed with lupus four years ago.",
        "I have had asthma for twenty years.",
        "I was on methotrexate for two years for my lupus.",
        "My son is 4 and has asthma, I am 34.",
    ],
)
def test_a_time_since_or_a_course_is_no_way_to_a_diagnosis(coded: Coded, text: str) -> None:
    assert [r["months"] for r in coded(text)["diagnosis"] if r["months"]] == []
