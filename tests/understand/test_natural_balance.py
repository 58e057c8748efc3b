"""Codes that were wrong more often than right in everyday text: posts of our own that carry the same words for nothing."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]


def _do(post: dict[str, Any]) -> set[str]:
    return {code for moment in post["moments"] for code in moment["do"]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I drink lots of water with my tablets and use a cream.", "lack_of_effect"),
        ("I have insulin resistance and was put on metformin.", "lack_of_effect"),
        ("I don't take ibuprofen because of my stomach.", "lack_of_effect"),
        ("On isotretinoin I do a pregnancy test every month.", "pregnancy_or_lactation"),
        ("I used condoms to avoid pregnancy on methotrexate.", "pregnancy_or_lactation"),
        ("My treatment was steroid injections and pills.", "misuse_or_abuse"),
        ("I am through a whole month's worth of tablets, hooray!", "overdose"),
    ],
)
def test_everyday_words_beside_a_drug_are_no_special_situation(
    coded: Coded, text: str, code: str
) -> None:
    assert code not in coded(text)["special_situation"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The antibiotic is like water, my chest is no better.", "lack_of_effect"),
        ("My infection is resistant to all these antibiotics.", "lack_of_effect"),
        ("I am pregnant and still take sertraline.", "pregnancy_or_lactation"),
        ("She swallowed a whole bottle of paracetamol.", "overdose"),
    ],
)
def test_a_special_situation_is_still_told(coded: Coded, text: str, code: str) -> None:
    assert code in coded(text)["special_situation"]


@pytest.mark.parametrize(
    "text",
    [
        "My cholesterol is up but will go back down after the tablets.",
        "Can you recommend any treatment for my gout?",
        "I was told that my oily skin would come back there.",
    ],
)
def test_asking_for_a_recommendation_or_coming_back_of_signs_recommends_nobody(
    coded: Coded, text: str
) -> None:
    assert "recommended_provider" not in _do(coded(text))


def test_a_provider_is_recommended(coded: Coded) -> None:
    post = coded("I would highly recommend this clinic, and I'd go back there.")
    assert "recommended_provider" in _do(post)


def test_what_one_cannot_think_of_is_no_daily_struggle(coded: Coded) -> None:
    post = coded("I can't think of anything that could be better.", kind="review")
    assert "daily_struggle" not in post["content"]


def _treated(post: dict[str, Any]) -> set[str]:
    return {record["status"] for record in post["treatment"]}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("I have had a knee replacement and my leg is swollen.", "switched"),
        ("I had surgery on Friday and my lip is swollen.", "on"),
        ("I don't want to be on codeine all my life.", "wanted"),
        ("You should keep using tretinoin, your skin looks great.", "on"),
    ],
)
def test_a_treatment_has_no_status_from_words_of_something_else(
    coded: Coded, text: str, status: str
) -> None:
    assert status not in _treated(coded(text))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("I switched from sertraline to mirtazapine in May.", "switched"),
        ("I am on methotrexate now for my joints.", "on"),
        ("I would like to try amitriptyline for my migraine.", "wanted"),
        ("I had surgery on my knee last year.", "tried"),
    ],
)
def test_a_treatment_has_the_status_that_is_told(coded: Coded, text: str, status: str) -> None:
    assert status in _treated(coded(text))
