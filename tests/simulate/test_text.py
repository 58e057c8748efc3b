"""The text reads as text, and the truth says what stands in it."""

import re
from collections import Counter

import pytest

from bedside.simulate.bank import load_bank
from tests.simulate.conftest import Corpus
from tests.simulate.read_back import read_all

GLITCH = re.compile(
    r"\{|\}|  |\s[,.;!?](?!\.)|\.\.(?!\.)(?<!\.\.\.)|\ba (?=[aei]|o(?!ne))(?!and e)|,\s*\."
)


@pytest.fixture(scope="session")
def texts(corpus: Corpus) -> dict[str, str]:
    return {key: text for records in read_all(corpus.folder).values() for key, text in records}


def test_no_slot_is_left_open_and_no_punctuation_stumbles(
    corpus: Corpus, texts: dict[str, str]
) -> None:
    english = {line["post_id"] for line in corpus.truth if line["lang"] == "en"}
    broken = [text for key, text in texts.items() if key in english and GLITCH.search(text)]
    assert not broken, broken[:5]


def test_long_texts_are_almost_all_different(corpus: Corpus, texts: dict[str, str]) -> None:
    copies = {line["post_id"] for line in corpus.truth if line["duplicate_of"]}
    long = [text for key, text in texts.items() if len(text) > 120 and key not in copies]
    assert len(long) > 500
    assert len(set(long)) > 0.995 * len(long)


def test_texts_vary_in_length_case_and_ending(texts: dict[str, str]) -> None:
    lengths = sorted(len(text) for text in texts.values())
    assert lengths[len(lengths) // 10] < 60 < 400 < lengths[-len(lengths) // 50]
    lower = sum(text == text.lower() for text in texts.values()) / len(texts)
    assert 0.05 < lower < 0.35
    endings = Counter(text[-1:] for text in texts.values())
    assert len(endings) > 12


def test_equal_survey_comments_occur(corpus: Corpus) -> None:
    comments = [text for _, text in read_all(corpus.folder)["fft_survey.csv"]]
    assert max(Counter(comments).values()) > 1


def test_words_that_carry_a_code_stand_in_the_text(corpus: Corpus, texts: dict[str, str]) -> None:
    """Each harm names its medicine and its reaction, each confirmed age and scale its number."""
    harms = 0
    for line in corpus.truth:
        text = texts[line["post_id"]].lower()
        for harm in line["harm"]:
            drug, _, reaction = harm.lower().partition(":")
            harms += 1
            assert reaction.split()[-1][:4] in text or line["duplicate_how"] == "repost"
            assert drug in text or line["duplicate_how"] == "repost"
        for record in line["diagnosis"]:
            if record["age"] is not None and line["duplicate_how"] != "repost":
                assert str(int(record["age"])) in text
    assert harms > 3


def test_posts_of_deleted_texts_carry_no_codes(corpus: Corpus) -> None:
    gone = [line for line in corpus.truth if line["deleted"]]
    assert len(gone) > 20
    for line in gone:
        assert line["moments"] == [] and line["role"] == "unclear" and not line["relevant"]


def test_no_phrase_is_heard_everywhere(corpus: Corpus) -> None:
    said = Counter(name for line in corpus.truth for name in line["phrases"])
    openings = {p.name for p in load_bank().phrases if p.use == "event"}
    assert max(said[name] for name in openings) < 0.01 * len(corpus.truth)
