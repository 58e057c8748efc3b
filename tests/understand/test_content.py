"""What a post holds: reactions, stories, change over time, wishes, complaints; and support."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]

STORY = (
    "It began in May when my hand went numb. First I ignored it, then I rang the surgery and they sent me to a clinic. "
    "After three weeks a nurse called and said that the scan showed a trapped nerve. In July I had the operation, and "
    "by autumn I was back at the loom."
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Since starting the tablets I have had a dry mouth and joint pain.", "adverse_reaction"),
        ("I'm on methotrexate and it made me sick for two days.", "adverse_reaction"),
        ("My tremor has got much worse since spring.", "disease_progression"),
        (
            "My knee: before and after, six months apart, and I'm not limping anymore.",
            "disease_progression",
        ),
        ("With my hip I can't get up the stairs.", "daily_struggle"),
        (
            "The staff are kind. I would like to see a computer on the ward for patients.",
            "suggestion",
        ),
        ("Looking for a specialist in rare muscle disease for my son.", "resource_wanted"),
        ("My GP ignored my lump for a year.", "complaint"),
        ("I have been unable to get an appointment for my tooth anywhere.", "unmet_need"),
        (
            "Since attending the pain course my sleep has improved and everything changed.",
            "turning_point",
        ),
        (STORY, "story"),
    ],
)
def test_content_is_told(coded: Coded, text: str, code: str) -> None:
    assert code in coded(text)["content"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I take ibuprofen for my joint pain.", "adverse_reaction"),
        ("I'm on methotrexate and have had no nausea so far.", "adverse_reaction"),
        ("I'm scared of a rash on the new tablets.", "adverse_reaction"),
        ("The nurse made me sick with worry. The ward staff were rude.", "adverse_reaction"),
        ("My acne is the worst it has been.", "complaint"),
        ("I would like to thank the staff on the ward.", "suggestion"),
        ("My doctor suggests a scan of my knee.", "suggestion"),
        ("I have asthma and hay fever and a bad knee.", "story"),
    ],
)
def test_what_is_near_it_is_not_held(coded: Coded, text: str, code: str) -> None:
    assert code not in coded(text)["content"]


def test_an_account_whose_care_is_bad_in_all_complains_of_its_noise_too(coded: Coded) -> None:
    noisy = coded("The ward is unbearably noisy at night. Food cold and awful.", kind="review")
    assert "complaint" in noisy["content"]
    kind = coded("Wonderful nurses, so kind. They explained everything. Food cold.", kind="review")
    assert "complaint" not in kind["content"]


def test_kind_words_are_support_also_beside_a_question(coded: Coded) -> None:
    record = coded("So sorry to hear about your fall! How is your wrist?")
    assert "emotional" in record["support_given"]


def test_a_reply_to_nobody_gives_no_support(coded: Coded) -> None:
    assert coded("My wrist is healing and I took calcium for it.")["support_given"] == []
