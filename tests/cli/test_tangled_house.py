"""Threads as bad as they come, from a file to the report: circles, deleted parents, one hub, no author, clocks that run backwards."""

import csv
from pathlib import Path

import pytest
from lxml import html

import bedside
from bedside.release.records import ReleasedFigure
from bedside.report.releasing import latest_release
from bedside.store.study import open_study

pytestmark = pytest.mark.e2e

CLAIM = ("Get pregnant and your endo will go away.", "Having a baby fixes endometriosis.", "Pregnancy is the best cure for endo.")  # fmt: skip


def row(key: str, parent: str = "", author: str | None = None, day: int = 10) -> dict[str, str]:
    return {
        "id": key,
        "author": f"a-{key}" if author is None else author,
        "date": f"2024-03-{day:02}T10:00:00Z",
        "text": CLAIM[len(key + parent) % len(CLAIM)],
        "in_reply_to": parent,
    }


def tangled() -> list[dict[str, str]]:
    """Everybody answers one post, half of them before it was written; and the rest of the bad input. No professional."""
    rows = [row("hub", day=10)]
    rows += [row(f"r{n:02}", "hub", day=1 + n % 20) for n in range(60)]
    rows += [row(f"n{n:02}", "hub", author="") for n in range(12)]
    rows += [row("c1", "c2"), row("c2", "c1"), row("s", "s")]
    rows += [row(f"d{n}", "gone") for n in range(9)] + [row(f"e{n}", "r00") for n in range(9)]
    return rows


def made(folder: Path, rows: list[dict[str, str]]) -> Path:
    """A study of these posts, run."""
    table = folder / "posts.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    bedside.new(folder / "study", title="Tangled", conditions=["endometriosis"])
    bedside.add(folder / "study", table, source="forum", preset="simulated")
    bedside.run(folder / "study", workers=1)
    return folder / "study"


def chapters(study: Path) -> dict[str, str]:
    page = html.fromstring((study / "report.html").read_bytes())
    return {s.get("aria-labelledby"): s.text_content() for s in page.iter("section")}


def figures(study: Path, measure: str) -> list[ReleasedFigure]:
    return [f for f in latest_release(open_study(study)).figures if f.measure == measure]


def test_a_tangled_study_is_measured_and_says_what_it_cannot_say(tmp_path: Path) -> None:
    study = made(tmp_path, tangled())
    told = chapters(study)
    parents = {f.keys["parent"]: f.hits_posts for f in figures(study, "inclusion.parents")}
    assert sum(n or 0 for n in parents.values() if n) <= len(tangled())
    assert {"cycle", "self", "not_collected"} <= set(parents)
    assert "No exchange with a health professional was found" in told["exchange-offline"]
    assert "sharper word groups" in told["claims"]
    for f in figures(study, "community.first_reply_median"):
        assert f.estimate is None or f.estimate >= 0
    for f in (
        *figures(study, "exchange.answered_within"),
        *figures(study, "community.first_reply"),
    ):
        assert f.estimate is None or 0 <= f.estimate <= 1
    sizes = {f.keys["community"]: f.hits_accounts for f in figures(study, "community.size")}
    assert sum(n or 0 for n in sizes.values()) <= 60 + 1 + 9 + 2 + 1, "no author is no account"
    virality = [f.estimate for f in figures(study, "misinformation.cascades") if f.keys["shape"] == "virality"]  # fmt: skip
    assert all(v is None or 0 <= v < 3 for v in virality)


def test_a_study_in_which_nobody_answers_anybody_says_so(tmp_path: Path) -> None:
    study = made(tmp_path, [row(f"q{n:02}") for n in range(30)])
    told = chapters(study)
    assert "Nobody answers anybody here" in told["exchange"]
    assert figures(study, "community.size") == [] == figures(study, "community.structure")
    assert "circles" not in told.get("community", "")
