"""TikTok's research interface: a short description, and what is said in `voice_to_text`."""

import re
from typing import Any

from bedside.simulate.formats.frame import Frame, encode, lively
from bedside.simulate.item import Item
from bedside.simulate.world import World

__all__ = ["FRAMES", "write"]

FRAMES = (
    Frame("tiktok_videos", "json", b'{"data":{"videos":[', b",\n", b'],"cursor":0,"has_more":false},"error":{"code":"ok"}}\n', parts=True),
)  # fmt: skip


_TAG = re.compile(r"#(\w+)")
_LAST_TAGS = re.compile(r"(?:\s+#\w+)+\s*$")


def write(items: list[Item], world: World, block: int) -> list[tuple[str, list[bytes]]]:
    """Videos of a block."""
    return [("tiktok_videos", [encode(_video(item)) for item in items])]


def _video(item: Item) -> dict[str, Any]:
    names = _TAG.findall(item.text)
    spoken = _TAG.sub(r"\1", _LAST_TAGS.sub("", item.text))  # tags at the end are not said
    return {
        "id": int(item.native_id),
        "create_time": item.created,
        "username": item.account.handle,
        "region_code": item.account.country.upper(),
        "video_description": " ".join(f"#{name}" for name in names),
        "voice_to_text": spoken,
        "hashtag_names": names,
        "video_duration": 10 + len(spoken) // 14,
        "like_count": lively(item, 4000),
        "comment_count": lively(item, 200),
        "share_count": lively(item, 90),
        "view_count": 50 + lively(item, 90000),
        "favorites_count": lively(item, 400),
        "is_stem_verified": False,
    }
