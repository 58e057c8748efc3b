"""Pages in the system's browser: axe finds nothing in light and dark, and no script is needed to read."""

import re
from typing import Any

import pytest

from bedside.explore.nav import FOUND, WORK
from tests.explore.conftest import Axe, Served

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("address", [address for address, _ in (*FOUND, *WORK)])
def test_axe_finds_nothing_in_light_and_dark(page: Any, axe: Axe, address: str) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(address)
    assert page.get_by_role("main").count() == 1
    assert axe(page) == []
    page.set_viewport_size({"width": 400, "height": 860})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert [line for line in told if "Content Security Policy" in line] == []


def test_everything_can_be_read_and_filtered_without_a_script(
    browser: Any, entered: Any, served: Served
) -> None:
    context = browser.new_context(
        base_url=served.address, java_script_enabled=False, storage_state=entered.storage_state()
    )
    page = context.new_page()
    page.goto("/")
    page.fill("#q", "pain OR doctor")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**q=pain**")
    page.locator(".facets li:not(.zero) a").first.click()
    page.locator("article.post footer a").first.wait_for()
    assert "q=pain" in page.url
    page.locator("article.post footer a").first.click()
    page.locator("h1").wait_for()
    assert page.get_by_role("heading", level=1).count() == 1
    context.close()


def test_keys_move_between_posts_only_where_the_list_has_the_focus(page: Any) -> None:
    page.goto("/")
    posts = page.locator("article.post")
    page.keyboard.press("j")
    assert posts.nth(1).evaluate("post => post !== document.activeElement")
    posts.nth(0).focus()
    page.keyboard.press("j")
    assert posts.nth(1).evaluate("post => post === document.activeElement")
    page.keyboard.press("/")
    assert page.locator("#q").evaluate("box => box === document.activeElement")


BEHIND = (
    "/post/POST", "/account/ACCOUNT", "/evidence/FIGURE", "/evidence?measure=roles.share", "/safety/log", "/safety/send", "/crisis",
    "/codebook/feel", "/codebook/versions", "/report/preview", "/report/documents", "/themes?theme=none", "/table/weeks", "/no-such-page",
)  # fmt: skip


def test_axe_finds_nothing_on_the_pages_behind_and_none_scrolls_sideways(
    page: Any, axe: Axe
) -> None:
    page.goto("/")
    text = page.content()
    known = {
        "POST": re.findall(r"/post/(\w+)", text)[0],
        "ACCOUNT": re.findall(r"/account/(\w+)", text)[0],
    }
    page.goto("/care")
    known["FIGURE"] = re.findall(r"/evidence/(ev-[\w-]+)", page.content())[0]
    for address in BEHIND:
        for name, key in known.items():
            address = address.replace(name, key)
        page.goto(address)
        assert axe(page) == []
        page.set_viewport_size({"width": 400, "height": 860})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, address
        page.set_viewport_size({"width": 1280, "height": 900})
