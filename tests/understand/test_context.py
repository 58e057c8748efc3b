"""Assertions of mentions, in the manner of patients."""

from collections.abc import Callable
from typing import Any

import pytest

Marks = Callable[..., list[dict[str, Any]]]


def said_of(marks: list[dict[str, Any]], word: str) -> str:
    return next(
        str(m["assertion"])
        for m in marks
        if m["layer"] == "mention" and m["said"][0].lower() == word
    )


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("I have a headache", "headache", "asserted"),
        ("I had no fever, cough or rash", "rash", "negated"),
        ("no fever but the headache stays", "headache", "asserted"),
        ("I don't have any nausea", "nausea", "negated"),
        ("not only the nausea but the smell of it", "nausea", "asserted"),
        ("no wonder the headache came", "headache", "asserted"),
        ("the painkillers don't help with the headache", "headache", "asserted"),
        ("appendicitis was ruled out", "appendicitis", "negated"),
        ("what if it is sepsis", "sepsis", "hypothetical"),
        ("could this be gout?", "gout", "hypothetical"),
        ("I'm hoping for remission from the asthma", "asthma", "hoped"),
        ("I'm terrified of sepsis", "sepsis", "feared"),
        ("I used to get migraines", "migraines", "past"),
        ("I had pneumonia years ago", "pneumonia", "past"),
        ("My mum never had insomnia and I have insomnia", "insomnia", "negated"),
        ("I have eczema, my cousin has psoriasis", "psoriasis", "others"),
        ("I have eczema, my cousin has psoriasis", "eczema", "asserted"),
        ("that bill nearly gave me a heart attack lol", "heart attack", "figurative"),
        ("my boss is such a pain in the neck", "pain", "figurative"),
    ],
)
def test_a_mention_is_read_in_its_context(
    marks: Marks, text: str, word: str, expected: str
) -> None:
    assert said_of(marks(text), word) == expected


def test_a_childs_fever_is_asserted_in_a_parents_post(marks: Marks) -> None:
    found = marks("My son is poorly. He has a fever since Friday and he won't eat.")
    assert said_of(found, "fever") == "asserted"


def test_every_mention_carries_an_assertion(marks: Marks) -> None:
    found = marks("No cough. Maybe asthma? My dad has gout. I take ibuprofen for the back pain.")
    mentions = [m for m in found if m["layer"] == "mention"]
    assert len(mentions) == 5
    assert all(m["assertion"] for m in mentions)
