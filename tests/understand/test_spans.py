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
        ("I was nine when the fits began and twenty six when somebody said narcolepsy.", 204),
        ("Age 12: joint pain. Age 30: lupus on a letter.", 216),
        ("My son first limped in April and they did not find the lupus till September.", 5),
        ("I felt ill from Nov 2019 and was diagnosed with lupus in Feb 2021.", 15),
        ("A fortnight from the first numbness to being told that it was lupus.", 0.46),
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
        "In 2014 I was diagnosed with lupus. In 2020 I ran a marathon.",
        "I was diagnosed with asthma at 44 and I'm 61 now.",
        "It took me two years to accept my lupus diagnosis.",
        "I have lupus. Eight months on a waiting list, and then the doctor was off sick.",
        "The doctors said lupus at last. It took five weeks just to get the results.",
        "I have lupus and waited three months for another scan, then they told me to wait.",
        "They told me it was lupus. I missed choir for six weeks because of the joint pain.",
    ],
)
def test_a_time_since_or_a_course_is_no_way_to_a_diagnosis(coded: Coded, text: str) -> None:
    assert [r["months"] for r in coded(text)["diagnosis"] if r["months"]] == []
