"""Published and R-computed values, each reproduced; the tables lie outside the project (see `vectors`)."""

import csv
from math import isnan
from pathlib import Path

import pytest

from bedside.measure.statistics.bursts import bursts_of_events
from bedside.measure.statistics.change_points import level_changes, run_lengths
from bedside.measure.statistics.ears import ears
from bedside.measure.statistics.log_odds import contrasts, corpus_prior
from bedside.measure.statistics.survival import Step, kaplan_meier

Table = list[dict[str, str]]


def rows(folder: Path, name: str) -> Table:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(cell: str) -> float:
    return float("nan") if cell in ("NA", "") else float(cell)


def curve(table: Table, group: str) -> list[Step]:
    held = [row for row in table if row["x"] == group]
    times, ended = [float(r["time"]) for r in held], [r["status"] == "1" for r in held]
    return kaplan_meier(times, ended, scale="log")


def test_the_aml_curves_are_those_of_r(vectors: Path) -> None:
    wanted = rows(vectors, "survival_aml_km")
    for group in ("Maintained", "Nonmaintained"):
        steps = curve(rows(vectors, "survival_aml_input"), group)
        expected = [row for row in wanted if row["group"] == f"x={group}"]
        assert len(steps) == len(expected)
        for step, row in zip(steps, expected, strict=True):
            assert (step.time, step.at_risk, step.ended) == (
                float(row["time"]),
                int(row["n.risk"]),
                int(row["n.event"]),
            )
            assert step.share == pytest.approx(float(row["surv"]), abs=1e-12)
            columns = {"std.err": step.error, "lower_log": step.low, "upper_log": step.high}
            for name, value in columns.items():
                if value is None:
                    assert isnan(number(row[name]))
                else:
                    assert value == pytest.approx(number(row[name]), abs=1e-12), name


def test_fighting_words_are_the_published_ones(vectors: Path) -> None:
    table = rows(vectors, "fightin_words")
    first, second = ([int(row[y]) for row in table] for y in ("y1", "y2"))
    prior = corpus_prior(first, second)
    assert prior == pytest.approx([float(row["prior"]) for row in table])
    for row, found in zip(table, contrasts(first, second, prior), strict=True):
        assert found.delta == pytest.approx(float(row["delta"]), abs=1e-9)
        assert found.z == pytest.approx(float(row["z"]), abs=1e-8)
    for row, found in zip(table, contrasts(first, second, [0.01] * len(table)), strict=True):
        assert found.z == pytest.approx(float(row["z_uniform_0.01"]), abs=1e-7)


def test_kleinbergs_bursts_are_those_of_r(vectors: Path) -> None:
    events = [4, 17, 23, 27, 33, 35, 37, 76, 77, 82, 84, 88, 90, 92]
    found = bursts_of_events(events, base=2, gamma=0.1)
    wanted = [r for r in rows(vectors, "kleinberg_bursts") if r["case"] == "pybursts_s2_g0.1"]
    assert sorted((b.level, b.start, b.end) for b in found) == sorted(
        (int(r["level"]), float(r["start"]), float(r["end"])) for r in wanted
    )


@pytest.mark.parametrize(("least", "names"), [(0.0, ("C1_U", "C2_U")), (1.0, ("C1_minSigma1_U", "C2_minSigma1_U"))])  # fmt: skip
def test_the_limits_of_ears_are_those_of_surveillance(
    vectors: Path, least: float, names: tuple[str, str]
) -> None:
    table = rows(vectors, "ears_surveillance")
    watched = ears([int(row["y"]) for row in table], least_spread=least)
    for row, watch in zip(table, watched, strict=True):
        for name, limit in zip(names, (watch.c1_limit, watch.c2_limit), strict=True):
            if limit is None:
                assert isnan(number(row[name]))
            else:
                assert limit == pytest.approx(number(row[name]), abs=1e-9)
        if not least:
            assert (watch.c1, watch.c2) == (row["C1_alarm"] == "TRUE", row["C2_alarm"] == "TRUE")


def test_the_nile_changed_after_1898(vectors: Path) -> None:
    table = rows(vectors, "nile")
    flow = [float(row["flow"]) for row in table]
    (first,) = level_changes(flow)
    assert int(table[first]["year"]) == 1899
    parts = flow[:first], flow[first:]
    means = [sum(part) / len(part) for part in parts]
    assert [round(m, 2) for m in means] == [1097.75, 849.97]
    rss = sum((x - m) ** 2 for part, m in zip(parts, means, strict=True) for x in part)
    assert round(rss) == 1597457


def test_run_lengths_are_those_of_full_enumeration(vectors: Path) -> None:
    table = rows(vectors, "bocpd_exact")
    series = [float(row["x_t"]) for row in table if row["run_length_incl_t"] == "1"]
    found = run_lengths(series, hazard=0.2, mean=0, spread=3, noise=1)
    for row in table:
        t, r = int(row["t"]) - 1, int(row["run_length_incl_t"]) - 1
        assert found.posterior[t, r] == pytest.approx(float(row["posterior"]), abs=1e-10)
        assert found.log_evidence[t] == pytest.approx(float(row["log_evidence_1_t"]), abs=1e-9)
