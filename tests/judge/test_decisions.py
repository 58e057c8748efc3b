"""Decisions: appended, never changed; undone by a row; erased for good."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bedside.errors import InputError, StorageError
from bedside.judge.decisions import DecisionLog
from bedside.model.figures import JUDGEMENTS

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def judgement(subject: str = "p1", **more: Any) -> dict[str, Any]:
    return {
        "subject_key": subject,
        "text_key": f"t-{subject}",
        "layer": "feel",
        "code": "relief",
        "decision": "present",
        "coder": "ann",
        "decided_at": NOW,
        "code_hash": "c0de",
        "proposal_shown": False,
        "kind": "coding",
        **more,
    }


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    with DecisionLog(tmp_path / "judgements.sqlite") as opened:
        yield opened


def test_what_was_recorded_is_read_back_in_order(log: DecisionLog) -> None:
    log.record([judgement("p2", memo="clear", probability=0.05, sample_id="s"), judgement("p1")])
    table = log.read()
    assert table.schema == JUDGEMENTS
    assert table["subject_key"].to_pylist() == ["p2", "p1"]
    assert table.to_pylist()[0] == {
        "spans": None,
        **judgement("p2", memo="clear", probability=0.05, sample_id="s"),
    }


def test_an_undo_is_a_row_and_takes_nothing_away(log: DecisionLog) -> None:
    log.record([judgement()])
    log.undo(judgement(), at=NOW + timedelta(minutes=1))
    assert log.read()["decision"].to_pylist() == ["present", "withdrawn"]
    assert log.current().num_rows == 0


def test_the_last_word_of_each_coder_counts(log: DecisionLog) -> None:
    log.record([judgement(), judgement(coder="ben"), judgement(decision="absent")])
    held = {row["coder"]: row["decision"] for row in log.current().to_pylist()}
    assert held == {"ann": "absent", "ben": "present"}


def test_an_edited_text_is_another_text(log: DecisionLog) -> None:
    log.record([judgement(), judgement(text_key="t-new", decision="absent")])
    assert log.current().num_rows == 2


def test_layers_are_read_apart(log: DecisionLog) -> None:
    log.record([judgement(), judgement(layer="think", code="doubt")])
    assert log.read(layer="think")["code"].to_pylist() == ["doubt"]
    assert log.current(layer="feel")["code"].to_pylist() == ["relief"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": "maybe"},
        {"coder": None},
        {"probability": 0.0},
        {"decided_at": datetime(2026, 3, 1)},
        {"colour": "red"},
    ],
)
def test_a_judgement_without_meaning_is_refused_and_nothing_is_written(
    log: DecisionLog, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InputError):
        log.record([judgement(), judgement("p2", **wrong)])
    assert log.read().num_rows == 0


def test_an_erased_text_is_in_no_byte_of_any_file(log: DecisionLog, tmp_path: Path) -> None:
    log.record([judgement(f"p{n}", memo=f"memo of p{n} xyz") for n in range(50)])

    def on_disk(word: str) -> bool:
        return any(word.encode() in path.read_bytes() for path in tmp_path.iterdir())

    assert on_disk("memo of p7 xyz")
    assert log.erase(text_keys=["t-p7"]) == 1
    assert log.erase(subject_keys=["p8"]) == 1
    assert not on_disk("memo of p7 xyz")
    assert not on_disk("memo of p8 xyz")
    assert log.read().num_rows == 48


def test_moments_go_with_their_post(log: DecisionLog) -> None:
    log.record([judgement("p1:m0"), judgement("p10"), judgement("p1")])
    assert log.erase(subject_keys=["p1"]) == 2
    assert log.read()["subject_key"].to_pylist() == ["p10"]


def test_thousands_of_keys_are_erased_at_once(log: DecisionLog) -> None:
    log.record([judgement(f"p{n}") for n in range(2000)])
    assert log.erase(subject_keys=[f"p{n}" for n in range(2000)]) == 2000


def test_two_processes_may_write(log: DecisionLog, tmp_path: Path) -> None:
    with DecisionLog(tmp_path / "judgements.sqlite") as other:
        log.record([judgement()])
        other.record([judgement("p2")])
    assert log.read().num_rows == 2
    with sqlite3.connect(tmp_path / "judgements.sqlite") as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


def test_a_file_that_is_no_log_is_named(tmp_path: Path) -> None:
    (tmp_path / "judgements.sqlite").write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StorageError, match=r"judgements\.sqlite"):
        DecisionLog(tmp_path / "judgements.sqlite")
