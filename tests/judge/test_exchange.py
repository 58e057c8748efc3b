"""Exchange with other tools: what goes out keeps the published rules, what comes back is the same."""

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bedside.codebook import (
    Code,
    Codebook,
    Layer,
    codebook_version,
    layer_toml,
    load_codebook,
    read_layer,
)
from bedside.errors import BedsideError, FormatError, InputError, PermissionRefused
from bedside.judge.decisions import WHOLE, DecisionLog, open_log
from bedside.judge.exchange import doccano, labelstudio
from bedside.judge.exchange.codebook_table import read_codebook_table, write_codebook_table
from bedside.judge.exchange.documents import Document, load_documents
from bedside.judge.exchange.refi_codebook import parse_xml, read_qdc, write_qdc
from bedside.judge.exchange.refi_project import write_qdpx
from bedside.judge.exchange.refi_reading import in_parts, read_qdpx
from bedside.judge.exchange.refi_rules import CODEBOOK, PROJECT, violations
from bedside.judge.exchange.tables import read_decisions, write_decisions
from bedside.judge.taking import Coding, take_in
from tests.judge.conftest import NOW, World, decided, key_of, post

LINES = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n"), min_size=1, max_size=40
).filter(lambda text: text.strip() == text and "\ufffe" not in text and "\uffff" not in text)
CODES = st.builds(
    Code,
    name=st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
    definition=LINES,
    counts=st.lists(LINES, max_size=2),
    not_=st.lists(LINES, max_size=2),
    seeds=st.lists(LINES, max_size=2),
    examples=st.lists(LINES, max_size=2),
)


def book_of(codes: list[Code], **more: Any) -> Codebook:
    layer = Layer(layer="own", about="moment", several=False, question="Which?", code=codes, **more)
    return Codebook(layers={"own": layer}, version=codebook_version({"own": layer}))


@settings(deadline=None)
@given(st.lists(CODES, min_size=1, max_size=4, unique_by=lambda code: code.name))
def test_any_codebook_comes_back_as_it_went(codes: list[Code]) -> None:
    from tempfile import TemporaryDirectory

    book = book_of(codes, sides=["praise", "complaint"])
    data = write_qdc(book)
    assert violations(parse_xml(data, "x")) == []
    with TemporaryDirectory() as folder:
        (Path(folder) / "x.qdc").write_bytes(data)
        (Path(folder) / "x.csv").write_text(write_codebook_table(book), encoding="utf-8")
        (Path(folder) / "own.toml").write_text(layer_toml(book.layer("own")), encoding="utf-8")
        assert read_qdc(Path(folder) / "x.qdc") == book
        assert read_codebook_table(Path(folder) / "x.csv") == book
        assert read_layer(Path(folder) / "own.toml") == book.layer("own")


def test_the_built_in_codebook_comes_back_as_it_went(tmp_path: Path) -> None:
    book = load_codebook()
    (tmp_path / "b.qdc").write_bytes(write_qdc(book))
    (tmp_path / "b.csv").write_text(write_codebook_table(book), encoding="utf-8")
    assert read_qdc(tmp_path / "b.qdc") == book
    assert read_codebook_table(tmp_path / "b.csv") == book
    for layer in book:
        (tmp_path / f"{layer.layer}.toml").write_text(layer_toml(layer), encoding="utf-8")
        assert read_layer(tmp_path / f"{layer.layer}.toml") == layer


def test_a_codebook_of_another_tool_becomes_layers(tmp_path: Path) -> None:
    """Nested codes with a folder on top, a loose code, names that are no identifiers, braces around a guid."""
    text = f"""<?xml version="1.0" encoding="utf-8"?>
    <CodeBook xmlns="{CODEBOOK}" origin="Other 2024"><Codes>
      <Code guid="{{1FF58B12-6F6F-4B0C-8BE5-BBDC91F55294}}" name="Sorgen &amp; Ängste" isCodable="false">
        <Code guid="2FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Geld" isCodable="true" color="#46AA00">
          <Description>Sorge um Geld</Description>
          <Code guid="3FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Miete" isCodable="true"/>
        </Code>
      </Code>
      <Code guid="4FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="lose" isCodable="true"/>
    </Codes></CodeBook>"""
    path = tmp_path / "Other Project.qdc"
    path.write_text(text, encoding="utf-8")
    assert violations(parse_xml(path.read_bytes(), "x")) == []
    book = read_qdc(path)
    assert sorted(book.layers) == ["other_project", "sorgen_angste"]
    assert [code.name for code in book.layer("sorgen_angste").code] == ["geld", "miete"]
    assert book.find("sorgen_angste", "geld").definition == "Sorge um Geld"


def test_taguettes_own_codebook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "codebook.csv"
    path.write_text("tag,description,number of highlights\r\npeople,Who,2\r\nplaces.good,,1\r\n")
    book = read_codebook_table(path)
    assert book.find("codebook", "people").definition == "Who"
    assert book.find("places", "good").definition == "places.good"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda x: x.replace('isCodable="true"', 'isCodable="yes"', 1), "is no boolean"),
        (lambda x: x.replace(' guid="', ' id="', 1), "attribute guid is missing"),
        (lambda x: x.replace("<Codes>", "<Sets/><Codes>", 1), "another order"),
        (lambda x: x.replace("<Codes>", "<Codes>words", 1), "text stands where"),
        (
            lambda x: x.replace("CodeBook xmlns", "Codes xmlns", 1).replace(
                "</CodeBook", "</Codes"
            ),
            "the root is",
        ),
    ],
)
def test_a_file_that_breaks_the_rules_is_found_out(change: Any, said: str) -> None:
    text = write_qdc(load_codebook()).decode()
    found = violations(etree.fromstring(change(text).encode()))
    assert any(said in one for one in found), found[:3]


# projects


@pytest.fixture
def coded(world: World) -> World:
    """Five posts; two coders, one adjudication, places, notes, an absence, one set aside."""
    posts = [
        post(n, title=f"Title {n}" if n % 2 else None, body=f"It hurt, then relief {n} 🙂.")
        for n in range(5)
    ]
    world.holds(posts)
    book = world.book
    rows = [
        decided(
            book,
            1,
            "feel",
            "relief",
            spans='[["title", 0, 5], ["body", 14, 20]]',
            memo="two places",
        ),
        decided(book, 1, "feel", "hope", "absent"),
        decided(book, 1, "feel", WHOLE, "layer_complete", memo="a note\nof two lines"),
        decided(book, 1, "feel", "relief", "absent", coder="ben"),
        decided(book, 1, "feel", "relief", coder="cem", kind="adjudication", memo="said outright"),
        decided(book, 2, "care", "listening:praise"),
        decided(book, 2, "feel", "relief", code_hash="an older one"),
        decided(book, 3, "feel", WHOLE, "set_aside", memo="cut off"),
        decided(book, 4, "role", "patient", coder="ben", proposal_shown=True),
    ]
    with open_log(world.study) as log:
        log.record(rows)
    return world


def held(world: World) -> list[dict[str, Any]]:
    with open_log(world.study) as log:
        rows: list[dict[str, Any]] = log.current().to_pylist()
    return rows


def documents(world: World) -> dict[str, Document]:
    return load_documents(world.study, world.ask, [key_of(n) for n in range(5)])


def taken(world: World, folder: Path, codings: Iterable[Coding]) -> list[dict[str, Any]]:
    """What a fresh log holds after the codings came in."""
    with DecisionLog(folder / "fresh.sqlite") as log:
        placed = in_parts(codings, documents(world))
        take_in(world.study, world.ask, log, world.book, placed, now=NOW)
        rows: list[dict[str, Any]] = log.current().to_pylist()
    return rows


def told(rows: list[dict[str, Any]], *leave: str) -> set[str]:
    """Rows without what a file outside any sample does not say."""
    out = ("sample_id", "probability", *leave)
    plain = [{k: v for k, v in row.items() if k not in out} for row in rows]
    for row in plain:
        row["spans"] = row.get("spans") and json.loads(row["spans"])
    return {json.dumps(row, default=str, sort_keys=True) for row in plain}


def packed(world: World) -> bytes:
    return write_qdpx(world.book, documents(world), held(world), title="Judging", now=NOW)


def test_a_project_keeps_the_published_rules(coded: World) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(coded))) as file:
        names = file.namelist()
        root = parse_xml(file.read("project.qde"), "project.qde")
        texts = {n: file.read(n).decode() for n in names if n.startswith("sources/")}
    assert violations(root) == [] and names[0] == "project.qde" and len(texts) == 5
    space = {"q": PROJECT}
    for selection in root.findall(".//q:PlainTextSelection", space):
        source = selection.getparent()
        assert source is not None
        text = texts["sources/" + (source.get("plainTextPath") or "").removeprefix("internal://")]
        start, end = (int(selection.get(n) or 0) for n in ("startPosition", "endPosition"))
        assert text[start:end] in ("Title", "relief")
    assert [u.get("name") for u in root.findall(".//q:User", space)] == ["ann", "ben", "cem"]


def test_a_project_comes_back_with_every_decision(coded: World, tmp_path: Path) -> None:
    path = tmp_path / "p.qdpx"
    path.write_bytes(packed(coded))
    project = read_qdpx(path)
    assert project.problems == () and project.unmatched == 0
    assert project.book == coded.book
    assert told(taken(coded, tmp_path, project.codings)) == told(held(coded))


def test_the_same_project_is_the_same_bytes(coded: World) -> None:
    assert packed(coded) == packed(coded)


def test_what_another_tool_adds_or_takes_out_is_taken_over(coded: World, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(coded))) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    root = parse_xml(parts["project.qde"], "x")
    q = f"{{{PROJECT}}}"
    for source in root.iter(f"{q}TextSource"):
        for coding in [*source.findall(f"{q}Coding")]:
            source.remove(coding)
    first = next(root.iter(f"{q}TextSource"))
    target = next(c for c in root.iter(f"{q}Code") if c.get("name") == "joy").get("guid") or ""
    coding = etree.Element(f"{q}Coding", {"guid": "0d62985d-b147-5d01-a9b5-cae5dcd98342"})
    etree.SubElement(coding, f"{q}CodeRef", {"targetGUID": target})
    first.insert(0, coding)
    parts["project.qde"] = etree.tostring(root)
    path = tmp_path / "changed.qdpx"
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    present = {(c.layer, c.code, c.coder) for c in read_qdpx(path).codings if c.decision == "present" and c.kind == "coding"}  # fmt: skip
    assert present == {("feel", "relief", "ann"), ("feel", "joy", "")}


def test_decisions_as_a_table_come_back_equal(coded: World, tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text(write_decisions(held(coded)), encoding="utf-8")
    assert told(taken(coded, tmp_path, read_decisions(path))) == told(held(coded))
    lines = tmp_path / "d.jsonl"
    rows = [
        dict(r, post=r.pop("subject_key"), decided_at=str(r["decided_at"])) for r in held(coded)
    ]
    lines.write_text("\n".join(json.dumps(row) for row in rows))
    (tmp_path / "again").mkdir()
    assert told(taken(coded, tmp_path / "again", read_decisions(lines))) == told(held(coded))


def complete(world: World) -> None:
    """Two coders who finish feel on two posts, with a place and a note."""
    from bedside.judge.rows import Stamp, coding_rows, whole_row

    about = world.book.layer("feel")
    with open_log(world.study) as log:
        for coder, number, present in (
            ("ann", 0, ["relief"]),
            ("ben", 0, []),
            ("ann", 2, ["hope"]),
        ):
            stamp = Stamp(
                subject_key=key_of(number), text_key=f"t{number}", coder=coder, decided_at=NOW
            )
            spans = {"relief": '[["body", 14, 20]]'}
            log.record(coding_rows(about, stamp, present, memo="n" if number else "", spans=spans))
        aside = Stamp(subject_key=key_of(4), text_key="t4", coder="ben", decided_at=NOW)
        log.record([whole_row(about, aside, "set_aside", "cut off")])


def test_label_studio_comes_back_equal(world: World, tmp_path: Path) -> None:
    world.holds([post(n, body=f"It hurt, then relief {n}.") for n in range(5)])
    complete(world)
    path = tmp_path / "tasks.json"
    path.write_text(labelstudio.write_tasks(documents(world), held(world)), encoding="utf-8")
    found = taken(world, tmp_path, labelstudio.read_tasks(path, world.book))
    assert told(found) == told(held(world))
    tasks = json.loads(path.read_text())
    labels = [
        r for t in tasks for a in t["annotations"] for r in a["result"] if r["type"] == "labels"
    ]
    assert [r["value"]["text"] for r in labels] == ["relief"]


def test_label_studios_interface_names_every_code(world: World) -> None:
    text = labelstudio.labelling_interface(world.book, ["feel", "role"])
    root = etree.fromstring(text.encode())
    assert {c.get("value") for c in root.iter("Choice")} == {
        *world.book.layer("feel").names(),
        *world.book.layer("role").names(),
    }
    assert [c.get("choice") for c in root.iter("Choices")] == ["multiple", "single"]


def test_an_export_of_label_studios_own_is_read(world: World, tmp_path: Path) -> None:
    """As the server writes it: completed_by a number, times with Z, one annotation cancelled."""
    world.holds([post(n) for n in range(3)])
    result = [
        {
            "from_name": "feel",
            "to_name": "text",
            "type": "choices",
            "value": {"choices": ["relief"]},
            "id": "x",
        }
    ]
    tasks = [
        {
            "id": 7,
            "data": {"text": "…", "post_key": key_of(1)},
            "annotations": [
                {
                    "completed_by": 3,
                    "result": result,
                    "was_cancelled": False,
                    "created_at": "2026-03-01T09:00:00.5Z",
                },
                {
                    "completed_by": 4,
                    "result": result,
                    "was_cancelled": True,
                    "created_at": "2026-03-01T09:00:00Z",
                },
            ],
        }
    ]
    path = tmp_path / "export.json"
    path.write_text(json.dumps(tasks))
    found = {(c.coder, c.code): c.decision for c in labelstudio.read_tasks(path, world.book)}
    assert found["label-studio-3", "relief"] == "present"
    assert found["label-studio-3", "hope"] == "absent"
    assert found["label-studio-4", WHOLE] == "set_aside"


def test_doccano_comes_back_equal_coder_by_coder(world: World, tmp_path: Path) -> None:
    world.holds([post(n, body=f"It hurt, then relief {n}.") for n in range(5)])
    complete(world)
    codings: list[Coding] = []
    for coder in ("ann", "ben"):
        path = tmp_path / f"{coder}.jsonl"
        path.write_text(doccano.write_labels(documents(world), held(world), coder=coder))
        codings += doccano.read_labels(path, world.book)
    kept = [row for row in held(world) if row["decision"] != "set_aside"]
    found = taken(world, tmp_path, codings)
    assert told(found, "spans", "memo", "decided_at") == told(kept, "spans", "memo", "decided_at")


def test_doccano_labels_words_too(world: World, tmp_path: Path) -> None:
    world.holds([post(n, title="T", body=f"It hurt, then relief {n}.") for n in range(5)])
    complete(world)
    path = tmp_path / "ann.jsonl"
    text = doccano.write_labels(documents(world), held(world), coder="ann", spans=True)
    path.write_text(text)
    first = json.loads(text.splitlines()[0])
    ((start, end, label),) = first["label"]
    assert (first["text"][start:end], label) == ("relief", "feel/relief")
    found = in_parts(doccano.read_labels(path, world.book), documents(world))
    assert next(c for c in found if c.code == "relief").spans == '[["body", 14, 20]]'


@pytest.mark.parametrize(
    ("name", "text", "read", "error", "said"),
    [
        ("x.qdc", "no xml", lambda p, b: read_qdc(p), FormatError, "no XML"),
        ("x.qdc", "<a/>", lambda p, b: read_qdc(p), FormatError, "no REFI-QDA codebook"),
        ("x.qdpx", "no zip", lambda p, b: read_qdpx(p), FormatError, "not a zip file"),
        ("x.csv", "a,b\n1,2\n", lambda p, b: read_codebook_table(p), InputError, "columns tag"),
        ("x.json", "{}", lambda p, b: list(labelstudio.read_tasks(p, b)), FormatError, "JSON-MIN"),
        ("x.json", "[{}]", lambda p, b: list(labelstudio.read_tasks(p, b)), FormatError, "no data"),
        ("x.jsonl", "{}", lambda p, b: list(doccano.read_labels(p, b)), FormatError, "no label"),
        ("x.jsonl", '{"label": ["joy"]}', lambda p, b: list(doccano.read_labels(p, b)), InputError, "LAYER/CODE"),
        ("x.jsonl", "not json", lambda p, b: list(read_decisions(p)), FormatError, "not JSON"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_claims_is_refused(
    tmp_path: Path, name: str, text: str, read: Any, error: type[BedsideError], said: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(error, match=said):
        read(path, load_codebook())


def test_an_entity_in_a_file_reads_nothing_from_this_machine(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("nobody may read this")
    text = (
        write_qdc(load_codebook())
        .decode()
        .replace("?>", f'?><!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>', 1)
    )
    path = tmp_path / "evil.qdc"
    path.write_text(text.replace("Relieved: a weight is off.", "&e;", 1))
    assert "nobody may read this" not in str(read_qdc(path))


def test_text_without_masks_needs_the_studys_permission(coded: World) -> None:
    with pytest.raises(PermissionRefused, match="unmasked_exchange"):
        load_documents(coded.study, coded.ask, [key_of(1)], unmasked=True)
