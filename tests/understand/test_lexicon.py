"""The dictionary and its automaton."""

from hypothesis import given
from hypothesis import strategies as st

from bedside.understand.book import make_book
from bedside.understand.lexicon import Scanner, load_scanner

BOOK = make_book([{"x": {"y": {"phrases": ["help"]}}}], {})
TERMS = {
    "chest pain": "symptom\tHP:1\tChest pain",
    "pain": "symptom\tHP:2\tPain",
    "pain relief": "drug\t\tpain relief",
    "headache": "symptom\tHP:3\tHeadache",
}


def found(text: str) -> list[str]:
    return [text[t.start : t.end] for t in Scanner(TERMS, BOOK).scan([text]).terms[0]]


def test_the_longest_term_wins_and_neighbours_share_a_space() -> None:
    assert found(" chest pain headache pain ") == ["chest pain", "headache", "pain"]


def test_terms_are_whole_words() -> None:
    assert found(" painting headaches ") == []


def test_texts_of_a_batch_do_not_mix() -> None:
    scan = Scanner(TERMS, BOOK).scan([" chest ", " pain ", "  ", " pain headache "])
    assert [[t.entry.concept for t in terms] for terms in scan.terms] == [
        [],
        ["Pain"],
        [],
        ["Pain", "Headache"],
    ]


def test_nothing_to_scan_gives_nothing() -> None:
    assert Scanner(TERMS, BOOK).scan([]).terms == []


def test_shipped_vocabularies_stay_within_a_hundred_thousand_terms() -> None:
    assert 20_000 < len(load_scanner()._entries) <= 100_000


@given(st.lists(st.sampled_from(["chest", "pain", "relief", "headache", "and"]), max_size=12))
def test_every_single_word_term_is_found_or_covered(words: list[str]) -> None:
    text = f" {' '.join(words)} "
    terms = Scanner(TERMS, BOOK).scan([text]).terms[0]
    place = 1
    for word in words:
        if word in ("pain", "headache"):
            assert any(t.start <= place < t.end for t in terms)
        place += len(word) + 1


def test_a_post_of_one_word_repeated_is_read_to_its_end() -> None:
    assert len(Scanner(TERMS, BOOK).scan([" " + "pain " * 3000]).terms[0]) == 3000
