"""A paraphrase from the command line to the report, and out of it again."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bedside.cli.checking import check_report
from bedside.cli.ending import run_app
from bedside.cli.reporting import run_to_report
from bedside.release.paraphrases import Paraphrases
from bedside.store.keys import load_keys
from bedside.store.study import open_study
from tests.measure.safety.conftest import Make, make, post
from tests.measure.safety.test_desk import post_id

__all__ = ["make"]  # the fixture

OWN = "Still waiting for the letter. They mislaid my biopsy sample somewhere between two floors of one hospital."
GOOD = "Tissue got lost inside the building while I kept waiting for a letter from the clinic"
CRISIS = '\n[crisis]\nwho = "Olga"\nwithin_hours = 2\n'


def report(folder: Path) -> str:
    run_to_report(folder, now=datetime.now(UTC), workers=1)
    return (folder / "report.html").read_text()


def test_a_paraphrase_goes_from_the_desk_to_the_report_and_out_with_its_post(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = [
        post(n, f"Week {n}, still waiting for the letter from the clinic on my scan.")
        for n in range(60)
    ]
    folder = make([*usual, post(90, OWN)])
    path = folder / "study.toml"
    path.write_text(re.sub(r"\[crisis\][^\[]*", "", path.read_text()) + CRISIS)
    assert GOOD not in report(folder)
    key = load_keys(open_study(folder).config.id).post_key(post_id(folder, "n90"))
    said = ["paraphrase", "write", str(folder), GOOD, "--post", key, "--about", "care:waiting"]
    assert run_app([*said, "--by", "ann"]) == 0
    (one,) = Paraphrases(folder).all()
    assert one.state == "offered", capsys.readouterr().out
    assert run_app(["paraphrase", "approve", str(folder), one.id, "--by", "ann"]) == 3
    assert run_app(["paraphrase", "approve", str(folder), one.id, "--by", "ben"]) == 0
    html = report(folder)
    assert GOOD in html and "Paraphrase, approved by a second reader" in html
    assert check_report(folder)[2]
    assert run_app(["erase", str(folder), "--post", key]) == 0
    assert GOOD not in report(folder)
    assert GOOD not in (folder / "paraphrases.jsonl").read_text()
