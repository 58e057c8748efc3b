"""Names are found as people spell them, and ordinary words are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.understand.fuzzy import FuzzyNames, distance, heard, ordinary_words
from bedside.understand.lexicon import load_scanner

WORDS = st.text("abcdefghij", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("furesomide", "furosemide"),
        ("sertraleen", "sertraline"),
        ("amytriptaline", "amitriptyline"),
        ("methatrexate", "methotrexate"),
        ("fybromyalgia", "fibromyalgia"),
        ("endometreosis", "endometriosis"),
        ("azythromicin", "azithromycin"),
    ],
)
def test_a_slip_of_the_pen_is_read_as_the_name(said: str, meant: str) -> None:
    terms = load_scanner().scan([f" they gave me {said} for it "]).terms[0]
    assert [(t.entry.concept, t.misspelt) for t in terms if t.misspelt] == [(meant, True)]


@pytest.mark.parametrize(
    "word",
    ["stations", "collar", "prescription", "interfering", "singing", "camping", "depressing"],
)
def test_an_ordinary_word_is_no_slip(word: str) -> None:
    assert not any(t.misspelt for t in load_scanner().scan([f" the {word} was there "]).terms[0])


def test_a_name_of_the_study_is_never_corrected() -> None:
    names = FuzzyNames({"sertraline": "drug\t\tsertraline"}, {"sertralina"})
    assert names.find(" sertralina ") == []
    assert names.find(" sertralinne ") == [(1, 12, "drug\t\tsertraline")]


@given(WORDS, WORDS)
def test_distance_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert distance(one, other, 3) == distance(other, one, 3) <= 4
    assert (distance(one, other, 3) == 0) == (one == other)


@given(WORDS, st.integers(0, 8), st.sampled_from("xyz"))
def test_one_letter_more_is_a_distance_of_one(word: str, place: int, letter: str) -> None:
    assert distance(word, word[:place] + letter + word[place:], 2) == 1


def test_what_sounds_alike_is_heard_alike() -> None:
    assert heard("levothyroxine") == heard("levothiroxin")
    assert "hospital" in ordinary_words()
