"""yt-dlp's info files: one video with its description, and its comments where they were fetched."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import counts, parsed_relations, text_or_none
from bedside.collect.jsonfiles import Around, Piece, each, read_json
from bedside.collect.reading import NoPost, Outcome, Reading, RecordProblem, Sample
from bedside.collect.times import from_text, from_unix
from bedside.model.posts import CollectedPost

__all__ = [
    "SUBTITLE_ENDINGS",
    "belongs",
    "has_beside",
    "is_video",
    "map_info",
    "platform_of",
    "read",
    "recognise",
    "stem_of",
]

COUNTS = {
    "like_count": "likes", "comment_count": "comments", "view_count": "views", "repost_count": "reposts",
    "save_count": "favourites",
}  # fmt: skip
SUBTITLE_ENDINGS = (".vtt", ".srt", ".sbv")
SOUND_ENDINGS = (".mp4", ".webm", ".mkv", ".wav", ".mp3", ".m4a", ".ogg", ".opus", ".flac")
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")


def recognise(sample: Sample) -> bool:
    """An object with yt-dlp's extractor beside an id."""
    return any(
        isinstance(v, dict) and {"id", "extractor", "webpage_url"} <= v.keys()
        for v in sample.values[:3]
    )


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read info files."""
    return read_json(document, reading, _split, _map)


def _split(value: Any, around: Around) -> Iterator[Piece]:
    """The video, then its comments."""
    for pointer, info, near in each(value, around):
        comments = info.get("comments") if isinstance(info, dict) else None
        if not isinstance(comments, list):
            yield pointer, info, near
            continue
        alone = {key: item for key, item in info.items() if key != "comments"}
        yield pointer, alone, near
        for number, comment in enumerate(comments):
            yield f"{pointer}/comments/{number}", {"comment": comment}, {**near, "video": info}


def _map(record: Any, around: Around) -> CollectedPost | NoPost:
    if not isinstance(record, dict):
        return NoPost("a value that is no video")
    if "comment" in record and "video" in around:
        return _map_comment(record["comment"], around["video"])
    if record.get("_type") in ("playlist", "multi_video"):
        return NoPost("playlist")
    media = SOUND_ENDINGS if is_video(record) else SOUND_ENDINGS + PICTURE_ENDINGS
    for endings, what in ((SUBTITLE_ENDINGS, "subtitle file"), (media, "recording or picture")):
        if has_beside(around["name"], around["beside"](), endings):
            return NoPost(f"sidecar of a {what}, read with it")
    return map_info(record)


def is_video(info: dict[str, Any]) -> bool:
    """Whether an info file is of something that lasts; a picture beside it is then its thumbnail."""
    return bool(info.get("duration")) or info.get("vcodec") not in (None, "none")


def has_beside(name: str, beside: Iterable[str], endings: tuple[str, ...]) -> bool:
    """Whether a file of these endings belongs to the same video or picture as this one; it reads the info file itself."""
    stem = stem_of(name)
    return any(other.lower().endswith(endings) and belongs(other, stem) for other in beside)


def belongs(subtitles: str, stem: str) -> bool:
    """Whether `talk.en.vtt` belongs to the video file stem `talk`."""
    rest = stem_of(subtitles)
    return rest == stem or rest.rpartition(".")[0] == stem


def platform_of(info: dict[str, Any]) -> str:
    """Platform in lower case, from the name of the extractor."""
    key = str(info.get("extractor_key") or info.get("extractor") or "video").lower()
    return "".join(sign for sign in key.split(":")[0] if sign.isalnum()) or "video"


def map_info(info: dict[str, Any]) -> CollectedPost:
    """Map a video's info: description as body, upload date with the precision of a day where no time is given.

    Raises
    ------
    RecordProblem
        If there is no id.
    """
    get = info.get
    native = text_or_none(get("id"))
    if native is None:
        raise RecordProblem("no id")
    platform = platform_of(info)
    stamp, day = from_unix(get("timestamp")), _upload_day(get("upload_date"))
    body = get("description") or ""
    title = text_or_none(get("title"))
    seconds = get("duration")
    return {
        "post_id": f"{platform}:{native}",
        "platform": platform,
        "native_id": native,
        "url": get("webpage_url"),
        "kind": "video",
        "title": title if title and not body.startswith(title.rstrip(".…")) else None,
        "body": body,
        "thread_id": f"{platform}:{native}",
        "relations": parsed_relations(body) or None,
        "author_id": text_or_none(get("uploader_id") or get("channel_id")),
        "author_handle": text_or_none(get("uploader")),
        "author_name": text_or_none(get("channel")),
        "author_followers": get("channel_follower_count"),
        "lang_declared": get("language"),
        "published_at": stamp if stamp is not None else day,
        "published_precision": "s" if stamp is not None else "day",
        "hashtags": [str(tag) for tag in get("tags") or []] or None,
        "engagement": counts(info, COUNTS) or None,
        "media": [
            {
                "type": "video",
                "duration_ms": int(seconds * 1000) if isinstance(seconds, int | float) else None,
            }
        ],
    }


def _upload_day(value: Any) -> int | None:
    """`20240131` as microseconds."""
    if not isinstance(value, str) or len(value) != 8:
        return None
    found = from_text(f"{value[:4]}-{value[4:6]}-{value[6:]}")
    return found[0] if found else None


def _map_comment(comment: dict[str, Any], info: dict[str, Any]) -> CollectedPost:
    """A comment that yt-dlp fetched along with the video."""
    platform, video = platform_of(info), info["id"]
    native = text_or_none(comment.get("id"))
    if native is None:
        raise RecordProblem("no id")
    parent = comment.get("parent")
    return {
        "post_id": f"{platform}:{native}",
        "platform": platform,
        "native_id": native,
        "kind": "comment",
        "body": comment.get("text") or "",
        "thread_id": f"{platform}:{video}",
        "in_reply_to": f"{platform}:{video if parent in (None, 'root') else parent}",
        "author_id": text_or_none(comment.get("author_id")),
        "author_handle": text_or_none(comment.get("author")),
        "author_is_op": comment.get("author_is_uploader"),
        "published_at": from_unix(comment.get("timestamp")),
        "published_precision": "s",
        "engagement": counts(comment, {"like_count": "likes"}) or None,
    }


def stem_of(name: str) -> str:
    """File name of a video, picture, subtitle file or sidecar without its ending: `talk.en.vtt` -> `talk.en`."""
    base = PurePosixPath(name).name
    for ending in (".info.json", *SUBTITLE_ENDINGS, *SOUND_ENDINGS, *PICTURE_ENDINGS):
        if base.lower().endswith(ending):
            return base[: -len(ending)]
    return base
