"""Small pieces that several sources share: relations, counts, media, tombstones."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bedside.model.posts import CollectedPost

__all__ = [
    "alt_segments",
    "counts",
    "dig",
    "host",
    "name_accounts",
    "number",
    "parsed_relations",
    "post_id",
    "relation",
    "text_or_none",
    "tombstone",
]

PARSED = (
    ("stitch", re.compile(r"#?\bstitch(?:ed)?\s+(?:with|by)\s+@([\w.]{2,30})", re.I)),
    ("duet", re.compile(r"#?\bduet(?:ted)?\s+(?:with|by)\s+@([\w.]{2,30})", re.I)),
    ("video_reply", re.compile(r"^\W*(?:video\s+)?repl(?:y|ying)\s+to\s+@([\w.]{2,30})", re.I)),
)
TEXT_FIELDS = (
    "body_html",
    "title",
    "summary",
    "segments",
    "media",
    "links",
    "hashtags",
    "mentions",
    "ratings",
)


def post_id(platform: str, native_id: Any, service: str | None = None) -> str:
    """`platform:[service/]native_id`, the form of every id and reference.

    Examples
    --------
    >>> post_id("mastodon", 7, "example.social")
    'mastodon:example.social/7'
    """
    return f"{platform}:{service}/{native_id}" if service else f"{platform}:{native_id}"


def text_or_none(value: Any) -> str | None:
    """The value as text; None for null, blanks and nested values."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(value)


def number(value: Any) -> int | None:
    """A count as an integer; None where the source states none ("1,204" is read, "1.2K" is not)."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return int(float(value.replace(",", ""))) if isinstance(value, str) else int(value)
    except (ValueError, OverflowError, TypeError):
        return None


def counts(
    record: Mapping[str, Any], names: Mapping[str, str], observed_at: int | None = None
) -> list[dict[str, Any]]:
    """Engagement of a record: `names` maps the source's field to the metric; absent fields give no row.

    Examples
    --------
    >>> counts({"likeCount": "3"}, {"likeCount": "likes", "shareCount": "shares"})
    [{'metric': 'likes', 'value': 3, 'observed_at': None, 'is_exact': True}]
    """
    found = []
    for key, metric in names.items():
        value = record.get(key)
        whole = number(value) if value is not None else None
        if whole is not None:
            found.append(
                {"metric": metric, "value": whole, "observed_at": observed_at, "is_exact": True}
            )
    return found


def relation(
    rel: str, target: str | None, *, author: str | None = None, url: str | None = None
) -> dict[str, Any]:
    """A relation that the source states in a field."""
    return {
        "rel": rel,
        "target_id": target,
        "target_url": url,
        "target_author": author,
        "evidence": "field",
    }


def name_accounts(post: CollectedPost, accounts: Iterable[str | None]) -> None:
    """Add the accounts that the source says a post names, by their ids; a repost names nobody: its words are another's.

    Examples
    --------
    >>> post = {"author_id": "7", "relations": None}
    >>> name_accounts(post, ["8", "7", None, "8"])
    >>> [(r["rel"], r["target_author"]) for r in post["relations"]]
    [('mention', '8')]
    """
    held = post.get("relations") or []
    if any(item["rel"] == "repost" for item in held):
        return
    named = dict.fromkeys(a for a in accounts if a and a != post.get("author_id"))
    post["relations"] = [*held, *(relation("mention", None, author=a) for a in named)] or None


def parsed_relations(text: str) -> list[dict[str, Any]]:
    """Stitches, duets and video replies as users write them in the description; evidence = parsed.

    Examples
    --------
    >>> [
    ...     (r["rel"], r["target_author"])
    ...     for r in parsed_relations("#stitch with @some.one my story")
    ... ]
    [('stitch', 'some.one')]
    """
    found = []
    for rel, pattern in PARSED:
        for name in pattern.findall(text):
            author = name.rstrip(".").lower()
            found.append(
                {
                    "rel": rel,
                    "target_id": None,
                    "target_url": None,
                    "target_author": author,
                    "evidence": "parsed",
                }
            )
    return found


def alt_segments(media: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Descriptions of pictures as segments, so that what they say is read too."""
    return [{"origin": "alt", "text": m["alt"]} for m in media if m.get("alt")]


def tombstone(post: CollectedPost, state: str) -> CollectedPost:
    """The post without its words: a deleted text never enters the corpus."""
    kept = {key: value for key, value in post.items() if key not in TEXT_FIELDS}
    return {**kept, "body": "", "text_state": "tombstone", "state": state}


def host(url: Any) -> str | None:
    """Host (with a port, if any) of a URL; None where there is none."""
    if not isinstance(url, str):
        return None
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower() or None
    except ValueError:
        return None


def dig(value: Any, *path: str) -> Any:
    """Value at a path of nested objects; None where the path ends early."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
