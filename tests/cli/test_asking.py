"""`bedside llm` from the command line: asked, resumed, shown, scored, counted where the study says so, erased."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from bedside.measure.kept import read_figures
from bedside.store.snapshots import latest_snapshot
from bedside.store.study import open_study
from tests.cli.test_judging import POSTS, Run, code_all, drawn, made, run, study
from tests.understand.llm.server import Server, says, serving

_ = (made, run, study)


@pytest.fixture
def server() -> Iterator[Server]:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    with serving() as told:
        told.answer = says(joy="The endo clinic rang")
        yield told


def configure(folder: Path, server: Server, *, layer: str = "feel", counts: bool = False) -> None:
    path = folder / "study.toml"
    text = path.read_text()
    head, _, _ = text.partition("[llm]")
    path.write_text(
        f'{head}[llm]\nendpoint = "{server.url}"\nmodel = "small"\nlayers = ["{layer}"]\n'
        f"price_in = 1.0\ncounts = {'true' if counts else 'false'}\n"
    )


def nurses(folder: Path) -> int:
    """Accounts that name a nurse as a source, as the figure of the whole corpus counts them."""
    opened = open_study(folder)
    snapshot = latest_snapshot(opened)
    assert snapshot is not None
    wanted = {"group": "all", "code": "nurse"}
    found = [
        figure
        for figure in read_figures(opened, snapshot)
        if figure.measure == "journey.sources" and figure.keys == wanted
    ]
    return sum(figure.hits_accounts or 0 for figure in found)


def test_a_model_is_asked_told_scored_and_forgotten(study: Path, run: Run, server: Server) -> None:
    configure(study, server)
    told = run("llm", study, "--foretell", "--json")
    assert told["left"] == POSTS and server.asked == []
    first = run("llm", study, "--limit", 20)
    assert "20 questions asked" in first and "40 questions left" in first and "EUR" in first
    assert run("llm", study, "--json")["known"] == 20
    shown = run("open", study, "table:1")
    assert "language_model" in shown and "The endo clinic rang" in shown
    drawn(study, run)
    code_all(study, "ann", ["joy", "hope"])
    scores = {s["code"]: s for s in run("llm", study, "--score", "--json")["scores"]}
    assert scores["joy"]["posts"] == POSTS and scores["joy"]["present"] == POSTS // 2
    assert scores["joy"]["model"]["recall"][0] == 1.0
    assert scores["joy"]["model"]["precision"][0] == 0.5
    assert "recall and precision of the model" in run("llm", study, "--score")
    run("erase", study, "--account", "writer3")
    run("run", study, "--workers", 1)
    assert run("llm", study, "--json")["known"] == POSTS - 2


def test_its_marks_count_only_where_the_study_says_so(
    study: Path, run: Run, server: Server
) -> None:
    server.answer = says(nurse="The endo clinic rang")
    configure(study, server, layer="info_source")
    run("llm", study)
    run("run", study, "--workers", 1)
    assert nurses(study) == 0
    configure(study, server, layer="info_source", counts=True)
    run("run", study, "--workers", 1)
    assert nurses(study) == POSTS // 2


def test_a_study_without_a_model_says_what_to_write(study: Path, run: Run) -> None:
    assert "[llm] layers" in run("llm", study, code=2)


def test_scores_need_judgements(study: Path, run: Run, server: Server) -> None:
    configure(study, server)
    run("llm", study)
    assert "bedside judge" in run("llm", study, "--score", code=4)
