"""RSS and Atom feeds of sites and blogs, and the feeds of comments that they name."""

import re
import warnings
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bedside.collect.live.exchange import (
    Cursor,
    LiveSource,
    Note,
    Request,
    Response,
    Setting,
    Steps,
)

__all__ = ["FEED"]

GONE = (404, 410)
COMMENT_FEED = re.compile(rb"<\s*(?:wfw:)?commentRss\s*>\s*([^<\s]+)\s*<", re.I)
DEEP = 50  # pages of an archive that names the next (RFC 5005)


def _request(settings: Mapping[str, Any], url: str, kept: Mapping[str, list[str]]) -> Request:
    etag, modified = kept.get(url, ["", ""])
    return Request(
        url=url,
        land="rss",
        service=str(settings["service"] or urlsplit(url).netloc),
        expects="any",
        answers=GONE,
        etag=etag,
        modified=modified,
    )


def _collect(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Each feed where it has changed, further pages that it names, and the comments under its entries."""
    kept: dict[str, list[str]] = dict(cursor.get("feeds", {}))
    waiting = list(dict.fromkeys(settings["feeds"]))
    asked: set[str] = set()
    while waiting and len(asked) < DEEP * max(1, len(settings["feeds"])) * 20:
        url = waiting.pop(0)
        if url in asked:
            continue
        asked.add(url)
        response = yield _request(settings, url, kept)
        if response is None or response.status in GONE:
            yield Note("a feed is no longer there; what was read of it stays")
            continue
        if not response.ok:  # 304: nothing new
            continue
        kept[url] = [response.header("etag"), response.header("last-modified")]
        if _is_page(response):
            yield Note("an address gave a web page where a feed was expected")
            continue
        waiting += _named(settings, response, url)
    if waiting:
        yield Note("feeds name more feeds than are followed: comments may be missing")
    return {"feeds": kept}


def _is_page(response: Response) -> bool:
    return response.body.lstrip()[:20].lower().startswith((b"<!doctype html", b"<html"))


def _named(settings: Mapping[str, Any], response: Response, url: str) -> list[str]:
    """Feeds of comments under the entries, and the next page of an archive: on the same host only."""
    found: list[str] = []
    if settings["comments"]:
        found += [match.decode("utf-8", "replace") for match in COMMENT_FEED.findall(response.body)]
    found += _next_pages(response.body)
    here = urlsplit(url)
    clean = [address.replace("&amp;", "&").replace("&#038;", "&") for address in found]
    return [
        address
        for address in clean
        if urlsplit(address).hostname == here.hostname and urlsplit(address).netloc == here.netloc
    ]


def _next_pages(body: bytes) -> list[str]:
    """`rel="next"` of the feed itself."""
    import feedparser  # late: 100 ms that only feeds need

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        links = feedparser.parse(body).feed.get("links") or []
    return [link["href"] for link in links if link.get("rel") == "next" and link.get("href")]


FEED = LiveSource(
    name="feed",
    licence_note="The site's own terms and robots rules. That an entry is no longer in a feed does not say that it was deleted.",
    settings=(
        Setting(
            name="feeds", about="addresses of feeds, separated by commas", many=True, needed=True
        ),
        Setting(
            name="comments", about="read the feeds of comments under the entries", default=True
        ),
        Setting(name="service", about="host that ids belong to, where the address is another"),
    ),
    collect=_collect,
    seconds_between=0.5,
    verified="feeds of a real WordPress",
)
