"""What the chapters on the journey and on time say, and what they must not say."""

from datetime import date

import msgspec
from lxml import html

from bedside.model.actions import Action, Step
from bedside.report.chapters.back import back
from bedside.report.chapters.curves import curves
from bedside.report.chapters.series import changes, news, seasons, told_over_time
from bedside.report.chapters.stages import distinctive, paths
from bedside.report.chapters.trends import trends
from bedside.report.chapters.visits import dismissal_finding, modes, visits
from bedside.report.chapters.wait import wait
from bedside.report.charts.drawing import Axis
from bedside.report.charts.panels import Panel, Point, panel_chart
from bedside.report.coreq import coreq_items
from bedside.report.figures import Shown
from bedside.report.markup import tag
from bedside.report.material import Readers
from bedside.report.page import Chapter, desk
from tests.report.material import all_figures, figure, journey_figures, material, share

AXIS = Axis(100, 50, "%")
TICKS = [(0.0, "0"), (2.0, "2 years")]


def text_of(markup: str) -> str:
    said: str = html.fromstring(tag("div", markup)).text_content()
    return said.replace("\u2060", "").replace("\u202f", " ")


def body(part: Chapter | None) -> str:
    assert part is not None
    return text_of(part.body)


def test_the_three_kinds_of_wait_never_share_a_drawing() -> None:
    drawn = html.fromstring(tag("div", curves(desk(material()))))
    figures = {f.get("id"): f for f in drawn.xpath("//figure")}
    assert set(figures) == {"fig-waits-ended", "fig-waits-going-on", "fig-waits-watched"}
    said = {name: f.text_content() for name, f in figures.items()}
    assert "ended wait" in said["fig-waits-ended"] and "so far" not in said["fig-waits-ended"]
    assert "so far" in said["fig-waits-going-on"]
    assert "cut off at its last post" in said["fig-waits-watched"]


def test_a_watched_wait_is_said_with_its_interval_and_its_n() -> None:
    said = body(wait(desk(material())))
    assert "150 accounts were watched, by the dates of their posts" in said
    assert "it took 14 months (11–19) until half had told a diagnosis" in said
    assert "Long waits are likelier to be told" in said


def test_a_curve_of_one_point_is_left_to_the_table() -> None:
    keys = {"condition": "all", "from": "unstated", "months": "12"}
    assert curves(desk(material([share("journey.waits_ended", keys, 20, 40)]))) == ""


def test_a_dismissal_says_of_whom() -> None:
    found = dismissal_finding(desk(material()))
    assert found is not None
    said = text_of(found.sentence)
    assert said.startswith(
        "Of 300 accounts in these sources that tell of a first consultation, 20 % ("
    )
    assert "not being listened to or believed" in said
    assert dismissal_finding(desk(material([]))) is None


def test_refusals_and_numbers_of_professionals_are_sentences_with_their_n() -> None:
    said = body(visits(desk(material())))
    assert "Of 40 accounts in these sources that tell of a treatment refused, 75 % (" in said
    assert "tell no reason at all" in said
    assert "80 % (" in said and "3 to 4" in said


def test_ways_of_being_seen_are_told_apart_only_where_intervals_are() -> None:
    said = body(modes(desk(material())))
    assert "More accounts complain after a call than after any other way of being seen" in said
    assert "Of 300 accounts that tell of a call, 10 % (" in said
    alike = [share("journey.modes", {"mode": m, "said": "complaint"}, 60, 300) for m in ("phone", "video")]  # fmt: skip
    assert "cannot be told apart in number" in body(modes(desk(material(alike))))
    assert modes(desk(material([]))) is None


def test_what_marks_a_stage_is_a_ratio_with_its_interval() -> None:
    said = text_of(distinctive(desk(material())))
    assert "Relief, 4.2 times (3.2–5.2)" in said
    assert "Chosen because they stand out" in said


def test_a_path_is_named_only_where_it_leads() -> None:
    assert "From “searching” more accounts go on to “diagnosis”" in text_of(paths(desk(material())))
    even = [
        share("journey.paths", {"step_from": "searching", "step_to": to}, 40, 100)
        for to in ("diagnosis", "before")
    ]
    assert "Where accounts go from each stage" in text_of(paths(desk(material(even))))


def test_a_change_is_before_and_after_and_no_effect() -> None:
    said = text_of(changes(desk(material())))
    assert (
        "1.9 times (1.4–2.6) the level before, from the quarter that began in July 2025 on" in said
    )
    assert "has a probability of 12 %" in said
    assert "EARS C1 and C2" in said
    assert "never why" in said and "effect" not in said


def test_no_change_says_among_how_many_series() -> None:
    calm = [f for f in all_figures() if f.measure != "trends.changes"]
    assert "No change of level stands out in 2 series" in text_of(changes(desk(material(calm))))


def test_a_day_stands_out_only_if_it_does_among_all_days() -> None:
    def week(monday: float) -> str:
        days = ["monday", *(f"day{i}" for i in range(6))]
        figures = [
            figure("trends.weekdays", {"weekday": day}, unit="posts", basis="counted", estimate=mid,
                   low=mid - 0.02, high=mid + 0.02)
            for day, mid in zip(days, [monday, *[1 / 7] * 6], strict=True)
        ]  # fmt: skip
        return text_of(seasons(desk(material(figures))))

    assert "No day of the week stands out" in week(1 / 7 + 0.022)  # its own interval would say so
    assert "More is written on Monday than an even week would bring" in week(0.2)


def test_a_hidden_period_is_a_gap_and_news_are_dated() -> None:
    assert "Access, complaint, by quarter" in text_of(told_over_time(desk(material())))
    said = text_of(news(desk(material())))
    assert "accounts that use #endo" in said
    assert "semaglutide (12 accounts)" in said
    assert "February 2026" in said


def test_panels_part_where_a_number_is_hidden_and_draw_intervals() -> None:
    points = [Point(0, 100, 100, 100), Point(1, None), Point(2, 40, 30, 50)]
    drawn = panel_chart("p", "t", "d", [Panel("a", points)], AXIS, TICKS)
    assert drawn.count(">*<") == 2 and 'class="bn"' not in drawn
    whole = panel_chart(
        "p", "t", "d", [Panel("a", [points[0], points[2]], judged=True)], AXIS, TICKS
    )
    assert whole.count('class="bn"') == 2 and 'class="li mach"' not in whole


def test_a_suppressed_point_leaves_no_number_in_any_drawing() -> None:
    hidden = [
        msgspec.structs.replace(f, suppressed=True, estimate=0.7713, hits_accounts=7713)
        for f in journey_figures()
    ]
    laid = desk(material(hidden))
    for part in (visits(laid), modes(laid), trends(laid), wait(laid)):
        assert part is None or "77" not in text_of(part.body)
    assert curves(laid) == distinctive(laid) == paths(laid) == ""


def test_coreq_says_who_read_and_what_their_log_holds() -> None:
    readers = Readers(
        occupation="two nurses", coders=2, posts=80, memos=3, settled=4, samples=["s1"]
    )
    answers = {i.number: i.answer for i in coreq_items(desk(material(readers=readers)))}
    assert answers[3] == "two nurses"
    assert answers[2] == "Not recorded: say it in [team] of study.toml."
    assert answers[24] == (
        "2 people judged 80 posts. 4 decisions settled where they differed. No post was judged by two of them."
    )
    assert answers[20] == "3 memos stand with the judgements in the study."
    assert "drawn at random: s1" in answers[10]
    nobody = {i.number: i.answer for i in coreq_items(desk(material()))}
    assert nobody[24].startswith("Not applicable yet")


def test_the_community_is_told_what_was_asked_of_whom() -> None:
    when = date(2026, 3, 1)
    actions = [
        Action(id="a1", what="Call back within a week", owner="the clinic", steps=[Step(on=when, status="planned"), Step(on=when, status="made")]),
        Action(id="a2", what="Scans on Saturday", owner="the trust", steps=[Step(on=when, status="declined", reason="no staff")]),
    ]  # fmt: skip
    said = body(back(desk(material(actions=actions)), []))
    assert "We asked services for this." in said
    assert "Call back within a week — the clinic did it, on 1 March 2026." in said
    assert "Scans on Saturday — the trust said no, on 1 March 2026: no staff." in said


def test_a_ratio_of_suicide_is_in_the_table_and_never_the_headline() -> None:
    def told(code: str, low: float) -> Shown:
        keys = {"group": "treatment", "layer": "mention", "code": code}
        return figure(
            "journey.distinctive",
            keys,
            unit="accounts",
            estimate=low + 1,
            low=low,
            high=low + 2,
            hits_accounts=20,
            of_accounts=90,
        )

    laid = desk(material(figures=[told("suicidal ideation", 5.0), told("nausea", 2.0)]))
    said = text_of(distinctive(laid))
    assert "Told more in treatment than at other stages: nausea" in said
    assert "suicidal ideation" in said.lower()
