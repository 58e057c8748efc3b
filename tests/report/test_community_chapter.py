"""The chapter on communities: what it says, and what it never says."""

import msgspec
from lxml import html

from bedside.report.chapters.community import community
from bedside.report.figures import Shown
from bedside.report.markup import tag
from bedside.report.page import desk
from tests.report.material import counted, figure, material, share


def said(*figures: Shown) -> str:
    part = community(desk(msgspec.structs.replace(material(), figures=figures)))
    assert part is not None
    words: str = html.fromstring(tag("div", part.body)).text_content()
    return words.replace("\u2060", "").replace("\u202f", " ").replace("\u2011", "-")


def communities() -> list[Shown]:
    names = {"c1": "lupus: rash", "c2": "gout", "c3": "rare: scar"}
    out = [
        share("community.size", {"community": key, "name": name}, accounts, 500)
        for (key, name), accounts in zip(names.items(), (300, 120, 9), strict=True)
    ]
    out.append(share("community.size", {"community": "smaller", "name": "smaller"}, 40, 500))
    out.append(share("community.ties", {"answers": "c1", "answered": "c2"}, 25, 200))
    out.append(
        counted(
            "community.since",
            {"community": "c1", "name": "lupus: rash", "month": "2024-02"},
            300,
            "accounts",
            300,
        )
    )
    return out


def test_pleas_without_reply_are_said_with_their_curve_and_its_median() -> None:
    curve = [
        share("community.first_reply", {"hours": str(h)}, n, 200) for h, n in ((1, 160), (24, 90))
    ]
    median = figure(
        "community.first_reply_median",
        {},
        estimate=5.2,
        low=3.0,
        high=9.0,
        hits_accounts=200,
        of_accounts=200,
    )
    words = said(
        share("community.pleas", {"kind": "all", "state": "unanswered"}, 80, 200, unit="posts"),
        *curve,
        median,
    )
    assert (
        "Of 400 posts that ask for support where replies are collected, 40 % (33–47) had no reply"
        in words
    )
    assert (
        "Of 200 accounts that asked for support, 45 % had no reply to their first plea after 24 hours"
        in words
    )
    assert "Half had a reply within 5 hours (95 % interval: 3 hours to 9 hours)." in words


def test_communities_are_drawn_and_stand_in_a_table_by_the_same_numbers() -> None:
    words = said(*communities())
    assert (
        "3 communities of 8 accounts or more; the largest, named lupus: rash, holds 60 % of 500 accounts"
        in words
    )
    assert "1 lupus: rash" in words and "3 rare: scar" in words and "2024-02" in words
    assert "40 accounts are in smaller groups." in words


def test_a_community_that_may_not_be_shown_is_neither_drawn_nor_named() -> None:
    hidden = figure("community.size", {"community": "c9", "name": "few: secret"}, suppressed=True)
    assert "secret" not in said(*communities(), hidden)


def test_helpers_are_roles() -> None:
    words = said(
        share("community.core", {}, 20, 400),
        share("community.helpers", {"role": "patient"}, 15, 20),
    )
    assert (
        "5 % (0–10) gave it to five others or more. They wrote 5 % of the 800 posts that did."
        in words
    )
    assert "patients (75 %" in words and "never named" in words


def test_without_figures_there_is_no_chapter() -> None:
    assert community(desk(msgspec.structs.replace(material(), figures=[]))) is None
