"""Every number of a sentence opens: to the figure that it was printed from, and to no other."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from bedside.explore.chapters import (
    opened,
    opened_chapter,
    opened_first_page,
    without_long_tables,
)
from bedside.explore.ground import Ground, ground_key
from bedside.explore.linking import linked_numbers, printed_numbers
from bedside.report.chapters.one_page import findings, one_page
from bedside.report.figures import Shown
from bedside.report.markup import Markup
from bedside.report.page import chapter, paragraph, share_of
from bedside.report.printing import months

LINK = re.compile(r'<a class="num" href="/evidence/([^"]+)">([^<]+)</a>')


def figure(name: str, mid: float, **more: Any) -> Shown:
    return Shown(
        id=f"ev-0123456789-{name}", measure="m", keys={}, unit="accounts", method="m", basis="machine",
        estimate=mid, low=mid - 0.04, high=mid + 0.04, **more,
    )  # fmt: skip


ONE = figure("one", 0.41, hits_accounts=41, of_accounts=100)
TWIN = figure("twin", 0.41, hits_accounts=410, of_accounts=1_000)


def test_a_share_in_a_sentence_opens_to_its_figure_and_tables_and_links_stay() -> None:
    said = share_of(ONE)
    html = f'<p>{said} of 100 accounts.</p><table><tr><td>{said}</td></tr></table><p><a href="/x">{said}</a></p>'
    linked = linked_numbers(html, [[ONE]], small=8)
    assert LINK.findall(linked) == [(ONE.id, said), (ONE.id, "100")]
    assert LINK.sub(r"\2", linked) == html


def test_of_two_figures_that_print_alike_the_counts_beside_decide_or_nobody_does() -> None:
    said = share_of(ONE)
    assert share_of(TWIN) == said
    beside = linked_numbers(f"<p>Of 1,000 accounts {said}.</p>", [[ONE, TWIN]], small=8)
    assert (TWIN.id, said) in LINK.findall(beside)
    assert LINK.findall(linked_numbers(f"<p>It is {said}.</p>", [[ONE, TWIN]], small=8)) == []
    near = linked_numbers(f"<p>It is {said}.</p>", [[TWIN], [ONE, TWIN]], small=8)
    assert LINK.findall(near) == [(TWIN.id, said)]


def test_what_is_suppressed_and_the_words_of_an_interval_are_no_links() -> None:
    html = "<p>Wilson 95\u202f% interval of * accounts</p>"
    assert linked_numbers(html, [[figure("few", 0.95, hits_accounts=3)]], small=8) == html


@pytest.fixture
def ground(study: Path) -> Ground:
    return Ground(study, ground_key(study))


def test_every_number_linked_in_the_chapters_is_printed_by_the_figure_it_opens(
    ground: Ground,
) -> None:
    assert ground.desk is not None
    figures = {f.id: f for shelf in ground.desk.shelf.values() for f in shelf}
    seen = 0
    for part in ground.chapters:
        linked = str(opened_chapter(ground, part))
        short = Markup(without_long_tables(str(chapter(part))))
        assert LINK.sub(r"\2", linked) == str(opened(short))
        for name, printed in LINK.findall(linked):
            assert unescape(printed) in printed_numbers(figures[name], small=ground.desk.small)
            seen += 1
    assert seen > 40


def test_a_median_wait_in_a_sentence_opens_to_its_figure() -> None:
    wait = Shown(
        id="ev-0123456789-wait", measure="journey.time_to_diagnosis", keys={}, unit="accounts", method="m",
        basis="machine", estimate=90, low=60, high=110,
    )  # fmt: skip
    reply = Shown(
        id="ev-0123456789-reply", measure="community.first_reply_median", keys={}, unit="posts", method="m",
        basis="counted", estimate=24, low=20, high=30,
    )  # fmt: skip
    said = months(90, 60, 110)
    html = f"<p>They waited {said}; half had a reply within 24 hours. Of all, some within 24 hours.</p>"
    linked = linked_numbers(html, [[wait, reply]], small=8)
    assert LINK.findall(linked) == [(wait.id, said), (reply.id, "24 hours")]


def test_numbers_of_page_one_open_and_those_that_its_writer_typed_do_not(ground: Ground) -> None:
    laid = ground.desk
    assert laid is not None
    found = findings(laid)
    typed = paragraph(f"We say {share_of(found[0].figure)} ourselves.", kind="lead")
    first = str(opened_first_page(laid, one_page(laid, found, lead=typed)))
    before, ours = first.split("We say ", 1)[1].split("</p>", 1)
    assert "<a" not in before
    linked = LINK.findall(ours)
    shelf = {f.id: f for figures in laid.shelf.values() for f in figures}
    assert {one.figure.id for one in found[:3]} <= {name for name, _ in linked}
    for name, number in linked:
        assert unescape(number) in printed_numbers(shelf[name], small=laid.small)
