"""Claims are found in other words, with the stance that the sentence and the thread show."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bedside.errors import InputError
from bedside.understand.claims.book import (
    load_claims,
    pack_claims,
    read_claims,
    unpack_claims,
)
from bedside.understand.doc import Doc, Post, make_docs
from bedside.understand.lexicon import load_scanner
from bedside.understand.makers.claims import CLAIMS
from bedside.understand.marks import Proposal

Read = Callable[..., list[tuple[str | None, str | None]]]

OWN = """
[knitting-arthritis]
name = "knitting cures arthritis"
statement = "Knitting cures arthritis."
verdict = "unproven"
date = 2026-01-02
wordings = ["knitting gets rid of arthritis", "take up knitting and the arthritis goes away", "knit and be rid of arthritis"]
"""


def proposals(body: str, claims: str = "", **more: Any) -> list[Proposal]:
    doc: Doc = next(make_docs([Post((("body", body),), **more)], load_scanner((), (), claims)))
    return list(CLAIMS.propose(doc))


@pytest.fixture(scope="module")
def read() -> Read:
    def told(body: str, **more: Any) -> list[tuple[str | None, str | None]]:
        return [(mark.code, mark.concept_id) for mark in proposals(body, **more)]

    return told


def test_the_starter_set_names_a_source_and_five_wordings_for_every_claim() -> None:
    claims = load_claims().claims
    assert len(claims) >= 60
    assert len({claim.name for claim in claims}) == len(claims)
    for claim in claims:
        assert claim.sources and claim.fact and claim.must, claim.id
        assert all(1980 <= source.year <= claim.date.year for source in claim.sources), claim.id
        assert len({wording.lower() for wording in claim.wordings}) >= 5, claim.id


@pytest.mark.parametrize(
    ("body", "stance", "claim"),
    [
        (
            "Once the baby is here your endo will be gone, trust me.",
            "repeats",
            "endo-pregnancy-cure",
        ),
        ("Having a baby does not cure endometriosis.", "corrects", "endo-pregnancy-cure"),
        ("It's a myth that a baby gets rid of endo.", "corrects", "endo-pregnancy-cure"),
        ("Does pregnancy cure endometriosis?", "questions", "endo-pregnancy-cure"),
        ("Yeah right, get pregnant and your endo just goes away.", "mocks", "endo-pregnancy-cure"),
        ("You can still get pregnant with PCOS, plenty of us have.", "corrects", "pcos-infertile"),
        ("With PCOS you'll never have kids.", "repeats", "pcos-infertile"),
        ("The MMR jab is what makes so many kids autistic.", "repeats", "vaccine-autism"),
        ("There is no evidence that jabs lead to autism.", "corrects", "vaccine-autism"),
    ],
)
def test_a_claim_in_other_words_carries_the_stance(
    read: Read, body: str, stance: str, claim: str
) -> None:
    assert (stance, claim) in read(body)


@pytest.mark.parametrize(
    "body",
    [
        "My endo went quiet after my pregnancy.",
        "I was diagnosed with endometriosis while pregnant with my second baby.",
        "Antibiotics cleared my chest infection in a week.",
        "I have type 1 diabetes and I love fruit.",
        "We booked the MMR for Tuesday. My autistic son starts school on Monday.",
        "Accutane gave me a dry mouth and I felt low for a month.",
    ],
)
def test_an_experience_of_ones_own_is_no_claim(read: Read, body: str) -> None:
    assert read(body) == []


def test_a_reply_takes_its_stance_to_the_claim_it_answers(read: Read) -> None:
    parent = {"is_reply": True, "parent_body": "Vaccines cause autism, wake up."}
    assert read("That is simply not true.", **parent) == [("corrects", "vaccine-autism")]
    assert read("Source?", **parent) == [("questions", "vaccine-autism")]
    assert read("Exactly, so true!", **parent) == [("repeats", "vaccine-autism")]
    assert read("We are moving house next week.", **parent) == []


def test_hearsay_is_marked_as_anothers() -> None:
    marks = proposals("My GP told me having a baby fixes endometriosis.")
    assert [(m.code, m.assertion) for m in marks] == [("repeats", "others")]


def test_a_mark_has_the_claims_id_name_and_sentence(marks: Callable[..., Any]) -> None:
    body = "Morning all. Sugar feeds cancer, everybody knows. Bye."
    found = [m for m in marks(body) if m["layer"] == "claim"]
    assert [(m["concept_id"], m["concept"], m["slot"], m["code"]) for m in found] == [
        ("cancer-sugar", "sugar feeds cancer", "worded", "repeats")
    ]
    assert found[0]["said"] == ["Sugar feeds cancer, everybody knows."]
    assert 0 < found[0]["score"] <= 1


def test_a_study_extends_the_set_without_word_groups(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    book = read_claims(tmp_path)
    assert len(book.claims) == len(load_claims().claims) + 1
    assert book.version != load_claims().version
    packed = pack_claims(book.claims)
    assert unpack_claims(packed) == book.claims
    marks = proposals("Knitting will get rid of your arthritis.", packed)
    assert [m.concept_id for m in marks] == ["knitting-arthritis"]
    assert proposals("I was knitting when the arthritis nurse rang.", packed) == []


def test_a_study_replaces_the_set(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("replace = true\n" + OWN)
    assert [claim.id for claim in read_claims(tmp_path).claims] == ["knitting-arthritis"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[a", "not TOML"),
        ('[a]\nname = "x"\nstatement = "y"\nverdict = "maybe"\ndate = 2026-01-01\n', "verdict"),
        ('[a]\nname = "x"\nstatement = "y"\nverdict = "true"\ndate = 2026-01-01\n', "wordings"),
        ('a = "x"\n', "is no table"),
        (OWN + 'sauces = ["x"]\n', "sauces"),
    ],
)
def test_a_faulty_claim_is_refused_with_what_it_needs(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(InputError, match=says):
        read_claims(tmp_path)


def test_wordings_of_an_unknown_claim_are_refused(tmp_path: Path) -> None:
    (tmp_path / "wordings").mkdir()
    (tmp_path / "wordings" / "x.toml").write_text('[nobody]\nwordings = ["a"]\n')
    with pytest.raises(InputError, match="no claim has that id"):
        read_claims(tmp_path)
