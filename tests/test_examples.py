"""The example that the README names runs as it stands."""

from pathlib import Path

import pytest

from examples.first_hour import first_hour

pytestmark = pytest.mark.e2e


def test_the_first_hour_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = first_hour(tmp_path, posts=1_500)
    said = capsys.readouterr().out
    assert report.exists() and "everything holds" in said and "relevant posts" in said
