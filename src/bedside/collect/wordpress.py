"""WordPress REST interface: comments and posts."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import dig, host, post_id, tombstone
from bedside.collect.jsonfiles import Around, each, read_json
from bedside.collect.markup import html_text
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import iso
from bedside.model.posts import CollectedPost

__all__ = ["map_comment", "map_post", "read", "recognise"]


def recognise(sample: Sample) -> bool:
    """Comments, posts, users and errors of the REST interface."""
    for value in sample.values[:3]:
        first = value[0] if isinstance(value, list) and value else value
        if not isinstance(first, dict):
            continue
        rendered = isinstance(dig(first, "content", "rendered"), str)
        error = {"code", "message", "data"} <= first.keys() and isinstance(
            dig(first, "data", "status"), int
        )
        if rendered or error or {"avatar_urls", "slug", "link"} <= first.keys():
            return True
    return False


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read lists of comments or posts."""
    return read_json(document, reading, each, _map)


def _map(record: Any, around: Around) -> CollectedPost | NoPost:
    if not isinstance(record, dict):
        return NoPost("a value that is no answer")
    if "content" not in record:
        return NoPost(
            "error answer" if "code" in record else "user" if "avatar_urls" in record else "answer"
        )
    if "post" in record and "parent" in record:
        if record.get("type") in ("pingback", "trackback"):
            return NoPost(record["type"])
        return map_comment(record, around)
    return map_post(record, around)


def map_comment(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a comment; guests (author 0) have a name and no id, and avatar addresses are not taken.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    get = record.get
    native, service = _place(record, around)
    html, parent, author = dig(record, "content", "rendered"), get("parent"), get("author")
    root = post_id("wordpress", f"post-{get('post')}", service)
    post: CollectedPost = {
        "post_id": post_id("wordpress", f"comment-{native}", service),
        "platform": "wordpress",
        "service": service,
        "native_id": f"comment-{native}",
        "url": get("link"),
        "kind": "comment",
        "body": html_text(html),
        "body_html": html or None,
        "thread_id": root,
        "in_reply_to": post_id("wordpress", f"comment-{parent}", service) if parent else root,
        "author_id": f"{service}/user-{author}" if author else None,
        "author_name": get("author_name") or None,
        **_written(record),
    }
    return tombstone(post, "removed_by_moderator") if get("status") in ("spam", "trash") else post


def map_post(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a post or page.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    get = record.get
    native, service = _place(record, around)
    html, author = dig(record, "content", "rendered"), get("author")
    written, changed = iso(_utc(get("date_gmt"))), iso(_utc(get("modified_gmt")))
    edited = written is not None and changed is not None and changed > written
    own = post_id("wordpress", f"post-{native}", service)
    return {
        "post_id": own,
        "platform": "wordpress",
        "service": service,
        "native_id": f"post-{native}",
        "url": get("link"),
        "kind": "article",
        "title": html_text(dig(record, "title", "rendered")) or None,
        "body": html_text(html),
        "body_html": html or None,
        "body_complete": not dig(record, "content", "protected"),
        "thread_id": own,
        "author_id": f"{service}/user-{author}" if author else None,
        **_written(record),
        "edited": edited,
        "edited_at": changed if edited else None,
    }


def _place(record: dict[str, Any], around: Around) -> tuple[Any, str | None]:
    """Id and host; ids of posts and comments overlap, so each gets a prefix where it is used."""
    if record.get("id") is None:
        raise RecordProblem("no id")
    return record["id"], around.get("service") or host(record.get("link"))


def _utc(value: Any) -> str | None:
    """`date_gmt` is UTC and does not say so."""
    return f"{value}Z" if isinstance(value, str) and value and not value.endswith("Z") else value


def _written(record: dict[str, Any]) -> CollectedPost:
    return {
        "published_at": iso(_utc(record.get("date_gmt"))),
        "published_precision": "s",
        "visibility": "public",
    }
