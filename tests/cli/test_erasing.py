"""Erasure through every room: decisions, quotes, report; also before a first run."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import bedside
from bedside.cli.erasing import erase_from
from bedside.errors import NotFoundError
from bedside.judge.decisions import DecisionLog
from bedside.store.imports import collected_pages
from bedside.store.keys import load_keys
from bedside.store.study import open_study
from tests.decoding import found_in

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TEXT = "For nine months nobody at the clinic believed that my pain was real and I gave up asking"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    posts = tmp_path / "posts.csv"
    others = [
        f"{n},writer{n},My endo pain keeps me awake in week {n} of this" for n in range(2, 12)
    ]
    posts.write_text("\n".join(["id,author,text", f"1,annofthe9lakes,{TEXT}", *others]))
    bedside.new(tmp_path / "study", title="t")
    bedside.add(tmp_path / "study", posts, source="mine", preset="simulated")
    return tmp_path / "study"


def key_of(study: Path) -> str:
    return load_keys(open_study(study).config.id).post_key("table:1")


def judge(study: Path) -> None:
    with DecisionLog(study / "decisions.sqlite") as log:
        log.record(
            [
                {
                    "subject_key": key_of(study),
                    "text_key": "t" * 32,
                    "layer": "feel",
                    "code": "anger",
                    "decision": "present",
                    "coder": "c1",
                    "decided_at": NOW,
                    "code_hash": "h",
                    "proposal_shown": False,
                    "memo": "quotes " + TEXT,
                }
            ]
        )


def test_an_account_is_gone_from_decisions_quotes_report_and_vault(study: Path) -> None:
    bedside.run(study, workers=1)
    judge(study)
    needles = (TEXT, key_of(study), "annofthe9lakes")
    for needle in needles:
        assert found_in(study, needle), "the search must find it before"
    erase_from(study, account="annofthe9lakes", now=NOW)
    assert [needle for needle in needles if found_in(study, needle)] == []
    assert "Stale" in (study / "report.html").read_text()
    with pytest.raises(NotFoundError):
        erase_from(study, account="annofthe9lakes", now=NOW)
    bedside.run(study, workers=1)
    assert bedside.check(study)["findings"] == []


def test_a_post_is_erased_from_a_study_that_was_never_run_and_does_not_come_back(
    study: Path, tmp_path: Path
) -> None:
    erase_from(study, post="table:1", now=NOW)
    assert found_in(study, TEXT) == [] and not (study / "report.html").exists()
    again = tmp_path / "again.csv"
    again.write_text((tmp_path / "posts.csv").read_text() + "\n")
    done = bedside.add(study, again, source="mine")
    assert (done.total("kept"), done.total("rejected")) == (10, 1)
    assert found_in(study, TEXT) == []


def test_a_source_is_erased_with_what_the_study_keeps_about_it(study: Path) -> None:
    bedside.run(study, workers=1)
    erase_from(study, source="mine", now=NOW)
    assert sum(page.num_rows for page in collected_pages(open_study(study))) == 0
    assert found_in(study, TEXT) == [] and not list((study / "mappings").iterdir())


def test_an_interrupted_erasure_leaves_no_report_that_quotes(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bedside.run(study, workers=1)
    with monkeypatch.context() as patch:
        patch.setattr("bedside.store.erasure.rewrite_pages", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erase_from(study, post="table:1", now=NOW)
    assert not (study / "report.html").exists()
    erase_from(study, post="table:1", now=NOW)
    assert found_in(study, TEXT) == []
