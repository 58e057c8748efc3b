"""Claims found by mistake, and stance in rumour threads, on tiny sets of our own."""

import gzip
import json
from pathlib import Path

from bedside.evaluate.claims import (
    claims_text,
    count_false_claims,
    rank_wordings,
    score_rumours,
    score_wordings,
    stance_text,
)


def pack(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_only_claims_that_do_not_hold_and_are_repeated_count(tmp_path: Path) -> None:
    texts = [
        "Sugar feeds cancer.",
        "Does sugar feed cancer?",
        "Folic acid prevents spina bifida.",
        "Hello.",
    ]
    pack(
        tmp_path / "evaluate" / "online_doctor_qa.jsonl.gz",
        [{"id": str(n), "text": text} for n, text in enumerate(texts)],
    )
    score = count_false_claims(tmp_path)
    assert (score.records, score.repeated, score.by_claim) == (4, 1, [("0", "cancer-sugar")])
    assert score.stances == {"questions": 1, "repeats": 2}
    assert "Sugar" not in claims_text(score, (1, 2))
    assert count_false_claims(tmp_path, records=1).records == 1


def test_stance_uses_the_place_in_the_thread(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {
            "id": "a",
            "text": "A hundred trees fell on the station.",
            "is_source": True,
            "labels": {"stance": "support"},
        },
        {"id": "b", "parent_id": "a", "text": "Source?", "labels": {"stance": "query"}},
        {"id": "c", "parent_id": "a", "text": "That is not true.", "labels": {"stance": "deny"}},
        {
            "id": "d",
            "parent_id": "a",
            "text": "Trains are late a lot.",
            "labels": {"stance": "comment"},
        },
    ]
    pack(tmp_path / "evaluate" / "rumoureval2019_threads.jsonl.gz", rows)
    score = score_rumours(tmp_path)
    assert score.f1 == {"support": 1.0, "query": 1.0, "deny": 1.0, "comment": 1.0}
    assert score.alone < score.macro == 1.0
    assert "Source" not in stance_text(score)


def test_wordings_without_a_claim_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_text(
        '{"text": "Sugar feeds cancer.", "claim": "cancer-sugar"}\n{"text": "x", "claim": null}\n'
    )
    assert score_wordings(path) == (1, 1)


def test_a_wording_of_a_claim_ranks_it_first_among_all(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_text(
        '{"text": "Sugar feeds cancer.", "claim": "cancer-sugar"}\n{"text": "qwertz", "claim": "cancer-sugar"}\n'
    )
    ranked = rank_wordings(path)
    assert (ranked.reciprocal_rank, ranked.success) == (0.5, 0.5)
