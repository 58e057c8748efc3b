"""The log of decisions on both databases: SQLite in the study, and a real PostgreSQL server."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bedside.errors import InputError, StorageError
from bedside.judge.database import database_of
from bedside.judge.decisions import DecisionLog, has_log, open_log
from bedside.store.study import Study, create_study
from tests.judge.postgres import server
from tests.judge.test_decisions import judgement

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
EACH = 150


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def study(request: pytest.FixtureRequest, tmp_path: Path) -> Study:
    """A study whose decisions lie in the one or the other database."""
    made = create_study(tmp_path / "study", title="Two engines")
    if request.param == "postgres":
        _judge_in(made, request.getfixturevalue("postgres"))
    return made


def _judge_in(study: Study, url: str) -> None:
    judging = msgspec.structs.replace(study.config.judge, database=url)
    study.config = msgspec.structs.replace(study.config, judge=judging)


def test_what_was_recorded_is_read_back_alike(study: Study) -> None:
    given = [judgement("p2", memo="clear", probability=0.05, sample_id="s"), judgement("p1")]
    with open_log(study) as log:
        log.record(given)
        assert [{"spans": None, **g}.items() <= r.items() for g, r in zip(given, log.read().to_pylist(), strict=True)] == [True, True]  # fmt: skip
        log.undo(judgement("p1"), at=NOW)
        assert log.current()["subject_key"].to_pylist() == ["p2"]


def test_looks_are_kept(study: Study) -> None:
    look = {
        "coder": "ann",
        "subject_key": "p1",
        "layer": "feel",
        "sample_id": "s",
        "looked_at": NOW,
        "rules": "r",
        "shown": "proposals",
    }
    with open_log(study) as log:
        log.note_looks([look])
        assert log.looks(sample_id="s").to_pylist() == [look]
        assert log.looks(sample_id="t").num_rows == 0


def test_an_erased_subject_is_in_neither_table(study: Study) -> None:
    with open_log(study) as log:
        log.record([judgement("p1:m0"), judgement("p10"), judgement("p1")])
        assert log.erase(subject_keys=["p1"]) == 2
        assert log.read()["subject_key"].to_pylist() == ["p10"]


WRITER = """
import sys
from datetime import UTC, datetime
from bedside.judge.decisions import DecisionLog
url, schema, coder, each = sys.argv[1:]
with DecisionLog(url, schema=schema) as log:
    for n in range(int(each)):
        log.record([{
            "subject_key": f"p{n}", "text_key": f"t{n}", "layer": "feel", "code": code, "decision": "present",
            "coder": coder, "decided_at": datetime.now(UTC), "code_hash": "h", "proposal_shown": False,
        } for code in ("relief", "hope")])
"""


def test_two_coders_writing_at_once_lose_nothing(study: Study) -> None:
    """Two processes that also make the tables at the same moment."""
    url, schema = database_of(study), study.config.id
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, schema, coder, str(EACH)], stderr=subprocess.PIPE
        )
        for coder in ("ann", "ben")
    ]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()[-2000:]
    with open_log(study) as log:
        rows = log.read().to_pylist()
    seen = {(row["coder"], row["subject_key"], row["code"]) for row in rows}
    assert len(rows) == len(seen) == 2 * EACH * 2
    for coder in ("ann", "ben"):
        own = [row["subject_key"] for row in rows if row["coder"] == coder]
        assert own == [f"p{n}" for n in range(EACH) for _ in range(2)]


def test_studies_that_share_a_server_do_not_see_each_other(postgres: str, tmp_path: Path) -> None:
    one, two = (create_study(tmp_path / name, title="Same title") for name in ("one", "two"))
    for study in (one, two):
        _judge_in(study, postgres)
    with open_log(one) as log:
        log.record([judgement()])
    with open_log(two) as log:
        assert log.read().num_rows == 0


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="does not answer") as told:
        DecisionLog(f"postgresql://ann:secret@/postgres?host={tmp_path}")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("url", ["mysql://host/name", "no address at all"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(InputError, match=r"postgresql://|SQLite or PostgreSQL"):
        DecisionLog(url)


def test_a_password_in_the_study_is_refused_and_the_environment_may_hold_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = create_study(tmp_path / "study", title="Shared")
    _judge_in(study, "postgresql://ann:secret@host/name")
    with pytest.raises(InputError, match="PGPASSWORD") as told:
        database_of(study)
    assert "secret" not in str(told.value)
    monkeypatch.setenv("BEDSIDE_DATABASE", "postgresql://ann:secret@host/name")
    assert database_of(study) == "postgresql://ann:secret@host/name"


def test_a_study_in_which_nobody_judged_has_no_log(tmp_path: Path) -> None:
    study = create_study(tmp_path / "study", title="Fresh")
    assert not has_log(study)
    open_log(study).close()
    assert has_log(study)
