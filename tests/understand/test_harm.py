"""A harm is what somebody had from a drug; warnings, plans, fears and the illness itself are none."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("text", "drug", "reaction"),
    [
        ("Two weeks after starting ramipril I had a dry cough all night.", "ramipril", "cough"),
        ("Sertraline gave me the worst headaches of my life.", "sertraline", "headache"),
        ("The gabapentine made me so dizzy I fell over.", "gabapentin", "vertigo"),
        ("My hair has been falling out since I went on methotrexate.", "methotrexate", "hair loss"),
        ("effexor sweats are the worst, I drip all day", "venlafaxine", "hyperhidrosis"),
        ("Accutane: lips cracked and bleeding, eyes like sandpaper.", "isotretinoin", "cheilitis"),
        ("Day 4 on Mounjaro. Can't keep anything down.", "tirzepatide", "vomiting"),
        ("Coming off paroxetine, the brain zaps are unreal.", "paroxetine", "electric shock"),
    ],
)
def test_a_reaction_is_tied_to_its_drug(coded: Coded, text: str, drug: str, reaction: str) -> None:
    harms = [harm.lower() for harm in coded(text)["harm"]]
    assert any(h.startswith(drug) and reaction in h for h in harms), harms


@pytest.mark.parametrize(
    "text",
    [
        "They gave me codeine because the pain was unbearable.",
        "I was told pregabalin causes weight gain. Week three and none of that has shown up.",
        "Not a single headache since I started candesartan.",
        "What if the sertraline makes me feel numb? I've not opened the box.",
        "My blood pressure was through the roof so they started me on ramipril.",
        "My hands shake because of the Parkinson's, the levodopa helps but not enough.",
        "A woman at my clinic got terrible hair loss from methotrexate and now I'm scared.",
        "Does anyone know if omeprazole causes bloating? Thinking of asking for it.",
        "Sumatriptan makes my headache vanish.",
        "The tablets haven't touched the itching.",
        "Should I worry that naproxen will give me an ulcer?",
        "Since starting Humira my joints don't ache any more.",
    ],
)
def test_what_nobody_had_from_a_drug_is_no_harm(coded: Coded, text: str) -> None:
    assert coded(text)["harm"] == []


def test_words_that_no_list_holds_are_kept_as_the_writers_own(coded: Coded, marks: Any) -> None:
    body = "That mirtazapine left me like a sack of wet sand every morning."
    harm = [m for m in marks(body) if m["layer"] == "harm"]
    assert {m["slot"] for m in harm} == {"drug", "reaction"}
    reaction = next(m for m in harm if m["slot"] == "reaction")
    assert reaction["concept"] is None and "sack of wet sand" in reaction["said"][0]
    assert coded(body)["harm"]
