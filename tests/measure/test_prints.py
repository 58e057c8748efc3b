"""Prints: which sets of posts are the same, and which make up another; told along with the counts."""

from typing import Any

import pyarrow as pa

from bedside.measure.all import measure_all
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows as Counted
from bedside.measure.evidence import count_rows, open_evidence
from bedside.measure.journey.all import measure_journey
from bedside.measure.prints import PrintingAsk, prints_of
from bedside.measure.roles import measure_roles
from bedside.store.stages import Aggregate
from tests.measure.conftest import Study, post
from tests.measure.test_recounting import a_study


def test_prints_tell_which_sets_are_the_same_and_which_make_up_another(
    study: Study, context: MeasureContext
) -> None:
    """Against the posts themselves: the same print for the same posts only, and disjoint parts add up."""
    ask = study(*a_study())
    figures = [f for f in measure_roles(ask, context) + measure_journey(ask, context) if f.evidence.posts_sql]  # fmt: skip
    prints = prints_of(ask, figures)
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


def test_prints_told_with_the_counts_are_those_that_are_asked_for(
    study: Study, context: MeasureContext
) -> None:
    """And most are: few are left to ask for."""
    ask = study(*a_study())
    printing, asked = PrintingAsk(ask), []

    def counting(aggregate: Aggregate, params: Any) -> pa.Table:
        asked.append(aggregate.name)
        return ask(aggregate, params)

    figures = measure_all(printing, context)
    assert figures == measure_all(ask, context)
    together = prints_of(counting, figures, told=printing.told())
    few, asked[:] = len(asked), []
    assert together == prints_of(counting, figures)
    assert few < len(asked) / 4


def test_a_post_that_stands_under_two_accounts_is_asked_for_by_itself(study: Study) -> None:
    ask = study([post("p1", account_key="a1"), post("p2", account_key="a2")])
    printing = PrintingAsk(ask)
    rows = "SELECT p.post_key, a.account_key FROM corpus p CROSS JOIN corpus a"
    count = count_rows(printing, Counted(sql=rows), "twice")
    assert count == count_rows(ask, Counted(sql=rows), "twice")
    assert not printing.told()
    count_rows(printing, Counted(sql="SELECT post_key, account_key FROM corpus"), "once")
    assert len(printing.told()) == 1


def test_what_was_counted_is_not_counted_again(study: Study) -> None:
    ask, asked = study([post("p1"), post("p2", source="other")]), []

    def noted(aggregate: Aggregate, params: Any) -> pa.Table:
        asked.append(aggregate.name)
        return ask(aggregate, params)

    printing = PrintingAsk(noted)
    of = "SELECT post_key, account_key FROM corpus WHERE source = $source"
    rows = [Counted(sql=of, params={"source": name}) for name in ("other", "none", "other")]
    counts = [count_rows(printing, each, "of a source")[()].posts for each in rows]
    assert counts == [1, 0, 1]
    assert len(asked) == 2
