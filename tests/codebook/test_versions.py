"""Versions: what makes decisions out of date, and what does not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.codebook import (
    Code,
    Codebook,
    Layer,
    code_hash,
    codebook_version,
    differences,
    load_codebook,
)

WORDS = st.lists(st.text(max_size=8), max_size=3)
CODES = st.builds(
    Code,
    name=st.sampled_from(["a", "b", "c"]),
    definition=st.text(max_size=8),
    counts=WORDS,
    not_=WORDS,
    seeds=WORDS,
    examples=WORDS,
)


def _layer(codes: list[Code]) -> Layer:
    return Layer(layer="mood", about="post", several=True, question="?", code=codes)


def _book(*layers: Layer) -> Codebook:
    table = {a.layer: a for a in layers}
    return Codebook(layers=table, version=codebook_version(table))


@given(st.lists(CODES, unique_by=lambda c: c.name, min_size=1), WORDS, WORDS)
def test_seeds_and_examples_never_change_a_hash(
    codes: list[Code], seeds: list[str], ex: list[str]
) -> None:
    old, first = _layer(codes), codes[0]
    new = _layer([msgspec.structs.replace(first, seeds=seeds, examples=ex), *codes[1:]])
    assert [code_hash(old, c.name) for c in codes] == [code_hash(new, c.name) for c in codes]


@pytest.mark.parametrize("change", [{"definition": "Z."}, {"counts": ["z"]}, {"not_": ["z"]}])
def test_meaning_changes_the_hash_of_its_own_code_only(change: dict[str, str]) -> None:
    one, two = Code(name="a", definition="A."), Code(name="b", definition="B.")
    old, new = _layer([one, two]), _layer([msgspec.structs.replace(one, **change), two])
    assert code_hash(old, "a") != code_hash(new, "a")
    assert code_hash(old, "b") == code_hash(new, "b")


def test_what_counts_and_what_does_not_are_told_apart() -> None:
    a = _layer([Code(name="a", definition="A.", counts=["x"])])
    b = _layer([Code(name="a", definition="A.", not_=["x"])])
    assert code_hash(a, "a") != code_hash(b, "a")


@given(st.lists(CODES, unique_by=lambda c: c.name), st.lists(CODES, unique_by=lambda c: c.name))
def test_no_difference_exactly_when_the_version_is_the_same(
    one: list[Code], two: list[Code]
) -> None:
    key = lambda c: c.name  # noqa: E731
    old, new = _book(_layer(sorted(one, key=key))), _book(_layer(sorted(two, key=key)))
    assert (differences(old, new) == []) == (old.version == new.version)


def test_differences_say_what_needs_a_recheck() -> None:
    old = _book(_layer([Code(name="a", definition="A."), Code(name="b", definition="B.")]))
    new = _book(
        _layer([Code(name="a", definition="A!", seeds=["s"]), Code(name="c", definition="C.")])
    )
    assert [d.words() for d in differences(old, new)] == [
        "mood / a: definition, seeds changed; decisions made before need a re-check",
        "mood / b: removed",
        "mood / c: added",
    ]


def test_an_edited_head_and_whole_layers_are_reported() -> None:
    a = Code(name="a", definition="A.")
    renamed = msgspec.structs.replace(_layer([a]), question="What mood?")
    other = msgspec.structs.replace(_layer([a]), layer="tone")
    found = differences(_book(_layer([a])), _book(renamed, other))
    assert [d.words() for d in found] == ["mood: question changed", "tone: added"]
    assert [d.what for d in differences(_book(renamed, other), _book(other))] == ["removed"]


def test_built_in_hashes_are_all_different_and_stable_in_length() -> None:
    hashes = [h for codes in load_codebook().hashes().values() for h in codes.values()]
    assert len(set(hashes)) == len(hashes) > 150
    assert {len(h) for h in hashes} == {16}
    assert len(load_codebook().version) == 10
