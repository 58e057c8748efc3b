"""Journey: cells, stages, sources and the first turn."""

import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.journey.map import journey_map, stages
from bedside.measure.journey.sources import first_turned, information_sources
from bedside.model.figures import Figure
from tests.measure.conftest import Study, mark, moment, post


def cell(figures: list[Figure], **keys: str) -> Figure:
    (found,) = [f for f in figures if keys.items() <= f.keys.items()]
    return found


def test_a_cell_needs_both_codes_in_one_moment(study: Study, context: MeasureContext) -> None:
    marks = [
        *moment("p", "diagnosis", "feel.relief"),
        *moment("p", "searching", "think.question", no=1),
    ]
    found = journey_map(study([post("p")], marks), context)
    assert cell(found, group="diagnosis", code="relief").hits_accounts == 1
    assert cell(found, group="searching", code="relief").hits_accounts == 0
    assert cell(found, group="searching", code="question").estimate == 1.0


def test_every_cell_is_there_also_at_zero(study: Study, context: MeasureContext) -> None:
    found = journey_map(study([post("p")], moment("p", "diagnosis")), context)
    assert len(found) == 3 * 4
    assert cell(found, group="diagnosis", code="relief").estimate == 0.0
    assert cell(found, group="before", code="relief").refused


def test_accounts_are_counted_once_however_often_they_tell(
    study: Study, context: MeasureContext
) -> None:
    posts = [post(f"p{i}", "one") for i in range(5)]
    marks = [m for i in range(5) for m in moment(f"p{i}", "diagnosis", "feel.relief")]
    figure = cell(journey_map(study(posts, marks), context), group="diagnosis", code="relief")
    assert (figure.hits_accounts, figure.hits_posts, figure.of_accounts) == (1, 5, 1)


@pytest.mark.parametrize("assertion", ["negated", "hypothetical", "hoped", "feared", "figurative"])
def test_what_is_not_said_to_be_so_does_not_count(
    study: Study, context: MeasureContext, assertion: str
) -> None:
    marks = moment("p", "diagnosis", "feel.relief")
    marks[-1]["assertion"] = assertion
    found = journey_map(study([post("p")], marks), context)
    assert cell(found, group="diagnosis", code="relief").hits_posts == 0


def test_hearsay_is_no_experience(study: Study, context: MeasureContext) -> None:
    marks = moment("p", "diagnosis", "feel.relief")
    marks[0]["code"] = "other_person"
    found = stages(study([post("p")], marks), context)
    assert cell(found, group="diagnosis").refused


def test_a_text_that_was_not_read_for_a_layer_is_in_no_denominator_of_it(
    study: Study, context: MeasureContext
) -> None:
    marks = [*moment("p", "diagnosis", "feel.relief"), *moment("q", "diagnosis")]
    coverage = [
        {"post_key": "p", "layer": "feel", "coverage": "done"},
        {"post_key": "q", "layer": "feel", "coverage": "failed"},
    ]
    found = journey_map(study([post("p"), post("q")], marks, coverage=coverage), context)
    assert cell(found, group="diagnosis", code="relief").of_accounts == 1
    assert cell(found, group="diagnosis", layer="think").of_accounts == 0


def test_stages_are_of_accounts_that_tell_a_moment(study: Study, context: MeasureContext) -> None:
    marks = [*moment("p", "diagnosis"), *moment("q", "at_risk")]
    found = stages(study([post("p"), post("q"), post("r")], marks), context)
    assert cell(found, group="diagnosis").estimate == 0.5


def test_sources_of_a_stage_come_from_posts_that_tell_it(
    study: Study, context: MeasureContext
) -> None:
    marks = [*moment("p", "diagnosis"), mark("p", "info_source", "doctor")]
    marks += [mark("q", "info_source", "doctor")]
    found = information_sources(study([post("p"), post("q"), post("r")], marks), context)
    assert cell(found, group="diagnosis", code="doctor").of_accounts == 1
    everywhere = cell(found, group="all", code="doctor")
    assert (everywhere.hits_accounts, everywhere.of_accounts) == (2, 3)


def test_first_turned_is_of_accounts_that_say_so(study: Study, context: MeasureContext) -> None:
    marks = [mark("p", "first_turned_to", "internet"), mark("q", "first_turned_to", "doctor")]
    found = first_turned(study([post("p"), post("q"), post("r")], marks), context)
    assert cell(found, code="internet").estimate == 0.5


def test_a_codebook_without_the_layer_gives_no_figures(study: Study) -> None:
    bare = MeasureContext(
        snapshot="s", codebook="c", codes={}, stage_groups={"all": ("diagnosis",)}
    )
    assert first_turned(study([post("p")]), bare) == []
