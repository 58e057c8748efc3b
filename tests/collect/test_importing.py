"""The door: permissions, containers, hostile and broken files, the report."""

import gzip
import io
import json
import os
import tarfile
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.collect.formats import FORMATS, Format, recognise, register
from bedside.collect.importing import Choice, ImportReport, import_path
from bedside.collect.reading import Found, NoPost, Passed
from bedside.errors import FormatError, InputError, PermissionRefused
from bedside.model.sources import Source
from tests.collect.conftest import NOW, OPEN, Take, import_all, ndjson

LINE = {"id": "1", "text": "a text", "author": "kim", "created_utc": 1700000000}
REDDIT = {"id": "aa1", "body": "my words", "author": "kim", "created_utc": 1700000000, "subreddit": "s", "link_id": "t3_b",
          "title": None, "permalink": "/r/s"}  # fmt: skip


def test_a_source_behind_a_login_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    closed = Source(name="forum", access_basis="platform_terms", login_needed=True)
    with pytest.raises(PermissionRefused, match="operator_consent"):
        import_path(tmp_path / "not there", source=closed, collected_at=NOW, report=ImportReport())


def test_recorded_consent_opens_it_and_is_kept(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(ndjson(LINE))
    agreed = Source(
        name="forum",
        access_basis="consent",
        login_needed=True,
        operator_consent="letter 7",
        retention_days=30,
    )
    rows, _ = import_all(tmp_path / "x.jsonl", source=agreed)
    assert (
        rows[0]["consent_note"] == "letter 7" and (rows[0]["delete_or_recheck_by"] - NOW).days == 30
    )


@pytest.mark.parametrize("store", ["metrics_only", "precis_only"])
def test_words_are_not_stored_where_the_register_forbids_it(tmp_path: Path, store: Any) -> None:
    video = {
        "id": 5,
        "video_description": "secret words",
        "voice_to_text": "more words",
        "create_time": 1700000000,
        "like_count": 3,
    }
    gone = {**REDDIT, "body": "[deleted]"}
    (tmp_path / "v.jsonl").write_text(ndjson(video))
    (tmp_path / "r.jsonl").write_text(
        ndjson({**REDDIT, "title": "secret words", "unmapped": "secret words"}, gone)
    )
    rows, _ = import_all(
        tmp_path, source=Source(name="s", access_basis="platform_terms", store=store)
    )
    assert "secret" not in json.dumps(rows, default=str)
    assert [row["text_state"] for row in rows] == [store, "tombstone", store]
    assert rows[2]["engagement"][0]["value"] == 3


def test_every_row_says_where_it_came_from(take: Take) -> None:
    rows, _ = take(ndjson(REDDIT), "dump", query="pain NEAR/3 knee")
    row = rows[0]
    assert (row["source"], row["collector"], row["source_file"], row["source_locator"]) == (
        "test",
        "reddit_dump",
        "dump",
        "line 1",
    )
    assert (
        row["query"] == "pain NEAR/3 knee"
        and len(row["raw_sha256"]) == 64
        and row["access_basis"] == "own_data"
    )


def test_records_are_numbered_on_and_batches_are_not_larger_than_asked(tmp_path: Path) -> None:
    (tmp_path / "x.ndjson").write_text(ndjson(*({**REDDIT, "id": f"a{n}"} for n in range(10))))
    told: list[int] = []
    batches = list(
        import_path(
            tmp_path / "x.ndjson",
            source=OPEN,
            collected_at=NOW,
            report=ImportReport(),
            first_record=100,
            page_rows=4,
            progress=told.append,
        )
    )
    assert [batch.num_rows for batch in batches] == [4, 4, 2] and told[-1] == 10
    assert [n for batch in batches for n in batch["record_no"].to_pylist()] == list(range(100, 110))


def packed(kind: str, data: bytes) -> bytes:
    import bz2
    import lzma

    if kind == "zst":
        return zstandard.ZstdCompressor().compress(data)
    makers: dict[str, Any] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    return bytes(makers[kind](data))


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst"])
def test_compressed_files_are_known_by_content(take: Take, kind: str) -> None:
    rows, report = take(packed(kind, ndjson(REDDIT, REDDIT).encode()), "no_ending")
    assert len(rows) == 2 and report.format == "reddit_dump"


def test_a_dump_with_the_widest_zstd_window_is_read(take: Take) -> None:
    body = ndjson(*({**REDDIT, "id": f"w{n}"} for n in range(50))).encode()
    writer = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    data = bytearray(writer.compress(body) + writer.flush())
    data[5] = (31 - 10) << 3  # the window's exponent: a frame that says it needs 2 GiB
    assert zstandard.get_frame_parameters(bytes(data)).window_size == 2**31
    assert len(take(bytes(data), "RC.zst")[0]) == 50


def test_several_frames_are_one_file(take: Take) -> None:
    assert len(take(packed("zst", ndjson(REDDIT).encode()) * 3, "RC.zst")[0]) == 3


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst"])
def test_a_compressed_file_that_was_cut_off_says_so(take: Take, kind: str) -> None:
    whole = packed(
        kind, ndjson(*({**REDDIT, "id": os.urandom(200).hex()} for _ in range(300))).encode()
    )
    _, report = take(whole[: len(whole) // 2], "x")
    assert any("cut off" in reject.reason for reject in report.rejects)


def test_an_archive_is_walked_like_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b/x.ndjson", ndjson(REDDIT))
        archive.writestr("a.ndjson.gz", gzip.compress(ndjson(REDDIT).encode()))
        archive.writestr("../climbs.ndjson", ndjson(REDDIT))
        archive.writestr("/root.ndjson", ndjson(REDDIT))
        archive.writestr("notes.txt", "nothing here")
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    rows, report = import_all(path)
    assert [row["source_file"] for row in rows] == ["all.zip/a.ndjson.gz", "all.zip/b/x.ndjson"]
    assert sorted(r.reason.split()[0] for r in report.rejects) == ["a", "no", "the", "the"]


def test_bombs_are_refused(tmp_path: Path) -> None:
    zeros = b"0" * (100 << 20)
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.json", zeros)
    (tmp_path / "b.gz").write_bytes(gzip.compress(b'{"id":"1","text":"x"}\n' + zeros, 9))
    _, report = import_all(tmp_path)
    assert sum("bomb" in reject.reason for reject in report.rejects) == 2


def test_a_folder_is_read_in_order_and_links_are_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    (inside / "deep").mkdir(parents=True)
    (tmp_path / "outside.ndjson").write_text(ndjson(REDDIT))
    (inside / "b.ndjson").write_text(ndjson(REDDIT))
    (inside / "deep" / "a.ndjson").write_text(ndjson(REDDIT))
    (inside / "c.ndjson").symlink_to(tmp_path / "outside.ndjson")
    (inside / "empty.json").write_text("")
    rows, report = import_all(inside)
    assert [row["source_file"] for row in rows] == ["in/b.ndjson", "in/deep/a.ndjson"]
    assert report.files[1].file == "in/c.ndjson" and report.files[1].rejected == 1
    assert report.no_post == 1


def test_a_line_above_the_limit_is_rejected_and_the_rest_goes_on(take: Take) -> None:
    long = {**REDDIT, "body": "x" * 5000}
    rows, report = take(ndjson(REDDIT, long, REDDIT), "d.ndjson", max_record_bytes=2000)
    assert (
        len(rows) == 2
        and report.rejects[0].locator == "line 2"
        and "2000 bytes" in report.rejects[0].reason
    )


def test_half_a_line_at_the_end_is_rejected_with_its_number(take: Take) -> None:
    rows, report = take(ndjson(REDDIT, REDDIT) + json.dumps(REDDIT)[:40], "d.ndjson")
    assert (
        len(rows) == 2
        and report.rejects[0].locator == "line 3"
        and "cut off" in report.rejects[0].reason
    )


def test_broken_first_lines_do_not_hide_the_others(take: Take) -> None:
    rows, report = take('{"id": broken\n' + ndjson(REDDIT), "d.ndjson", format="reddit_dump")
    assert len(rows) == 1 and report.rejects[0].locator == "line 1"


def test_marks_nul_bytes_half_emoji_and_other_encodings_are_mended_and_said(take: Take) -> None:
    odd = [
        b"\xef\xbb\xbf" + ndjson(REDDIT).encode(),
        ndjson({**REDDIT, "body": "a\x00b"}).encode(),
        ndjson(REDDIT).encode().replace(b"my words", b"caf\xe9 \\ud83d end"),
        b"\x00\x00" + ndjson(REDDIT).encode(),
        b"\x00\x00\n\r\n",
    ]
    rows, report = take(b"".join(odd), "d.ndjson")
    assert [row["body"] for row in rows] == ["my words", "ab", "café \ufffd end", "my words"]
    assert (
        report.rejected == 1
        and len(
            [note for note in report.notes if "NUL" in note or "emoji" in note or "1252" in note]
        )
        == 3
    )


def test_utf16_json_is_read(take: Take) -> None:
    rows, report = take(json.dumps([LINE], indent=1).encode("utf-16"), "x.json")
    assert rows[0]["body"] == "a text" and any("utf-16" in note for note in report.notes)


def test_deep_nesting_is_a_reason_not_a_crash(take: Take) -> None:
    deep = b'{"id":"1","text":"x","subreddit":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    rows, report = take(ndjson(REDDIT).encode() + deep, "d.ndjson")
    assert len(rows) == 1 and report.rejected == 1


def test_one_unknown_file_raises_and_names_the_formats(take: Take) -> None:
    with pytest.raises(FormatError, match=r"no mapping for this format: 'n.txt'.*reddit_api"):
        take("just some prose about nothing", "n.txt")


def test_a_wrong_guess_is_overruled_by_name(take: Take) -> None:
    assert take(ndjson(LINE), "x")[1].format == "table"
    rows, report = take(ndjson(LINE), "x", format="reddit_dump")
    assert report.format == "reddit_dump" and rows[0]["platform"] == "reddit"
    with pytest.raises(InputError, match="did you mean 'reddit_api'"):
        take(ndjson(LINE), "x", format="redit_api")


def test_tar_has_no_mapping(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        archive.add(__file__, "a.py")
    with pytest.raises(FormatError):
        import_all(tmp_path / "x.tar")


def test_no_file_and_no_zone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        import_all(tmp_path / "nothing")
    (tmp_path / "x").write_text(ndjson(LINE))
    with pytest.raises(InputError, match="zone"):
        import_path(
            tmp_path / "x", source=OPEN, collected_at=datetime(2026, 1, 1), report=ImportReport()
        )


def test_the_report_never_holds_content(take: Take) -> None:
    secret = {**REDDIT, "id": None, "body": "quite secret", "author": "very_secret"}
    _, report = take(
        ndjson(REDDIT, secret, {**secret, "id": "x", "subreddit": {"secret": 1}})
        + '{"body": "secret',
        "d.ndjson",
    )
    assert report.rejected == 3 and "secret" not in report.as_text() + json.dumps(report.to_dict())
    assert report.to_dict()["read"] == 4


def test_a_plug_in_adds_a_format(take: Take) -> None:
    def read(document: Any, reading: Any) -> Any:
        yield Found(
            "",
            b"x",
            {"post_id": "own:1", "platform": "own", "native_id": "1", "kind": "post", "body": "hi"},
        )
        yield Passed("", NoPost("header").what)

    own = Format(
        name="own",
        licence_note="",
        verified=True,
        recognise=lambda s: s.head.startswith(b"OWN"),
        read=read,
    )
    register(own)
    try:
        rows, report = take(b"OWN data", "x")
        assert rows[0]["post_id"] == "own:1" and report.no_post == 1
        with pytest.raises(InputError, match="already"):
            register(own)
    finally:
        FORMATS.pop("own")


def test_every_format_can_be_loaded() -> None:
    assert len(FORMATS) >= 28
    for format in FORMATS.values():
        assert callable(format.reader()) and format.licence_note


@given(st.binary(max_size=400))
def test_recognition_survives_any_bytes(head: bytes) -> None:
    found = recognise(head, "file.csv")
    assert found is None or found.name in FORMATS


SCRAPS = st.one_of(
    st.just(json.dumps(REDDIT)), st.just(json.dumps(LINE)), st.just("{}"), st.just("[1]"), st.just("null"),
    st.just('{"kind":"t2","data":{}}'), st.just('{"kind":"t1","data":null}'), st.text(max_size=20),
    st.dictionaries(st.sampled_from(["id", "text", "body", "data", "subreddit", "created_utc", "author", "content", "account", "uri", "record"]),
                    st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2), st.just({"a": 1})), max_size=6).map(json.dumps),
)  # fmt: skip


@pytest.mark.parametrize("name", [n for n in FORMATS if n not in ("rss", "subtitles")])
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(scraps=st.lists(SCRAPS, min_size=1, max_size=6))
def test_read_is_kept_and_tombstoned_and_rejected_and_no_post(
    tmp_path: Path, name: str, scraps: list[str]
) -> None:
    path = tmp_path / "scraps"
    path.write_text("\n".join(scraps) + "\n", encoding="utf-8", errors="replace")
    with suppress(InputError):  # a table may be refused as a whole; import_all asserts the sum
        import_all(path, Choice(format=name))


def test_a_member_in_a_nested_archive_is_read(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.ndjson", ndjson(REDDIT))
    with zipfile.ZipFile(tmp_path / "o.zip", "w") as archive:
        archive.writestr("i.zip", inner.getvalue())
    rows, _ = import_all(tmp_path / "o.zip")
    assert rows[0]["source_file"] == "o.zip/i.zip/x.ndjson"


def test_collecting_time_is_the_one_given(take: Take) -> None:
    rows, _ = take(ndjson(REDDIT), "d.ndjson")
    assert rows[0]["collected_at"] == NOW and NOW.tzinfo is UTC
