"""The log of interventions by the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bedside.cli.commands import app
from bedside.store.study import create_study


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return create_study(tmp_path / "s", title="Claims").folder


def told(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["interventions", *words])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def test_an_intervention_is_entered_listed_and_withdrawn(study: Path) -> None:
    assert "no intervention is recorded yet" in told("list", str(study))
    entered = told("add", str(study), "A film.", "--by", "Press office", "--on", "2025-03-02", "--for", "endo-pregnancy-cure", "--where", "tiktok", "--kind", "video")  # fmt: skip
    assert "i1  2025-03-02" in entered and "days later" in entered
    assert "bedside run" in entered
    gone = told("withdraw", str(study), "i1", "--reason", "It never went out.")
    assert "withdrawn: It never went out." in gone
    (entry,) = json.loads(told("list", str(study), "--json"))
    assert (entry["about"], entry["where"], entry["withdrawn"]) == (
        "endo-pregnancy-cure",
        "tiktok",
        "It never went out.",
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ("--on", "2025-03-02", "--for", "endo-pregnancy-cur"),
            "did you mean 'endo-pregnancy-cure'",
        ),
        (("--on", "spring"), "is no day"),
        (("--on", "2999-01-01"), "has not come yet"),
    ],
)
def test_what_cannot_be_entered_says_why(study: Path, words: tuple[str, ...], why: str) -> None:
    done = CliRunner().invoke(app, ["interventions", "add", str(study), "A film.", "--by", "Press", *words])  # fmt: skip
    assert done.exit_code != 0
    assert why in str(done.exception)
