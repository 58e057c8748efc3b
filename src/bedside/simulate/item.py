"""One post with all that its platform says of it, before it is written in the platform's form."""

from typing import Any

from bedside.simulate.people import Account
from bedside.simulate.truth import Truth
from bedside.simulate.world import Claim, Drug, Provider, World

__all__ = ["HOSTS", "ROOMS", "Item", "Thread", "base36", "identify"]

ROOMS = {
    "reddit": 2500,
    "discourse": 2500,
    "blog": 5000,
    "x": 265,
    "bluesky": 285,
    "mastodon": 470,
    "youtube": 600,
    "tiktok": 700,
    "reviews": 1500,
    "survey": 300,
}
"""Characters that the text of a post may have."""
HOSTS = {
    "discourse": "community.example.org",
    "mastodon": "social.example.org",
    "blog": "blog.example.org",
}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_X_EPOCH_MS = 1288834974657


class Thread:
    """An opening post and what followed it within the block."""

    __slots__ = ("answered", "items", "root")

    def __init__(self, root: "Item", *, answered: bool) -> None:
        self.root = root
        self.items = [root]
        self.answered = answered


class Item:
    """One post: its place in the corpus, its text, its truth."""

    __slots__ = (
        "account", "anonymous", "cascade", "claim", "comfort", "community", "condition", "copied_from", "created",
        "deleted", "drug", "index", "kind", "mood", "native_id", "parent", "platform", "pool", "position", "post_id", "provider",
        "rating", "relation", "slots", "stage", "target", "text", "thread", "title", "topic", "truth", "what",
    )  # fmt: skip

    account: Account
    drug: Drug
    thread: Thread
    truth: Truth

    def __init__(self, index: int, platform: str, position: float) -> None:
        self.index, self.platform, self.position = index, platform, position
        self.created = 0
        self.anonymous = False
        self.cascade: str | None = None
        self.claim: Claim | None = None
        self.comfort = 0.85
        self.community: str | None = None
        self.condition = ""
        self.copied_from: Item | None = None
        self.deleted: str | None = None
        self.kind = "post"
        self.mood = ""
        self.slots: dict[str, str] = {}
        self.stage = "living_with"
        self.native_id = self.post_id = ""
        self.parent: Item | None = None
        self.pool = "people"
        self.provider: Provider | None = None
        self.rating = 0
        self.relation: str | None = None
        self.target: Item | None = None
        self.text = ""
        self.title: str | None = None
        self.topic = "off_topic"
        self.what = "story"

    @property
    def room(self) -> int:
        """Characters that the platform leaves."""
        return ROOMS[self.platform]

    @property
    def paragraphs(self) -> bool:
        """Whether the platform's people write in paragraphs."""
        return self.platform in ("reddit", "discourse", "blog")


def base36(number: int) -> str:
    """A number in the digits of Reddit's ids.

    Examples
    --------
    >>> base36(36 * 36 + 35)
    '10z'
    """
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"


def identify(item: Item, world: World) -> None:
    """Give the item the id that its platform would, and the post_id that the schema makes of it."""
    item.native_id, item.post_id = IDS[item.platform](item, world)


def _reddit(item: Item, world: World) -> tuple[str, str]:
    number = base36(60_000_000_000 + world.salt + item.index * 7)
    name = ("t1_" if item.kind == "comment" else "t3_") + number
    return number, f"reddit:{name}"


def _x(item: Item, world: World) -> tuple[str, str]:
    stamp = item.created * 1000 + item.index % 1000 - _X_EPOCH_MS
    native = str((stamp << 22) + (item.index * 4 + world.seed) % (1 << 22))
    return native, f"x:{native}"


def _youtube(item: Item, world: World) -> tuple[str, str]:
    native = f"Ugs{base36(world.salt + item.index * 7919):0>12}AaABAg"
    if item.parent is not None and item.thread is not None:
        native = f"{item.thread.root.native_id}.{native[3:13]}"
    return native, f"youtube:{native}"


def _bluesky(item: Item, world: World) -> tuple[str, str]:
    native = f"at://did:plc:{item.account.hashed}/app.bsky.feed.post/3s{base36(world.salt + item.index * 31):0>11}"
    return native, f"bluesky:{native}"


def _mastodon(item: Item, world: World) -> tuple[str, str]:
    native = str(((item.created * 1000) << 16) + item.index % 65536)
    return native, f"mastodon:{HOSTS['mastodon']}/{native}"


def _discourse(item: Item, world: World) -> tuple[str, str]:
    native = str(1000 + item.index)
    return native, f"discourse:{HOSTS['discourse']}/{native}"


def _tiktok(item: Item, world: World) -> tuple[str, str]:
    native = str((item.created << 32) + item.index % (1 << 31))
    return native, f"tiktok:{native}"


def _reviews(item: Item, world: World) -> tuple[str, str]:
    native = f"RV{item.index + 100000}"
    return native, f"reviews:{native}"


def _survey(item: Item, world: World) -> tuple[str, str]:
    return "", ""  # the file gives no id: the truth names the row


def _blog(item: Item, world: World) -> tuple[str, str]:
    native = f"https://{HOSTS['blog']}/?p={item.index + 10}"
    return native, f"rss:{HOSTS['blog']}/{native}"


IDS: dict[str, Any] = {
    "reddit": _reddit,
    "x": _x,
    "youtube": _youtube,
    "bluesky": _bluesky,
    "mastodon": _mastodon,
    "discourse": _discourse,
    "tiktok": _tiktok,
    "reviews": _reviews,
    "survey": _survey,
    "blog": _blog,
}
