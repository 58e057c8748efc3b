"""Evidence: every figure opens to exactly the posts it counted."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from bedside.errors import InputError
from bedside.measure.all import measure_all
from bedside.measure.context import MeasureContext, make_context
from bedside.measure.evidence import Count, open_evidence, recount
from bedside.measure.journey.distinctive import _compared
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask
from tests.measure.conftest import Rows, Study, mark, moment, post


@pytest.fixture
def mixed(study: Study) -> Ask:
    """Thirty posts of nine accounts and some without author, with marks of every measure."""
    posts = [post(f"p{i}", f"a{i % 9}" if i % 6 else None) for i in range(30)]
    marks: Rows = []
    for i in range(24):
        marks += moment(
            f"p{i}", "diagnosis" if i % 2 else "searching", "feel.relief", "think.question"
        )
        marks += [mark(f"p{i}", "role", "patient" if i % 3 else "other")]
        marks += [
            mark(f"p{i}", "care", "listening:complaint"),
            mark(f"p{i}", "info_source", "doctor"),
        ]
        marks += [mark(f"p{i}", "first_turned_to", "internet")]
    return study(posts, marks)


def test_every_figure_opens_to_the_posts_it_counted(mixed: Ask, context: MeasureContext) -> None:
    figures = measure_all(mixed, context)
    assert {figure.measure for figure in figures} >= {
        "inclusion.flow",
        "roles.share",
        "journey.map",
    }
    for figure in figures:
        hits, of = recount(mixed, figure)
        assert hits.posts == figure.hits_posts == open_evidence(mixed, figure).num_rows
        if figure.hits_accounts is not None:
            assert (hits.accounts, hits.no_author) == (figure.hits_accounts, figure.no_author)
        if of is not None:
            assert (of.posts, of.accounts) == (figure.of_posts, figure.of_accounts)


def test_evidence_gives_each_post_once_in_order(mixed: Ask, context: MeasureContext) -> None:
    figure = next(f for f in measure_all(mixed, context) if f.measure == "journey.stages")
    keys = open_evidence(mixed, figure)["post_key"].to_pylist()
    assert keys == sorted(set(keys))


def test_ids_differ_between_figures_and_stay_between_runs(
    mixed: Ask, context: MeasureContext
) -> None:
    first, second = measure_all(mixed, context), measure_all(mixed, context)
    assert first == second
    assert len({figure.id for figure in first}) == len(first)


def test_another_snapshot_gives_other_ids(mixed: Ask, context: MeasureContext) -> None:
    later = MeasureContext(
        snapshot="s-later",
        codebook=context.codebook,
        codes=context.codes,
        stage_groups=context.stage_groups,
    )
    ids = {figure.id for figure in measure_all(mixed, context)}
    assert not ids & {figure.id for figure in measure_all(mixed, later)}


def test_order_of_rows_changes_nothing(study: Study, context: MeasureContext) -> None:
    posts = [post(f"p{i}", f"a{i % 3}") for i in range(9)]
    marks = [m for i in range(9) for m in moment(f"p{i}", "diagnosis", "feel.relief")]
    there = measure_all(study(posts, marks), context)
    assert there == measure_all(study(posts[::-1], marks[::-1]), context)


def test_measures_run_on_an_empty_study(study: Study, context: MeasureContext) -> None:
    figures = measure_all(study([]), context)
    assert all(not figure.estimate for figure in figures)
    assert all(figure.refused for figure in figures if figure.estimate is None)


def test_shares_say_that_nobody_checked_the_machine(mixed: Ask, context: MeasureContext) -> None:
    measured = measure_all(mixed, context)
    shares = [f for f in measured if f.of_posts is not None and f.estimate is not None]
    assert shares
    for figure in shares:
        if (
            figure.measure == "trends.weekdays"
        ):  # of days that the source states: no machine read them
            assert figure.basis == "counted"
            continue
        assert figure.basis == "machine"
        assert "machine error not included" in figure.method


def test_queries_return_no_floating_point(mixed: Ask, context: MeasureContext) -> None:
    """So that two engines agree digit for digit: floating point is computed once, in Python."""
    seen = []

    def watch(aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        answer = mixed(aggregate, params)
        seen.append(aggregate.name)
        assert not any(pa.types.is_floating(field.type) for field in answer.schema)
        return answer

    measure_all(watch, context)
    assert len(seen) > 10


def test_a_figure_without_evidence_cannot_be_opened(mixed: Ask) -> None:
    bare = Figure(id="ev-none", measure="x", keys={}, unit="posts", estimate=1.0)
    with pytest.raises(InputError, match="ev-none"):
        open_evidence(mixed, bare)
    with pytest.raises(InputError):
        recount(mixed, bare)


def test_codes_that_could_break_a_query_are_refused() -> None:
    with pytest.raises(InputError):
        MeasureContext(snapshot="s", codebook="c", codes={"feel": ("x'; --",)}, stage_groups={})


def test_context_takes_codes_and_stage_groups_from_the_codebook() -> None:
    from bedside.codebook import load_codebook

    made = make_context(load_codebook(), snapshot="s", languages=("en", "cy"))
    assert list(made.stage_groups) == [
        "before",
        "searching",
        "diagnosis",
        "treatment",
        "living_with",
        "end",
    ]
    assert "listening:complaint" in made.codes["care"]


def test_what_only_posts_without_author_tell_is_compared_with_nobody(
    context: MeasureContext,
) -> None:
    """Real payloads hold such posts: a code that no account tells has no prior."""
    counts: dict[tuple[str, ...], Count] = {
        ("searching", "think", "question"): Count(accounts=9, posts=9),
        ("diagnosis", "think", "question"): Count(accounts=3, posts=3),
        ("diagnosis", "feel", "relief"): Count(accounts=9, posts=9),
        ("searching", "do", "complained"): Count(accounts=0, posts=2, no_author=2),
    }
    found = _compared(context, counts)
    assert {f.item for f in found} <= {("think", "question"), ("feel", "relief")}
