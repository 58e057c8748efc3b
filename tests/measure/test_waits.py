"""Waits: medians of waits that ended."""

import msgspec
import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.journey.waits import time_to_diagnosis
from bedside.model.figures import Figure
from tests.measure.conftest import Rows, Study, mark, post


def wait(
    key: str, months: float, *, status: str = "confirmed", start: str = "first_symptoms"
) -> Rows:
    slot = {"group": 1}
    return [
        mark(key, "experiencer", "own"),
        mark(key, "diagnosis", "", slot="condition", concept="Endometriosis", **slot),
        mark(key, "diagnosis", status, slot="status", **slot),
        mark(key, "diagnosis", start, slot="months", value=months, unit="months", **slot),
    ]


def waits(
    study: Study, context: MeasureContext, months: list[float], **more: str
) -> dict[str, Figure]:
    """Figures of first symptoms by condition, each wait told by an account of its own."""
    posts = [post(f"p{i}") for i in range(len(months))]
    marks = [row for i, value in enumerate(months) for row in wait(f"p{i}", value, **more)]
    found = time_to_diagnosis(study(posts, marks), context)
    return {f.keys["condition"]: f for f in found if f.keys["from"] == "first_symptoms"}


def test_median_of_ended_waits_with_its_exact_interval(
    study: Study, context: MeasureContext
) -> None:
    found = waits(study, context, [12, 24, 36, 48, 60, 72, 84, 96.5])
    for condition in ("all", "endometriosis"):
        figure = found[condition]
        assert (figure.estimate, figure.low, figure.high) == (54, 12, 96.5)
        assert figure.hits_accounts == 8


def test_under_eight_accounts_there_is_no_median(study: Study, context: MeasureContext) -> None:
    figure = waits(study, context, [12] * 7)["all"]
    assert figure.estimate is None
    assert "fewer than 8" in figure.refused


def test_waits_that_did_not_end_are_not_here(study: Study, context: MeasureContext) -> None:
    assert waits(study, context, [12] * 9, status="suspected")["all"].hits_posts == 0


def test_waits_from_an_unstated_start_stand_apart(study: Study, context: MeasureContext) -> None:
    posts = [post(f"p{i}") for i in range(9)]
    marks = [row for i in range(9) for row in wait(f"p{i}", 12, start="unstated")]
    found = {f.keys["from"]: f for f in time_to_diagnosis(study(posts, marks), context)}
    assert found["unstated"].estimate == 12
    assert found["first_symptoms"].hits_posts == 0


def test_the_start_may_stand_in_a_mark_of_its_own(study: Study, context: MeasureContext) -> None:
    marks = wait("p", 12, start="")
    marks.append(mark("p", "diagnosis", "first_consultation", slot="from", group=1))
    found = {f.keys["from"]: f for f in time_to_diagnosis(study([post("p")], marks), context)}
    assert found["first_consultation"].hits_posts == 1
    assert found["unstated"].hits_posts == 0


def test_an_account_that_tells_its_wait_often_counts_once(
    study: Study, context: MeasureContext
) -> None:
    posts = [post(f"p{i}", f"a{min(i, 8)}") for i in range(30)]
    marks = [row for i in range(30) for row in wait(f"p{i}", 10 if i < 8 else 500)]
    found = time_to_diagnosis(study(posts, marks), context)
    figure = next(f for f in found if f.keys == {"condition": "all", "from": "first_symptoms"})
    assert (figure.hits_accounts, figure.estimate) == (9, 10)


def test_the_study_s_conditions_are_there_as_soon_as_one_wait_is_told(
    study: Study, context: MeasureContext
) -> None:
    asked = msgspec.structs.replace(context, conditions=("ENDOMETRIOSIS", "gout"))
    for conditions, expected in (((), {"all"}), (asked.conditions, {"all", "endometriosis"})):
        made = msgspec.structs.replace(context, conditions=conditions)
        found = time_to_diagnosis(study([post("p")], wait("p", 12)), made)
        assert {f.keys["condition"] for f in found} == expected


@pytest.mark.parametrize("author", ["", None])
def test_no_author_no_account(study: Study, context: MeasureContext, author: str | None) -> None:
    posts = [post(f"p{i}", author) for i in range(9)]
    marks = [row for i in range(9) for row in wait(f"p{i}", 12)]
    figure = time_to_diagnosis(study(posts, marks), context)[0]
    assert figure.hits_accounts == (0 if author is None else 9)
    assert figure.no_author == (9 if author is None else 0)
    assert bool(figure.refused) == (author is None)
