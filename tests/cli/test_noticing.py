"""`bedside crisis` and `bedside phrases` on a small study."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

import bedside
from bedside.cli.noticing import accept_phrase, crisis_step, crisis_text, phrases_text
from bedside.errors import InputError, PermissionRefused, StaleError
from bedside.judge.crisislog import CrisisStep, open_crises
from bedside.store.study import open_study

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)

POSTS = [
    ("1", "ann", "I keep thinking about ending my life tonight and nobody knows."),
    ("2", "bob", "At nineteen I tried to kill myself. I am well now."),
    ("3", "cat", "Lovely weather today, off to the beach."),
    ("4", "dan", "That mirtazapine left me like a sack of wet sand every morning."),
    ("5", "eve", "I was put on zolvibrel 20mg last week for my knees."),
    ("6", "fay", "Took zolvibrel for a month and it helped."),
]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("noticing")
    table = folder / "posts.csv"
    rows = "\n".join(f'{i},{who},2024-01-03,"{text}"' for i, who, text in POSTS)
    table.write_text(f"id,author,date,text\n{rows}\n")
    bedside.new(folder / "study", title="t")
    bedside.add(folder / "study", table, source="mine", preset="simulated")
    bedside.run(folder / "study", workers=1)
    (folder / "keys").write_text(os.environ.get("BEDSIDE_KEYS", ""))
    return folder / "study"


@pytest.fixture(autouse=True)
def _keys(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEDSIDE_KEYS", (study.parent / "keys").read_text())


def test_the_crisis_queue_has_keys_and_no_words(study: Path) -> None:
    told, text = crisis_text(study)
    assert [post["code"] for post in told["posts"]] == ["now", "past"]
    assert all(post["post_key"] in text for post in told["posts"])
    assert "ending" not in text and "nobody is named who acts" in text


def test_a_study_names_who_acts_on_a_crisis(study: Path) -> None:
    path = study / "study.toml"
    before = path.read_text()
    named = re.sub(r"\[crisis\][^\[]*", "", before)
    path.write_text(named + '\n[crisis]\nwho = "Dr Night"\nwithin_hours = 4\n')
    try:
        assert "Dr Night acts within 4 hours" in crisis_text(study)[1]
    finally:
        path.write_text(before)


def test_a_crisis_post_waits_from_the_run_that_found_it_until_somebody_acts(study: Path) -> None:
    (waiting,) = crisis_text(study)[0]["queue"]
    key = waiting["post_key"]
    with pytest.raises(InputError, match="in a few words"):
        crisis_step(study, key, "acted", by="Dr Night", because=" ", now=NOW)
    crisis_step(study, key, "acted", by="Dr Night", because="wrote to the forum", now=NOW)
    assert "acted on, by Dr Night: wrote to the forum" in crisis_text(study)[1]
    with pytest.raises(InputError, match="Dr Night has settled"):
        crisis_step(study, key, "no_crisis", by="Dr Day", because="a song", now=NOW)
    with pytest.raises(PermissionRefused, match="only Dr Night"):
        crisis_step(study, key, "taken_back", by="Dr Day", because="", now=NOW)
    crisis_step(study, key, "taken_back", by="Dr Night", because="", now=NOW)
    told = crisis_text(study)[0]["queue"][0]
    assert told["state"] == "open" and told["since"] == waiting["since"]
    assert [step["kind"] for step in told["steps"]] == ["found", "acted", "taken_back"]


def test_two_who_act_at_once_are_kept_apart(study: Path) -> None:
    key = crisis_text(study)[0]["queue"][0]["post_key"]
    with open_crises(open_study(study)) as log:
        seen = log.read()[-1].number
        step = CrisisStep(post_key=key, kind="no_crisis", at=NOW, by="Dr Day", words="a song")
        log.add(step, after=seen)
        with pytest.raises(StaleError, match="Dr Day has acted"):
            log.add(msgspec.structs.replace(step, kind="acted", by="Dr Night"), after=seen)


def test_any_post_can_be_sent_and_a_settled_one_opens_again(study: Path) -> None:
    past = next(p["post_key"] for p in crisis_text(study)[0]["posts"] if p["code"] == "past")
    told, _ = crisis_step(study, past, "sent", by="Ann", because="reads like now", now=NOW)
    assert told["state"] == "open"
    with pytest.raises(InputError, match="waits in the crisis queue already"):
        crisis_step(study, past, "sent", by="Ann", because="", now=NOW)
    crisis_step(study, past, "no_crisis", by="Dr Day", because="long ago", now=NOW)
    assert (
        crisis_step(study, past, "sent", by="Ann", because="look again", now=NOW)[0]["state"]
        == "open"
    )


def test_unknown_phrases_are_ranked_by_accounts(study: Path) -> None:
    found, text = phrases_text(study, most=10)
    assert (found[0]["phrase"], found[0]["kind"], found[0]["accounts"]) == ("zolvibrel", "drug", 2)
    assert any(p["kind"] == "symptom" and "sack of wet" in p["phrase"] for p in found)
    assert "2 accounts" in text


def test_a_taught_phrase_is_known_at_the_next_run(study: Path) -> None:
    told, _ = accept_phrase(study, "Zolvibrel", kind="drug")
    assert told == {"phrase": "zolvibrel", "kind": "drug", "taught": 1}
    bedside.run(study, workers=1)
    with pytest.raises(InputError, match="use one of symptom"):
        accept_phrase(study, "x", kind="food")
