"""Cleaning drops what nobody sees, and the offset map leads back."""

from hypothesis import given
from hypothesis import strategies as st

from bedside.unify.clean import clean, to_source_offset, to_source_span

HIDDEN = "\x00\x07\u200b\u200d\u202e\u2066\ufeff\u00ad\U000e0041"
TEXTS = st.text(st.sampled_from("ab é😀\n\r\t." + HIDDEN), max_size=60)


def test_ordinary_text_is_left_as_it_is() -> None:
    text = "Café  — 37.5 °C\n\tnaïve 👍🏽"
    assert clean(text) == (text, [])


def test_invisible_characters_go() -> None:
    assert clean(f"so{HIDDEN}re")[0] == "sore"


def test_all_newlines_become_one_kind() -> None:
    assert clean("a\r\nb\rc\x0bd\u2028e\x85f")[0] == "a\nb\nc\nd\ne\nf"


def test_a_handle_cannot_hide_behind_zero_width_characters() -> None:
    assert clean("@\u200bsome\u2060one")[0] == "@someone"


@given(TEXTS)
def test_every_character_is_found_again_in_the_source(text: str) -> None:
    cleaned, offsets = clean(text)
    for at, char in enumerate(cleaned):
        source = text[to_source_offset(offsets, at)]
        assert source == char or (char == "\n" and source in "\r\n")


@given(TEXTS, st.data())
def test_a_span_leads_back_to_the_same_words(text: str, data: st.DataObject) -> None:
    cleaned, offsets = clean(text)
    start = data.draw(st.integers(0, len(cleaned)))
    end = data.draw(st.integers(start, len(cleaned)))
    source_start, source_end = to_source_span(offsets, start, end)
    assert clean(text[source_start:source_end])[0] == cleaned[start:end]


@given(TEXTS)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)[0]
    assert clean(once) == (once, [])
