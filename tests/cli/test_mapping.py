"""The mapping of a table: proposed, shown, kept in the study, edited there, and only for tables."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import bedside
from bedside.cli.making import add_files, make
from bedside.errors import InputError
from bedside.store.imports import collected_pages, read_imports
from bedside.store.study import open_study

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LISTING = {
    "kind": "Listing",
    "data": {
        "children": [
            {
                "kind": "t3",
                "data": {
                    "id": "abc12",
                    "name": "t3_abc12",
                    "title": "A question about pain",
                    "selftext": "Does it ever get better?",
                    "author": "somebody",
                    "author_fullname": "t2_x1",
                    "subreddit": "endo",
                    "created_utc": 1600000000,
                    "permalink": "/r/endo/comments/abc12/a/",
                },
            }
        ]
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bedside.new(tmp_path / "study", title="t")
    return tmp_path / "study"


def add(folder: Path, *paths: Path, mapping: Path | None = None) -> tuple[dict[str, Any], str]:
    return add_files(
        folder,
        paths,
        source="mine",
        preset=None,
        answers={"access_basis": "own_data"},
        format_name=None,
        mapping=mapping,
        now=NOW,
    )


def rows(folder: Path) -> list[dict[str, Any]]:
    return [row for page in collected_pages(open_study(folder)) for row in page.to_pylist()]


def write(place: Path, name: str, text: str) -> Path:
    place.mkdir(exist_ok=True)
    (place / name).write_text(text)
    return place / name


def test_a_proposal_is_shown_and_kept_and_the_advice_of_a_refusal_can_be_followed(
    folder: Path, tmp_path: Path
) -> None:
    posts = write(tmp_path, "posts.csv", "id,author,date,text\n1,a,03/04/2024,one text of mine\n")
    kept = folder / "mappings" / "mine.toml"
    with pytest.raises(InputError, match="day_first = true") as told:
        add(folder, posts)
    assert str(kept) in str(told.value) and 'body = "text"' in kept.read_text()
    kept.write_text("day_first = true\n" + kept.read_text())
    value, text = add(folder, posts)
    assert value["kept"] == 1 and "body = text" in text and str(kept) in text
    assert rows(folder)[0]["published_at"].strftime("%Y-%m-%d") == "2024-04-03"
    assert len(add(folder, posts)[0]["already"]) == 1


def test_a_mapping_kept_for_a_table_leaves_other_formats_of_the_source_alone(
    folder: Path, tmp_path: Path
) -> None:
    table = write(tmp_path / "mixed", "a.csv", "nr,who,words\n7,a,My pain came back last week\n")
    mapping = write(tmp_path, "m.toml", '[columns]\nbody = "words"\nnative_id = "nr"\n')
    add(folder, table, mapping=mapping)
    write(tmp_path / "mixed", "b.json", json.dumps(LISTING))
    write(tmp_path / "mixed", "c.csv", "comment\nNobody told me anything at all\n")
    value, _ = add(folder, tmp_path / "mixed")
    assert {file["file"]: file["format"] for file in value["files"]} == {
        "mixed/a.csv": "table",
        "mixed/b.json": "reddit_api",
        "mixed/c.csv": "table",
    }
    assert (value["kept"], value["rejected"]) == (3, 0) and len(rows(folder)) == 3


def test_an_edited_mapping_reads_the_same_file_anew_and_takes_the_old_reading_back(
    folder: Path, tmp_path: Path
) -> None:
    posts = write(tmp_path, "posts.csv", "code,note,text\n1,real words,x y z\n2,more words,p q r\n")
    add(folder, posts)
    assert {row["body"] for row in rows(folder)} == {"x y z", "p q r"}
    kept = folder / "mappings" / "mine.toml"
    kept.write_text('[columns]\nbody = "note"\nnative_id = "code"\n')
    assert add(folder, posts)[0]["kept"] == 2
    assert {row["body"] for row in rows(folder)} == {"real words", "more words"}
    records = read_imports(open_study(folder))
    assert sum(file.kept for record in records for file in record.files) == 2
    with pytest.raises(PermissionError, match="figures are measured"):
        bedside.run(folder, workers=1)


def test_a_refused_file_of_a_folder_is_read_once_the_mapping_is_mended(
    folder: Path, tmp_path: Path
) -> None:
    room = tmp_path / "room"
    write(room, "a.csv", "id,author,date,text\n1,a,03/04/2024,one text of mine\n")
    write(room, "b.jsonl", '{"id": "9", "text": "another text here", "author": "b"}\n')
    value, _ = add(folder, room)
    assert (value["kept"], value["rejected"]) == (1, 1)
    kept = folder / "mappings" / "mine.toml"
    kept.write_text("day_first = true\n" + kept.read_text())
    value, _ = add(folder, room)
    assert value["rejected"] == 0 and len(rows(folder)) == 2


def test_a_comments_file_without_authors_is_told_how_its_people_are_counted(
    folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "comments.csv"
    path.write_text("Ward,comment\nNorth,Kind staff and good food\nNorth,Nobody came all night\n")
    told = add(folder, path)[1]
    assert "no record names its author" in told
    register = folder / "sources" / "mine.toml"
    assert str(register) in told and "one_post_one_person = true" in told
    register.write_text(
        register.read_text().replace("one_post_one_person = false", "one_post_one_person = true")
    )
    path.write_text(path.read_text() + "South,The nurse rang me back\n")
    assert "names its author" not in add(folder, path)[1]


def test_records_with_authors_get_no_advice_on_counting(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("id,author,text\n1,kim,Kind staff and good food\n2,[deleted],[deleted]\n")
    assert "names its author" not in add(folder, path)[1]


def test_a_new_study_says_what_a_report_will_need(tmp_path: Path) -> None:
    assert "[crisis] in study.toml" in make(tmp_path / "other", title="t")
