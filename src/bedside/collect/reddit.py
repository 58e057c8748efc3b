"""Reddit: API answers (listings, [submission, comments] pairs, morechildren) and dumps (Pushshift, Arctic Shift)."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import alt_segments, relation, tombstone
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import from_unix
from bedside.model.posts import CollectedPost

__all__ = ["map_thing", "read_api", "read_dump", "recognise_api", "recognise_dump", "split_api"]

KINDS = {
    "t2": "user", "t4": "private message", "t5": "subreddit", "t6": "award", "more": "more stub",
    "LabeledMulti": "multireddit", "LabeledMultiDescription": "multireddit", "UserList": "users",
    "TrophyList": "trophies", "wikipage": "wiki page", "modaction": "moderator action", "KarmaList": "karma",
}  # fmt: skip
GONE = {
    "[deleted]": "deleted_by_author",
    "[deleted by user]": "deleted_by_author",
    "[removed]": "removed_by_moderator",
    "[ removed by reddit ]": "removed_by_platform",
    "[removed by reddit]": "removed_by_platform",
    "[ removed by moderator ]": "removed_by_moderator",
}
CATEGORIES = {
    "deleted": "deleted_by_author", "author": "deleted_by_author", "user": "deleted_by_author",
    "moderator": "removed_by_moderator", "automod_filtered": "removed_by_moderator",
    "community_ops": "removed_by_moderator", "removed": "removed_by_moderator",
}  # fmt: skip
NOBODY = (None, "", "[deleted]", "[removed]")
SITE = "https://www.reddit.com"


def recognise_api(sample: Sample) -> bool:
    """A listing, a pair of listings, `json.data.things`, or another `kind` + `data` answer."""
    for value in sample.values[:3]:
        first = value[0] if isinstance(value, list) and value else value
        if not isinstance(first, dict):
            continue
        kind = first.get("kind")
        known = kind in KINDS or kind in ("Listing", "t1", "t3")
        if (known and "data" in first) or (
            isinstance(first.get("json"), dict) and {"data", "errors"} & first["json"].keys()
        ):
            return True
    return False


def recognise_dump(sample: Sample) -> bool:
    """Objects with a community, a time and the text of a comment or submission."""
    rows = [
        row for value in sample.values for row in (value if isinstance(value, list) else [value])
    ]
    return any(
        isinstance(row, dict)
        and "created_utc" in row
        and ("subreddit" in row or "subreddit_id" in row)
        and ("body" in row or "selftext" in row or "title" in row)
        for row in rows[:20]
    )


def read_api(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read API answers."""
    return read_json(document, reading, split_api, _map_answer)


def read_dump(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read a dump: one object a line."""
    return read_json(document, reading, each, map_thing)


def split_api(value: Any, around: Around) -> Iterator[Piece]:
    """Cut an answer into things; replies inside a comment are things of their own."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _deeper(item, around, f"/{number}")
    else:
        yield from _deeper(value, around, "")


def _deeper(value: Any, around: Around, pointer: str) -> Iterator[Piece]:
    answer = value.get("json") if isinstance(value, dict) else None
    if isinstance(answer, dict):
        data = answer.get("data")
        things = data.get("things") if isinstance(data, dict) else None
        if not isinstance(things, list):
            yield pointer, value, around
            return
        for number, thing in enumerate(things):
            yield from _deeper(thing, around, f"{pointer}/json/data/things/{number}")
        return
    if not isinstance(value, dict) or value.get("kind") != "Listing":
        yield from _thing(value, around, pointer)
        return
    for number, child in enumerate(value["data"].get("children") or []):
        yield from _deeper(child, around, f"{pointer}/data/children/{number}")


def _thing(value: Any, around: Around, pointer: str) -> Iterator[Piece]:
    """A thing without its replies, and then the replies."""
    data = value.get("data") if isinstance(value, dict) else None
    replies = data.get("replies") if isinstance(data, dict) else None
    if not isinstance(replies, dict) or not isinstance(data, dict):
        yield pointer, value, around
        return
    alone = {key: item for key, item in data.items() if key != "replies"}
    yield pointer, {**value, "data": alone}, around
    yield from _deeper(replies, around, f"{pointer}/data/replies")


def _map_answer(record: Any, around: Around) -> CollectedPost | NoPost:
    """A thing of an API answer."""
    if not isinstance(record, dict):
        return NoPost("a value that is no thing")
    kind = record.get("kind")
    if kind in ("t1", "t3"):
        return map_thing(record["data"], around)
    if kind in KINDS:
        return NoPost(KINDS[kind])
    return NoPost("answer without things")


def map_thing(record: dict[str, Any], around: Around) -> CollectedPost | NoPost:
    """Map the data of a comment (t1) or submission (t3).

    Parameters
    ----------
    record : dict
        The object itself, of an answer's `data` or a dump's line.
    around : dict
        Not needed here.

    Returns
    -------
    CollectedPost or NoPost
        Deleted and removed posts as tombstones; so are posts that a dump still holds though its second look
        found them deleted (`_meta.was_deleted_later`).

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    get = record.get
    comment = "body" in record
    name = _name(record, comment)
    author = get("author")
    post: CollectedPost = {
        "post_id": f"reddit:{name}",
        "platform": "reddit",
        "native_id": name,
        "kind": "comment" if comment else "post",
        "body": get("body" if comment else "selftext") or "",
        "community_id": get("subreddit_id"),
        "community_name": get("subreddit"),
        "published_at": from_unix(get("created_utc")),
        "published_precision": "s",
        "engagement": _engagement(record),
        "visibility": "public",
    }
    if author not in NOBODY:
        post["author_id"] = get("author_fullname") or author
        post["author_handle"] = author
        flair, opener = get("author_flair_text"), get("is_submitter")
        if flair:
            post["author_role_declared"] = flair
        if opener is not None:
            post["author_is_op"] = opener
    permalink = get("permalink")
    if permalink:
        post["url"] = permalink if permalink.startswith("http") else SITE + permalink
    _edited(post, get("edited"))
    official = get("distinguished")
    if official:
        post["content_labels"] = [f"distinguished:{official}"]
    if comment:
        _place(post, record)
    else:
        _submission(post, record)
    gone = _gone(record, post)
    if gone:
        return tombstone(post, gone)
    if author in ("[deleted]", "[removed]"):
        post["state"] = "account_gone"
    return post


def _name(record: dict[str, Any], comment: bool) -> str:
    """Fullname with its prefix: t1_ for comments, t3_ for submissions."""
    name = record.get("name")
    if isinstance(name, str) and name[:3] in ("t1_", "t3_"):
        return name
    native = record.get("id")
    if not isinstance(native, str) or not native:
        raise RecordProblem("no id")
    return native if native.startswith(("t1_", "t3_")) else f"{'t1_' if comment else 't3_'}{native}"


def _edited(post: CollectedPost, edited: Any) -> None:
    """`edited` is false, a time, or (in old dumps) true."""
    if edited is None:
        return
    post["edited"] = bool(edited)
    if edited and edited is not True:
        post["edited_at"] = from_unix(edited)


def _place(post: CollectedPost, record: dict[str, Any]) -> None:
    """Where a comment stands; old dumps leave the parent out or write a number."""
    link, parent = record.get("link_id"), record.get("parent_id")
    if link:
        link = str(link)
        post["thread_id"] = f"reddit:{link if link.startswith('t3_') else 't3_' + link}"
    if isinstance(parent, str) and parent[:3] in ("t1_", "t3_"):
        post["in_reply_to"] = f"reddit:{parent}"
    elif link and parent is None:
        post["in_reply_to"] = post["thread_id"]


def _submission(post: CollectedPost, record: dict[str, Any]) -> None:
    """What only a submission has: title, link, labels, gallery, crosspost."""
    get = record.get
    post["title"] = get("title") or None
    post["thread_id"] = post["post_id"]
    url = get("url")
    if get("is_self") is False and isinstance(url, str):
        post["links"] = [{"url": url, "expanded": url}]
    labels = [label for key, label in (("over_18", "nsfw"), ("spoiler", "spoiler")) if get(key)]
    if labels:
        post["content_labels"] = [*post.get("content_labels", []), *labels]
    if get("crosspost_parent"):
        post["relations"] = [relation("crosspost", f"reddit:{get('crosspost_parent')}")]
    media = _gallery(record)
    if media:
        post["media"] = media
        post["segments"] = alt_segments(media) or None


def _gallery(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Pictures of a gallery with their captions."""
    found, gallery = record.get("media_metadata"), record.get("gallery_data")
    items = gallery.get("items") if isinstance(gallery, dict) else None
    media = []
    for item in items or []:
        meta = (found or {}).get(item.get("media_id")) or {}
        size = meta.get("s") or {}
        media.append(
            {
                "type": "image", "url": item.get("outbound_url") or size.get("u"), "mime": meta.get("m"),
                "alt": item.get("caption"), "width": size.get("x"), "height": size.get("y"),
            }
        )  # fmt: skip
    return media


def _engagement(record: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Score (none while hidden) and number of comments."""
    get = record.get
    found = []
    seen = from_unix(get("retrieved_on"))
    score, comments = get("score"), get("num_comments")
    if isinstance(score, int) and not get("score_hidden") and not get("hide_score"):
        found.append({"metric": "score", "value": score, "observed_at": seen, "is_exact": True})
    if isinstance(comments, int):
        found.append(
            {"metric": "comments", "value": comments, "observed_at": seen, "is_exact": True}
        )
    return found or None


def _gone(record: dict[str, Any], post: CollectedPost) -> str:
    """State of a deleted post; empty for one that stands."""
    meta = record.get("_meta")
    if isinstance(meta, dict) and meta.get("was_deleted_later"):
        return CATEGORIES.get(meta.get("removal_type") or "deleted", "removed_by_platform")
    category = record.get("removed_by_category")
    if category:
        return CATEGORIES.get(category, "removed_by_platform")
    body: str = post["body"]
    if len(body) < 40 and body[:1] == "[":
        return GONE.get(body.strip().lower(), "")
    title = post.get("title")
    return GONE.get(title.strip().lower(), "") if isinstance(title, str) and not body else ""
