"""X, interface version 1.1: statuses of timelines, search and streams."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import alt_segments, counts, dig, name_accounts, relation, tombstone
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import from_text, from_unix
from bedside.model.posts import CollectedPost

__all__ = ["map_status", "read", "recognise", "split"]

COUNTS = {
    "retweet_count": "reposts",
    "favorite_count": "likes",
    "reply_count": "replies",
    "quote_count": "quotes",
}
PAGES = {"statuses": "search_metadata", "users": "next_cursor", "lists": "next_cursor"}
MARKS = ("user", "entities", "truncated", "favorite_count", "lang")


def recognise(sample: Sample) -> bool:
    """Statuses, users, lists and places of version 1.1."""
    for value in sample.values[:3]:
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict) and _known(first):
            return True
    return False


def _known(value: dict[str, Any]) -> bool:
    keys = value.keys()
    if any(page in keys and mark in keys for page, mark in PAGES.items()):
        return True
    if "id_str" in keys:
        return (
            "text" in keys or "full_text" in keys or "screen_name" in keys or "slug" in keys
        ) and bool({*MARKS, "followers_count", "slug"} & keys)
    return (
        ("place_type" in keys and "bounding_box" in keys)
        or dig(value, "result", "places") is not None
        or "twitter" in str(value.get("provider_name", "")).lower()
        or dig(value, "delete", "status") is not None
    )


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read statuses, alone, in lists or in search answers."""
    return read_json(document, reading, split, _map)


def split(value: Any, around: Around) -> Iterator[Piece]:
    """Cut an answer into its statuses, users or lists."""
    if isinstance(value, dict):
        for key in PAGES:
            if isinstance(value.get(key), list):
                for pointer, item, near in each(value[key], around):
                    yield f"/{key}{pointer}", item, near
                return
    yield from each(value, around)


def _map(record: Any, around: Around) -> CollectedPost | NoPost:
    """A status, a deletion notice, or the name of what else it is."""
    if not isinstance(record, dict):
        return NoPost("a value that is no status")
    gone = dig(record, "delete", "status")
    if gone:
        post = {
            "post_id": f"x:{gone['id_str']}",
            "platform": "x",
            "native_id": gone["id_str"],
            "kind": "post",
        }
        seen = from_unix(dig(record, "delete", "timestamp_ms"))
        return tombstone({**post, "state_observed_at": seen}, "deleted_by_author")
    if "text" in record or "full_text" in record:
        return map_status(record, around)
    for key, what in (
        ("screen_name", "user"), ("slug", "list"), ("place_type", "place"), ("result", "places"),
        ("provider_name", "embed code"), ("errors", "error answer"),
    ):  # fmt: skip
        if key in record:
            return NoPost(what)
    return NoPost("answer without statuses")


def map_status(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a status of version 1.1; a truncated text is marked as incomplete.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    get = record.get
    native = get("id_str") or (str(get("id")) if get("id") else None)
    if not native:
        raise RecordProblem("no id")
    whole = get("extended_tweet") or {}
    full = whole.get("full_text") or get("full_text")
    found = from_text(get("created_at"))
    post: CollectedPost = {
        "post_id": f"x:{native}",
        "platform": "x",
        "native_id": native,
        "kind": "post",
        "body": full or get("text") or "",
        "body_complete": bool(full) or not get("truncated"),
        "lang_declared": get("lang") if get("lang") not in ("und", None) else None,
        "published_at": found[0] if found else None,
        "published_precision": "s",
        "engagement": counts(record, COUNTS) or None,
        "visibility": "public",
    }
    _references(post, record)
    _author(post, get("user") or {})
    _entities(post, whole.get("entities") or get("entities") or {})
    _media(
        post,
        dig(whole, "extended_entities", "media") or dig(record, "extended_entities", "media") or [],
    )
    place = get("place") or {}
    if place.get("full_name"):
        post.update(
            place_name=place["full_name"],
            place_country=place.get("country_code") or None,
            place_basis="post",
        )
    if get("possibly_sensitive"):
        post["content_labels"] = ["sensitive"]
    if get("withheld_in_countries") or get("withheld_copyright"):
        post["state"] = "withheld"
    return post


def _references(post: CollectedPost, record: dict[str, Any]) -> None:
    """Parent, quote and repost; version 1.1 names no root."""
    parent = record.get("in_reply_to_status_id_str")
    if parent:
        post["in_reply_to"] = f"x:{parent}"
        post["in_reply_to_author"] = record.get("in_reply_to_user_id_str")
    elif not record.get("retweeted_status"):
        post["thread_id"] = post["post_id"]
    relations = []
    for key, rel in (("retweeted_status", "repost"), ("quoted_status", "quote")):
        inner = record.get(key)
        target = dig(inner, "id_str") or (
            record.get("quoted_status_id_str") if rel == "quote" else None
        )
        if target:
            relations.append(relation(rel, f"x:{target}", author=dig(inner, "user", "id_str")))
    post["relations"] = relations or None
    if record.get("retweeted_status"):
        post["body_complete"] = not post["body"].endswith("…")


def _author(post: CollectedPost, user: dict[str, Any]) -> None:
    found = from_text(user.get("created_at"))
    post["author_id"] = user.get("id_str")
    post["author_handle"] = user.get("screen_name")
    post["author_name"] = user.get("name")
    post["author_bio"] = user.get("description") or None
    post["author_verified"] = user.get("verified")
    post["author_followers"] = user.get("followers_count")
    post["author_created_at"] = found[0] if found else None
    if user.get("location"):
        post["place_name"], post["place_basis"] = user["location"], "author_declared"
    post["url"] = f"https://x.com/{user.get('screen_name') or 'i'}/status/{post['native_id']}"


def _entities(post: CollectedPost, entities: dict[str, Any]) -> None:
    post["hashtags"] = [tag["text"] for tag in entities.get("hashtags") or []] or None
    named = entities.get("user_mentions") or []
    post["mentions"] = [user["screen_name"] for user in named] or None
    name_accounts(post, [user.get("id_str") for user in named])
    links = [
        {"url": u.get("url"), "expanded": u.get("expanded_url")} for u in entities.get("urls") or []
    ]
    post["links"] = links or None


def _media(post: CollectedPost, found: list[dict[str, Any]]) -> None:
    media = [
        {
            "type": item.get("type"),
            "url": item.get("media_url_https"),
            "alt": item.get("ext_alt_text"),
            "duration_ms": dig(item, "video_info", "duration_millis"),
        }
        for item in found
    ]
    post["media"] = media or None
    post["segments"] = alt_segments(media) or None
