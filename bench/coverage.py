"""How often the intervals of judged shares hold the planted truth: simulated label sets, a bad machine.

usage: python -m bench.coverage [SETS]      writes bench/results/coverage.md; SETS for each row, 1000 by default
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.measure.estimates.contrasts import Contrast, difference, trend
from bedside.measure.estimates.judged import (
    EXACT,
    POWERED,
    JudgedShare,
    judged_only_share,
    judged_share,
)
from bedside.measure.estimates.sample import Corpus, Sample, corpus_of
from bedside.measure.shares import clustered

__all__ = [
    "WORLDS",
    "ContrastRow",
    "LabelSet",
    "Row",
    "World",
    "draw_labels",
    "main",
    "measure_contrast",
    "measure_row",
    "pooled",
]

RESULT = Path(__file__).parent / "results" / "coverage.md"
SENSITIVITY, SPECIFICITY = 0.6, 0.9
PREVALENCES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
JUDGED = (200, 300, 400)
SEED = 20


class World(NamedTuple):
    """How posts come to be.

    Attributes
    ----------
    posts, accounts : int
        About how many.
    tail : float
        Pareto index of posts by account; smaller: heavier posters.
    alike : float
        Correlation of the code within an account.
    errors_alike : float
        Correlation of the machine's errors within an account.
    loudest : float
        Part of all posts by one further account.
    by_mark : bool
        Draw half of the sample from posts that the machine marks; else all posts alike.
    """

    name: str
    posts: int = 10_000
    accounts: int = 3_000
    tail: float = 1.1
    alike: float = 0.2
    errors_alike: float = 0.1
    loudest: float = 0.0
    by_mark: bool = False


WORLDS = (
    World("heavy posters"),
    World("light posters", tail=3.0, alike=0.05, errors_alike=0.0),
    World("very much alike", alike=0.4, errors_alike=0.3),
    World("small corpus", posts=2_000, accounts=900),
    World("one loud account", loudest=0.05),
    World("stratified by the machine's marks", by_mark=True),
)


class LabelSet(NamedTuple):
    """One simulated study: truth and machine of every post, and which posts were judged."""

    truth: npt.NDArray[np.float64]
    machine: npt.NDArray[np.float64]
    account: npt.NDArray[np.int64]
    drawn: npt.NDArray[np.bool_]
    chance: npt.NDArray[np.float64]

    def sample(self) -> Sample:
        """The judged posts."""
        drawn = self.drawn
        return Sample(
            self.truth[drawn],
            self.account[drawn].tolist(),
            self.machine[drawn],
            self.chance[drawn],
            [_STRATA[int(mark)] for mark in self.machine[drawn]],
        )

    def corpus(self) -> Corpus:
        """What the machine says of all posts, and the strata by which they may have been drawn."""
        marked = int(self.machine.sum())
        sizes = {_STRATA[0]: len(self.machine) - marked, _STRATA[1]: marked}
        alike = self.chance.min() == self.chance.max()
        return corpus_of(self.machine, self.account.tolist(), {} if alike else sizes)


_STRATA = ("unmarked", "marked")


def _rates(
    chance: np.random.Generator, mean: float, alike: float, n: int
) -> npt.NDArray[np.float64]:
    """A rate for each account with the given mean and correlation within accounts."""
    if not alike:
        return np.full(n, mean)
    size = 1 / alike - 1
    return chance.beta(mean * size, (1 - mean) * size, n)


def draw_labels(
    chance: np.random.Generator, world: World, *, prevalence: float, judged: int
) -> LabelSet:
    """Simulate one study: accounts of unequal size, truth, a machine that errs, a random sample."""
    weight = np.minimum(chance.pareto(world.tail, world.accounts) + 1, 300.0)
    mean = weight / weight.sum() * world.posts * (1 - world.loudest)
    sizes = chance.poisson(np.append(mean, world.loudest * world.posts))
    sizes = sizes[sizes > 0]
    account = np.repeat(np.arange(len(sizes)), sizes)
    own = _rates(chance, prevalence, world.alike, len(sizes))[account]
    truth = chance.random(len(account)) < own
    found = _rates(chance, SENSITIVITY, world.errors_alike, len(sizes))[account]
    false = 1 - _rates(chance, SPECIFICITY, world.errors_alike, len(sizes))[account]
    machine = chance.random(len(account)) < np.where(truth, found, false)
    likely = np.full(len(account), judged / len(account))
    if world.by_mark:
        likely = judged / 2 / np.where(machine, machine.sum(), (~machine).sum())
    drawn = chance.random(len(account)) < likely
    return LabelSet(truth.astype(float), machine.astype(float), account, drawn, likely)


class Row(NamedTuple):
    """What came of many label sets of one kind; shares in 0..1, None where no set was of that kind."""

    world: str
    judged: int
    prevalence: float
    refused: float
    powered: float  # part of the sets that got a prediction-powered interval
    exact_holds: float | None
    powered_holds: float | None
    powered_holds_snapshot: float | None  # holds the share among this very snapshot's posts
    given_holds: float | None  # whichever interval was given
    width_ratio: (
        float | None
    )  # prediction-powered over judged-only, mean of both where both are given
    machine_holds: float
    machine_miss: float  # mean distance of the machine's share from the truth


def measure_row(world: World, *, judged: int, prevalence: float, sets: int, seed: int) -> Row:
    """Simulate label sets of one kind and count how often each interval holds the planted rate."""
    chance = np.random.default_rng([seed, judged, round(prevalence * 1000)])
    results = [
        _result(draw_labels(chance, world, prevalence=prevalence, judged=judged), prevalence)
        for _ in range(sets)
    ]
    given = [r for r in results if r.share.value is not None]
    powered = [r for r in given if r.share.estimator == POWERED]
    exact = [r for r in given if r.share.estimator == EXACT]
    wide = [r.width for r in powered], [r.alone for r in powered]
    return Row(
        world=world.name,
        judged=judged,
        prevalence=prevalence,
        refused=1 - len(given) / sets,
        powered=len(powered) / sets,
        exact_holds=_mean([r.holds for r in exact]),
        powered_holds=_mean([r.holds for r in powered]),
        powered_holds_snapshot=_mean([r.holds_snapshot for r in powered]),
        given_holds=_mean([r.holds for r in given]),
        width_ratio=sum(wide[0]) / sum(wide[1]) if powered else None,
        machine_holds=float(np.mean([r.machine_holds for r in results])),
        machine_miss=float(np.mean([r.machine_miss for r in results])),
    )


class _Result(NamedTuple):
    share: JudgedShare
    holds: bool
    holds_snapshot: bool
    width: float
    alone: float
    machine_holds: bool
    machine_miss: float


def _result(made: LabelSet, truth: float) -> _Result:
    sample, corpus = made.sample(), made.corpus()
    share = judged_share(sample, corpus)
    machine = clustered(corpus.sums)
    alone = judged_only_share(sample, corpus)
    return _Result(
        share=share,
        holds=_holds(share.low, share.high, truth),
        holds_snapshot=_holds(share.low, share.high, float(made.truth.mean())),
        width=(share.high or 0) - (share.low or 0),
        alone=(alone.high or 0) - (alone.low or 0),
        machine_holds=_holds(machine.low, machine.high, truth),
        machine_miss=abs(machine.value - truth),
    )


def _holds(low: float | None, high: float | None, truth: float) -> bool:
    return low is not None and high is not None and low <= truth <= high


def _mean(values: Sequence[bool]) -> float | None:
    return float(np.mean(values)) if values else None


def pooled(rows: Sequence[Row]) -> Row:
    """All rows together, each interval counted once: what a reader meets who does not know the truth."""

    def over(values: Sequence[float | None], weights: Sequence[float]) -> float | None:
        pairs = [(v, w) for v, w in zip(values, weights, strict=True) if v is not None and w]
        return sum(v * w for v, w in pairs) / sum(w for _, w in pairs) if pairs else None

    powered = [r.powered for r in rows]
    given = [1 - r.refused for r in rows]
    return rows[0]._replace(
        prevalence=0.0,
        refused=float(np.mean([r.refused for r in rows])),
        powered=float(np.mean(powered)),
        exact_holds=over(
            [r.exact_holds for r in rows], [g - p for g, p in zip(given, powered, strict=True)]
        ),
        powered_holds=over([r.powered_holds for r in rows], powered),
        powered_holds_snapshot=over([r.powered_holds_snapshot for r in rows], powered),
        given_holds=over([r.given_holds for r in rows], given),
        width_ratio=over([r.width_ratio for r in rows], powered),
        machine_holds=float(np.mean([r.machine_holds for r in rows])),
        machine_miss=float(np.mean([r.machine_miss for r in rows])),
    )


class ContrastRow(NamedTuple):
    """What came of many differences or trends of one kind."""

    what: str
    judged: int
    planted: float
    refused: float
    holds: float | None
    false: float  # part of sets with a p-value under .05


def _difference(made: LabelSet, group: npt.NDArray[np.bool_]) -> Contrast:
    """Judged shares of two groups of posts, one less the other."""
    shares = []
    for side in (group, ~group):
        part = LabelSet(
            made.truth[side],
            made.machine[side],
            made.account[side],
            made.drawn[side],
            made.chance[side],
        )
        shares.append(judged_share(part.sample(), part.corpus()))
    return difference(*shares)


def measure_contrast(
    what: str, *, judged: int, planted: float, sets: int, seed: int
) -> ContrastRow:
    """Differences between two groups of posts, or trends, of a code at 30 % that changes by `planted`."""
    chance = np.random.default_rng([seed, judged, round(1000 + planted * 1000)])
    found = []
    for _ in range(sets):
        made = draw_labels(chance, WORLDS[0], prevalence=0.3, judged=judged)
        t = chance.random(len(made.truth))
        t = (t < 0.4).astype(float) if what == "difference" else t
        kept = made.truth * (chance.random(len(t)) < 1 + planted / 0.3 * t)
        machine = chance.random(len(t)) < np.where(kept == 1, SENSITIVITY, 1 - SPECIFICITY)
        made = made._replace(truth=kept, machine=machine.astype(float))
        if what == "difference":
            found.append(_difference(made, t == 1))
            continue
        when, account = t[made.drawn], made.account.tolist()
        found.append(trend(made.sample(), when, machine=made.machine, account=account, over=t))
    given = [c for c in found if c.value is not None]
    holds = [_holds(c.low, c.high, planted) for c in given]
    small = float(np.mean([(c.p or 0.0) < 0.05 for c in given])) if given else 0.0
    return ContrastRow(what, judged, planted, 1 - len(given) / sets, _mean(holds), small)


def _contrast_table(sets: int) -> list[str]:
    lines = [
        "| what | judged | planted | refused | holds | p under .05 |",
        "|---|---|---|---|---|---|",
    ]
    for what in ("difference", "trend"):
        for judged in (200, 400):
            for planted in (0.0, -0.15):
                row = measure_contrast(what, judged=judged, planted=planted, sets=sets, seed=SEED)
                holds = "–" if row.holds is None else f"{100 * row.holds:.1f}"
                lines.append(
                    f"| {what} | {judged} | {planted:+.2f} | {100 * row.refused:.1f} | {holds} | {100 * row.false:.1f} |"
                )
    return lines


HEAD = (
    "| judged | planted | refused | exact given | exact holds | powered given | powered holds | of this snapshot | "
    "given holds | width, powered : judged only | machine's interval holds | machine misses by |"
)


def _line(row: Row) -> str:
    def part(value: float | None, digits: int = 1) -> str:
        return "–" if value is None else f"{100 * value:.{digits}f}"

    exact = 1 - row.refused - row.powered
    ratio = "–" if row.width_ratio is None else f"{row.width_ratio:.3f}"
    cells = [
        str(row.judged),
        f"{row.prevalence:.0%}" if row.prevalence else "all of these",
        part(row.refused),
        part(exact),
        part(row.exact_holds),
        part(row.powered),
        part(row.powered_holds),
        part(row.powered_holds_snapshot),
        part(row.given_holds),
        ratio,
        part(row.machine_holds),
        f"{part(row.machine_miss)} points",
    ]
    return "| " + " | ".join(cells) + " |"


def _table(rows: Sequence[Row]) -> list[str]:
    return [HEAD, "|" + "---|" * (HEAD.count("|") - 1), *map(_line, rows)]


def main(sets: int) -> None:
    """Measure every row and write the table."""
    began = time.time()
    lines = [
        f"# Coverage of 95 % intervals: {sets:,} label sets a row, seed {SEED}",
        "",
        f"Machine: sensitivity {SENSITIVITY}, specificity {SPECIFICITY}. Numbers are per cent of the label sets. Planted: "
        "the rate at which accounts like these carry the code; 'of this snapshot': the share among exactly these "
        "posts, which varies less, so that intervals hold it more often. Exact: fewer than 20 judged positives. "
        "Where a kind of interval is given to few sets of a row, these are its unlucky ones: at a planted 5 % only a "
        "sample with far too many positives has 20 of them, and no interval from it can hold the truth as often. "
        "Read such rows in 'given holds' (whichever interval was given) and in 'all of these'.",
    ]
    for world in WORLDS:
        sizes = JUDGED if world is WORLDS[0] else (300,)
        rows = []
        for judged in sizes:
            row = [
                measure_row(world, judged=judged, prevalence=p, sets=sets, seed=SEED)
                for p in PREVALENCES
            ]
            rows += [*row, pooled(row)]
        told = ", ".join(
            f"{name} {value}" for name, value in world._asdict().items() if name != "name"
        )
        lines += ["", f"## {world.name} ({told})", "", *_table(rows)]
    lines += [
        "",
        "## Differences and trends (heavy posters, a code on 30 % of posts)",
        "",
        "Difference: between 40 % of the posts and the others. Trend: over one unit of time. At a planted 0 the last column "
        "is how often a difference is claimed that is not there.",
        "",
        *_contrast_table(sets),
    ]
    lines += ["", f"python -m bench.coverage {sets}; {time.time() - began:.0f} s."]
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
