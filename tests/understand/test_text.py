"""Canonical text and the way back to the source."""

from hypothesis import given
from hypothesis import strategies as st

from bedside.understand.text import (
    _Parted,
    _read,
    _words,
    canonical,
    lower_keeping_length,
    normal_term,
)


def test_missing_apostrophes_are_read_as_written_ones() -> None:
    assert canonical([("body", "dont know, cant sleep, im tired")]).text == (
        " don't know , can't sleep , i'm tired "
    )


def test_curly_control_and_straight_quotes_are_one() -> None:
    texts = {canonical([("body", f"I{mark}m ill")]).text for mark in "'’\x19\x92"}
    assert texts == {" i'm ill "}


def test_titles_and_dotted_letters_end_no_sentence() -> None:
    assert canonical([("body", "Dr. Grey, e.g. at 3.5 mg")]).text == " dr grey , eg at 3.5 mg "


def test_hyphens_inside_words_vanish_and_between_words_stay() -> None:
    assert canonical([("body", "x-ray - today")]).text == " x ray - today "


def test_masked_names_are_read_as_if_nothing_stood_there() -> None:
    assert canonical([("body", "Nurse ▇▇▇▇▇ was kind")]).text == " nurse was kind "


def test_capital_dotted_i_keeps_offsets() -> None:
    text = "İİİ my head hurts"
    canon = canonical([("body", text)])
    start = canon.text.index("head")
    assert canon.span(start, start + 4) == ("body", text.index("head"), text.index("head") + 4)


def test_a_span_over_two_parts_is_cut_at_the_first() -> None:
    canon = canonical([("title", "my story"), ("body", "it hurts")])
    part, start, end = canon.span(canon.text.index("story"), len(canon.text) - 1)
    assert (part, start, end) == ("title", 3, 8)


def test_empty_post_has_empty_text() -> None:
    assert canonical([("title", ""), ("body", "")]).text.strip() == ""


def test_terms_are_made_canonical_like_text() -> None:
    assert normal_term("Crohn’s disease") == canonical([("b", "Crohn's  DISEASE")]).text.strip()


@given(st.text(max_size=80))
def test_lower_case_keeps_the_length(text: str) -> None:
    assert len(lower_keeping_length(text)) == len(text)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=3))
def test_every_token_leads_back_into_its_part(texts: list[str]) -> None:
    parts = [(f"part{n}", text) for n, text in enumerate(texts)]
    canon = canonical(parts)
    source = dict(parts)
    for place in canon.starts:
        part, start, end = canon.span(place, place + 1)
        assert 0 <= start <= end <= len(source[part])


def test_accents_do_not_part_words() -> None:
    assert canonical([("body", "Menière’s, Sjögren")]).text == " meniere's , sjogren "


@given(st.text(alphabet="ab. ,'-▇!3dr’\t_é", max_size=60))
def test_words_read_run_by_run_are_those_of_the_whole_line(line: str) -> None:
    low = lower_keeping_length(line)
    read = list(_read(low))
    assert _words(low) == [word for word, _, _ in read]
    parted = _Parted.of(low)
    assert [parted.place(n) for n in range(len(read))] == [(a, b) for _, a, b in read]


def test_a_line_break_is_one_token_with_all_blanks_behind_it() -> None:
    canon = canonical([("title", "…"), ("body", "one \n\n  two")])
    assert canon.text == " … § one ¶ two "
    assert canon.span(canon.text.index("¶"), canon.text.index("¶") + 1) == ("body", 4, 8)
    assert canon.span(canon.text.index("two"), len(canon.text) - 1) == ("body", 8, 11)
