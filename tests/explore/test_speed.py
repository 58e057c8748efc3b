"""What makes pages quick changes nothing that they say."""

import threading
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from bedside.explore.ground import Ground, ground_key
from bedside.explore.keyed import Positions
from bedside.explore.page_marks import SHOWN
from bedside.judge.items import load_readings, load_unique
from bedside.judge.reading import load_around
from bedside.measure.evidence import Family, family_of, open_evidence
from bedside.measure.safety.gather import MARKS, POSTS, read_posts
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate

ACCOUNTS = Aggregate(
    name="some accounts",
    needs=("corpus",),
    sql="SELECT DISTINCT account_key FROM corpus WHERE account_key IS NOT NULL ORDER BY 1 LIMIT 20",
)


@pytest.fixture
def ground(study: Path) -> Ground:
    return Ground(study, ground_key(study))


def test_marks_kept_for_lists_are_those_that_the_whole_study_has(ground: Ground) -> None:
    posts = ground.reading.texts(np.arange(0, len(ground.reading.corpus), 7))
    whole, kept = ground.reading.marks(posts), ground.reading.shown_marks(posts)
    assert sum(map(len, kept.values())) > 100
    names = ("layer", "code", "slot", "assertion", "spans")
    for post in posts:
        key = post["post_key"]
        wanted = [
            tuple(map(str, (row[name] for name in names)))
            for row in whole.get(key, ())
            if row["layer"] in SHOWN and row["code"]
        ]
        given = [tuple(map(str, (row[name] for name in names))) for row in kept.get(key, ())]
        assert sorted(given) == sorted(wanted)


def test_posts_asked_for_by_key_are_the_same_from_their_pages_alone(ground: Ground) -> None:
    keys = ground.reading.corpus.keys.to_pylist()[::50]
    assert ground.keyed.near(POSTS, {"keys": keys}).sql != POSTS.sql
    assert ground.keyed.near(MARKS, {"keys": keys * 700}).sql == MARKS.sql
    assert read_posts(ground.ask, keys) == read_posts(ground.engine.ask, keys)
    assert read_posts(ground.ask, ["no such post"]) == {}
    pages = ground.keyed.places(keys)
    assert pages == sorted(pages) and len(set(pages)) > 1  # the corpus is in the order of its pages


def test_what_coders_read_is_the_same_from_parcels_as_from_tables(ground: Ground) -> None:
    keys = ground.reading.corpus.keys.to_pylist()[::40]
    accounts = ["none", *ground.ask(ACCOUNTS, {})["account_key"].to_pylist()]
    assert "reading" in ground._made  # parcels answer from here on
    for found, other in (
        (load_readings(ground.ask, keys, unit="posts"), ground.engine.ask),
        (load_readings(ground.ask, accounts, unit="accounts"), ground.engine.ask),
    ):
        unit = "posts" if keys[0] in found else "accounts"
        wanted = keys if unit == "posts" else accounts
        assert found == load_readings(other, wanted, unit=unit) != {}
    assert load_around(ground.ask, keys) == load_around(ground.engine.ask, keys) != {}
    assert load_unique(ground.ask, keys) == load_unique(ground.engine.ask, keys) != {}
    answers = [
        r for r in load_readings(ground.ask, keys, unit="posts").values() if r[0].parent_body
    ]
    assert answers and all(one.thread_title is not None for (one,) in answers[:1])


def test_many_posts_are_read_as_few_are(ground: Ground) -> None:
    rows = np.arange(len(ground.reading.corpus))
    many = ground.reading.texts(rows)
    few = [post for at in rows[::200] for post in ground.reading.texts(rows[at : at + 1])]
    assert few == many[::200] and len(many) == len(rows) > 500


def test_positions_keep_the_order_of_the_keys_that_were_asked(ground: Ground) -> None:
    keys = ground.reading.corpus.keys.to_pylist()
    wanted = [keys[9], "none", keys[3], keys[400]]
    assert ground.reading.positions(wanted).tolist() == [9, 3, 400]


def test_places_of_keys_are_found_by_number_whatever_the_keys(ground: Ground) -> None:
    keys = ground.reading.corpus.keys
    order = np.random.default_rng(3).permutation(len(keys))
    assert Positions(keys).of(keys.take(pa.array(order))).tolist() == order.tolist()
    for held in (["a" * 16, "a" * 16 + "b", "ü" * 20, ""], ["b" * 32, "c" * 32]):
        wanted = pa.array([*held[::-1], "none", "ü"])
        assert Positions(pa.array(held)).of(wanted).tolist() == [*range(len(held))][::-1]
    assert Positions(pa.array([], pa.string())).of(pa.array(["a"])).tolist() == []
    assert Positions(keys).of(pa.array([], pa.string())).tolist() == []


def test_siblings_of_a_figure_have_the_posts_that_each_has_alone(ground: Ground) -> None:
    families: dict[Family, list[Figure]] = {}
    for figure in ground.figures.values():
        evidence = figure.evidence
        if evidence.posts_sql and (family := family_of(evidence.posts_sql, evidence.params)):
            families.setdefault(family, []).append(figure)
    openings, corpus = ground.openings, ground.reading.corpus.keys
    looked_up = 0
    for members in families.values():
        if not openings.look_up(members[0]):
            continue
        looked_up += 1
        openings._ask = _refuse  # what follows is known already
        behind = [(figure, openings.of(figure)) for figure in members[:: len(members) // 3 + 1]]
        openings._ask = ground.ask
        for figure, found in behind:
            keys = [*corpus.take(pa.array(found.rows)).to_pylist(), *found.outside.to_pylist()]
            assert sorted(keys) == open_evidence(ground.ask, figure)["post_key"].to_pylist()
    assert looked_up > 40


def _refuse(aggregate: Aggregate, params: Mapping[str, object]) -> pa.Table:
    raise AssertionError(f"{aggregate.name} was asked again")


def test_opening_one_figure_has_its_siblings_looked_up_meanwhile(ground: Ground) -> None:
    cells = [f for f in ground.figures.values() if f.measure == "journey.map" and f.hits_posts]
    assert len(ground.openings.of(cells[0])) == cells[0].hits_posts
    for thread in threading.enumerate():
        if thread.name == "siblings":
            thread.join(60)
    ground.openings._ask = _refuse
    assert [len(ground.openings.of(cell)) for cell in cells] == [cell.hits_posts for cell in cells]


def test_figures_open_from_the_tables_that_the_run_left(ground: Ground, study: Path) -> None:
    figure = next(f for f in ground.figures.values() if f.measure == "journey.map" and f.hits_posts)
    assert len(ground.openings.of(figure)) == figure.hits_posts
    assert (study / "kept.duckdb").exists()
    assert not (ground.engine.spill / "kept.duckdb").exists()


def test_the_fullest_posts_come_first_and_of_equal_ones_the_earlier(ground: Ground) -> None:
    rows = np.arange(0, len(ground.reading.corpus), 3, dtype=np.int32)
    points = ground.reading.corpus.points[rows].astype(int)
    whole = rows[np.lexsort((rows, -points))].tolist()
    assert ground.reading.fullest(rows, 10).tolist() == whole[:10]
    assert ground.reading.fullest(rows[:4], 10).tolist() == [n for n in whole if n in rows[:4]]
