"""Journey: what is distinctive, paths, visits, burdens, and the three curves of waits that never meet."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from bedside.measure.journey.all import measure_journey
from bedside.measure.journey.burdens import burdens, search_worry
from bedside.measure.journey.curves import (
    WATCHED,
    ended_curve,
    going_on_curve,
    thinned,
    watched_curve,
)
from bedside.measure.journey.distinctive import distinctive
from bedside.measure.journey.paths import paths
from bedside.measure.journey.sources import sources_said
from bedside.measure.journey.visits import (
    consultations,
    dismissed,
    mode_reasons,
    modes,
    professionals,
    refusals,
    turning_points,
)
from bedside.model.figures import Figure
from tests.measure.conftest import Rows, Study, mark, moment, post

START = datetime(2024, 1, 10, 12, tzinfo=UTC)
LAYERS = ("think", "feel", "do", "care", "info_source", "search_worry", "content")


@pytest.fixture
def wide(context: MeasureContext) -> MeasureContext:
    codes = {
        **context.codes,
        "do": ("saw_professional", "searched_online", "second_opinion"),
        "mode": ("in_person", "phone"),
        "content": ("daily_struggle", "turning_point"),
        "search_worry": ("yes", "no"),
        "think": ("question", "trust", "doubt"),
        "care": (*context.codes["care"], "information:praise", "information:complaint"),
    }
    return msgspec.structs.replace(context, codes=codes)


def read(posts: Rows) -> Rows:
    return [
        {"post_key": row["post_key"], "layer": layer, "coverage": "done"}
        for row in posts
        for layer in LAYERS
    ]


def cell(figures: list[Figure], **keys: str) -> Figure:
    (found,) = [f for f in figures if keys.items() <= f.keys.items()]
    return found


def later(days: float) -> datetime:
    return START + timedelta(days=days)


def test_a_path_goes_from_stage_to_stage_in_order_of_time(
    study: Study, context: MeasureContext
) -> None:
    posts = [
        post("late", "one", published_at=later(90)),
        post("early", "one", published_at=later(0)),
        post("middle", "one", published_at=later(30)),
        post("again", "two"),
    ]
    marks = [
        *moment("early", "first_symptoms"),
        *moment("middle", "first_symptoms"),
        *moment("late", "diagnosis"),
        *moment("again", "searching"),
    ]
    found = paths(study(posts, marks), context)
    step = cell(found, step_from="before", step_to="diagnosis")
    assert (step.hits_accounts, step.of_accounts, step.hits_posts) == (1, 1, 2)
    assert cell(found, step_from="searching", step_to="diagnosis").refused
    assert cell(found, step_from="before", step_to="searching").hits_accounts == 0


def test_posts_without_a_date_are_on_no_path(study: Study, context: MeasureContext) -> None:
    posts = [post(key, "one", published_at=None) for key in ("p", "q")]
    marks = [*moment("p", "first_symptoms"), *moment("q", "diagnosis")]
    assert all(f.refused for f in paths(study(posts, marks), context))


def test_what_one_stage_tells_more_is_distinctive_and_accounts_are_counted(
    study: Study, context: MeasureContext
) -> None:
    posts = [post(f"d{i}") for i in range(40)] + [post(f"s{i}") for i in range(40)]
    posts += [post(f"x{i}", "busy") for i in range(200)]
    marks = []
    for i in range(40):
        marks += moment(f"d{i}", "diagnosis", "feel.relief" if i < 30 else "think.question")
        marks += moment(f"s{i}", "searching", "feel.relief" if i < 5 else "think.question")
    for i in range(200):  # one account that wrote everything
        marks += moment(f"x{i}", "searching", "feel.anger_frustration")
    found = distinctive(study(posts, marks), context)
    assert {(f.keys["group"], f.keys["code"]) for f in found} == {
        ("diagnosis", "relief"),
        ("searching", "question"),
    }
    relief = cell(found, code="relief")
    assert relief.estimate is not None and relief.low is not None and relief.low > 1
    assert (relief.hits_accounts, relief.of_accounts) == (30, 40)


def test_where_all_stages_tell_alike_nothing_is_distinctive(
    study: Study, context: MeasureContext
) -> None:
    posts = [post(f"{stage[0]}{i}") for stage in ("diagnosis", "searching") for i in range(60)]
    marks = [
        row
        for stage in ("diagnosis", "searching")
        for i in range(60)
        for row in moment(f"{stage[0]}{i}", stage, "feel.relief" if i % 2 else "think.question")
    ]
    assert distinctive(study(posts, marks), context) == []


def test_modes_tell_praise_complaint_and_who_was_seen_after_all(
    study: Study, wide: MeasureContext
) -> None:
    posts = [post(f"p{n}") for n in range(12)]
    marks = [mark(f"p{n}", "mode", "phone", group=0) for n in range(12)]
    marks += [
        mark("p0", "care", "listening:complaint"),
        mark("p0", "mode", None, group=0, slot="seen_after_all", concept="yes"),
        mark("p1", "mode", None, group=0, slot="seen_after_all", concept="no"),
        *(mark(f"p{n}", "mode", None, group=0, slot="reason", concept="Rash") for n in range(9)),
        *(mark(f"p{n}", "mode", None, group=0, slot="reason", concept="Gout") for n in range(7)),
    ]
    ask = study(posts, marks, coverage=read(posts))
    found = modes(ask, wide)
    for said in ("complaint", "seen_after_all", "not_seen"):
        figure = cell(found, mode="phone", said=said)
        assert (figure.hits_accounts, figure.of_accounts) == (1, 12)
    assert not [f for f in found if f.keys == {"mode": "in_person", "said": "seen_after_all"}]
    reasons = mode_reasons(ask, wide)
    assert [(f.keys["reason"], f.hits_accounts) for f in reasons] == [("rash", 9)]


def test_dismissals_are_of_the_moment_in_which_they_are_told(
    study: Study, wide: MeasureContext
) -> None:
    posts = [post("p")]
    marks = [
        *moment("p", "first_consultation", "care.listening:complaint"),
        *moment("p", "diagnosis", no=1),
    ]
    ask = study(posts, marks, coverage=read(posts))
    assert cell(dismissed(ask, wide), group="searching").hits_accounts == 1
    assert cell(dismissed(ask, wide), group="diagnosis").hits_accounts == 0
    told = consultations(ask, wide)
    assert cell(told, stage="first_consultation", code="listening:complaint").estimate == 1
    assert cell(told, stage="tests_referral", code="listening:complaint").refused


def test_refusals_carry_their_reason_or_say_that_none_is_told(
    study: Study, wide: MeasureContext
) -> None:
    def refused(key: str, reason: str | None) -> Rows:
        own = [mark(key, "experiencer", "own")]
        own += [mark(key, "treatment", "refused", slot="status", group=1)]
        return own + ([mark(key, "treatment", reason, slot="barrier", group=1)] if reason else [])

    posts = [post("p"), post("q")]
    found = refusals(study(posts, [*refused("p", "cost"), *refused("q", None)]), wide)
    assert {f.keys["reason"]: f.hits_accounts for f in found if f.hits_accounts} == {
        "cost": 1,
        "unstated": 1,
    }


def test_an_account_is_in_one_band_of_professionals(study: Study, wide: MeasureContext) -> None:
    posts = [post("p", "one"), post("q", "one"), post("r", "two")]
    marks = [
        row
        for key, seen in (("p", 2), ("q", 6), ("r", 1))
        for row in (
            mark(key, "experiencer", "own"),
            mark(key, "diagnosis", "", slot="professionals", value=float(seen), group=1),
        )
    ]
    found = professionals(study(posts, marks), wide)
    assert [f.hits_accounts for f in found] == [1, 0, 0, 1, 0]
    assert sum(f.estimate or 0 for f in found) == pytest.approx(1)


def test_burdens_and_worry_are_of_those_who_could_tell_them(
    study: Study, wide: MeasureContext
) -> None:
    posts = [post("p"), post("q"), post("r")]
    marks = [
        *moment("p", "searching", "do.searched_online"),
        mark("p", "search_worry", "yes"),
        mark("p", "content", "daily_struggle"),
        *moment("q", "searching", "do.searched_online"),
        mark("q", "search_worry", "no"),
    ]
    ask = study(posts, marks, coverage=read(posts))
    worry = search_worry(ask, wide)
    assert cell(worry, group="searching").estimate == 0.5
    assert cell(worry, group="all").of_accounts == 2
    heavy = burdens(ask, wide)
    assert cell(heavy, group="all", code="daily_struggle").of_accounts == 3
    assert cell(heavy, group="searching", code="daily_struggle").estimate == 0.5


def test_what_is_said_of_a_source_stands_in_its_moment(study: Study, wide: MeasureContext) -> None:
    posts = [post("p")]
    marks = [
        *moment("p", "searching", "info_source.doctor", "think.doubt"),
        *moment("p", "diagnosis", "info_source.search_engine", "think.trust", no=1),
    ]
    found = sources_said(study(posts, marks, coverage=read(posts)), wide)
    assert cell(found, source="doctor", code="doubt").estimate == 1
    assert cell(found, source="doctor", code="trust").estimate == 0


def test_turning_points_name_what_is_told_beside_them(study: Study, wide: MeasureContext) -> None:
    posts = [post("p"), post("q")]
    marks = [mark("p", "content", "turning_point"), mark("p", "do", "second_opinion")]
    figure = cell(turning_points(study(posts, marks), wide), code="second_opinion")
    assert (figure.hits_accounts, figure.of_accounts) == (1, 1)


def waiting(key: str, months: float, status: str) -> Rows:
    return [
        mark(key, "experiencer", "own"),
        mark(key, "diagnosis", "", slot="condition", concept="Endometriosis", group=1),
        mark(key, "diagnosis", status, slot="status", group=1),
        mark(key, "diagnosis", "first_symptoms", slot="months", value=months, group=1),
    ]


def test_waits_going_on_and_ended_never_share_a_curve(
    study: Study, context: MeasureContext
) -> None:
    posts = [post(f"e{i}") for i in range(40)] + [post(f"g{i}") for i in range(20)]
    marks = [row for i in range(40) for row in waiting(f"e{i}", i, "confirmed")]
    marks += [row for i in range(20) for row in waiting(f"g{i}", 6 * i, "suspected")]
    ask = study(posts, marks)
    ended, going = ended_curve(ask, context), going_on_curve(ask, context)
    assert {f.of_accounts for f in ended} == {40}
    assert {f.of_accounts for f in going} == {20}
    point = cell(ended, condition="all", months="18")
    assert (point.hits_accounts, point.estimate) == (21, 0.525)
    hits, of = recount(ask, point)
    assert (hits.accounts, of and of.accounts) == (21, 40)


def test_points_of_a_curve_are_eight_accounts_apart_and_it_ends_where_eight_are_watched(
    study: Study, context: MeasureContext
) -> None:
    posts = [post(f"e{i}") for i in range(30)]
    marks = [row for i in range(30) for row in waiting(f"e{i}", 2.5 * i, "confirmed")]
    found = [f for f in ended_curve(study(posts, marks), context) if f.keys["condition"] == "all"]
    left = [30, *(f.hits_accounts or 0 for f in found)]
    gaps = [a - b for a, b in pairwise(left)]
    assert found and all(gap == 0 or gap >= 8 for gap in gaps)
    assert all(n >= 8 for n in left)
    assert thinned([(0, 9), (3, 9), (6, 1)]) == [0, 3]
    assert thinned([(0, 9), (6, 3)]) == []


def watched_study(study: Study, ends: list[tuple[float, bool]]) -> tuple[Rows, Rows]:
    posts, marks = [], []
    for i, (days, told) in enumerate(ends):
        account = f"w{i}"
        posts += [
            post(f"{account}-s", account, published_at=START),
            post(f"{account}-e", account, published_at=later(days)),
        ]
        marks += moment(f"{account}-s", "searching")
        if told:
            marks += [
                mark(f"{account}-e", "experiencer", "own"),
                mark(f"{account}-e", "diagnosis", "confirmed", slot="status", group=1),
            ]
    return posts, marks


def test_watched_waits_are_cut_off_at_the_last_post(study: Study, context: MeasureContext) -> None:
    ends = [(100.0, True)] * 10 + [(60.0, False)] * 20 + [(400.0, False)] * 10
    found = watched_curve(study(*watched_study(study, ends)), context)
    first = next(f for f in found if f.measure == WATCHED)
    assert first.keys == {"months": "3"}
    assert (first.hits_accounts, first.of_accounts, first.estimate) == (20, 40, 1.0)
    half = next(f for f in found if f.measure == WATCHED and f.keys["months"] == "6")
    assert (half.hits_accounts, half.estimate) == (10, 0.5)
    assert "cut off" in half.method


def test_a_diagnosis_told_before_the_search_is_not_watched(
    study: Study, context: MeasureContext
) -> None:
    posts, marks = watched_study(study, [(-30.0, True)] * 20)
    assert watched_curve(study(posts, marks), context) == []


def test_a_study_without_dates_or_with_one_account_gives_figures_and_no_number_that_needs_more(
    study: Study, wide: MeasureContext
) -> None:
    posts = [post(f"p{i}", "one", published_at=None) for i in range(50)]
    marks = [row for i in range(50) for row in moment(f"p{i}", "diagnosis", "feel.relief")]
    found = measure_journey(study(posts, marks, coverage=read(posts)), wide)
    assert {f.measure for f in found} >= {"journey.map", "journey.paths", "journey.modes"}
    assert not [f for f in found if f.measure in ("journey.distinctive", WATCHED)]
    assert max(f.hits_accounts or 0 for f in found) == 1


def test_every_figure_of_the_journey_opens_to_what_it_counted(
    study: Study, wide: MeasureContext
) -> None:
    ends = [(100.0, True)] * 12 + [(400.0, False)] * 12
    posts, marks = watched_study(study, ends)
    posts += [post(f"e{i}") for i in range(20)]
    marks += [row for i in range(20) for row in waiting(f"e{i}", 5 * i, "confirmed")]
    ask = study(posts, marks, coverage=read(posts))
    for figure in measure_journey(ask, wide):
        hits, of = recount(ask, figure)
        assert (hits.accounts, hits.posts) == (figure.hits_accounts, figure.hits_posts), figure
        if of is not None:
            assert (of.accounts, of.posts) == (figure.of_accounts, figure.of_posts), figure
