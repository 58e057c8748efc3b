"""What surrounds the records of a file, so that pieces made apart can be joined into one document."""

from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

import msgspec

from bedside.simulate.item import HOSTS, Item

__all__ = ["Frame", "author_id", "encode", "html_paragraphs", "iso", "lively"]

encode = msgspec.json.Encoder().encode


class Frame(NamedTuple):
    """Name of a file and what stands before, between and behind its records.

    `parts` says that the file is cut every few blocks, so that a single JSON document stays readable.
    """

    stem: str
    extension: str
    head: bytes = b""
    between: bytes = b""
    tail: bytes = b""
    parts: bool = False


def iso(seconds: int) -> str:
    """Time as the web interfaces write it.

    Examples
    --------
    >>> iso(1672531200)
    '2023-01-01T00:00:00.000Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def lively(item: Item, most: int) -> int:
    """A count below `most` that depends on the post alone; small counts are common."""
    spread = (item.index * 2654435761 + item.created) % 1000 / 1000
    return int(most * spread**4)


def author_id(item: Item) -> str | None:
    """The author's id as the platform's file shows it; None where the file shows none."""
    if item.anonymous or item.deleted == "deleted_by_author" or item.platform == "survey":
        return None
    account, platform = item.account, item.platform
    if platform == "reddit":
        return f"t2_{account.hashed[:9]}"
    if platform == "x":
        return str(int(account.hashed[:11], 36))
    if platform == "youtube":
        return f"UC{account.hashed[:22]}"
    if platform == "bluesky":
        return f"did:plc:{account.hashed}"
    if platform == "mastodon":
        return f"{account.handle}@{HOSTS['mastodon']}"
    return account.handle


def html_paragraphs(text: str) -> str:
    """Plain text as the paragraphs of a web page."""
    return "".join(f"<p>{escape(part, quote=False)}</p>" for part in text.split("\n\n"))
