"""YouTube comment threads as commentThreads.list answers them; a thread's replies stand inside it."""

from typing import Any

from bedside.simulate.formats.frame import Frame, author_id, encode, iso, lively
from bedside.simulate.item import Item
from bedside.simulate.world import World

__all__ = ["FRAMES", "write"]

HEAD = b'{"kind":"youtube#commentThreadListResponse","etag":"sim","pageInfo":{"totalResults":100,"resultsPerPage":100},"items":['
FRAMES = (Frame("youtube_commentThreads", "json", HEAD, b",\n", b"]}\n", parts=True),)
VIDEOS_PER_TOPIC = 7


def write(items: list[Item], world: World, block: int) -> list[tuple[str, list[bytes]]]:
    """One commentThread for each opening comment, with its replies."""
    roots = [item for item in items if item.parent is None]
    return [("youtube_commentThreads", [encode(_thread(root)) for root in roots])]


def _thread(root: Item) -> dict[str, Any]:
    replies = [item for item in root.thread.items if item is not root]
    video = f"sim{abs(hash_of(root.topic)) % 1000:03d}v{root.index % VIDEOS_PER_TOPIC}AbC"
    thread: dict[str, Any] = {
        "kind": "youtube#commentThread",
        "etag": "sim",
        "id": root.native_id,
        "snippet": {
            "videoId": video,
            "topLevelComment": _comment(root, video),
            "canReply": True,
            "totalReplyCount": len(replies),
            "isPublic": True,
        },
    }
    if replies:
        thread["replies"] = {"comments": [_comment(item, video) for item in replies]}
    return thread


def hash_of(text: str) -> int:
    """Small number that depends on the text alone (Python's own hash changes from run to run)."""
    return sum(n * ord(sign) for n, sign in enumerate(text, 1))


def _comment(item: Item, video: str) -> dict[str, Any]:
    when = iso(item.created)
    snippet: dict[str, Any] = {
        "authorDisplayName": f"@{item.account.handle}",
        "authorChannelUrl": f"http://www.youtube.com/@{item.account.handle}",
        "authorChannelId": {"value": author_id(item)},
        "videoId": video,
        "textDisplay": item.text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>"),
        "textOriginal": item.text,
        "canRate": True,
        "viewerRating": "none",
        "likeCount": lively(item, 120),
        "publishedAt": when,
        "updatedAt": iso(item.created + 300) if item.index % 31 == 0 else when,
    }
    if item.parent is not None:
        snippet["parentId"] = item.thread.root.native_id
    return {"kind": "youtube#comment", "etag": "sim", "id": item.native_id, "snippet": snippet}
