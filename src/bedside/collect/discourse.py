"""Discourse forums: latest posts, topics and their pages."""

import re
from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import counts, dig, host, post_id, relation, tombstone
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.markup import html_text, quotes_of
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import iso
from bedside.model.posts import CollectedPost

__all__ = ["map_post", "read", "recognise", "split"]

POST_TYPES = {3: "small action", 4: "whisper"}
LIKE = 2  # id of the like among actions_summary
RAW_QUOTE = re.compile(r"\[quote=[^\]]*\].*?\[/quote\]", re.S)


def recognise(sample: Sample) -> bool:
    """Post objects of Discourse, in a list of latest posts or in a topic's stream."""
    for value in sample.values[:3]:
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict) and (
            "latest_posts" in first
            or "post_stream" in first
            or {"cooked", "topic_id", "post_number"} <= first.keys()
        ):
            return True
    return False


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read pages of posts."""
    return read_json(document, reading, split, _map)


def split(value: Any, around: Around) -> Iterator[Piece]:
    """Cut a page into posts; the ids of the page's posts by topic and number go along."""
    topic = value if isinstance(value, dict) else {}
    posts, pointer = _posts(value)
    if posts is None:
        yield from each(value, {**around, "numbers": {}, "topic": {}})
        return
    known = [p for p in posts if isinstance(p, dict)]
    near = {
        **around,
        "numbers": {
            (p.get("topic_id", topic.get("id")), p.get("post_number")): p.get("id") for p in known
        },
        "topic": topic if "post_stream" in topic else {},
    }
    for number, item in enumerate(posts):
        yield f"{pointer}/{number}", item, near


def _posts(value: Any) -> tuple[list[Any] | None, str]:
    """Posts of a page and where they stand in it."""
    if isinstance(value, list):
        return value, ""
    if isinstance(value, dict) and isinstance(value.get("latest_posts"), list):
        return value["latest_posts"], "/latest_posts"
    posts = dig(value, "post_stream", "posts")
    return (posts, "/post_stream/posts") if isinstance(posts, list) else (None, "")


def _map(record: Any, around: Around) -> CollectedPost | NoPost:
    if not isinstance(record, dict) or not ({"cooked", "raw"} & record.keys()):
        return NoPost("answer without posts")
    if record.get("post_type") in POST_TYPES:
        return NoPost(POST_TYPES[record["post_type"]])
    return map_post(record, around)


def map_post(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a post; quoted words of others leave the body and become relations.

    Raises
    ------
    RecordProblem
        If there is no id.

    Notes
    -----
    A reply names the *number* of its parent in the topic. Where the page holds that post, its id is used;
    elsewhere the reference is `t/<topic>/<number>`, which does not name a post by id.
    """
    get = record.get
    native = get("id")
    if native is None:
        raise RecordProblem("no id")
    topic, position = get("topic_id") or around["topic"].get("id"), get("post_number")
    url = get("post_url") or ""
    service = around.get("service") or host(url)
    place = Place(service, topic, around["numbers"])
    cooked, user = get("cooked"), get("username")
    parent = get("reply_to_post_number") or (
        1 if isinstance(position, int) and position > 1 else None
    )
    post: CollectedPost = {
        "post_id": post_id("discourse", native, service),
        "platform": "discourse",
        "service": service,
        "native_id": str(native),
        "url": url if host(url) else f"https://{service}{url}" if service and url else None,
        "kind": "post" if position == 1 else "comment",
        "title": (get("topic_title") or around["topic"].get("title")) if position == 1 else None,
        "body": html_text(cooked, drop_quotes=True)
        if cooked
        else RAW_QUOTE.sub("", get("raw") or "").strip(),
        "body_html": cooked,
        "thread_id": place.id_of(1),
        "in_reply_to": place.id_of(parent) if parent else None,
        "in_reply_to_author": _account(service, dig(record, "reply_to_user", "username")),
        "position": position,
        "relations": _quotes(cooked, place) or None,
        "community_id": str(get("category_id") or around["topic"].get("category_id") or "") or None,
        "community_name": get("category_name"),
        "author_id": _account(service, user),
        "author_handle": user,
        "author_name": get("name") or None,
        "author_role_declared": get("user_title") or get("primary_group_name") or None,
        "published_at": iso(get("created_at")),
        "published_precision": "s",
        "edited": get("version", 1) > 1,
        "edited_at": iso(get("updated_at")) if get("version", 1) > 1 else None,
        "hashtags": _tags(around["topic"].get("tags")) if position == 1 else None,
        "engagement": _engagement(record) or None,
        "visibility": "public",
    }
    gone = _gone(record)
    return tombstone(post, gone) if gone else post


class Place:
    """Where a post stands: turns numbers in a topic into post ids."""

    def __init__(
        self, service: str | None, topic: Any, numbers: dict[tuple[Any, Any], Any]
    ) -> None:
        self.service, self.topic, self.numbers = service, topic, numbers

    def id_of(self, number: Any, topic: Any = None) -> str:
        """post_id of the post with that number in the topic (this one, unless another is named)."""
        where = self.topic if topic is None else topic
        known = self.numbers.get((where, number))
        return post_id(
            "discourse", known if known is not None else f"t/{where}/{number}", self.service
        )


def _account(service: str | None, name: str | None) -> str | None:
    return None if not name else f"{service}/{name}" if service else name


def _quotes(cooked: str | None, place: Place) -> list[dict[str, Any]]:
    """Posts that this one quotes."""
    found = []
    for user, number, topic in quotes_of(cooked):
        if number.isdigit():
            target = place.id_of(int(number), int(topic) if topic.isdigit() else None)
            found.append(relation("quote", target, author=_account(place.service, user)))
    return found


def _tags(tags: Any) -> list[str] | None:
    names = [tag.get("name") if isinstance(tag, dict) else tag for tag in tags or []]
    return [name for name in names if isinstance(name, str)] or None


def _engagement(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Reads, replies and likes."""
    likes = [a for a in record.get("actions_summary") or [] if a.get("id") == LIKE]
    found = counts(record, {"reads": "reads", "reply_count": "replies", "quote_count": "quotes"})
    return found + (counts(likes[0], {"count": "likes"}) if likes else [])


def _gone(record: dict[str, Any]) -> str:
    """State of a deleted or hidden post; empty for one that stands."""
    if record.get("user_deleted"):
        return "deleted_by_author"
    return "removed_by_moderator" if record.get("deleted_at") or record.get("hidden") else ""
