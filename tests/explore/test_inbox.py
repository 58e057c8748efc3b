"""The safety inbox and the crisis queue in a browser: a case from new to handed over; two officers; a post sent by key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bedside.judge.caselog import open_cases
from bedside.judge.crisislog import open_crises
from bedside.report.icsr.reading import read_message
from bedside.store.study import open_study
from tests.explore.people import sitting
from tests.measure.safety.conftest import write_safety

pytestmark = pytest.mark.e2e
Axe = Callable[[Any], list[str]]


@pytest.fixture
def safe(own_study: Path, kept_study: tuple[Path, Path]) -> tuple[Path, Path]:
    """A study that names its officers, and its keys."""
    write_safety(own_study, officers=["Olga"], receiver="PV desk", sender="Unit", country="GB")
    return own_study, kept_study[1]


def open_first(page: Any, words: str, *, complete: bool = True) -> str:
    """Open the first case in whose row these words stand, its four elements met; gives its name."""
    rows = page.locator("tbody tr")
    for n in range(rows.count()):
        text = rows.nth(n).inner_text()
        lacks = "not met" in text or "doubtful" in text
        if words in text and not (complete and lacks):
            link = rows.nth(n).locator("th a")
            name = str(link.inner_text())
            link.click()
            page.locator("h1", has_text=name).wait_for()
            return name
    raise AssertionError(f"no case with {words}")


def kinds(folder: Path, case: str) -> list[str]:
    with open_cases(open_study(folder)) as log:
        return [event.kind for event in log.read(case)]


def test_a_case_goes_from_new_to_handed_over(
    browser: Any, safe: tuple[Path, Path], axe: Axe, tmp_path: Path
) -> None:
    folder, keys = safe
    with sitting(browser, folder, keys, "Olga") as page:
        page.goto("/safety")
        assert axe(page) == []
        page.keyboard.press("j")
        assert page.locator("tr[aria-current]").count() == 1
        case = open_first(page, "nothing says serious")
        assert "reporter: met" in page.locator(".elements").inner_text()
        assert axe(page) == []
        page.keyboard.press("v")
        page.locator("h1", has_text="valid").wait_for()
        page.keyboard.press("u")
        page.locator("h1", has_text="new").wait_for()
        page.keyboard.press("v")
        page.locator("h1", has_text="valid").wait_for()
        with page.expect_download() as told:
            page.get_by_role("button", name="hand over and download").click()
        told.value.save_as(tmp_path / "case.zip")
        page.goto(f"/safety/case/{case}")
        page.locator("h1", has_text="handed over").wait_for()
    with ZipFile(tmp_path / "case.zip") as files:
        assert set(files.namelist()) == {f"{case}.xml", f"{case}-contact.csv", "read-me.txt"}
        (tmp_path / "case.xml").write_bytes(files.read(f"{case}.xml"))
        assert files.read(f"{case}-contact.csv").startswith(b"link,site,screen_name")
    assert len(read_message(tmp_path / "case.xml").reports) == 1
    assert kinds(folder, case) == ["proposed", "seen", "valid", "taken_back", "valid", "looked", "handed_over"]  # fmt: skip


def test_a_serious_case_that_is_rejected_waits_for_a_second_reader(
    browser: Any, safe: tuple[Path, Path]
) -> None:
    folder, keys = safe
    with sitting(browser, folder, keys, "Ada") as page:
        page.goto("/safety")
        case = open_first(page, "serious:", complete=False)
        page.keyboard.press("r")
        page.locator("#reason").select_option("not_meant")
        page.get_by_role("button", name="reject", exact=True).click()
        page.locator("h1", has_text="awaiting second").wait_for()
        page.keyboard.press("y")
        page.get_by_text("a second reader must be somebody else").wait_for()
    with sitting(browser, folder, keys, "Bob") as page:
        page.goto(f"/safety/case/{case}")
        page.keyboard.press("y")
        page.locator("h1", has_text="rejected").wait_for()
        page.goto("/safety/log")
        assert "Bob" in page.locator("tbody tr").first.inner_text()


def test_of_two_officers_who_have_one_case_open_the_second_is_told(
    browser: Any, safe: tuple[Path, Path]
) -> None:
    folder, keys = safe
    with sitting(browser, folder, keys, "Ada") as ada, sitting(browser, folder, keys, "Bob") as bob:
        ada.goto("/safety")
        case = open_first(ada, "nothing says serious")
        bob.goto(f"/safety/case/{case}")
        ada.keyboard.press("v")
        ada.locator("h1", has_text="valid").wait_for()
        bob.keyboard.press("r")
        bob.locator("#reason").select_option("known")
        bob.get_by_role("button", name="reject", exact=True).click()
        bob.locator(".trouble").wait_for()
        assert "valid" in bob.locator("h1").inner_text()
    assert [k for k in kinds(folder, case) if k in ("valid", "rejected")] == ["valid"]


def test_any_post_is_sent_by_one_key_and_only_once(browser: Any, safe: tuple[Path, Path]) -> None:
    folder, keys = safe
    with sitting(browser, folder, keys, "Ada") as page:
        page.goto("/crisis")
        key = str(page.locator("tbody th a").first.get_attribute("href")).rpartition("/")[2]
        page.goto(f"/post/{key}")
        page.locator("article.post footer").hover()
        page.keyboard.press("a")
        page.locator("#said-safety", has_text="is in the safety inbox").wait_for()
        page.goto(f"/safety/send?post={key}")
        page.get_by_role("button", name="send").click()
        page.get_by_text("is in case-").wait_for()


def test_a_crisis_post_is_acted_on_and_every_look_is_kept(
    browser: Any, safe: tuple[Path, Path], axe: Axe
) -> None:
    folder, keys = safe
    with sitting(browser, folder, keys, "Dr Night") as page:
        page.goto("/crisis")
        assert axe(page) == []
        link = page.locator("tbody th a").first
        key = str(link.get_attribute("href")).rpartition("/")[2]
        link.click()
        page.locator("article.now").wait_for()
        assert axe(page) == []
        page.keyboard.press("v")
        page.keyboard.type("wrote to the moderators")
        page.get_by_role("button", name="note it").click()
        page.locator("h1", has_text="Crisis queue").wait_for()
        page.goto(f"/crisis/{key}")
        page.keyboard.press("u")
        page.locator("#aw").wait_for()
    with open_crises(open_study(folder)) as log:
        steps = [(s.kind, s.by) for s in log.read() if s.post_key == key and s.kind != "seen"]
    assert steps == [("found", "machine"), ("acted", "Dr Night"), ("taken_back", "Dr Night")]
