"""Layers that stand in few posts: worry from searching, first turns, modes, figures of speech, crises, ways to a diagnosis."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("text", "months", "seen"),
    [
        ("A decade of being told it was nerves. It was coeliac disease.", 120, None),
        ("Twenty two months of tests before anyone said sarcoidosis.", 22, None),
        ("I saw my GP in March and was told it was epilepsy in November.", 8, None),
        ("The fourth doctor I saw spotted my Crohn's disease.", None, 4),
        ("Three weeks from his first limp to the Perthes diagnosis.", 0.69, None),
        ("From my first sneeze to the asthma diagnosis was four months.", 4, None),
        ("Six months after my first dizzy spell I was diagnosed with epilepsy.", 6, None),
        ("My coeliac disease went undiagnosed for nine years.", 108, None),
        ("Five doctors shrugged. Doctor number six found my lupus.", None, 6),
        ("Two GPs said growing pains. The third one diagnosed arthritis.", None, 3),
        ("Ten doctors it took. The tenth found the CSF leak.", None, 10),
        ("We saw two doctors, a physio and a surgeon who diagnosed a torn labrum.", None, 4),
        ("Three GPs before a neurologist diagnosed my epilepsy.", None, 4),
    ],
)
def test_a_way_to_a_diagnosis_is_read_from_the_words_beside_it(
    coded: Coded, text: str, months: float | None, seen: int | None
) -> None:
    records = coded(text)["diagnosis"]
    assert [r["months"] for r in records if r["months"] is not None] == ([months] if months else [])
    told = [r["professionals"] for r in records if r.get("professionals") is not None]
    assert told == ([seen] if seen else [])


@pytest.mark.parametrize(
    "text",
    [
        "It took me a year to recover from my pneumonia.",
        "My aunt died two months after her cancer diagnosis.",
        "With my scoliosis I wear the brace 20 hours a day.",
        "Three years sober, and I have liver disease.",
        "Recovery from my pneumonia took half a year.",
        "It took eight months to find a drug for my epilepsy.",
        "Diagnosed in 2015 and still here, ten years on from breast cancer.",
        "No diagnosis yet, three years from the first migraine to today.",
    ],
)
def test_time_after_a_diagnosis_is_no_way_to_it(coded: Coded, text: str) -> None:
    assert all(r["months"] is None for r in coded(text)["diagnosis"])


@pytest.mark.parametrize(
    ("text", "worry"),
    [
        ("I looked up what my scan said and now I can't stop crying.", "yes"),
        ("I looked up what my scan said and it was nothing scary.", "no"),
        ("I searched everywhere for my glasses and panicked.", "no"),
        ("Please don't google it, you will only panic.", "no"),
    ],
)
def test_a_worry_counts_where_a_search_raised_it(coded: Coded, text: str, worry: str) -> None:
    assert coded(text)["search_worry"] == worry


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("The nurse talked me through my results over the phone.", {"phone"}),
        ("The receptionist called to move my appointment.", set()),
        ("We are months further down the line and I am on tablets.", set()),
        ("Can I ask for a video appointment?", set()),
    ],
)
def test_a_call_is_a_mode_where_somebody_was_seen_by_it(
    coded: Coded, text: str, modes: set[str]
) -> None:
    assert set(coded(text)["mode"]) == modes


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("I asked the pharmacist and she told me to go to the doctor.", "pharmacist"),
        ("I saw my family doctor, and weeks later I asked in a forum.", "doctor"),
        ("What should I do first, see a doctor or ask the chemist?", None),
        ("Always ask your pharmacist first.", None),
    ],
)
def test_who_sends_on_was_turned_to_first(coded: Coded, text: str, first: str | None) -> None:
    assert coded(text)["first_turned_to"] == first


def test_a_crisis_is_past_unless_its_sentence_says_now(coded: Coded) -> None:
    assert coded("At nineteen I tried to kill myself. I'm glad I lived.")["crisis"] == "past"
    assert coded("I tried to kill myself last night.")["crisis"] == "now"


def test_an_illness_that_a_relative_had_is_no_figure_of_speech(coded: Coded) -> None:
    assert coded("My father had a heart attack at work.")["figurative"] == "no"
    assert coded("Our council has had a lobotomy.")["figurative"] == "yes"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Asked the health visitor first, then the GP looked at her ears.", "other_professional"),
        ("Grandad went grey at the table, so straight to A&E, then the heart ward.", "doctor"),
        (
            "Searched my symptoms at lunch. That was the first thing I did. Then I rang the surgery.",
            "internet",
        ),
        ("Before I saw anyone I had watched a dozen videos about it.", "internet"),
        ("We took our daughter to the doctor first.", "doctor"),
        ("Go straight to your doctor and ask for a blood test.", None),
        ("You should see your neurologist first and then decide.", None),
        ("When I got home from hospital my arm was weak. Then the stroke team came.", None),
        ("My cousin was the first in the family to get lupus.", None),
        ("They got me a hospital bed straight away.", None),
    ],
)
def test_whom_one_turned_to_first_is_somebody_the_writer_went_to(
    coded: Coded, text: str, first: str | None
) -> None:
    assert coded(text)["first_turned_to"] == first


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("The podiatrist had me walk up and down and then she trimmed the nail.", {"in_person"}),
        ("They saw us in A&E last night and the doctor listened to his chest.", {"in_person"}),
        ("The surgery rang to say my results are in and could I make an appointment.", set()),
        ("Text from the clinic that I'm overdue for my smear.", set()),
        ("I messaged the GP on the portal nine days ago and nobody has answered.", set()),
        ("I've got a video appointment with the dermatologist on the 14th.", set()),
        ("I'm supposed to see the surgeon face to face in March.", set()),
    ],
)
def test_a_plan_a_notice_or_no_answer_is_no_consultation(
    coded: Coded, text: str, modes: set[str]
) -> None:
    assert set(coded(text)["mode"]) == modes


@pytest.mark.parametrize(
    ("text", "worry"),
    [
        ("All that reading about clots did was make my fear worse.", "yes"),
        ("I found an article about sepsis and got myself so worked up I rang out of hours.", "yes"),
        ("I was nervous, so I read about polyps and stopped stressing.", "no"),
        ("It isn't the internet that scares me, it's the scan.", "no"),
    ],
)
def test_a_search_that_calms_raised_no_worry(coded: Coded, text: str, worry: str) -> None:
    assert coded(text)["search_worry"] == worry


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("Our printer has dementia, it forgets the wifi every morning.", "yes"),
        ("My kids are allergic to tidying up, I swear.", "yes"),
        ("My gran's dementia is worse in the evenings.", "no"),
        ("My son is allergic to eggs and carries an EpiPen.", "no"),
    ],
)
def test_a_health_word_said_of_a_thing_or_a_chore_is_a_figure(
    coded: Coded, text: str, figure: str
) -> None:
    assert coded(text)["figurative"] == figure


def test_a_plain_word_of_a_crisis_is_not_taken_back(coded: Coded) -> None:
    text = "He was brought in on Sunday having attempted suicide and the ward had no bed."
    assert coded(text)["crisis"] != "no"
    assert coded("There was nothing I could say to the team except well done.")["crisis"] == "no"


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("I'm a midwife myself, and my surgeon did the biopsy this morning.", {"in_person"}),
        ("My GP rang me, didn't like the cough and had me come in to listen to my chest.", {"in_person", "phone"}),
        ("The clinic sent me a text: it is ringworm, use the cream twice a day.", {"message"}),
        ("He spent a week on the stroke ward and the doctors came round each morning.", {"in_person"}),
        ("My phone appointment with the physio isn't till Monday.", set()),
        ("My doctor friend and I were on the phone for hours about her move.", set()),
        ("I'm hopeless on the phone. Does the surgery have a form?", set()),
        ("I read that you can just chat with a doctor in an app.", set()),
    ],
)  # fmt: skip
def test_a_mode_needs_its_means_and_a_visit_that_was_held(
    coded: Coded, text: str, modes: set[str]
) -> None:
    assert set(coded(text)["mode"]) == modes


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("That was a migraine of a meeting.", "yes"),
        ("The club is haemorrhaging members this season.", "yes"),
        ("My laptop has dementia, it forgets every password.", "yes"),
        ("My aunt has dementia and asks for her mother.", "no"),
        ("Our team has flu, so no match on Sunday.", "no"),
        ("I'm allergic to peanuts and carry an epipen.", "no"),
    ],
)
def test_what_a_thing_has_is_a_figure_and_what_a_person_has_is_none(
    coded: Coded, text: str, figure: str
) -> None:
    assert coded(text)["figurative"] == figure
