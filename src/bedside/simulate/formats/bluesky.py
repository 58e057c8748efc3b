"""Bluesky post views, as app.bsky.feed.getPosts answers them."""

from typing import Any

from bedside.simulate.formats.frame import Frame, author_id, encode, iso, lively
from bedside.simulate.item import Item, base36
from bedside.simulate.world import World

__all__ = ["FRAMES", "write"]

FRAMES = (Frame("bluesky_posts", "json", b'{"posts":[', b",\n", b"]}\n", parts=True),)


def write(items: list[Item], world: World, block: int) -> list[tuple[str, list[bytes]]]:
    """Post views of a block."""
    return [("bluesky_posts", [encode(_view(item)) for item in items])]


def _cid(item: Item) -> str:
    return f"bafyrei{base36(item.index * 1_000_003 + item.created):0>20}"


def _ref(item: Item) -> dict[str, str]:
    return {"uri": item.native_id, "cid": _cid(item)}


def _view(item: Item) -> dict[str, Any]:
    when = iso(item.created)
    author: dict[str, Any] = {
        "did": author_id(item),
        "handle": f"{item.account.handle.replace('_', '-').lower()}.sim.example.org",
        "displayName": item.account.name,
        "labels": [],
    }
    return {
        "uri": item.native_id,
        "cid": _cid(item),
        "author": author,
        "record": _record(item, when),
        "replyCount": len(item.thread.items) - 1 if item.thread.root is item else 0,
        "repostCount": lively(item, 20),
        "likeCount": lively(item, 90),
        "quoteCount": lively(item, 4),
        "indexedAt": when,
        "labels": [],
    }


def _record(item: Item, when: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "text": item.text,
        "langs": [item.truth.lang],
        "createdAt": when,
    }
    facets = _facets(item.text)
    if facets:
        record["facets"] = facets
    if item.parent is not None:
        record["reply"] = {"root": _ref(item.thread.root), "parent": _ref(item.parent)}
    if item.target is not None:
        record["embed"] = {"$type": "app.bsky.embed.record", "record": _ref(item.target)}
    return record


def _facets(text: str) -> list[dict[str, Any]]:
    """Tags with their places in bytes of UTF-8, as the protocol counts them."""
    facets, data, place = [], text.encode(), text.encode().find(b"#")
    while place >= 0:
        end = place + 1
        while end < len(data) and (data[end : end + 1].isalnum() or data[end] > 127):
            end += 1
        tag = {"$type": "app.bsky.richtext.facet#tag", "tag": data[place + 1 : end].decode()}
        facets.append({"index": {"byteStart": place, "byteEnd": end}, "features": [tag]})
        place = data.find(b"#", end)
    return facets
