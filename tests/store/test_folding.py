"""Folding: what counts as the same word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.store.folding import fold, fold_value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crohn's Crohn’s CROHNS", "crohn's crohn's crohns"),
        ("don't dont I’m we'll they'd", "dont dont im well theyd"),
        ("l'endométriose d’eau", "l endometriose d eau"),
        ("self-harm self‑harm self – harm", "self harm self harm self harm"),
        ("A&E, 1.5mg/day #endo_warrior", "a e 1 5mg day endo warrior"),
        ("Straße İstanbul ﬁbroid", "strasse istanbul fibroid"),
        ("ｅｎｄｏ 𝓮𝓷𝓭𝓸", "endo endo"),
        ("Accutane™ 20®", "accutane 20"),
        ("癌症 pain😭❤️", "癌 症 pain 😭 ❤"),
        ("боль БОЛЬ", "боль боль"),
        ("▇▇▇ masked ▇▇", "masked"),
        ("'quoted' parents' 's ''", "quoted parents s"),
        ("e\u0301cole \ud800 x\x00y", "ecole x y"),
        ("", ""),
    ],
)
def test_same_words_fold_alike(text: str, words: str) -> None:
    assert fold(text).split() == words.split()


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text(max_size=40))
def test_folded_text_is_words_between_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == f" {' '.join(folded.split(' ')[1:-1])} "
    assert "\n" not in folded


@given(st.text(max_size=30))
def test_case_never_matters(text: str) -> None:
    assert fold(text.casefold()) == fold(text)


def test_values_keep_their_signs() -> None:
    assert fold_value(" R/Endo_Friends ") == "r/endo_friends"
