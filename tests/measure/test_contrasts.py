"""Differences between platforms and trends: planted ones are found, false ones are kept rare, marks alone give none."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bedside.measure.contrasts import measure_contrasts
from bedside.measure.judging import JudgedShares
from bedside.model.figures import Figure
from tests.judge.conftest import PLATFORMS, World, covered, key_of, mark, post
from tests.measure.test_judging import context_of, judge

POSTS = 2_400


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "study")
    with made.engine:
        yield made


def plant(world: World, rate: Callable[[int], float]) -> set[int]:
    """Posts that carry relief at a rate that depends on their number; the machine is bad everywhere."""
    chance = np.random.default_rng(5)
    carrying = {n for n in range(POSTS) if chance.random() < rate(n)}
    marks = [covered(n, "feel") for n in range(POSTS)]
    for n in range(POSTS):
        if chance.random() < (0.6 if n in carrying else 0.1):
            marks.append(mark(n, "feel", "relief"))
    start = datetime(2024, 1, 1, tzinfo=UTC)
    world.holds(
        [post(n, published_at=start + timedelta(days=n * 730 / POSTS)) for n in range(POSTS)], marks
    )
    keys = {key_of(n) for n in carrying}
    judge(world, "feel", lambda key: ["relief"] if key in keys else [], size=900)
    return carrying


def by_platform(figures: Sequence[Figure]) -> dict[str, Figure]:
    return {f.keys["platform"]: f for f in figures if f.measure == "codes.difference"}


def test_a_platform_that_differs_is_found_and_the_interval_holds(world: World) -> None:
    carrying = plant(world, lambda n: 0.5 if n % 3 == 0 else 0.2)
    found = by_platform(measure_contrasts(world.ask, context_of(world)))
    assert set(found) == set(PLATFORMS)
    for place, platform in enumerate(PLATFORMS):
        figure = found[platform]
        own = [n for n in range(POSTS) if n % 3 == place]
        rest = [n for n in range(POSTS) if n % 3 != place]
        truth = np.mean([n in carrying for n in own]) - np.mean([n in carrying for n in rest])
        assert (
            figure.low is not None
            and figure.high is not None
            and figure.low <= truth <= figure.high
        )
        assert figure.judging is not None and figure.judging.comparisons == 3
        assert figure.judging.adjusted_p is not None and figure.judging.adjusted_p < 0.05
    assert found["reddit"].estimate is not None and found["reddit"].estimate > 0.2
    assert "Benjamini-Hochberg" in found["reddit"].method


def test_platforms_that_do_not_differ_are_not_called_different(world: World) -> None:
    plant(world, lambda n: 0.3)
    found = by_platform(measure_contrasts(world.ask, context_of(world)))
    assert len(found) == 3
    assert all(((f.judging and f.judging.adjusted_p) or 0) > 0.05 for f in found.values())


def test_a_planted_trend_is_found_and_no_trend_is_none(world: World) -> None:
    """From .5 to .1 over two years: .2 less a year."""
    plant(world, lambda n: 0.5 - 0.4 * n / POSTS)
    (figure,) = (
        f for f in measure_contrasts(world.ask, context_of(world)) if f.measure == "codes.trend"
    )
    assert (
        figure.low is not None and figure.high is not None and figure.low <= -0.2 <= figure.high < 0
    )
    assert figure.judging is not None and figure.judging.adjusted_p is not None
    assert figure.judging.adjusted_p < 0.05


def test_contrasts_open_to_the_decisions_they_were_made_from(world: World) -> None:
    plant(world, lambda n: 0.4)
    context = context_of(world)
    assert isinstance(context.judged, JudgedShares)
    figures = measure_contrasts(world.ask, context)
    assert len({f.id for f in figures}) == len(figures) == 4
    for figure in figures:
        assert figure.judging is not None and figure.evidence.coders == ("ann",)
        assert context.judged.again(figure).decisions == figure.judging.decisions


def test_marks_alone_give_no_difference(world: World) -> None:
    world.holds([post(n) for n in range(60)], [mark(n, "feel", "relief") for n in range(30)])
    assert measure_contrasts(world.ask, context_of(world)) == []
