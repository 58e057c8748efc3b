"""Figures counted again together: the same numbers as one by one, in a few questions."""

from typing import Any

import pyarrow as pa

from bedside.measure.all import measure_all
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from bedside.measure.recounting import recount_together
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
