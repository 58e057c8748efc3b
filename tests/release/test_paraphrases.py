"""Paraphrases: from a draft to the report through the gate and a second person; out again when they must."""

from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Thread

import pytest

from bedside.errors import InputError, NotFoundError, PermissionRefused, StaleError
from bedside.release.gatelog import GateLog, GateRecord
from bedside.release.haystack import Haystack
from bedside.release.paraphrases import ParaphraseDesk, Paraphrases, approved_paraphrases
from tests.release.conftest import NOW, rows

GOOD = "Tissue got lost inside the building while I kept waiting for a letter from the clinic"
BAD = "Somebody mislaid my biopsy sample somewhere, she says"
_clock = count(1)


def tick() -> dict[str, object]:
    return {"now": NOW + timedelta(seconds=next(_clock))}


@pytest.fixture(scope="module")
def haystack() -> Haystack:
    usual = [
        f"Week {n}, still waiting for the letter from the clinic on my scan." for n in range(120)
    ]
    own = "Still waiting for the letter. They mislaid my biopsy sample somewhere between two floors of one hospital."
    return Haystack(rows(*usual, own))


@pytest.fixture
def desk(haystack: Haystack, tmp_path: Path) -> ParaphraseDesk:
    return ParaphraseDesk(tmp_path, haystack=lambda: haystack, never={"p7"})


def offered(desk: ParaphraseDesk, text: str = GOOD, by: str = "ann") -> str:
    one = desk.write(text, ["p120"], by=by, about="care:waiting", evidence_id="ev-1", **tick())  # type: ignore[arg-type]
    return desk.offer(one.id, by=by, **tick()).id  # type: ignore[arg-type]


def test_a_paraphrase_goes_from_draft_to_what_a_report_prints(
    desk: ParaphraseDesk, tmp_path: Path
) -> None:
    name = offered(desk)
    assert approved_paraphrases(tmp_path) == []
    assert desk.approve(name, by="ben", **tick()).approver == "ben"  # type: ignore[arg-type]
    (quote,) = approved_paraphrases(tmp_path)
    assert (quote.kind, quote.text, quote.about, quote.evidence_id) == (
        "paraphrase", GOOD, "care:waiting", "ev-1"
    )  # fmt: skip
    assert GateLog(tmp_path).sources_of(quote) == ("p120",)


def test_the_writer_does_not_approve_however_the_name_is_spelt(
    desk: ParaphraseDesk, tmp_path: Path
) -> None:
    name = offered(desk)
    for who in ("ann", " Ann "):
        with pytest.raises(PermissionRefused, match="second person"):
            desk.approve(name, by=who, **tick())  # type: ignore[arg-type]
    assert approved_paraphrases(tmp_path) == [] and desk.kept.find(name).state == "offered"


def test_what_does_not_pass_the_gate_is_not_even_offered(desk: ParaphraseDesk) -> None:
    one = desk.write(BAD, ["p120"], by="ann", **tick())  # type: ignore[arg-type]
    with pytest.raises(PermissionRefused, match="say them otherwise"):
        desk.offer(one.id, by="ann", **tick())  # type: ignore[arg-type]
    assert desk.kept.find(one.id).state == "draft"


def test_who_sends_back_says_why_and_the_writer_writes_anew(desk: ParaphraseDesk) -> None:
    name = offered(desk)
    with pytest.raises(InputError, match="say why"):
        desk.send_back(name, " ", by="ben", **tick())  # type: ignore[arg-type]
    assert desk.send_back(name, "too close", by="ben", **tick()).state == "returned"  # type: ignore[arg-type]
    again = desk.write(GOOD + " again", ["p120"], by="ann", name=name, **tick())  # type: ignore[arg-type]
    assert (again.state, again.why, again.version) == ("draft", "too close", 4)


def test_a_withdrawn_paraphrase_is_printed_no_more(desk: ParaphraseDesk, tmp_path: Path) -> None:
    name = offered(desk)
    desk.approve(name, by="ben", **tick())  # type: ignore[arg-type]
    desk.withdraw(name, "asked not to", by="cem", **tick())  # type: ignore[arg-type]
    assert approved_paraphrases(tmp_path) == []
    with pytest.raises(InputError, match="withdrawn; begin a new one"):
        desk.write(GOOD, ["p120"], by="ann", name=name, **tick())  # type: ignore[arg-type]


def test_a_crisis_post_is_not_paraphrased(desk: ParaphraseDesk) -> None:
    with pytest.raises(PermissionRefused, match="crisis"):
        desk.write(GOOD, ["p7"], by="ann", **tick())  # type: ignore[arg-type]


def test_what_changed_meanwhile_is_not_approved_unread(desk: ParaphraseDesk) -> None:
    name = offered(desk)
    seen = desk.kept.find(name).version
    desk.write(GOOD + " today", ["p120"], by="ann", name=name, **tick())  # type: ignore[arg-type]
    desk.offer(name, by="ann", **tick())  # type: ignore[arg-type]
    with pytest.raises(StaleError, match="read it again"):
        desk.approve(name, by="ben", after=seen, **tick())  # type: ignore[arg-type]


def test_erasing_a_post_takes_its_paraphrases(desk: ParaphraseDesk, tmp_path: Path) -> None:
    name = offered(desk)
    desk.approve(name, by="ben", **tick())  # type: ignore[arg-type]
    assert Paraphrases(tmp_path).forget(["p120"]) == 1
    assert "p120" not in desk.kept.path.read_text() and GOOD not in desk.kept.path.read_text()
    with pytest.raises(NotFoundError):
        desk.kept.find(name)


def test_people_who_write_at_once_lose_no_line(desk: ParaphraseDesk, tmp_path: Path) -> None:
    def work(who: str) -> None:
        for number in range(20):
            desk.write(f"{who} writes number {number}", ["p1"], by=who, **tick())  # type: ignore[arg-type]
            record = GateRecord(
                text_hash=f"{who}{number}", kind="paraphrase", rule="", passed=True, at=NOW
            )
            GateLog(tmp_path).append(record)

    threads = [Thread(target=work, args=(who,)) for who in ("ann", "ben", "cem")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desk.kept.all()) == 60 and len(GateLog(tmp_path).records()) == 60
