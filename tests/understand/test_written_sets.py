"""The written sets are well formed: what they say of the makers is not asked here."""

import json
import tomllib
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from bedside.codebook import load_codebook

WRITTEN = Path(__file__).parent / "written"
RARE = Path(__file__).parents[2] / "training" / "rare"
PLAIN = sorted(path.relative_to(WRITTEN) for path in WRITTEN.glob("plain_*/*.jsonl"))
MAX_WORDS = 220


@cache
def _lines(name: str) -> list[dict[str, Any]]:
    text = (WRITTEN / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _codes(layer: str) -> set[str]:
    return {code.name for code in load_codebook().layers[layer].code}


NAMES = sorted(path.stem for path in WRITTEN.glob("*.jsonl"))
# layer, codes that stand for "nothing told", least number of positives and near misses
ONE_CODE = {
    "first_turned_to": (None, 60, 45),
    "search_worry": ("no", 40, 40),
    "figurative": ("no", 40, 40),
    "crisis": ("no", 40, 40),
}
SEVERAL_CODES = {"mode": (60, 40), "special_situation": (120, 60), "acknowledgement": (60, 40)}


@pytest.mark.parametrize("name", NAMES)
def test_every_line_has_an_id_of_its_own_a_text_and_a_platform(name: str) -> None:
    lines = _lines(name)
    assert len({line["id"] for line in lines}) == len(lines)
    for line in lines:
        assert line["text"] == line["text"].strip()
        assert 1 <= len(line["text"].split()) <= MAX_WORDS, line["id"]
        assert line["platform"], line["id"]
        assert ("claim" if name == "claim_wordings" else "expect") in line, line["id"]


def test_no_text_stands_in_two_lines() -> None:
    texts = Counter((line["text"], line.get("parent")) for name in NAMES for line in _lines(name))
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("layer", sorted(ONE_CODE))
def test_a_layer_with_one_code_has_codes_of_the_codebook_and_enough_of_each_side(
    layer: str,
) -> None:
    absent, least_told, least_missed = ONE_CODE[layer]
    expected = [line["expect"] for line in _lines(layer)]
    assert {code for code in expected if code is not None} <= _codes(layer)
    assert sum(code != absent for code in expected) >= least_told
    assert sum(code == absent for code in expected) >= least_missed


@pytest.mark.parametrize("layer", sorted(SEVERAL_CODES))
def test_a_layer_with_several_codes_has_fifteen_texts_for_each_of_them(layer: str) -> None:
    least_told, least_missed = SEVERAL_CODES[layer]
    expected = [line["expect"] for line in _lines(layer)]
    times = Counter(code for codes in expected for code in codes)
    assert set(times) == _codes(layer)
    assert min(times.values()) >= 15
    assert sum(bool(codes) for codes in expected) >= least_told
    assert sum(not codes for codes in expected) >= least_missed


def test_times_to_diagnosis_are_positive_and_told_at_least_forty_five_times() -> None:
    records = [record for line in _lines("time_to_diagnosis") for record in line["expect"]]
    assert all(set(record) == {"condition", "months", "professionals"} for record in records)
    months = [record["months"] for record in records if record["months"] is not None]
    seen = [record["professionals"] for record in records if record["professionals"] is not None]
    assert len(months) >= 45
    assert min(months) > 0
    assert min(seen) >= 1
    assert sum(record["months"] is None for record in records) >= 20
    assert sum(not line["expect"] for line in _lines("time_to_diagnosis")) >= 15


def test_a_harm_names_drug_and_reaction_and_as_many_texts_tell_none() -> None:
    positives, negatives = _lines("harm_positives"), _lines("harm_negatives")
    assert len(positives) >= 120
    assert len(negatives) >= 120
    assert {line["expect"] for line in negatives} == {"no"}
    for line in positives:
        assert line["expect"], line["id"]
        for harm in line["expect"]:
            assert set(harm) == {"drug", "reaction"}
            assert all(harm.values())


@pytest.mark.parametrize(
    ("name", "codes", "least"),
    [
        ("figurative_symptoms", {"symptom", "no_symptom"}, 30),
        ("stance", {"repeats", "questions", "corrects", "mocks", "none"}, 20),
    ],
)
def test_a_set_of_labels_has_enough_of_each(name: str, codes: set[str], least: int) -> None:
    times = Counter(line["expect"] for line in _lines(name))
    assert set(times) == codes
    assert min(times.values()) >= least


def test_a_stance_is_towards_a_claim() -> None:
    for line in _lines("stance"):
        assert line["claim"]
        assert "parent" in line
        assert line["parent"] is None or line["parent"].strip()


def test_wordings_are_of_starter_claims_and_some_lines_repeat_none() -> None:
    base = resources.files("bedside.understand.claims").joinpath("base")
    known = {
        claim
        for path in base.iterdir()
        if path.name.endswith(".toml")
        for claim in tomllib.loads(path.read_text(encoding="utf-8"))
    }
    lines = _lines("claim_wordings")
    assert {line["claim"] for line in lines} - {None} <= known
    assert {line["denies"] for line in lines if line["claim"] is None} - {None} <= known
    assert all(line["denies"] is None for line in lines if line["claim"] is not None)
    assert sum(line["claim"] is not None for line in lines) >= 100
    assert sum(line["claim"] is None for line in lines) >= 40


def test_the_readme_names_every_set_with_its_number_of_lines() -> None:
    readme = (WRITTEN / "README.md").read_text(encoding="utf-8")
    rows = [row.split("|") for row in readme.splitlines() if row.startswith("| `")]
    told = {row[1].strip().strip("`").removesuffix(".jsonl"): int(row[3]) for row in rows}
    assert told == {name: len(_lines(name)) for name in NAMES}


@pytest.mark.parametrize("path", PLAIN, ids=str)
def test_plain_sets_have_forty_posts_of_each_side(path: Path) -> None:
    lines = _lines(str(path.with_suffix("")))
    told = [line["expect"] not in (None, "no", []) for line in lines]
    assert len({line["text"] for line in lines}) == len(lines) == len({x["id"] for x in lines})
    assert sum(told) >= 40
    assert len(told) - sum(told) >= 35


def test_no_plain_text_is_among_those_that_rules_are_made_from() -> None:
    read = {
        json.loads(line)["text"]
        for path in RARE.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    assert len(PLAIN) == 18
    assert not any(
        line["text"] in read for path in PLAIN for line in _lines(str(path.with_suffix("")))
    )
