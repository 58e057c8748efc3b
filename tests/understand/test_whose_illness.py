"""Diagnosis records are of the writer or the one cared for, with the status that the words give (posts of our own)."""

from collections.abc import Callable
from typing import Any

import pytest

Coded = Callable[..., dict[str, Any]]


def _records(post: dict[str, Any]) -> list[tuple[str, str]]:
    return [(record["condition"], record["status"]) for record in post["diagnosis"]]


@pytest.mark.parametrize(
    "text",
    [
        "I waited too. It will settle, and nobody minds your acne as much as you do.",
        "My rash went in a week. Do you have psoriasis too?",
        "Gout is a disease of the joints. My uncle never drank.",
        "Measles outbreak closes three schools in the county",
        "New cases of tuberculosis on the rise in the capital",
        "My knee hurts. There is arthritis in my family.",
        "I'm fine, but we have a family history of glaucoma.",
        "The ward was kind to me even during the covid crisis.",
        "I am 40, am I too young for a shingles vaccine?",
        "Is it safe for someone with epilepsy to swim? I teach.",
        "I'm so worried that I'm going to have a heart attack.",
        "I love this cream! It was first made to treat psoriasis in racehorses.",
        "In my opinion it could be gout. Get a uric acid test done.",
    ],
)
def test_an_illness_of_the_reader_of_others_or_of_nobody_makes_no_record(
    coded: Coded, text: str
) -> None:
    assert _records(coded(text)) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I twisted badly and tore my hamstring at football.", ("hamstring", "confirmed")),
        ("My son dislocated his left shoulder on the trampoline.", ("shoulder", "confirmed")),
        ("I'm severely allergic to walnuts, which inhaler is safe?", ("walnuts", "confirmed")),
        ("Our 6 year old is suffering from amoebiasis, any tips?", ("amoebiasis", "confirmed")),
        ("I have a mild levoscoliosis and my hip aches.", ("scoliosis", "confirmed")),
        ("My dad suffered a haemorrhagic stroke in May.", ("stroke", "confirmed")),
        ("I had surgery and now have nerve damage in my cheek.", ("nerve damage", "confirmed")),
        ("I was diagnosed with OCD and depression last spring.", ("depression", "confirmed")),
        ("I've got a lump behind my ear, can it be cancerous?", ("cancer", "suspected")),
        ("I cut my foot on a nail. Is it tetanus?", ("tetanus", "suspected")),
        ("My thumb swelled up after netball... is it a fracture?", ("fracture", "suspected")),
        ("My ankles swell. Does that indicate a heart problem?", ("heart problem", "suspected")),
        ("I was told my cough is not asthma.", ("asthma", "ruled_out")),
        ("I no longer get eczema on my hands.", ("eczema", "confirmed")),
        ("Six years free of psoriasis, then my knees flared up.", ("psoriasis", "confirmed")),
        ("I'd never had gout before last winter.", ("gout", "confirmed")),
        ("I was diagnosed with a 2.5 cm thyroid nodule.", ("thyroid nodule", "confirmed")),
        ("I fell and the surgeon says fractured humerous, ouch", ("fractured", "confirmed")),
        ("My son has an allergy to sesame.", ("allergy to sesame", "confirmed")),
        ("Stage 3 throat cancer, I start chemo on Monday.", ("cancer", "confirmed")),
        ("I have been put on anxiety tablets by my GP.", ("anxiety", "confirmed")),
        ("Small thrombus in my calf, should I take Eliquis?", ("thrombus", "confirmed")),
        ("Diagnosed with lupus, can you dance with that?", ("lupus", "confirmed")),
    ],
)
def test_an_illness_told_in_ordinary_words_has_its_status(
    coded: Coded, text: str, wanted: tuple[str, str]
) -> None:
    name, status = wanted
    assert any(name in said and status == told for said, told in _records(coded(text)))


def test_a_question_in_the_title_is_not_settled_by_the_name_alone(coded: Coded) -> None:
    post = coded("Do I have lupus? My joints hurt and I read much about lupus.")
    assert _records(post) == [("lupus sle", "suspected")]


def test_a_name_in_brackets_is_the_same_illness(coded: Coded) -> None:
    post = coded("I have polycystic ovary syndrome (PCOS) and strep throat (tonsillitis).")
    assert len(_records(post)) == 2


def test_a_not_that_stands_elsewhere_rules_nothing_out(coded: Coded) -> None:
    post = coded("I'm not sure the anxiety clinic helped, and nobody would not have known.")
    assert all(status != "ruled_out" for _, status in _records(post))


@pytest.mark.parametrize("word", ["celibacy", "hydrogen", "candid", "ecstasy"])
def test_a_word_of_general_talk_is_no_misspelt_illness(coded: Coded, word: str) -> None:
    assert _records(coded(f"I had a {word} problem to solve for my doctor.")) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("My brother has Zorvan's disease and sleeps badly.", ("zorvan's disease", "confirmed")),
        ("Could it be herpes, HPV or thrush?", ("hpv", "suspected")),
        ("My back pain feels like pancreatitis.", ("pancreatitis", "suspected")),
        (
            "The doctor said I have scoliosis, minor polyarthritis and gout.",
            ("arthritis", "confirmed"),
        ),
    ],
)
def test_a_list_and_a_likeness_give_their_status(
    coded: Coded, text: str, wanted: tuple[str, str]
) -> None:
    name, status = wanted
    assert any(name in said.lower() and status == told for said, told in _records(coded(text)))


@pytest.mark.parametrize(
    "text",
    [
        "I have gout, a common disease.",
        "I was constipated by the tablets: constipation, wind and gout.",
        "My family has a history of stroke, and I have gout.",
        "I have gout. Can gout lead to kidney failure?",
    ],
)
def test_an_illness_named_beside_another_is_no_second_record(coded: Coded, text: str) -> None:
    assert [condition for condition, _ in _records(coded(text))] == ["gout"]


def test_an_endocrinologist_and_a_list_of_vaccines_are_no_illness(coded: Coded) -> None:
    assert not _records(coded("My endo prescribed levothyroxine, so I feel warm again."))
    assert not _records(coded("My son had chicken pox and mmr vaccines in May."))


def test_what_one_developed_is_confirmed(coded: Coded) -> None:
    assert ("psoriasis", "confirmed") in _records(coded("Last year I developed psoriasis."))
