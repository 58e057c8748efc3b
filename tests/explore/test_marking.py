"""Text that can be marked: every run knows its place in code points, and hostile text stays text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bedside.explore.marking import marked, sentences
from bedside.explore.text import pieces

RUN = re.compile(r'data-at="(\d+)" data-n="(\d+)"')
HOSTILE = st.text(
    st.sampled_from("ab <>&\"'.!?\n\u202e\u200b\u0301\u200d\U0001f469\U0001f3fd\ufeff\x00"),
    max_size=60,
)


@given(HOSTILE)
def test_runs_cover_the_text_once_in_code_points(text: str) -> None:
    runs = [(int(at), int(n)) for at, n in RUN.findall(marked(text, "body"))]
    assert [at for at, _ in runs] == [sum(n for _, n in runs[:k]) for k in range(len(runs))]
    assert sum(n for _, n in runs) == len(text)


@given(HOSTILE)
def test_sentences_and_pieces_cover_the_text_once(text: str) -> None:
    for found in (list(sentences(text)), [p for p in pieces(text) if text]):
        assert "".join(text[start:end] for start, end in found) == text


def test_a_post_that_is_a_script_is_shown_as_its_letters() -> None:
    shown = marked('<script>alert(1)</script> <a href="javascript:x">\u202eabc</a>', "body")
    assert "<script" not in shown and "<a " not in shown and "&lt;script&gt;" in shown
    assert '<span class="odd">RLO</span>' in shown


def test_a_word_of_a_hundred_thousand_letters_is_one_run() -> None:
    assert RUN.findall(marked("a" * 100_000, "body")) == [("0", "100000")]
