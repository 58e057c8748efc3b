"""Strings are escaped unless `tag` made them."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from bedside.report.markup import join, tag

_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@given(_TEXT, _TEXT)
def test_any_text_comes_out_as_it_went_in(words: str, value: str) -> None:
    read = html.fragment_fromstring(tag("p", words, title=value))
    assert read.text_content() == words
    assert read.get("title") == value
    assert len(read) == 0


def test_attributes_without_value_are_left_out() -> None:
    assert tag("p", "a", class_=None, hidden=False, inert=True) == "<p inert>a</p>"


def test_joining_escapes_strings_and_keeps_markup() -> None:
    assert join([tag("b", "&"), "<"], " · ") == "<b>&amp;</b> · &lt;"
