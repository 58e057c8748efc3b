"""Runs between spaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.unify import runs
from bedside.unify.fingerprints import _APOSTROPHES, _TOKEN, tokens_of
from bedside.unify.runs import Runs
from bedside.unify.words import _WORD, words_of


def test_a_run_is_read_once_and_long_ones_each_time() -> None:
    read: list[str] = []

    def length(run: str) -> int:
        read.append(run)
        return len(run)

    lengths = Runs(length)
    long = "x" * (runs.LONGEST + 1)
    assert [lengths[run] for run in ("so", long, "so", long)] == [2, 41, 2, 41]
    assert read == ["so", long, long]


def test_no_more_runs_are_kept_than_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "MOST", 3)
    lengths = Runs(len)
    assert [lengths[f"{n:0{n}d}"] for n in range(1, 9)] == list(range(1, 9))
    assert len(lengths) <= 3


@given(st.text(alphabet="aBΣς 'İß’\n\t\x1c_3▇ё漢字-", max_size=50))
def test_words_read_run_by_run_are_those_of_the_whole_text(text: str) -> None:
    assert tokens_of(text) == _TOKEN.findall(text.casefold().translate(_APOSTROPHES))
    assert words_of(text) == frozenset(_WORD.findall(text.lower()))
