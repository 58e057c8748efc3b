"""The desk: queues, blindness, undo, adjudication; what a coder may see and when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import InputError, NotFoundError, PermissionRefused
from bedside.judge.adjudication import adjudicate, to_adjudicate
from bedside.judge.decisions import DecisionLog, open_log
from bedside.judge.desk import Desk
from bedside.judge.judged import judged_sample
from bedside.judge.replaying import replayed
from bedside.judge.samples import find_sample
from bedside.judge.sampling import draw_learning, draw_sample
from tests.judge.conftest import NOW, SNAPSHOT_NOW, World, covered, key_of, mark, post

_clock = count(1)


def tick() -> datetime:
    return NOW + timedelta(seconds=next(_clock))


@pytest.fixture
def room(world: World) -> Iterator[tuple[World, DecisionLog]]:
    """Twelve posts drawn whole for feel, and the log."""
    marks = [mark(n, "feel", "relief", 0.6) for n in range(12, 18)]
    world.holds([post(n) for n in range(12)])
    draw_sample(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name="round-1", size=12, now=NOW, layers=["feel"]
    )  # fmt: skip
    world.holds([post(n) for n in range(20)], marks + [covered(n, "feel") for n in range(20)])
    with open_log(world.study) as log:
        yield world, log


def desk(room: tuple[World, DecisionLog], coder: str = "ann", sample: str = "round-1") -> Desk:
    world, log = room
    return Desk(
        world.study, world.ask, log, world.book,
        sample=find_sample(world.study, sample), layer="feel", coder=coder,
    )  # fmt: skip


def queues(one: Desk) -> tuple[int, int, int, int]:
    told = one.progress()
    return told.to_do, told.draft, told.done, told.set_aside


def first(one: Desk) -> str:
    found = one.next(now=tick())
    assert found is not None
    return found.subject_key


def test_an_item_brings_the_text_and_no_proposal(room: tuple[World, DecisionLog]) -> None:
    found = desk(room).next(now=tick())
    assert found is not None and found.proposals == () and found.held == {}
    (reading,) = found.readings
    assert reading.body.startswith("Invented text number") and reading.text_key == found.text_key


def test_items_move_through_four_queues(room: tuple[World, DecisionLog]) -> None:
    ann = desk(room)
    assert queues(ann) == (12, 0, 0, 0)
    one, two, three = ann.queue()[:3]
    ann.decide(one, ["relief"], now=tick(), complete=False)
    assert queues(ann) == (11, 1, 0, 0) and first(ann) == one
    ann.decide(one, ["relief", "hope"], now=tick())
    ann.set_aside(two, "cut off", now=tick())
    ann.decide(three, [], now=tick())
    assert queues(ann) == (9, 0, 2, 1)
    assert queues(desk(room)) == (9, 0, 2, 1)
    assert one not in ann.queue() and ann.queue("set_aside") == [two]


def test_a_complete_decision_says_absent_of_every_other_code(
    room: tuple[World, DecisionLog],
) -> None:
    world, log = room
    ann = desk(room)
    ann.decide(first(ann), ["relief"], now=tick(), memo="plain", spans={"relief": '[["body",0,8]]'})
    rows = {row["code"]: row for row in log.read().to_pylist()}
    assert set(rows) == {*world.book.layer("feel").names(), "*"}
    assert rows["relief"]["decision"] == "present" and rows["relief"]["spans"] == '[["body",0,8]]'
    assert rows["hope"]["decision"] == "absent" and rows["*"]["memo"] == "plain"
    assert {row["probability"] for row in rows.values()} == {1.0}


def test_an_undo_adds_rows_and_brings_back_what_was_held(room: tuple[World, DecisionLog]) -> None:
    _, log = room
    ann = desk(room)
    one, two = ann.queue()[:2]
    ann.decide(one, ["relief"], now=tick())
    ann.decide(one, ["hope"], now=tick())
    ann.decide(two, [], now=tick())
    before = log.read().num_rows
    assert ann.undo(now=tick()) == two and log.read().num_rows == before + 11
    assert ann.undo(now=tick()) == one
    assert ann.item(one, now=tick()).held["relief"] == "present"
    assert ann.undo(now=tick()) == one
    assert queues(ann) == (12, 0, 0, 0)
    assert ann.undo(now=tick()) is None


def test_the_last_decision_of_an_earlier_sitting_can_be_undone(
    room: tuple[World, DecisionLog],
) -> None:
    ann = desk(room)
    one = first(ann)
    ann.decide(one, ["relief"], now=tick(), complete=False)
    ann.decide(one, ["hope"], now=tick())
    again = desk(room)
    assert again.undo(now=tick()) == one
    assert again.item(one, now=tick()).held == {"relief": "present"}


def test_everything_of_earlier_sittings_can_be_undone_step_by_step(
    room: tuple[World, DecisionLog],
) -> None:
    ann = desk(room)
    one, two, three = ann.queue()[:3]
    ann.decide(one, ["relief"], now=tick())
    ann.decide(two, ["hope"], now=tick(), memo="of a nurse")
    ann.decide(two, ["relief", "hope"], now=tick())
    ann.decide(three, [], now=tick())
    assert desk(room).undo(now=tick()) == three  # taken back in a sitting of its own
    again = desk(room)
    assert again.undo(now=tick()) == two
    held = again.item(two, now=tick())
    assert {code for code, said in held.held.items() if said == "present"} == {"hope"}
    assert held.memo == "of a nurse"
    last = desk(room)
    assert [last.undo(now=tick()) for _ in range(3)] == [two, one, None]
    assert queues(last) == (12, 0, 0, 0)


@given(steps=st.lists(st.integers(0, 5), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_the_log_alone_says_what_is_left_to_take_back(steps: list[int]) -> None:
    """Decisions (0 to 3: which post and code) and undos (4, 5), as a stack would keep them."""
    rows: list[dict[str, Any]] = []
    stack: list[tuple[str, str | None]] = []
    held: dict[str, str | None] = {}
    told: str | None
    for at, step in enumerate(steps):
        if step < 4:
            post, told = f"p{step % 2}", f"present{at}"
            stack.append((post, held.get(post)))
        elif stack:
            post, told = stack.pop()
        else:
            continue
        held[post] = told
        rows.append(
            {
                "subject_key": post,
                "text_key": "t",
                "code": "relief",
                "decision": told or "withdrawn",
                "decided_at": at,
                "memo": None,
                "spans": None,
                "code_hash": "h",
            }
        )
    assert [batch.rows[0]["subject_key"] for batch in replayed(rows)] == [p for p, _ in stack]


def test_nobody_sees_others_before_all_have_decided(room: tuple[World, DecisionLog]) -> None:
    ann, ben = desk(room), desk(room, "ben")
    one = first(ann)
    ann.decide(one, ["relief"], now=tick())
    with pytest.raises(PermissionRefused, match="1 of 2 coders"):
        ann.others(one, now=tick())
    with pytest.raises(PermissionRefused, match="once you have decided"):
        ben.others(one, now=tick())
    assert ben.item(one, now=tick()).held == {}
    ben.decide(one, [], now=tick())
    assert ben.others(one, now=tick())["ann"]["relief"] == "present"
    assert ann.others(one, now=tick())["ben"]["relief"] == "absent"


def test_who_has_seen_others_keeps_the_own_decision(room: tuple[World, DecisionLog]) -> None:
    ann, ben = desk(room), desk(room, "ben")
    one = first(ann)
    ann.decide(one, ["relief"], now=tick())
    ben.decide(one, [], now=tick())
    ben.others(one, now=tick())
    for attempt in (ben, desk(room, "ben")):
        with pytest.raises(PermissionRefused, match="adjudication"):
            attempt.decide(one, ["relief"], now=tick())


def test_an_item_that_two_have_coded_is_left_to_them(room: tuple[World, DecisionLog]) -> None:
    one = first(desk(room))
    for coder in ("ann", "ben"):
        desk(room, coder).decide(one, [], now=tick())
    cem = desk(room, "cem")
    assert one not in cem.queue() and cem.progress().by_others == 1


def test_a_learning_queue_shows_proposals_and_its_decisions_stay_out_of_estimates(
    room: tuple[World, DecisionLog],
) -> None:
    world, log = room
    draw_learning(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name="learn", layer="feel", code="relief", size=6, now=NOW
    )  # fmt: skip
    ann = desk(room, sample="learn")
    found = ann.next(now=tick())
    assert found is not None and [p.code for p in found.proposals] == ["relief"]
    ann.decide(found.subject_key, ["relief"], now=tick())
    assert {row["proposal_shown"] for row in log.read().to_pylist()} == {True}
    assert {row["probability"] for row in log.read().to_pylist()} == {None}
    judged = judged_sample(world.study, world.ask, world.book, layer="feel", code="relief")
    assert judged.table.num_rows == 0


def test_who_saw_a_proposal_does_not_check_the_machine_on_that_post(
    room: tuple[World, DecisionLog],
) -> None:
    world, _ = room
    draw_learning(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name="learn", layer="feel", code="relief", size=6, now=NOW
    )  # fmt: skip
    seen = first(desk(room, sample="learn"))
    draw_sample(world.study, world.ask, world.book, SNAPSHOT_NOW, name="round-2", size=20, now=NOW)
    ann, ben = desk(room, sample="round-2"), desk(room, "ben", "round-2")
    assert seen not in ann.queue() and seen in ben.queue()
    with pytest.raises(PermissionRefused, match="another coder"):
        ann.item(seen, now=tick())


def test_a_deleted_post_leaves_the_queue_and_cannot_be_decided(
    room: tuple[World, DecisionLog],
) -> None:
    world, _ = room
    world.holds([post(n) for n in range(1, 20)])
    ann = desk(room)
    assert key_of(0) not in ann.queue()
    with pytest.raises(InputError, match="no longer in the corpus"):
        ann.decide(key_of(0), ["relief"], now=tick())
    with pytest.raises(NotFoundError, match="no such item"):
        ann.decide(key_of(15), ["relief"], now=tick())


def test_an_edited_text_comes_back_to_be_checked_again(room: tuple[World, DecisionLog]) -> None:
    world, _ = room
    ann = desk(room)
    one = first(ann)
    ann.decide(one, ["relief"], now=tick())
    number = int(one, 16)
    world.holds([post(n, **({"text_key": "new"} if n == number else {})) for n in range(20)])
    again = desk(room)
    assert again.progress().recheck == 1 and again.progress().done == 0
    assert again.item(one, now=tick()).recheck


def test_wrong_decisions_are_refused(room: tuple[World, DecisionLog]) -> None:
    world, log = room
    ann = desk(room)
    one = first(ann)
    with pytest.raises(InputError, match="did you mean 'relief'"):
        ann.decide(one, ["releif"], now=tick())
    with pytest.raises(InputError, match="at once"):
        ann.decide(one, ["relief"], absent=["relief"], now=tick())
    with pytest.raises(InputError, match="nothing was decided"):
        ann.decide(one, [], complete=False, now=tick())
    with pytest.raises(InputError, match="say why"):
        ann.set_aside(one, " ", now=tick())
    with pytest.raises(InputError, match="needs a name"):
        desk(room, " ")
    assert log.read().num_rows == 0
    sample = find_sample(world.study, "round-1")
    with pytest.raises(InputError, match="drawn for feel, not for role"):
        Desk(world.study, world.ask, log, world.book, sample=sample, layer="role", coder="ann")


def test_one_answer_means_one(world: World) -> None:
    world.holds([post(n) for n in range(3)])
    draw_sample(world.study, world.ask, world.book, SNAPSHOT_NOW, name="r", size=3, now=NOW)
    with open_log(world.study) as log:
        sample = find_sample(world.study, "r")
        ann = Desk(
            world.study, world.ask, log, world.book, sample=sample, layer="role", coder="ann"
        )
        with pytest.raises(InputError, match="one or none applies"):
            ann.decide(key_of(1), ["patient", "clinician"], now=tick())


def test_what_differs_is_adjudicated_by_name_and_with_a_reason(
    room: tuple[World, DecisionLog],
) -> None:
    world, log = room
    ann, ben = desk(room), desk(room, "ben")
    one, two = ann.queue()[:2]
    ann.decide(one, ["relief"], now=tick())
    ben.decide(one, ["hope"], now=tick())
    ann.decide(two, ["relief"], now=tick())
    sample = find_sample(world.study, "round-1")
    found = to_adjudicate(log, world.book, sample, "feel", coder="cem", needed=2)
    assert {(d.subject_key, d.code) for d in found} == {(one, "relief"), (one, "hope")}
    with pytest.raises(InputError, match="a name and a reason"):
        adjudicate(
            log,
            world.book,
            sample,
            "feel",
            found[0],
            {"relief": True},
            who="cem",
            why="",
            now=tick(),
        )
    adjudicate(
        log, world.book, sample, "feel", found[0], {"relief": True, "hope": False}, who="cem", why="said outright", now=tick()
    )  # fmt: skip
    assert to_adjudicate(log, world.book, sample, "feel", coder="cem", needed=2) == []
    judged = judged_sample(world.study, world.ask, world.book, layer="feel", code="relief")
    how = {row["subject_key"]: row["how"] for row in judged.table.to_pylist()}
    assert how == {one: "adjudicated", two: "single"}


def test_a_coder_who_is_not_done_does_not_adjudicate(room: tuple[World, DecisionLog]) -> None:
    world, log = room
    world.study.config = msgspec.structs.replace(
        world.study.config, judge=msgspec.structs.replace(world.study.config.judge, coders=3)
    )
    one, two = desk(room).queue()[:2]
    desk(room).decide(one, ["relief"], now=tick())
    desk(room, "ben").decide(one, [], now=tick())
    desk(room, "cem").decide(two, [], now=tick())
    sample = find_sample(world.study, "round-1")
    with pytest.raises(PermissionRefused, match="finish the queue first"):
        to_adjudicate(log, world.book, sample, "feel", coder="cem", needed=2)


def test_an_account_is_read_post_by_post(world: World) -> None:
    world.holds([post(n) for n in range(20)])
    draw_sample(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name="people", size=10, now=NOW, unit="accounts"
    )  # fmt: skip
    with open_log(world.study) as log:
        sample = find_sample(world.study, "people")
        ann = Desk(
            world.study, world.ask, log, world.book, sample=sample, layer="feel", coder="ann"
        )
        found = ann.item("a3", now=tick())
        assert [reading.text_key for reading in found.readings] == ["t6", "t7"]
        ann.decide("a3", ["relief"], now=tick())
    judged = judged_sample(
        world.study, world.ask, world.book, layer="feel", code="relief", unit="accounts"
    )
    assert judged.table["subject_key"].to_pylist() == ["a3"]
