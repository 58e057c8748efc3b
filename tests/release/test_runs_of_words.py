"""Texts are read run by run between spaces, of which most were met before: the words are those of the whole text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.release import wordings
from bedside.release.words import TextRow, tokens_of

TEXTS = st.text(st.sampled_from("abIİßς 1²_'’‑-,.!(\n\t\u00a0\u0301"), max_size=40)


@given(TEXTS)
def test_no_token_reaches_over_a_space(text: str) -> None:
    assert [token for run in text.split(" ") for token in tokens_of(run)] == tokens_of(text)


def test_runs_that_are_forgotten_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [
        TextRow(f"p{n}", f"a{n}", "s", f"my gp never rang back, so I rang {n}.") for n in range(20)
    ]

    def read() -> tuple[list[int], list[str]]:
        words = wordings._Words()
        for row in told:
            words.add(row)
        return words.arrays()[0].tolist(), words.numbers.names

    whole = read()
    monkeypatch.setattr(wordings, "MOST_RUNS", 3)
    assert read() == whole
    assert len(whole[0]) == sum(len(tokens_of(row.text)) + 1 for row in told)
