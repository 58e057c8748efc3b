"""X, interface version 2: one page a line, with its posts, and users and quoted posts in `includes`."""

from typing import Any

from bedside.simulate.formats.frame import Frame, author_id, encode, iso, lively
from bedside.simulate.item import Item
from bedside.simulate.world import World

__all__ = ["FRAMES", "write"]

FRAMES = (Frame("x_v2_pages", "jsonl"),)
PAGE = 100
RELATIONS = {"retweeted": "retweeted", "quoted": "quoted"}


def write(items: list[Item], world: World, block: int) -> list[tuple[str, list[bytes]]]:
    """Pages of up to 100 posts."""
    pages = [encode(_page(items[n : n + PAGE])) + b"\n" for n in range(0, len(items), PAGE)]
    return [("x_v2_pages", pages)]


def _page(items: list[Item]) -> dict[str, Any]:
    here = {item.native_id for item in items}
    named = {
        item.native_id: item for i in items for item in (i.target, i.parent) if item is not None
    }
    outside = [item for key, item in named.items() if key not in here]
    users = {item.account.hashed: item for item in (*items, *outside)}
    includes: dict[str, Any] = {"users": [_user(item) for item in users.values()]}
    if outside:
        includes["tweets"] = [_tweet(item) for item in outside]
    ids = sorted(here, key=int)
    meta = {"newest_id": ids[-1], "oldest_id": ids[0], "result_count": len(items)}
    return {"data": [_tweet(item) for item in items], "includes": includes, "meta": meta}


def _tweet(item: Item) -> dict[str, Any]:
    root = item.thread.root
    tweet: dict[str, Any] = {
        "id": item.native_id,
        "text": item.text,
        "author_id": author_id(item),
        "conversation_id": root.native_id,
        "created_at": iso(item.created),
        "edit_history_tweet_ids": [item.native_id],
        "lang": item.truth.lang,
        "possibly_sensitive": False,
        "public_metrics": {
            "retweet_count": lively(item, 80),
            "reply_count": max(0, len(item.thread.items) - 1) if root is item else 0,
            "like_count": lively(item, 300),
            "quote_count": lively(item, 9),
        },
    }
    if item.parent is not None:
        tweet["referenced_tweets"] = [{"type": "replied_to", "id": item.parent.native_id}]
        tweet["in_reply_to_user_id"] = author_id(item.parent)
    elif item.target is not None and item.relation in RELATIONS:
        tweet["referenced_tweets"] = [
            {"type": RELATIONS[item.relation], "id": item.target.native_id}
        ]
    tags = _tags(item.text)
    if tags:
        tweet["entities"] = {"hashtags": tags}
    return tweet


def _tags(text: str) -> list[dict[str, Any]]:
    tags, place = [], text.find("#")
    while place >= 0:
        end = place + 1
        while end < len(text) and (text[end].isalnum() or text[end] == "_"):
            end += 1
        tags.append({"start": place, "end": end, "tag": text[place + 1 : end]})
        place = text.find("#", end)
    return tags


def _user(item: Item) -> dict[str, Any]:
    account = item.account
    user: dict[str, Any] = {
        "id": author_id(item),
        "name": account.name,
        "username": account.handle,
        "description": account.bio,
        "verified": account.role == "organisation",
        "created_at": "2019-05-04T10:00:00.000Z",
        "public_metrics": {
            "followers_count": 40 + account.number * 37 % 2900,
            "following_count": 180,
        },
    }
    if account.number % 3 == 0 and account.role != "organisation":
        user["location"] = account.own_slots["countryname"].removeprefix("the ")
    return user
