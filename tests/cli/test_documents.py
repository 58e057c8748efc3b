"""Documents from the command line: of a demo study made once, small enough to be quick."""

import json
import shutil
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

from bedside.cli.demo import run_demo
from bedside.cli.ending import run_app
from bedside.release.ledger import Ledger

pytestmark = pytest.mark.e2e
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
POSTS = 900


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo study; its keys lie beside it."""
    folder = tmp_path_factory.mktemp("documents")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEDSIDE_KEYS", str(folder / "keys"))
        run_demo(folder / "demo", posts=POSTS, seed=7, now=NOW, say=lambda _: None)
    return folder


@pytest.fixture
def study(room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo study that a test may spoil."""
    monkeypatch.setenv("BEDSIDE_KEYS", str(room / "keys"))
    return Path(shutil.copytree(room / "demo" / "study", tmp_path / "study"))


def bedside(*arguments: object, capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    """Run the command line in this process; gives what it said."""
    capsys.readouterr()
    left = run_app([str(a) for a in arguments])
    said = capsys.readouterr()
    assert left == code, said.out + said.err
    return said.out + said.err


def test_export_writes_every_kind_of_one_release_that_is_noted_once(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = [
        part for kind in ("slides", "workbook", "csv", "json", "parquet") for part in ("--to", kind)
    ]
    before = len(Ledger(study).entries())
    told = json.loads(bedside("export", study, *kinds, "--json", capsys=capsys))
    assert [Path(p).name for p in told["documents"]] == [
        "slides.pptx", "workbook.xlsx", "figures.csv", "figures.json", "figures.parquet",
    ]  # fmt: skip
    assert len(Ledger(study).entries()) == before
    latest = Ledger(study).latest()
    assert latest is not None and told["release"].startswith(latest.id)
    first = {p.name: p.read_bytes() for p in (study / "documents").glob("*.*")}
    bedside("export", study, *kinds, capsys=capsys)
    assert {p.name: p.read_bytes() for p in (study / "documents").glob("*.*")} == first


def test_numbers_of_the_workbook_equal_those_of_the_report(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bedside("export", study, "--to", "workbook", "--out", study.parent / "out", capsys=capsys)
    html = (study / "report.html").read_text()
    book = openpyxl.load_workbook(BytesIO((study.parent / "out" / "workbook.xlsx").read_bytes()))
    seen = 0
    for row in list(book["care"].values)[5:]:
        words, evidence = str(row[-4]), str(row[-1])
        assert evidence in html and words in html
        seen += words != "*"
    assert seen


def test_slides_name_the_simulation_on_every_slide(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bedside("export", study, "--to", "slides", capsys=capsys)
    show: Any = Presentation(BytesIO((study / "documents" / "slides.pptx").read_bytes()))
    for slide in show.slides:
        words = " ".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
        assert "simulated posts" in words


def test_what_cannot_be_exported_is_named(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = bedside("export", study, "--to", "slidse", capsys=capsys, code=2)
    assert "did you mean 'slides'" in said
    (study.parent / "file").write_text("x")
    said = bedside(
        "export", study, "--to", "csv", "--out", study.parent / "file", capsys=capsys, code=2
    )
    assert "give a folder" in said


def test_documents_go_when_posts_are_erased(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bedside("export", study, "--to", "slides", "--to", "csv", capsys=capsys)
    bedside("erase", study, "--source", "blog", capsys=capsys)
    assert not list((study / "documents").glob("*.*"))
    said = bedside("export", study, "--to", "csv", capsys=capsys)
    assert "stale" in said


def test_a_plan_goes_from_choice_to_a_frozen_report(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bedside("plan", "start", study, capsys=capsys)
    told = json.loads(bedside("plan", "show", study, "--json", capsys=capsys))
    figure = next(f for f in _released(study) if f.measure == "roles.share" and not f.suppressed)
    bedside(
        "plan",
        "add",
        study,
        "--finding",
        "roles",
        "--before",
        f"Who: {{{figure.id}}}.",
        "--at",
        1,
        capsys=capsys,
    )
    assert figure.id not in (study / "plan.toml").read_text()
    for part in [p["id"] for p in told["part"]][2:]:
        bedside("plan", "drop", study, part, capsys=capsys)
    bedside("plan", "title", study, "What we heard", capsys=capsys)
    said = bedside("plan", "freeze", study, "--as", "ann", capsys=capsys)
    assert "frozen on" in said
    assert "thaw it first" in bedside("plan", "drop", study, "p1", capsys=capsys, code=2)
    bedside("report", study, "--plan", capsys=capsys)
    html = (study / "documents" / "report.html").read_text()
    assert "<h1" in html and "What we heard" in html and f"<code>{figure.id}</code>" in html
    assert f"of {figure.of_accounts:,} accounts" in html
    bedside("erase", study, "--source", "blog", capsys=capsys)
    assert "frozen on" in bedside("export", study, "--to", "report", capsys=capsys)
    assert f"<code>{figure.id}</code>" in (study / "documents" / "report.html").read_text()
    assert "frozen on" not in bedside("export", study, "--to", "report", "--live", capsys=capsys)


def _released(study: Path) -> Any:
    latest = Ledger(study).latest()
    assert latest is not None
    return latest.figures


def test_words_of_one_person_do_not_leave_in_a_plan(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from bedside.measure.bound import bind_study, current_snapshot
    from bedside.release.corpus import corpus_texts
    from bedside.release.words import words_of
    from bedside.store.engine import EmbeddedEngine
    from bedside.store.study import open_study

    opened = open_study(study)
    with EmbeddedEngine(opened) as engine:
        bind_study(opened, engine, current_snapshot(opened))
        row = max(corpus_texts(engine.ask), key=lambda r: len(r.text))
    bedside(
        "plan",
        "add",
        study,
        "--heading",
        "H",
        "--before",
        " ".join(words_of(row.text)[:30]),
        capsys=capsys,
        code=0,
    )
    for command in (["export", study, "--to", "report"], ["plan", "freeze", study, "--as", "ann"]):
        said = bedside(*command, capsys=capsys, code=3)
        assert "lead to one person" in said and "p1" in said and row.post_key not in said
        assert row.text[:20] not in said


def test_the_digest_is_written_as_page_email_and_json(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(
        bedside("digest", study, "--mail-to", "a@example.org", "--json", capsys=capsys)
    )
    assert [Path(p).name for p in told["documents"]] == ["digest.html", "digest.eml", "digest.json"]
    assert told["since"] == "" and told["changes"]
    shutil.rmtree(study / "documents")
    bedside("erase", study, "--source", "blog", capsys=capsys)
    bedside("run", study, capsys=capsys)
    again = json.loads(bedside("digest", study, "--json", capsys=capsys))
    assert again["earlier"] == told["release"].partition("/")[0]
    assert "fewer than last time" in json.dumps(again["changes"])
    nothing = bedside("digest", study, "--since", again["release"].partition("/")[0], capsys=capsys)
    assert "as many as last time" in nothing
    assert "no release r-1" in bedside("digest", study, "--since", "r-1", capsys=capsys, code=4)


def test_check_walks_every_document_and_finds_what_was_changed_by_hand(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = ["report", "slides", "workbook", "csv", "json", "parquet", "community"]
    bedside("export", study, *(part for kind in kinds for part in ("--to", kind)), capsys=capsys)
    bedside("digest", study, capsys=capsys)
    told = json.loads(bedside("check", study, "--json", capsys=capsys))
    assert len(told["documents"]) == len(kinds) + 3
    assert all(document["holds"] for document in told["documents"])
    traced = {Path(d["file"]).name: d for d in told["documents"]}
    assert (
        traced["slides.pptx"]["numbers"] and traced["workbook.xlsx"]["figures"] == told["figures"]
    )
    path = study.parent / "came back.csv"
    path.write_text(
        (study / "documents" / "figures.csv").read_text("utf-8-sig").replace(",0.", ",0.9", 1)
    )
    said = bedside("check", study, path, capsys=capsys, code=6)
    assert "came back.csv" in said and "changed by hand" in said and "slides.pptx" not in said


def test_the_verbs_of_documents_are_functions_too(study: Path) -> None:
    import bedside as house

    begun = house.start_plan(study)
    assert len(begun["part"]) > 5 and not house.plan(study)["problems"]
    added = house.add_to_plan(study, heading="To begin with", words="We read them all.", at=1)
    assert added["part"][0]["heading"] == "To begin with"
    assert house.freeze_plan(study, by="Ann")["frozen"]["by"] == "Ann"
    told = house.export(study, "csv", out=study.parent / "out")
    assert told["frozen"] and (study.parent / "out" / "figures.csv").exists()
    assert house.thaw_plan(study)["frozen"] is None
    assert Path(house.digest(study, out=study.parent / "out")["documents"][0]).exists()
