"""The study folder: created, opened, refused with advice."""

import hmac
from pathlib import Path

import pytest

from bedside.errors import InputError, NotFoundError, StaleError, StorageError
from bedside.model.sources import PRESETS, Source
from bedside.store.imports import read_erased, read_imports
from bedside.store.keys import StudyKeys, _Keyed, keys_folder, load_keys
from bedside.store.snapshots import latest_snapshot
from bedside.store.study import create_study, open_study, register_source


def test_a_new_study_opens_with_what_it_was_given(tmp_path: Path) -> None:
    made = create_study(tmp_path / "s", title='Endo "UK"', conditions=["endometriosis"], place="GB")
    opened = open_study(tmp_path / "s")
    assert opened.config == made.config
    assert opened.config.title == 'Endo "UK"' and opened.config.place == "GB"


def test_the_key_of_a_study_lies_outside_its_folder(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    assert not [p for p in study.folder.rglob("*") if "key" in p.name]


def test_a_misspelt_key_is_answered_with_the_right_one(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    path = study.folder / "study.toml"
    path.write_text(path.read_text().replace("question =", "questoin ="))
    with pytest.raises(InputError, match="unknown key 'questoin'; did you mean 'question'"):
        open_study(study.folder)


def test_a_misspelt_key_in_a_table_names_the_table(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    path = study.folder / "study.toml"
    path.write_text(path.read_text().replace("small_count", "smal_count"))
    with pytest.raises(InputError, match=r"in \[privacy\]; did you mean 'small_count'"):
        open_study(study.folder)


def test_a_folder_without_a_study_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="bedside new"):
        open_study(tmp_path)


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    with (
        study.locked(),
        pytest.raises(StaleError, match="another bedside"),
        open_study(study.folder).locked(),
    ):
        pass


def test_a_source_is_registered_once_and_not_with_other_answers(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    source = Source(name="demo", **PRESETS["simulated"])  # type: ignore[arg-type]
    register_source(study, source)
    register_source(open_study(study.folder), source)
    with pytest.raises(InputError, match="other answers"):
        register_source(study, Source(name="demo", access_basis="own_data"))
    with pytest.raises(InputError, match="letters, digits"):
        register_source(study, Source(name="../up", access_basis="own_data"))


def test_a_register_edited_by_hand_is_read_and_its_mistakes_are_answered(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    register_source(study, Source(name="forum", access_basis="consent"))
    path = study.folder / "sources" / "forum.toml"
    text = path.read_text()
    path.write_text(text.replace("retention_days = 0", "retention_days = 30"))
    assert open_study(study.folder).source("forum").retention_days == 30
    for wrong, answer in (
        (text.replace("retention_days", "retention_day"), "did you mean 'retention_days'"),
        (text.replace("retention_days = 0", "retention_days = -1"), "retention_days is -1"),
        (text.replace('"forum"', '"forums"'), "must be the same"),
        (text.replace('quotes = "none"', 'quotes = "all"'), "forum.toml"),
    ):
        path.write_text(wrong)
        with pytest.raises(InputError, match=answer):
            open_study(study.folder)


def test_a_key_cut_short_is_named_as_damaged(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    (keys_folder() / f"{study.config.id}.key").write_bytes(b"short")
    load_keys.cache_clear()
    with pytest.raises(StorageError, match="damaged"):
        load_keys(study.config.id)


def test_a_damaged_record_of_the_study_is_named_without_its_contents(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    for name, read in (
        ("imports/000001.json", read_imports),
        ("snapshots/s-1.json", latest_snapshot),
        ("erased.json", read_erased),
    ):
        path = study.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text('{"number": "a secret')
        with pytest.raises(StorageError, match="damaged") as told:
            read(study)
        assert path.name in str(told.value) and "secret" not in str(told.value)


def test_keys_are_hmacs_of_sha_256() -> None:
    # RFC 4231, test case 2
    assert _Keyed(b"Jefe")("what do ya want for nothing?") == "5bdcc146bf60754e6a042426089575c7"
    secret = bytes(range(32))
    keys = StudyKeys(secret)
    for purpose, made, text in (
        ("post", keys.post_key("reddit:é1"), "reddit:é1"),
        ("account", keys.account_key("x", "42"), "x\0" + "42"),
        ("erased", keys.erased_key("post", "x:1"), "post\0x:1"),
    ):
        key = StudyKeys.derive(secret, purpose)
        assert made == hmac.digest(key, text.encode(), "sha256").hex()[:32]
