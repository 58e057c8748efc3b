"""Reddit as the public dumps hold it: one JSON object a line, submissions and comments apart."""

from typing import Any

from bedside.simulate.formats.frame import Frame, author_id, encode, lively
from bedside.simulate.item import Item
from bedside.simulate.world import World

__all__ = ["FRAMES", "write"]

FRAMES = (Frame("reddit_submissions", "ndjson"), Frame("reddit_comments", "ndjson"))
READ_AFTER = 36 * 3600  # seconds until the dump looks again


def write(items: list[Item], world: World, block: int) -> list[tuple[str, list[bytes]]]:
    """Lines of both files for a block."""
    posts, comments = [], []
    for item in items:
        if item.kind == "comment":
            comments.append(encode(_comment(item)) + b"\n")
        else:
            posts.append(encode(_submission(item)) + b"\n")
    return [("reddit_submissions", posts), ("reddit_comments", comments)]


def _common(item: Item, author: str | None) -> dict[str, Any]:
    community = item.community or "ask"
    record: dict[str, Any] = {
        "id": item.native_id,
        "name": item.post_id[7:],
        "author": item.account.handle if author else "[deleted]",
        "author_flair_text": _flair(item) if author else None,
        "subreddit": community,
        "subreddit_id": f"t5_{sum(map(ord, community)):x}",
        "created_utc": item.created,
        "score": 1 + lively(item, 240),
        "edited": item.created + 900 if item.index % 23 == 0 else False,
        "distinguished": None,
        "retrieved_on": item.created + READ_AFTER,
    }
    if author:
        record["author_fullname"] = author
    if item.deleted == "deleted_later":
        record["_meta"] = {
            "was_deleted_later": True,
            "removal_type": "deleted",
            "retrieved_2nd_on": item.created + READ_AFTER,
        }
    return record


def _flair(item: Item) -> str | None:
    account = item.account
    if account.role == "clinician" and account.states_role:
        return account.own_slots["prorole"]
    return account.slots["cond"] if account.number % 9 == 0 and account.role == "patient" else None


def _shown(item: Item) -> str:
    if item.deleted == "deleted_by_author":
        return "[deleted]"
    return "[removed]" if item.deleted == "removed_by_moderator" else item.text


def _submission(item: Item) -> dict[str, Any]:
    record = _common(item, author_id(item))
    record["title"] = item.title or "Question"
    record["selftext"] = _shown(item)
    record["num_comments"] = len(item.thread.items) - 1
    record["permalink"] = f"/r/{record['subreddit']}/comments/{item.native_id}/"
    record["over_18"] = False
    record["is_self"] = True
    if item.deleted == "removed_by_moderator":
        record["removed_by_category"] = "moderator"
    return record


def _comment(item: Item) -> dict[str, Any]:
    record = _common(item, author_id(item))
    root = item.thread.root
    record["body"] = _shown(item)
    record["link_id"] = root.post_id[7:]
    record["parent_id"] = (item.parent or root).post_id[7:]
    record["is_submitter"] = item.account is root.account
    record["permalink"] = f"/r/{record['subreddit']}/comments/{root.native_id}/_/{item.native_id}/"
    return record
