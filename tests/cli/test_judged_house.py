"""The whole house with people in it: a simulated study, its truth known, a scripted coder, judged figures that hold."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import zstandard

import bedside
from bedside.cli import sampling
from bedside.cli.demo import run_demo
from bedside.cli.erasing import erase_from
from bedside.cli.evaluating import post_names
from bedside.cli.learning import advise_text, learn_text
from bedside.cli.opening import open_evidence_text
from bedside.codebook import code_hash, layer_hash
from bedside.errors import InputError
from bedside.judge.decisions import WHOLE, open_log
from bedside.judge.samples import Sample, find_sample, read_items
from bedside.judge.sampling import draw_sample
from bedside.judge.uncertain import code_probabilities
from bedside.measure.bound import bind_study, study_codebook
from bedside.measure.kept import read_figures
from bedside.model.figures import Figure
from bedside.store.engine import EmbeddedEngine
from bedside.store.imports import collected_pages
from bedside.store.snapshots import latest_snapshot
from bedside.store.stages import Aggregate
from bedside.store.study import Study, open_study
from bedside.understand.learnt.study import read_study
from tests.explore.client import Client

pytestmark = pytest.mark.e2e
NOW = datetime(2026, 3, 2, tzinfo=UTC)
LAYERS = ("role", "info_source", "support_needed", "content")
POSTS = 1_000
JUDGED = 220


def planted_codes(truth: dict[str, Any], layer: str) -> list[str]:
    said = truth[layer]
    return list(said) if isinstance(said, list) else [said]


def read_truth(folder: Path, study: Study) -> dict[str, dict[str, Any]]:
    """Planted codes of each post, by key."""
    path = next(folder.glob("simulated-posts/TRUTH.jsonl*"))
    data = path.read_bytes()
    text = zstandard.decompress(data) if path.suffix == ".zst" else data
    rows = {row["post_id"]: row for row in map(msgspec.json.decode, text.splitlines())}
    return {key: rows[name] for key, name in post_names(study).items() if name in rows}


def corpus_keys(study: Study) -> list[str]:
    snapshot = latest_snapshot(study)
    assert snapshot is not None
    with EmbeddedEngine(study, workers=1) as engine:
        bind_study(study, engine, snapshot)
        sql = "SELECT post_key FROM corpus ORDER BY post_key"
        keys: list[str] = engine.ask(Aggregate(name="keys", sql=sql, needs=("corpus",)), {})[
            "post_key"
        ].to_pylist()
        return keys


def draw(study: Study) -> Sample:
    snapshot = latest_snapshot(study)
    assert snapshot is not None
    with EmbeddedEngine(study, workers=1) as engine:
        bind_study(study, engine, snapshot)
        return draw_sample(
            study, engine.ask, study_codebook(study), snapshot, name="round-1", size=JUDGED, now=NOW, layers=LAYERS
        )  # fmt: skip


def judge(study: Study, sample: Sample, truth: dict[str, dict[str, Any]]) -> None:
    """A coder who is always right completes every layer of every drawn post."""
    book = study_codebook(study)
    rows = []
    for item in read_items(study, sample).to_pylist():
        for layer in LAYERS:
            held = book.layer(layer)
            about = {
                "subject_key": item["subject_key"],
                "text_key": item["text_key"],
                "layer": layer,
                "coder": "ann",
                "decided_at": NOW,
                "sample_id": sample.id,
                "probability": item["probability"],
                "proposal_shown": False,
            }
            codes = [
                c for c in planted_codes(truth[item["subject_key"]], layer) if c in held.names()
            ]
            rows += [
                about | {"code": c, "decision": "present", "code_hash": code_hash(held, c)}
                for c in codes
            ]
            whole = {"code": WHOLE, "decision": "layer_complete", "code_hash": layer_hash(held)}
            rows.append(about | whole)
    with open_log(study) as log:
        log.record(rows)


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, dict[str, dict[str, Any]]]]:
    """A demo study, run, sampled, judged, learnt from and run again."""
    folder = tmp_path_factory.mktemp("judged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEDSIDE_KEYS", str(folder / "keys"))
        run_demo(folder, posts=POSTS, seed=7, now=NOW, say=lambda _: None)
        study = open_study(folder / "study")
        truth = read_truth(folder, study)
        judge(study, draw(study), truth)
        told, text = learn_text(folder / "study", layers=["role"], now=NOW)
        assert (
            told["cards"][0]["scored_on"] == "posts of random samples"
            and "role: learnt from" in text
        )
        bedside.run(folder / "study")
        yield folder / "study", truth


@pytest.fixture(autouse=True)
def keys(house: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEDSIDE_KEYS", str(house[0].parent / "keys"))


def judged_figures(study: Study) -> list[Figure]:
    snapshot = latest_snapshot(study)
    assert snapshot is not None
    return [f for f in read_figures(study, snapshot) if f.basis == "judged"]


def test_judged_intervals_hold_the_planted_truth_where_the_machine_alone_would_not(
    house: tuple[Path, dict[str, dict[str, Any]]],
) -> None:
    study, truth = open_study(house[0]), house[1]
    keys = [key for key in corpus_keys(study) if key in truth]
    figures = [f for f in judged_figures(study) if f.judging is not None]
    assert len(figures) >= 20 and {f.unit for f in figures} == {"posts"}
    held = machine = 0
    for figure in figures:
        assert figure.judging is not None and figure.low is not None and figure.high is not None
        layer, code = figure.judging.layer, figure.judging.codes[0]
        share = sum(code in planted_codes(truth[key], layer) for key in keys) / len(keys)
        held += figure.low <= share <= figure.high
        machine += (figure.judging.machine_low or 0) <= share <= (figure.judging.machine_high or 0)
    assert held >= 0.85 * len(
        figures
    )  # 95 % each; they share a sample, so that misses come together
    assert machine < held


def test_a_judged_figure_opens_to_posts_coders_codebook_and_interval(
    house: tuple[Path, Any],
) -> None:
    figure = next(f for f in judged_figures(open_study(house[0])) if f.keys.get("of") == "posts")
    told, text = open_evidence_text(house[0], figure.id, limit=1)
    assert told["coders"] == ["ann"] and told["judging"]["sample"] == "round-1"
    assert len(told["decided"]) == told["judging"]["judged"]
    assert "the machine alone says" in text and "judged by ann" in text and "codebook" in text
    page = Client.of(house[0]).get(f"/evidence/{figure.id}").text
    assert figure.judging is not None
    assert f"Judged without proposals: {figure.judging.judged:,} posts" in page
    assert page.count('<a href="/post/') >= 20 and "Nobody has checked it" not in page


def test_the_report_prints_judged_shares_and_check_walks_them(house: tuple[Path, Any]) -> None:
    page = (house[0] / "report.html").read_text()
    assert "What people judged" in page and "judged, n = " in page and "round-1" in page
    assert bedside.check(house[0])["findings"] == []


def test_a_run_without_new_decisions_changes_nothing(house: tuple[Path, Any]) -> None:
    before = [f.id for f in judged_figures(open_study(house[0]))]
    assert bedside.run(house[0])["changed"] is False
    assert [f.id for f in judged_figures(open_study(house[0]))] == before


def test_the_study_learns_from_its_judgements_and_its_shares_still_hold(
    house: tuple[Path, dict[str, dict[str, Any]]],
) -> None:
    folder, truth = house
    role = folder / "learnt" / "role"
    kept = sorted(path.suffix for path in role.iterdir())
    assert kept == [".json"] * 7 + [".safetensors"] * 5
    card = msgspec.json.decode((role / "card.json").read_bytes())
    assert "patient" in {score["code"] for score in card["codes"]}
    study = open_study(folder)
    patient = next(f for f in judged_figures(study) if f.keys == {"role": "patient", "of": "posts"})
    assert any(maker.startswith("learnt-role") for maker in patient.evidence.makers)
    keys = [key for key in corpus_keys(study) if key in truth]
    share = sum(truth[key]["role"] == "patient" for key in keys) / len(keys)
    assert patient.low is not None and patient.high is not None
    assert patient.low - 0.03 <= share <= patient.high + 0.03  # one interval may miss by a little


def test_the_next_lessons_are_the_posts_it_is_least_sure_of(house: tuple[Path, Any]) -> None:
    study = open_study(house[0])
    sampling.learn(house[0], "learn-2", code="role/patient", size=20, now=NOW)
    chosen = read_items(study, find_sample(study, "learn-2")).to_pylist()
    judged = {
        row["subject_key"] for row in read_items(study, find_sample(study, "round-1")).to_pylist()
    }
    assert len(chosen) == 20 and not judged & {row["subject_key"] for row in chosen}
    maker = read_study(house[0] / "learnt" / "role")
    with EmbeddedEngine(study, workers=1) as engine:
        snapshot = latest_snapshot(study)
        assert snapshot is not None
        bind_study(study, engine, snapshot)
        said = code_probabilities(engine.ask, maker, "patient")
    unsure = [abs(said[row["subject_key"]] - 0.5) for row in chosen]
    assert unsure == sorted(unsure) and unsure[-1] <= np.median(
        [abs(p - 0.5) for p in said.values()]
    )


def test_advice_tells_of_intervals_codes_and_learning(house: tuple[Path, Any]) -> None:
    told, text = advise_text(house[0], layers=["role"], within=2, curve=True)
    role = told["layers"]["role"]
    assert role["saturation"]["codes"] >= 3 and len(role["learning_curve"]) >= 2
    patient = next(f for f in role["figures"] if f["keys"]["role"] == "patient")
    assert patient["more"] > 200
    assert "codes met" in text and "macro-F1" in text and "more judged" in text
    with pytest.raises(InputError, match="between 0 and 50"):
        advise_text(house[0], layers=[], within=90, curve=False)


def test_erasing_an_account_makes_figures_stale_and_takes_its_decisions(
    house: tuple[Path, Any],
) -> None:
    folder = house[0]
    study = open_study(folder)
    ids = {name: key for key, name in post_names(study).items()}
    judged = {
        row["subject_key"] for row in read_items(study, find_sample(study, "round-1")).to_pylist()
    }
    named = ("post_id", "platform", "author_handle")
    writers = [
        row
        for page in collected_pages(study, named)
        for row in page.to_pylist()
        if row["author_handle"]
    ]
    writer = next(row for row in writers if ids.get(row["post_id"]) in judged)
    before = next(f for f in judged_figures(study) if f.keys.get("of") == "posts")
    _, text = erase_from(folder, account=f"{writer['platform']}:{writer['author_handle']}", now=NOW)
    assert "learn again with" in text and not (folder / "learnt" / "role").exists()
    assert "Stale" in (folder / "report.html").read_text()
    bedside.run(folder)
    after = next(f for f in judged_figures(open_study(folder)) if f.keys == before.keys)
    assert before.judging is not None and after.judging is not None
    assert after.judging.judged < before.judging.judged and after.id != before.id
