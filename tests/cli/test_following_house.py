"""What follows an intervention, from a file of posts to the report: a planted fall is found again, and called before and after."""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from lxml import html
from typer.testing import CliRunner

import bedside
from bedside.cli.commands import app
from bedside.report.releasing import latest_release
from bedside.store.study import open_study

pytestmark = pytest.mark.e2e

FIRST, WEEKS = date(2024, 1, 1), 26  # on each side of the day
DAY = FIRST + timedelta(weeks=WEEKS)
FALL = 0.4  # of the claim's level is left
FALLS, STAYS = "endo-pregnancy-cure", "endo-hysterectomy-cure"
SAID = {
    FALLS: (
        "Get pregnant and your endo will go away.",
        "Having a baby fixes endometriosis.",
        "Pregnancy is the best cure for endo.",
        "Endometriosis disappears once you have had a child.",
    ),
    STAYS: (
        "A hysterectomy is the only cure for endo.",
        "Having your womb out gets rid of endometriosis forever.",
        "After a hysterectomy endo cannot come back.",
        "Take the uterus out and endometriosis is gone.",
    ),
    "": (
        "Endo belly again, off to bed with a bottle.",
        "My endometriosis scan is on Monday.",
        "Endo flare today, no work for me.",
        "Third letter about my endometriosis, no date.",
    ),
    "corrects": (
        "It is a myth that pregnancy cures endometriosis.",
        "Pregnancy does not cure endo, that is a myth.",
    ),
}


def rows_of(seed: int) -> list[dict[str, str]]:
    """Posts of 52 weeks, each of an account of its own; a week with twelve corrections begins on the day."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, str]] = []
    for week in range(2 * WEEKS):
        left = FALL if week >= WEEKS else 1.0
        levels = {FALLS: 14 * left, STAYS: 12.0, "": 14.0}
        many = {claim: int(rng.poisson(level)) for claim, level in levels.items()}
        many["corrects"] = 12 if week == WEEKS else 0
        for claim, posts in many.items():
            for _ in range(posts):
                day = FIRST + timedelta(weeks=week, days=int(rng.integers(7)))
                number = str(len(rows))
                words = SAID[claim][int(rng.integers(len(SAID[claim])))]
                rows.append({"id": number, "author": f"a{number}", "date": f"{day}T10:00:00Z", "text": words})  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("following")
    with (folder / "posts.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, ["id", "author", "date", "text"])
        out.writeheader()
        out.writerows(rows_of(5))
    with pytest.MonkeyPatch.context() as here:
        here.setenv("BEDSIDE_KEYS", str(folder / "keys"))
        made = folder / "study"
        bedside.new(made, title="What the film did", conditions=["endometriosis"])
        bedside.add(made, folder / "posts.csv", source="forum", preset="simulated")
        entry = ["interventions", "add", str(made), "A film by a nurse.", "--by", "Press office", "--on", str(DAY), "--for", FALLS]  # fmt: skip
        assert CliRunner().invoke(app, entry).exit_code == 0
        bedside.run(made, workers=1)
    return made


def test_the_planted_fall_lies_in_its_interval_and_beyond_the_comparison(study: Path) -> None:
    figures = [f for f in latest_release(open_study(study)).figures if f.measure == "misinformation.follows"]  # fmt: skip
    logged = {f.keys["compared"]: f for f in figures if f.keys["event"] == "i1"}
    assert set(logged) == {"none", "other_claims"}
    alone, beside = logged["none"], logged["other_claims"]
    for found, planted in ((alone, FALL * (14 + 12 + 14) / (FALL * 14 + 12 + 14)), (beside, FALL)):
        assert found.low is not None and found.high is not None
        assert found.low < planted < found.high < 1
    assert alone.method.startswith("before and after")
    assert beside.method.startswith("change beyond the comparison")
    assert not any("effect" in f.method for f in figures)


def test_a_wave_of_corrections_is_looked_at_too_and_called_before_and_after(study: Path) -> None:
    figures = latest_release(open_study(study)).figures
    waves = [f for f in figures if f.keys.get("event") == "corrections" and not f.refused]
    assert waves and {f.keys["claim"] for f in waves} == {FALLS}
    assert all(f.method.startswith("before and after") for f in waves)
    assert all("claims fall after peaks by themselves" in f.method for f in waves)


def test_the_report_tells_it_and_names_no_effect(study: Path) -> None:
    page = html.fromstring((study / "report.html").read_bytes())
    (chapter,) = page.xpath("//section[@aria-labelledby='claims']")
    told = chapter.text_content().replace("\u2060", "").replace("\u202f", " ")
    assert (
        "1 intervention is logged. Of 4 comparisons 4 could be measured: in 4 the claim was told less afterwards."
        in told
    )
    assert "A film by a nurse. (i1, 1 July 2024" in told
    assert "effect" not in told
