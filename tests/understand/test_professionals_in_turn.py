"""Professionals on the way to a diagnosis: told one by one, by their number as a name, or summed up."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]


def _seen(coded: Coded, text: str) -> list[float]:
    records = coded(text)["diagnosis"]
    return [r["professionals"] for r in records if r.get("professionals") is not None]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("My dentist, then an ENT, finally a neurologist who diagnosed trigeminal neuralgia.", 3),
        ("GP sent me to a physio, physio to a rheumatologist and she found it was gout.", 3),
        ("I saw a nurse, a GP and a dermatologist before a locum said it was scabies.", 4),
        ("Optician, GP, eye clinic, then a neurologist who diagnosed my MS.", 4),
        ("Our midwife missed it, our GP missed it. The paediatrician said it was tongue tie.", 3),
        ("Two GPs and an optician missed my glaucoma. The consultant who came next spotted it.", 4),
        (
            "Doctor one said stress, doctor two said stress, doctor three found my thyroid cancer.",
            3,
        ),
        (
            "The first dentist said nerves, the second said nerves, the third diagnosed an abscess.",
            3,
        ),
        ("Five specialists saw her. The fifth, a geneticist, diagnosed Marfan syndrome.", 5),
    ],
)
def test_professionals_told_in_turn_are_counted_up_to_the_one_who_found_it(
    coded: Coded, text: str, seen: int
) -> None:
    assert _seen(coded, text) == [seen]


@pytest.mark.parametrize(
    "text",
    [
        "My GP sent me to a dermatologist who diagnosed psoriasis.",
        "After my diagnosis of MS I saw a physio, then a nurse, then a dietitian who told me to rest.",
        "I have lupus and I see a rheumatologist, a nephrologist and then a nurse every spring.",
        "Should I ask my GP, then a dermatologist and then an allergist? I think it's eczema.",
        "Two consultants disagree about my diagnosis, one says gout.",
        "My asthma was diagnosed at last by a locum. Six GPs work at our surgery.",
    ],
)
def test_professionals_seen_for_another_reason_are_not_counted(coded: Coded, text: str) -> None:
    assert _seen(coded, text) == []


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Diagnosed within three months of my first seizure, epilepsy.", 3),
        ("Two months after his first fall the diagnosis came, Parkinson's.", 2),
        ("I went to my doctor in 2015, and epilepsy was diagnosed in 2019. So three and a half years.", 42),
        ("The tremor started in 2011 and the diagnosis, Parkinson's, came in 2014.", 36),
        ("From my first appointment to the coeliac diagnosis was exactly 8 months, most of it waiting.", 8),
    ],
)  # fmt: skip
def test_both_ends_of_a_way_may_stand_on_either_side_of_its_length(
    coded: Coded, text: str, months: float
) -> None:
    assert [r["months"] for r in coded(text)["diagnosis"] if r["months"] is not None] == [months]


@pytest.mark.parametrize(
    "text",
    [
        "My sister looked after our dad with dementia for six years until he died.",
        "I was tired for ages and then one day they told me I had anaemia.",
    ],
)
def test_years_of_caring_and_one_day_are_no_way_to_a_diagnosis(coded: Coded, text: str) -> None:
    assert all(r["months"] is None for r in coded(text)["diagnosis"])
