"""Forums, blogs, feeds and reviews of providers."""

from typing import Any

from tests.collect.conftest import Take


def post(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": 900 + number, "username": f"user{number}", "name": "", "created_at": "2026-01-01T00:00:00.000Z",
        "updated_at": "2026-01-01T01:00:00.000Z", "version": 1, "post_number": number, "post_type": 1, "topic_id": 9,
        "cooked": "<p>Text.</p>", "reply_to_post_number": None, "post_url": f"/t/slug/9/{number}",
        "actions_summary": [{"id": 2, "count": 4}], "reads": 7, "user_title": "Nurse", "hidden": False,
        "user_deleted": False, "deleted_at": None, **more,
    }  # fmt: skip


def test_discourse_turns_numbers_into_ids_and_quotes_into_relations(take: Take) -> None:
    quoting = '<aside class="quote" data-username="user1" data-post="1" data-topic="9"><blockquote>Said.</blockquote></aside><p>Yes!</p>'
    page = {
        "post_stream": {
            "posts": [post(1), post(2, cooked=quoting), post(3, reply_to_post_number=2, version=2)]
        },
        "id": 9,
        "title": "Sleep",
    }
    rows, report = take(page, service="forum.org")
    assert report.format == "discourse" and [row["kind"] for row in rows] == [
        "post",
        "comment",
        "comment",
    ]
    assert (
        rows[2]["in_reply_to"] == "discourse:forum.org/902"
        and rows[1]["in_reply_to"] == "discourse:forum.org/901"
    )
    assert {row["thread_id"] for row in rows} == {"discourse:forum.org/901"}
    assert (
        rows[1]["body"] == "Yes!"
        and rows[1]["relations"][0]["target_id"] == "discourse:forum.org/901"
    )
    assert (
        rows[0]["title"] == "Sleep"
        and rows[0]["author_role_declared"] == "Nurse"
        and rows[2]["edited"]
    )
    assert {"likes": 4, "reads": 7}.items() <= {
        e["metric"]: e["value"] for e in rows[0]["engagement"]
    }.items()


def test_a_reply_whose_parent_is_on_another_page_names_its_place(take: Take) -> None:
    rows, _ = take({"latest_posts": [post(5, reply_to_post_number=4)]}, service="forum.org")
    assert (
        rows[0]["in_reply_to"] == "discourse:forum.org/t/9/4"
        and rows[0]["thread_id"] == "discourse:forum.org/t/9/1"
    )


def test_deleted_and_hidden_discourse_posts_are_tombstones(take: Take) -> None:
    gone = [
        post(1, user_deleted=True),
        post(2, hidden=True),
        post(3, deleted_at="2026-01-02T00:00:00Z"),
        post(4, post_type=3),
    ]
    rows, report = take({"latest_posts": gone})
    assert [row["state"] for row in rows] == [
        "deleted_by_author",
        "removed_by_moderator",
        "removed_by_moderator",
    ]
    assert report.files[0].no_post == {"small action": 1} and all(
        row["body_html"] is None for row in rows
    )


def test_nodebb_topic(take: Take) -> None:
    user = {"uid": 3, "username": "lou", "displayname": "Lou", "groupTitle": "Moderators"}
    base = {
        "tid": 4,
        "uid": 3,
        "user": user,
        "timestamp": 1700000000000,
        "edited": 0,
        "deleted": 0,
        "votes": 2,
    }
    posts = [
        {**base, "pid": 10, "content": "<p>Why?</p>", "index": 0},
        {
            **base,
            "pid": 11,
            "content": "<p>So.</p>",
            "index": 1,
            "toPid": "10",
            "edited": 1700000001000,
        },
        {**base, "pid": 12, "content": "[[topic:post-is-deleted]]", "deleted": 1, "deleterUid": 3},
        {**base, "pid": 13, "content": "gone", "deleted": 1, "deleterUid": 1},
    ]
    topic = {
        "tid": 4,
        "mainPid": 10,
        "title": "Q",
        "posts": posts,
        "category": {"name": "Pain"},
        "tags": [{"value": "knee"}],
        "viewcount": 5,
    }
    rows, report = take(topic, service="f.org")
    assert report.format == "nodebb" and rows[0]["title"] == "Q" and rows[0]["hashtags"] == ["knee"]
    assert [row["in_reply_to"] for row in rows[:3]] == [None, "nodebb:f.org/10", "nodebb:f.org/10"]
    assert (
        rows[1]["edited"]
        and rows[0]["published_at"].year == 2023
        and rows[0]["author_id"] == "f.org/3"
    )
    assert [row["state"] for row in rows[2:]] == ["deleted_by_author", "removed_by_moderator"]


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Blog</title><link>https://blog.org/</link>
<item><title>Comment on Sleep by Kim</title><link>https://blog.org/sleep/#comment-3</link><dc:creator>Kim</dc:creator>
<guid isPermaLink="false">https://blog.org/?p=1#comment-3</guid><pubDate>Thu, 01 Jan 2026 10:00:00 +0200</pubDate>
<content:encoded><![CDATA[<p>Antwort auf <a href="https://blog.org/sleep/#comment-2">Lou</a>.</p><p>It passed.</p>]]></content:encoded></item>
<item><title>Empty</title></item><item></item></channel></rss>"""


def test_the_parent_of_a_blog_comment_is_read_and_its_words_left_out(take: Take) -> None:
    rows, report = take(RSS, "comments.xml")
    row = rows[0]
    assert (
        report.format == "rss" and row["post_id"] == "rss:blog.org/https://blog.org/?p=1#comment-3"
    )
    assert (
        row["in_reply_to"] == "rss:blog.org/https://blog.org/?p=1#comment-2"
        and row["body"] == "It passed."
    )
    assert row["thread_id"] == "rss:blog.org/https://blog.org/?p=1" and row["title"] is None
    assert row["published_at"].hour == 8 and row["kind"] == "comment"
    assert report.files[0].no_post == {"entry without text": 1}


def test_atom_and_broken_feeds_are_read_as_far_as_possible(take: Take) -> None:
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id><title>T</title><content type="html">&lt;p>Hi&lt;/p></content><updated>2026-01-01T00:00:00Z</updated></entry>'
    rows, report = take(atom, "broken.atom")
    assert rows[0]["body"] == "Hi" and any("not well-formed" in note for note in report.notes)


def test_a_web_page_is_no_feed(take: Take) -> None:
    import pytest

    from bedside.errors import FormatError

    with pytest.raises(FormatError, match="no mapping for this format"):
        take(
            "<!DOCTYPE html><html><head><title>x</title></head><body><rss></body></html>", "p.html"
        )


def test_wordpress_drops_avatars_and_pingbacks(take: Take) -> None:
    note = {"id": 2, "post": 1, "parent": 0, "author": 0, "author_name": "Guest", "date_gmt": "2026-01-01T00:00:00", "type": "comment",
            "link": "https://blog.org/sleep/#comment-2", "content": {"rendered": "<p>Thanks</p>"}, "author_avatar_urls": {"24": "https://gravatar.org/avatar/3a3a24689845b5447411486abd3a714f"}}  # fmt: skip
    rows, report = take(
        [note, {**note, "id": 3, "parent": 2, "author": 5}, {**note, "id": 4, "type": "pingback"}]
    )
    assert [row["in_reply_to"] for row in rows] == [
        "wordpress:blog.org/post-1",
        "wordpress:blog.org/comment-2",
    ]
    assert rows[0]["author_id"] is None and rows[1]["author_id"] == "blog.org/user-5"
    assert "3a3a24689845" not in str(rows) and report.files[0].no_post == {"pingback": 1}


def test_wordpress_posts_share_no_id_with_comments(take: Take) -> None:
    entry = {"id": 2, "link": "https://blog.org/a", "title": {"rendered": "A &amp; B"}, "content": {"rendered": "<p>x</p>"},
             "date_gmt": "2026-01-01T00:00:00", "modified_gmt": "2026-01-03T00:00:00", "author": 1, "type": "post"}  # fmt: skip
    rows, _ = take([entry])
    assert (
        rows[0]["post_id"] == "wordpress:blog.org/post-2"
        and rows[0]["title"] == "A & B"
        and rows[0]["edited"]
    )


def test_nhs_comments_with_response_and_removal(take: Take) -> None:
    answer = {"id": "r1", "commentText": "We are sorry.", "date": "2026-01-03"}
    note = {"id": "c1", "title": "Long wait", "commentText": "Four hours.", "odsCode": "RX1", "screenName": "Anon", "status": "published",
            "publishedDate": "2026-01-02", "visitDate": "2025-12-01", "ratings": [{"question": "Clean?", "value": 4, "max": 5}], "responses": [answer]}  # fmt: skip
    rows, report = take(
        {"comments": [note, {**note, "id": "c2", "status": "removed", "responses": []}]}
    )
    assert report.format == "nhs_uk" and not report.verified
    assert [row["kind"] for row in rows] == ["review", "response", "review"]
    assert (
        rows[0]["about"][0]["id"] == "RX1"
        and rows[0]["published_at"].day == 2
        and rows[0]["ratings"][0]["value"] == 4
    )
    assert rows[1]["relations"][0]["rel"] == "response" and rows[1]["in_reply_to"] == "nhs_uk:c1"
    assert rows[2]["state"] == "removed_by_platform" and rows[2]["ratings"] is None


def test_care_opinion(take: Take) -> None:
    story = {"id": 5, "title": "Kind", "body": "They *listened*.", "authorRole": "a carer", "dateOfPublication": "2026-01-02T10:00:00Z",
             "healthServices": [{"id": 1, "name": "Ward 3", "nacs": "RX2"}], "tags": [{"name": "staff", "polarity": "positive"}],
             "responses": [{"id": 6, "body": "Thank you."}]}  # fmt: skip
    rows, report = take([story])
    assert report.format == "care_opinion" and rows[0]["author_role_declared"] == "a carer"
    assert rows[0]["about"][0] == {
        "kind": "provider",
        "scheme": "ods",
        "id": "RX2",
        "name": "Ward 3",
    }
    assert (
        rows[0]["hashtags"] == ["staff (positive)"] and rows[1]["in_reply_to"] == "care_opinion:5"
    )


def test_google_reviews_keep_the_original_words(take: Take) -> None:
    review = {"name": "places/P/reviews/R", "rating": 2, "originalText": {"text": "Zu lang", "languageCode": "de"}, "text": {"text": "Too long"},
              "publishTime": "2026-01-01T00:00:00Z", "authorAttribution": {"displayName": "K", "uri": "https://maps.org/1"}}  # fmt: skip
    rows, report = take({"places": [{"displayName": {"text": "Clinic"}, "reviews": [review]}]})
    assert (
        report.format == "google_places"
        and rows[0]["body"] == "Zu lang"
        and rows[0]["lang_declared"] == "de"
    )
    assert (
        rows[0]["about"][0]["id"] == "P"
        and rows[0]["about"][0]["name"] == "Clinic"
        and rows[0]["rating"] == 2
    )
