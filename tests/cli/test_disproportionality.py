"""One command over plain tables of cases, in the shapes in which the world keeps them."""

import gzip
import json
from pathlib import Path

import pytest

from bedside.cli.ending import run_app


def said(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    assert run_app(["disproportionality", *map(str, arguments)]) == code
    told = capsys.readouterr()
    return told.out + told.err


def as_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:  # type: ignore[type-arg]
    found: dict = json.loads(said(capsys, *arguments, "--json"))  # type: ignore[type-arg]
    return found


LONG = (
    "id,drug,reaction,sex\n1,A,rash,F\n1,A,rash,F\n1,A,itch,F\n2,A,rash,M\n3,B,itch,M\n4,B,fever,\n"
)


def test_a_long_table_is_counted_by_unique_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(LONG)
    found = as_json(capsys, path)
    pair = next(r for r in found["rows"] if (r["product"], r["event"]) == ("A", "rash"))
    assert (pair["n"], pair["product_cases"], pair["event_cases"], pair["cases"]) == (2, 2, 2, 4)
    assert "WEB-RADR" in found["caveat"] and "unique cases" in found["unit"]
    assert "refused" in found["ebgm"]


def test_two_files_of_vaers_are_joined_by_their_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "VAX.csv").write_text(
        "VAERS_ID,VAX_TYPE,VAX_NAME\n1,F,Flu X\n2,F,Flu X\n3,Z,Zoster Y\n"
    )
    (tmp_path / "SYM.csv").write_text(
        "VAERS_ID,SYMPTOM1,SYMPTOMVERSION1,SYMPTOM2\n1,Chills,25.0,Pyrexia\n1,Pain,25.0,\n2,Pain,25.0,\n3,Rash,25.0,\n"
    )
    found = as_json(capsys, tmp_path / "VAX.csv", tmp_path / "SYM.csv")
    pairs = {(r["product"], r["event"]): r["n"] for r in found["rows"]}
    assert pairs == {
        ("Flu X", "Chills"): 1,
        ("Flu X", "Pyrexia"): 1,
        ("Flu X", "Pain"): 2,
        ("Zoster Y", "Rash"): 1,
    }


def test_two_files_of_faers_with_dollars_and_only_suspect_drugs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "DRUG.txt").write_text(
        "primaryid$caseid$role_cod$drugname\n11$1$PS$ABC\n11$1$C$OTHER\n12$1$PS$ABC\n21$2$SS$DEF\n"
    )
    (tmp_path / "REAC.txt").write_text("primaryid$caseid$pt\n11$1$Nausea\n12$1$Nausea\n21$2$Rash\n")
    found = as_json(
        capsys, tmp_path / "DRUG.txt", tmp_path / "REAC.txt", "--where", "role_cod=PS,SS"
    )
    pairs = {(r["product"], r["event"]): (r["n"], r["cases"]) for r in found["rows"]}
    assert pairs == {
        ("ABC", "Nausea"): (1, 2),
        ("DEF", "Rash"): (1, 2),
    }  # versions of a case are one


def test_json_lines_with_lists_in_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "reports.jsonl.gz"
    lines = [
        {"id": str(i), "labels": {"meddra_pt": ["Chills"], "vaccines": [["T", "M", name]]}}
        for i, name in enumerate(["X", "X", "Y"])
    ]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    assert {r["product"] for r in as_json(capsys, path)["rows"]} == {"T | M | X", "T | M | Y"}
    part = as_json(capsys, path, "--product", "labels.vaccines.2")
    assert {r["product"] for r in part["rows"]} == {"X", "Y"}


def test_every_file_and_page_carries_the_caveat(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(LONG.replace("A,rash", "=cmd(),rash"))
    outs = [tmp_path / f"out.{kind}" for kind in ("csv", "json", "html")]
    told = said(capsys, path, *(word for out in outs for word in ("--out", out)))
    assert "WEB-RADR" in told and "signal" not in told.lower().replace("web-radr", "")
    for out in outs:
        assert "WEB-RADR" in out.read_text()
    lines = outs[0].read_text().splitlines()
    assert all("WEB-RADR" in line for line in lines[1:])
    assert "'=cmd()" in outs[0].read_text()  # no formula for a spreadsheet
    assert "<script" not in outs[2].read_text()


def test_strata_change_expected_counts_and_blank_ones_are_one_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(LONG)
    assert as_json(capsys, path, "--stratum", "sex")["strata"] == {"F": 1, "M": 2, "not stated": 1}


def test_two_by_two_tables_and_tables_of_counts_are_read_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "two.csv").write_text("name,a,b,c,d\nx,41,14,754,591958\n")
    assert as_json(capsys, tmp_path / "two.csv")["rows"][0]["prr"] == pytest.approx(
        585.9945, abs=1e-4
    )
    (tmp_path / "n.csv").write_text("drug,event,n\nA,x,9\nA,y,1\nB,x,2\nB,y,30\n")
    assert "pair counts" in as_json(capsys, tmp_path / "n.csv")["unit"]


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("", [], "names no columns"),
        ("just words\nmore words\n", [], "names no columns"),
        ("id,foo,bar\n1,2,3\n", [], "no column looks like --product and --event"),
        ("foo,bar\n2,3\n", [], "looks like the id"),
        (LONG, ["--product", "drgu"], "did you mean 'drug'"),
        (LONG, ["--stratum", "sexx"], "did you mean 'sex'"),
        (LONG, ["--where", "drug"], "COLUMN=VALUE"),
        (LONG, ["--draws", "5"], "at least 99"),
        (LONG, ["--likelihood", "best"], "mixture or components"),
        ("id,drug,reaction\n1,A,\n2,,x\n", [], "nothing can be compared"),
        ("drug,event,n\nA,x,many\n", [], "no count"),
        ('{"id": 1, "drug": "A", "event": "x"}\n{"id": 2,\n', [], "line 2"),
    ],
)
def test_bad_tables_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, options: list[str], words: str
) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(text)
    assert words in said(capsys, path, *options, code=2)


def test_a_file_that_is_not_there_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert "no file" in said(capsys, tmp_path / "none.csv", code=4)


def test_shingrix_stands_out_in_a_year_of_vaccine_reports(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = data / "open" / "vaers_2020_report_pt_vaccine.jsonl.gz"
    found = as_json(
        capsys, path, "--product", "labels.vaccines.2", "--find", "shingrix", "--top", 400
    )
    assert found["rows"][0]["cases"] == 46_933 and "WEB-RADR" in found["caveat"]
    by_event = {row["event"]: row for row in found["rows"]}
    for event in (
        "Chills",
        "Pyrexia",
        "Injection site erythema",
        "Injection site warmth",
        "Influenza like illness",
    ):
        assert by_event[event]["ic_low"] > 0.1 and by_event[event]["eb05"] > 1, event
