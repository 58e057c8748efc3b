"""Files of cases for people: nothing of a person in them; handed over only by those named, with what is needed beside."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bedside.cli.casework import at_desk
from bedside.cli.ending import run_app
from bedside.measure.safety.case import Case
from bedside.report.casefiles import LINE_COLUMNS, cioms_page, line_list
from bedside.store.config import Safety
from tests.measure.safety.conftest import case_of, pattern, study
from tests.report.icsr.conftest import case, samples, sending

__all__ = ["case", "pattern", "samples", "sending", "study"]


def said(capsys: pytest.CaptureFixture[str], folder: Path, *words: object, code: int = 0) -> str:
    assert run_app(["cases", str(folder), *map(str, words)]) == code
    told = capsys.readouterr()
    return told.out + told.err


def test_a_page_tells_the_case_and_names_nobody(case: Case) -> None:
    page = cioms_page(
        case, policy=Safety(sender="Forum Watch"), now=datetime(2026, 6, 1, tzinfo=UTC)
    )
    assert (
        "nausea" in page and "Metformin" in page and "not told" in page and "yes (decided)" in page
    )
    assert "ann" not in page.split() and "<script" not in page and "@page" in page


def test_a_line_list_has_a_row_for_each_case_and_starts_no_formula(case: Case) -> None:
    rows = list(csv.DictReader(io.StringIO(line_list([case, case], policy=Safety()))))
    assert len(rows) == 2 and tuple(rows[0]) == LINE_COLUMNS
    assert rows[0]["verdict"] == "valid" and rows[0]["serious_decided"] == "hospitalisation=yes"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in rows[0].values())


def test_cases_are_exported_in_three_forms(
    sending: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = case_of(sending)
    for form, ending in (("cioms", "html"), ("csv", "csv"), ("e2b", "xml")):
        out = tmp_path / f"out.{ending}"
        told = said(capsys, sending, "export", case_id, "--as", form, "--out", out)
        assert out.stat().st_size > 300
        assert ("not submittable yet" in told) == (form == "e2b")
    assert "holds one case" in said(capsys, sending, "export", "--as", "cioms", code=2)
    assert "cioms, csv or e2b" in said(capsys, sending, "export", "--as", "pdf", code=2)


def test_a_hand_over_needs_an_officer_and_gives_the_contact_beside(
    sending: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id, out = case_of(sending), tmp_path / "out"
    words = ("hand-over", case_id, "--to", "PV desk", "--as", "e2b", "--out", out)
    assert "officers" in said(capsys, sending, *words, "--by", "Ada", code=3)
    assert not out.exists()
    assert "handed over" in said(capsys, sending, *words, "--by", "Olga")
    contact = next(csv.DictReader(io.StringIO((out / f"{case_id}-contact.csv").read_text())))
    assert contact["screen_name"] == "ann" and contact["link"]
    assert "ann" not in (out / f"{case_id}.xml").read_text().split()
    with at_desk(sending, datetime.now(UTC)) as desk:
        kinds = [e.kind for e in desk.case(case_id).log]
    assert kinds[-2:] == ["looked", "handed_over"]


def test_a_hand_over_waits_for_what_nobody_decided(
    study: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    case_id = case_of(study)
    said(capsys, study, "review", case_id, "--by", "Ada")
    said(capsys, study, "valid", case_id, "--by", "Ada")
    words = ("hand-over", case_id, "--to", "PV", "--out", tmp_path / "o", "--by", "Olga")
    assert "nobody has decided yet on hospitalisation" in said(capsys, study, *words, code=2)


def test_acknowledgements_come_back_into_the_case(
    sending: Path, samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = case_of(sending)
    said(
        capsys,
        sending,
        "hand-over",
        case_id,
        "--to",
        "PV",
        "--as",
        "e2b",
        "--out",
        tmp_path / "o",
        "--by",
        "Olga",
    )
    with at_desk(sending, datetime.now(UTC)) as desk:
        message = desk.case(case_id).standing.handed_over[0][2]
    assert message
    for name, sent, status in (
        ("negative", "US-APHARMA-7644554", "refused"),
        ("positive", "21ec1492-3aea-4069-a2ab-08002b30309d", "acknowledged"),
    ):
        answer = tmp_path / f"{name}.ack"
        answer.write_text((samples / f"R3ack-{name}.ack").read_text().replace(sent, message))
        assert f"is {status}" in said(capsys, sending, "ack", answer, "--by", "Ada")
    stranger = samples / "R3ack-positive.ack"
    assert "no message that was sent" in said(
        capsys, sending, "ack", stranger, "--by", "Ada", code=4
    )
    told = json.loads(said(capsys, sending, "show", case_id, "--by", "Ada", "--json"))
    assert [a.get("positive") for a in told["standing"]["answers"]] == [False, True]


def test_a_file_is_checked_from_the_command_line(
    sending: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "m.xml"
    said(capsys, sending, "export", case_of(sending), "--as", "e2b", "--out", out)
    assert "E.i.2.1b" in said(capsys, sending, "check", out, code=6)
    assert "no file" in said(capsys, sending, "check", tmp_path / "none.xml", code=4)
