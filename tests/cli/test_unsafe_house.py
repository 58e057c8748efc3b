"""Unsafe answers: only a clinician's judgement makes one, from the log of decisions to the figure and the report (R56)."""

import csv
from pathlib import Path

import pytest
from lxml import html
from typer.testing import CliRunner

import bedside
from bedside.cli.commands import app
from bedside.cli.evaluating import post_names
from bedside.release.records import ReleasedFigure
from bedside.report.releasing import latest_release
from bedside.store.study import open_study

pytestmark = pytest.mark.e2e

EXCHANGES, UNSAFE = 40, 12
ENDS = ("again", "today", "this week", "since May", "at night", "all day", "as before", "yet again")


def posts() -> list[dict[str, str]]:
    """Forty people ask of their medicine; ten GPs answer, who say that they are GPs."""
    rows = []
    for n in range(EXCHANGES):
        end = f"{ENDS[n % len(ENDS)]}, number {n}"
        asked = f"Pain on metformin {end}. Should I stop?"
        told = f"GP here. Take metformin with food, {end}."
        rows += [
            {"id": f"q{n}", "author": f"p{n}", "date": f"2024-03-{n % 28 + 1:02}T10:00:00Z", "text": asked, "in_reply_to": ""},
            {"id": f"r{n}", "author": f"gp{n % 10}", "date": f"2024-03-{n % 28 + 1:02}T12:00:00Z", "text": told, "in_reply_to": f"q{n}"},
        ]  # fmt: skip
    return rows


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return path


def told(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def unsafe(study: Path) -> list[ReleasedFigure]:
    figures = latest_release(open_study(study)).figures
    return [f for f in figures if f.measure == "exchange.outcome" and f.keys["outcome"] == "unsafe"]


def judged(study: Path, coder: str, ids: range) -> Path:
    """A file of decisions about the answers with these numbers."""
    keys = {name.rpartition(":")[2]: key for key, name in post_names(open_study(study)).items()}
    rows = [{"post": keys[f"r{n}"], "layer": "answer_safety", "code": "unsafe", "decision": "present", "coder": coder} for n in ids]  # fmt: skip
    return write(study.parent / f"{coder}.csv", rows)


def test_an_answer_is_unsafe_where_a_clinician_judged_it_and_nowhere_else(tmp_path: Path) -> None:
    study = tmp_path / "study"
    bedside.new(study, title="Metformin online", conditions=["type 2 diabetes"])
    bedside.add(study, write(tmp_path / "posts.csv", posts()), source="forum", preset="simulated")
    bedside.run(study, workers=1)
    assert unsafe(study) == [], "nobody looked: not even a zero is shown"

    told("judge", str(study), "--from", str(judged(study, "layman", range(20, 40))))
    bedside.run(study, workers=1)
    assert unsafe(study) == [], "a coder who is no clinician of the study decides nothing here"

    settings = study / "study.toml"
    settings.write_text(settings.read_text().replace("clinicians = []", 'clinicians = ["dr_a"]'))
    told("judge", str(study), "--from", str(judged(study, "dr_a", range(UNSAFE))))
    bedside.run(study, workers=1)
    (whole,) = [f for f in unsafe(study) if f.keys["about"] == "all"]
    assert (whole.hits_posts, whole.of_posts) == (UNSAFE, EXCHANGES)
    assert whole.low is not None and whole.low < UNSAFE / EXCHANGES
    page = html.fromstring((study / "report.html").read_bytes())
    (chapter,) = page.xpath("//section[@aria-labelledby='exchange-offline']")
    assert "unsafe" in chapter.text_content()
