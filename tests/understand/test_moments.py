"""Moments: what one cue cannot do, what time does, and harm that lasts."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from bedside.understand.doc import Doc
from bedside.understand.moments import find_moments

Coded = Callable[..., dict[str, Any]]
MakeDoc = Callable[..., Doc]


def stages(record: dict[str, Any]) -> list[str]:
    return [moment["stage"] for moment in record["moments"] if moment["stage"]]


def test_one_cue_in_passing_does_not_part_an_account(coded: Coded) -> None:
    text = (
        "Every day with my lupus I plan around naps. On a good day I can cook. My cousin's results came back in March. "
        "Most nights I can't sleep for the joint pain. I have flare ups all the time."
    )
    assert stages(coded(text)) == ["living_with"]


def test_time_that_moves_on_opens_a_moment(coded: Coded) -> None:
    text = (
        "My knee started to swell in May and the pain began with stairs. "
        "Today the consultant confirmed that I have arthritis and I was diagnosed at last."
    )
    assert stages(coded(text)) == ["first_symptoms", "diagnosis"]


def test_a_treatment_begun_and_one_ended_are_told_apart(coded: Coded) -> None:
    begun = coded("Day 2 of my new tablets for gout, first week so far so good.")
    ended = coded("I have finished my course of chemo and the scan is clear.")
    assert stages(begun) == ["starting_treatment"]
    assert stages(ended) == ["remission_or_relapse"]


def test_harm_that_lasts_after_the_treatment_is_life_with_it(coded: Coded) -> None:
    text = (
        "I took the tablets for four months and stopped three years ago. My back pain came on the drug and it never went "
        "away. My eyes are still dry to this day."
    )
    assert stages(coded(text)) == ["living_with"]


def test_life_told_in_the_present_tense_needs_no_cue(coded: Coded) -> None:
    text = (
        "I use drops for my dry eyes and wear lenses when the pain is bad, it takes up my mornings."
    )
    assert stages(coded(text)) == ["living_with"]


@pytest.mark.parametrize(
    "text",
    [
        "You should see a doctor about flare ups and get a scan.",
        "The Tuesday course was great fun and the tutor was kind. Thank you to the team.",
        "",
        "😀😀😀 !!! ???",
    ],
)
def test_advice_thanks_and_noise_have_no_moment(coded: Coded, text: str) -> None:
    assert stages(coded(text)) == []


def test_moments_cover_the_account_and_do_not_overlap(doc: MakeDoc) -> None:
    text = "The pain started in May. I saw my GP about it. Then I was diagnosed with gout. " * 6
    read = doc(text)
    found = find_moments(read)
    assert found[0].start == read.sentences[0][0]
    assert found[-1].end == read.sentences[-1][1]
    assert all(left.end < right.start for left, right in pairwise(found))
    assert all(moment.start <= cue.start < moment.end for moment in found for cue in moment.cues)
