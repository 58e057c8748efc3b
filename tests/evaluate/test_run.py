"""Whole evaluations: halves, layers that nobody coded, planted studies."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bedside.errors import FormatError, InputError
from bedside.evaluate.run import evaluate_set, evaluate_study, score_labelled
from bedside.evaluate.sets import Labelled, read_set


def _posts(n: int = 8) -> list[Labelled]:
    return [
        Labelled(id=f"p{i}", text="x", labels=({"role": "patient", "mode": []},)) for i in range(n)
    ]


def test_halves_are_the_odd_and_even_lines() -> None:
    posts = _posts(5)
    machine: dict[str, dict[str, Any]] = {"p0": {"role": "patient"}}
    odd = score_labelled(posts, machine, half="odd", least=1)
    even = score_labelled(posts, machine, half="even", least=1)
    assert (odd.posts, even.posts) == (3, 2)
    assert odd.layers[0].codes[0].recall == pytest.approx(1 / 3)
    assert even.layers[0].codes[0].recall == 0


def test_layers_that_one_side_did_not_code_are_skipped_by_name() -> None:
    score = score_labelled(_posts(), {"p0": {"role": "patient", "crisis": "no"}})
    assert [layer.layer for layer in score.layers] == ["role"]
    assert "mode" in score.skipped and "crisis" in score.skipped
    assert score.diagnosis is None


def test_nothing_to_score_and_wrong_options_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no labelled post"):
        score_labelled([], {})
    with pytest.raises(InputError, match="odd or even"):
        score_labelled(_posts(), {}, half="left")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="limit"):
        evaluate_set("judged", tmp_path, limit=0)


def _truth(folder: Path) -> Path:
    rows: list[dict[str, Any]] = [
        {"post_id": f"reddit:t3_{i}", "role": "patient", "crisis": "no"} for i in range(8)
    ]
    rows[0] |= {
        "role": "clinician",
        "diagnosis": [{"condition": "gout", "status": "confirmed", "months": 6}],
    }
    rows[7]["duplicate_of"] = "reddit:t3_6"
    path = folder / "TRUTH.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_planted_codes_shares_records_and_copies_are_compared(tmp_path: Path) -> None:
    coded: dict[str, dict[str, Any]] = {
        f"reddit:t3_{i}": {"role": "patient", "diagnosis": []} for i in range(7)
    }
    coded["reddit:t3_0"]["diagnosis"] = [{"condition": "gout", "status": "confirmed", "months": 6}]
    coded["x:9"] = {}
    folds = {"reddit:t3_6": "reddit:t3_6", "reddit:t3_7": "reddit:t3_6"}
    score = evaluate_study(_truth(tmp_path), coded, folds=folds, least=1)
    assert (score.posts, score.not_coded, score.not_planted) == (7, 1, 1)
    gaps = {g.code: g for g in score.shares["role"]}
    assert gaps["clinician"].planted == pytest.approx(1 / 7) and gaps["clinician"].counted == 0
    assert gaps["patient"].off == pytest.approx(1 / 7)
    assert score.diagnosis.f1 == 1 and score.months.equal == 1
    assert score.duplicates is not None and score.duplicates.found_share == 1
    assert [layer.layer for layer in score.layers] == ["role", "diagnosis status"]


def test_a_truth_of_another_study_and_a_line_without_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of the 1"):
        evaluate_study(_truth(tmp_path), {"y:1": {}})
    (tmp_path / "t.jsonl").write_text('{"post_id": 3}', encoding="utf-8")
    with pytest.raises(FormatError, match="line 1: no post_id"):
        evaluate_study(tmp_path / "t.jsonl", {"y:1": {}})


def _second_reader(data: Path) -> dict[str, dict[str, Any]]:
    return {p.id: dict(p.labels[1]) for p in read_set("judged", data)}


@pytest.mark.parametrize("half", ["odd", "even", None])
def test_readers_and_a_machine_score_as_the_sets_own_script_does(data: Path, half: Any) -> None:
    """Against judged/score.py with the second reader in the machine's place."""
    folder = data / "judged"
    files = [str(folder / f"reader{n}.jsonl") for n in (1, 2, 2)]
    options = ["--least", "6", *(["--half", half] if half else [])]
    run = subprocess.run(
        [sys.executable, str(folder / "score.py"), *files, *options],
        capture_output=True,
        text=True,
        check=True,
    )
    line = re.compile(r"^(\S.*?) +codes +(\d+)  readers (\S+)  machine (\S+)", re.M)
    said = {m[1]: (int(m[2]), m[3], m[4]) for m in line.finditer(run.stdout)}

    second = _second_reader(data)

    def coder(texts: Iterable[tuple[str, str]]) -> dict[str, dict[str, Any]]:
        return {key: second[key] for key, _ in texts}

    score = evaluate_set("judged", data, half=half, least=6, coder=coder)
    apart = {"info_source", "professional_act"} if half else set()
    scored = [s for s in score.layers if s.codes and s.layer not in apart]
    assert len(scored) > 10
    for layer in scored:
        codes, readers, machine = said[layer.layer]
        assert (len(layer.codes), f"{layer.readers:.3f}") == (codes, readers), layer.layer
        if all(c.readers for c in layer.codes):  # the script drops a code that only one reader uses
            assert f"{layer.macro:.3f}" == machine, layer.layer
    told = re.search(r"diagnosis records  readers F1 (\S+)", run.stdout)
    assert told is not None and score.diagnosis is not None
    assert f"{score.diagnosis.readers:.3f}" == told[1]
    months = re.search(r"both readers (\d+) posts, equal (\d+)", run.stdout)
    assert months is not None and score.months is not None and score.months.posts == int(months[1])
