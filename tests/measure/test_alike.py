"""People like me: composites, and never a person."""

from typing import Any

import numpy as np
import pytest

from bedside.errors import InputError, NotFoundError
from bedside.measure.community.alike import Alike, alike_post, alike_text
from bedside.measure.community.network import account_network
from bedside.store.stages import Ask
from bedside.understand.themes.vectors import SCALE, text_vector
from tests.measure.conftest import Rows, Study, mark, post

ILL = "the pain in my hip keeps me awake and the surgery will not send me for a scan"
OTHER = "we drove to the coast and the children swam until the evening and ate ice cream"
WORDS = (
    "again",
    "today",
    "still",
    "sadly",
    "since spring",
    "at night",
    "for months",
    "they say",
    "every week",
    "now",
)


def written(people: int, about: str, letter: str) -> Rows:
    """Posts of as many accounts, each with a word of its own."""
    return [
        post(f"{letter}{n:02}", body=f"{about} {WORDS[n % 10]} {WORDS[n // 10]}")
        for n in range(people)
    ]


def held(study: Study, posts: Rows, more: Rows, **given: Rows) -> Ask:
    vectors = []
    for p in posts:
        vector = text_vector(p["body"])
        assert vector is not None
        packed = np.rint(vector * SCALE).astype(np.int8).tobytes()
        vectors.append({"record_no": p["record_no"], "post_key": p["post_key"], "vector": packed})
    own = [mark(p["post_key"], "experiencer", "own") for p in posts]
    return study(posts, own + more, vectors=vectors, **given)


def told(posts: Rows, layer: str, code: str, **more: Any) -> Rows:
    return [mark(p["post_key"], layer, code, **more) for p in posts]


def lines(found: Alike) -> dict[tuple[str, str], int]:
    return {(line.kind, line.what): line.accounts for line in found.lines}


def test_those_alike_are_found_and_others_are_not(study: Study) -> None:
    ill, others = written(23, ILL, "i"), written(40, OTHER, "o")
    ask = held(study, ill + others, told(ill, "feel", "sadness") + told(others, "feel", "joy"))
    found = alike_text(ask, "my hip hurts at night and nobody sends me for a scan")
    assert found.accounts == 25  # of 23: to the nearest five
    assert ("feel", "sadness") in lines(found) and ("feel", "joy") not in lines(found)
    assert alike_post(ask, "i00").accounts == 20  # of 22: its own account is not among them


def test_what_seven_accounts_tell_is_not_said(study: Study) -> None:
    ill, others = written(20, ILL, "i"), written(40, OTHER, "o")
    ask = held(
        study,
        ill + others,
        told(ill[:7], "do", "searched_online") + told(ill[:8], "do", "saw_professional"),
    )
    assert lines(alike_text(ask, ILL)) == {("do", "saw_professional"): 10}


def test_fewer_than_eight_alike_are_not_told_of(study: Study) -> None:
    ask = held(study, written(7, ILL, "i") + written(40, OTHER, "o"), [])
    with pytest.raises(NotFoundError, match="fewer than 8 accounts are alike"):
        alike_text(ask, ILL)


def test_a_condition_that_enough_tell_narrows_and_a_rare_one_is_said_to_be_too_rare(
    study: Study,
) -> None:
    ill, others = written(30, ILL, "i"), written(40, OTHER, "o")
    common = told(ill[:12], "diagnosis", "x", slot="condition", concept="Arthritis")
    rare = told(ill[:3], "diagnosis", "x", slot="condition", concept="Perthes disease")
    ask = held(study, ill + others, common + rare)
    narrow = alike_text(ask, f"{ILL}, it is arthritis")
    assert (narrow.condition, narrow.accounts) == ("arthritis", 10)
    wide = alike_text(ask, f"{ILL}, it is Perthes disease")
    assert (wide.condition, wide.asked, wide.accounts) == ("", "perthes disease", 30)
    assert "arthritis" not in str(wide.lines)


def test_a_community_of_which_they_are_all_but_a_few_is_left_out(study: Study) -> None:
    ill, others = written(20, ILL, "i"), written(40, OTHER, "o")
    communities = [
        {"account_key": p["account_key"], "community": "c1" if n < 10 else "c2"}
        for n, p in enumerate(ill)
    ]
    communities += [{"account_key": p["account_key"], "community": "c2"} for p in others[:20]]
    names = [
        {"community": c, "label": c, "name": f"name {c}", "accounts": 30} for c in ("c1", "c2")
    ]
    ask = held(study, ill + others, [], communities=communities, community_names=names)
    assert lines(alike_text(ask, ILL)) == {("community", "name c2 (c2)"): 10}


@pytest.mark.parametrize("text", ["", "help", "?? !!"])
def test_a_description_that_says_nothing_is_refused(study: Study, text: str) -> None:
    with pytest.raises(InputError, match="says too little"):
        alike_text(study([]), text)


def test_a_post_that_is_not_there_is_not_found(study: Study) -> None:
    with pytest.raises(NotFoundError, match="no such post"):
        alike_post(study([]), "0" * 32)
    with pytest.raises(NotFoundError, match="fewer than 8"):
        alike_text(study([]), ILL)


def test_accounts_in_the_network_are_numbers_by_lot(study: Study) -> None:
    posts = [post("q"), post("r"), post("s")]
    threads: Rows = [
        {
            "post_key": key,
            "thread_key": "q",
            "parent_key": up,
            "parent_state": "attached" if up else "root",
        }
        for key, up in (("q", None), ("r", "q"), ("s", "q"))
    ]
    communities = [{"account_key": f"a-{key}", "community": "c1"} for key in "qrs"]
    ask = study(posts, [mark("q", "role", "patient")], threads=threads, communities=communities)
    nodes, ties = account_network(ask, [2, 0, 1])
    assert [(n.number, n.role, n.community) for n in nodes] == [
        (0, "unclear", "c1"), (1, "unclear", "c1"), (2, "patient", "c1"),
    ]  # fmt: skip
    assert ties == [(0, 2, 1), (1, 2, 1)]
    assert "a-q" not in str(nodes)
    assert sorted(n.number for n in account_network(ask)[0]) == [0, 1, 2]
