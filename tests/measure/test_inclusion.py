"""Inclusion: the flow adds up, and what is left unread is counted."""

from typing import Any

import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.inclusion import flow, languages, parents, places, sources
from bedside.store.stages import Ask
from tests.measure.conftest import Rows, Study, post


def record(key: str, how: str, *, keep: bool = False, **more: Any) -> dict[str, Any]:
    return {**post(key, **more), "how": how, "keep": keep}


@pytest.fixture
def records() -> Rows:
    """Fourteen records in the study: every way of being set aside or left out, and three relevant posts."""
    kept: dict[str, Any] = {"how": "kept", "keep": True}
    return [
        record("a", record_no=1, **kept),
        record("b", record_no=2, account=None, **kept),
        record("c", record_no=3, account="a-a", **kept),
        record("a", "same_post", record_no=4),
        record("d", "exact", record_no=5),
        record("e", "near", record_no=6),
        record("f", "repost", record_no=7),
        record("g", "tombstone", record_no=8, text_state="tombstone"),
        record("g", "tombstone", record_no=9),
        record("h", record_no=10, lang="fr", **kept),
        record("i", record_no=11, **kept),
        record("j", record_no=12, place_country="IE", **kept),
        record("k", record_no=13, lang=None, **kept),
        record("l", record_no=14, **kept),
    ]


@pytest.fixture
def counted(study: Study, records: Rows, context: MeasureContext) -> dict[str, float | None]:
    corpus = [row for row in records if row["record_no"] <= 3]
    ask = study(
        corpus,
        posts=[{"place_country": "GB", **row} for row in records],
        folds=records,
        relevance=[{**row, "relevant": row["post_key"] != "i"} for row in records],
        imports=[
            {
                "source": "forum",
                "read": 15,
                "kept": 10,
                "tombstoned": 1,
                "rejected": 3,
                "no_post": 1,
            },
            {
                "source": "reviews",
                "read": 6,
                "kept": 4,
                "tombstoned": 0,
                "rejected": 0,
                "no_post": 2,
            },
        ],
    )
    asked = MeasureContext(snapshot="s", codebook="c", codes={}, stage_groups={}, place="GB")
    return {figure.keys["step"]: figure.estimate for figure in flow(ask, asked)}


def test_every_step_of_the_flow_is_counted(counted: dict[str, float | None]) -> None:
    assert counted == {
        "read": 21,
        "rejected": 3,
        "no_post": 3,
        "tombstoned": 1,
        "kept": 14,
        "same_post": 1,
        "exact": 1,
        "near": 1,
        "repost": 1,
        "withdrawn": 1,
        "erased": 1,
        "unique": 8,
        "other_language": 1,
        "not_relevant": 1,
        "other_place": 1,
        "language_unknown": 1,
        "after_snapshot": 1,
        "relevant": 3,
        "no_author": 1,
        "accounts": 1,
    }


def test_the_flow_adds_up(counted: dict[str, float | None]) -> None:
    def total(*steps: str) -> float:
        return sum(counted[step] or 0 for step in steps)

    assert counted["read"] == total("rejected", "no_post", "tombstoned", "kept")
    set_aside = ("same_post", "exact", "near", "repost", "withdrawn", "erased")
    assert counted["kept"] == total(*set_aside, "unique")
    left_out = (
        "other_language",
        "not_relevant",
        "other_place",
        "language_unknown",
        "after_snapshot",
    )
    assert counted["unique"] == total(*left_out, "relevant")


def test_a_post_without_author_raises_no_count_of_accounts(
    study: Study, context: MeasureContext
) -> None:
    ask = study([post("a"), post("b", None), post("c", None)])
    (figure,) = sources(ask, context)
    assert (figure.hits_posts, figure.hits_accounts, figure.no_author) == (3, 1, 2)


def test_sources_add_up_to_the_corpus(study: Study, context: MeasureContext) -> None:
    ask = study([post(f"p{i}", source=("forum", "reviews")[i % 3 > 0]) for i in range(10)])
    assert {f.keys["source"]: f.estimate for f in sources(ask, context)} == {
        "forum": 4,
        "reviews": 6,
    }


def test_unread_languages_are_counted(study: Study, context: MeasureContext) -> None:
    rows = [post("a"), post("b", lang="fr"), post("c", lang=None)]
    ask: Ask = study(rows, corpus=rows[:1])
    assert {f.keys["lang"]: f.estimate for f in languages(ask, context)} == {
        "en": 1,
        "fr": 1,
        "unknown": 1,
    }


def test_unstated_places_are_counted_never_guessed(study: Study, context: MeasureContext) -> None:
    stated = {"place_country": "GB", "place_basis": "bio"}
    ask = study([post("a", **stated), post("b"), post("c", place_basis="query")])
    assert [(f.keys, f.estimate) for f in places(ask, context)] == [
        ({"country": "GB", "basis": "bio"}, 1),
        ({"country": "unstated", "basis": "unstated"}, 2),
    ]


def test_a_reply_to_a_post_that_was_not_collected_is_counted_so(
    study: Study, context: MeasureContext
) -> None:
    posts = [post("p1"), post("p2"), post("p3")]
    states = ["root", "attached", "not_collected"]
    threads = [{**p, "parent_state": state} for p, state in zip(posts, states, strict=True)]
    found = parents(study(posts, threads=threads), context)
    assert {f.keys["parent"]: f.estimate for f in found} == dict.fromkeys(states, 1)
