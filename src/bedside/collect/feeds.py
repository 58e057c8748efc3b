"""RSS, Atom and RDF feeds, of blogs and of their comments."""

import hashlib
import re
import warnings
from calendar import timegm
from collections.abc import Iterator
from typing import Any

import msgspec

from bedside.collect.containers import Document
from bedside.collect.fields import counts, dig, host, post_id
from bedside.collect.lines import read_whole
from bedside.collect.markup import html_text
from bedside.collect.reading import Found, NoPost, Outcome, Passed, Reading, Rejected, Sample
from bedside.collect.times import from_text
from bedside.model.posts import CollectedPost

__all__ = ["map_entry", "read", "recognise", "wordpress_ids"]

ROOT = re.compile(r"<\s*(?:[\w.-]+:)?(rss|feed|rdf|channel|entry)\b", re.I)
PAGE = re.compile(r"<\s*html\b", re.I)
WORDPRESS = re.compile(r"[?&](?:p|page_id)=(\d+)(?:#comment-(\d+))?$")
COMMENT_LINK = re.compile(r"#comment-(\d+)$")
REPLY = re.compile(
    r"^\s*(?:<p[^>]*>)?\s*[^<]{0,60}<a\s[^>]*href=[\"'][^\"']*#comment-(\d+)[\"'][^>]*>[^<]*</a>\s*[.。:]?\s*(?:</p>|\n|<br\s*/?>)?",
    re.I,
)
_encoder = msgspec.json.Encoder(enc_hook=str, order="sorted")


def recognise(sample: Sample) -> bool:
    """A feed's root element near the beginning; web pages have another."""
    start = sample.text[:4000]
    if "<" not in start[:600] or PAGE.search(start):
        return False
    return bool(ROOT.search(start))


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read a feed; each entry is a record."""
    import feedparser  # late: 100 ms that only feeds need

    with document.open() as stream:
        data = read_whole(stream, reading.choice.max_document_bytes)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            feed = feedparser.parse(data)
    except (
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        AssertionError,
        RecursionError,
    ) as error:
        yield Rejected("", f"the feed cannot be parsed ({type(error).__name__})")
        return
    if feed.get("bozo"):
        reading.note(
            f"feed is not well-formed ({type(feed.get('bozo_exception')).__name__}); read as far as possible"
        )
    service = reading.choice.service or host(dig(dict(feed.feed), "link"))
    is_wordpress = "wordpress.org" in str(feed.feed.get("generator", ""))
    for number, entry in enumerate(feed.entries):
        place = f"entry {number + 1}"
        raw = _encoder.encode(
            {key: dict.get(entry, key) for key in sorted(entry) if not key.endswith("_parsed")}
        )
        try:
            post = map_entry(entry, service, raw)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
            yield Rejected(place, f"a field has an unexpected form ({type(error).__name__})")
            continue
        if not isinstance(post, NoPost) and is_wordpress:
            post.update(wordpress_ids(post))
        yield Passed(place, post.what) if isinstance(post, NoPost) else Found(place, raw, post)


def map_entry(entry: dict[str, Any], service: str | None, raw: bytes) -> CollectedPost | NoPost:
    """Map an entry; in a comments feed the parent is read from "In reply to …" and those words are left out.

    Parameters
    ----------
    entry : dict
        As feedparser gives it.
    service : str or None
        Host of the site.
    raw : bytes
        Names an entry that has neither id nor link.

    Returns
    -------
    CollectedPost or NoPost
    """
    get = entry.get
    html, title = _html(entry), html_text(get("title"))
    if not html and not title:
        return NoPost("entry without text")
    native = get("id") or get("link") or f"sha256-{hashlib.sha256(raw).hexdigest()[:24]}"
    service = service or host(get("link")) or host(native)
    root, _, _ = native.partition("#")
    link_number = COMMENT_LINK.search(native) or COMMENT_LINK.search(get("link") or "")
    parent = None
    if link_number:
        html, parent = _without_parent(html)
    thr = dig(dict(entry), "thr_in-reply-to")
    parent_id = f"{root}#comment-{parent}" if parent else dig(thr, "ref")
    comment = bool(link_number) or parent_id is not None
    own = post_id("rss", native, service)
    root_id = post_id("rss", root, service)
    post: CollectedPost = {
        "post_id": own,
        "platform": "rss",
        "service": service,
        "native_id": native,
        "url": get("link"),
        "kind": "comment" if comment else "article",
        "title": None if comment else title or None,
        "body": html_text(html),
        "body_html": html or None,
        "body_complete": None if get("content") else False if not comment else None,
        "thread_id": own if not comment else root_id if link_number else None,
        "in_reply_to": post_id("rss", parent_id, service)
        if parent_id
        else root_id
        if link_number
        else None,
        "author_id": None
        if comment
        else _account(service, get("author")),  # a commenter's name is no account
        "author_name": get("author") or None,
        "author_handle": get("author") or None,
        "hashtags": [t["term"] for t in get("tags") or [] if t.get("term")] or None,
        "engagement": counts(dict(entry), {"slash_comments": "comments", "thr_total": "comments"})[
            :1
        ]
        or None,
        "visibility": "public",
        **_times(entry),
    }
    return post


def wordpress_ids(post: CollectedPost) -> CollectedPost:
    """Ids as WordPress's own interface gives them, so that a post read by feed and by REST is one post.

    Examples
    --------
    >>> found = wordpress_ids(
    ...     {"service": "blog.example", "native_id": "https://blog.example/?p=5#comment-2"}
    ... )
    >>> found["post_id"], found["in_reply_to"]
    ('wordpress:blog.example/comment-2', 'wordpress:blog.example/post-5')
    """
    match, service = WORDPRESS.search(str(post["native_id"])), post["service"]
    if match is None:
        return {}
    root = post_id("wordpress", f"post-{match[1]}", service)
    native = f"comment-{match[2]}" if match[2] else f"post-{match[1]}"
    parent = COMMENT_LINK.search(str(post.get("in_reply_to") or ""))
    above = post_id("wordpress", f"comment-{parent[1]}", service) if parent else root
    return {
        "post_id": post_id("wordpress", native, service),
        "platform": "wordpress",
        "native_id": native,
        "thread_id": root,
        "in_reply_to": above if match[2] else None,
    }


def _account(service: str | None, name: str | None) -> str | None:
    return None if not name else f"{service}/{name}" if service else name


def _html(entry: dict[str, Any]) -> str:
    """The longest of content:encoded and description."""
    found = [part.get("value") or "" for part in entry.get("content") or []]
    return max(found, key=len, default="") or entry.get("summary") or ""


def _without_parent(html: str) -> tuple[str, str | None]:
    """The markup without its "In reply to <a …#comment-2>" and the number of that comment."""
    match = REPLY.match(html)
    return (html[match.end() :].lstrip(), match[1]) if match else (html, None)


def _times(entry: dict[str, Any]) -> CollectedPost:
    """Publication and last change; a feed that states only the change states the time of an edit at worst."""
    written = _time(dict.get(entry, "published"), dict.get(entry, "published_parsed"))
    changed = _time(dict.get(entry, "updated"), dict.get(entry, "updated_parsed"))
    first = written if written is not None else changed
    edited = written is not None and changed is not None and changed > written
    return {
        "published_at": first,
        "published_precision": None if first is None else "s",
        "edited_at": changed if edited else None,
        "edited": True if edited else None,
    }


def _time(text: Any, parsed: Any) -> int | None:
    """Microseconds from feedparser's reading, else from ours."""
    if parsed:
        try:
            return timegm(parsed) * 1_000_000
        except (ValueError, OverflowError, TypeError):
            return None
    found = from_text(text)
    return found[0] if found else None
