"""Beliefs, expectations, preferences, doubt and trust, each beside what is only near it."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]


def thoughts(record: dict[str, Any]) -> set[str]:
    return {code for moment in record["moments"] for code in moment["think"]}


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        ("My migraine is caused by the strip lights.", "belief"),
        ("The inhaler didn't make my cough worse, that was the cold.", "belief"),
        ("The specialist explained that my dizziness is from the inner ear.", "belief"),
        ("I assumed the scar would fade by summer.", "expectation"),
        ("Weren't they supposed to ring with my biopsy results", "expectation"),
        ("I'd rather live with the hernia than have the operation.", "preference"),
        ("I refuse surgery for my bunion.", "preference"),
        ("I don't trust the diagnosis of asthma.", "doubt"),
        ("I want a second medical opinion on my scan.", "doubt"),
        ("I trust my midwife completely with my baby.", "trust"),
        ("I felt in safe hands during my endoscopy.", "trust"),
    ],
)
def test_a_thought_is_told(coded: Coded, text: str, thought: str) -> None:
    assert thought in thoughts(coded(text))


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        ("Could my migraine be caused by the strip lights?", "belief"),
        ("The traffic was due to the roadworks.", "belief"),
        ("I thought the food was nice on my ward.", "expectation"),
        ("I'm not asking for a second opinion on my scan, only what the word means.", "doubt"),
        ("Trust the process, my skin took a year.", "trust"),
        ("Everyone should refuse surgery for bunions.", "preference"),
    ],
)
def test_what_is_near_a_thought_is_none(coded: Coded, text: str, thought: str) -> None:
    assert thought not in thoughts(coded(text))


def test_a_denied_cause_is_a_belief_too(coded: Coded) -> None:
    assert "belief" in thoughts(coded("Not at all, my doctor said the side effects are harmless."))
