"""Sentences and clauses of posts written without care."""

import pytest

from bedside.understand.sentences import clause_breaks, sentences
from bedside.understand.text import canonical


def split(text: str) -> list[str]:
    canon = canonical([("body", text)]).text
    return [canon[a:b] for a, b in sentences(canon)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("I saw Dr. Smith. He was late.", 2),
        ("It hurts, e.g. at night. Why?", 2),
        ("no capitals here. none at all!! really?", 3),
        ("1. dizzy\n2. sick\n3. tired", 3),
        ("First line\n\nSecond line", 2),
        ("it hurts 😢 . 😢", 1),
        ("wait... what", 2),
        ("took 3.5 mg at 8 a.m. daily", 1),
        ("one long thought without any end", 1),
        ("", 0),
        ("!!!", 1),
    ],
)
def test_sentences_end_where_readers_end_them(text: str, count: int) -> None:
    assert len(split(text)) == count


def test_a_run_on_is_cut_where_a_new_statement_begins() -> None:
    text = (
        "so i went to see the nurse at our surgery because my foot had swollen up overnight and then "
        "she sent me upstairs where they told me to sit down and wait for the other team to come but "
        "i waited until it was dark outside and nobody came"
    )
    assert len(split(text)) >= 2


def test_sentences_do_not_overlap_and_stand_in_order() -> None:
    text = canonical([("body", "A. B! C? " * 20)]).text
    ends = [0, *(place for pair in sentences(text) for place in pair)]
    assert ends == sorted(ends)


def test_clauses_end_at_but_and_at_a_new_subject() -> None:
    text = " no fever or chills but my head hurts and i ache "
    assert [text[p:].split()[0] for p in clause_breaks(text)] == ["but", "and"]
