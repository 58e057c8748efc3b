"""Fingerprints are the same for the same words, and near for near ones."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rensa import RMinHash

from bedside.unify.fingerprints import (
    content_hash,
    count_changes,
    estimate_similarity,
    jaccard,
    sketch_texts,
    tokens_of,
)
from bedside.unify.words import words_of

LONG = "the ward was quiet at night but nobody came when I rang the bell for water"


def test_case_punctuation_and_masks_do_not_change_the_hash() -> None:
    assert content_hash(tokens_of(LONG)) == content_hash(
        tokens_of(f"▇▇▇▇ {LONG.upper()}!!", None, " ...")
    )


def test_the_hash_tells_word_order_and_needs_twelve_words() -> None:
    words = tokens_of(LONG)
    assert content_hash(words) != content_hash(words[::-1])
    assert content_hash(words[:12]) and content_hash(words[:11]) is None


def test_scripts_without_spaces_have_words_too() -> None:
    assert len(tokens_of("我的膝盖疼了三个星期没有人")) == 13


def test_the_sketch_is_the_same_in_every_process() -> None:
    """Fixed in this test on 2026-11-22 with rensa 0.5.0: another value means that stored sketches are void."""
    assert RMinHash.ALGORITHM_VERSION == 2
    bands, sketches = sketch_texts([tokens_of(LONG)])
    assert (bands.shape, sketches.shape) == ((1, 16), (1, 8))
    assert (int(bands[0, 0]), int(sketches[0, 0])) == (255574482320, -1140509398950673891)
    again = sketch_texts([tokens_of("another text of some words"), tokens_of(LONG)])
    assert (again[0][1] == bands[0]).all() and (again[1][1] == sketches[0]).all()


def test_no_texts_give_empty_arrays() -> None:
    bands, sketches = sketch_texts([])
    assert bands.shape == (0, 16) and sketches.shape == (0, 8)


@pytest.mark.parametrize(("similarity", "recall"), [(0.7, 0.98), (0.8, 0.998)])
def test_bands_find_pairs_of_that_similarity(similarity: float, recall: float) -> None:
    draw = random.Random(7)  # noqa: S311
    pairs = [edited_pair(draw, similarity) for _ in range(1500)]
    exact = np.array([jaccard(one, other) for one, other in pairs])
    assert abs(exact.mean() - similarity) < 0.03
    bands, sketches = sketch_texts([text for pair in pairs for text in pair])
    shared = (bands[0::2] == bands[1::2]).any(axis=1)
    assert shared[exact >= similarity - 0.02].mean() >= recall
    estimate = estimate_similarity(sketches[0::2], sketches[1::2])
    assert abs((estimate - exact).mean()) < 0.01
    assert (estimate >= exact - 0.2).mean() > 0.999


def test_changes_are_swaps_and_additions() -> None:
    assert count_changes(list("abc"), list("abcde")) == (0, 2)
    assert count_changes(list("abcc"), list("axcyz")) == (2, 1)


def edited_pair(draw: random.Random, similarity: float) -> tuple[list[str], list[str]]:
    """Two texts of 60 words with about that Jaccard similarity of word 3-grams: the end of one is new."""
    words = [f"w{draw.randrange(5000)}" for _ in range(60)]
    new = round(58 * (1 - similarity) / (1 + similarity))
    return words, words[: 60 - new] + [f"v{draw.randrange(5000)}" for _ in range(new)]


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_words_of_a_text_of_ascii_alone_are_those_of_any_text(text: str) -> None:
    assert tokens_of(text) == tokens_of(text, "é")[:-1]
    assert words_of(text) == words_of(f"{text} é") - {"é"}
