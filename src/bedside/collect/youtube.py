"""YouTube Data API: comment threads, comments, videos and search results."""

import re
from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import counts, dig
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.markup import html_text
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import iso
from bedside.model.posts import CollectedPost

__all__ = ["map_comment", "map_video", "read", "recognise", "split"]

VIDEO_COUNTS = {
    "viewCount": "views", "likeCount": "likes", "dislikeCount": "dislikes", "favoriteCount": "favourites",
    "commentCount": "comments",
}  # fmt: skip
DURATION = re.compile(r"^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")


def recognise(sample: Sample) -> bool:
    """Answers whose kind starts with `youtube#`, or Google's error answer."""
    for value in sample.values[:3]:
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict):
            if str(first.get("kind", "")).startswith("youtube#"):
                return True
            if isinstance(first.get("error"), dict) and {"code", "errors"} <= first["error"].keys():
                return True
    return False


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read answers; replies inside a thread are records of their own."""
    return read_json(document, reading, split, _map)


def split(value: Any, around: Around) -> Iterator[Piece]:
    """Cut an answer into items, and a thread into its comment and its replies."""
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        for number, item in enumerate(value["items"]):
            yield from _thread(item, around, f"/items/{number}")
        return
    for pointer, item, near in each(value, around):
        yield from _thread(item, near, pointer)


def _thread(item: Any, around: Around, pointer: str) -> Iterator[Piece]:
    if not isinstance(item, dict) or item.get("kind") != "youtube#commentThread":
        yield pointer, item, around
        return
    near = {**around, "thread": item.get("snippet") or {}}
    top = dig(item, "snippet", "topLevelComment")
    yield (
        f"{pointer}/snippet/topLevelComment" if pointer else "/snippet/topLevelComment",
        top or item,
        near,
    )
    for number, reply in enumerate(dig(item, "replies", "comments") or []):
        yield (
            f"{pointer}/replies/comments/{number}",
            reply,
            {**near, "thread": {**near["thread"], "reply": True}},
        )


def _map(record: Any, around: Around) -> CollectedPost | NoPost:
    """A comment or video, or the name of what else it is."""
    if not isinstance(record, dict):
        return NoPost("a value that is no answer")
    kind = str(record.get("kind", "")).removeprefix("youtube#")
    if kind == "comment" and "snippet" in record:
        return map_comment(record, around)
    if kind == "video" and "snippet" in record:
        return map_video(record, around)
    if kind == "searchResult" and dig(record, "id", "videoId") and "snippet" in record:
        return {
            **map_video({**record, "id": record["id"]["videoId"]}, around),
            "body_complete": False,
        }
    if "error" in record:
        return NoPost("error answer")
    return NoPost(kind if re.fullmatch(r"[A-Za-z0-9]{3,40}", kind) else "answer without posts")


def map_comment(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a comment; the video is the root of its thread, and only a reply has a parent.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    native, snippet, thread = record.get("id"), record["snippet"], around.get("thread") or {}
    if not isinstance(native, str):
        raise RecordProblem("no id")
    video = snippet.get("videoId") or thread.get("videoId")
    root = f"youtube:{video}" if video else None
    parent = snippet.get("parentId") or (
        native.split(".")[0] if thread.get("reply") and "." in native else None
    )
    published, updated = iso(snippet.get("publishedAt")), iso(snippet.get("updatedAt"))
    edited = published is not None and updated is not None and updated != published
    html = snippet.get("textDisplay")
    author = dig(snippet, "authorChannelId", "value")
    likes = counts(snippet, {"likeCount": "likes"})
    top = thread if thread.get("topLevelComment") and not thread.get("reply") else {}
    channel = snippet.get("channelId") or thread.get("channelId")
    return {
        "post_id": f"youtube:{native}",
        "platform": "youtube",
        "native_id": native,
        "url": f"https://www.youtube.com/watch?v={video}&lc={native}" if video else None,
        "kind": "comment",
        "body": snippet.get("textOriginal") or html_text(html),
        "body_html": html if html and "<" in html else None,
        "thread_id": root or (f"youtube:{parent}" if parent else f"youtube:{native}"),
        "in_reply_to": f"youtube:{parent}" if parent else None,
        "community_id": channel,
        "about": [{"kind": "video", "scheme": "youtube", "id": video}] if video else None,
        "author_id": author,
        "author_handle": snippet.get("authorDisplayName"),
        "author_is_op": author == channel if author and channel else None,
        "published_at": published,
        "published_precision": "s",
        "edited": edited if published is not None and updated is not None else None,
        "edited_at": updated if edited else None,
        "engagement": likes + counts(top, {"totalReplyCount": "replies"}) or None,
        "visibility": "public",
    }


def map_video(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a video: its title and description.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    native, snippet = record.get("id"), record["snippet"]
    if not isinstance(native, str):
        raise RecordProblem("no id")
    visibility = dig(record, "status", "privacyStatus")
    return {
        "post_id": f"youtube:{native}",
        "platform": "youtube",
        "native_id": native,
        "url": f"https://www.youtube.com/watch?v={native}",
        "kind": "video",
        "title": snippet.get("title"),
        "body": snippet.get("description") or "",
        "thread_id": f"youtube:{native}",
        "community_id": snippet.get("channelId"),
        "community_name": snippet.get("channelTitle"),
        "author_id": snippet.get("channelId"),
        "author_name": snippet.get("channelTitle"),
        "lang_declared": snippet.get("defaultAudioLanguage") or snippet.get("defaultLanguage"),
        "published_at": iso(snippet.get("publishedAt")),
        "published_precision": "s",
        "hashtags": [str(tag) for tag in snippet.get("tags") or []] or None,
        "engagement": counts(record.get("statistics") or {}, VIDEO_COUNTS) or None,
        "media": [
            {"type": "video", "duration_ms": _duration(dig(record, "contentDetails", "duration"))}
        ],
        "visibility": visibility if visibility in ("public", "unlisted", "private") else None,
    }


def _duration(value: Any) -> int | None:
    """`PT1H2M3S` in milliseconds."""
    match = DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
