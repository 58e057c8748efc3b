"""Two officers at one case: one step holds, the other is told; what is taken back stays in the log."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest

from bedside.cli.casework import at_desk
from bedside.cli.running import run
from bedside.errors import BedsideError, InputError, PermissionRefused, StaleError
from bedside.judge.caselog import open_cases
from bedside.judge.database import VARIABLE
from bedside.store.study import open_study
from tests.judge.postgres import server
from tests.measure.safety.conftest import case_of, step


@pytest.fixture
def postgres() -> Iterator[str]:
    with server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def team(request: pytest.FixtureRequest, study: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study with cases, whose log lies in a file or on a server."""
    if request.param == "postgres":
        monkeypatch.setenv(VARIABLE, request.getfixturevalue("postgres"))
        (study / "cases.json").unlink()
        run(study, now=datetime.now(UTC), workers=1)
    return study


def both(study: Path, case: str, kinds: tuple[str, ...]) -> list[str]:
    """What became of steps that several officers take in one moment, each having seen the case before."""
    barrier, said = Barrier(len(kinds)), []

    def act(who: str, kind: str) -> None:
        with at_desk(study, datetime.now(UTC)) as desk:
            seen = desk.case(case).standing.number
            barrier.wait()
            try:
                said.append(desk.step(case, kind, by=who, after=seen, reason="known").status)
            except BedsideError as error:
                said.append(type(error).__name__)

    threads = [Thread(target=act, args=(f"officer {n}", kind)) for n, kind in enumerate(kinds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_of_two_steps_in_one_moment_one_holds(team: Path) -> None:
    case = case_of(team)
    said = both(team, case, ("valid", "rejected", "valid", "rejected"))
    assert len([s for s in said if s in ("valid", "awaiting_second")]) == 1, said
    assert set(said) <= {"valid", "awaiting_second", "StaleError", "InputError"}
    with open_cases(open_study(team)) as log:
        steps = [e.kind for e in log.read(case) if e.kind in ("valid", "rejected")]
    assert len(steps) == 1


def test_a_case_goes_all_the_way_whatever_the_database(team: Path) -> None:
    case = case_of(team)
    step(team, case, "seriousness", criterion="hospitalisation", holds=True)
    assert step(team, case, "valid") == "valid"
    assert step(team, case, "handed_over", by="Olga", to="PV desk") == "handed_over"
    assert step(team, case, "acknowledged", positive=True, number="R1") == "acknowledged"


def test_who_has_not_seen_the_last_step_is_told_who_took_it(study: Path) -> None:
    case = case_of(study)
    with at_desk(study, datetime.now(UTC)) as desk:
        seen = desk.case(case).standing.number
        desk.step(case, "in_review", by="Bob", after=seen)
        with pytest.raises(StaleError, match="in review, by Bob"):
            desk.step(case, "valid", by="Ada", after=seen)
        assert desk.step(case, "seen", by="Ada", after=seen).status == "in_review"
        now = desk.case(case).standing.number
        desk.step(case, "seen", by="Cem")
        assert desk.step(case, "valid", by="Ada", after=now).status == "valid"


def test_a_step_is_taken_back_by_who_took_it_and_both_stay_in_the_log(study: Path) -> None:
    case = case_of(study)
    step(study, case, "in_review", by="Ada")
    step(study, case, "rejected", by="Ada", reason="known")
    with at_desk(study, datetime.now(UTC)) as desk:
        with pytest.raises(PermissionRefused, match="Ada's"):
            desk.take_back(case, by="Bob")
        assert desk.take_back(case, by="ada").status == "in_review"
        assert desk.take_back(case, by="Ada").status == "new"
        with pytest.raises(InputError, match="no step of a person is left"):
            desk.take_back(case, by="Ada")
        found = desk.case(case)
    assert [e.kind for e in found.log][-2:] == ["taken_back", "taken_back"]
    assert found.standing.seen_at is not None and found.clock.day_zero is not None


def test_what_left_the_house_is_not_taken_back(study: Path) -> None:
    case = case_of(study, serious=False)
    step(study, case, "valid", by="Olga")
    step(study, case, "handed_over", by="Olga", to="PV desk")
    with at_desk(study, datetime.now(UTC)) as desk, pytest.raises(InputError, match="cannot be"):
        desk.take_back(case, by="Olga")
