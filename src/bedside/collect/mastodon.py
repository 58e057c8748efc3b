"""Mastodon and servers that speak its interface: statuses, contexts, searches, notifications."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import (
    alt_segments,
    counts,
    dig,
    host,
    name_accounts,
    post_id,
    relation,
    tombstone,
)
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.markup import html_text
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import iso
from bedside.model.posts import CollectedPost

__all__ = ["map_status", "read", "recognise", "split"]

COUNTS = {
    "replies_count": "replies", "reblogs_count": "reposts", "favourites_count": "likes", "quotes_count": "quotes",
}  # fmt: skip
VISIBILITY = {"public": "public", "unlisted": "unlisted", "private": "members", "direct": "private"}
LISTS = ("ancestors", "descendants", "statuses", "accounts", "hashtags", "notification_groups")
OTHERS = (  # fields that only this kind of answer has
    ("scheduled_at", "scheduled status"), ("account", "version of an edited status"), ("acct", "user"),
    ("followed_by", "relationship"), ("preview_url", "attachment"), ("votes_count", "poll"),
    ("spoiler_text", "source of a status"), ("replies_policy", "list"), ("history", "hashtag"),
    ("group_key", "notification"), ("stats", "server"), ("detected_source_language", "translation"),
    ("last_status", "conversation"), ("keywords", "filter"), ("error", "error answer"), ("phrase", "filter"),
)  # fmt: skip
KNOWN = (
    {"content", "account", "created_at"}, {"acct", "username"}, {"ancestors", "descendants"},
    {"accounts", "statuses"}, {"notification_groups"}, {"scheduled_at", "params"}, {"preview_url", "meta"},
    {"followed_by", "muting"}, {"name", "url", "history"}, {"id", "expires_at", "votes_count"},
    {"replies_policy", "title"}, {"uri", "version", "stats"}, {"detected_source_language", "content"},
    {"type", "account", "created_at"}, {"domain", "version", "usage"}, {"account", "text", "visibility"},
    {"uri", "text", "visibility", "spoiler_text"}, {"error", "details"},
)  # fmt: skip


def recognise(sample: Sample) -> bool:
    """Statuses, and the other answers of the interface."""
    for value in sample.values[:3]:
        first = value[0] if isinstance(value, list) and value else value
        if not isinstance(first, dict):
            continue
        keys = first.keys()
        exact = keys == {"id", "text", "spoiler_text"} or (
            keys <= {"error", "error_description"} and "error" in keys
        )
        if any(known <= keys for known in KNOWN) or (
            exact and isinstance(first.get("error", ""), str)
        ):
            return True
    return False


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read statuses and other answers."""
    return read_json(document, reading, split, _map)


def split(value: Any, around: Around) -> Iterator[Piece]:
    """Cut an answer into statuses and whatever else it lists."""
    lists = [key for key in LISTS if isinstance(value, dict) and isinstance(value.get(key), list)]
    if lists and "content" not in value:
        near = {**around, "home": _home([item for key in lists for item in value[key]])}
        for key in lists:
            for pointer, item, _ in each(value[key], near):
                yield f"/{key}{pointer}", item, near
        return
    items = value if isinstance(value, list) else [value]
    yield from each(value, {**around, "home": _home(items)})


def _home(items: list[Any]) -> str | None:
    """Host of the server that was asked: that of the first account without a host in its name."""
    for item in items:
        account = item.get("account") if isinstance(item, dict) else None
        if isinstance(account, dict) and account.get("acct") and "@" not in account["acct"]:
            return host(account.get("url"))
    return None


def _map(record: Any, around: Around) -> CollectedPost | NoPost:
    """A status (also one that a notification shows), or the name of what else it is."""
    if not isinstance(record, dict):
        return NoPost("a value that is no answer")
    if "content" in record and "id" in record and "account" in record:
        return map_status(record, around)
    if "text" in record and "visibility" in record and "id" in record:
        # the answer to a deletion: the source text stands where `content` stood
        return tombstone(map_status(record, around), "deleted_by_author")
    if isinstance(record.get("status"), dict) and "type" in record:
        return map_status(record["status"], around)
    if isinstance(record.get("last_status"), dict):
        return map_status(record["last_status"], around)
    return NoPost(next((what for key, what in OTHERS if key in record), "answer without statuses"))


def map_status(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a status. Its id holds the host of the server asked: `around["service"]`, else what the page tells.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    get = record.get
    native = get("id")
    if not native:
        raise RecordProblem("no id")
    account = get("account") or {}
    service = around.get("service") or around.get("home") or host(get("url")) or host(get("uri"))
    parent = get("in_reply_to_id")
    content = get("content") or ""
    post: CollectedPost = {
        "post_id": post_id("mastodon", native, service),
        "platform": "mastodon",
        "service": service,
        "native_id": str(native),
        "url": get("url") or get("uri"),
        "kind": "post",
        "body": html_text(content),
        "body_html": content or None,
        "summary": get("spoiler_text") or None,
        "thread_id": None if parent else post_id("mastodon", native, service),
        "in_reply_to": post_id("mastodon", parent, service) if parent else None,
        "lang_declared": get("language"),
        "published_at": iso(get("created_at")),
        "published_precision": "s",
        "edited_at": iso(get("edited_at")),
        "edited": bool(get("edited_at")) if "edited_at" in record else None,
        "hashtags": [tag["name"] for tag in get("tags") or []] or None,
        "mentions": [user["acct"] for user in get("mentions") or []] or None,
        "content_labels": ["sensitive"] if get("sensitive") else None,
        "engagement": counts(record, COUNTS) or None,
        "visibility": VISIBILITY.get(str(get("visibility"))),
    }
    _author(post, account)
    _related(post, record, service)
    _media(post, get("media_attachments") or [])
    return post


def _author(post: CollectedPost, account: dict[str, Any]) -> None:
    """The author, named with the host also when local."""
    name = _named(account, post["service"])
    post["author_id"] = post["author_handle"] = name
    post["author_name"] = account.get("display_name") or None
    post["author_bio"] = html_text(account.get("note")) or None
    post["author_is_bot"] = account.get("bot")
    post["author_followers"] = account.get("followers_count")
    post["author_created_at"] = iso(account.get("created_at"))
    fields = account.get("fields") or []
    post["author_verified"] = (
        any(field.get("verified_at") for field in fields) if "fields" in account else None
    )


def _named(account: dict[str, Any], service: str | None) -> str | None:
    """Name of an account with its host, also when local."""
    name: str | None = account.get("acct")
    return name if not name or "@" in name else f"{name}@{host(account.get('url')) or service}"


def _related(post: CollectedPost, record: dict[str, Any], service: str | None) -> None:
    """Boost and quote; a quote that its author revoked is not kept."""
    relations = []
    for inner, rel in (
        (record.get("reblog"), "repost"),
        (dig(record, "quote", "quoted_status"), "quote"),
    ):
        if isinstance(inner, dict) and inner.get("id"):
            author = _named(inner.get("account") or {}, service)
            relations.append(
                relation(
                    rel,
                    post_id("mastodon", inner["id"], service),
                    author=author,
                    url=inner.get("url"),
                )
            )
    if dig(record, "quote", "state") == "revoked":
        relations = [item for item in relations if item["rel"] != "quote"]
        post["state"] = "quote_revoked"
    post["relations"] = relations or None
    name_accounts(post, [_named(user, service) for user in record.get("mentions") or []])


def _media(post: CollectedPost, found: list[dict[str, Any]]) -> None:
    media = [
        {
            "type": item.get("type"),
            "url": item.get("remote_url") or item.get("url"),
            "alt": item.get("description") or None,
            "width": dig(item, "meta", "original", "width"),
            "height": dig(item, "meta", "original", "height"),
        }
        for item in found
    ]
    post["media"] = media or None
    post["segments"] = alt_segments(media) or None
