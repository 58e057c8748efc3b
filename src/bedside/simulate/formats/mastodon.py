"""Mastodon statuses, as a timeline answers them: HTML in `content`, a content warning now and then."""

import re
from typing import Any

from bedside.simulate.formats.frame import Frame, encode, html_paragraphs, iso, lively
from bedside.simulate.item import HOSTS, Item
from bedside.simulate.world import World

__all__ = ["FRAMES", "write"]

FRAMES = (Frame("mastodon_statuses", "json", b"[", b",\n", b"]\n", parts=True),)
_HOST = HOSTS["mastodon"]
_TAG = re.compile(r"#(\w+)")


def write(items: list[Item], world: World, block: int) -> list[tuple[str, list[bytes]]]:
    """Statuses of a block."""
    return [("mastodon_statuses", [encode(_status(item)) for item in items])]


def _status(item: Item) -> dict[str, Any]:
    parent, account = item.parent, item.account
    tags = _TAG.findall(item.text)
    content = _TAG.sub(
        rf'<a href="https://{_HOST}/tags/\1" class="mention hashtag" rel="tag">#<span>\1</span></a>',
        html_paragraphs(item.text),
    )
    edited = iso(item.created + 1200) if item.index % 17 == 0 else None
    return {
        "id": item.native_id,
        "created_at": iso(item.created),
        "in_reply_to_id": parent.native_id if parent is not None else None,
        "in_reply_to_account_id": _account_id(parent) if parent is not None else None,
        "sensitive": item.index % 11 == 0,
        "spoiler_text": "health, long" if item.index % 11 == 0 else "",
        "visibility": "public",
        "language": item.truth.lang,
        "uri": f"https://{_HOST}/users/{account.handle}/statuses/{item.native_id}",
        "url": f"https://{_HOST}/@{account.handle}/{item.native_id}",
        "replies_count": len(item.thread.items) - 1 if item.thread.root is item else 0,
        "reblogs_count": lively(item, 12),
        "favourites_count": lively(item, 60),
        "edited_at": edited,
        "content": content,
        "reblog": None,
        "account": {
            "id": _account_id(item),
            "username": account.handle,
            "acct": f"{account.handle}@{_HOST}",
            "display_name": account.name,
            "bot": False,
            "created_at": "2022-11-12T00:00:00.000Z",
            "note": f"<p>{account.bio}</p>" if account.bio else "",
            "url": f"https://{_HOST}/@{account.handle}",
            "followers_count": 12 + account.number * 13 % 800,
            "fields": [],
        },
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": tag.lower(), "url": f"https://{_HOST}/tags/{tag}"} for tag in tags],
        "poll": None,
    }


def _account_id(item: Item) -> str:
    return str(int(item.account.hashed[:9], 36))
