"""Planted against counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.evaluate.shares import compare_shares, count_shares, score_pairs

SHARES = st.dictionaries(st.sampled_from("abcd"), st.floats(0, 1))
POSTS = [f"p{i}" for i in range(6)]
FOLDS = st.lists(st.sampled_from(POSTS), min_size=6, max_size=6).map(
    lambda f: dict(zip(POSTS, f, strict=True))
)
PAIRS = st.lists(st.tuples(st.sampled_from(POSTS), st.sampled_from(POSTS)), max_size=6)


def test_shares_are_of_all_posts() -> None:
    posts = {"a": {"mode": ["phone", "video"]}, "b": {"mode": ["phone"]}, "c": {}, "d": {}}
    assert count_shares(posts, "mode") == {"phone": 0.5, "video": 0.25}


@given(SHARES, SHARES)
def test_gaps_name_every_code_once_and_swap_their_sign(
    one: dict[str, float], two: dict[str, float]
) -> None:
    there, back = compare_shares(one, two), compare_shares(two, one)
    assert [g.code for g in there] == sorted(one | two)
    assert [g.off for g in there] == [-g.off for g in back]


def test_pairs_are_found_when_folded_together_and_right_when_truly_copies() -> None:
    pairs = [("copy", "first"), ("third", "copy"), ("lone", "gone")]
    folds = {"first": "first", "copy": "first", "third": "first", "lone": "lone", "wrong": "lone"}
    score = score_pairs(pairs, folds)
    assert (score.planted, score.found, score.merged, score.right) == (2, 2, 3, 2)
    assert score.right_share == pytest.approx(2 / 3)


def test_nothing_planted_or_folded_gives_no_share() -> None:
    score = score_pairs([], {"a": "a"})
    assert score.found_share is None and score.right_share is None


@given(PAIRS)
def test_folding_exactly_the_known_copies_is_perfect(pairs: list[tuple[str, str]]) -> None:
    groups = {p: {p} for p in POSTS}
    for one, other in pairs:
        joined = groups[one] | groups[other]
        for post in joined:
            groups[post] = joined
    folds = {p: min(groups[p]) for p in POSTS}
    score = score_pairs(pairs, folds)
    assert score.found == score.planted == len(pairs)
    assert score.right == score.merged


@given(PAIRS, FOLDS)
def test_counts_of_pairs_stay_in_bounds(
    pairs: list[tuple[str, str]], folds: dict[str, str]
) -> None:
    score = score_pairs(pairs, folds)
    assert 0 <= score.found <= score.planted == len(pairs)
    assert 0 <= score.right <= score.merged <= len(folds)
