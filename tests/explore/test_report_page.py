"""The report edited in the explorer: chosen, written around, frozen, exported, held against its release."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bedside.explore.errands import Errands
from bedside.release.ledger import Ledger
from bedside.store.plans import read_plan
from bedside.store.study import open_study
from tests.explore.client import Client
from tests.explore.conftest import Axe, Served


@pytest.fixture
def client(own_study: Path) -> Client:
    return Client.of(own_study, name="ann")


def _figure(folder: Path) -> Any:
    latest = Ledger(folder).latest()
    assert latest is not None
    return next(f for f in latest.figures if f.measure == "roles.share" and not f.suppressed)


def _plan(folder: Path) -> Any:
    return read_plan(open_study(folder))


def test_a_plan_is_begun_written_around_and_put_in_order(client: Client, own_study: Path) -> None:
    assert client.post("/report", {"do": "begin"}).status_code == 303
    figure = _figure(own_study)
    words = f"Who writes: {{{figure.id}}}, and 41 % by hand. <script>alert(1)</script>"
    added = {"do": "add", "what": "finding:roles", "at": "1", "before": words}
    assert client.post("/report", added).status_code == 303
    first = _plan(own_study).part[0]
    assert (
        first.finding == "roles"
        and "{roles.share " in first.before
        and figure.id not in first.before
    )
    assert (
        client.post("/report", {"do": "down", "part": first.id}).headers["location"]
        == f"/report#{first.id}"
    )
    assert _plan(own_study).part[1].id == first.id
    page = client.get("/report").text
    assert "open to no posts: 41" in page and "<script>alert" not in page
    preview = client.get("/report/preview").text
    assert f"of {figure.of_accounts:,} accounts" in preview and "<script>alert" not in preview
    client.post("/report", {"do": "drop", "part": first.id})
    assert first.id not in [part.id for part in _plan(own_study).part]


def test_a_change_that_cannot_be_made_is_said_on_the_page(client: Client) -> None:
    for form, words in (
        ({"do": "drop", "part": "p9"}, "no plan yet"),
        ({"do": "add", "what": "finding:no-such"}, "no finding"),
        ({"do": "add", "what": "words"}, "words of your own"),
        ({"do": "add", "what": "chapter:care", "at": "x"}, "a place is a number"),
    ):
        answer = client.post("/report", form)
        assert answer.status_code == 400 and words in answer.text
    assert client.post("/report", {"do": "dance"}).status_code == 400


def test_only_who_may_decide_changes_the_report(own_study: Path) -> None:
    client = Client.of(own_study)
    assert client.post("/report", {"do": "begin"}, signed=False).status_code == 403
    assert not (own_study / "plan.toml").exists()


def test_no_document_is_given_but_those_that_export_writes(client: Client, own_study: Path) -> None:
    (own_study / "documents").mkdir(exist_ok=True)
    (own_study / "documents" / "other.txt").write_text("x")
    for path in (
        "other.txt",
        "../study.toml",
        "%2e%2e%2fstudy.toml",
        "..%2f..%2fetc%2fpasswd",
        "slides.pptx",
    ):
        assert client.get(f"/report/documents/{path}").status_code == 404
    assert client.get("/report/documents/slides").status_code == 404
    assert client.post("/report/documents", {"kind": "../x"}).status_code == 400


def test_documents_are_written_carried_away_and_traced(client: Client, own_study: Path) -> None:
    assert client.post("/report/documents", {"kind": "csv"}).status_code == 303
    if (running := Errands.of(client.app.state.house).running) is not None:
        running.wait(240)
    answer = client.get("/report/documents/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="figures.csv"'
    assert answer.content == (own_study / "documents" / "figures.csv").read_bytes()
    rows = client.get("/report/documents.json?trace=yes").json()["tables"]["documents"]
    assert {row["kind"]: row["holds"] for row in rows}["csv"] is True
    path = own_study / "documents" / "figures.csv"
    path.write_text(path.read_text("utf-8-sig").replace(",0.", ",0.9", 1))
    assert "changed by hand" in client.get("/report/documents?trace=yes").text


@pytest.fixture
def writing(browser: Any, own_study: Path, kept_study: tuple[Path, Path]) -> Iterator[Any]:
    """A browser in the explorer of a study that may be written to, opened by ann."""
    running = Served(own_study, kept_study[1], "--as", "ann")
    context = browser.new_context(base_url=running.address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(240_000)  # releasing takes seconds, on a busy machine a minute
    page = context.new_page()
    page.goto(running.entrance)
    yield page
    context.close()
    assert not running.stop()


@pytest.mark.e2e
def test_a_report_is_frozen_exported_and_checked_in_the_browser(
    writing: Any, axe: Axe, own_study: Path, tmp_path: Path
) -> None:
    page = writing
    figure = _figure(own_study)
    page.goto("/report")
    page.get_by_label("What", exact=True).select_option("finding:roles")
    page.get_by_label("Words; an evidence id").fill(f"Who writes: {{{figure.id}}}.")
    page.get_by_role("button", name="put in").click()
    page.get_by_label("Headline").fill("What we heard")
    page.get_by_role("button", name="keep", exact=True).click()
    assert axe(page) == []
    page.get_by_role("button", name="freeze").click()
    page.get_by_text(re.compile(r"Frozen on .* by ann")).first.wait_for()
    assert page.get_by_role("button", name="put in").count() == 0
    page.goto("/report/preview")
    assert "What we heard" in page.get_by_role("heading", level=1).inner_text()
    assert axe(page) == []
    page.goto("/report/documents")
    for kind in ("report", "slides"):
        page.get_by_label(kind, exact=True).check()
    page.get_by_role("button", name="write what is ticked").click()
    page.get_by_role("link", name="slides.pptx").wait_for()
    page.locator("p[role=status]").wait_for(state="detached")  # all are written
    with page.expect_download() as waiting:
        page.get_by_role("link", name="report.html").click()
    shutil.copy(waiting.value.path(), tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text()
    assert "Frozen on" in html and f"<code>{figure.id}</code>" in html
    page.goto("/report/documents?trace=yes")
    assert page.get_by_text("as released").count() == 2 and page.get_by_text("changed").count() == 0
    assert axe(page) == []
