"""The pattern book."""

import pytest

from bedside.errors import InputError
from bedside.understand.book import REACH, Book, Hit, _without_overlaps, load_book, make_book
from bedside.understand.claims.book import load_claims
from bedside.understand.doc import Post, make_docs
from bedside.understand.lexicon import Scanner
from bedside.understand.text import normal_term


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


def test_a_phrase_is_looked_for_only_where_its_words_can_stand_and_found_as_if_all_in_reach_were_read() -> (
    None
):
    claims = load_claims().claims
    worded = [normal_term(text) for c in claims for text in (c.statement, *c.wordings)]
    texts = [f" {' . '.join(worded[n : n + 6])} " for n in range(0, len(worded), 6)]
    book = load_book()
    found = Scanner({}, book).scan(texts).found
    expected = _everywhere_in_reach(book, texts)
    assert sum(map(len, expected.values())) > len(texts)
    for rule in dict.fromkeys(book.rules):
        assert found[rule] == expected.get(rule, {}), rule


def _everywhere_in_reach(book: Book, texts: list[str]) -> dict[str, dict[int, list[Hit]]]:
    """Hits of every rule, each phrase looked for in all that lies within reach of its triggers."""
    hits: dict[str, dict[int, list[Hit]]] = {}
    for phrase, rule, strong in zip(book.phrases, book.rules, book.strong, strict=True):
        for number, text in enumerate(texts):
            places = [at for t in phrase.triggers for at in _places(text, t)]
            if not places:
                continue
            low, high = max(0, min(places) - REACH), min(len(text), max(places) + REACH)
            begun = (phrase.expression.match(text, at) for at in places)
            for match in begun if phrase.begins else phrase.expression.finditer(text, low, high):
                if match is not None:
                    hit = Hit(match.start() + 1, match.end() - 1, strong, match.groupdict() or None)
                    hits.setdefault(rule, {}).setdefault(number, []).append(hit)
    return {
        rule: {number: _without_overlaps(found) for number, found in of.items()}
        for rule, of in hits.items()
    }


def _places(text: str, trigger: str) -> list[int]:
    places: list[int] = []
    while (at := text.find(trigger, places[-1] + 1 if places else 0)) >= 0:
        places.append(at)
    return places
