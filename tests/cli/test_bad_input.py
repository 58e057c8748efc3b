"""Bad input, through the door a user takes: a clear message, and every record accounted for."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import bedside
from bedside.cli.adding import Added
from bedside.errors import InputError
from bedside.store.imports import collected_pages
from bedside.store.manifest import read_manifest
from bedside.store.study import Study, open_study

ANSWERS = {"access_basis": "own_data", "lawful_basis": "consent", "dpia_ref": "D1"}
Add = Callable[..., Added]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bedside.new(tmp_path / "study", title="t")
    return tmp_path / "study"


@pytest.fixture
def add(folder: Path, tmp_path: Path) -> Add:
    """Write a file and add it; gives what the import did, after checking that its sums add up."""

    def added(content: str | bytes, name: str = "posts.jsonl") -> Added:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        done: Added = bedside.add(folder, path, source="mine", **ANSWERS)
        counts = [done.total(n) for n in ("kept", "tombstoned", "rejected", "no_post")]
        assert done.total("read") == sum(counts)
        return done

    return added


def line(number: int, **more: Any) -> str:
    return json.dumps(
        {"id": f"n{number}", "text": f"my story number {number}", "author": f"a{number}", **more}
    )


def rows(folder: Path) -> list[dict[str, Any]]:
    return [row for page in collected_pages(open_study(folder)) for row in page.to_pylist()]


def reasons(folder: Path) -> str:
    return " ".join(path.read_text() for path in (folder / "rejects").glob("*.csv"))


def test_an_empty_file_is_told(folder: Path, add: Add) -> None:
    done = add("")
    assert done.total("kept") == 0 and done.files[0].details["no_post"] == {"empty file": 1}


def test_half_a_line_at_the_end_is_rejected_with_its_number_and_the_rest_is_kept(
    folder: Path, add: Add
) -> None:
    done = add("\n".join([line(1), line(2), line(3)[:20]]))
    assert (done.total("kept"), done.total("rejected")) == (2, 1)
    assert "line 3" in reasons(folder) and "my story" not in reasons(folder)


def test_a_byte_order_mark_and_another_encoding_on_one_line_lose_nothing(
    folder: Path, add: Add
) -> None:
    odd = '{"id": "n2", "text": "caf\xe9 visit went badly", "author": "b"}'.encode("cp1252")
    done = add(b"\xef\xbb\xbf" + line(1).encode() + b"\n" + odd + b"\n" + line(3).encode())
    assert done.total("kept") == 3
    assert sorted(r["body"] for r in rows(folder))[0] == "café visit went badly"


def test_utf_16_is_read(folder: Path, add: Add) -> None:
    done = add(
        "id,author,text\n1,a,häufig müde\n2,b,schläft schlecht\n".encode("utf-16"), "posts.csv"
    )
    assert done.total("kept") == 2 and rows(folder)[0]["body"] == "häufig müde"


def test_nul_bytes_do_not_end_a_text(folder: Path, add: Add) -> None:
    done = add(line(1) + "\n" + line(2, text="before\x00after"))
    assert done.total("kept") == 2
    bedside_texts = [r["body"].replace("\x00", "") for r in rows(folder)]
    assert "beforeafter" in bedside_texts


def test_ids_that_a_spreadsheet_rounded_are_refused_with_advice(folder: Path, add: Add) -> None:
    with pytest.raises(InputError, match=r"(?i)text|spreadsheet|rounded"):
        add(
            "id,author,text\n1.23457E+18,a,hello there you\n1.23457E+18,b,and hello again\n",
            "posts.csv",
        )
    assert rows(folder) == []


def test_day_first_dates_must_be_declared(folder: Path, add: Add) -> None:
    with pytest.raises(InputError, match="day_first"):
        add(
            "id,author,date,text\n1,a,03/04/2024,one text\n2,b,05/06/2024,another text\n",
            "posts.csv",
        )
    assert rows(folder) == []


def test_a_date_that_can_only_be_day_first_decides_the_column(folder: Path, add: Add) -> None:
    add("id,author,date,text\n1,a,03/04/2024,one text\n2,b,25/06/2024,another text\n", "posts.csv")
    assert {r["published_at"].strftime("%Y-%m-%d") for r in rows(folder)} == {
        "2024-04-03",
        "2024-06-25",
    }


def test_time_zones_are_brought_to_utc(folder: Path, add: Add) -> None:
    stamps = ("2024-07-01T12:00:00+02:00", "2024-07-01T10:00:00Z")
    add("\n".join(line(n, created_at=stamp) for n, stamp in enumerate(stamps)))
    assert {r["published_at"].isoformat() for r in rows(folder)} == {"2024-07-01T10:00:00+00:00"}


def test_one_id_with_two_texts_is_one_post_and_the_later_text_counts(
    folder: Path, add: Add
) -> None:
    add(
        line(1, text="the first version of what I wrote here")
        + "\n"
        + line(1, text="a second version of it")
    )
    bedside_run(folder)
    kept = [f for f in table(folder, "folds") if f["keep"]]
    assert len(kept) == 1 and {f["how"] for f in table(folder, "folds")} == {"kept", "same_post"}


def test_replies_before_their_parents_and_to_themselves_find_their_place(
    folder: Path, add: Add
) -> None:
    threads = [line(2, parent_id="n1"), line(1), line(3, parent_id="n3"), line(4, parent_id="gone")]
    add("\n".join(threads))
    bedside_run(folder)
    states = sorted(row["parent_state"] for row in table(folder, "threads"))
    assert states == ["attached", "not_collected", "root", "self"]


def test_equal_rows_of_a_survey_are_different_people(folder: Path, add: Add) -> None:
    done = add("comment\nGood service\nGood service\nGood service\n", "survey.csv")
    assert done.total("kept") == 3
    assert len({r["post_id"] for r in rows(folder)}) == 3


def test_a_zip_that_climbs_out_is_refused_and_writes_nothing(
    folder: Path, add: Add, tmp_path: Path
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../climbed.jsonl", line(1))
        archive.writestr("fine.jsonl", line(2))
    done = add(packed.getvalue(), "posts.zip")
    assert done.total("kept") == 1 and done.total("rejected") == 1
    assert not list(tmp_path.parent.rglob("climbed.jsonl"))


def test_a_zip_bomb_is_refused_before_it_unfolds(folder: Path, add: Add) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.jsonl", b" " * (300 << 20))
    done = add(packed.getvalue(), "posts.zip")
    assert done.total("kept") == 0 and done.total("rejected") == 1
    assert "larger" in reasons(folder) or "expand" in reasons(folder) or "ratio" in reasons(folder)


def test_a_line_of_two_hundred_megabytes_is_rejected_and_the_rest_goes_on(
    folder: Path, add: Add
) -> None:
    huge = b'{"id": "n2", "author": "b", "text": "' + b"x" * (200 << 20) + b'"}'
    done = add(b"\n".join([line(1).encode(), huge, line(3).encode()]))
    assert (done.total("kept"), done.total("rejected")) == (2, 1)
    assert "line 2" in reasons(folder)


def test_a_format_without_a_mapping_is_named_and_in_a_folder_the_rest_goes_on(
    folder: Path, tmp_path: Path
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    (room / "a.jsonl").write_text(line(1))
    (room / "b.bin").write_bytes(bytes(range(256)) * 4)
    done = bedside.add(folder, room, source="mine", **ANSWERS)
    assert (done.total("kept"), done.total("rejected")) == (1, 1)
    assert "no mapping for this format" in reasons(folder)
    (room / "c.bin").write_bytes(bytes(range(255, -1, -1)) * 4)
    with pytest.raises(InputError, match="no mapping for this format"):
        bedside.add(folder, room / "c.bin", source="mine")


def bedside_run(folder: Path) -> None:
    """Run as far as figures; nobody is named for crisis posts, so the report is refused."""
    with pytest.raises(PermissionError, match=r"\[crisis\]"):
        bedside.run(folder, workers=1)


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    study: Study = open_study(folder)
    pages = read_manifest(folder).datasets[name].pages
    return [row for page in pages for row in pq.read_table(study.folder / page.file).to_pylist()]


def test_a_misspelt_answer_of_the_register_is_met_with_the_right_one(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text(line(1))
    with pytest.raises(InputError, match="did you mean 'lawful_basis'"):
        bedside.add(
            folder, tmp_path / "a.jsonl", source="mine", lawfull_basis="x", access_basis="y"
        )


def test_a_source_behind_a_login_is_blocked_until_the_file_named_says_who_consented(
    folder: Path, tmp_path: Path
) -> None:
    posts = tmp_path / "a.jsonl"
    posts.write_text(line(1))
    with pytest.raises(PermissionError, match=r"sources/mine\.toml"):
        bedside.add(folder, posts, source="mine", login_needed=True, **ANSWERS)
    entry = folder / "sources" / "mine.toml"
    entry.write_text(
        entry.read_text().replace('operator_consent = ""', 'operator_consent = "letter of May"')
    )
    assert bedside.add(folder, posts, source="mine").total("kept") == 1
