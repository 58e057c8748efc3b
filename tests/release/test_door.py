"""The door: who may not pass, and what the ledger keeps."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bedside.errors import NotFoundError, PermissionRefused, StorageError
from bedside.model.figures import Figure, Quote
from bedside.model.sources import Source
from bedside.release.door import release
from bedside.release.gatelog import GateLog
from bedside.release.ledger import Ledger
from bedside.release.records import Release
from bedside.store.config import Crisis, Privacy
from tests.release.conftest import NOW, figure, roles

CRISIS = Crisis(who="the nurse on duty", within_hours=4)


@pytest.fixture
def leave(ledger: Ledger, gate: GateLog, register: dict[str, Source]) -> Any:
    """Release with everything in order but for what a test changes."""

    def make(figures: list[Figure], quotes: list[Quote] = [], **more: Any) -> Release:  # noqa: B006
        given = {
            "policy": Privacy(),
            "ledger": ledger,
            "gate": gate,
            "register": register,
            "sources": ["forum"],
            "crisis": CRISIS,
            "snapshot": "s-1",
            "at": NOW,
        }
        return release(figures, quotes, **{**given, **more})

    return make


def test_a_release_keeps_the_order_of_its_figures(leave: Any) -> None:
    figures = roles(40, 20, 9)
    assert [f.id for f in leave(figures).figures] == [f.id for f in figures]


def test_an_unregistered_source_is_refused_by_name(leave: Any) -> None:
    with pytest.raises(PermissionRefused, match="did you mean 'forum'"):
        leave(roles(40), sources=["forun"])


@pytest.mark.parametrize("field", ["lawful_basis", "dpia_ref", "access_basis"])
def test_a_source_without_lawful_basis_is_refused(
    leave: Any, register: dict[str, Source], field: str
) -> None:
    register["forum"] = msgspec.structs.replace(register["forum"], **{field: " "})
    with pytest.raises(PermissionRefused, match=field):
        leave(roles(40))


def test_a_source_behind_a_login_needs_its_operator_s_consent(
    leave: Any, register: dict[str, Source]
) -> None:
    behind = msgspec.structs.replace(register["forum"], login_needed=True)
    register["forum"] = behind
    with pytest.raises(PermissionRefused, match="log-in"):
        leave(roles(40))
    register["forum"] = msgspec.structs.replace(behind, operator_consent="letter of 1 March")
    leave(roles(40))


@pytest.mark.parametrize("crisis", [Crisis(), Crisis(who="me"), Crisis(who=" ", within_hours=4)])
def test_nothing_leaves_while_nobody_acts_on_crisis_posts(leave: Any, crisis: Crisis) -> None:
    with pytest.raises(PermissionRefused, match="crisis"):
        leave(roles(40), crisis=crisis)


def test_simulated_posts_need_nobody_on_duty(leave: Any, register: dict[str, Source]) -> None:
    register["forum"] = msgspec.structs.replace(register["forum"], simulated=True)
    assert leave(roles(40), crisis=Crisis()).figures


def test_words_that_did_not_pass_the_gate_are_refused(leave: Any, gate: GateLog) -> None:
    wording = Quote(kind="wording", text="told it was normal", about="x", accounts=9)
    with pytest.raises(PermissionRefused, match="gate"):
        leave(roles(40), [wording])
    gate.log_wordings([wording], at=NOW)
    assert leave(roles(40), [wording]).quotes == (wording,)


def test_words_may_be_found_while_it_is_decided_about_the_figures(
    leave: Any, gate: GateLog
) -> None:
    wording = Quote(kind="wording", text="told it was normal", about="x", accounts=9)

    def found() -> list[Quote]:
        gate.log_wordings([wording], at=NOW)
        return [wording]

    def lost() -> list[Quote]:
        raise StorageError("no words")

    beside = leave(roles(40, 20, 3), found)
    assert beside == leave(roles(40, 20, 3), [wording])
    with pytest.raises(StorageError, match="no words"):
        leave(roles(40), lost)
    with pytest.raises(PermissionRefused, match="gate"):
        leave(roles(40), lambda: [msgspec.structs.replace(wording, text="never logged at all")])


def test_a_wording_of_few_accounts_is_refused_even_if_logged(leave: Any, gate: GateLog) -> None:
    wording = Quote(kind="wording", text="told it was normal", about="x", accounts=7)
    gate.log_wordings([wording], at=NOW)
    with pytest.raises(PermissionRefused, match="fewer than 8"):
        leave(roles(40), [wording])


def test_a_release_without_a_voice_says_so(leave: Any) -> None:
    assert "voices are missing" in " ".join(leave(roles(40)).notes)


def test_counts_that_always_leave_rounded_do_not_make_the_next_release_a_rounded_one(
    leave: Any, ledger: Ledger
) -> None:
    figures = [
        *roles(41, 23, 9),
        figure("misinformation.void_growth", 17, keys={"kind": "condition"}, of=("before", 11)),
    ]
    first, second = leave(figures), leave(figures)
    assert first.figures[-1].hits_accounts == 15 and first.figures[0].hits_accounts == 41
    assert second.id == first.id and second.round_to == 0
    assert len(ledger.entries()) == 1


def test_the_same_content_is_one_entry(leave: Any, ledger: Ledger) -> None:
    first, second = leave(roles(3, 40, 20, 9)), leave(roles(3, 40, 20, 9))
    assert first.id == second.id
    assert len(ledger.entries()) == 1


def test_the_ledger_remembers_across_processes(leave: Any, ledger: Ledger) -> None:
    """The lone 9 was shown first; the next release cannot use it to hide the 3."""
    leave(roles(3, 40, 20, 9, total=72)[3:])
    again = leave(roles(3, 40, 20, 9), ledger=Ledger(ledger.folder.parent))
    assert [f.hits_accounts for f in again.figures] == [None, 40, None, 9]
    assert [entry.release.id for entry in ledger.entries()][-1] == again.id


def test_the_ledger_holds_no_hidden_count(leave: Any, ledger: Ledger) -> None:
    leave([figure("x", 5, 48213, of=("stage", 90))])
    (path,) = ledger.folder.iterdir()
    assert b"48213" not in path.read_bytes()


def test_a_release_is_read_back_whole(leave: Any, ledger: Ledger) -> None:
    made = leave(roles(3, 40, 20, 9))
    assert ledger.read(made.id) == made == ledger.latest()
    with pytest.raises(NotFoundError):
        ledger.read("r-none")


def test_without_its_ledger_nothing_is_released(leave: Any, ledger: Ledger) -> None:
    leave(roles(40))
    (path,) = ledger.folder.iterdir()
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(StorageError, match="ledger"):
        leave(roles(40))


def test_quotes_are_struck_after_an_erasure(leave: Any, gate: GateLog, ledger: Ledger) -> None:
    wording = Quote(kind="wording", text="told it was normal", about="x", accounts=9)
    gate.log_wordings([wording], at=NOW)
    made = leave(roles(40), [wording])
    assert ledger.strike(lambda quote: quote.text == wording.text) == 1
    assert ledger.read(made.id).quotes == ()
    (path,) = ledger.folder.iterdir()
    assert b"told it was normal" not in path.read_bytes()


def test_a_broken_gate_log_is_named(tmp_path: Path) -> None:
    (tmp_path / "quotes.jsonl").write_text("{\n")
    with pytest.raises(StorageError, match=r"quotes\.jsonl"):
        GateLog(tmp_path).records()
