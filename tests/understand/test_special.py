"""Special situations (R7, R8), crises with what is no crisis, figures of speech, first ports of call, worry from searching."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Ramipril did not work for me.", True),
        ("The ramipril was not very effective.", True),
        ("I took sertraline for six months. Symptoms did not improve.", True),
        ("They switched me from ramipril to losartan.", False),
    ],
)
def test_lack_of_effect_only_when_said_outright(coded: Coded, text: str, there: bool) -> None:
    assert ("lack_of_effect" in coded(text)["special_situation"]) is there


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("She swallowed the whole bottle of ibuprofen syrup, we are at the hospital.", "overdose"),
        ("The pharmacy gave me the wrong strength of levothyroxine.", "medication_error"),
        ("I am 20 weeks pregnant and still on my lamotrigine.", "pregnancy_or_lactation"),
        ("My consultant says amitriptyline isn't licensed for bladder pain.", "off_label"),
        ("Needlestick at work while giving the insulin.", "occupational_exposure"),
        ("The new batch of insulin pens leaks at the cap.", "product_complaint"),
        ("He crushes and snorts his ritalin at parties.", "misuse_or_abuse"),
    ],
)
def test_a_special_situation_is_found_beside_its_drug(coded: Coded, text: str, code: str) -> None:
    assert code in coded(text)["special_situation"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I keep thinking about ending my life and I have saved up my tablets.", "now"),
        ("My son says he wants to kill himself, who do I ring?", "now"),
        ("My partner hits me when he is drunk.", "now"),
        ("At nineteen I tried to kill myself. I am well now.", "past"),
        ("The leaflet lists suicidal thoughts as a side effect.", "no"),
        ("That plot is a suicide mission.", "no"),
        ("We walk for a suicide prevention charity on Sunday.", "no"),
        ("I am not suicidal, just tired.", "no"),
    ],
)
def test_a_crisis_is_told_from_talk_about_one(coded: Coded, text: str, code: str) -> None:
    assert coded(text)["crisis"] == code


def test_a_crisis_in_other_words_is_found_by_its_meaning(coded: Coded) -> None:
    assert (
        coded("Perhaps my children would do better with no mother than with me.")["crisis"] == "now"
    )


@pytest.mark.parametrize(
    "text",
    [
        "You nearly gave me a heart attack with that goal.",
        "The government is paralysed again.",
        "I'm so OCD about my spice rack lol",
        "This update is giving the whole team a migraine.",
    ],
)
def test_a_figure_of_speech_is_one_and_no_symptom(coded: Coded, marks: Any, text: str) -> None:
    assert coded(text)["figurative"] == "yes"
    assert not [m for m in marks(text) if m["layer"] == "mention" and m["assertion"] == "asserted"]


@pytest.mark.parametrize(
    "text",
    [
        "My dad had a heart attack during the match on Sunday.",
        "I have OCD and wash my hands all day.",
    ],
)
def test_an_illness_in_earnest_is_no_figure(coded: Coded, text: str) -> None:
    assert coded(text)["figurative"] == "no"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I asked my sister before anyone else, then the GP.", "family_friends"),
        ("First stop was the chemist, who sent me to the surgery.", "pharmacist"),
        ("Before I saw a doctor I had googled every symptom.", "internet"),
        ("The midwife was the first person I told.", "other_professional"),
        ("I went straight to the GP.", "doctor"),
        ("The GP saw me at ten.", None),
    ],
)
def test_whom_they_turned_to_first(coded: Coded, text: str, code: str | None) -> None:
    assert coded(text)["first_turned_to"] == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I looked up my symptoms at 3am and now I can't sleep for fear.", "yes"),
        ("Googled the lump. Big mistake, I've been crying since.", "yes"),
        ("Googled the lump and felt reassured, nothing to worry about.", "no"),
        ("My students google everything and frighten themselves.", "no"),
        ("I was so worried that I rang the surgery.", "no"),
    ],
)
def test_worry_that_searching_raised(coded: Coded, text: str, code: str) -> None:
    assert coded(text)["search_worry"] == code
