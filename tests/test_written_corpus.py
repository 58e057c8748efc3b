"""The written corpus is what its README says: well-formed, coded under the codebook, no post twice."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from bedside.codebook import load_codebook

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "training" / "written"
SHARED_WORDS = 12
DIAGNOSIS = {"condition", "status", "months", "from", "age", "professionals"}
TREATMENT = {"option", "status", "outcome", "reason", "barrier"}


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _load(ROOT / "tools" / "written_corpus.py")
BOOK = load_codebook()


@pytest.fixture(scope="module")
def posts() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = TOOL.read(FOLDER)
    return read


def test_every_code_is_one_of_the_built_in_codebook(posts: list[dict[str, Any]]) -> None:
    made_up = {
        f"{post['id']} {layer}:{code}"
        for post in posts
        for layer, code in TOOL.codes(post) - {("stage", "null"), ("harm", "any"), ("scale", "any")}
        if code not in BOOK.layer(layer).names()
    }
    assert not made_up


def test_every_value_of_a_record_is_one_of_the_built_in_codebook(
    posts: list[dict[str, Any]],
) -> None:
    for post in posts:
        for layer, keys in (("diagnosis", DIAGNOSIS), ("treatment", TREATMENT)):
            slots = {slot.name: slot.values for slot in BOOK.layer(layer).slot}
            for record in post[layer]:
                assert set(record) == keys, post["id"]
                for name in keys & {key for key, values in slots.items() if values}:
                    assert record[name] in [None, *slots[name]], (post["id"], record)
        assert post["role_detail"] in [None, *BOOK.layer("role").slot[0].values], post["id"]
        assert all(drug and what for drug, _, what in (h.partition(":") for h in post["harm"]))


def test_every_stretch_stands_in_its_post(posts: list[dict[str, Any]]) -> None:
    for post in posts:
        for moment in post["moments"]:
            told = moment.get("text", post["text"])
            assert told and told in post["text"], post["id"]
            assert all(s in told for s in moment.get("evidence", {}).values()), post["id"]
        assert all(s and s in post["text"] for s in post["evidence"].values()), post["id"]


def test_evidence_is_only_given_for_codes_that_hold(posts: list[dict[str, Any]]) -> None:
    for post in posts:
        held = {f"{layer}:{code}" for layer, code in TOOL.codes(post)}
        held |= {f"harm:{harm}" for harm in post["harm"]}
        loose = {key for key in post["evidence"] if not key.startswith(("claim:", "M:"))} - held
        assert not loose, (post["id"], loose)


def test_criticality_is_given_exactly_where_care_is_told(posts: list[dict[str, Any]]) -> None:
    for post in posts:
        care = any(moment["care"] for moment in post["moments"])
        assert care == (post["criticality"] is not None), post["id"]
        assert post["criticality"] is None or -4 <= post["criticality"] <= 4, post["id"]


def test_only_clinicians_do_professional_acts(posts: list[dict[str, Any]]) -> None:
    assert not [p["id"] for p in posts if p["professional_act"] and p["role"] != "clinician"]


def test_ids_are_unique(posts: list[dict[str, Any]]) -> None:
    assert len({post["id"] for post in posts}) == len(posts) >= 90


def test_no_two_posts_share_a_run_of_twelve_words(posts: list[dict[str, Any]]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for post in posts:
        words = re.findall(r"[\w']+", post["text"].lower())
        for at in range(len(words) - SHARED_WORDS + 1):
            run = tuple(words[at : at + SHARED_WORDS])
            assert seen.setdefault(run, post["id"]) == post["id"], " ".join(run)


def test_the_table_of_the_readme_counts_what_is_there(posts: list[dict[str, Any]]) -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert page == TOOL.with_table(page, posts)
