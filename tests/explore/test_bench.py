"""The bench in a browser: by keyboard, with undo; two people blind to each other; adjudication; nothing typed is lost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bedside.judge.decisions import open_log
from bedside.store.study import open_study
from tests.explore.people import BENCH, coded, decided, sitting

__all__ = ["coded"]  # the fixture
pytestmark = pytest.mark.e2e


def at_post(page: Any, number: int) -> Any:
    page.locator("#bench h1", has_text=f"Post {number} of").wait_for()
    return page.locator("#sheet").get_attribute("data-post")


def test_twenty_posts_by_keyboard_with_undo(
    browser: Any, coded: tuple[Path, Path], axe: Callable[[Any], list[str]]
) -> None:
    folder, keys = coded
    with sitting(browser, folder, keys, "ann") as page:
        page.goto(BENCH)
        seen = []
        for number in range(1, 21):
            seen.append(at_post(page, number))
            page.keyboard.press(str(number % 10))
            page.keyboard.press("Enter")
        at_post(page, 21)
        page.keyboard.press("u")
        assert at_post(page, 20) == seen[-1]
        assert page.locator(".code input:checked").count() == 0
        assert len(decided(folder, "ann")) == 19
        page.keyboard.press("4")
        page.keyboard.press("3")
        page.keyboard.press("Enter")
        at_post(page, 21)
        assert axe(page) == []
    held = decided(folder, "ann")
    assert set(held) == set(seen)
    names = [held[key] for key in seen]
    assert names[0] == {"fear_anxiety"} and names[9] == {"joy"}
    assert names[19] == {"relief", "anger_frustration"}


def test_keys_that_follow_a_save_at_once_belong_to_the_next_posts_and_none_is_lost(
    browser: Any, coded: tuple[Path, Path]
) -> None:
    """Thirty keys, each within 5 ms of the one before, over ten saves and swaps."""
    folder, keys = coded
    with sitting(browser, folder, keys, "ann") as page:
        page.goto(BENCH)
        at_post(page, 1)
        page.evaluate(
            """async () => {
              for (let n = 0; n < 10; n += 1)
                for (const key of ["1", "4", "Enter"]) {
                  document.dispatchEvent(Object.assign(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})));
                  await new Promise((done) => setTimeout(done, 2));
                }
            }""".replace("document.dispatchEvent", "document.body.dispatchEvent")
        )
        at_post(page, 11)
    held = decided(folder, "ann")
    assert len(held) == 10
    assert all(codes == {"fear_anxiety", "relief"} for codes in held.values())


def test_what_is_fetched_beside_a_save_does_not_give_its_keys_to_the_post_before(
    browser: Any, coded: tuple[Path, Path]
) -> None:
    """The table of agreement arrives while a save is under way, and between two keys."""
    folder, keys = coded
    with sitting(browser, folder, keys, "ann") as page:
        page.goto(BENCH)
        first = at_post(page, 1)
        page.evaluate(
            """() => {
              const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
              const target = document.querySelector("[hx-get*=agreement]");
              press("1"); press("Enter"); press("4");
              target.dispatchEvent(new CustomEvent("htmx:after:swap", {bubbles: true, detail: {ctx: {target}}}));
              press("Enter");
            }"""
        )
        at_post(page, 3)
    held = decided(folder, "ann")
    assert held.pop(first) == {"fear_anxiety"} and list(held.values()) == [{"relief"}]


def test_moments_and_spans_by_keyboard_are_kept_in_code_points(
    browser: Any, coded: tuple[Path, Path]
) -> None:
    folder, keys = coded
    with sitting(browser, folder, keys, "ann") as page:
        page.goto(BENCH)
        key = at_post(page, 1)
        page.keyboard.press("]")
        page.keyboard.press("n")
        page.keyboard.press("4")
        assert "relief" in page.locator(".moments li").inner_text()
        page.keyboard.press("Enter")
        at_post(page, 2)
        page.keyboard.press("u")
        assert at_post(page, 1) == key and page.locator(".moments li").count() == 0
        page.keyboard.press("]")
        page.keyboard.press("n")
        page.keyboard.press("4")
        page.keyboard.press("Enter")
        at_post(page, 2)
        page.goto(f"{BENCH}?post={key}")
        assert "relief" in page.locator(".moments li").inner_text()
    with open_log(open_study(folder)) as log:
        rows = {r["subject_key"]: r for r in log.current(coder="ann").to_pylist() if r["code"] == "relief"}  # fmt: skip
    assert set(rows) == {key, f"{key}:m0"}
    part, start, end = json.loads(rows[f"{key}:m0"]["spans"])[0]
    assert (part, start) == ("body", 0) or (part, start) == ("title", 0)
    assert end > 0 and rows[key]["decision"] == "present"


def test_two_people_code_blind_and_one_settles_what_differs(
    browser: Any, coded: tuple[Path, Path], axe: Callable[[Any], list[str]]
) -> None:
    folder, keys = coded
    with sitting(browser, folder, keys, "ann") as ann, sitting(browser, folder, keys, "ben") as ben:
        for page in (ann, ben):
            page.goto(BENCH)
        for number in range(1, 6):
            one, other = at_post(ann, number), at_post(ben, number)
            assert one == other
            ann.keyboard.press("4")
            ben.keyboard.press("4" if number < 4 else "6")
            assert ben.locator(".code input:checked").count() == 1  # nothing of ann's
            ann.keyboard.press("Enter")
            ben.keyboard.press("Enter")
        at_post(ann, 6)
        at_post(ben, 6)
        assert len(decided(folder, "ann")) == len(decided(folder, "ben")) == 5
        ann.goto(f"{BENCH}/agreement")
        assert axe(ann) == []
        assert "feel / relief" in ann.locator("table").inner_text()
    with sitting(browser, folder, keys, "cem") as page:
        page.goto(f"{BENCH}/settle")
        assert page.locator("h1").inner_text().startswith("4 differences")
        assert "present" in page.locator(".pair").inner_text()
        assert axe(page) == []
        page.locator("#why").fill("relief is said outright")
        page.get_by_role("button", name="present").click()
        page.locator("h1", has_text="3 differences").wait_for()
        page.get_by_role("button", name="take my last one back").click()
        page.locator("h1", has_text="4 differences").wait_for()


def test_set_aside_memo_draft_and_the_four_queues(
    browser: Any, coded: tuple[Path, Path], axe: Callable[[Any], list[str]]
) -> None:
    folder, keys = coded
    with sitting(browser, folder, keys, "ann") as page:
        page.goto(BENCH)
        at_post(page, 1)
        page.keyboard.press("x")
        page.keyboard.type("cut off")
        page.keyboard.press("Enter")
        drafted = at_post(page, 2)
        page.keyboard.press("m")
        page.keyboard.type("first symptoms or first visit?")
        page.keyboard.press("Escape")
        page.keyboard.press("5")
        page.keyboard.press("b")
        at_post(page, 3)
        assert "1 drafts" in page.locator(".queues").inner_text()
        assert "1 set aside" in page.locator(".queues").inner_text()
        page.goto(f"{BENCH}?post={drafted}")
        assert page.locator("#memo").input_value() == "first symptoms or first visit?"
        assert page.locator(".code input:checked").get_attribute("value") == "gratitude"
        page.goto(f"{BENCH}/queue?name=set_aside")
        assert axe(page) == []
        page.get_by_role("link", name="post 1").click()
        page.locator("#bench h1", has_text="set aside").wait_for()
