"""NodeBB forums: topics with their posts."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import counts, dig, host, number, post_id, tombstone
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.markup import html_text
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import from_unix
from bedside.model.posts import CollectedPost

__all__ = ["map_post", "read", "recognise", "split"]

COUNTS = {
    "votes": "score",
    "upvotes": "likes",
    "downvotes": "dislikes",
    "bookmarks": "bookmarks",
    "replies": "replies",
}
DELETED_TEXT = "[[topic:post-is-deleted]]"


def recognise(sample: Sample) -> bool:
    """A topic with posts, or posts with pid and tid."""
    for value in sample.values[:3]:
        first = value[0] if isinstance(value, list) and value else value
        if not isinstance(first, dict):
            continue
        posts = first.get("posts")
        inside = (
            posts[0] if isinstance(posts, list) and posts and isinstance(posts[0], dict) else first
        )
        if {"pid", "tid"} <= inside.keys() or (
            isinstance(posts, list) and {"tid", "mainPid"} <= first.keys()
        ):
            return True
    return False


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read topics and posts."""
    return read_json(document, reading, split, _map)


def split(value: Any, around: Around) -> Iterator[Piece]:
    """Cut topics into posts; the topic goes along."""
    for pointer, item, near in each(value, around):
        posts = item.get("posts") if isinstance(item, dict) else None
        if not isinstance(posts, list):
            yield pointer, item, {**near, "topic": {}}
            continue
        for place, post in enumerate(posts):
            yield f"{pointer}/posts/{place}", post, {**near, "topic": item}


def _map(record: Any, around: Around) -> CollectedPost | NoPost:
    if not isinstance(record, dict) or "pid" not in record:
        return NoPost("answer without posts")
    if record.get("eventId") or record.get("type") == "event":
        return NoPost("topic event")
    return map_post(record, around)


def map_post(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a post; a soft-deleted one is a tombstone though it stays in the topic.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    get, topic = record.get, around["topic"]
    native = get("pid")
    if native is None:
        raise RecordProblem("no id")
    user = get("user") or {}
    service = around.get("service") or host(topic.get("url")) or host(get("url"))
    main, parent = topic.get("mainPid") or dig(get("topic"), "mainPid"), get("toPid")
    is_main = get("isMainPost") is True or (main is not None and str(main) == str(native))
    content = get("content") or ""
    edited = from_unix(get("edited"))
    target = parent or (None if is_main else main)
    post: CollectedPost = {
        "post_id": post_id("nodebb", native, service),
        "platform": "nodebb",
        "service": service,
        "native_id": str(native),
        "url": f"https://{service}/post/{native}" if service else None,
        "kind": "post" if is_main else "comment",
        "title": topic.get("titleRaw") or topic.get("title") if is_main else None,
        "body": html_text(content),
        "body_html": content or None,
        "thread_id": post_id("nodebb", main if main is not None else f"t/{get('tid')}", service),
        "in_reply_to": post_id("nodebb", target, service) if target else None,
        "position": number(get("index")),
        "community_id": _text(get("cid") or topic.get("cid")),
        "community_name": dig(topic, "category", "name"),
        "author_name": user.get("displayname") or user.get("fullname") or None,
        "author_handle": user.get("username"),
        "author_bio": html_text(user.get("aboutme")) or None,
        "author_role_declared": _role(user),
        "published_at": from_unix(get("timestamp")),
        "published_precision": "s",
        "edited": edited is not None,
        "edited_at": edited,
        "hashtags": [tag["value"] for tag in topic.get("tags") or [] if "value" in tag] or None
        if is_main
        else None,
        "engagement": _engagement(record, topic, is_main) or None,
        "visibility": "public",
    }
    uid = get("uid") or user.get("uid")
    if uid and str(uid) != "0":
        post["author_id"] = f"{service}/{uid}" if service else str(uid)
    if get("deleted") or content == DELETED_TEXT:
        deleter = get("deleterUid")
        own = deleter is not None and str(deleter) == str(uid)
        return tombstone(
            post, "deleted_by_author" if own else "removed_by_moderator" if deleter else "unknown"
        )
    return post


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _role(user: dict[str, Any]) -> str | None:
    """Title of the badge that the user shows."""
    groups = user.get("selectedGroups") or []
    titles = [g.get("userTitle") or g.get("name") for g in groups if isinstance(g, dict)]
    title = user.get("groupTitle")
    titles += [title] if isinstance(title, str) and title and not title.startswith("[") else []
    return ", ".join(t for t in titles if t) or None


def _engagement(
    record: dict[str, Any], topic: dict[str, Any], is_main: bool
) -> list[dict[str, Any]]:
    whole = {**record, "replies": dig(record, "replies", "count")}
    return counts(whole, COUNTS) + (counts(topic, {"viewcount": "views"}) if is_main else [])
