"""Steps after a date: published values, planted steps, and what is refused."""

import csv
from pathlib import Path

import numpy as np
import pytest

from bedside.errors import InputError
from bedside.measure.statistics.calibrated import (
    FEWEST,
    simulate_series,
    step_change,
    step_changes,
)
from bedside.measure.statistics.interrupted import (
    DEPENDENCE,
    PARTS,
    fit_glm,
    fit_steps,
    intervals,
    step_design,
    tail_probability,
)
from bench.its import Case, try_case

Table = list[dict[str, str]]


def table(folder: Path, name: str) -> Table:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(rows: Table, name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


def test_the_sicilian_smoking_ban_is_that_of_r(vectors: Path) -> None:
    """Bernal, Cummins and Gasparrini (2017), the glm fits of their R script."""
    rows, wanted = table(vectors, "its_sicily_input"), table(vectors, "its_sicily_expected")
    ban, time, ones = column(rows, "smokban"), column(rows, "time"), np.ones(len(rows))
    turns = 2 * np.pi * time / 12
    waves = {f"X{2 * k - 1 + at}": wave(k * turns) for k in (1, 2) for at, wave in enumerate((np.sin, np.cos))}  # fmt: skip
    columns = {"(Intercept)": ones, "smokban": ban, "time": time, **waves, "smokban:time": ban * time}  # fmt: skip
    for model in ("poisson", "quasipoisson", "quasi_harmonic2", "quasi_slope"):
        terms = {row["term"]: row for row in wanted if row["model"] == model}
        design = np.stack([columns[name] for name in terms], axis=1)
        fit = fit_glm(column(rows, "aces"), design, of=column(rows, "stdpop"))
        spread = 1.0 if model == "poisson" else float(fit.spread[0]) ** 0.5
        for place, row in enumerate(terms.values()):
            assert fit.coef[0, place] == pytest.approx(float(row["coef"]), rel=1e-7, abs=1e-10)
            assert fit.error[0, place] * spread == pytest.approx(float(row["se"]), rel=1e-6)


def test_dependence_widens_the_interval_of_the_smoking_ban(vectors: Path) -> None:
    """Quasi-Poisson with harmonics gives .885 (.839-.933) and takes months as independent."""
    rows = table(vectors, "its_sicily_input")
    at = int((column(rows, "smokban") == 0).sum())
    plain = step_change(column(rows, "aces"), at, of=column(rows, "stdpop"))
    waves = step_change(column(rows, "aces"), at, of=column(rows, "stdpop"), year=12)
    assert plain.low is not None and plain.low < 0.8393  # what it gives without harmonics
    assert waves.ratio == pytest.approx(0.885, abs=0.002)
    assert waves.low == pytest.approx(0.8394, abs=0.01)


def test_at_each_strength_of_dependence_the_step_is_generalised_least_squares() -> None:
    rng = np.random.default_rng(3)
    design, y = step_design(20, 20), rng.normal(size=40)
    steps = fit_steps(y, design, family="mean")
    lag = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
    strengths = [(r, part) for r in DEPENDENCE for part, _ in PARTS]
    assert len(strengths) == len(steps.value)
    for place in (0, 7, 20, 41):
        r, part = strengths[place]
        inverse = np.linalg.inv(np.where(lag == 0, 1.0, part * r ** lag.astype(float)))
        spread = np.linalg.inv(design.T @ inverse @ design)
        coef = spread @ design.T @ inverse @ y
        left = y - design @ coef
        error = (left @ inverse @ left / 37 * spread[-1, -1]) ** 0.5
        assert steps.value[place, 0] == pytest.approx(coef[-1])
        assert steps.error[place, 0] == pytest.approx(error)
    assert steps.weight.sum() == pytest.approx(1)


def test_limits_leave_one_fortieth_on_each_side() -> None:
    rng = np.random.default_rng(5)
    steps = fit_steps(rng.poisson(9, (6, 30)), step_design(15, 15))
    _, low, high = intervals(steps)
    assert tail_probability(steps, low) == pytest.approx(0.025, abs=1e-6)
    assert tail_probability(steps, high) == pytest.approx(0.975, abs=1e-6)


@pytest.mark.parametrize("dependence", [0.0, 0.3])
@pytest.mark.parametrize("side", [12, 48])
def test_planted_steps_lie_in_their_intervals_and_null_steps_are_rarely_found(
    side: int, dependence: float
) -> None:
    """A small draw of `bench.its`; the bounds are 3-7 % with three standard errors of 400 series."""
    held = try_case(Case("count", side, dependence), series=400, seed=11)
    assert held.refused < 0.02
    assert 0.9 < held.holds <= 1
    assert held.found < 0.1


def test_a_step_that_is_as_large_as_chance_is_not_found_where_it_is_not() -> None:
    rng = np.random.default_rng(1)
    series = simulate_series(rng, 1, np.full(40, 12.0))[0]
    change = step_change(series, 20)
    assert change.low is not None and change.high is not None
    assert change.low < 1 < change.high


def test_a_large_step_is_found() -> None:
    rng = np.random.default_rng(2)
    series = simulate_series(rng, 1, np.repeat([40.0, 12.0], 26), dependence=0.3, spread=2)[0]
    change = step_change(series, 26)
    assert change.high is not None and change.high < 1
    assert change.p is not None and change.p < 0.001


def test_a_comparison_takes_away_what_changed_everywhere() -> None:
    """Both fall to a half; among the two the share stays."""
    rng = np.random.default_rng(4)
    level = np.repeat([60.0, 30.0], 20)
    here, there = rng.poisson(level), rng.poisson(3 * level)
    alone = step_change(here, 20)
    beside = step_change(here, 20, of=here + there, family="share")
    assert alone.high is not None and alone.high < 1
    assert beside.low is not None and beside.high is not None and beside.low < 1 < beside.high


@pytest.mark.parametrize(
    ("hits", "at", "why"),
    [
        ([5] * (FEWEST + 7), 7, "8 are needed on each side"),
        ([5] * 20, 0, "0 periods before"),
        ([5] * 20, 20, "0 after"),
        ([0] * 10 + [4] * 10, 10, "needed at least on average"),
    ],
)
def test_too_little_is_refused_with_the_reason(hits: list[int], at: int, why: str) -> None:
    change = step_change(hits, at)
    assert change.ratio is None
    assert why in change.refused


def test_a_series_that_hardly_forgets_is_refused_as_not_calibrated() -> None:
    rng = np.random.default_rng(8)
    made = simulate_series(rng, 30, np.full(96, 16.0), dependence=0.97, spread=8)
    refused = [change for change in step_changes(made, 48) if change.refused]
    assert refused
    assert all("not calibrated" in change.refused for change in refused)
    assert all(change.ratio is None and (change.missed or 0) > 0.08 for change in refused)


def test_shares_without_their_whole_are_refused() -> None:
    with pytest.raises(InputError, match="share needs the number"):
        fit_glm([1, 2, 3, 4, 5], np.ones((5, 1)), family="share")
