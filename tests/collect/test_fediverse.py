"""Bluesky with its streams, and Mastodon."""

from typing import Any

from tests.collect.conftest import Take, ndjson

DID, URI = "did:plc:abc", "at://did:plc:abc/app.bsky.feed.post/3k1"
TEXT = "Größe 💜 #endo @kim.test"


def record(**more: Any) -> dict[str, Any]:
    data = TEXT.encode()
    tag, mention = data.index(b"#"), data.index(b"@")
    return {
        "$type": "app.bsky.feed.post", "text": TEXT, "langs": ["de"], "createdAt": "2026-01-01T00:00:00.000Z",
        "facets": [
            {"index": {"byteStart": tag, "byteEnd": tag + 5}, "features": [{"tag": "endo"}]},
            {"index": {"byteStart": mention, "byteEnd": mention + 9}, "features": [{"did": "did:plc:kim"}]},
        ],
        "labels": {"values": [{"val": "graphic-media"}]}, **more,
    }  # fmt: skip


def view(uri: str = URI, **more: Any) -> dict[str, Any]:
    return {"uri": uri, "cid": "c", "author": {"did": DID, "handle": "pat.test", "displayName": "Pat"},
            "record": record(**more), "likeCount": 2, "replyCount": 0, "indexedAt": "2026-01-01T00:00:01Z"}  # fmt: skip


def named(row: dict[str, Any]) -> list[str]:
    return [r["target_author"] for r in row["relations"] or [] if r["rel"] == "mention"]


def test_who_is_named_is_told_by_id_and_a_local_account_with_its_host(take: Take) -> None:
    (row,), _ = take({"posts": [view()]})
    assert named(row) == ["did:plc:kim"]
    users = [{"acct": "kim", "url": "https://near.org/@kim"}, {"acct": "lee@far.org"}]
    (row,), _ = take([status(mentions=users)], service="near.org")
    assert named(row) == ["kim@near.org", "lee@far.org"]
    boosted = {"id": "5", "account": {"acct": "kim", "url": "https://near.org/@kim"}}
    (row,), _ = take([status(mentions=users, reblog=boosted)], service="near.org")
    assert [r["target_author"] for r in row["relations"]] == ["kim@near.org"], (
        "a boost names nobody"
    )


def test_facets_are_counted_in_bytes(take: Take) -> None:
    rows, report = take({"posts": [view()]})
    row = rows[0]
    assert (
        report.format == "bluesky"
        and row["hashtags"] == ["endo"]
        and row["mentions"] == ["kim.test"]
    )
    assert (
        row["post_id"] == f"bluesky:{URI}"
        and row["author_id"] == DID
        and row["lang_declared"] == "de"
    )
    assert (
        row["content_labels"] == ["graphic-media"]
        and row["url"] == "https://bsky.app/profile/pat.test/post/3k1"
    )


def test_a_thread_is_walked_and_a_missing_post_is_a_tombstone(take: Take) -> None:
    parent = {"uri": "at://did:plc:x/app.bsky.feed.post/1", "notFound": True}
    strong = {"root": {"uri": "at://did:plc:x/app.bsky.feed.post/1"}, "parent": {"uri": URI}}
    reply = {"post": view("at://did:plc:abc/app.bsky.feed.post/3k2", reply=strong), "replies": []}
    rows, report = take({"thread": {"post": view(), "parent": parent, "replies": [reply]}})
    assert (report.kept, report.tombstoned) == (2, 1)
    assert rows[2]["in_reply_to"] == f"bluesky:{URI}" and rows[2]["in_reply_to_author"] == DID
    assert rows[1]["state"] == "unknown"


def test_quotes_and_alt_texts(take: Take) -> None:
    embed = {"$type": "app.bsky.embed.recordWithMedia", "record": {"record": {"uri": URI}},
             "media": {"images": [{"alt": "a swollen knee"}]}}  # fmt: skip
    rows, _ = take({"records": [{"uri": URI, "cid": "c", "value": record(embed=embed)}]})
    assert (
        rows[0]["relations"][0]["rel"] == "quote"
        and rows[0]["segments"][0]["text"] == "a swollen knee"
    )


def test_both_jetstreams_give_posts_edits_and_deletions(take: Take) -> None:
    commit = {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "3k1",
        "record": record(),
        "cid": "c",
    }
    first = {"did": DID, "time_us": 1767225600000000, "kind": "commit", "commit": commit}
    second = {"$type": "network.bsky.jetstream.subscribeEvents#commit", "seq": 1, "did": DID,
              "time": "2026-01-01T00:00:00Z", **commit, "operation": "update"}  # fmt: skip
    gone = {
        **first,
        "commit": {"operation": "delete", "collection": "app.bsky.feed.post", "rkey": "3k1"},
    }
    account = {
        "did": DID,
        "time_us": 1767225600000000,
        "kind": "account",
        "account": {"active": False},
    }
    like = {**first, "commit": {**commit, "collection": "app.bsky.feed.like"}}
    rows, report = take(ndjson(first, second, gone, account, like), "jet.jsonl")
    assert report.format == "jetstream" and not report.verified
    assert [row["edited"] for row in rows] == [None, True, None]
    assert rows[2]["text_state"] == "tombstone" and rows[2]["post_id"] == rows[0]["post_id"]
    assert report.files[0].no_post == {"account event": 1, "record of app.bsky.feed.like": 1}


def test_each_operation_of_a_firehose_commit_is_a_record(take: Take) -> None:
    ops = [{"action": "create", "path": "app.bsky.feed.post/3k1", "cid": "c", "record": record()},
           {"action": "delete", "path": "app.bsky.feed.post/3k0", "cid": None}]  # fmt: skip
    event = {
        "type": "com.atproto.sync.subscribe_repos.Commit",
        "seq": 1,
        "time": "2026-01-01T00:00:00Z",
        "did": DID,
        "ops": ops,
    }
    rows, report = take(
        ndjson({**event, "type": "x.subscribe_repos.Identity", "ops": None}, event), "fire.jsonl"
    )
    assert (report.kept, report.tombstoned, report.no_post) == (1, 1, 1) and rows[1][
        "native_id"
    ].endswith("3k0")


def test_errors_and_users_of_bluesky_are_no_posts(take: Take) -> None:
    assert take({"error": "NotFound", "message": "Post not found"})[1].no_post == 1
    assert take({"did": DID, "handle": "pat.test"})[1].files[0].no_post == {"user": 1}


def status(**more: Any) -> dict[str, Any]:
    return {
        "id": "1001", "created_at": "2026-01-01T00:00:00.000Z", "in_reply_to_id": "1000", "sensitive": True,
        "spoiler_text": "long", "visibility": "private", "language": "en", "uri": "https://far.org/users/pat/1",
        "url": "https://far.org/@pat/1", "replies_count": 0, "favourites_count": 3, "edited_at": None,
        "content": "<p>A <a href='x'>#<span>flare</span></a><br>again</p>", "reblog": None,
        "account": {"acct": "pat@far.org", "username": "pat", "note": "<p>since 2009</p>", "bot": False, "url": "https://far.org/@pat", "fields": []},
        "media_attachments": [{"type": "image", "description": "my foot"}], "tags": [{"name": "flare"}], "mentions": [], **more,
    }  # fmt: skip


def test_mastodon_status_with_the_host_that_was_asked(take: Take) -> None:
    rows, report = take([status()], service="near.org")
    row = rows[0]
    assert report.format == "mastodon" and row["post_id"] == "mastodon:near.org/1001"
    assert row["in_reply_to"] == "mastodon:near.org/1000" and row["thread_id"] is None
    assert (row["body"], row["summary"], row["visibility"]) == (
        "A #flare\nagain",
        "long",
        "members",
    )
    assert (row["author_id"], row["author_bio"]) == ("pat@far.org", "since 2009") and row[
        "edited"
    ] is False
    assert row["segments"][0]["text"] == "my foot"


def test_the_host_is_told_by_a_local_account_of_the_page(take: Take) -> None:
    local = status(
        id="1002", account={"acct": "lou", "username": "lou", "url": "https://near.org/@lou"}
    )
    rows, _ = take({"ancestors": [status()], "descendants": [local]})
    assert {row["service"] for row in rows} == {"near.org"} and rows[1][
        "author_id"
    ] == "lou@near.org"


def test_a_revoked_quote_is_dropped_and_a_boost_kept(take: Take) -> None:
    quote = {"state": "revoked", "quoted_status": {"id": "5", "account": {"acct": "x"}}}
    rows, _ = take(
        [status(quote=quote), status(reblog=status(id="6"), quote={**quote, "state": "accepted"})]
    )
    assert rows[0]["relations"] is None and rows[0]["state"] == "quote_revoked"
    assert [item["rel"] for item in rows[1]["relations"]] == ["repost", "quote"]


def test_the_answer_to_a_deletion_is_a_tombstone(take: Take) -> None:
    gone = status(text="the source, to write it again")
    del gone["content"]
    rows, report = take(gone)
    assert report.tombstoned == 1 and rows[0]["body"] == "" and rows[0]["summary"] is None


def test_other_answers_of_mastodon_are_no_posts(take: Take) -> None:
    for answer in ({"id": "1", "text": "x", "spoiler_text": ""}, {"id": "1", "scheduled_at": "t", "params": {}},
                   {"error": "Record not found"}, [{"acct": "a", "username": "a"}]):  # fmt: skip
        rows, report = take(answer)
        assert rows == [] and report.format == "mastodon" and report.no_post == 1
