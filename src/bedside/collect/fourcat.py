"""4CAT: its CSV and NDJSON exports, also of TikTok captured with Zeeschuimer."""

from collections.abc import Iterator
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.fields import number, parsed_relations, text_or_none
from bedside.collect.mapping import Mapping
from bedside.collect.reading import NoPost, Outcome, Reading, Sample
from bedside.collect.rows import look_at_columns
from bedside.collect.tables import read_table
from bedside.collect.times import from_unix
from bedside.model.posts import CollectedPost

__all__ = ["read", "read_ndjson", "recognise", "recognise_ndjson"]

MARKS = {"id", "thread_id", "body", "timestamp"}
ALSO = {"unix_timestamp", "subject", "author_fullname", "author_full", "image_url"}
COUNTS = {
    "likes": ("likes", "like_count"), "comments": ("comments", "num_comments"), "shares": ("shares",),
    "views": ("plays", "views"), "reposts": ("retweet_count", "reposts"), "score": ("score",),
}  # fmt: skip
COLUMNS = {
    "native_id": "id", "thread_id": "thread_id", "body": "body", "title": "subject", "author_handle": "author",
    "author_id": "author_id", "published_at": "unix_timestamp", "url": "post_url", "hashtags": "hashtags",
    "author_followers": "author_followers", "author_name": "author_fullname", "lang_declared": "language_guess",
    "in_reply_to": "reply_to", "place_country": "location_created", "mentions": "mentions",
}  # fmt: skip
YES = ("yes", "1", "true")


def recognise(sample: Sample) -> bool:
    """4CAT's standard columns."""
    return set(sample.header) >= MARKS and bool(ALSO & set(sample.header))


def recognise_ndjson(sample: Sample) -> bool:
    """Lines that keep the raw item beside 4CAT's import marks, or its standard columns."""
    rows = [value for value in sample.values[:5] if isinstance(value, dict)]
    return any(
        "__import_meta" in row or (row.keys() >= MARKS and "unix_timestamp" in row) for row in rows
    )


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read a CSV export."""
    header = set(look_at_columns(document, reading)[0])
    columns = {field: column for field, column in COLUMNS.items() if column in header}
    columns.setdefault("body", "body")
    if "unix_timestamp" not in header and "timestamp" in header:
        columns["published_at"] = "timestamp"  # UTC by 4CAT's convention only
    if "author_id" not in header and "author" in header:
        columns["author_id"] = "author"
    if "author_full" in header and "author_fullname" not in header:
        columns["author_name"] = "author_full"
    found = {
        metric: next((n for n in names if n in header), None) for metric, names in COUNTS.items()
    }
    tiktok = {"plays", "is_duet"} & header
    mapping = Mapping(
        columns=columns,
        engagement={metric: column for metric, column in found.items() if column is not None},
        platform="tiktok" if tiktok else "fourcat",
        kind="video" if tiktok else "post",
    )
    yield from read_table(document, reading, mapping, _finish)


def read_ndjson(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read an NDJSON export under the same columns; nested raw items stay in `extra`."""
    return read(document, reading)


def _finish(post: CollectedPost, row: dict[str, Any]) -> CollectedPost | NoPost:
    """What 4CAT writes in a way of its own: yes and no, stickers, roots that name themselves."""
    flags = {
        name: str(row.get(name, "")).lower() in YES
        for name in ("is_duet", "is_ad", "is_paid_partnership", "is_sensitive")
    }
    relations = parsed_relations(post["body"])
    if flags["is_duet"] and not any(item["rel"] == "duet" for item in relations):
        relations.append(
            {
                "rel": "duet",
                "target_id": None,
                "target_url": None,
                "target_author": None,
                "evidence": "field",
            }
        )
    post["relations"] = relations or None
    labels = [
        label
        for name, label in (
            ("is_ad", "advertisement"),
            ("is_paid_partnership", "paid partnership"),
            ("is_sensitive", "sensitive"),
        )
        if flags[name]
    ]
    post["content_labels"] = labels or None
    stickers = text_or_none(row.get("stickers"))
    if stickers:
        post["segments"] = [{"origin": "sticker", "text": stickers, "tool": "4cat"}]
    if post.get("thread_id") and post["thread_id"] != post["post_id"] and post["kind"] == "post":
        post["kind"] = "comment"
    if post.get("published_at") is None and number(row.get("unix_timestamp")):
        post["published_at"] = from_unix(row["unix_timestamp"])
    if post.get("place_country"):
        post["place_basis"] = "post"
    return post
