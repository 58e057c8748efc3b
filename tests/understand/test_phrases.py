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


@pytest.mark.parametrize(
    ("phrase", "triggers"),
    [
        ("(i|we) (went|saw) ~2 gp", {" i went ", " i saw ", " we went ", " we saw "}),
        ("(so )?(glad|relieved*) ~1 now", {" so glad ", " glad ", " so relieved", " relieved"}),
        ("in (june|july)", {" in june ", " in july "}),
    ],
)
def test_pieces_in_a_row_that_are_all_known_make_one_trigger(
    phrase: str, triggers: set[str]
) -> None:
    compiled = compile_phrase(phrase, {})
    assert set(compiled.triggers) == triggers
    assert compiled.begins


@given(st.lists(WORD, min_size=1, max_size=3), st.lists(WORD, max_size=8))
def test_an_exact_phrase_matches_its_triggers_and_nothing_else(
    words: list[str], text: list[str]
) -> None:
    phrase = compile_phrase(f"({'|'.join(words)}) (gp|took the)", {})
    assert phrase.exact
    whole = f" {' '.join(text)} "
    matches = [m.group() for at in range(len(whole)) if (m := phrase.expression.match(whole, at))]
    places = range(len(whole))
    assert matches == [t for at in places for t in phrase.triggers if whole.startswith(t, at)]


def test_a_phrase_of_which_one_reading_begins_another_is_not_exact() -> None:
    assert not compile_phrase("see (the|the gp)", {}).exact
    assert not compile_phrase("sore*", {}).exact
