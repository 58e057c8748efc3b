"""A planned report: chosen parts in order, live figures in the writer's words, and a frame that always stands."""

from datetime import date
from io import BytesIO
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from pptx import Presentation

from bedside.errors import InputError, NotFoundError
from bedside.model.plans import Frozen, Part, Plan, add_part, change_part, drop_part, move_part
from bedside.report.document import write
from bedside.report.export.slides import slides
from bedside.report.figures import Shown
from bedside.report.page import desk
from bedside.report.planned import arrange, choices, render_planned
from bedside.report.planning import alive
from bedside.report.prose import bare_words, live, named, tell
from bedside.store.plans import read_plan, write_plan
from bedside.store.study import create_study
from tests.report.material import all_figures, figure, material, share
from tests.report.test_export import AT, STAMP

WAITING = share("care.aspects", {"aspect": "waiting", "valence": "complaint"}, 90, 244)
PLACE = "{care.aspects aspect=waiting valence=complaint}"


def _laid(*more: Shown) -> Any:
    return desk(material([*all_figures(), *more]))


def _plan(*parts: Part) -> Plan:
    plan = Plan()
    for part in parts:
        plan = add_part(plan, part)
    return plan


def test_a_place_in_the_text_becomes_the_figure_with_its_base_and_evidence() -> None:
    laid = desk(material([WAITING]))
    told = tell(laid, f"Waiting weighs most: {PLACE}.")
    assert "37\u202f% (" in told.body and "of 244 accounts" in told.body
    assert WAITING.id in told.body and "machine count, not checked" in told.body
    assert told.figures[0].id == WAITING.id and not told.missing and not told.typed


@pytest.mark.parametrize(
    ("form", "words"), [("accounts", "90"), ("of", "244"), ("posts", "180"), ("share", "37\u202f%")]
)
def test_a_place_may_ask_for_one_number_only(form: str, words: str) -> None:
    told = tell(desk(material([WAITING])), f"x {PLACE[:-1]} | {form}}} y")
    assert told.lines[0].startswith(f"x {words}") and told.lines[0].endswith(" y")


def test_a_suppressed_figure_in_the_text_is_a_star() -> None:
    hidden = figure(
        "care.aspects", {"aspect": "cost"}, suppressed=True, estimate=0.73, hits_accounts=73
    )
    told = tell(
        desk(material([hidden])),
        "Cost: {care.aspects aspect=cost}, {care.aspects aspect=cost | accounts}.",
    )
    assert told.lines == ("Cost: *, *.",) and "73" not in told.body


def test_a_place_that_names_no_figure_or_several_is_said() -> None:
    laid = desk(material([WAITING, share("care.aspects", {"aspect": "cost"}, 20, 244)]))
    told = tell(
        laid, "A {care.aspects} B {nothing.here x=1} C {care.aspects aspect=waiting | median}."
    )
    assert len(told.missing) == 3 and "no such figure" in told.body


def test_numbers_written_by_hand_are_named_years_and_the_condition_are_not() -> None:
    held = material([WAITING])
    held = msgspec.structs.replace(
        held, study=msgspec.structs.replace(held.study, conditions=["type 2 diabetes"])
    )
    told = tell(desk(held), f"In 2024 with type 2 diabetes 41 % wait, {PLACE}, and 1,200 do not.")
    assert told.typed == ("41", "1,200")
    assert "opening to no posts: 41 and 1,200" in told.body


@given(st.text(max_size=60))
def test_whatever_is_written_is_escaped_and_never_fails(text: str) -> None:
    told = tell(desk(material([])), text)
    assert "<script" not in told.body
    assert "{" not in bare_words("{a b=c}")


@given(
    st.text(
        st.characters(codec="ascii", exclude_characters='"{}|', min_codepoint=32),
        min_size=1,
        max_size=20,
    )
)
def test_a_figure_is_found_again_by_the_place_that_names_it(value: str) -> None:
    known = figure("care.aspects", {"aspect": value, "v": "x y"}, estimate=0.5)
    found = live(desk(material([known])).shelf, named(known)[1:-1])
    assert found is not None and found[0].id == known.id


def test_an_evidence_id_becomes_a_place_that_outlives_the_next_run() -> None:
    held = msgspec.structs.replace(WAITING, id="ev-0123456789-care-aspects")
    words = alive(desk(material([held])), "See {ev-0123456789-care-aspects | share}.")
    assert words == f"See {PLACE[:-1]} | share}}."
    assert alive(desk(material([held])), "See {ev-0000000000-x}.") == "See {ev-0000000000-x}."


def test_parts_come_in_their_order_inside_a_frame_that_always_stands() -> None:
    laid = _laid()
    plan = _plan(
        Part(chapter="care"), Part(heading="Why", before="Our words."), Part(finding="roles")
    )
    anchors = [part.anchor for part in arrange(laid, write(laid), plan).written.chapters]
    assert anchors == ["conclude", "care", "part-p2", "roles", "inclusion", "limits", "back"]


def test_a_finding_stands_with_the_words_around_it_and_its_own_drawing() -> None:
    laid = _laid()
    plan = _plan(Part(finding="roles", before="First.", after="Then."))
    made = arrange(laid, write(laid), plan).written.chapters[1]
    assert made.body.index("First.") < made.body.index("<svg") < made.body.index("Then.")
    assert [plate.name for plate in made.plates] == ["roles"]


def test_a_part_that_the_release_does_not_have_says_so() -> None:
    laid = _laid()
    arranged = arrange(laid, write(laid), _plan(Part(finding="no-such"), Part(chapter="nor-this")))
    assert len(arranged.problems) == 2
    assert "this release has no figures for it" in arranged.written.chapters[1].body


def test_every_choice_can_be_planned() -> None:
    laid = _laid()
    written = write(laid)
    parts = [
        Part(chapter=name) if kind == "chapter" else Part(finding=name)
        for kind, name, _ in choices(written)
    ]
    assert len(parts) > 10
    assert not arrange(laid, written, _plan(*parts)).problems


def test_a_planned_report_is_one_file_with_the_writers_headline() -> None:
    plan = msgspec.structs.replace(
        _plan(Part(chapter="care")), title="What <we> found", lead="Read this."
    )
    page = html.document_fromstring(render_planned(material(all_figures()), plan, stamp=STAMP))
    assert page.xpath("//h1")[0].text_content() == "What <we> found"
    assert page.xpath("//meta[@name='bedside-release']/@content") == [STAMP]
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for link in page.xpath("//a[starts-with(@href, '#')]/@href"):
        assert link[1:] in ids, f"{link} leads nowhere"


def test_a_frozen_report_says_when_by_whom_and_of_which_release() -> None:
    plan = msgspec.structs.replace(
        _plan(Part(chapter="care")), frozen=Frozen(stamp=STAMP, on=date(2026, 11, 2), by="ann")
    )
    text = render_planned(material(all_figures()), plan)
    assert "Frozen on 2 November 2026 by ann" in text and "r-0123456789" in text
    with pytest.raises(InputError, match="thaw it first"):
        drop_part(plan, "p1")


def test_slides_follow_the_plan_and_carry_own_words_in_the_notes() -> None:
    plan = _plan(
        Part(finding="roles", before="Say this."), Part(heading="Our view", before="We think so.")
    )
    data = slides(material(all_figures()), release=STAMP, at=AT, plan=plan)
    show: Any = Presentation(BytesIO(data))
    charted = [s for s in show.slides if any(shape.has_chart for shape in s.shapes)]
    assert "Say this." in charted[0].notes_slide.notes_text_frame.text
    titles = [s.shapes.title.text for s in show.slides]
    assert "Our view" in titles and len(charted) <= 2


def test_parts_are_moved_dropped_and_written_around() -> None:
    plan = _plan(Part(chapter="a"), Part(chapter="b"), Part(chapter="c"))
    assert [p.chapter for p in move_part(plan, "p3", 1).part] == ["c", "a", "b"]
    assert [p.chapter for p in move_part(plan, "p1", 99).part] == ["b", "c", "a"]
    assert [p.chapter for p in drop_part(plan, "p2").part] == ["a", "c"]
    assert add_part(drop_part(plan, "p2"), Part(chapter="d"), at=1).part[0].id == "p4"
    assert change_part(plan, "p2", before="x").part[1].before == "x"
    with pytest.raises(NotFoundError, match="p9"):
        drop_part(plan, "p9")
    with pytest.raises(InputError, match="not both"):
        add_part(plan, Part(chapter="a", finding="b"))


def test_a_plan_is_kept_in_a_file_that_reads_back_as_it_was(tmp_path: Any) -> None:
    study = create_study(tmp_path / "s", title="t")
    plan = msgspec.structs.replace(
        _plan(Part(finding="roles", before='A "b"\n\n- c \\ d', after="\x7f é")),
        title="T",
        lead="L",
        frozen=Frozen(stamp=STAMP, on=date(2026, 11, 2), by='a "b"'),
    )
    write_plan(study, plan)
    again = read_plan(study)
    assert again is not None
    assert msgspec.json.encode(again) == msgspec.json.encode(plan)


@pytest.mark.parametrize(
    "text", ["[[part]]\n", "title = 3", "not toml", '[[part]]\nid = "p1"\nother = 1']
)
def test_a_plan_damaged_by_hand_is_told_what_it_needs(tmp_path: Any, text: str) -> None:
    study = create_study(tmp_path / "s", title="t")
    (study.folder / "plan.toml").write_text(text)
    with pytest.raises(InputError, match=r"plan\.toml"):
        read_plan(study)
