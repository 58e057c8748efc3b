"""What people may ask for: what is held on them, what was masked, that it goes; and the record of processing."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bedside.cli.adding import add, make_source
from bedside.cli.ending import run_app
from bedside.cli.erasing import erase_from
from bedside.cli.holding import access, register_paper
from bedside.cli.masking import correct, preview
from bedside.cli.running import run
from bedside.errors import InputError, NotFoundError, PermissionRefused
from bedside.judge.crisislog import STEPS, CrisisStep, open_crises
from bedside.release.paraphrases import Move, Paraphrases
from bedside.store.engine import EmbeddedEngine
from bedside.store.imports import collected_pages
from bedside.store.keys import load_keys
from bedside.store.looks import read_looks
from bedside.store.manifest import read_manifest
from bedside.store.stages import Aggregate
from bedside.store.study import Study, create_study, open_study
from tests.decoding import found_in

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODIES = Aggregate(name="bodies", needs=("posts",), sql="SELECT body FROM posts ORDER BY record_no")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = create_study(
        tmp_path / "study",
        title="Pumps",
        question="How do pumps fail?",
        controller={"name": "Agency", "contact": "a@b.example"},
    )
    rows = [
        {
            "id": "1",
            "author": "quiet_otter",
            "text": "The Prudence pump failed in Leeds, said Wibblethwaite on the ward.",
        },
        {
            "id": "2",
            "author": "other_one",
            "text": "As quiet_otter says, Prudence is no good, and Wibblethwaite agrees.",
        },
        {
            "id": "3",
            "author": "quiet_otter",
            "text": "I cannot sleep since, and my pain is a seven.",
        },
    ]
    file = tmp_path / "posts.jsonl"
    file.write_text(
        "\n".join(json.dumps({**row, "created": "2026-01-01T10:00:00Z"}) for row in rows)
    )
    answers = {
        "access_basis": "consent",
        "lawful_basis": "Art. 9(2)(a)",
        "dpia_ref": "D-7",
        "retention_days": 400,
    }
    add(made.folder, [file], source=make_source("forum", None, answers), now=NOW)
    return open_study(made.folder)


def bodies(study: Study) -> list[str]:
    run(study.folder, now=NOW, workers=1)
    with EmbeddedEngine(study) as engine:
        engine.bind(read_manifest(study.folder).datasets)
        found: list[str] = engine.ask(BODIES, {})["body"].to_pylist()
    return found


def test_a_person_is_told_what_is_held(study: Study, tmp_path: Path) -> None:
    run(study.folder, now=NOW, workers=1)
    held, place = access(
        study.folder, "quiet_otter", who="Records office", now=NOW, out=tmp_path / "paper.html"
    )
    assert [post.text for post in held.posts][1].startswith("I cannot sleep")
    assert (len(held.posts), held.named_in, held.snapshots, held.cases) == (2, 1, 1, 0)
    assert held.sources == (
        ("forum", "consent", "Art. 9(2)(a)", "D-7", "400 days after collection"),
    )
    assert "2027-04-05" in held.posts[0].goes_by
    assert any("scale" in mark for mark in held.posts[1].marks)
    page = place.read_text()
    assert "Agency" in page
    assert "my pain is a seven" in page
    assert "other_one" not in page, "nothing of anybody else"


def test_a_person_is_told_of_paraphrases_and_of_steps_in_the_crisis_queue(
    study: Study, tmp_path: Path
) -> None:
    run(study.folder, now=NOW, workers=1)
    keys = load_keys(study.config.id)
    posts = {row["native_id"]: keys.post_key(row["post_id"]) for row in _collected(study)}
    with open_crises(study) as log:
        for name in ("3", "2"):
            log.add(CrisisStep(post_key=posts[name], kind="sent", at=NOW, by="Dr Night"))
        words = "rang the forum"
        log.add(CrisisStep(post_key=posts["3"], kind="acted", at=NOW, by="Dr Night", words=words))
    for name, said in (("1", "A pump let them down."), ("2", "Not theirs.")):
        move = Move(
            id=f"p{name}", kind="written", at=NOW, by="Ann", text=said, post_keys=(posts[name],)
        )
        Paraphrases(study.folder).add(move)
    held, place = access(
        study.folder, "quiet_otter", who="Records office", now=NOW, out=tmp_path / "paper.html"
    )
    assert held.paraphrases == (("draft", "A pump let them down."),)
    assert held.crises == (
        ("2026-03-01", STEPS["sent"], ""),
        ("2026-03-01", STEPS["acted"], "rang the forum"),
    )
    page = place.read_text()
    assert "A pump let them down." in page and "rang the forum" in page
    assert "Not theirs" not in page and "Dr Night" not in page and "Ann" not in page


def _collected(study: Study) -> list[dict[str, Any]]:
    return [row for page in collected_pages(study) for row in page.to_pylist()]


def test_an_access_request_is_a_look_and_needs_a_name(study: Study, tmp_path: Path) -> None:
    with pytest.raises(PermissionRefused, match="say who you are"):
        access(study.folder, "quiet_otter", who="", now=NOW, out=tmp_path / "p.html")
    with pytest.raises(NotFoundError):
        access(study.folder, "nobody_here", who="X", now=NOW, out=tmp_path / "p.html")
    access(study.folder, "quiet_otter", who="Records office", now=NOW, out=tmp_path / "p.html")
    assert [(look.who, look.what) for look in read_looks(study)] == [
        ("Records office", "access request")
    ]
    assert "otter" not in (study.folder / "looks.jsonl").read_text()


def test_a_paper_of_an_erasure_names_nobody(study: Study, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.html"
    erase_from(study.folder, account="quiet_otter", now=NOW, receipt=receipt)
    page = receipt.read_text()
    assert "2 posts" in page
    assert "otter" not in page
    assert found_in(study.folder, "quiet_otter") == []


def test_the_record_of_processing_says_what_the_register_says(study: Study) -> None:
    run(study.folder, now=NOW, workers=1)
    told, place = register_paper(study.folder, now=NOW)
    assert told["counts"] == {"forum": (3, 0)}
    page = place.read_text()
    for words in ("Art. 9(2)(a)", "D-7", "400 days", "How do pumps fail?", "a@b.example"):
        assert words in page
    assert "otter" not in page


def test_what_is_masked_is_shown_and_what_is_left_too(study: Study) -> None:
    shown = preview(study.folder, who="Ann", now=NOW)
    assert ("Leeds", 1) in shown.masked["place"]
    assert ("Wibblethwaite", 2) in shown.left
    assert read_looks(study)[-1].what == "masks"
    with pytest.raises(PermissionRefused):
        preview(study.folder, who=" ", now=NOW)


def test_a_correction_is_learnt_by_the_study(study: Study) -> None:
    before = bodies(study)
    assert "Wibblethwaite" in before[0]
    assert "Leeds" not in before[0]
    said = correct(study.folder, always=["Wibblethwaite"], never=["leeds"])
    assert said.always == ("wibblethwaite",)
    after = bodies(study)
    assert "Wibblethwaite" not in after[0] + after[1]
    assert "Leeds" in after[0]
    assert [len(a) for a in after] == [len(b) for b in before]
    correct(study.folder, forget=["wibblethwaite", "Leeds"])
    assert bodies(study) == before


def test_corrections_are_sealed_and_go_with_the_person(study: Study) -> None:
    correct(study.folder, always=["quiet_otter"])
    assert not any(
        b"quiet_otter" in path.read_bytes() for path in study.folder.rglob("*") if path.is_file()
    )
    assert found_in(study.folder, "quiet_otter"), "sealed, and there"
    erase_from(study.folder, account="quiet_otter", now=NOW)
    assert found_in(study.folder, "quiet_otter") == []


def test_corrections_that_would_hide_too_much_are_refused(study: Study) -> None:
    with pytest.raises(InputError, match="less than two letters"):
        correct(study.folder, always=["a"])
    with pytest.raises(InputError, match="both always and never"):
        correct(study.folder, always=["leeds"], never=["Leeds"])


def test_the_command_line_knows_all_of_it(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(study.folder)
    assert run_app(["masks", folder, "--as", "Ann"]) == 0
    assert "Wibblethwaite (2)" in capsys.readouterr().out
    assert run_app(["masks", folder, "--always", "Wibblethwaite", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"always": 1, "never": 0}
    assert run_app(["access", folder, "--account", "quiet_otter"]) == 3
    out = ["--out", str(tmp_path / "p.html")]
    assert run_app(["access", folder, "--account", "quiet_otter", "--as", "Ann", *out]) == 0
    assert run_app(["register", folder, "--json"]) == 0
