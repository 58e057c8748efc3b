"""Vocabularies of the user: read from their release files, sealed, versioned, found in posts, never exported."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bedside.cli.adding import add, make_source
from bedside.cli.ending import run_app
from bedside.cli.running import run
from bedside.collect.vocabularies import read_vocabulary
from bedside.errors import FormatError, InputError, NotFoundError
from bedside.store.engine import EmbeddedEngine
from bedside.store.keys import load_keys
from bedside.store.manifest import read_manifest
from bedside.store.stages import Aggregate
from bedside.store.study import Study, create_study
from bedside.store.vocabularies import read_vocabularies

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MENTIONS = Aggregate(
    name="own mentions",
    needs=("understood",),
    sql="SELECT DISTINCT concept_id, concept, code, maker_version FROM understood WHERE \"row\" = 'mark' "
    "AND maker LIKE 'vocabulary-%' ORDER BY concept_id",
)


@pytest.fixture
def meddra(tmp_path: Path) -> Path:
    folder = tmp_path / "MedAscii"
    folder.mkdir()
    (folder / "meddra_release.asc").write_text("28.0$English$$$$\n")
    rows = [
        "10000001$Wobbly quokka feeling$10000009$$$$$$$Y$$",
        "10000002$Old quokka name$10000009$$$$$$$N$$",
    ]
    (folder / "llt.asc").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture
def snomed(tmp_path: Path) -> Path:
    folder = tmp_path / "Snapshot"
    folder.mkdir()
    head = "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId"
    full, other = "900000000000003001", "900000000000013009"
    rows = [
        f"1\t20260101\t1\t9\t555\ten\t{full}\tQuokka pox (disorder)\t9",
        f"2\t20260101\t1\t9\t555\ten\t{other}\tPouch pox\t9",
        f"3\t20260101\t0\t9\t555\ten\t{other}\tRetired pox\t9",
        f"4\t20260101\t1\t9\t777\ten\t{full}\tQuokka (organism)\t9",
    ]
    (folder / "sct2_Description_Snapshot-en_INT_20260101.txt").write_text(
        "\n".join([head, *rows]) + "\n"
    )
    return folder


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = create_study(tmp_path / "study", title="Own words")
    texts = [
        "I had that wobbly quokka feeling again, and then pouch pox.",
        "No wobbly quokka feeling today. Old quokka name.",
    ]
    file = tmp_path / "posts.jsonl"
    rows = [{"id": str(n), "author": f"a{n}", "text": text} for n, text in enumerate(texts)]
    file.write_text("\n".join(map(json.dumps, rows)))
    add(made.folder, [file], source=make_source("forum", "simulated"), now=NOW)
    return made


def own_mentions(study: Study) -> list[tuple[str, str]]:
    run(study.folder, now=NOW, workers=1)
    with EmbeddedEngine(study) as engine:
        engine.bind(read_manifest(study.folder).datasets)
        rows = engine.ask(MENTIONS, {}).to_pylist()
    assert all(row["concept"] is None for row in rows), "no licensed name in a mark"
    return [(row["concept_id"], row["code"]) for row in rows]


def test_terms_are_found_by_their_code(
    study: Study, meddra: Path, snomed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert own_mentions(study) == []
    folder, licence = str(study.folder), ["--licence", "our subscription"]
    assert (
        run_app(["vocabulary", "add", folder, "adverse", str(meddra), "--kind", "meddra", *licence])
        == 0
    )
    assert (
        run_app(
            ["vocabulary", "add", folder, "clinical", str(snomed), "--kind", "snomed", *licence]
        )
        == 0
    )
    assert own_mentions(study) == [
        ("MEDDRA:28.0:10000001", "symptom"),
        ("SNOMED:20260101:555", "condition"),
    ]
    capsys.readouterr()
    assert run_app(["vocabulary", "list", folder, "--json"]) == 0
    assert [v["version"] for v in json.loads(capsys.readouterr().out)] == ["28.0", "20260101"]
    assert run_app(["vocabulary", "drop", folder, "clinical"]) == 0
    assert [concept for concept, _ in own_mentions(study)] == ["MEDDRA:28.0:10000001"]


def test_another_version_reads_anew(study: Study, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text("term,code,kind\npouch pox,P1,condition\n")
    folder = str(study.folder)
    run_app(["vocabulary", "add", folder, "ours", str(file), "--version", "1", "--licence", "ours"])
    assert own_mentions(study) == [("LIST:1:P1", "condition")]
    run_app(["vocabulary", "add", folder, "ours", str(file), "--version", "2", "--licence", "ours"])
    assert own_mentions(study) == [("LIST:2:P1", "condition")]


def test_it_lies_sealed(study: Study, meddra: Path) -> None:
    run_app(
        [
            "vocabulary",
            "add",
            str(study.folder),
            "adverse",
            str(meddra),
            "--kind",
            "meddra",
            "--licence",
            "x",
        ]
    )
    run(study.folder, now=NOW, workers=1)
    held = [
        path
        for path in study.folder.rglob("*")
        if path.is_file() and b"Wobbly quokka" in path.read_bytes()
    ]
    assert held == []
    assert [v.name for v in read_vocabularies(study, load_keys(study.config.id).vault)] == [
        "adverse"
    ]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"kind": "umls"}, InputError, "no kind of vocabulary"),
        ({"licence": " "}, InputError, "under which licence"),
        ({"name": "../x"}, InputError, "letters, digits and hyphens"),
        ({"version": "27.1"}, InputError, "say version 28.0, you say 27.1"),
        ({"kind": "snomed"}, NotFoundError, "RF2 snapshot"),
        ({"kind": "list"}, NotFoundError, "CSV file"),
    ],
)
def test_what_cannot_be_read_is_said(
    meddra: Path, change: dict[str, str], error: type[Exception], words: str
) -> None:
    given = {"name": "v", "kind": "meddra", "licence": "ours"} | change
    with pytest.raises(error, match=words):
        read_vocabulary(meddra, **given)


def test_a_list_says_which_line_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("term,kind\nfine,symptom\nodd,illness\n")
    with pytest.raises(FormatError, match="line 3"):
        read_vocabulary(file, name="v", kind="list", version="1", licence="x")
    file.write_text("word\nfine\n")
    with pytest.raises(FormatError, match="column 'term' not found"):
        read_vocabulary(file, name="v", kind="list", version="1", licence="x")
