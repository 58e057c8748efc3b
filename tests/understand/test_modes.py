"""Visits by phone, video and message: what they were about, and whether somebody was seen after all."""

from collections.abc import Callable

import pytest

from bedside.understand.doc import Doc
from bedside.understand.makers.modes import propose_modes

Make = Callable[..., Doc]


def said(doc: Doc) -> dict[str | None, str | None]:
    return {
        mark.slot: mark.concept if mark.slot else mark.code
        for mark in propose_modes(doc)
        if mark.group is not None
    }


@pytest.mark.parametrize(
    ("text", "mode", "reason", "seen"),
    [
        ("I had a telephone appointment with the GP about my rash. In the end I had to go in and be seen.", "phone", "rash", "yes"),
        ("The doctor rang me about my migraine and then called me in the same day to be examined.", "phone", "migraine", "yes"),
        ("My video consultation for eczema was useless, nobody has seen my skin in person since.", "video", "eczema", "no"),
        ("I emailed my doctor about the cough and he answered within an hour.", "message", "cough", None),
        ("Had a phone consultation for sinusitis. They never examined me.", "phone", "sinusitis", "no"),
    ],
)  # fmt: skip
def test_a_visit_from_afar_says_what_it_was_about_and_whether_they_were_seen_after_all(
    doc: Make, text: str, mode: str, reason: str, seen: str | None
) -> None:
    found = said(doc(text))
    assert found[None] == mode
    assert reason in (found["reason"] or "").lower()
    assert found.get("seen_after_all") == seen


def test_what_came_before_the_call_is_not_after_all(doc: Make) -> None:
    text = "He examined my knee on the couch in March. Since then I had a telephone appointment with the GP about my knee pain."
    found = said(doc(text))
    assert found[None] == "phone" and "seen_after_all" not in found
