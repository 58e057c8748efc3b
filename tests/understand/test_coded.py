"""Marks as coded posts."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from bedside.model.marks import UNDERSTOOD
from bedside.understand.coded import coded_posts

Coded = Callable[..., dict[str, Any]]


def test_a_post_without_marks_has_one_moment_without_a_stage(coded: Coded) -> None:
    record = coded("hm")
    assert record["moments"] == [{"stage": None, "think": [], "feel": [], "do": [], "care": []}]
    assert (record["crisis"], record["search_worry"], record["first_turned_to"]) == (
        "no",
        "no",
        None,
    )


def test_conditions_carry_their_acronyms(coded: Coded) -> None:
    assert coded("I have PCOS")["diagnosis"][0]["condition"].endswith("pcos")


def test_a_condition_no_vocabulary_knows_keeps_the_posts_words(coded: Coded) -> None:
    found = coded("Last year I was diagnosed with blorbian flump and I cried")["diagnosis"]
    assert [(d["condition"], d["concept_id"], d["status"]) for d in found] == [
        ("blorbian flump", None, "confirmed")
    ]


def test_no_rows_give_no_posts() -> None:
    assert list(coded_posts(pa.Table.from_pylist([], schema=UNDERSTOOD))) == []
