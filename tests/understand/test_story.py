"""The story of the mission, read whole; and stories of other people that must be read as well."""

from collections.abc import Callable
from typing import Any

import pytest

from bedside.understand.moments import GROUPS

STORY = (
    "Took me four years and three GPs to get my PCOS diagnosis. On a good day the pain is a 3, on bad days I can't get "
    "out of bed. Today a new doctor finally listened and put in the referral for endo, which I've begged for since I "
    "was 18. I cried in the car."
)
Coded = Callable[..., dict[str, Any]]
Marks = Callable[..., list[dict[str, Any]]]


def of(record: dict[str, Any], condition: str) -> dict[str, Any]:
    return next(d for d in record["diagnosis"] if condition in d["condition"].lower())


def all_codes(record: dict[str, Any], layer: str) -> set[str]:
    return {code for moment in record["moments"] for code in moment[layer]}


def stages(record: dict[str, Any]) -> list[str]:
    return [moment["stage"] for moment in record["moments"] if moment["stage"]]


def test_the_story_is_a_patients_own(coded: Coded) -> None:
    record = coded(STORY)
    assert (record["role"], record["experiencer"]) == ("patient", "own")


def test_the_story_has_two_or_three_moments(coded: Coded) -> None:
    assert stages(coded(STORY)) == ["diagnosis", "living_with", "tests_referral"]


def test_pcos_is_confirmed_after_48_months_and_three_professionals(coded: Coded) -> None:
    pcos = of(coded(STORY), "pcos")
    assert (pcos["status"], pcos["months"], pcos["professionals"]) == ("confirmed", 48, 3)
    assert pcos["from"] == "unstated"


def test_endometriosis_is_suspected_only(coded: Coded) -> None:
    assert of(coded(STORY), "endometriosis")["status"] == "suspected"


def test_pain_is_three_without_a_maximum(coded: Coded) -> None:
    assert coded(STORY)["scale"] == [{"what": "Pain", "value": 3.0, "max": None}]


def test_a_daily_activity_is_hindered(coded: Coded) -> None:
    assert "daily_struggle" in coded(STORY)["content"]


def test_listening_is_praised_today_and_was_missing_before(coded: Coded) -> None:
    today = coded(STORY)["moments"][-1]
    assert {"listening:praise", "listening:complaint"} <= set(today["care"])
    assert {"sought_test_or_referral", "saw_professional"} <= set(today["do"])
    assert "sadness" in today["feel"]


def test_every_mark_of_the_story_carries_the_words_that_say_so(marks: Marks) -> None:
    found = marks(STORY)
    assert all(mark["said"] and all(mark["said"]) for mark in found)
    said = {(m["layer"], m["slot"] or m["code"]): m["said"] for m in found}
    assert said["diagnosis", "months"] == ["four years"]
    assert said["diagnosis", "professionals"] == ["three GPs"]
    assert said["scale", "value"] == ["3"]


def test_codes_point_to_the_moment_that_holds_them(marks: Marks) -> None:
    found = marks(STORY)
    keys = {mark["subject_key"] for mark in found if mark["subject_kind"] == "moment"}
    assert keys == {"p0:m0", "p0:m1", "p0:m2"}
    assert {m["moment"] for m in found if m["layer"] in ("feel", "do", "care")} <= keys


OTHERS = [
    (
        "It took my daughter 18 months and 2 hospitals to be told she has Crohn's disease.",
        ("family_or_carer", "crohn", "confirmed", 18, None),
    ),
    (
        "I waited 7 yrs and saw five different doctors before I was finally diagnosed with lupus.",
        ("patient", "lupus", "confirmed", 84, 5),
    ),
    (
        "Six years, nine GPs, countless tests. Diagnosis: fibromyalgia. My knees still ache.",
        ("patient", "fibromyalgia", "confirmed", 72, 9),
    ),
    (
        "finally got my adhd diagnosis after a two year wait and 2 psychiatrists",
        ("patient", "adhd", "confirmed", 24, 2),
    ),
    (
        "it took them twenty months and four consultants to work out that my son has coeliac disease",
        ("family_or_carer", "coeliac", "confirmed", 20, 4),
    ),
    (
        "After 3 and a half years of tests a rheumatologist confirmed my psoriatic arthritis. I saw eleven doctors.",
        ("patient", "psoriatic", "confirmed", 42, 11),
    ),
    (
        "My symptoms started at 14. I wasn't diagnosed with POTS until I was 31.",
        ("patient", "pots", "confirmed", 204, None),
    ),
]


@pytest.mark.parametrize(("text", "expected"), OTHERS)
def test_other_ways_to_a_diagnosis_are_read_too(
    coded: Coded, text: str, expected: tuple[Any, ...]
) -> None:
    role, condition, status, months, seen = expected
    record = coded(text)
    found = of(record, condition)
    assert record["role"] == role
    assert (found["status"], found["months"], found["professionals"]) == (status, months, seen)


@pytest.mark.parametrize(
    "text",
    [
        "I was diagnosed with asthma 20 years ago.",
        "Diagnosed with type 2 diabetes for the last five years.",
        "I've had eczema for ten years and I see two specialists a year.",
    ],
)
def test_time_since_a_diagnosis_is_not_time_to_it(coded: Coded, text: str) -> None:
    assert [d["months"] for d in coded(text)["diagnosis"]] == [None]


def test_years_without_a_number_leave_months_empty(coded: Coded) -> None:
    found = coded("It took years before I was diagnosed with endometriosis.")["diagnosis"]
    assert [(d["status"], d["months"]) for d in found] == [("confirmed", None)]


def test_reversed_order_of_a_story_is_read_in_its_own_order(coded: Coded) -> None:
    text = (
        "Yesterday my GP refused to refer me for a scan and said it was just stress. I was so angry. I have been living "
        "with pelvic pain every single day. I was diagnosed with adenomyosis in 2015 after 6 years."
    )
    record = coded(text)
    assert [GROUPS[s] for s in stages(record)] == ["searching", "living with", "diagnosis"]
    assert "listening:complaint" in all_codes(record, "care")
    assert "anger_frustration" in all_codes(record, "feel")
    assert of(record, "adenomyosis")["months"] == 72


def test_background_in_one_clause_is_no_moment(coded: Coded) -> None:
    text = (
        "I have had MS for years and walking is hard. Some days my legs won't carry me, every morning I am stiff. I use "
        "a wheelchair and it means that I can't work. My fatigue is constant, I can't concentrate either."
    )
    assert stages(coded(text)) == ["living_with"]


def test_a_general_question_has_no_moment(coded: Coded) -> None:
    record = coded("Do people with asthma get a flu jab every year?")
    assert stages(record) == []
    assert record["experiencer"] == "general"
