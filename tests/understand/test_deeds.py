"""Treatments begun, stopped, finished and changed; contacts, advice and home remedies."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]


def deeds(record: dict[str, Any]) -> set[str]:
    return {code for moment in record["moments"] for code in moment["do"]}


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("I started sertraline on Monday and my jaw is tight.", "started_treatment"),
        ("She put me on steroids for my colitis.", "started_treatment"),
        ("I quit the gabapentin in March, my legs were like lead.", "stopped_treatment"),
        ("They swapped me from tablets to injections for my arthritis.", "switched_treatment"),
        ("I rubbed some aloe vera gel on my rash every night.", "self_treated"),
        ("I rang the nurse about my drain.", "saw_professional"),
        ("I pointed out to the staff that my notes were wrong.", "challenged_professional"),
        ("I made a complaint about my care to the manager.", "complained"),
        ("I came across an article about my rare anaemia.", "searched_online"),
    ],
)
def test_a_deed_is_told(coded: Coded, text: str, deed: str) -> None:
    assert deed in deeds(coded(text))


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("I started a new job with my bad back.", "started_treatment"),
        ("I'm going to start sertraline after my holiday, my anxiety is bad.", "started_treatment"),
        ("It was quite late and my music with my headache was too loud.", "stopped_treatment"),
        ("Should I stop taking the tablets for my gout?", "stopped_treatment"),
        ("I never stopped taking my insulin.", "stopped_treatment"),
        ("My course of antibiotics completely cleared my chest.", "stopped_treatment"),
        ("Should I see a doctor about my mole?", "saw_professional"),
        ("The nurses on my ward are lovely.", "saw_professional"),
        ("Someone complained about my coughing.", "complained"),
        ("The group helped me with my speech.", "self_treated"),
    ],
)
def test_what_was_not_done_is_no_deed(coded: Coded, text: str, deed: str) -> None:
    assert deed not in deeds(coded(text))


@pytest.mark.parametrize(
    "text",
    [
        "Make sure you rest the foot. Don't lift anything for a week.",
        "You should ask your pharmacist about the rash.",
        "Anyone with chest pain should talk to their doctor.",
        "I'd suggest keeping a diary of the attacks.",
    ],
)
def test_advice_is_told_by_whom_it_addresses(coded: Coded, text: str) -> None:
    record = coded(text)
    assert "advised_others" in deeds(record)
    assert "informational" in record["support_given"]


@pytest.mark.parametrize(
    "text",
    [
        "The course was lovely. You get to talk to the tutor and see the other parents. Thank you to the team.",
        "The doctor told me to make sure I rest my foot.",
        "Should I ask my pharmacist about the rash?",
        "They let you use the garden on the ward, and the staff always listen.",
    ],
)
def test_an_account_of_a_service_or_a_question_is_no_advice(coded: Coded, text: str) -> None:
    assert "advised_others" not in deeds(coded(text))
