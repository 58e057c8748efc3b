"""A post opened down to its marks, by key, by the beginning of its key, and by its id."""

from pathlib import Path

import pytest

import bedside
from bedside.cli.opening import open_any
from bedside.errors import NotFoundError
from bedside.store.keys import load_keys
from bedside.store.study import open_study

TEXT = "I went to my GP about the pelvic pain and she sent me home. Write to me at ann@example.org"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    posts = tmp_path / "posts.csv"
    posts.write_text(f"id,author,text\n1,a,{TEXT}\n")
    bedside.new(tmp_path / "study", title="t")
    bedside.add(tmp_path / "study", posts, source="mine", preset="simulated")
    bedside.run(tmp_path / "study", workers=1)
    return tmp_path / "study"


def key_of(study: Path) -> str:
    return load_keys(open_study(study).config.id).post_key("table:1")


def test_each_mark_shows_the_words_its_spans_name(study: Path) -> None:
    told, text = open_any(study, key_of(study))
    assert told["marks"] and "as the machine proposes" in text
    for mark in told["marks"]:
        assert mark["maker"] and mark["maker_version"] and mark["assertion"]
        for span, words in zip(mark["spans"] or (), mark["words"], strict=True):
            assert words == told[span["part"]][span["start"] : span["end"]] != ""


def test_the_beginning_of_a_key_and_the_id_open_the_same_post(study: Path) -> None:
    key = key_of(study)
    assert open_any(study, key[:8]) == open_any(study, key) == open_any(study, "table:1")


def test_the_text_is_masked(study: Path) -> None:
    assert "ann@example.org" not in open_any(study, "table:1")[1]


def test_what_nobody_knows_is_told_with_what_to_give(study: Path) -> None:
    with pytest.raises(NotFoundError, match="evidence id"):
        open_any(study, "table:2")
    with pytest.raises(NotFoundError, match="no figure"):
        open_any(study, "ev-0000000000-nothing")
