"""Posts are hostile input: whatever anybody can type is shown harmlessly, and raw text only to whom it is for."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bedside
from bedside.explore.marked import Span, marked
from bedside.explore.text import harmless
from bedside.store.keys import load_keys
from bedside.store.looks import read_looks
from bedside.store.study import open_study
from tests.decoding import found_in
from tests.explore.client import Client
from tests.explore.conftest import Axe, Served

WORD = "endometriosis"
HOSTILE = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)> endometriosis",
    "breakout": '"></p></main><a href="javascript:alert(3)">endometriosis</a> javascript:alert(4) {{ 7*7 }} {% raw %}',
    "override": "endometriosis \u202eesrever si siht\u202c and \u2066isolated\u2069 \u200fright",
    "zero": "endo\u200bmetriosis\ufeff with\u2060 nothing \u00adsoft endometriosis",
    "long": "endometriosis " + "x" * 100_000,
    "emoji": "endometriosis 👩‍👩‍👧‍👦 🏳️‍🌈 👨🏽‍⚕️ 🇬🇧 ✊🏿 ❤️‍🔥",
    "marks": "endometriosis Z" + "\u0301\u0327" * 400 + "algo",
    "controls": "endometriosis \x01\x08\x1b[31m \ufffe \U000e0041\U000e0042",
    "rtl": "אנדומטריוזיס endometriosis كيف الحال",
    "formula": '=HYPERLINK("http://evil.example") endometriosis',
}


@pytest.fixture(scope="module")
def kept_hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A study of posts that want to do harm, run once, and the folder of its keys."""
    folder, keys = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("hostile-keys")
    path = folder / "posts.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "author", "title", "text"])
        for number, (name, text) in enumerate(HOSTILE.items()):
            writer.writerow([number, f"<b>{name}</b>", text[:60], text])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEDSIDE_KEYS", str(keys))
        load_keys.cache_clear()
        study = folder / "study"
        bedside.new(study, title="<i>Title</i> & more", query=f"{WORD} OR endo*")
        bedside.add(study, path, source="mine", preset="simulated")
        bedside.run(study, workers=1)
        load_keys.cache_clear()
        yield study, keys


@pytest.fixture
def hostile(
    kept_hostile: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A copy of it, with its keys at hand."""
    monkeypatch.setenv("BEDSIDE_KEYS", str(kept_hostile[1]))
    load_keys.cache_clear()
    return Path(shutil.copytree(kept_hostile[0], tmp_path / "study"))


def test_text_runs_nothing_and_keeps_its_direction() -> None:
    shown = harmless(
        HOSTILE["script"] + HOSTILE["override"] + HOSTILE["zero"] + HOSTILE["controls"]
    )
    assert "<script" not in shown and "<img" not in shown
    for sign in "\u202e\u202c\u2066\u200f\u200b\u2060\ufeff\x01\x1b":
        assert sign not in shown
    assert '<span class="odd">RLO</span>' in shown and "ZWSP" in shown
    assert harmless(HOSTILE["emoji"]) == HOSTILE["emoji"]


def test_stacked_marks_are_cut_to_a_few() -> None:
    assert len(harmless(HOSTILE["marks"])) < 60


def test_marks_never_let_markup_through_or_lose_text() -> None:
    text = "a <b>& c"
    shown = marked(text, [Span(2, 5, "feel", "<x>"), Span(3, 8, "do", "y"), Span(0, 99, "do", "z")])
    assert shown == 'a <mark class="feel">&lt;b&gt;<sub>&lt;x&gt;</sub></mark>&amp; c'


def test_every_page_of_a_hostile_study_stands(hostile: Path) -> None:
    client = Client.of(hostile)
    listed = client.get("/index.json").json()["tables"]["posts"]
    assert len(listed) >= len(HOSTILE) - 1
    pages = ["/", "/sources", "/journey", "/?q=%3Cscript%3E", "/nothing%3Cscript%3E"]
    pages += [f"/post/{row['post_key']}" for row in listed]
    for address in pages:
        text = client.get(address).text
        assert (
            "<script>" not in text and "<img" not in text and "javascript:alert" not in _links(text)
        )
        assert (
            "\u202e" not in text
            and "<i>Title" not in text
            and "49" not in text.partition("{{ 7*7")[1]
        )
        assert len(text) < 300_000


def _links(text: str) -> str:
    return " ".join(part.partition('"')[0] for part in text.split('href="')[1:])


def test_a_csv_of_posts_starts_no_formula(hostile: Path) -> None:
    text = Client.of(hostile).get("/index.csv?table=posts").text
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_a_word_of_100_000_letters_is_read_in_parts(hostile: Path) -> None:
    key = load_keys(open_study(hostile).config.id).post_key("table:4")
    client = Client.of(hostile)
    page = client.get(f"/post/{key}")
    assert "part 1 of 6" in page.text and len(page.text) < 60_000
    assert "part 6 of 6" in client.get(f"/post/{key}?part=6").text
    assert client.get(f"/post/{key}?part=7").status_code == 400


def test_raw_text_needs_a_name_a_role_a_reason_and_is_logged(hostile: Path) -> None:
    key = load_keys(open_study(hostile).config.id).post_key("table:5")
    study = open_study(hostile)
    plain = Client.of(hostile)
    assert plain.post(f"/raw/{key}", {"why": "to see"}).status_code == 403
    nobody = Client.of(hostile, roles="raw")
    assert nobody.post(f"/raw/{key}", {"why": "to see"}).status_code == 403
    named = Client.of(hostile, name="Ann", roles="raw")
    assert named.get(f"/raw/{key}").status_code == 405
    assert named.post(f"/raw/{key}", {"why": ""}).status_code == 400
    assert read_looks(study) == []
    answer = named.post(f"/raw/{key}", {"why": "a check of masking"})
    assert answer.status_code == 200 and "As it was collected" in answer.text
    (look,) = read_looks(study)
    assert look.who == "Ann" and key in look.what and look.posts == 1


def test_an_erased_post_leaves_search_pages_and_memory(hostile: Path) -> None:
    client = Client.of(hostile)
    key = load_keys(open_study(hostile).config.id).post_key("table:2")
    assert client.get("/index.json?q=esrever").json()["tables"]["posts"][0]["post_key"] == key
    assert "search.sqlite" in found_in(hostile, "esrever")
    bedside.erase(hostile, post="table:2")
    assert not (hostile / "search.sqlite").exists()
    assert client.get(f"/post/{key}").status_code == 404
    bedside.run(hostile, workers=1)
    assert client.get("/index.json?q=esrever").json()["tables"]["posts"] == []
    assert (hostile / "search.sqlite").exists() and found_in(hostile, "esrever") == []


@pytest.mark.e2e
def test_hostile_posts_do_nothing_in_a_browser(
    hostile: Path,
    kept_hostile: tuple[Path, Path],
    browser: Any,
    axe: Axe,
    request: pytest.FixtureRequest,
) -> None:
    running = Served(hostile, kept_hostile[1])
    request.addfinalizer(running.stop)  # whatever comes
    context = browser.new_context(base_url=running.address, viewport={"width": 400, "height": 800})
    page = context.new_page()
    told: list[str] = []

    def note(request: Any) -> None:
        if not request.url.startswith((running.address, "data:")):
            told.append(request.url)

    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.on("request", note)
    page.goto(running.entrance)
    addresses = ["/", *{a.get_attribute("href") for a in page.locator("article footer a").all()}]
    for address in addresses:
        page.goto(address)
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{address} is wider than its window"
        assert axe(page) == []
    assert told == []
    context.close()
    assert running.stop() == ""
