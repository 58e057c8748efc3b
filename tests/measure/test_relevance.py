"""Relevance: planted precision and recall are found again; a new query is measured on posts judged for another."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.cli.opened import opened
from bedside.errors import InputError, QueryError
from bedside.judge.decisions import open_log
from bedside.judge.relevance import draw_relevance, latest_relevance
from bedside.judge.relevance_desk import RelevanceDesk
from bedside.measure.estimates.relevance import Cell, precision, recall
from bedside.measure.relevance import (
    QueryCounter,
    keep_measured,
    measure_query,
    measured_of,
)
from bedside.store.keys import keys_folder
from bedside.store.setting import set_query
from bedside.store.study import open_study
from tests.measure.safety.conftest import make_study, post

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_precision_is_exact_with_one_cell_judged() -> None:
    """Clopper and Pearson's limits for 90 of 100: 82.38 % to 95.10 % (R: binom.test(90, 100))."""
    found = precision([Cell(True, 5000, 100, 90), Cell(False, 5000, 0, 0)])
    assert [round(x or 0, 4) for x in found] == [0.9, 0.8238, 0.951]


def test_where_nothing_missed_was_judged_recall_is_not_known() -> None:
    found = recall([Cell(True, 1000, 100, 90), Cell(False, 9000, 0, 0)])
    assert found.value is None and found.low < 0.1 and found.high == 1.0


def test_a_cell_with_more_judged_than_posts_is_refused() -> None:
    with pytest.raises(InputError, match="each must hold the one before"):
        precision([Cell(True, 5, 6, 1)])


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(1, 10_000), st.integers(0, 60), st.floats(0, 1)),
        min_size=1,
        max_size=4,
    )
)
def test_limits_hold_the_estimate(drawn: list[tuple[bool, int, int, float]]) -> None:
    cells = [Cell(f, n, min(n, j), int(min(n, j) * s)) for f, n, j, s in drawn]
    for found in (precision(cells), recall(cells)):
        assert 0 <= found.low <= found.high <= 1
        assert found.value is None or found.low <= found.value <= found.high + 1e-12


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Planted: precision .8, recall .8 with few relevant posts among many; 300 samples of 60 + 60."""
    rng = np.random.default_rng(5)
    sizes, shares = (1000, 9000), (0.8, 0.0222)
    truth = 800 / (800 + 0.0222 * 9000)
    hits = [0, 0]
    for _ in range(300):
        yes = [int(rng.hypergeometric(round(n * s), n - round(n * s), 60)) for n, s in zip(sizes, shares, strict=True)]  # fmt: skip
        cells = [Cell(place == 0, sizes[place], 60, yes[place]) for place in (0, 1)]
        one, other = precision(cells), recall(cells)
        hits[0] += one.low <= 0.8 <= one.high
        hits[1] += other.low <= truth <= other.high
    assert min(hits) >= 0.95 * 300


RELEVANT = [f"Week {n}: my endometriosis pain keeps me up at night." for n in range(30)]
LAY = [f"Night {n}: those endo flares are awful again." for n in range(10)]
OTHER = [f"Day {n}: endometriosis charity shop has a nice new coat." for n in range(6)]
NOISE = [f"Page {n}: the garden needs some more rain this week." for n in range(40)]


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A run study made once; each test copies it."""
    room = tmp_path_factory.mktemp("relevance")
    posts = [post(n, text) for n, text in enumerate([*RELEVANT, *LAY, *OTHER, *NOISE])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEDSIDE_KEYS", str(room / "keys"))
        folder = make_study(room, posts, query="endometriosis", question="Pain?")
        return folder, next((room / "keys").glob("*.key")).read_bytes()


@pytest.fixture
def study(pattern: tuple[Path, bytes], tmp_path: Path) -> Path:
    folder = Path(copytree(pattern[0], tmp_path / "study"))
    keys_folder().mkdir(parents=True, exist_ok=True)
    (keys_folder() / f"{open_study(folder).config.id}.key").write_bytes(pattern[1])
    return folder


def judge_all(folder: Path, coder: str, *, size: int = 10_000) -> None:
    with opened(folder) as at, open_log(at.study) as log:
        if latest_relevance(at.study) is None:
            draw_relevance(at.study, at.ask, at.snapshot.id, size=size, now=NOW)
        sample = latest_relevance(at.study)
        assert sample is not None
        desk = RelevanceDesk(at.study, at.ask, log, sample, coder)
        while (item := desk.next(now=NOW)) is not None:
            body = item.reading.body
            desk.decide(item.reading.post_key, "pain" in body or "flares" in body, now=NOW)


def test_planted_precision_and_recall_are_found_again(study: Path) -> None:
    judge_all(study, "ann")
    with opened(study) as at, open_log(at.study) as log:
        own = measure_query(at.study, at.ask, log, now=NOW)
        assert own.precision[0] == pytest.approx(30 / 36)
        assert own.recall[0] == pytest.approx(30 / 40)
        better = measure_query(
            at.study, at.ask, log, now=NOW, query="(endo* AND (pain OR flare*)) NOT charity"
        )
        assert better.precision[0] == 1 and better.recall[0] == 1
        assert better.judged == 86 and better.came_since == 0
        keep_measured(at.study, own)
        assert measured_of(at.study, "endometriosis") == own
        assert measured_of(at.study, "other") is None


def test_a_sample_s_estimate_stands_on_known_sizes(study: Path) -> None:
    judge_all(study, "ann", size=40)
    with opened(study) as at, open_log(at.study) as log:
        told = measure_query(at.study, at.ask, log, now=NOW)
    assert told.judged < 86 and told.posts == 86 and told.found == 36
    assert told.precision[1] <= 30 / 36 <= told.precision[2]
    assert told.recall[1] <= 30 / 40 <= told.recall[2]


def test_posts_on_which_readers_differ_are_left_out_and_counted(study: Path) -> None:
    judge_all(study, "ann")
    with opened(study) as at, open_log(at.study) as log:
        sample = latest_relevance(at.study)
        assert sample is not None
        desk = RelevanceDesk(at.study, at.ask, log, sample, "ben")
        item = desk.next(now=NOW)
        assert item is not None
        ann_said = "pain" in item.reading.body or "flares" in item.reading.body
        desk.decide(item.reading.post_key, not ann_said, now=NOW)
        assert measure_query(at.study, at.ask, log, now=NOW).differed == 1
        assert desk.undo(now=NOW) == item.reading.post_key
        told = measure_query(at.study, at.ask, log, now=NOW)
        assert told.differed == 0 and desk.progress()[0] == 0 and desk.undo(now=NOW) is None


def test_live_counts_tell_what_a_new_query_would_gain_and_lose(study: Path) -> None:
    with opened(study) as at:
        counter = QueryCounter(at.study, at.ask)
        told = counter.count("endo* NOT charity")
        assert (told.found, told.gained, told.lost, told.posts, told.exact) == (40, 10, 6, 86, True)
        with pytest.raises(QueryError):
            counter.count("(endo")
        part = QueryCounter(at.study, at.ask, most=40)
        assert 0 < part.count("").read < 86 and not part.count("").exact


def test_a_query_is_set_without_touching_the_rest_of_the_file(study: Path) -> None:
    path = study / "study.toml"
    path.write_text("# ours\n" + path.read_text())
    before = path.read_text()
    set_query(open_study(study), 'endo* OR "pelvic pain"')
    after = path.read_text()
    assert open_study(study).config.query == 'endo* OR "pelvic pain"'
    assert [a for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b] == [
        'query = "endometriosis"'
    ]
    with pytest.raises(QueryError):
        set_query(open_study(study), "(endo")
    assert path.read_text() == after
