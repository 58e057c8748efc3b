"""Communities, pleas and comfort, on small studies written by hand."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.measure.community.all import measure_community
from bedside.measure.community.finding import Earlier, carry_over, communities_of, read_earlier
from bedside.measure.community.groups import bridges, conditions, sizes, ties
from bedside.measure.community.naming import SMALLER, names_of, standing_out
from bedside.measure.community.pleas import acknowledged, first_reply, met, pleas
from bedside.measure.community.structure import structure
from bedside.measure.community.support import core_helpers, helpers, staying, support
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from bedside.model.figures import Figure
from bedside.store.stages import Ask
from bedside.store.views import COMMUNITIES
from tests.measure.conftest import Rows, Study, mark, post

START = datetime(2024, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def codes(context: MeasureContext) -> MeasureContext:
    kinds = ("informational", "emotional")
    more = {"support_needed": kinds, "support_given": kinds}
    return msgspec.structs.replace(context, codes={**context.codes, **more})


def at(hours: float) -> dict[str, Any]:
    return {"published_at": START + timedelta(hours=hours)}


def threads(*pairs: tuple[str, str | None]) -> Rows:
    """Rows of threads: each post and its parent."""
    return [
        {
            "post_key": key,
            "thread_key": "t",
            "parent_key": up,
            "parent_state": "attached" if up else "root",
        }
        for key, up in pairs
    ]


def found(figures: list[Figure], measure: str, **keys: str) -> Figure:
    (one,) = [f for f in figures if f.measure == measure and keys.items() <= f.keys.items()]
    return one


def circles(sizes: tuple[int, ...], *, letter: str = "a") -> tuple[Rows, Rows]:
    """Groups in which everybody answers up to five others; posts and threads."""
    posts: Rows = []
    links: list[tuple[str, str | None]] = []
    for group, size in enumerate(sizes):
        people = [f"{letter}{group}{n:03}" for n in range(size)]
        for n, person in enumerate(people):
            posts.append(post(f"{person}-q", person))
            links.append((f"{person}-q", None))
            for step in range(1, min(6, size)):
                key = f"{person}r{step}"
                posts.append(post(key, person))
                links.append((key, f"{people[(n + step) % size]}-q"))
    return posts, threads(*links)


def with_communities(
    study: Study, posts: Rows, links: Rows, marks: Rows | None = None, **more: Rows
) -> Ask:
    """A study whose communities were found and named."""
    table = communities_of(study(posts, marks, threads=links, **more), Earlier({}, 1))
    given = {"threads": links, "communities": table.to_pylist(), **more}
    names = names_of(study(posts, marks, **given))
    return study(posts, marks, community_names=names.to_pylist(), **given)


# -- finding -------------------------------------------------------------------------------------------


def test_separate_circles_are_communities_and_pairs_are_none(study: Study) -> None:
    posts, links = circles((12, 9, 4, 2))
    table = communities_of(study(posts, threads=links), Earlier({}, 1))
    held = dict(zip(table["account_key"].to_pylist(), table["community"].to_pylist(), strict=True))
    assert {name: sum(c == name for c in held.values()) for name in ("c1", "c2", "c3", None)} == {
        "c1": 12, "c2": 9, "c3": 4, None: 2,
    }  # fmt: skip
    assert len({held[f"a0{n:03}"] for n in range(12)}) == 1


def test_ids_are_carried_over_when_people_come_and_go(study: Study) -> None:
    posts, links = circles((12, 9))
    first = communities_of(study(posts, threads=links), Earlier({}, 1))
    more, more_links = circles((20,), letter="b")
    stayed = [p for p in posts if p["account_key"] not in ("a0000", "a1000")]
    again = communities_of(study(stayed + more, threads=links + more_links), read_earlier(first))
    held = dict(zip(again["account_key"].to_pylist(), again["community"].to_pylist(), strict=True))
    assert (held["a0005"], held["a1005"], held["b0005"]) == ("c1", "c2", "c3")
    assert again["next"].to_pylist()[0] == 4


def test_no_id_is_given_twice_though_everybody_left(study: Study) -> None:
    posts, links = circles((5,))
    first = communities_of(study(posts, threads=links), Earlier({}, 1))
    empty = communities_of(study([]), read_earlier(first))
    assert empty.to_pylist() == [
        {"account_key": None, "community": None, "stability": None, "modularity": None, "next": 2}
    ]
    back = communities_of(study(posts, threads=links), read_earlier(empty))
    assert set(back["community"].to_pylist()) == {"c2"}


def test_a_study_in_which_nobody_answers_has_no_communities(
    study: Study, codes: MeasureContext
) -> None:
    ask = study([post("a"), post("b", None)])
    assert communities_of(ask, read_earlier(COMMUNITIES.empty_table())).num_rows == 0
    figures = measure_community(ask, codes)
    assert not [
        f
        for f in figures
        if f.measure.startswith(("community.size", "community.ties", "community.first"))
    ]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(0, 40))
def test_carrying_over_gives_each_group_one_id_and_no_id_twice(
    labels: list[int], known: int
) -> None:
    dense = np.unique(labels, return_inverse=True)[1].ravel()
    accounts = [str(n) for n in range(len(labels))]
    was = {account: f"c{n % 3 + 1}" for n, account in enumerate(accounts[:known])}
    ids, following = carry_over(accounts, dense, Earlier(was, 4))
    assert len(set(ids.values())) == len(ids)
    assert all(int(name[1:]) < following for name in ids.values())
    assert set(ids) == {n for n, size in enumerate(np.bincount(dense)) if size >= 3}


# -- names -------------------------------------------------------------------------------------------


def test_a_word_of_seven_accounts_names_no_community() -> None:
    told = {
        "c1": {
            "scar": {str(n) for n in range(8)},
            "ferry": {str(n) for n in range(7)},
            "pain": set("ab"),
        },
        "c2": {"pain": {str(n) for n in range(30)}},
    }
    assert standing_out(told)["c1"] == ["scar"]


def test_a_community_is_named_by_its_condition_and_its_words(study: Study) -> None:
    posts, links = circles((12, 12))
    for p in posts:
        p["body"] = "my lupus rash today" if p["account_key"][:2] == "a0" else "the gout diet again"
    marks = [
        mark(
            p["post_key"],
            "mention",
            "x",
            slot="condition",
            concept="lupus" if p["account_key"][:2] == "a0" else "gout",
        )
        for p in posts
    ]
    table = communities_of(study(posts, marks, threads=links), Earlier({}, 1))
    ask = study(posts, marks, threads=links, communities=table.to_pylist())
    names = {row["condition"]: row["name"] for row in names_of(ask).to_pylist()}
    assert set(names) == {"lupus", "gout"}
    assert (
        names["lupus"].startswith("lupus: ")
        and "rash" in names["lupus"]
        and "diet" not in names["lupus"]
    )


def test_small_communities_have_no_figures_of_their_own_and_sizes_add_up(
    study: Study, codes: MeasureContext
) -> None:
    posts, links = circles((12, 4, 3))
    ask = with_communities(study, posts, links)
    figures = sizes(ask, codes)
    assert found(figures, "community.size", community="c1").hits_accounts == 12
    assert found(figures, "community.size", community=SMALLER).hits_accounts == 7
    assert sum(f.hits_accounts or 0 for f in figures) == 19 == figures[0].of_accounts
    for f in figures:
        hits, of = recount(ask, f)
        assert (hits.accounts, of and of.accounts) == (f.hits_accounts, f.of_accounts)


def test_who_stands_between_two_communities_is_counted_and_not_named(
    study: Study, codes: MeasureContext
) -> None:
    posts, links = circles((12, 12))
    extra = [post(f"x{n}", "a0000") for n in range(2)]
    links += threads(("x0", "a1001-q"), ("x1", "a1002-q"))
    ask = with_communities(study, posts + extra, links)
    figures = bridges(ask, codes)
    assert [f.hits_accounts for f in figures] == [1, 0]
    assert not [f for f in figures if any(p["account_key"] in str(f.keys) for p in posts)]
    assert {tuple(f.keys.values()) for f in ties(ask, codes)} == {("c1", "c1"), ("c2", "c2")}


def test_how_a_community_is_knit_is_what_its_ties_are(study: Study, codes: MeasureContext) -> None:
    """Twelve who each answer the next five of a ring, nine who do too, and one tie in each direction between two people."""
    posts, links = circles((12, 9))
    posts += [post("x0", "a0000"), post("x1", "a1000")]
    links += threads(("x0", "a1000-q"), ("x1", "a0000-q"))
    figures = structure(with_communities(study, posts, links), codes)
    got = {(f.keys["community"], f.keys["number"]): f.estimate for f in figures}
    inside = 12 * 5  # of 66 pairs: all but those opposite each other
    assert got["c1", "density"] == pytest.approx(inside / 66)
    assert got["c2", "density"] == pytest.approx(1)  # nine in a ring, five steps each: everybody
    assert got["c2", "clustering"] == got["c2", "transitivity"] == pytest.approx(1)
    assert got["c1", "closedness"] == pytest.approx((1 - inside) / (1 + inside))
    assert got["all", "density"] == pytest.approx((inside + 36 + 1) / 210)
    assert got["all", "longest"] == 4  # opposite each other in the ring, across, and one more
    assert got["all", "carried"] == 0  # each of the two is tied to one person elsewhere, not to two
    assert got["all", "modularity"] and not [f for f in figures if f.low is not None]
    assert {f.hits_accounts for f in figures if f.keys["community"] == "c1"} == {12}
    assert structure(study(posts), codes) == []  # nobody answers anybody


def test_those_who_stand_between_carry_the_ways_of_others(
    study: Study, codes: MeasureContext
) -> None:
    posts, links = circles((12, 9))
    posts += [post(f"x{n}", "a0000") for n in range(2)] + [post("y", "a0001")]
    links += threads(("x0", "a1001-q"), ("x1", "a1002-q"), ("y", "a1001-q"))
    carried = found(
        structure(with_communities(study, posts, links), codes), "community.structure", number="carried"
    )  # fmt: skip
    assert carried.estimate is not None and 0.4 < carried.estimate < 1


def test_rare_conditions_are_named_where_two_who_tell_them_are_tied_and_the_studys_own_always(
    study: Study, codes: MeasureContext
) -> None:
    posts, links = circles((12, 3))
    posts, links = [*posts, post("x")], links + threads(("x", None))
    marks: Rows = []
    told = [
        ("rare disease", ["x"]),
        ("nameless to the study", [f"a1{n:03}-q" for n in range(2)]),
        ("told by one", ["a0000-q"]),
        ("told by two who never met", ["a0001-q", "a1001-q"]),
        ("common", [f"a0{n:03}-q" for n in range(9)]),
    ]
    for name, keys in told:
        for key in keys:
            marks += [
                mark(key, "experiencer", "own"),
                mark(key, "diagnosis", None, slot="condition", concept=name),
            ]
    own = msgspec.structs.replace(codes, conditions=("Rare disease",))
    figures = conditions(with_communities(study, posts, links, marks), own)
    assert [(f.keys["condition"], f.hits_accounts, f.of_accounts) for f in figures] == [
        ("rare disease", 0, 1), ("common", 9, 9), ("nameless to the study", 2, 2),
    ]  # fmt: skip


# -- pleas -------------------------------------------------------------------------------------------


def asking(key: str, kind: str = "informational") -> dict[str, Any]:
    return mark(key, "support_needed", kind)


def giving(key: str, kind: str = "informational") -> dict[str, Any]:
    return mark(key, "support_given", kind)


def test_a_bot_and_the_asker_answer_no_plea_and_somebody_unknown_does(
    study: Study, codes: MeasureContext
) -> None:
    posts = [post(f"q{n}") for n in range(5)]
    posts += [
        post("r0", "bot", account_kind="bot"),
        post("r1", "a-q1"),
        post("r2", None),
        post("r3"),
    ]
    links = threads(*((f"q{n}", None) for n in range(5)), *((f"r{n}", f"q{n}") for n in range(4)))
    engagement = [{"post_key": "q4", "metric": "replies", "value": 2}]
    ask = study(
        posts, [asking(f"q{n}") for n in range(5)], threads=links, post_engagement=engagement
    )
    figures = pleas(ask, codes)
    counts = {f.keys["state"]: f.hits_posts for f in figures if f.keys["kind"] == "all"}
    assert counts == {"answered": 2, "unanswered": 2, "not_collected": 1}
    assert {f.of_posts for f in figures if f.keys["kind"] == "all"} == {5}
    for f in figures:
        hits, of = recount(ask, f)
        assert (hits.posts, of and of.posts) == (f.hits_posts, f.of_posts)


def test_no_plea_is_counted_where_no_source_holds_replies(
    study: Study, codes: MeasureContext
) -> None:
    assert pleas(study([post("q")], [asking("q")]), codes) == []


def waiting(waits: list[float | None], until: float) -> tuple[Rows, Rows, Rows]:
    """Pleas with a reply after so many hours, or none; the source ends after `until` hours."""
    posts = [post("end", **at(until))]
    links: list[tuple[str, str | None]] = [("end", None)]
    for n, hours in enumerate(waits):
        posts.append(post(f"q{n:02}", **at(0)))
        links.append((f"q{n:02}", None))
        if hours is not None:
            posts.append(post(f"r{n:02}", **at(hours)))
            links.append((f"r{n:02}", f"q{n:02}"))
    return posts, threads(*links), [asking(f"q{n:02}") for n in range(len(waits))]


def test_unanswered_pleas_are_cut_off_at_the_end_of_their_source_and_never_left_out(
    study: Study, codes: MeasureContext
) -> None:
    waits: list[float | None] = [0.5] * 10 + [30.0] * 10 + [None] * 20
    posts, links, marks = waiting(waits, until=100)
    figures = first_reply(study(posts, marks, threads=links), codes)
    points = {
        f.keys["hours"]: (f.estimate, f.hits_accounts, f.of_accounts) for f in figures if f.keys
    }
    assert points["1"] == pytest.approx((0.75, 30, 40))
    assert points["48"] == pytest.approx((0.5, 20, 40))
    assert "168" not in points  # nobody was watched so long
    assert found(figures, "community.first_reply_median").estimate == pytest.approx(30, abs=0.1)


def test_what_is_collected_earlier_is_watched_no_longer(
    study: Study, codes: MeasureContext
) -> None:
    posts, links, marks = waiting([2.0] * 10 + [None] * 20, until=100)
    for p in posts:
        p["collected_at"] = START + timedelta(
            hours=5 if p["post_key"] in {f"q{n}" for n in range(20, 30)} else 90
        )
    figures = first_reply(study(posts, marks, threads=links), codes)
    points = {f.keys["hours"]: (f.estimate, f.hits_accounts) for f in figures if f.keys}
    assert points["3"] == pytest.approx((2 / 3, 20))
    assert points["6"] == pytest.approx((2 / 3, 10))  # ten were cut off after five hours


def test_a_plea_whose_reply_is_dated_before_it_is_left_out_of_the_curve(
    study: Study, codes: MeasureContext
) -> None:
    posts, links, marks = waiting([2.0] * 12 + [-5.0] * 3 + [None] * 10, until=100)
    posts.append(post("qday", published_precision="day", **at(0)))
    marks.append(asking("qday"))
    (first, *_) = first_reply(study(posts, marks, threads=links), codes)
    assert first.of_accounts == 22


def test_fewer_than_eight_pleas_make_no_curve(study: Study, codes: MeasureContext) -> None:
    posts, links, marks = waiting([2.0] * 5 + [None] * 2, until=100)
    assert first_reply(study(posts, marks, threads=links), codes) == []


def test_points_of_a_curve_never_tell_of_one_to_seven_people(
    study: Study, codes: MeasureContext
) -> None:
    waits: list[float | None] = [h / 2 for h in range(1, 120)] + [None] * 30
    posts, links, marks = waiting(waits, until=60)
    points = [f for f in first_reply(study(posts, marks, threads=links), codes) if f.keys]
    left = [149, *(f.hits_accounts or 0 for f in points)]
    assert all(a - b == 0 or a - b >= 8 for a, b in pairwise(left))


def test_comfort_is_met_in_kind_and_acknowledged_by_the_asker_alone(
    study: Study, codes: MeasureContext
) -> None:
    posts = [post("q"), post("r"), post("back", "a-q"), post("other"), post("p"), post("s")]
    links = threads(("q", None), ("r", "q"), ("back", "r"), ("other", "r"), ("p", None), ("s", "p"))
    marks = [
        asking("q", "emotional"),
        asking("p"),
        giving("r", "emotional"),
        giving("s", "emotional"),
    ]
    marks += [mark("back", "feel", "gratitude"), mark("other", "feel", "gratitude")]
    ask = study(posts, marks, threads=links)
    assert [(f.hits_accounts, f.of_accounts) for f in met(ask, codes)] == [(0, 1), (1, 1)]
    thanked = acknowledged(ask, codes)
    whole = found(thanked, "community.acknowledged", given="all")
    assert (whole.hits_accounts, whole.of_accounts) == (1, 2)
    alone = study(posts, [m for m in marks if m["post_key"] != "back"], threads=links)
    assert (
        found(acknowledged(alone, codes), "community.acknowledged", given="all").hits_accounts == 0
    )


def test_what_is_asked_and_given_stand_side_by_side(study: Study, codes: MeasureContext) -> None:
    posts = [post("q"), post("r"), post("s")]
    coverage = [
        {"post_key": p["post_key"], "layer": layer, "coverage": "done"}
        for p in posts
        for layer in ("support_needed", "support_given")
    ]
    ask = study(posts, [asking("q"), giving("r"), giving("s")], coverage=coverage)
    shares = {
        (f.keys["side"], f.keys["kind"]): (f.hits_accounts, f.of_accounts)
        for f in support(ask, codes)
    }
    assert shares["asked", "informational"] == (1, 3)
    assert shares["given", "informational"] == (2, 3)


def test_core_helpers_are_roles_and_no_accounts(study: Study, codes: MeasureContext) -> None:
    posts = (
        [post(f"q{n}") for n in range(6)]
        + [post(f"h{n}", "helper") for n in range(5)]
        + [post("o")]
    )
    links = threads(
        *((f"q{n}", None) for n in range(6)), *((f"h{n}", f"q{n}") for n in range(5)), ("o", "q5")
    )
    marks = [giving(f"h{n}") for n in range(5)] + [giving("o"), mark("h0", "role", "patient")]
    ask = study(posts, marks, threads=links)
    (core,) = core_helpers(ask, codes)
    assert (core.hits_accounts, core.of_accounts, core.hits_posts, core.of_posts) == (1, 2, 5, 6)
    roles = {f.keys["role"]: f.hits_accounts for f in helpers(ask, codes)}
    assert roles["patient"] == 1 and sum(v or 0 for v in roles.values()) == 1


def test_newcomers_who_fell_silent_have_left_and_others_are_cut_off(
    study: Study, codes: MeasureContext
) -> None:
    day = 24.0
    posts, links = circles((30,))
    for p in posts:
        n = int(p["account_key"][2:])
        kind = 0 if p["post_key"].endswith("q") else 1
        last = (0, 40, 800)[n % 3]  # ten leave at once, ten after forty days, ten are still there
        p["published_at"] = START + timedelta(hours=day * (200 + (last if kind else 0)))
    posts += [post("first", **at(0)), post("last", **at(1000 * day))]
    figures = staying(with_communities(study, posts, links), codes)
    points = {f.keys["days"]: f.estimate for f in figures if f.keys}
    assert points["0"] == pytest.approx(2 / 3)
    assert points["90"] == pytest.approx(1 / 3)
    assert {f.of_accounts for f in figures} == {30}


def test_every_figure_opens_to_the_posts_it_counted(study: Study, codes: MeasureContext) -> None:
    posts, links = circles((14, 10, 3))
    marks = [asking(p["post_key"]) for p in posts if p["post_key"].endswith("q")]
    marks += [giving(p["post_key"]) for p in posts if not p["post_key"].endswith("q")]
    ask = with_communities(study, posts, links, marks)
    figures = measure_community(ask, codes)
    assert len({f.id for f in figures}) == len(figures)
    for f in figures:
        hits, of = recount(ask, f)
        assert (hits.accounts, hits.posts) == (f.hits_accounts, f.hits_posts), f.measure
        if of is not None:
            assert (of.accounts, of.posts) == (f.of_accounts, f.of_posts), f.measure


def test_what_a_run_before_left_may_be_an_empty_table() -> None:
    assert read_earlier(COMMUNITIES.empty_table()) == Earlier({}, 1)
    rows = [{"account_key": "a", "community": "c3", "next": 9}, {"account_key": "b", "next": 9}]
    assert read_earlier(pa.Table.from_pylist(rows, schema=COMMUNITIES)) == Earlier({"a": "c3"}, 9)
