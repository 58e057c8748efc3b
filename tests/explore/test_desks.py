"""The paraphrasing desk and the relevance page in a browser: from a post to the report; from a query to its precision."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bedside.cli.reporting import run_to_report
from bedside.measure.relevance import measured_of
from bedside.release.paraphrases import Paraphrases, approved_paraphrases
from bedside.store.study import open_study
from tests.explore.people import sitting

pytestmark = pytest.mark.e2e
Axe = Callable[[Any], list[str]]
OWN_WORDS = "Somebody tells how a usual day had to be arranged anew around the illness"


def test_a_paraphrase_goes_from_the_desk_to_the_report(
    browser: Any, own_study: Path, kept_study: tuple[Path, Path], axe: Axe
) -> None:
    keys = kept_study[1]
    with sitting(browser, own_study, keys, "ann") as page:
        page.goto("/paraphrase/pick")
        assert axe(page) == []
        page.locator("main li a").first.click()
        page.locator("article.now").first.wait_for()
        shown = str(page.locator("article.now .text").last.inner_text()).removesuffix(" …")
        page.get_by_role("link", name="tell it in other words").last.click()
        page.locator("#text").fill(shown[:300])
        page.locator("#gate .trouble").wait_for()  # its own words lead back
        page.locator("#text").fill(OWN_WORDS)
        page.locator("#gate", has_text="Passes the gate").wait_for()
        assert axe(page) == []
        page.get_by_role("button", name="offer it for approval").click()
        page.locator("h1", has_text="waits for approval").wait_for()
        assert page.get_by_role("button", name="approve").count() == 0
        address = page.url.rpartition("/")[2]
    assert approved_paraphrases(own_study) == []
    with sitting(browser, own_study, keys, "ben") as page:
        page.goto("/paraphrase")
        assert axe(page) == []
        page.goto(f"/paraphrase/of/{address}")
        page.keyboard.press("v")
        page.locator("h1", has_text="approved").wait_for()
        assert axe(page) == []
    (one,) = Paraphrases(own_study).all()
    assert (one.author, one.approver) == ("ann", "ben")
    run_to_report(own_study, now=datetime.now(UTC), workers=1)
    assert OWN_WORDS in (own_study / "report.html").read_text()


def test_a_query_is_tried_judged_and_measured(
    browser: Any, own_study: Path, kept_study: tuple[Path, Path], axe: Axe
) -> None:
    own = open_study(own_study).config.query
    with sitting(browser, own_study, kept_study[1], "ann") as page:
        page.goto("/relevance")
        assert axe(page) == []
        page.locator("#query").fill("endometriosis AND (pain OR bleeding)")
        page.locator("#count", has_text="the word 'endometriosis'").wait_for()
        page.locator("#query").fill("endometriosis AND (pain")
        page.locator("#count .trouble").wait_for()
        page.locator("#size").select_option("100")
        page.get_by_role("button", name="draw").click()
        page.locator("article.now").wait_for()
        assert axe(page) == []
        for n in range(12):
            page.keyboard.press("y" if n % 2 else "n")
            page.locator("h1", has_text=f"{n + 1} of").wait_for()
        page.keyboard.press("u")
        page.locator("h1", has_text="11 of").wait_for()
        page.goto("/relevance")
        page.get_by_role("button", name="precision and recall").click()
        page.get_by_text("Stored; the next report says it").wait_for()
        assert axe(page) == []
    told = measured_of(open_study(own_study), own)
    assert told is not None and told.judged == 11 and told.coders == ("ann",)
