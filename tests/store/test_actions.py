"""The action list: kept by hand or by command, never losing a step."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.errors import InputError, NotFoundError
from bedside.store.actions import add_action, move_action, read_actions
from bedside.store.config import StudyConfig
from bedside.store.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study(tmp_path, StudyConfig(id="i", title="t"), {})


DAY = date(2026, 3, 1)


def test_an_action_is_added_moved_and_read_back_with_all_its_steps(study: Study) -> None:
    add_action(study, what="Ring back", owner="Front desk", on=DAY, aspect="access")
    move_action(
        study, "a1", status="declined", on=date(2026, 4, 1), reason="no line free", owner="Office"
    )
    (kept,) = read_actions(study)
    assert [(s.on.month, s.status, s.reason) for s in kept.steps] == [
        (3, "planned", ""),
        (4, "declined", "no line free"),
    ]
    assert (kept.owner, kept.now.status) == ("Office", "declined")
    assert add_action(study, what="w", owner="o", on=DAY).id == "a2"


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_words_come_back_as_they_were(study: Study, words: str) -> None:
    if words.strip():
        made = add_action(study, what=words, owner="o", on=DAY)
        assert read_actions(study)[-1] == made


def test_what_is_missing_is_told(study: Study) -> None:
    with pytest.raises(InputError, match="who answers for it"):
        add_action(study, what="x", owner=" ", on=DAY)
    with pytest.raises(InputError, match="needs its reason"):
        add_action(study, what="x", owner="o", on=DAY, status="declined")
    with pytest.raises(InputError, match="none of planned, made, declined"):
        add_action(study, what="x", owner="o", on=DAY, status="done")
    with pytest.raises(NotFoundError, match="no action 'a9'"):
        move_action(study, "a9", status="made", on=DAY)


def test_a_list_damaged_by_hand_is_told_and_kept(study: Study) -> None:
    path = study.folder / "actions.toml"
    path.write_text("[[action]]\nid = 3")
    with pytest.raises(InputError, match="mend it by hand"):
        read_actions(study)
    assert path.read_text() == "[[action]]\nid = 3"
