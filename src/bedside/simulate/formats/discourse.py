"""A Discourse forum: post objects as its posts.json and its topics' post_stream hold them."""

from typing import Any

from bedside.simulate.formats.frame import Frame, encode, html_paragraphs, iso, lively
from bedside.simulate.item import HOSTS, Item
from bedside.simulate.world import World

__all__ = ["FRAMES", "write"]

FRAMES = (Frame("discourse_posts", "json", b'{"latest_posts":[', b",\n", b"]}\n", parts=True),)
GONE = "(post deleted by author)"


def write(items: list[Item], world: World, block: int) -> list[tuple[str, list[bytes]]]:
    """Post objects of a block."""
    return [("discourse_posts", [encode(_post(item)) for item in items])]


def _post(item: Item) -> dict[str, Any]:
    thread, account = item.thread, item.account
    root = thread.root
    number = thread.items.index(item) + 1
    gone = item.deleted == "deleted_by_author"
    text = GONE if gone else item.text
    title = root.title or "Question"
    slug = "".join(c if c.isalnum() else "-" for c in title.lower())[:40].strip("-") or "topic"
    parent = item.parent
    return {
        "id": int(item.native_id),
        "name": account.name,
        "username": account.handle,
        "user_id": int(account.hashed[:6], 36),
        "user_title": account.own_slots.get("prorole", "") if account.states_role else "",
        "created_at": iso(item.created),
        "updated_at": iso(item.created + (700 if item.index % 19 == 0 else 0)),
        "version": 2 if item.index % 19 == 0 else 1,
        "post_number": number,
        "post_type": 1,
        "topic_id": root.index + 1,
        "topic_title": title,
        "topic_slug": slug,
        "category_id": sum(map(ord, item.community or "")) % 90,
        "category_name": item.community,
        "reply_to_post_number": thread.items.index(parent) + 1
        if parent is not None and parent is not root
        else None,
        "cooked": html_paragraphs(text),
        "raw": text,
        "reads": 3 + lively(item, 400),
        "score": 0.6,
        "actions_summary": [{"id": 2, "count": lively(item, 30)}],
        "moderator": False,
        "admin": False,
        "staff": False,
        "trust_level": 1 + account.number % 3,
        "hidden": item.deleted == "removed_by_moderator",
        "deleted_at": iso(item.created + 7200)
        if item.deleted in ("removed_by_moderator", "deleted_later")
        else None,
        "user_deleted": gone,
        "post_url": f"https://{HOSTS['discourse']}/t/{slug}/{root.index + 1}/{number}",
    }
