"""Threads come out as trees whatever order, gaps and circles the records have."""

import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.unify import threads as joining
from bedside.unify.threads import assemble_threads
from tests.unify.records import Row, ask_over, posts_table


def assemble(*refs: tuple[str, str | None, str | None]) -> dict[str, Row]:
    """Threads of (post, parent, thread) by post."""
    rows = [
        {"post_key": post, "parent_ref": parent, "thread_ref": thread}
        for post, parent, thread in refs
    ]
    return {
        row["post_key"]: row for row in assemble_threads(ask_over(posts_table(rows))).to_pylist()
    }


def test_a_reply_read_before_its_parent_is_attached() -> None:
    found = assemble(("c", "b", None), ("b", "a", None), ("a", None, None))
    assert [found[key]["depth"] for key in "abc"] == [0, 1, 2]
    assert {row["thread_key"] for row in found.values()} == {"a"}
    assert [found[key]["parent_state"] for key in "abc"] == ["root", "attached", "attached"]


def test_of_two_parents_named_by_two_readings_the_collected_one_counts() -> None:
    found = assemble(("a", None, None), ("b", "a", None), ("b", "z", None), ("c", "zz", None))
    assert (found["b"]["parent_key"], found["b"]["parent_state"]) == ("a", "attached")
    assert found["c"]["parent_state"] == "not_collected"


def test_a_missing_parent_leaves_its_key_and_the_root_the_source_names() -> None:
    found = assemble(
        ("b", "gone", "a"), ("c", "b", "a"), ("d", "gone2", None), ("e", "gone2", None)
    )
    assert found["b"] == {
        "post_key": "b",
        "thread_key": "a",
        "parent_key": "gone",
        "depth": 1,
        "parent_state": "not_collected",
    }
    assert (found["c"]["depth"], found["c"]["thread_key"]) == (2, "a")
    assert found["d"]["thread_key"] == found["e"]["thread_key"] == "gone2"


def test_a_reply_to_itself_is_a_thread_of_its_own() -> None:
    found = assemble(("a", "a", None))
    assert found["a"] == {
        "post_key": "a",
        "thread_key": "a",
        "parent_key": None,
        "depth": 0,
        "parent_state": "self",
    }


def test_a_circle_is_opened_at_one_post() -> None:
    found = assemble(("c", "b", None), ("b", "a", None), ("a", "c", None), ("d", "b", None))
    assert [found[key]["parent_state"] for key in "abcd"] == [
        "cycle",
        "attached",
        "attached",
        "attached",
    ]
    assert [found[key]["depth"] for key in "abcd"] == [0, 1, 2, 2]
    assert {row["thread_key"] for row in found.values()} == {"a"}


def test_a_forum_post_that_names_only_its_topic_answers_the_opening_post() -> None:
    found = assemble(("a", None, "a"), ("b", None, "a"), ("c", None, "elsewhere"))
    assert (found["b"]["parent_key"], found["b"]["depth"], found["b"]["parent_state"]) == (
        "a",
        1,
        "attached",
    )
    assert (found["c"]["thread_key"], found["c"]["parent_state"]) == ("elsewhere", "not_collected")


def test_two_readings_of_a_post_are_one_post_of_the_thread() -> None:
    found = assemble(("a", None, None), ("b", "a", None), ("b", None, None))
    assert len(found) == 2 and found["b"]["parent_state"] == "attached"


def test_no_posts_give_no_threads() -> None:
    assert assemble() == {}


def test_a_thread_a_hundred_thousand_replies_deep_is_climbed() -> None:
    count = 100_000
    keys = [f"{number:06d}" for number in range(count)]
    order = list(range(count))
    random.Random(2).shuffle(order)  # noqa: S311
    table = pa.table(
        {
            "post_key": pa.array([keys[n] for n in order]),
            "parent_ref": pa.array([keys[n - 1] if n else None for n in order]),
            "thread_ref": pa.nulls(count, pa.string()),
        }
    )
    found = assemble_threads(lambda aggregate, params: table.sort_by("post_key"))
    assert found["depth"].to_pylist() == list(range(count))
    assert set(found["thread_key"].to_pylist()) == {keys[0]}


POSTS = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(st.sampled_from([None, *"abcdefghxy"]), st.sampled_from([None, "a", "z"])),
    min_size=1,
)


@settings(max_examples=40, deadline=None)
@given(POSTS)
def test_every_thread_is_a_tree(posts: dict[str, tuple[str | None, str | None]]) -> None:
    found = assemble(*((post, *refs) for post, refs in posts.items()))
    assert set(found) == set(posts)
    for row in found.values():
        if row["parent_state"] == "attached":
            parent = found[row["parent_key"]]
            assert row["depth"] == parent["depth"] + 1 and row["thread_key"] == parent["thread_key"]
        elif row["parent_state"] == "not_collected":
            assert row["parent_key"] not in posts and row["depth"] == 1
        else:
            assert row["parent_key"] is None and row["depth"] == 0


def test_keys_told_in_parts_stand_where_they_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    refs = [(f"p{n:02}", f"p{n // 3:02}" if n % 5 else "never-collected", f"t{n % 2}") for n in range(40)]  # fmt: skip
    whole = assemble(*refs)
    monkeypatch.setattr(joining, "AT_ONCE", 3)
    assert assemble(*refs) == whole
    assert whole["p10"]["parent_key"] == "never-collected"
