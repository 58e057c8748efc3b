"""Care read by phrases and by classifiers together; posts made up."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bedside.codebook import load_codebook
from bedside.understand.doc import Doc
from bedside.understand.learnt.model import load_classifier
from bedside.understand.learnt.open_sets import STEPS

Coded = Callable[..., dict[str, Any]]


def _care(record: dict[str, Any]) -> set[str]:
    return {code for moment in record["moments"] for code in moment["care"]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A nine hour wait in A&E before anybody called us.", "waiting:complaint"),
        ("The crew could not have been more cheerful and put my dad at his ease.", "manner:praise"),
        ("Meals were stone cold and the showers filthy.", "environment:complaint"),
        ("Impossible to get through on the telephone, engaged all day.", "access:complaint"),
        ("The midwife was in weekly contact with us by phone.", "access:praise"),
        ("They never involved me in my care plan.", "listening:complaint"),
    ],
)
def test_care_told_in_a_review_is_found(coded: Coded, text: str, code: str) -> None:
    assert code in _care(coded(text, kind="review"))


def test_codes_of_the_classifier_are_codes_of_the_codebook() -> None:
    layer = load_codebook().layer("care")
    codes = {f"{code.name}:{side}" for code in layer.code for side in layer.sides}
    assert set(load_classifier("care").codes) <= codes
    assert load_classifier("criticality").codes == STEPS


@pytest.mark.parametrize("name", ["care", "criticality"])
def test_the_card_of_a_shipped_classifier_says_what_it_must(name: str) -> None:
    card = load_classifier(name).card
    for key in ("data", "licence", "intended_use", "gets_wrong", "scores", "texts", "recipe"):
        assert card[key], f"{name}: the card lacks {key}"
    assert not any("judged" in source or "Care Opinion" in source for source in card["data"])


def test_terrible_care_is_graded_below_slight_fault_and_that_below_praise(coded: Coded) -> None:
    grades = [
        coded(text, kind="review")["criticality"]
        for text in (
            "Disgusting treatment. They ignored him, he nearly died and nobody cared. Worst hospital ever.",
            "Could do with a few more chairs in the waiting room.",
            "Wonderful, kind nurses and brilliant care throughout, thank you all so much.",
        )
    ]
    assert grades == sorted(grades)
    assert grades[0] < 0 < grades[2]


def test_a_post_without_care_has_no_grade(coded: Coded) -> None:
    assert coded("I take 20 mg at night and my skin is dry.")["criticality"] is None


def test_talk_of_anything_tells_of_no_care(coded: Coded) -> None:
    for text in (
        "That referee was terrible, worst match of the year.",
        "Lovely food at the new pizza place, friendly waiters.",
    ):
        assert not _care(coded(text))


def test_a_clinician_who_answers_tells_of_no_care(coded: Coded) -> None:
    text = "I am a GP. Our nurses are kind and you should get an appointment within two weeks."
    assert not _care(coded(text))


def test_a_sentence_scores_the_same_alone_and_beside_others(doc: Callable[..., Doc]) -> None:
    alone = doc("The nurse was kind.").learnt("care")[0]
    beside = doc("We waited for hours. The nurse was kind. No parking.").learnt("care")[1]
    assert (alone == beside).all()


def test_a_post_without_words_has_no_probabilities(doc: Callable[..., Doc]) -> None:
    assert doc("…").learnt("care").shape[1] == len(load_classifier("care").codes)
    assert np.isfinite(doc("…").learnt_whole("criticality")).all()


@pytest.mark.parametrize(
    "text",
    [
        "My skin is so sensitive since the cream. Should I see a doctor?",
        "I have a cold and my nose is blocked, my GP is away.",
        "The tablets worked wonders for my knee and I see my dentist today.",
        "I went to my local dermatologist, and a course of isotretinoin has cleared up my skin.",
        "What is the best course of action? My nurse is on holiday.",
        "Any advice would be helpful. I have asthma. Thank you for your time",
        "Did your doctor dismiss it when you asked about the rash?",
    ],
)
def test_outside_of_accounts_of_care_words_of_anything_tell_of_none(
    coded: Coded, text: str
) -> None:
    assert not _care(coded(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I have gout and my doctor has been very helpful with it.", "treatment:praise"),
        ("My psoriasis flared and my GP didn't listen at all.", "listening:complaint"),
        ("I went to my GP with a rash. He laughed it off, he dismissed me.", "listening:complaint"),
        ("My GP ignored my gout for months.", "listening:complaint"),
        ("I wish someone had told me that the drug can thin my hair.", "information:complaint"),
        ("Nobody warned me about the hair loss on this drug.", "information:complaint"),
        (
            "I was promised that my hair would come back once I stopped the drug. It never did.",
            "information:complaint",
        ),
        ("None of my doctors mentioned that it can damage my hearing.", "information:complaint"),
        ("Sorry about your hip. The drug was sold to us as harmless too.", "information:complaint"),
        ("Poor you. Your surgeon: what a useless doctor!", "treatment:complaint"),
        ("I was wrongly diagnosed with gout by my GP.", "treatment:complaint"),
    ],
)
def test_care_told_in_passing_is_said_of_those_who_give_it(
    coded: Coded, text: str, code: str
) -> None:
    assert code in _care(coded(text))


def test_more_staff_and_always_there_are_no_access(coded: Coded) -> None:
    told = _care(
        coded("The nurses were always there for me. I would like more staff.", kind="review")
    )
    assert not {code for code in told if code.startswith("access")}


def test_overall_blame_stands_alone(coded: Coded) -> None:
    told = _care(coded("Awful experience. The receptionist was rude.", kind="review"))
    assert "manner:complaint" in told and "overall:complaint" not in told


def test_overall_praise_stands_alone(coded: Coded) -> None:
    told = _care(coded("Fantastic service. The nurses were so kind and explained everything."))
    assert "manner:praise" in told
    assert "overall:praise" not in told


def test_an_account_that_names_no_service_is_known_by_how_much_of_it_tells_of_care(
    doc: Callable[..., Doc],
) -> None:
    assert doc(
        "I was put at ease by Paula, so friendly. She explained it all clearly to me."
    ).of_service
    assert not doc("Is it normal that my leg hurts after the run?").of_service
    assert not doc("My leg hurts. I took ibuprofen and slept badly.").of_service


@pytest.mark.parametrize(
    "text",
    [
        "Without her I believe that I would not be here. Lovely team.",
        "We could not have asked for more from the ward.",
        "The nurse was calm and the staff did all to minimise the noise.",
        "The course taught us about ignoring bad behaviour. Great staff.",
        "All of it was told me in a non patronising manner by the nurse.",
    ],
)
def test_words_of_a_dismissal_that_dismiss_nobody(coded: Coded, text: str) -> None:
    assert "listening:complaint" not in _care(coded(text, kind="review"))


def test_a_dismissal_is_still_told(coded: Coded) -> None:
    assert "listening:complaint" in _care(coded("The doctor ignored me.", kind="review"))
