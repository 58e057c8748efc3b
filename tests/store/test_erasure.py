"""Erasure reaches the vault, what was derived, and every mention; and blocks the way back."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bedside.errors import InputError, NotFoundError, StorageError
from bedside.store.erasure import erase, was_erased
from bedside.store.imports import (
    FileRecord,
    VaultWriter,
    collected_pages,
    read_erased,
    read_imports,
)
from bedside.store.keys import load_keys
from bedside.store.manifest import Dataset, Manifest, Page, write_manifest
from bedside.store.rewriting import withdraw
from bedside.store.study import Study, create_study
from bedside.store.vault import open_page
from tests.decoding import found_in
from tests.store.rows import NOW, batch, record


def file_record(name: str, rows: int) -> FileRecord:
    return FileRecord(
        file=name,
        sha256=name,
        format="test",
        verified=True,
        read=rows,
        kept=rows,
        tombstoned=0,
        rejected=0,
        no_post=0,
    )


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = create_study(tmp_path / "s", title="t")
    writer = VaultWriter(made, "first", "", NOW)
    reply = {
        "in_reply_to": "test:p100",
        "body": "hear hear, handle_1 said it",
        "mentions": ["handle_1"],
    }
    writer.add(batch(record(1), record(2, **reply), record(3, author_handle="HANDLE_1x")))
    writer.end_file(file_record("a", 3))
    writer.commit()
    return made


def rows(study: Study) -> list[dict[str, Any]]:
    return [row for page in collected_pages(study) for row in page.to_pylist()]


def test_an_erased_account_is_gone_from_every_decoded_file(study: Study) -> None:
    keys = load_keys(study.config.id)
    for needle in ("handle_1", "test:author1", "words of record 1", "test:p100"):
        assert found_in(study.folder, needle), f"the search must find {needle} before"
    done = erase(study, "account", "@Handle_1")
    assert (done.posts, done.masked_elsewhere) == (1, 1)
    for needle in ("test:author1'", "words of record 1", "test:p100", keys.post_key("test:p100")):
        assert not found_in(study.folder, needle), needle
    left = {row["record_no"]: row for row in rows(study)}
    assert sorted(left) == [1, 2]
    reply = next(row for row in left.values() if row["post_id"] == "test:p200")
    assert reply["body"] == "hear hear, ▇▇▇▇▇▇▇▇ said it" and reply["in_reply_to"].startswith(
        "erased:"
    )


def test_a_longer_handle_that_starts_alike_is_another_person(study: Study) -> None:
    erase(study, "account", "handle_1")
    assert found_in(study.folder, "HANDLE_1x")


def test_what_was_erased_is_known_again_at_import(study: Study) -> None:
    erase(study, "account", "test:author1")
    erase(study, "post", "test:p300")
    keys, erased = load_keys(study.config.id), read_erased(study)
    again = batch(record(1), record(4, author_id="test:author1"), record(3), record(5))
    assert was_erased(again, keys, erased).to_pylist() == [True, True, True, False]
    assert not found_in(study.folder, "test:author1'")


def test_a_source_is_erased_with_its_register_entry_and_others_stay(study: Study) -> None:
    writer = VaultWriter(study, "second", "", NOW)
    writer.add(batch(record(9, source="second")))
    writer.end_file(file_record("b", 1))
    writer.commit()
    assert erase(study, "source", "first").posts == 3
    assert [row["post_id"] for row in rows(study)] == ["test:p900"]


def test_derived_pages_of_changed_vault_pages_and_global_tables_are_removed(study: Study) -> None:
    pages = {}
    for name in ("posts", "folds"):
        path = study.pages / name / "x.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(pa.table({"text": ["words of record 1"]}), path)
        pages[name] = Dataset("k", (Page(str(path.relative_to(study.folder)), "k", 1),))
    write_manifest(study.folder, Manifest(pages))
    erase(study, "post", "test:p100")
    assert not list(study.pages.rglob("*.parquet"))
    assert '"posts"' not in (study.folder / "manifest.json").read_text()


def test_an_unknown_name_is_told_and_changes_nothing(study: Study) -> None:
    before = {p: p.read_bytes() for p in study.folder.rglob("*") if p.is_file()}
    with pytest.raises(NotFoundError, match="no account of that name"):
        erase(study, "account", "nobody")
    assert before == {p: p.read_bytes() for p in study.folder.rglob("*") if p.is_file()}


def test_a_damaged_page_says_what_to_do(study: Study) -> None:
    page = study.folder / read_imports(study)[0].pages[0].file
    page.write_bytes(page.read_bytes()[:-1])
    with pytest.raises(StorageError, match="cannot be opened"):
        open_page(page, load_keys(study.config.id).vault)


def test_equal_pages_give_equal_files(tmp_path: Path, study: Study) -> None:
    page = study.folder / read_imports(study)[0].pages[0].file
    first = page.read_bytes()
    page.unlink()
    (study.folder / "imports" / "000001.json").unlink()
    writer = VaultWriter(study, "first", "", NOW)
    reply = {
        "in_reply_to": "test:p100",
        "body": "hear hear, handle_1 said it",
        "mentions": ["handle_1"],
    }
    writer.add(batch(record(1), record(2, **reply), record(3, author_handle="HANDLE_1x")))
    writer.end_file(file_record("a", 3))
    writer.commit()
    assert page.read_bytes() == first


def test_a_post_deleted_at_its_source_loses_its_text_and_keeps_its_place(study: Study) -> None:
    keys = load_keys(study.config.id)
    assert withdraw(study, keys, {"test:p300": "deleted_by_author"}) == 1
    assert withdraw(study, keys, {"test:p300": "deleted_by_author"}) == 0
    assert not found_in(study.folder, "words of record 3")
    row = next(row for row in rows(study) if row["post_id"] == "test:p300")
    assert (row["text_state"], row["state"]) == ("tombstone", "deleted_by_author")


def test_an_erasure_that_was_cut_short_is_finished_by_the_same_command(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the vault was rewritten, before old pages were swept."""
    with monkeypatch.context() as patch:
        patch.setattr("bedside.store.erasure.finish_rewrite", lambda study: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erase(study, "account", "handle_1")
    assert found_in(study.folder, "words of record 1")
    with pytest.raises(NotFoundError):
        erase(study, "account", "handle_1")
    assert not found_in(study.folder, "words of record 1")


@pytest.fixture
def namesakes(study: Study) -> Study:
    """Two platforms, one handle; a short handle; a number for an id; a file named after a person."""
    writer = VaultWriter(study, "other", "", NOW)
    writer.add(
        batch(
            record(11, platform="blue", author_id="blue:77", author_handle="handle_1"),
            record(
                12, platform="blue", body="@handle_1 is mine, 500 mg", url="https://b/handle_1/1"
            ),
            record(13, platform="test", author_id="500", author_handle="jo", post_id="test:500"),
            record(14, platform="test", mentions=["jo"], body="@jo took 500 mg, Jo joked"),
        )
    )
    writer.end_file(file_record("export_handle_1.csv", 4))
    writer.commit()
    return study


def body_of(study: Study, number: int) -> str:
    return str(next(row["body"] for row in rows(study) if row["record_no"] == number))


def test_a_bare_handle_of_two_platforms_is_refused_with_what_to_give_instead(
    namesakes: Study,
) -> None:
    with pytest.raises(InputError, match=r"2 accounts.*platform:handle") as told:
        erase(namesakes, "account", "handle_1")
    assert "handle_1" not in str(told.value) and len(rows(namesakes)) == 7
    keys = load_keys(namesakes.config.id)
    assert keys.account_key("blue", "blue:77") in str(told.value)
    assert erase(namesakes, "account", "blue:handle_1").posts == 1


@pytest.mark.parametrize("value", ["test:author1", "test:handle_1", "test:@Handle_1"])
def test_an_account_is_erased_and_its_namesake_elsewhere_is_not(
    namesakes: Study, value: str
) -> None:
    assert erase(namesakes, "account", value).posts == 1
    left = {row["record_no"]: row for row in rows(namesakes)}
    assert 0 not in left and left[3]["author_handle"] == "handle_1"
    assert "@handle_1" in left[4]["body"] and "handle_1" in left[4]["url"]
    assert "▇" in body_of(namesakes, 1)


def test_a_short_handle_goes_from_fields_and_after_the_sign_and_doses_stay(
    namesakes: Study,
) -> None:
    assert erase(namesakes, "account", "jo").posts == 1
    row = next(row for row in rows(namesakes) if row["record_no"] == 6)
    assert row["mentions"] == ["▇▇"] and row["body"] == "@▇▇ took 500 mg, Jo joked"


def test_a_handle_in_the_name_of_a_file_is_masked_in_records_and_rejects(namesakes: Study) -> None:
    rejects = namesakes.folder / "rejects" / "other-20260101T000000.csv"
    rejects.parent.mkdir()
    rejects.write_text("file,where,why\nexport_handle_1.csv,line 3,no text\n")
    erase(namesakes, "account", "test:handle_1")
    assert "handle_1" not in rejects.read_text()
    assert all("handle_1" not in f.file for r in read_imports(namesakes) for f in r.files)


def test_other_rooms_forget_before_the_vault_changes(study: Study) -> None:
    seen: list[int] = []
    erase(study, "post", "test:p100", also=lambda posts, _: seen.append(len(rows(study))))
    assert seen == [3] and len(rows(study)) == 2
