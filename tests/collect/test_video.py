"""TikTok, yt-dlp, YouTube and subtitle files."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bedside.collect.subtitles import Cue, read_cues, without_rolling
from tests.collect.conftest import Take, import_all, ndjson


def video(**more: Any) -> dict[str, Any]:
    return {
        "id": 7212345678901234567, "video_description": "#stitch with @dr.lee my story", "create_time": 1700000000,
        "voice_to_text": "so I waited nine months", "region_code": "gb", "username": "mo", "like_count": 4,
        "favorites_count": 1, "hashtag_names": ["stitch"], "video_duration": 31, **more,
    }  # fmt: skip


def test_tiktok_research_keeps_speech_as_a_segment(take: Take) -> None:
    rows, report = take(
        {"data": {"videos": [video()], "cursor": 1, "has_more": False}, "error": {"code": "ok"}}
    )
    row = rows[0]
    assert report.format == "tiktok_research" and not report.verified
    assert row["native_id"] == "7212345678901234567" and row["kind"] == "video"
    assert (
        row["segments"][0]["origin"] == "voice_to_text"
        and row["segments"][0]["text"] == "so I waited nine months"
    )
    assert (row["place_country"], row["place_basis"]) == ("GB", "account_registration")
    assert row["relations"][0]["rel"] == "stitch" and row["relations"][0]["evidence"] == "parsed"
    assert row["relations"][0]["target_author"] == "dr.lee"


def test_tiktok_comments_have_no_author(take: Take) -> None:
    reply = {
        "id": 2,
        "text": "Reply to @mo same",
        "video_id": 9,
        "parent_comment_id": 1,
        "create_time": 1700000001,
    }
    top = {**reply, "id": 1, "text": "me too", "parent_comment_id": 9}
    rows, _ = take({"data": {"comments": [top, reply], "cursor": 2, "has_more": False}})
    assert [row["in_reply_to"] for row in rows] == ["tiktok:9", "tiktok:1"]
    assert {row["thread_id"] for row in rows} == {"tiktok:9"} and rows[0]["author_id"] is None
    assert rows[1]["relations"][0]["rel"] == "video_reply"


ITEM = {"id": "71", "desc": "day 3 #endo", "createTime": "1700000000", "author": {"uniqueId": "mo", "nickname": "Mo"},
        "challenges": [{"title": "endo"}], "stats": {"diggCount": 5}, "imagePost": {"images": [{"imageWidth": 5}]},
        "stickersOnItem": [{"stickerText": ["on a good day", "a 3"]}]}  # fmt: skip


def test_tiktok_web_items_and_zeeschuimer_captures(take: Take) -> None:
    rows, report = take({"itemInfo": {"itemStruct": ITEM}})
    assert (
        report.format == "tiktok_web"
        and rows[0]["kind"] == "image"
        and rows[0]["hashtags"] == ["endo"]
    )
    assert rows[0]["segments"][0]["text"] == "on a good day a 3"
    captured = {"source_platform": "tiktok.com", "item_id": "71", "data": ITEM}
    rows, report = take(
        ndjson(captured, {**captured, "source_platform": "instagram.com"}), "z.ndjson"
    )
    assert report.format == "zeeschuimer" and len(rows) == 1 and report.rejected == 1


INFO = {"id": "abc", "extractor": "youtube", "extractor_key": "Youtube", "webpage_url": "https://e.org/v", "title": "My scan",
        "description": "What they found", "uploader_id": "@kim", "uploader": "Kim", "upload_date": "20240131", "like_count": 3}  # fmt: skip


def test_ytdlp_info_with_comments(take: Take) -> None:
    note = {
        "id": "c1",
        "text": "same here",
        "author": "Jo",
        "author_id": "j",
        "timestamp": 1700000000,
        "parent": "root",
    }
    rows, report = take({**INFO, "comments": [note]})
    assert report.format == "ytdlp" and [row["kind"] for row in rows] == ["video", "comment"]
    assert rows[0]["published_precision"] == "day" and rows[0]["published_at"].day == 31
    assert rows[1]["in_reply_to"] == rows[0]["post_id"] == "youtube:abc"


def test_youtube_threads_replies_and_html(take: Take) -> None:
    snippet = {"videoId": "v1", "textDisplay": "a&amp;b<br>c", "authorDisplayName": "@kim", "publishedAt": "2024-01-01T00:00:00Z",
               "updatedAt": "2024-01-02T00:00:00Z", "likeCount": 2, "authorChannelId": {"value": "UC1"}}  # fmt: skip
    top = {"kind": "youtube#comment", "id": "T", "snippet": snippet}
    reply = {
        "kind": "youtube#comment",
        "id": "T.R",
        "snippet": {**snippet, "parentId": "T", "textOriginal": "yes"},
    }
    thread = {"kind": "youtube#commentThread", "id": "T", "replies": {"comments": [reply]},
              "snippet": {"videoId": "v1", "topLevelComment": top, "totalReplyCount": 1}}  # fmt: skip
    rows, report = take(
        {
            "kind": "youtube#commentThreadListResponse",
            "items": [thread, {"kind": "youtube#channel"}],
        }
    )
    assert [row["body"] for row in rows] == ["a&b\nc", "yes"] and rows[0]["edited"]
    assert [row["in_reply_to"] for row in rows] == [None, "youtube:T"]
    assert report.files[0].no_post == {"channel": 1} and {row["thread_id"] for row in rows} == {
        "youtube:v1"
    }
    assert {k: rows[0]["engagement"][1][k] for k in ("metric", "value")} == {
        "metric": "replies",
        "value": 1,
    }


VTT = "WEBVTT\nLanguage: en\n\nNOTE hello\n\n00:01.000 --> 00:02.000\n<v Ann>It <b>hurts</b>\n\n00:05.000 --> 00:04.000\nwrong\n\n00:06.000 --> 00:07.000\n"


def test_subtitles_count_bad_cues(take: Take) -> None:
    rows, report = take(VTT, "talk.vtt")
    assert [s["text"] for s in rows[0]["segments"]] == ["It hurts"]
    assert rows[0]["segments"][0]["start_ms"] == 1000 and rows[0]["lang_declared"] == "en"
    assert report.files[0].notes["bad cues left out"] == 2


def test_rolling_captions_are_shown_once(take: Take) -> None:
    text = (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nI was told\n\n"
        "00:00:01.000 --> 00:00:02.000\nI was told\nto<00:00:01.500><c> wait</c>\n\n"
        "00:00:02.000 --> 00:00:03.000\nto wait\n\n00:00:03.000 --> 00:00:04.000\nto wait\nagain\n"
    )
    rows, _ = take(text, "auto.vtt")
    assert " ".join(s["text"] for s in rows[0]["segments"]) == "I was told to wait again"
    assert rows[0]["segments"][0]["tool"] == "auto"


def test_a_refrain_in_written_subtitles_stays() -> None:
    cues = [
        Cue(n, n + 1, (text,))
        for n, text in enumerate(["no", "no", "it was", "not that", "at all", "you see", "today"])
    ]
    assert without_rolling(cues) == cues


def test_sidecar_gives_the_video_and_is_not_read_twice(tmp_path: Path) -> None:
    (tmp_path / "talk.info.json").write_text(json.dumps(INFO))
    (tmp_path / "talk.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nNine months\n")
    rows, report = import_all(tmp_path)
    assert [row["post_id"] for row in rows] == ["youtube:abc"] and rows[0][
        "body"
    ] == "What they found"
    assert (
        rows[0]["segments"][0]["text"] == "Nine months" and rows[0]["segments"][0]["lang"] == "en"
    )
    assert report.no_post == 1


def test_sbv_is_read() -> None:
    cues, bad = read_cues("0:00:00.378,0:00:11.378\nfirst\n\n0:00:12.000,0:00:13.000\nsecond\n")
    assert [cue.lines for cue in cues] == [("first",), ("second",)] and bad == 0


@given(
    st.lists(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=3), max_size=12)
)
def test_removing_repeats_keeps_every_line_that_was_there(texts: list[list[str]]) -> None:
    cues = [Cue(n, n + 1, tuple(lines)) for n, lines in enumerate(texts)]
    kept = without_rolling(cues, rolling=True)
    assert {line for cue in kept for line in cue.lines} == {
        line for cue in cues for line in cue.lines
    }


def test_a_long_tiktok_answer_is_known_before_its_cursor_comes(take: Take) -> None:
    """A page of a thousand videos: what tells its end lies beyond what recognition looks at."""
    video = {
        "create_time": 1700000000,
        "username": "u",
        "video_description": "a word on migraine " * 20,
    }
    videos = [{"id": 7_000_000_000_000_000_000 + n, **video} for n in range(1000)]
    rows, report = take({"data": {"videos": videos, "cursor": 1000, "has_more": True}})
    assert report.format == "tiktok_research" and len(rows) == len(videos)
