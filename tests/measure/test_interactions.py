"""Who answers whom, from threads and relations as broken as they come."""

from datetime import UTC, datetime

import pytest

from bedside.measure.interactions import ANSWERS, PASSED_ON, read_ties
from bedside.measure.periods import day_number, seconds, timed
from bedside.store.stages import Aggregate
from tests.measure.conftest import Rows, Study, post

ALL = Aggregate(
    name="all",
    needs=("interactions",),
    sql="SELECT post_key, kind, target_key, account_key, to_account, target_collected FROM interactions "
    "ORDER BY post_key, kind, target_key",
)


def reply(key: str, parent: str | None, state: str = "attached") -> dict[str, str | None]:
    return {"post_key": key, "thread_key": "t", "parent_key": parent, "parent_state": state}


def relation(made: dict[str, object], rel: str, target: str, account: str) -> dict[str, object]:
    return {**made, "rel": rel, "target_key": target, "target_account": account}


def test_replies_to_deleted_and_unknown_posts_have_nobody_at_the_other_end(study: Study) -> None:
    posts = [post("q"), post("gone"), post("r1"), post("r2"), post("r3", None), post("r4")]
    folds = [{**p, "keep": p["post_key"] != "gone", "how": "kept"} for p in posts]
    folds[1]["how"] = "tombstone"
    threads: Rows = [reply("q", None, "root"), reply("r1", "q"), reply("r2", "gone")]
    threads += [reply("r3", "q"), reply("r4", "never", "not_collected")]
    ask = study(posts, folds=folds, threads=threads)
    rows = ask(ALL, {}).to_pylist()
    assert [(r["post_key"], r["to_account"], r["target_collected"]) for r in rows] == [
        ("r1", "a-q", True),
        ("r2", None, False),
        ("r3", "a-q", True),
        ("r4", None, False),
    ]
    ties = read_ties(ask)
    assert (ties.accounts, ties.edges.weight.tolist()) == (["a-q", "a-r1"], [1])


def test_a_circle_cut_open_and_posts_that_name_themselves_give_no_tie_twice(study: Study) -> None:
    posts = [post("a"), post("b"), post("c", "a-c"), post("d", "a-c")]
    threads: Rows = [reply("a", None, "cycle"), reply("b", "a"), reply("c", None, "self")]
    threads += [reply("d", "c")]
    ties = read_ties(study(posts, threads=threads))
    assert ties.accounts == ["a-a", "a-b"]
    assert (ties.edges.source.tolist(), ties.edges.target.tolist()) == ([1], [0])


def test_a_quote_counts_though_its_target_was_never_collected(study: Study) -> None:
    quoting, both = post("p"), post("r")
    relations: Rows = [
        relation(quoting, "quote", "far", "a-far"),
        relation(both, "quote", "p", "a-p"),
    ]
    relations += [relation(both, "repost", "p", "a-p")]
    ask = study(
        [quoting, both],
        threads=[reply("p", None, "root"), reply("r", "p")],
        post_relations=relations,
    )
    kinds = [(r["post_key"], r["kind"]) for r in ask(ALL, {}).to_pylist()]
    assert kinds == [("p", "quote"), ("r", "reply")]  # what a reply says of its parent is said once
    assert read_ties(ask).accounts == ["a-far", "a-p", "a-r"]
    assert read_ties(ask, PASSED_ON).accounts == []


def test_a_mention_ties_two_accounts_and_answers_nobody(study: Study) -> None:
    naming, again, other = post("n"), post("m", "a-n"), post("o")
    named = {"rel": "mention", "target_key": None}
    relations: Rows = [{**p, **named, "target_account": "a-o"} for p in (naming, again)]
    relations.append(
        {**other, **named, "target_account": "a-o"}
    )  # whoever names oneself is tied to nobody
    ask = study([naming, again, other], post_relations=relations)
    ties = read_ties(ask)
    assert (ties.accounts, ties.edges.weight.tolist()) == (["a-n", "a-o"], [2])
    assert read_ties(ask, ANSWERS).accounts == []


def test_copies_stand_and_a_post_read_twice_is_one(study: Study) -> None:
    again = post("r", record_no=77)
    posts = [post("q"), post("r"), again, post("s", "a-r")]
    folds = [{**p, "keep": True, "how": "kept"} for p in posts]
    folds[2]["how"], folds[3]["how"] = "same_post", "exact"
    threads: Rows = [reply("q", None, "root"), reply("r", "q"), reply("s", "q")]
    ties = read_ties(study(posts, folds=folds, threads=threads))
    assert ties.edges.weight.tolist() == [2]


def test_a_study_without_posts_has_no_ties(study: Study) -> None:
    ties = read_ties(study([]))
    assert (ties.accounts, ties.edges.nodes) == ([], 0)


def test_only_what_touches_the_corpus_is_about_the_question(study: Study) -> None:
    posts = [post("q"), post("r"), post("x"), post("y")]
    threads: Rows = [
        reply("q", None, "root"),
        reply("r", "q"),
        reply("x", None, "root"),
        reply("y", "x"),
    ]
    ask = study(posts, threads=threads, corpus=[posts[1]])
    assert read_ties(ask).accounts == ["a-q", "a-r"]
    assert len(read_ties(ask, about=False).accounts) == 4


@pytest.mark.parametrize(
    "at", [datetime(2024, 2, 29, 23, 59, 58, 999999, UTC), datetime(1999, 12, 31, tzinfo=UTC)]
)
def test_seconds_count_on_from_days(study: Study, at: datetime) -> None:
    ask = study([post("a", published_at=at), post("b", published_at=at, published_precision="day")])
    sql = f"SELECT {seconds('published_at')} AS s, {day_number('published_at')} AS d FROM corpus WHERE {timed()}"
    (row,) = ask(Aggregate(name="t", sql=sql, needs=("corpus",)), {}).to_pylist()
    assert row["d"] == at.toordinal()
    assert row["s"] == at.toordinal() * 86400 + at.hour * 3600 + at.minute * 60 + at.second
