"""The chapter on safety: what it says where cases were handed over, where none was, and where nobody knows."""

import msgspec
from lxml import html

from bedside.model.sources import Source
from bedside.report.chapters.safety import safety
from bedside.report.figures import Shown
from bedside.report.markup import tag
from bedside.report.page import desk
from tests.report.material import counted, figure, material


def said(*figures: Shown) -> str:
    mine = Source(name="own-forum", access_basis="own_data", under_mah_responsibility=True)
    laid = desk(msgspec.structs.replace(material(), figures=figures, sources=[mine]))
    part = safety(laid)
    assert part is not None
    words: str = html.fromstring(tag("div", part.body)).text_content()
    return words.replace("\u2060", "").replace("\u202f", " ")


def screened(
    posts: int = 4000, flagged: int = 100, sent: int = 0, accounts: int = 0
) -> list[Shown]:
    return [
        counted("safety.screening", {"step": "screened"}, posts, "posts", posts),
        counted("safety.screening", {"step": "flagged"}, flagged, "posts", flagged),
        counted(
            "safety.sources", {"step": "screened", "source": "own-forum"}, posts, "posts", posts
        ),
        counted(
            "safety.sources", {"step": "flagged", "source": "own-forum"}, flagged, "posts", flagged
        ),
        counted("safety.handed_over", {}, sent, "records", accounts or sent),
    ]


def judged(measure: str, value: float, low: float, high: float) -> Shown:
    return figure(
        measure,
        {},
        unit="posts",
        estimate=value,
        low=low,
        high=high,
        basis="judged",
        hits_accounts=90,
        of_accounts=900,
    )


def test_cases_handed_over_of_posts_screened_and_what_the_screen_finds() -> None:
    words = said(
        *screened(sent=12),
        judged("safety.recall", 0.75, 0.6, 0.86),
        judged("safety.missed", 0.01, 0.002, 0.03),
    )
    assert "12 cases were handed over, of 4,000 posts screened" in words
    assert "finds about 7.5 in 10" in words and "between 6 and 8.6 in 10" in words
    assert "Of the 3,900 posts that it did not flag up to 117 may tell of a harm" in words


def test_zero_cases_is_no_reassurance() -> None:
    words = said(
        *screened(), judged("safety.recall", 0.5, 0.3, 0.7), judged("safety.missed", 0.0, 0.0, 0.02)
    )
    assert (
        "No case was handed over, of 4,000 posts screened. That is not to say that nobody was harmed."
        in words
    )
    assert "up to 78 may tell of a harm" in words


def test_without_judgements_it_says_that_nobody_knows() -> None:
    nobody = figure(
        "safety.recall", {}, unit="posts", refused="nobody has judged a random sample for harm"
    )
    words = said(*screened(), nobody)
    assert (
        "How many the screen finds is not known: nobody has judged a random sample for harm."
        in words
    )
    assert "in 10" not in words and "up to" not in words


def test_few_cases_are_not_shown() -> None:
    words = said(*screened(sent=3))
    assert "too small to show" in words and "3 case" not in words


def test_whose_source_it_is_stands_beside_and_no_rate_is_claimed() -> None:
    words = said(*screened(sent=12))
    assert "the product's company" in words and "neither is a rate of harm" in words


def test_no_chapter_where_nothing_was_screened() -> None:
    assert safety(desk(msgspec.structs.replace(material(), figures=[]))) is None
