"""X, interface version 2: pages with data, includes and errors; twarc's flattened lines; compliance lines."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import alt_segments, counts, dig, name_accounts, relation, tombstone
from bedside.collect.jsonfiles import Around, Piece, read_json
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import iso
from bedside.model.posts import CollectedPost

__all__ = ["map_tweet", "read", "recognise", "split"]

COUNTS = {
    "retweet_count": "reposts", "reply_count": "replies", "like_count": "likes", "quote_count": "quotes",
    "bookmark_count": "bookmarks", "impression_count": "views",
}  # fmt: skip
RELATIONS = {"retweeted": "repost", "quoted": "quote"}
COMPLIANCE = {
    "deleted": "deleted_by_author", "suspended": "account_gone", "deactivated": "account_gone",
    "protected": "account_gone", "bounced": "removed_by_platform", "withheld": "withheld",
}  # fmt: skip
PAGE_KEYS = ("includes", "__twarc", "matching_rules")


def recognise(sample: Sample) -> bool:
    """A page, a flattened tweet, or a compliance line."""
    return any(
        _is_page(value) or _is_tweet(value) or _is_compliance(value) for value in sample.values[:5]
    )


def _is_tweet(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("id"), str) or "text" not in value:
        return False
    return bool(
        {"edit_history_tweet_ids", "public_metrics", "conversation_id", "referenced_tweets"}
        & value.keys()
    )


def _is_page(value: Any) -> bool:
    if not isinstance(value, dict) or not ({"data", "errors", "meta"} & value.keys()):
        return False
    data, meta = value.get("data"), value.get("meta")
    if isinstance(meta, dict) and {"result_count", "total_tweet_count"} & meta.keys():
        return True
    items = data if isinstance(data, list) else [data]
    named = any(_is_tweet(item) for item in items) or _plain_texts(items)
    return (
        named or ("data" in value and any(key in value for key in PAGE_KEYS)) or _is_problem(value)
    )


def _plain_texts(items: list[Any]) -> bool:
    """Tweets asked for without any field: id and text alone."""
    return bool(items) and all(
        isinstance(i, dict)
        and {"id", "text"} <= i.keys() <= {"id", "text", "edit_history_tweet_ids"}
        for i in items
    )


def _is_problem(value: dict[str, Any]) -> bool:
    errors = value.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return isinstance(first, dict) and (
        "resource_type" in first or "twitter.com" in str(first.get("type", ""))
    )


def _is_compliance(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and {"id", "action"} <= value.keys()
        and bool({"reason", "redacted_at"} & value.keys())
    )


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read pages or flattened lines."""
    return read_json(document, reading, split, _map)


def split(value: Any, around: Around) -> Iterator[Piece]:
    """Cut a page into its tweets and errors; what it includes goes along with each."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield f"/{number}", item, around
        return
    if not isinstance(value, dict) or not ({"data", "errors"} & value.keys()) or _is_tweet(value):
        yield "", value, around
        return
    near = _included(value.get("includes") or {})
    data = value.get("data")
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield f"/data/{number}", item, near
    elif data is not None:
        yield "/data", data, near
    for number, item in enumerate(value.get("errors") or []):
        yield f"/errors/{number}", {"error": item}, near


def _included(includes: dict[str, Any]) -> Around:
    """Users, tweets, media and places of a page, by their ids."""
    keys = (("users", "id"), ("tweets", "id"), ("media", "media_key"), ("places", "id"))
    return {name: {item.get(key): item for item in includes.get(name) or []} for name, key in keys}


def _map(record: Any, around: Around) -> CollectedPost | NoPost:
    """A tweet, a compliance line, or the name of what else it is."""
    if not isinstance(record, dict):
        return NoPost("a value that is no tweet")
    if "error" in record:
        return NoPost(_problem(record["error"]))
    if _is_compliance(record):
        return _map_compliance(record)
    if "text" in record:
        return map_tweet(record, around)
    for key, what in (
        ("username", "user"),
        ("tweet_count", "count"),
        ("state", "space"),
        ("name", "list or place"),
    ):
        if key in record:
            return NoPost(what)
    return NoPost("answer without tweets")


def _problem(error: Any) -> str:
    kind = dig(error, "resource_type")
    return (
        f"error about a {kind}" if kind in ("tweet", "user", "media", "place", "poll") else "error"
    )


def _map_compliance(record: dict[str, Any]) -> CollectedPost | NoPost:
    """A tweet that X asks to remove is a tombstone."""
    reason = record.get("reason")
    if record.get("action") != "delete" or reason == "scrub_geo":
        return NoPost("compliance event")
    post = {
        "post_id": f"x:{record['id']}",
        "platform": "x",
        "native_id": str(record["id"]),
        "kind": "post",
        "published_at": iso(record.get("created_at")),
        "state_observed_at": iso(record.get("redacted_at")),
    }
    return tombstone(post, COMPLIANCE.get(str(reason), "unknown"))


def map_tweet(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a tweet of version 2, flattened or beside its includes.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    get = record.get
    native = get("id")
    if not native:
        raise RecordProblem("no id")
    native = str(native)
    note = dig(record, "note_tweet", "text")
    history = get("edit_history_tweet_ids") or []
    post: CollectedPost = {
        "post_id": f"x:{native}",
        "platform": "x",
        "native_id": native,
        "kind": "post",
        "body": note or get("text") or "",
        "thread_id": f"x:{get('conversation_id') or native}",
        "lang_declared": get("lang") if get("lang") not in ("und", "qme", "zxx", "qst") else None,
        "published_at": iso(get("created_at")),
        "published_precision": "s",
        "edited": len(history) > 1 if history else None,
        "engagement": counts(get("public_metrics") or {}, COUNTS) or None,
        "visibility": "public",
    }
    _references(post, record)
    _author(post, record, around)
    _entities(post, dig(record, "note_tweet", "entities") or get("entities") or {})
    _media(post, record, around)
    _place(post, record, around)
    if get("possibly_sensitive"):
        post["content_labels"] = ["sensitive"]
    if get("withheld"):
        post["state"] = "withheld"
    return post


def _references(post: CollectedPost, record: dict[str, Any]) -> None:
    """Parent, quotes and reposts."""
    relations = []
    for item in record.get("referenced_tweets") or []:
        target = f"x:{item['id']}"
        if item.get("type") == "replied_to":
            post["in_reply_to"] = target
            post["in_reply_to_author"] = record.get("in_reply_to_user_id")
        elif item.get("type") in RELATIONS:
            author = item.get("author_id")
            relations.append(relation(RELATIONS[item["type"]], target, author=author))
    post["relations"] = relations or None


def _author(post: CollectedPost, record: dict[str, Any], around: Around) -> None:
    """The author as the page or the flattened line shows him or her."""
    user = record.get("author") or around.get("users", {}).get(record.get("author_id")) or {}
    author = record.get("author_id") or user.get("id")
    post["author_id"] = str(author) if author else None
    post["author_handle"] = user.get("username")
    post["author_name"] = user.get("name")
    post["author_bio"] = user.get("description") or None
    post["author_verified"] = user.get("verified")
    post["author_verified_type"] = user.get("verified_type")
    post["author_created_at"] = iso(user.get("created_at"))
    post["author_followers"] = dig(user, "public_metrics", "followers_count")
    if user.get("location"):
        post["place_name"], post["place_basis"] = user["location"], "author_declared"
    handle = user.get("username") or "i"
    post["url"] = f"https://x.com/{handle}/status/{post['native_id']}"


def _entities(post: CollectedPost, entities: dict[str, Any]) -> None:
    """Hashtags, mentions and links (short and expanded)."""
    post["hashtags"] = [tag["tag"] for tag in entities.get("hashtags") or []] or None
    named = entities.get("mentions") or []
    post["mentions"] = [user["username"] for user in named] or None
    name_accounts(post, [user.get("id") for user in named])
    links = [
        {"url": url.get("url"), "expanded": url.get("unwound_url") or url.get("expanded_url")}
        for url in entities.get("urls") or []
    ]
    post["links"] = links or None


def _media(post: CollectedPost, record: dict[str, Any], around: Around) -> None:
    """Pictures and videos with their descriptions."""
    attached = record.get("attachments") or {}
    found = attached.get("media") or [
        around.get("media", {}).get(key) for key in attached.get("media_keys") or []
    ]
    media = [
        {
            "type": item.get("type"),
            "url": item.get("url") or item.get("preview_image_url"),
            "alt": item.get("alt_text"),
            "width": item.get("width"),
            "height": item.get("height"),
            "duration_ms": item.get("duration_ms"),
        }
        for item in found
        if isinstance(item, dict)
    ]
    post["media"] = media or None
    post["segments"] = alt_segments(media) or None


def _place(post: CollectedPost, record: dict[str, Any], around: Around) -> None:
    """The tagged place; exact coordinates are not taken."""
    geo = record.get("geo") or {}
    place = geo if "full_name" in geo else around.get("places", {}).get(geo.get("place_id"))
    if place:
        post["place_name"] = place.get("full_name")
        post["place_country"] = place.get("country_code")
        post["place_basis"] = "post"
