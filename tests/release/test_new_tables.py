"""A reader who adds up every table of two releases of one study works out no hidden count of journey and trends."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec
import numpy as np
import pytest

from bedside.measure.codes import measure_codes
from bedside.measure.context import MeasureContext
from bedside.measure.journey.all import measure_journey
from bedside.measure.trends.all import measure_trends
from bedside.model.figures import Figure
from bedside.release.remembering import Shown
from bedside.release.solver import feasible_ranges
from bedside.release.suppression import SMALL, Decision, decide
from bedside.release.tables import Quantity, Tie, of_set, own_set, quantities
from bedside.store.config import Privacy
from tests.measure.conftest import Rows, Study, context, mark, moment, post, study
from tests.measure.test_trends_parts import MONDAY
from tests.release.test_suppression import remembered

__all__ = ["context", "study"]  # fixtures
POLICY = Privacy()
LAYERS = ("search_worry", "care", "think", "feel", "do", "info_source", "content", "mode")


def invented(seed: int, people: int, weeks: int) -> tuple[Rows, Rows]:
    """A small community: some weeks and codes hold a handful of accounts."""
    dice = np.random.default_rng(seed)
    posts, marks = [], []
    for i in range(people):
        week = int(dice.integers(0, weeks)) if dice.random() < 0.9 else weeks // 2
        key = f"s{seed}-{i}"
        day = MONDAY + timedelta(weeks=week, days=int(dice.choice([0, 1, 2, 3, 4, 4, 5])))
        posts.append(post(key, f"a{int(dice.integers(0, people // 2))}", published_at=day))
        stage = str(dice.choice(["first_symptoms", "searching", "first_consultation", "diagnosis"]))
        marks += moment(key, stage, *(["feel.relief"] if dice.random() < 0.3 else []))
        if dice.random() < 0.6:
            marks.append(mark(key, "search_worry", "yes"))
        if dice.random() < 0.2:
            seen = float(dice.integers(1, 7))
            marks.append(mark(key, "diagnosis", "", slot="professionals", value=seen, group=1))
        if dice.random() < 0.5:
            name = str(dice.choice(["endometriosis", "pcos", "asthma"], p=[0.6, 0.3, 0.1]))
            marks += [
                mark(key, "diagnosis", "", slot="condition", concept=name, group=1),
                mark(key, "diagnosis", "confirmed", slot="status", group=1),
                mark(key, "diagnosis", "first_symptoms", slot="months", value=float(dice.integers(3, 99)), group=1),
            ]  # fmt: skip
    return posts, marks


def measured(study: Study, context: MeasureContext, posts: Rows, marks: Rows, earlier: Rows) -> list[Figure]:  # fmt: skip
    coverage = [
        {"post_key": p["post_key"], "layer": layer, "coverage": "done"}
        for p in posts
        for layer in LAYERS
    ]
    ask = study(posts, marks, coverage=coverage, earlier=earlier)
    parts = (measure_codes, measure_journey, measure_trends)
    return [figure for part in parts for figure in part(ask, context)]


def chosen(figures: Sequence[Figure], measure: str, **keys: str) -> list[Figure]:
    return [f for f in figures if f.measure == measure and keys.items() <= f.keys.items()]


def sums_a_reader_knows(figures: Sequence[Figure]) -> list[Tie]:
    """Written down from what the tables mean, not from what the release believes."""
    ties: list[Tie] = []

    def adds_up(total: str | None, parts: Sequence[str | None], unit: str, kind: str = "=") -> None:
        named = dict.fromkeys(Quantity(p, unit) for p in parts if p is not None)
        if total is not None and len(named) > 1:
            ties.append(Tie(Quantity(total, unit), tuple(named), kind))  # type: ignore[arg-type]

    days = chosen(figures, "trends.weekdays")
    dated = of_set(days[0])
    adds_up(dated, [own_set(f) for f in days], "posts")
    adds_up(dated, [own_set(f) for f in chosen(figures, "trends.volume")], "posts")
    for share in chosen(figures, "codes.share"):
        keys = {k: share.keys[k] for k in ("layer", "code")}
        told = chosen(figures, "trends.told", **keys)
        adds_up(own_set(share), [own_set(f) for f in told], "posts")
        adds_up(dated, [of_set(f) for f in told], "posts")
        sides = chosen(figures, "trends.since", **keys)
        adds_up(own_set(share), [own_set(f) for f in sides], "posts")
        adds_up(of_set(share), [of_set(f) for f in sides], "posts")
    bands = chosen(figures, "journey.professionals")
    adds_up(of_set(bands[0]), [own_set(f) for f in bands], "accounts")
    waits = chosen(figures, "journey.time_to_diagnosis", **{"from": "first_symptoms"})
    by_name = [own_set(f) for f in waits if f.keys["condition"] != "all"]
    adds_up(own_set(waits[0]), by_name, "posts")
    for group in ("before", "searching", "diagnosis"):
        steps = chosen(figures, "journey.paths", step_from=group)
        adds_up(of_set(steps[0]), [own_set(f) for f in steps], "accounts", ">=")
    return ties


def given_away(
    releases: Sequence[tuple[Sequence[Figure], Decision]],
    sums: Callable[[Sequence[Figure]], list[Tie]] = sums_a_reader_knows,
) -> list[tuple[Quantity, int, int]]:
    """Hidden small counts that the shown ones, taken together, leave only one value."""
    known: dict[Quantity, int] = {}
    hidden: dict[Quantity, int] = {}
    for figures, decision in releases:
        for figure in figures:
            for quantity, value in quantities(figure).items():
                (hidden if quantity.of in decision.hidden else known)[quantity] = value
    hidden = {q: v for q, v in hidden.items() if q not in known}
    bounds = {q: ((1, 7) if q.unit == "accounts" and 0 < v < 8 else (0, None)) for q, v in hidden.items()}  # fmt: skip
    ties = [t for figures, _ in releases for t in sums(figures)]
    ties = [t for t in ties if all(q in known or q in bounds for q in (t.total, *t.parts))]
    reasons = {n: r for _, d in releases for n, r in d.hidden.items()}
    secret = [q for q, v in hidden.items() if v and reasons[q.of] == SMALL and q.unit != "no_author"]  # fmt: skip
    tied = {q for t in ties for q in (t.total, *t.parts)}
    asked = sorted(q for q in secret if q in tied)
    ranges = feasible_ranges(asked, ties=ties, known=known, bounds=bounds)
    assert asked, "nothing was hidden: the test asks nothing"
    return [(q, *ranges[q]) for q in asked if ranges[q].width < 1]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_two_releases_together_give_no_hidden_count_away(
    study: Study, context: MeasureContext, seed: int
) -> None:
    codes = {**context.codes, "search_worry": ("yes", "no")}
    wide = msgspec.structs.replace(context, codes=codes, conditions=("endometriosis", "pcos", "asthma"))  # fmt: skip
    posts, marks = invented(seed, 150, 16)
    first = measured(study, wide, posts, marks, [])
    decided = decide(first, POLICY)
    more, more_marks = invented(seed + 100, 40, 18)
    earlier = [{"record_no": p["record_no"], "post_key": p["post_key"]} for p in posts]
    later = msgspec.structs.replace(wide, snapshot="s-later")
    second = measured(study, later, [*posts, *more], [*marks, *more_marks], earlier)
    memory: list[Shown] = [remembered(first, decided)]
    assert given_away([(first, decided)]) == []
    assert given_away([(first, decided), (second, decide(second, POLICY, memory))]) == []
