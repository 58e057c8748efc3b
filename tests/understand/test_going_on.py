"""Waits that are still going on: how long they have lasted, and what is no such wait."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.understand.test_records import records

Coded = Callable[..., dict[str, Any]]
WAITING: list[tuple[str, float]] = [
    ("I think I have endometriosis. Three years of pain now and still no diagnosis.", 36),
    ("Could this be lupus? I've been going back and forth for 18 months without any answers.", 18),
    ("I'm convinced it's coeliac. Been waiting seven months for a gastro appointment.", 7),
    ("Pretty sure I have PCOS, it started two years ago and nobody can tell me what is wrong.", 24),
    ("Undiagnosed for the last five years but I suspect it's Crohn's.", 60),
    ("My son might have ADHD. He has been on the waiting list for 14 months.", 14),
    ("10 months in, still waiting on an MRI, I am certain that it's MS.", 10),
    ("They suspect fibromyalgia. Six years and counting, not diagnosed yet.", 72),
]


@pytest.mark.parametrize(("text", "months"), WAITING)
def test_a_wait_going_on_says_how_long_it_has_lasted(
    coded: Coded, text: str, months: float
) -> None:
    post = coded(text)
    told = [d for d in post["diagnosis"] if d["months"] is not None]
    assert [d["months"] for d in told] == [months], post["diagnosis"]
    assert told[0]["status"] in ("suspected", "self")


@pytest.mark.parametrize(
    "text",
    [
        "I think I have endometriosis. I am 24 years old and have no diagnosis.",
        "Could it be gout? My appointment is in three weeks, no diagnosis yet.",
        "I think it's coeliac. We moved here four years ago. Still waiting for the blood results.",
        "I think I have PCOS and my period lasts ten days.",
        "My sister was diagnosed with lupus after six years. Could I have it too?",
    ],
)
def test_other_stretches_of_time_are_no_wait(coded: Coded, text: str) -> None:
    post = coded(text)
    waits = [
        d
        for d in post["diagnosis"]
        if d["months"] is not None and d["status"] in ("suspected", "self")
    ]
    assert not waits, records(post)
