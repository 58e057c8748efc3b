"""TikTok: Research interface (with voice_to_text), web items, and Zeeschuimer's captures of them."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import counts, dig, number, parsed_relations
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import from_unix
from bedside.model.posts import CollectedPost

__all__ = [
    "map_comment", "map_item", "map_video", "read_research", "read_web", "read_zeeschuimer", "recognise_research",
    "recognise_web", "recognise_zeeschuimer",
]  # fmt: skip

RESEARCH_COUNTS = {
    "like_count": "likes", "comment_count": "comments", "share_count": "shares", "view_count": "views",
    "favorites_count": "favourites", "reply_count": "replies",
}  # fmt: skip
WEB_COUNTS = {
    "diggCount": "likes", "commentCount": "comments", "shareCount": "shares", "playCount": "views",
    "collectCount": "favourites", "repostCount": "reposts",
}  # fmt: skip


def _rows(sample: Sample) -> list[dict[str, Any]]:
    """Objects at the beginning, lists opened."""
    found = [
        row for value in sample.values for row in (value if isinstance(value, list) else [value])
    ]
    return [row for row in found[:10] if isinstance(row, dict)]


def recognise_research(sample: Sample) -> bool:
    """Answers of the Research interface, or its videos and comments as lines."""
    for row in _rows(sample):
        if _is_answer(row.get("data")):
            return True
        if {"video_description", "voice_to_text"} & row.keys() or {
            "text",
            "video_id",
            "create_time",
        } <= row.keys():
            return True
    return False


def _is_answer(data: Any) -> bool:
    """Whether this is the inside of an answer; a long one is looked at before its cursor comes."""
    if not isinstance(data, dict) or not {"videos", "comments"} & data.keys():
        return False
    items = [item for name in ("videos", "comments") for item in data.get(name) or []]
    first = items[0] if items and isinstance(items[0], dict) else {}
    if {"cursor", "has_more"} & data.keys():
        return True
    return "create_time" in first and bool({"video_description", "video_id"} & first.keys())


def recognise_web(sample: Sample) -> bool:
    """Items as TikTok's web pages carry them."""
    return any(_item(row) is not None or "itemList" in row for row in _rows(sample))


def _item(row: dict[str, Any]) -> dict[str, Any] | None:
    inner = dig(row, "itemInfo", "itemStruct") or row.get("itemStruct") or row
    return (
        inner if isinstance(inner, dict) and {"id", "desc", "createTime"} <= inner.keys() else None
    )


def recognise_zeeschuimer(sample: Sample) -> bool:
    """Lines of the browser extension Zeeschuimer: an item wrapped in how it was captured."""
    return any({"source_platform", "item_id", "data"} <= row.keys() for row in _rows(sample))


def read_research(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read answers or lines of the Research interface."""
    return read_json(document, reading, _split_research, _map_research)


def read_web(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read web items."""
    return read_json(document, reading, _split_web, _map_web)


def read_zeeschuimer(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read Zeeschuimer lines; items of other platforms have no mapping."""
    return read_json(document, reading, each, _map_captured)


def _split_research(value: Any, around: Around) -> Iterator[Piece]:
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, dict):
        yield from each(value, around)
        return
    lists = [
        key
        for key in ("videos", "comments", "followers", "user_followers")
        if isinstance(data.get(key), list)
    ]
    for key in lists:
        for pointer, item, near in each(data[key], around):
            yield f"/data/{key}{pointer}", item, near
    if not lists:
        yield "/data", data, around


def _split_web(value: Any, around: Around) -> Iterator[Piece]:
    if isinstance(value, dict) and isinstance(value.get("itemList"), list):
        for pointer, item, near in each(value["itemList"], around):
            yield f"/itemList{pointer}", item, near
    else:
        yield from each(value, around)


def _map_research(record: Any, around: Around) -> CollectedPost | NoPost:
    if not isinstance(record, dict):
        return NoPost("a value that is no video")
    if "video_id" in record and "text" in record:
        return map_comment(record, around)
    if "video_description" in record or "create_time" in record:
        return map_video(record, around)
    return NoPost("user" if "display_name" in record else "answer without videos")


def map_video(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a video: description as body, what is said as a segment, stitches and duets as users write them.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    get = record.get
    native, user, body = _id(record), get("username"), get("video_description") or ""
    region = get("region_code")
    seconds = number(get("video_duration"))
    post: CollectedPost = {
        "post_id": f"tiktok:{native}",
        "platform": "tiktok",
        "native_id": native,
        "kind": "video",
        "body": body,
        "segments": _segments(record) or None,
        "thread_id": f"tiktok:{native}",
        "relations": parsed_relations(body) or None,
        "published_at": from_unix(get("create_time")),
        "published_precision": "s",
        "hashtags": [str(name) for name in get("hashtag_names") or []] or None,
        "mentions": [str(name).lstrip("@") for name in get("video_mention_list") or []] or None,
        "author_verified_type": "stem" if get("is_stem_verified") else None,
        "engagement": counts(record, RESEARCH_COUNTS) or None,
        "media": [
            {"type": "video", "duration_ms": seconds * 1000 if seconds is not None else None}
        ],
    }
    if user:
        post["author_id"] = post["author_handle"] = user
        post["url"] = f"https://www.tiktok.com/@{user}/video/{native}"
    if isinstance(region, str) and len(region) == 2:
        post["place_country"], post["place_basis"] = region.upper(), "account_registration"
    return post


def _segments(record: dict[str, Any]) -> list[dict[str, Any]]:
    """What is said, and text stickers."""
    spoken = record.get("voice_to_text")
    found = [{"origin": "voice_to_text", "text": spoken, "tool": "tiktok"}] if spoken else []
    for sticker in record.get("sticker_info_list") or []:
        words = sticker.get("sticker_name") if isinstance(sticker, dict) else sticker
        if isinstance(words, str) and words.strip():
            found.append({"origin": "sticker", "text": words, "tool": "tiktok"})
    return found


def map_comment(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a comment; the interface gives comments no author.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    native, video, parent = _id(record), record["video_id"], record.get("parent_comment_id")
    is_reply = parent and str(parent) != str(video)
    return {
        "post_id": f"tiktok:{native}",
        "platform": "tiktok",
        "native_id": native,
        "kind": "comment",
        "body": record.get("text") or "",
        "thread_id": f"tiktok:{video}",
        "in_reply_to": f"tiktok:{parent if is_reply else video}",
        "relations": parsed_relations(record.get("text") or "") or None,
        "published_at": from_unix(record.get("create_time")),
        "published_precision": "s",
        "engagement": counts(record, RESEARCH_COUNTS) or None,
    }


def _map_web(record: Any, around: Around) -> CollectedPost | NoPost:
    item = _item(record) if isinstance(record, dict) else None
    return map_item(item, around) if item is not None else NoPost("answer without videos")


def map_item(record: dict[str, Any], around: Around) -> CollectedPost:
    """Map a web item: a video, or a carousel of pictures."""
    get = record.get
    native, author = _id(record), get("author") or {}
    author = (
        author if isinstance(author, dict) else {"uniqueId": author, "nickname": get("nickname")}
    )
    user, body = author.get("uniqueId"), get("desc") or ""
    pictures = dig(record, "imagePost", "images") or []
    seconds = number(dig(record, "video", "duration"))
    extra = get("textExtra") or []
    tags = [c.get("title") for c in get("challenges") or []] or [
        e.get("hashtagName") for e in extra
    ]
    duet = (
        (record.get("duetInfo") or {}).get("duetFromId")
        if isinstance(record.get("duetInfo"), dict)
        else None
    )
    relations = parsed_relations(body)
    if duet and str(duet) != "0":
        relations.append(
            {
                "rel": "duet",
                "target_id": f"tiktok:{duet}",
                "target_url": None,
                "target_author": None,
                "evidence": "field",
            }
        )
    post: CollectedPost = {
        "post_id": f"tiktok:{native}",
        "platform": "tiktok",
        "native_id": native,
        "kind": "image" if pictures else "video",
        "body": body,
        "thread_id": f"tiktok:{native}",
        "relations": relations or None,
        "author_name": author.get("nickname"),
        "author_bio": author.get("signature") or None,
        "author_verified": author.get("verified"),
        "author_followers": number(dig(record, "authorStats", "followerCount")),
        "published_at": from_unix(get("createTime")),
        "published_precision": "s",
        "lang_declared": get("textLanguage") if get("textLanguage") != "un" else None,
        "hashtags": [tag for tag in tags if tag] or None,
        "mentions": [e["userUniqueId"] for e in extra if e.get("userUniqueId")] or None,
        "segments": _stickers(record) or None,
        "engagement": counts(get("statsV2") or get("stats") or {}, WEB_COUNTS) or None,
        "media": [
            {"type": "image", "width": p.get("imageWidth"), "height": p.get("imageHeight")}
            for p in pictures
        ]
        or [{"type": "video", "duration_ms": seconds * 1000 if seconds is not None else None}],
    }
    if user:
        post["author_id"] = post["author_handle"] = user
        post["url"] = f"https://www.tiktok.com/@{user}/{'photo' if pictures else 'video'}/{native}"
    if get("isAd"):
        post["content_labels"] = ["advertisement"]
    return post


def _stickers(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Text that the author laid over the picture."""
    texts = [" ".join(s.get("stickerText") or []) for s in record.get("stickersOnItem") or []]
    return [{"origin": "sticker", "text": text, "tool": "tiktok"} for text in texts if text.strip()]


def _map_captured(record: Any, around: Around) -> CollectedPost | NoPost:
    if not isinstance(record, dict) or "data" not in record:
        return NoPost("a line without a captured item")
    platform = str(record.get("source_platform"))
    if "tiktok" not in platform:
        raise RecordProblem(
            "no mapping for captured items of this platform; export it with 4CAT as CSV"
        )
    return _map_web(record["data"], around)


def _id(record: dict[str, Any]) -> str:
    native = record.get("id")
    if isinstance(native, bool) or not isinstance(native, int | str) or not native:
        raise RecordProblem("no id")
    return str(native)
