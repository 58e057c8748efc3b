"""What takes longer than a page may: it goes on beside, one at a time, and how it ended is told."""

from datetime import datetime
from pathlib import Path
from threading import Event

import pytest

from bedside.errors import InputError, StaleError
from bedside.explore import errands
from bedside.explore.errands import Errands, Tell
from bedside.explore.house import House
from tests.explore.client import NOON, Client


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(errands, "PATIENCE", 0.05)

    def clock() -> datetime:
        return NOON

    return House(tmp_path, clock)


def test_a_long_errand_goes_on_while_its_page_is_answered_and_a_second_one_waits(
    house: House,
) -> None:
    go, done = Event(), []

    def work(tell: Tell) -> None:
        tell("slides, 1 of 2")
        go.wait(10)
        done.append("written")

    at = Errands.of(house)
    assert at.start("writing documents", work) is None
    running = at.running
    assert running is not None and running.step == "slides, 1 of 2" and not done
    with pytest.raises(StaleError, match="writing documents is still under way"):
        at.start("freezing", lambda _: None)
    go.set()
    running.wait(10)
    assert done == ["written"] and at.running is None and at.failed() is None


def test_why_an_errand_failed_is_told_once(house: House) -> None:
    go = Event()

    def work(tell: Tell) -> None:
        go.wait(10)
        raise InputError("nothing may leave")

    at = Errands.of(house)
    assert at.start("freezing", work) is None
    running = at.running
    go.set()
    assert running is not None
    running.wait(10)
    assert str(at.failed()) == "nothing may leave" and at.failed() is None


def test_a_fault_of_an_errand_is_a_fault_of_the_page_that_asks(house: House) -> None:
    def work(tell: Tell) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Errands.of(house).start("freezing", work)


def test_the_page_says_how_far_an_errand_is_and_is_loaded_again_when_it_has_ended(
    own_study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "PATIENCE", 0.05)
    client, go = Client.of(own_study, name="ann"), Event()

    def export(study: object, kinds: object, *, tell: Tell, **_: object) -> None:
        tell("csv, 1 of 1")
        go.wait(10)

    monkeypatch.setattr("bedside.explore.pages.document.export_documents", export)
    assert client.post("/report/documents", {"kind": "csv"}).status_code == 303
    for path in ("/report/documents", "/report", "/report/errand"):
        assert "Writing documents: csv, 1 of 1" in client.get(path).text
    assert client.post("/report/documents", {"kind": "csv"}).status_code == 400
    running = Errands.of(client.app.state.house).running
    go.set()
    assert running is not None
    running.wait(10)
    assert client.get("/report/errand").headers["hx-refresh"] == "true"
    assert "Writing documents" not in client.get("/report/documents").text
