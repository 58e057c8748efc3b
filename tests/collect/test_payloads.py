"""Recorded answers and real sets, where BEDSIDE_DATA points at them."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from bedside.collect.importing import Choice, Mapping
from bedside.errors import InputError
from tests.collect.conftest import import_all

FORMATS = {
    "reddit": {"reddit_api"}, "reddit_threads": {"reddit_api"}, "twitter": {"x_v1", "x_v2"}, "mastodon": {"mastodon"},
    "youtube": {"youtube"}, "tiktok": {"tiktok_web", "ytdlp"}, "bluesky": {"bluesky"},
    "bluesky_server": {"bluesky", "bluesky_firehose"}, "wordpress_server": {"wordpress", "rss"},
    "discourse": {"discourse", "rss"}, "rss_atom": {"rss"}, "subtitles": {"subtitles"}, "crowdtangle": {"crowdtangle"},
}  # fmt: skip


@pytest.mark.parametrize("folder", sorted(FORMATS))
def test_every_recorded_file_is_read_under_its_format_or_refused_by_name(
    data: Path, folder: str
) -> None:
    rows, report = import_all(data / "payloads" / folder)
    found = {file.format for file in report.files} - {"none"}
    assert found == FORMATS[folder] and report.kept > 0
    for file in report.files:
        assert file.verified == (file.format != "none")
        if file.format == "none":
            assert file.rejected or file.no_post == {"empty file": 1}
    assert all(row["post_id"].startswith(f"{row['platform']}:") for row in rows)
    assert not any(row["body"] for row in rows if row["text_state"] == "tombstone")


def test_reddit_cassettes_hold_what_their_notes_say(data: Path) -> None:
    """One page of 477 comments with 6 deleted bodies and 10 live texts of deleted accounts (SOURCES, traps)."""
    rows, report = import_all(data / "payloads/reddit/TestCommentForest.test_replace__all__1.json")
    comments = [row for row in rows if row["kind"] == "comment"]
    assert report.tombstoned == 6 and report.files[0].no_post == {"more stub": 18}
    assert sum(row["state"] == "account_gone" for row in comments) == 10
    assert sum(row["author_id"] is None for row in comments) == 16
    ids = {row["post_id"] for row in rows}
    assert all(row["in_reply_to"] in ids for row in comments)


def test_deletions_answered_by_mastodon_are_tombstones(data: Path) -> None:
    folder = data / "payloads/mastodon"
    method = {
        i["file"]: i["method"]
        for i in map(json.loads, (folder / "INDEX.jsonl").read_text().splitlines())
    }
    _, report = import_all(folder)
    deleted = {Path(file.file).name for file in report.files if file.tombstoned}
    assert deleted and all(method[name] == "DELETE" for name in deleted)


def test_wordpress_comments_have_the_same_text_in_both_their_forms(data: Path) -> None:
    folder = data / "payloads/wordpress_server"
    rest, _ = import_all(folder / "comments.json")
    feed, _ = import_all(folder / "comments.rss2.xml")
    assert {row["body"] for row in rest} <= {row["body"] for row in feed}
    replies = [row for row in feed if "#comment-" in (row["in_reply_to"] or "")]
    assert replies and not any(row["body"].startswith("In reply") for row in feed)
    assert {row["in_reply_to"] for row in replies} <= {row["post_id"] for row in feed}
    assert "gravatar" not in str(rest)


def test_a_deleted_post_of_the_firehose_is_a_tombstone_of_a_post_seen_before(data: Path) -> None:
    rows, report = import_all(data / "payloads/bluesky_server/firehose.jsonl")
    assert report.tombstoned == 1
    gone = next(row for row in rows if row["text_state"] == "tombstone")
    assert any(row["post_id"] == gone["post_id"] and row["body"] for row in rows)


def test_overlapping_pages_of_discourse_keep_every_record(data: Path) -> None:
    rows, report = import_all(data / "payloads/discourse")
    assert report.kept == len(rows)
    assert len({row["post_id"] for row in rows}) < len(rows), "pages overlap; later rooms fold them"


@pytest.mark.parametrize(
    ("name", "deleted"),
    [
        ("careopinion_multilabel", 0), ("covidlies_misconceptions", 0), ("online_doctor_qa", 0),
        ("reddit_isotretinoin_threads", 9), ("rumoureval2019_threads", 42),
    ],
)  # fmt: skip
def test_real_sets_need_no_mapping(data: Path, name: str, deleted: int) -> None:
    path = data / "evaluate" / f"{name}.jsonl.gz"
    rows, report = import_all(path)
    with gzip.open(path) as file:
        raw = [json.loads(line) for line in file]
    assert report.read == len(raw) and report.rejected == 0 and report.tombstoned == deleted
    assert [row["native_id"] for row in rows] == [item["id"] for item in raw]
    kept = [
        (row["body"], item["text"])
        for row, item in zip(rows, raw, strict=True)
        if row["text_state"] == "kept"
    ]
    assert all(body == text.replace("\x00", "") for body, text in kept)
    assert sum(row["in_reply_to"] is not None for row in rows) == sum(
        bool(item.get("parent_id")) for item in raw
    )


def test_threads_of_a_real_set_hang_together(data: Path) -> None:
    rows, _ = import_all(data / "evaluate/rumoureval2019_threads.jsonl.gz")
    ids = {row["post_id"] for row in rows}
    orphans = [row for row in rows if row["in_reply_to"] and row["in_reply_to"] not in ids]
    assert len(orphans) == 4 and Counter(row["platform"] for row in rows).keys() == {"x", "reddit"}
    assert all(row["published_at"] is not None for row in rows)


def test_a_survey_that_mixes_orders_of_day_and_month_is_refused_until_declared(data: Path) -> None:
    """The file is dated day first, and some of its dates can only be month first."""
    path = data / "open/pxtextmining_phase2.jsonl.gz"
    columns = {"native_id": "id", "body": "text", "published_at": "meta.Date"}
    with pytest.raises(InputError, match="mixes"):
        import_all(path, Choice(mapping=Mapping(columns=columns)))
    rows, report = import_all(path, Choice(mapping=Mapping(columns=columns, day_first=True)))
    undated = sum(row["published_at"] is None for row in rows)
    assert report.kept == 5221 and 0 < undated < 300
    assert report.files[0].notes["times that could not be read, left empty"] == undated
