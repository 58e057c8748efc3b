"""The pattern book."""

import pytest

from bedside.errors import InputError
from bedside.understand.book import load_book, make_book
from bedside.understand.doc import Post, make_docs
from bedside.understand.lexicon import Scanner


def test_every_shipped_phrase_compiles_and_has_a_trigger() -> None:
    book = load_book()
    assert len(book.phrases) > 1000
    assert all(phrase.triggers for phrase in book.phrases)


def test_a_rule_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(InputError, match="phrases and strong"):
        make_book([{"feel": {"joy": {"phrase": ["happy"]}}}], {})


def test_a_strong_hit_wins_over_the_plain_one_it_overlaps() -> None:
    book = make_book([{"feel": {"joy": {"phrases": ["happy"], "strong": ["so happy"]}}}], {})
    found = next(make_docs([Post((("body", "so happy today"),))], Scanner({}, book))).found(
        "feel.joy"
    )
    assert [(hit.strong, hit.start, hit.end) for hit in found] == [(True, 1, 9)]


def test_long_texts_are_searched_like_short_ones() -> None:
    book = make_book([{"x": {"y": {"phrases": ["bread ~3 butter"]}}}], {})
    body = "word " * 300 + "bread with some butter " + "word " * 300 + "bread butter"
    found = next(make_docs([Post((("body", body),))], Scanner({}, book))).found("x.y")
    assert len(found) == 2
