"""Reddit: answers of the API and dumps."""

from typing import Any

import pytest

from tests.collect.conftest import Take, ndjson


def comment(**more: Any) -> dict[str, Any]:
    return {
        "id": "aa1", "name": "t1_aa1", "author": "kind_person", "author_fullname": "t2_kp", "body": "Mine took a year.",
        "created_utc": 1700000000, "parent_id": "t3_bb2", "link_id": "t3_bb2", "subreddit": "Endo",
        "subreddit_id": "t5_9", "score": 3, "edited": False, "is_submitter": False,
        "permalink": "/r/Endo/comments/bb2/_/aa1/", **more,
    }  # fmt: skip


def submission(**more: Any) -> dict[str, Any]:
    return {
        "id": "bb2", "name": "t3_bb2", "author": "asker", "title": "How long?", "selftext": "Still waiting here.",
        "created_utc": 1699990000.0, "subreddit": "Endo", "subreddit_id": "t5_9", "score": 10, "num_comments": 2,
        "is_self": True, "edited": 1699990900.0, "permalink": "/r/Endo/comments/bb2/how_long/", **more,
    }  # fmt: skip


def listing(*children: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"children": list(children), "after": None}}


def test_a_pair_of_listings_gives_submission_comment_and_nested_reply(take: Take) -> None:
    reply = {"kind": "t1", "data": comment(id="aa2", name="t1_aa2", parent_id="t1_aa1", replies="")}
    top = {
        "kind": "t1",
        "data": comment(replies=listing(reply, {"kind": "more", "data": {"children": ["x"]}})),
    }
    rows, report = take([listing({"kind": "t3", "data": submission()}), listing(top)])
    assert report.format == "reddit_api"
    assert [row["post_id"] for row in rows] == ["reddit:t3_bb2", "reddit:t1_aa1", "reddit:t1_aa2"]
    assert rows[2]["in_reply_to"] == "reddit:t1_aa1" and rows[2]["thread_id"] == "reddit:t3_bb2"
    assert (
        rows[0]["title"] == "How long?" and rows[0]["edited"] and rows[0]["edited_at"] is not None
    )
    assert report.files[0].no_post == {"more stub": 1}
    assert rows[2]["source_locator"].endswith("/data/replies/data/children/0")


def test_morechildren_things_are_read(take: Take) -> None:
    rows, report = take(
        {"json": {"errors": [], "data": {"things": [{"kind": "t1", "data": comment()}]}}}
    )
    assert [row["body"] for row in rows] == ["Mine took a year."] and report.format == "reddit_api"


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({"body": "[deleted]", "author": "[deleted]"}, "deleted_by_author"),
        ({"body": "[removed]"}, "removed_by_moderator"),
        ({"body": "[ Removed by Reddit ]"}, "removed_by_platform"),
        ({"body": "still here", "removed_by_category": "moderator"}, "removed_by_moderator"),
        ({"body": "still here", "_meta": {"was_deleted_later": True}}, "deleted_by_author"),
    ],
)
def test_deleted_text_is_a_tombstone_without_words(
    take: Take, changed: dict[str, Any], state: str
) -> None:
    rows, report = take(ndjson(comment(**changed)), "c.ndjson")
    assert (report.tombstoned, report.kept) == (1, 0)
    assert (
        rows[0]["text_state"] == "tombstone" and rows[0]["state"] == state and rows[0]["body"] == ""
    )


def test_a_deleted_submission_loses_its_title_too(take: Take) -> None:
    rows, _ = take(ndjson(submission(selftext="[removed]", over_18=True)), "s.ndjson")
    assert rows[0]["title"] is None and rows[0]["text_state"] == "tombstone"


def test_a_restored_post_stays(take: Take) -> None:
    meta = {"was_initially_deleted": True, "was_deleted_later": False}
    rows, _ = take(ndjson(comment(_meta=meta)), "c.ndjson")
    assert rows[0]["text_state"] == "kept" and rows[0]["state"] == "live"


def test_a_live_text_of_a_deleted_account_has_no_author(take: Take) -> None:
    rows, _ = take(ndjson(comment(author="[deleted]", author_fullname=None)), "c.ndjson")
    assert (
        rows[0]["author_id"] is None
        and rows[0]["author_handle"] is None
        and rows[0]["state"] == "account_gone"
    )


def test_dump_is_recognised_and_said_to_be_unverified(take: Take) -> None:
    rows, report = take(ndjson(comment(), submission()), "RC_2026-01")
    assert report.format == "reddit_dump" and not report.verified
    assert any("not verified" in note for note in report.notes)
    assert [row["kind"] for row in rows] == ["comment", "post"]
    assert rows[0]["author_id"] == "t2_kp" and rows[0]["author_handle"] == "kind_person"


def test_old_dumps_with_other_types_are_read(take: Take) -> None:
    old = comment(created_utc="1300000000", edited=True, parent_id=12345, name=None, score=None)
    rows, _ = take(ndjson(old), "RC_2011")
    assert (
        rows[0]["post_id"] == "reddit:t1_aa1"
        and rows[0]["edited"]
        and rows[0]["in_reply_to"] is None
    )
    assert rows[0]["published_at"].year == 2011 and rows[0]["engagement"] is None


def test_a_hidden_score_is_no_score(take: Take) -> None:
    rows, _ = take(ndjson(comment(score_hidden=True)), "c.ndjson")
    assert rows[0]["engagement"] is None


def test_gallery_captions_become_segments(take: Take) -> None:
    gallery = {
        "gallery_data": {
            "items": [{"media_id": "m1", "caption": "My rash on day three"}, {"media_id": "m2"}]
        },
        "media_metadata": {
            "m1": {"m": "image/jpg", "s": {"u": "https://e.org/1", "x": 10, "y": 20}}
        },
    }
    rows, _ = take(ndjson(submission(**gallery)), "s.ndjson")
    assert [segment["text"] for segment in rows[0]["segments"]] == ["My rash on day three"]
    assert len(rows[0]["media"]) == 2 and rows[0]["media"][0]["width"] == 10


def test_crosspost_and_labels(take: Take) -> None:
    rows, _ = take(
        ndjson(submission(crosspost_parent="t3_cc3", over_18=True, spoiler=True)), "s.ndjson"
    )
    assert rows[0]["relations"][0]["rel"] == "crosspost"
    assert rows[0]["relations"][0]["target_id"] == "reddit:t3_cc3"
    assert rows[0]["content_labels"] == ["nsfw", "spoiler"]


def test_users_and_multireddits_are_no_posts(take: Take) -> None:
    rows, report = take(
        [{"kind": "LabeledMulti", "data": {"name": "x"}}, {"kind": "t2", "data": {"name": "y"}}]
    )
    assert rows == [] and report.files[0].no_post == {"multireddit": 1, "user": 1}


def test_a_record_without_id_is_rejected_with_its_line(take: Take) -> None:
    wrong = comment()
    del wrong["id"], wrong["name"]
    _, report = take(ndjson(comment(), wrong), "c.ndjson")
    assert [(r.locator, r.reason) for r in report.rejects] == [("line 2", "no id")]


def test_a_value_of_the_wrong_type_rejects_one_record_only(take: Take) -> None:
    rows, report = take(
        ndjson(comment(), comment(body={"nested": 1}), comment(subreddit=["a"])), "c.ndjson"
    )
    assert len(rows) == 1 and report.rejected == 2
    assert rows[0]["record_no"] == 0
