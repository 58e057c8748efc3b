"""Bluesky: post views, thread views, feeds, single records and listRecords."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import alt_segments, counts, dig, name_accounts, relation, tombstone
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import iso
from bedside.model.posts import CollectedPost

__all__ = ["POST", "map_record", "map_view", "read", "recognise", "record_fields", "split"]

POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
COUNTS = {
    "replyCount": "replies", "repostCount": "reposts", "likeCount": "likes", "quoteCount": "quotes",
    "bookmarkCount": "bookmarks",
}  # fmt: skip
LISTS = (
    "feed",
    "posts",
    "records",
    "likes",
    "repostedBy",
    "follows",
    "followers",
    "actors",
    "notifications",
)
OTHERS = {"actor": "like", "did": "user", "handle": "user", "commit": "answer to a write"}


def recognise(sample: Sample) -> bool:
    """Anything with an at:// address or a did where Bluesky's answers have it."""
    for value in sample.values[:3]:
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict) and _known(first):
            return True
    return False


def _known(value: dict[str, Any]) -> bool:
    if str(value.get("uri", "")).startswith("at://") or str(value.get("did", "")).startswith(
        "did:"
    ):
        return "time_us" not in value and "ops" not in value and "$type" not in value
    if str(value.get("$type", "")).startswith("app.bsky."):
        return True
    if value.keys() == {"error", "message"}:
        return True
    if value and all(isinstance(v, str) and v.startswith("did:") for v in value.values()):
        return True
    thread = value.get("thread")
    if isinstance(thread, dict) and ("post" in thread or "uri" in thread):
        return True
    return any(_lists(value, key) for key in LISTS)


def _lists(value: dict[str, Any], key: str) -> bool:
    """Whether a list of the answer holds things with an at:// address or a did."""
    items = value.get(key)
    if not isinstance(items, list) or not items or not isinstance(items[0], dict):
        return False
    first = items[0].get("post") or items[0].get("actor") or items[0]
    return isinstance(first, dict) and (
        str(first.get("uri", "")).startswith("at://")
        or str(first.get("did", "")).startswith("did:")
    )


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read answers and records."""
    return read_json(document, reading, split, _map)


def split(value: Any, around: Around) -> Iterator[Piece]:
    """Cut an answer into posts; a thread is walked up and down."""
    if not isinstance(value, dict):
        yield from each(value, around)
        return
    if isinstance(value.get("thread"), dict):
        yield from _thread(value["thread"], around, "/thread")
        return
    key = next((key for key in LISTS if isinstance(value.get(key), list)), None)
    if key is None:
        yield "", value, around
        return
    for number, item in enumerate(value[key]):
        inner = isinstance(item, dict) and isinstance(item.get("post"), dict)
        yield f"/{key}/{number}{'/post' if inner else ''}", item["post"] if inner else item, around


def _thread(node: Any, around: Around, pointer: str) -> Iterator[Piece]:
    """A post of a thread, then what it replies to and its replies."""
    if not isinstance(node, dict):
        return
    yield (
        (f"{pointer}/post", node["post"], around)
        if isinstance(node.get("post"), dict)
        else (pointer, node, around)
    )
    if isinstance(node.get("parent"), dict):
        yield from _thread(node["parent"], around, f"{pointer}/parent")
    for number, reply in enumerate(node.get("replies") or []):
        yield from _thread(reply, around, f"{pointer}/replies/{number}")


def _map(record: Any, around: Around) -> CollectedPost | NoPost:
    """A post view, a record, a missing post, or the name of what else it is."""
    if not isinstance(record, dict):
        return NoPost("a value that is no answer")
    if record.get("notFound"):
        return tombstone(_bare(record["uri"]), "unknown")
    if record.get("blocked"):
        return NoPost("post hidden by a block")
    if isinstance(record.get("record"), dict) and "uri" in record:
        return map_view(record)
    if isinstance(record.get("value"), dict) and "uri" in record:
        return map_record(record["uri"], record["value"])
    if "error" in record:
        return NoPost("error answer")
    if record.get("$type") == POST:
        raise RecordProblem(
            "a record without its at:// address; export it with uri, such as listRecords gives"
        )
    return NoPost(
        next((what for key, what in OTHERS.items() if key in record), "answer without posts")
    )


def map_view(view: dict[str, Any]) -> CollectedPost | NoPost:
    """Map a post view: the record with its author and counts."""
    record = view["record"]
    post = map_record(view["uri"], record)
    if isinstance(post, NoPost):
        return post
    author = view.get("author") or {}
    labels = [label.get("val") for label in view.get("labels") or [] if isinstance(label, dict)]
    post.update(
        author_id=author.get("did") or post["author_id"],
        author_handle=author.get("handle"),
        author_name=author.get("displayName") or None,
        author_bio=author.get("description") or None,
        author_created_at=iso(author.get("createdAt")),
        engagement=counts(view, COUNTS, iso(view.get("observedAt"))) or None,
        published_at=post["published_at"]
        if post["published_at"] is not None
        else iso(view.get("indexedAt")),
        content_labels=list(
            dict.fromkeys([*(post.get("content_labels") or []), *filter(None, labels)])
        )
        or None,
    )
    handle = author.get("handle")
    if handle and handle != "handle.invalid":
        post["url"] = f"https://bsky.app/profile/{handle}/post/{view['uri'].rsplit('/', 1)[-1]}"
    return post


def _bare(uri: str) -> CollectedPost:
    """What an address alone says."""
    parts = uri.removeprefix("at://").split("/")
    if not uri.startswith("at://") or len(parts) != 3:
        raise RecordProblem("an address that is not at://did/collection/key")
    return {
        "post_id": f"bluesky:{uri}",
        "platform": "bluesky",
        "native_id": uri,
        "kind": "post",
        "author_id": parts[0] if parts[0].startswith("did:") else None,
    }


def map_record(uri: str, record: dict[str, Any]) -> CollectedPost | NoPost:
    """Map a record of a repository; records of other collections are no posts.

    Raises
    ------
    RecordProblem
        If the address cannot be read.
    """
    post = _bare(uri)
    collection = uri.split("/")[3]
    if collection == REPOST and isinstance(record.get("subject"), dict):
        post["relations"] = [relation("repost", f"bluesky:{record['subject']['uri']}")]
        return {
            **post,
            "body": "",
            "published_at": iso(record.get("createdAt")),
            "published_precision": "s",
        }
    if collection != POST or not isinstance(record.get("text"), str):
        return NoPost(
            f"record of {collection}" if collection.replace(".", "").isalnum() else "another record"
        )
    return {**post, **record_fields(uri, record)}


def record_fields(uri: str, record: dict[str, Any]) -> CollectedPost:
    """Fields that a post record itself states."""
    get = record.get
    reply = get("reply") or {}
    root, parent = dig(reply, "root", "uri"), dig(reply, "parent", "uri")
    langs = get("langs") or []
    labels = [label.get("val") for label in dig(record, "labels", "values") or []]
    post: CollectedPost = {
        "body": get("text") or "",
        "thread_id": f"bluesky:{root or uri}",
        "in_reply_to": f"bluesky:{parent}" if parent else None,
        "in_reply_to_author": parent.removeprefix("at://").split("/")[0] if parent else None,
        "lang_declared": langs[0] if langs else None,
        "published_at": iso(get("createdAt")),
        "published_precision": "s",
        "content_labels": [label for label in labels if label] or None,
        "visibility": "public",
    }
    _embedded(post, get("embed") or {})
    _facets(post, get("facets") or [], post["body"].encode())
    tags = [*(post.get("hashtags") or []), *(get("tags") or [])]
    post["hashtags"] = list(dict.fromkeys(tags)) or None
    return post


def _embedded(post: CollectedPost, embed: dict[str, Any]) -> None:
    """Quoted post, pictures with descriptions, linked page."""
    record, media = embed.get("record") or {}, embed.get("media") or embed
    quoted = record.get("uri") or dig(record, "record", "uri")
    if quoted and f"/{POST}/" in quoted:
        post["relations"] = [relation("quote", f"bluesky:{quoted}")]
    found = [
        {"type": "image", "alt": image.get("alt") or None} for image in media.get("images") or []
    ]
    if "video" in media:
        found.append({"type": "video", "alt": media.get("alt") or None})
    if found:
        post["media"], post["segments"] = found, alt_segments(found) or None
    external = dig(media, "external", "uri")
    if external:
        post["links"] = [{"url": external, "expanded": external}]


def _facets(post: CollectedPost, facets: list[Any], data: bytes) -> None:
    """Tags, mentions and links; places are counted in bytes of UTF-8."""
    tags, mentions, links = [], [], list(post.get("links") or [])
    named: list[str] = []
    for facet in facets:
        index = facet.get("index") or {}
        shown = data[index.get("byteStart", 0) : index.get("byteEnd", 0)].decode("utf-8", "ignore")
        for feature in facet.get("features") or []:
            if feature.get("tag"):
                tags.append(feature["tag"])
            elif feature.get("did"):
                mentions.append(shown.lstrip("@") or feature["did"])
                named.append(feature["did"])
            elif feature.get("uri"):
                links.append({"url": shown, "expanded": feature["uri"]})
    post["hashtags"], post["mentions"], post["links"] = (
        tags or None,
        mentions or None,
        links or None,
    )
    name_accounts(post, named)
