"""All sets under a folder: scores, platforms, confusions, machine codes; invented posts only."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bedside.cli.evaluating import evaluate_text
from bedside.errors import NotFoundError
from bedside.evaluate.cards import set_text
from bedside.evaluate.folder import confused, evaluate_folder, machine_lines, sets_under
from bedside.evaluate.sets import Labelled


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        {
            "id": f"q{n}",
            "text": f"I have had a rash for {n + 2} weeks, what is it?"
            if n % 2
            else f"Welcome. Kindly consult a dermatologist, dose {n} mg is indicated. Regards.",
            "labels": {
                "role": "patient" if n % 2 else "doctor",
                "site": "one" if n < 60 else "two",
            },
        }
        for n in range(120)
    ]
    _write(tmp_path / "evaluate" / "online_doctor_qa.jsonl.gz", rows)
    return tmp_path


def test_every_set_whose_file_is_there_is_scored(folder: Path) -> None:
    assert sets_under(folder) == ["online_doctor_qa"]
    (scored,), codings = evaluate_folder(folder)
    assert scored.score.posts == len(codings["online_doctor_qa"]) == 120
    assert scored.score.layers[0].codes[0].support >= 20


def test_platforms_of_enough_posts_are_scored_by_themselves(folder: Path) -> None:
    (scored,), _ = evaluate_folder(folder)
    assert sorted(scored.platforms) == ["one", "two"]
    assert "micro-F1" in set_text(scored)


def test_codes_on_few_posts_are_named_and_not_measured(folder: Path) -> None:
    (scored,), _ = evaluate_folder(folder, limit=30)
    assert not scored.score.layers[0].codes
    assert sum(scored.score.layers[0].few.values()) == 30


def test_a_folder_without_sets_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no labelled set under"):
        evaluate_folder(tmp_path)


def test_a_confusion_needs_a_label_that_all_readers_gave() -> None:
    posts = [
        Labelled(id="1", text="x", labels=({"role": "patient"}, {"role": "patient"})),
        Labelled(id="2", text="x", labels=({"role": "patient"}, {"role": "clinician"})),
    ]
    machine = {"1": {"role": "other"}, "2": {"role": "other"}}
    assert confused(posts, machine, "role") == [
        {"label": "patient", "said": "other", "times": 1, "ids": ["1"]}
    ]


def test_machine_codes_are_written_as_readers_write_theirs(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "machine.jsonl"
    evaluate_text(str(folder), write=out)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(lines) == 120
    assert {"set", "id", "moments", "role"} <= lines[0].keys()
    assert "post_key" not in lines[0] and "text" not in lines[0]
    assert out.stat().st_mode & 0o077 == 0


def test_ids_of_judged_posts_are_parted_into_set_and_id() -> None:
    (line,) = machine_lines({"judged": {"goemotions/ab/c": {"post_key": "k", "role": "patient"}}})
    assert json.loads(line) == {"set": "goemotions", "id": "ab/c", "role": "patient"}
