"""The language of patterns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.understand.phrases import compile_phrase, split_phrase


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("took ~2 <num> year*", " it took about four years ", True),
        ("took ~2 <num> year*", " it took . four years ", False),
        ("(so|very) (tired)?", " so sad ", True),
        ("@who said", " my gp said ", True),
        ("head", " ahead ", False),
        ("?", " why ? ", True),
    ],
)
def test_phrases_match_words_not_letters(phrase: str, text: str, found: bool) -> None:
    compiled = compile_phrase(phrase, {"who": "gp|nurse*"})
    assert bool(compiled.expression.search(text)) is found


@pytest.mark.parametrize("wrong", ["(open", "closed)", "@nobody said", "~3", "(a)? <num>"])
def test_phrases_that_cannot_be_read_are_refused(wrong: str) -> None:
    with pytest.raises(InputError):
        compile_phrase(wrong, {})


def test_numbers_are_kept_as_groups() -> None:
    match = compile_phrase("<num> of <num>", {}).expression.search(" three of 5 ")
    assert match is not None
    assert match.groupdict() == {"num": "three", "num2": "5"}


def test_alternatives_on_top_are_split_and_others_are_not() -> None:
    assert split_phrase("a b|(c|d e)") == ["a b", "c", "d e"]
    assert split_phrase("(a|b) c") == ["(a|b) c"]


WORD = st.sampled_from(["pain", "gp", "took", "four", "years", "the", "no"])


@given(st.lists(WORD, min_size=1, max_size=4), st.lists(WORD, max_size=6))
def test_some_trigger_stands_in_every_text_that_matches(
    words: list[str], around: list[str]
) -> None:
    phrase = compile_phrase(f"({'|'.join(words)}) (took|four years)? ~2 pain*", {})
    text = f" {' '.join([*around, *words, 'took', 'pain', *around])} "
    if phrase.expression.search(text):
        assert any(trigger in text for trigger in phrase.triggers)


def test_a_phrase_that_begins_with_its_trigger_matches_at_it() -> None:
    phrase = compile_phrase("flare up ~2 again", {})
    text = " a flare up yet again "
    assert phrase.begins
    assert isinstance(phrase.expression.match(text, text.index(" flare")), re.Match)
