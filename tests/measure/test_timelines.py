"""Timelines: the order of an account's posts, and what is said for and against each join."""

from datetime import UTC, datetime
from typing import Any

from bedside.measure.timelines import Entry, join_posts, read_timeline
from tests.measure.conftest import Study, mark, moment, post


def entry(key: str, day: str | None, **more: Any) -> Entry:
    return Entry(post_key=key, source="s", platform="forum", day=day, **more)


def on(day: int) -> dict[str, Any]:
    return {"published_at": datetime(2024, 3, day, 12, tzinfo=UTC)}


def test_posts_stand_in_the_order_of_their_dates(study: Study) -> None:
    posts = [post("b", "a1", **on(20)), post("a", "a1", **on(2)), post("x", "a2", **on(1))]
    entries, joins = read_timeline(study(posts, moment("a", "searching")), "a1")
    assert [e.post_key for e in entries] == ["a", "b"]
    assert entries[0].stages == ("searching",)
    assert [(j.earlier, j.later, j.days) for j in joins] == [("a", "b", 18)]


def test_what_posts_share_is_said_as_the_reason_of_the_join(study: Study) -> None:
    posts = [post("a", "a1", **on(2)), post("b", "a1", **on(3))]
    marks = [
        mark(key, "diagnosis", "confirmed", slot="condition", concept="lupus", group=0)
        for key in ("a", "b")
    ]
    threads = [{"post_key": key, "thread_key": "t", "parent_state": "root"} for key in ("a", "b")]
    _, (join,) = read_timeline(study(posts, marks, threads=threads), "a1")
    assert "both name lupus" in join.because
    assert "they stand in one thread" in join.because
    assert not join.but


def test_an_answer_to_a_post_of_ones_own_is_told_as_such() -> None:
    (_, join) = join_posts(
        [entry("a", "2024-03-01"), entry("c", "2024-03-02"), entry("b", "2024-03-03", parent="a")]
    )
    assert "it answers a post of the account" in join.because


def test_a_join_says_what_speaks_against_it() -> None:
    (far,) = join_posts([entry("a", "2021-01-01"), entry("b", "2024-01-01")])
    assert far.but == ("1095 days lie between",)
    (undated,) = join_posts([entry("a", "2024-01-01"), entry("b", None)])
    assert undated.days is None and "a date is missing" in undated.but[0]
    (other,) = join_posts(
        [entry("a", "2024-01-01", whose="own"), entry("b", "2024-01-02", whose="cared_for")]
    )
    assert "someone cared for" in other.but[0]
    (unlike,) = join_posts(
        [
            entry("a", "2024-01-01", conditions=("lupus",)),
            entry("b", "2024-01-02", conditions=("acne",)),
        ]
    )
    assert unlike.but == ("they name different conditions",)


def test_a_post_that_looks_back_is_not_taken_for_a_step_back() -> None:
    (join,) = join_posts(
        [
            entry("a", "2024-01-01", stages=("living_with",)),
            entry("b", "2024-01-02", stages=("first_symptoms",)),
        ]
    )
    assert "it looks back" in join.but[0]
    (onward,) = join_posts(
        [
            entry("a", "2024-01-01", stages=("searching",)),
            entry("b", "2024-01-02", stages=("diagnosis",)),
        ]
    )
    assert not onward.but


def test_the_beginning_of_a_key_does_only_where_one_account_has_it(study: Study) -> None:
    posts = [post("a", "abcdef1", **on(1)), post("b", "abcdef2", **on(2))]
    asked = study(posts, [])
    assert len(read_timeline(asked, "abcdef1", start="abcdef1")[0]) == 1
    assert read_timeline(asked, "nobody", start="abcdef") == ([], [])


def test_nobodys_posts_make_no_timeline(study: Study) -> None:
    assert read_timeline(study([post("a", None)], []), "a1") == ([], [])
