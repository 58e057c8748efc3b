"""Stories: which posts come first, why, and how many of one account."""

from typing import Any

from bedside.measure.context import MeasureContext
from bedside.measure.stories import find_stories
from tests.measure.conftest import Study, mark, moment, post


def journey(key: str, *stages: str) -> list[dict[str, Any]]:
    return [m for no, stage in enumerate(stages) for m in moment(key, stage, "feel.relief", no=no)]


def test_the_post_that_tells_more_of_a_journey_comes_first(
    study: Study, context: MeasureContext
) -> None:
    posts = [post("short"), post("long")]
    marks = [*journey("short", "diagnosis"), *journey("long", "searching", "diagnosis")]
    found = find_stories(study(posts, marks), context.stage_groups)
    assert [story.post_key for story in found] == ["long", "short"]
    assert found[0].points == found[1].points + 1


def test_every_point_is_said_in_words(study: Study, context: MeasureContext) -> None:
    marks = [
        *journey("p", "searching", "diagnosis"),
        mark("p", "content", "story"),
        mark("p", "content", "turning_point"),
        mark("p", "diagnosis", "first_symptoms", slot="months", value=36.0, group=0),
    ]
    (story,) = find_stories(study([post("p")], marks), context.stage_groups)
    assert story.points == len(story.tells) == 6
    assert {"events in order", "a turning point", "how long the diagnosis took"} <= set(story.tells)
    assert story.turning_point and story.stages == ("searching", "diagnosis")


def test_stages_of_one_group_are_one_step(study: Study, context: MeasureContext) -> None:
    groups = {"searching": ("searching", "first_consultation")}
    marks = journey("p", "searching", "first_consultation")
    (story,) = find_stories(study([post("p")], marks), groups)
    assert [tell for tell in story.tells if tell.startswith("stage")] == ["stage searching"]


def test_one_account_has_two_stories_at_most(study: Study, context: MeasureContext) -> None:
    posts = [post(f"p{i}", "one") for i in range(4)] + [post("q", "other")]
    marks = [m for p in posts for m in journey(p["post_key"], "searching", "diagnosis")]
    found = find_stories(study(posts, marks), context.stage_groups)
    assert sorted(story.account_key or "" for story in found) == ["one", "one", "other"]


def test_posts_without_a_known_author_do_not_crowd_each_other_out(
    study: Study, context: MeasureContext
) -> None:
    posts = [post(f"p{i}", None) for i in range(4)]
    marks = [m for p in posts for m in journey(p["post_key"], "searching", "diagnosis")]
    assert len(find_stories(study(posts, marks), context.stage_groups)) == 4


def test_hearsay_and_hopes_are_no_story(study: Study, context: MeasureContext) -> None:
    heard, hoped = journey("a", "searching", "diagnosis"), journey("b", "searching", "diagnosis")
    for told in heard:
        if told["layer"] == "experiencer":
            told["code"] = "other_person"
    for told in hoped:
        if told["layer"] != "experiencer":
            told["assertion"] = "hoped"
    assert not find_stories(study([post("a"), post("b")], heard + hoped), context.stage_groups)


def test_no_more_are_given_than_asked_for(study: Study, context: MeasureContext) -> None:
    posts = [post(f"p{i}") for i in range(5)]
    marks = [m for p in posts for m in journey(p["post_key"], "searching", "diagnosis")]
    assert len(find_stories(study(posts, marks), context.stage_groups, most=3)) == 3
