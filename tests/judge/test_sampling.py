"""Samples of a study: drawn, stratified, extended, and chosen to learn from."""

import pytest

from bedside.errors import InputError, NotFoundError
from bedside.judge.samples import find_sample, list_samples, read_items
from bedside.judge.sampling import draw_learning, draw_sample, extend_sample
from bedside.judge.strata import columns_to_part_by, population_of, sizes_of
from tests.judge.conftest import NOW, SNAPSHOT_NOW, World, covered, key_of, mark, post


def drawn(world: World, name: str = "round-1", size: int = 100, **more: object) -> list[str]:
    sample = draw_sample(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name=name, size=size, now=NOW, **more  # type: ignore[arg-type]
    )  # fmt: skip
    return [str(key) for key in read_items(world.study, sample)["subject_key"].to_pylist()]


def test_a_sample_says_how_it_was_drawn(world: World) -> None:
    world.holds([post(n) for n in range(1000)])
    drawn(world, layers=["feel"])
    sample = find_sample(world.study, "round-1")
    assert (sample.kind, sample.unit, sample.layers) == ("random", "posts", ("feel",))
    assert (sample.snapshot, sample.population) == ("s-1", 1000)
    assert sample.probabilities == {"all": 0.1} and abs(sample.drawn - 100) < 40
    items = read_items(world.study, sample)
    assert set(items["probability"].to_pylist()) == {0.1}
    assert set(items["text_key"].to_pylist()) <= {f"t{n}" for n in range(1000)}


def test_a_seed_can_be_given_and_names_draw_apart(world: World) -> None:
    world.holds([post(n) for n in range(500)])
    assert drawn(world, "a") != drawn(world, "b")
    assert drawn(world, "c", seed="2a") == drawn(world, "d", seed="2a")
    with pytest.raises(InputError, match="hexadecimal"):
        drawn(world, "e", seed="lucky")


def test_an_extended_sample_keeps_what_it_had_and_adds_what_came(world: World) -> None:
    world.holds([post(n) for n in range(500)])
    before = set(drawn(world))
    world.holds([post(n) for n in range(1000)])
    grown = extend_sample(world.study, world.ask, world.book, SNAPSHOT_NOW, name="round-1")
    after = set(read_items(world.study, grown)["subject_key"].to_pylist())
    old = {key_of(n) for n in range(500)}
    assert after & old == before and after - old
    assert grown.population == 1000 and grown.probabilities == {"all": 0.2}


def test_a_larger_size_keeps_all_and_a_smaller_one_is_refused(world: World) -> None:
    world.holds([post(n) for n in range(500)])
    before = set(drawn(world))
    grown = extend_sample(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name="round-1", size=300
    )
    assert before < set(read_items(world.study, grown)["subject_key"].to_pylist())
    assert grown.probabilities == pytest.approx({"all": 0.6})
    with pytest.raises(InputError, match="can only grow"):
        extend_sample(world.study, world.ask, world.book, SNAPSHOT_NOW, name="round-1", size=20)


def test_strata_come_from_columns_and_from_marks(world: World) -> None:
    posts = [post(n) for n in range(300)]
    world.holds(posts, [mark(n, "feel", "relief") for n in range(0, 300, 10)])
    by = ["platform", "feel/relief"]
    sizes = sizes_of(population_of(world.ask, world.book, by=by))
    assert sizes["platform=reddit, feel/relief=yes"] == 10
    assert sum(sizes.values()) == 300 and len(sizes) == 6
    drawn(world, size=120, by=by, way="equal")
    sample = find_sample(world.study, "round-1")
    assert sample.kind == "stratified"
    assert sample.probabilities["platform=reddit, feel/relief=yes"] == 1.0
    assert sample.sizes == sizes


def test_a_negated_mark_makes_no_stratum(world: World) -> None:
    world.holds([post(1), post(2)], [mark(1, "feel", "relief", assertion="negated")])
    assert sizes_of(population_of(world.ask, world.book, by=["feel/relief"])) == {
        "feel/relief=none": 2
    }


def test_a_layer_with_one_answer_makes_a_stratum_of_each_code(world: World) -> None:
    world.holds([post(n) for n in range(3)], [mark(0, "role", "patient"), mark(1, "role", "other")])
    sizes = sizes_of(population_of(world.ask, world.book, by=["role"]))
    assert sizes == {"role=none": 1, "role=other": 1, "role=patient": 1}


def test_months_make_strata(world: World) -> None:
    world.holds([post(n) for n in range(24)])
    sizes = sizes_of(population_of(world.ask, world.book, by=["month"]))
    assert len(sizes) == 12 and sizes["month=2025-01"] == 2


def test_every_way_to_part_by_a_column_works(world: World) -> None:
    world.holds([post(n) for n in range(6)])
    for column in columns_to_part_by():
        assert sum(sizes_of(population_of(world.ask, world.book, by=[column])).values()) == 6


def test_a_post_keeps_its_stratum_when_the_machine_changes_its_mind(world: World) -> None:
    posts = [post(n) for n in range(200)]
    world.holds(posts, [mark(n, "feel", "relief") for n in range(20)])
    drawn(world, size=40, by=["feel/relief"], way="equal")
    world.holds(posts, [mark(n, "feel", "relief") for n in range(100, 200)])
    grown = extend_sample(world.study, world.ask, world.book, SNAPSHOT_NOW, name="round-1")
    assert grown.sizes == {"feel/relief=none": 180, "feel/relief=yes": 20}


def test_a_query_narrows_the_population(world: World) -> None:
    world.holds([post(n, body="Pain again." if n % 4 else "Quiet day.") for n in range(100)])
    population = population_of(world.ask, world.book, query="pain")
    assert population.num_rows == 75


def test_accounts_are_drawn_once_each_and_posts_without_account_not(world: World) -> None:
    posts = [post(n) for n in range(20)] + [post(99, account_key=None)]
    world.holds(posts, [mark(3, "feel", "relief")])
    population = population_of(
        world.ask, world.book, by=["platform", "feel/relief"], unit="accounts"
    )
    rows = {row["subject_key"]: row["stratum"] for row in population.to_pylist()}
    assert len(rows) == 10
    assert rows["a1"].endswith("feel/relief=yes") and rows["a2"].endswith("none")


def test_the_least_certain_are_learnt_from_first(world: World) -> None:
    posts = [post(n) for n in range(10)]
    scores = {0: 0.95, 1: 0.52, 2: 0.4, 3: 0.05}
    marks = [mark(n, "feel", "relief", score) for n, score in scores.items()]
    world.holds(posts, marks + [covered(n, "feel") for n in range(8)])
    sample = draw_learning(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name="l", layer="feel", code="relief", size=4, now=NOW
    )  # fmt: skip
    items = read_items(world.study, sample)
    assert items["text_key"].to_pylist() == ["t1", "t2", "t0", "t3"]
    assert items["probability"].to_pylist() == [None] * 4
    assert not sample.estimates and sample.kind == "learning"


def test_posts_left_unread_are_not_learnt_from(world: World) -> None:
    states = [covered(n, "feel", "done" if n < 3 else "refused_language") for n in range(9)]
    world.holds([post(n) for n in range(9)], states)
    with pytest.raises(InputError, match="there are 3"):
        draw_learning(
            world.study, world.ask, world.book, SNAPSHOT_NOW, name="l", layer="feel", code="relief", size=4, now=NOW
        )  # fmt: skip


def test_a_sample_larger_than_its_population_is_refused_and_not_kept(world: World) -> None:
    world.holds([post(n) for n in range(30)])
    with pytest.raises(InputError, match="a sample of 31 from a population of 30"):
        drawn(world, size=31)
    assert list_samples(world.study) == []


def test_wrong_names_are_refused_with_the_nearest(world: World) -> None:
    world.holds([post(n) for n in range(30)])
    with pytest.raises(InputError, match="did you mean 'platform'"):
        drawn(world, size=5, by=["platfrom"])
    with pytest.raises(NotFoundError, match="did you mean 'feel'"):
        drawn(world, size=5, layers=["feal"])
    with pytest.raises(InputError, match="cannot be called"):
        drawn(world, "Round 1", size=5)
    drawn(world, size=5)
    with pytest.raises(InputError, match="already a sample"):
        drawn(world, size=5)
