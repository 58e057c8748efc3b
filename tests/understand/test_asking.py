"""What asks: a mark, words, an order of words; and what only looks like a question."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]


def asks(record: dict[str, Any]) -> tuple[bool, bool]:
    """Whether it holds a question, and whether it puts one to whoever reads."""
    think = {code for moment in record["moments"] for code in moment["think"]}
    do = {code for moment in record["moments"] for code in moment["do"]}
    return "question" in think, "asked_online" in do


@pytest.mark.parametrize(
    "text",
    [
        "Is a stiff neck normal in week two?",
        "how long did your plaster itch",
        "Any tips for sleeping with a sling, please",
        "I have been wondering whether my knee brace is too tight.",
        "My ankle clicks. Looking for people with the same.",
        "need advice on a trapped nerve",
        "Could your clinic tell me where to get orthopaedic shoes for my gout",
    ],
)
def test_a_question_is_found_with_and_without_a_mark(coded: Coded, text: str) -> None:
    assert asks(coded(text)) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "How on earth did nobody see that my wrist was broken?",
        "Did the tablets help my back? No. I stopped after a month and my back is as it was.",
        "My stoma leaks. I know how to change the bag now.",
        "What I do for my asthma is swim, and where I live that is cheap.",
        "The nurse let nobody in to see how my leg was.",
    ],
)
def test_a_hollow_question_and_a_clause_ask_nothing(coded: Coded, text: str) -> None:
    assert asks(coded(text)) == (False, False)


def test_a_question_in_a_review_is_not_put_to_readers(coded: Coded) -> None:
    text = (
        "Is it right that the ward had no chairs? The staff were kind all week. The group sessions helped us to talk. "
        "Thank you to the team for everything."
    )
    assert asks(coded(text)) == (True, False)


def test_questions_copied_to_be_answered_are_not_asked(coded: Coded) -> None:
    asked = [
        "How did the steroid harm you?",
        "When did you take it?",
        "What do you do now?",
    ]
    answer = (
        "My hips ache day and night and my skin bruises, it has been that way since the second month of the tablets and "
        "nothing that I have tried since then has made any difference to it, not heat, not rest and not the exercises."
    )
    assert asks(coded(" ".join(f"{question} {answer}" for question in asked))) == (False, False)
    assert asks(coded(asked[2])) == (True, True)
