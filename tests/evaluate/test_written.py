"""Written sets are scored half by half, totals only."""

import json
from pathlib import Path
from typing import Any

import pytest

from bedside.errors import FormatError, NotFoundError
from bedside.evaluate.written import WRITTEN, evaluate_written, written_text

SETS = Path(__file__).parents[1] / "understand" / "written"


def write(folder: Path, name: str, lines: list[Any]) -> None:
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_halves_are_apart_and_each_code_has_its_f1(tmp_path: Path) -> None:
    yes, no = "Dr Google had me convinced it was cancer and I panicked.", "We had soup."
    lines = [
        {"id": "1", "text": yes, "expect": "yes"},
        {"id": "2", "text": yes, "expect": "no"},
        {"id": "3", "text": no, "expect": "no"},
        {"id": "4", "text": no, "expect": "yes"},
    ]
    write(tmp_path, "search_worry", lines)
    odd, even = evaluate_written(tmp_path)
    assert (odd.half, odd.posts, odd.f1, odd.false_alarms, odd.without) == (
        "odd",
        2,
        {"yes": 1.0},
        0,
        1,
    )
    assert (even.half, even.f1, even.false_alarms, even.without) == ("even", {"yes": 0.0}, 1, 1)
    assert "soup" not in written_text([odd, even])


def test_sets_in_a_folder_of_their_own_are_scored_whole(tmp_path: Path) -> None:
    (tmp_path / "unread").mkdir()
    lines = [{"id": str(n), "text": "We had soup.", "expect": "no"} for n in range(3)]
    write(tmp_path / "unread", "crisis", lines)
    (score,) = evaluate_written(tmp_path)
    assert (score.name, score.half, score.posts) == ("unread/crisis", "whole", 3)


def test_a_wrong_number_of_months_counts_against_both(tmp_path: Path) -> None:
    text = "It took 4 years to be diagnosed with endometriosis."
    expect = [{"condition": "endometriosis", "months": 12, "professionals": None}]
    write(tmp_path, "time_to_diagnosis", [{"id": "1", "text": text, "expect": expect}])
    assert evaluate_written(tmp_path)[0].f1 == {"months": 0.0}


def test_a_wording_is_right_where_its_claim_is_found(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "text": "Pregnancy cures endometriosis.", "claim": "endo-pregnancy-cure"},
        {"id": "2", "text": "Pregnancy cures endometriosis.", "claim": None},
    ]
    write(tmp_path, "claim_wordings", lines)
    odd, even = evaluate_written(tmp_path)
    assert odd.f1 == {"found": 1.0}
    assert even.false_alarms == 1


def test_a_folder_without_sets_and_a_line_without_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no written set"):
        evaluate_written(tmp_path)
    write(tmp_path, "mode", [{"id": "1", "expect": []}])
    with pytest.raises(FormatError, match="line 1: no 'text'"):
        evaluate_written(tmp_path)


def test_every_written_set_of_the_project_can_be_scored() -> None:
    assert {path.stem for path in SETS.glob("**/*.jsonl")} <= set(WRITTEN)
