"""The example that the README names runs as it stands."""

from importlib import import_module
from inspect import isfunction
from pathlib import Path

import pytest

import bedside
from examples.first_hour import first_hour


def test_every_verb_is_a_function_whatever_was_imported_before() -> None:
    for room in ("simulate.corpus", "report.document", "evaluate.run", "cli.commands"):
        import_module(f"bedside.{room}")
    assert all(isfunction(getattr(bedside, verb)) for verb in bedside.__all__)


@pytest.mark.e2e
def test_the_first_hour_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = first_hour(tmp_path, posts=1_500)
    said = capsys.readouterr().out
    assert report.exists() and "everything holds" in said and "relevant posts" in said
