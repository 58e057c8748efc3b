"""X: both versions of its interface."""

from typing import Any

from tests.collect.conftest import Take, ndjson

USER = {"id": "7", "username": "pat_j", "name": "Pat", "description": "ten years with RA", "location": "Leeds",
        "verified": False, "public_metrics": {"followers_count": 12}, "created_at": "2015-01-01T00:00:00.000Z"}  # fmt: skip


def tweet(**more: Any) -> dict[str, Any]:
    return {
        "id": "1580661436132757506", "text": "short…", "author_id": "7", "conversation_id": "1580661436132757000",
        "created_at": "2022-10-13T20:47:08.000Z", "edit_history_tweet_ids": ["1", "2"], "lang": "en",
        "public_metrics": {"retweet_count": 2, "like_count": 5},
        "note_tweet": {"text": "the long text in full, with #fatigue"},
        "referenced_tweets": [{"type": "replied_to", "id": "11"}, {"type": "quoted", "id": "12"}],
        "attachments": {"media_keys": ["3_1"]}, "geo": {"place_id": "p1", "coordinates": {"coordinates": [1.5, 2.5]}},
        "entities": {"hashtags": [{"tag": "fatigue"}], "mentions": [{"username": "nhs"}],
                     "urls": [{"url": "https://t.co/a", "expanded_url": "https://e.org/long"}]}, **more,
    }  # fmt: skip


def page(**more: Any) -> dict[str, Any]:
    return {
        "data": [tweet()],
        "includes": {
            "users": [USER],
            "media": [
                {
                    "media_key": "3_1",
                    "type": "photo",
                    "alt_text": "my splint",
                    "url": "https://e.org/p",
                }
            ],
            "places": [{"id": "p1", "full_name": "Leeds, England", "country_code": "GB"}],
        },
        "errors": [{"resource_type": "tweet", "resource_id": "12", "title": "Not Found Error"}],
        "meta": {"result_count": 1},
        **more,
    }


def test_a_page_is_read_with_its_includes(take: Take) -> None:
    rows, report = take(page())
    row = rows[0]
    assert report.format == "x_v2" and report.files[0].no_post == {"error about a tweet": 1}
    assert row["body"] == "the long text in full, with #fatigue"
    assert row["post_id"] == "x:1580661436132757506" and row["in_reply_to"] == "x:11"
    assert row["relations"] == [
        {
            "rel": "quote",
            "target_id": "x:12",
            "target_url": None,
            "target_author": None,
            "evidence": "field",
        }
    ]
    assert (row["author_handle"], row["author_bio"], row["author_followers"]) == (
        "pat_j",
        "ten years with RA",
        12,
    )
    assert (row["place_country"], row["place_basis"]) == ("GB", "post")
    assert row["place_lat"] is None and row["place_lon"] is None, "exact coordinates are not taken"
    assert row["segments"][0]["text"] == "my splint" and row["edited"]
    assert row["links"] == [{"url": "https://t.co/a", "expanded": "https://e.org/long"}]


def test_flattened_lines_carry_their_author(take: Take) -> None:
    rows, report = take(ndjson({**tweet(), "author": USER, "__twarc": {}}), "flat.jsonl")
    assert report.format == "x_v2" and rows[0]["author_name"] == "Pat"


def test_a_single_answer_and_counts_and_users_are_told_apart(take: Take) -> None:
    rows, _ = take({"data": tweet(), "includes": {"users": [USER]}})
    assert len(rows) == 1
    _, report = take(
        {"data": [{"start": "a", "end": "b", "tweet_count": 4}], "meta": {"total_tweet_count": 4}}
    )
    assert report.files[0].no_post == {"count": 1}
    _, report = take({"data": [USER], "meta": {"result_count": 1}})
    assert report.files[0].no_post == {"user": 1}


def test_compliance_lines_are_tombstones(take: Take) -> None:
    line = {"id": "9", "action": "delete", "created_at": "2022-10-13T20:47:08.000Z", "redacted_at": "2022-10-14T20:47:08.000Z", "reason": "suspended"}  # fmt: skip
    rows, report = take(ndjson(line), "compliance.jsonl")
    assert (
        report.tombstoned == 1
        and rows[0]["state"] == "account_gone"
        and rows[0]["post_id"] == "x:9"
    )


def test_a_withheld_tweet_says_so(take: Take) -> None:
    rows, _ = take(page(data=[tweet(withheld={"country_codes": ["DE"]})]))
    assert rows[0]["state"] == "withheld"


def status(**more: Any) -> dict[str, Any]:
    return {
        "id": 1050118621198921728, "id_str": "1050118621198921728", "created_at": "Wed Oct 10 20:19:24 +0000 2018",
        "text": "cut off here…", "truncated": True, "lang": "en", "retweet_count": 1, "favorite_count": 2,
        "user": {"id_str": "6", "screen_name": "sam", "name": "Sam", "location": "", "followers_count": 3,
                 "created_at": "Mon May 23 06:01:13 +0000 2007", "verified": True},
        "entities": {"hashtags": [{"text": "pots"}], "user_mentions": [], "urls": []},
        "in_reply_to_status_id_str": "5", "in_reply_to_user_id_str": "4", **more,
    }  # fmt: skip


def test_version_1_marks_a_truncated_text(take: Take) -> None:
    rows, report = take([status(), status(id_str="2", full_text="all of it", truncated=False)])
    assert report.format == "x_v1"
    assert (rows[0]["body_complete"], rows[1]["body_complete"]) == (False, True)
    assert rows[1]["body"] == "all of it" and rows[0]["native_id"] == "1050118621198921728"
    assert rows[0]["published_at"].isoformat() == "2018-10-10T20:19:24+00:00"
    assert rows[0]["in_reply_to"] == "x:5" and rows[0]["in_reply_to_author"] == "4"


def test_version_1_retweets_quotes_and_deletions(take: Take) -> None:
    inner = status(id_str="77", user={"id_str": "8"})
    rows, report = take(
        [
            status(retweeted_status=inner),
            {"delete": {"status": {"id_str": "3", "user_id_str": "1"}}},
        ]
    )
    assert rows[0]["relations"][0] == {
        "rel": "repost", "target_id": "x:77", "target_url": None, "target_author": "8", "evidence": "field"
    }  # fmt: skip
    assert report.tombstoned == 1 and rows[1]["post_id"] == "x:3"


def test_accounts_that_a_post_names_are_told_by_their_ids_and_a_retweet_names_nobody(
    take: Take,
) -> None:
    named = {"hashtags": [], "urls": [], "user_mentions": [{"screen_name": "nhs", "id_str": "77"}, {"screen_name": "sam", "id_str": "6"}]}  # fmt: skip
    passed = status(id_str="2", entities=named, retweeted_status=status(id_str="3"))
    rows, _ = take([status(entities=named), passed])
    told = [[(r["rel"], r["target_author"]) for r in row["relations"]] for row in rows]
    assert told == [[("mention", "77")], [("repost", "6")]]  # not oneself
    newer = tweet() | {"entities": {"mentions": [{"username": "nhs", "id": "77"}]}}
    (row,), _ = take(page(data=[newer]))
    assert [(r["rel"], r["target_author"]) for r in row["relations"]] == [("quote", None), ("mention", "77")]  # fmt: skip


def test_version_1_users_are_no_posts(take: Take) -> None:
    user = {"id_str": "6", "screen_name": "sam", "followers_count": 3, "status": status()}
    rows, report = take({"users": [user], "next_cursor": 0})
    assert rows == [] and report.files[0].no_post == {"user": 1}
