"""The log of own interventions: dated, kept, withdrawn with a reason, and readable by hand."""

from datetime import date
from pathlib import Path

import pytest

from bedside.errors import InputError, NotFoundError
from bedside.store.interventions import (
    add_intervention,
    read_interventions,
    withdraw_intervention,
)
from bedside.store.study import create_study

DAY, LATER = date(2026, 3, 2), date(2026, 4, 1)


def test_an_intervention_is_kept_as_it_was_entered(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="Claims")
    assert read_interventions(study) == []
    what = 'A "video"\nof two lines, with é and \x7f'
    entry = add_intervention(
        study, on=DAY, what=what, by="press office", noted=LATER, about="c", where="tiktok"
    )
    assert entry.id == "i1"
    assert read_interventions(study) == [entry]
    second = add_intervention(study, on=DAY, what="A leaflet.", by="ward", noted=DAY)
    assert second.id == "i2"


def test_what_was_entered_is_withdrawn_with_a_reason_and_never_deleted(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="Claims")
    add_intervention(study, on=DAY, what="A video.", by="press office", noted=DAY)
    gone = withdraw_intervention(study, "i1", reason="It went out a week later.")
    assert read_interventions(study) == [gone]
    assert add_intervention(study, on=DAY, what="Again.", by="press office", noted=LATER).id == "i2"
    with pytest.raises(NotFoundError, match="no intervention 'i9'"):
        withdraw_intervention(study, "i9", reason="none")
    with pytest.raises(InputError, match="reason"):
        withdraw_intervention(study, "i1", reason=" ")


def test_plans_and_empty_entries_are_refused(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="Claims")
    with pytest.raises(InputError, match="has not come yet"):
        add_intervention(study, on=LATER, what="A video.", by="press office", noted=DAY)
    with pytest.raises(InputError, match="who did it"):
        add_intervention(study, on=DAY, what="A video.", by="", noted=DAY)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[intervention]\n", "cannot be read"),
        ('[[intervention]]\nid = "i1"\n', "missing required field"),
        (
            '[[intervention]]\nid = "i1"\non = 2026-01-01\nnoted = 2026-01-01\nwhat = "a"\nby = "b"\n' * 2,
            "two interventions have one id",
        ),
    ],
)  # fmt: skip
def test_a_file_that_was_damaged_by_hand_says_what_is_wrong(
    tmp_path: Path, text: str, why: str
) -> None:
    study = create_study(tmp_path / "s", title="Claims")
    (study.folder / "interventions.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=why):
        read_interventions(study)
