"""What professionals do in their answers, and that nobody else's words are taken for it."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]
REPLY = {"kind": "comment", "parent_ref": "p", "role_declared": "GP", "author_bio": "GP in Leeds"}


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Please see an ear specialist this week.", "referral"),
        ("You need an MRI of the lumbar spine to rule out a slipped disc.", "referral"),
        ("If the fever does not settle in three days, come back.", "safety_net"),
        ("Try a brisk walk after dinner and cut down on salt.", "lifestyle"),
        ("A flu vaccine every autumn would be sensible at your age.", "prevention"),
        ("There is no evidence that the jab causes infertility.", "correction"),
        ("That is a myth, antibiotics are useless against a cold virus.", "correction"),
        ("There is nothing to worry about, a small cyst like this is benign.", "reassurance"),
        ("I understand how you feel, this must be exhausting.", "empathy"),
        ("Take one ibuprofen tablet with food twice a day.", "medication_advice"),
        ("How long have you had the cough?", "asks_back"),
        ("Please tell me more about the rash.", "asks_back"),
        ("This may be due to a trapped nerve.", "diagnosis_opinion"),
        ("It sounds like tendonitis of the shoulder.", "diagnosis_opinion"),
    ],
)
def test_an_act_of_a_professional_is_read(coded: Coded, text: str, act: str) -> None:
    assert act in coded(text, **REPLY)["professional_act"]


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("If it gets worse, see your doctor.", "referral"),
        ("Have you had an MRI? Did they rule out a slipped disc?", "referral"),
        ("Your scan was clear, which is good.", "referral"),
        ("Let me know if you have any further question.", "asks_back"),
        ("Are you on any tablet?", "medication_advice"),
        ("Hope that helps.", "reassurance"),
    ],
)
def test_words_that_look_like_an_act_are_none(coded: Coded, text: str, act: str) -> None:
    assert act not in coded(text, **REPLY)["professional_act"]


def test_only_professionals_have_acts(coded: Coded) -> None:
    text = "My doctor said it may be due to gout, I take one ibuprofen tablet with food."
    assert coded(text)["role"] == "patient" and coded(text)["professional_act"] == []


def test_an_answer_in_a_clinics_manner_is_a_clinicians_without_any_bio(coded: Coded) -> None:
    text = (
        "this may be due to a kidney stone or an infection. get an ultrasound done and drink plenty of water. "
        "if the pain worsens consult a urologist."
    )
    post = coded(text)
    assert post["role"] == "clinician"
    assert set(post["professional_act"]) >= {
        "diagnosis_opinion",
        "referral",
        "lifestyle",
        "safety_net",
    }
    assert post["support_given"] == ["informational"] and post["experiencer"] == "other_person"


@pytest.mark.parametrize(
    "text",
    [
        "You should try magnesium, it may be due to low levels, worked for my cramps",
        "see a dermatologist! mine put me on cream and my skin is fine now",
        "Could this be an infection? Should I get an ultrasound? My urologist won't see me.",
    ],
)
def test_patients_who_advise_stay_patients(coded: Coded, text: str) -> None:
    assert coded(text, kind="comment", parent_ref="p")["role"] != "clinician"


def test_a_professionals_advice_helps_someone(coded: Coded) -> None:
    post = coded("Sorry to hear that. Take the tablet with food.", **REPLY)
    assert {"informational", "emotional"} <= set(post["support_given"])
    assert "advised_others" in {code for moment in post["moments"] for code in moment["do"]}


REFUTED = (
    "I'm a pharmacist. Antibiotics kill bacteria. People think they help a cold, but that is a myth: they don't treat "
    "viruses. It looks as though they worked because a cold passes in a week. So antibiotics are for bacteria only."
)


def test_the_parts_of_a_correction_are_read_with_their_words(
    marks: Callable[..., list[dict[str, Any]]],
) -> None:
    parts = {mark["code"]: mark["said"] for mark in marks(REFUTED) if mark["slot"] == "parts"}
    assert parts["states_fact"] == ["Antibiotics kill bacteria."]
    assert "myth" in parts["warns"]
    assert "because" in parts["explains_fallacy"]
    assert parts["repeats_fact"] == ["So antibiotics are for bacteria only."]


def test_a_bare_denial_states_a_fact_and_no_more(
    marks: Callable[..., list[dict[str, Any]]],
) -> None:
    found = marks("I'm a midwife. The flu jab does not cause flu. Have it in autumn.")
    assert {m["code"] for m in found if m["slot"] == "parts"} == {"states_fact"}


def test_where_nothing_is_corrected_there_are_no_parts(
    marks: Callable[..., list[dict[str, Any]]], coded: Callable[..., dict[str, Any]]
) -> None:
    assert not [m for m in marks("I'm a GP. Take paracetamol and rest.") if m["slot"] == "parts"]
    assert coded(REFUTED)["professional_act"] == ["correction"]
