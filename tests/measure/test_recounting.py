"""Figures counted again together: the same numbers as one by one, in a few questions."""

from typing import Any

import pyarrow as pa

from bedside.measure.all import measure_all
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import open_evidence, recount
from bedside.measure.journey.all import measure_journey
from bedside.measure.recounting import prints_together, recount_together
from bedside.measure.roles import measure_roles
from bedside.store.stages import Aggregate
from tests.measure.conftest import Rows, Study, mark, moment, post


def a_study() -> tuple[Rows, Rows]:
    posts = [post(f"p{n}", account_key=f"a{n % 9}" if n % 7 else None) for n in range(60)]
    marks: Rows = []
    for n in range(60):
        stage = ("searching", "diagnosis", "living_with")[n % 3]
        marks += moment(f"p{n}", stage, "feel.relief" if n % 2 else "think.question")
        marks += [mark(f"p{n}", "care", "waiting:complaint" if n % 4 else "listening:praise")]
        marks += [mark(f"p{n}", "role", "patient")]
    return posts, marks


def test_counted_together_figures_have_the_numbers_they_have_alone(
    study: Study, context: MeasureContext
) -> None:
    ask = study(*a_study())
    figures = [f for f in measure_all(ask, context) if f.evidence.posts_sql]
    asked: list[str] = []

    def counting(aggregate: Aggregate, params: Any) -> pa.Table:
        asked.append(aggregate.sql)
        return ask(aggregate, params)

    found = recount_together(counting, figures)
    assert len(found) > 100 and len(asked) < len(found) / 2
    for figure in figures:
        if figure.id in found:
            assert found[figure.id] == recount(ask, figure), figure.measure


def test_prints_tell_which_sets_are_the_same_and_which_make_up_another(
    study: Study, context: MeasureContext
) -> None:
    """Against the posts themselves: the same print for the same posts only, and disjoint parts add up."""
    ask = study(*a_study())
    figures = [f for f in measure_roles(ask, context) + measure_journey(ask, context) if f.evidence.posts_sql]  # fmt: skip
    prints = prints_together(ask, figures)
    behind: dict[int, set[str]] = {}
    for figure in figures:
        posts = set(open_evidence(ask, figure)["post_key"].to_pylist())
        print_ = prints[figure.id][0]
        assert print_ is not None
        assert behind.setdefault(print_, posts) == posts, figure.measure
    assert len(set(map(frozenset, behind.values()))) == len(behind) > 5
    both = [
        (a, b, a | b)
        for a in behind.values()
        for b in behind.values()
        if a and b and not a & b and a | b in behind.values()
    ]
    assert both, "no set is made up of two others: the test asks nothing"
    of = {frozenset(posts): value for value, posts in behind.items()}
    for a, b, whole in both:
        assert of[frozenset(a)] + of[frozenset(b)] == of[frozenset(whole)]
