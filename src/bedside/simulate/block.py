"""One block of posts, from its seed to bytes; run as a module it is a worker that makes every n-th block.

A worker reads one JSON line (the plan, its own number, the number of workers) and writes its blocks to
standard output, each as eight bytes of length and a MessagePack body.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from bedside.simulate.formats import (
    blog,
    bluesky,
    discourse,
    mastodon,
    reddit,
    tables,
    tiktok,
    x,
    youtube,
)
from bedside.simulate.formats.frame import Frame, author_id
from bedside.simulate.item import Item
from bedside.simulate.summary import Found, count_item, group_counts
from bedside.simulate.threads import make_items
from bedside.simulate.truth import Truth
from bedside.simulate.world import Plan, World

__all__ = ["FRAMES", "TRUTH", "BlockBytes", "Job", "make_block", "serve"]

Writer = Callable[[list[Item], World, int], list[tuple[str, list[bytes]]]]
WRITERS: dict[str, Writer] = {
    "reddit": reddit.write,
    "x": x.write,
    "discourse": discourse.write,
    "youtube": youtube.write,
    "reviews": tables.write_reviews,
    "bluesky": bluesky.write,
    "survey": tables.write_survey,
    "mastodon": mastodon.write,
    "tiktok": tiktok.write,
    "blog": blog.write,
}
TRUTH = Frame("TRUTH", "jsonl")
FRAMES: dict[str, Frame] = {
    frame.stem: frame
    for module in (reddit, x, discourse, youtube, bluesky, mastodon, tiktok, tables, blog)
    for frame in module.FRAMES
} | {"TRUTH": TRUTH}
STEMS = {
    "x": "x_v2_pages",
    "discourse": "discourse_posts",
    "youtube": "youtube_commentThreads",
    "reviews": "provider_reviews",
    "bluesky": "bluesky_posts",
    "survey": "fft_survey",
    "mastodon": "mastodon_statuses",
    "tiktok": "tiktok_videos",
    "blog": "blog_feed",
}
PART_BLOCKS = 50  # a file that is one document is cut every 50,000 posts of the corpus
HEADER_BYTES = 8
GARBAGE_THRESHOLD = (
    100_000  # a worker drops a whole block at once; looking more often costs 10 % of its time
)
_encode = msgspec.json.Encoder().encode


class BlockBytes(msgspec.Struct):
    """What a block adds to each file, and what it adds to the summary."""

    pieces: dict[str, bytes]
    counts: dict[str, dict[str, int]]
    accounts: dict[str, list[int]]  # role -> running numbers of the accounts seen


class Job(msgspec.Struct):
    """What a worker is told."""

    plan: Plan
    first: int
    step: int


def make_block(world: World, block: int) -> BlockBytes:
    """Posts of one block as the pieces of every file; depends on the plan and the number alone."""
    items = make_items(world, block)
    by_platform: dict[str, list[Item]] = {}
    for item in items:
        by_platform.setdefault(item.platform, []).append(item)
    found: Found = []
    accounts: dict[str, set[int]] = {}
    lines = []
    for platform, group in by_platform.items():
        first_row = world.rows_before(block, platform)
        for n, item in enumerate(group, 1):
            truth = settle(item, world, first_row + n, block)
            count_item(found, item, truth)
            if truth.account is not None:
                accounts.setdefault(truth.account_role, set()).add(world.ordinal(item.account.key))
            lines.append(_encode(truth))
    pieces = {"TRUTH": b"\n".join(lines) + b"\n"}
    for platform, group in by_platform.items():
        for stem, records in WRITERS[platform](group, world, block):
            if records:
                pieces[stem] = FRAMES[stem].between.join(records)
    return BlockBytes(
        pieces=pieces,
        counts=group_counts(found),
        accounts={role: sorted(numbers) for role, numbers in accounts.items()},
    )


def file_name(stem: str, block: int) -> str:
    """Name of the file that holds the records of a block."""
    frame = FRAMES[stem]
    part = f"_{block // PART_BLOCKS + 1:03d}" if frame.parts else ""
    return f"{stem}{part}.{frame.extension}"


def settle(item: Item, world: World, row: int, block: int) -> Truth:
    """Complete the truth with what the platform shows; codes of a post that is gone are empty."""
    truth = Truth() if item.deleted else item.truth
    stem = STEMS.get(item.platform) or (
        "reddit_comments" if item.kind == "comment" else "reddit_submissions"
    )
    truth.file = file_name(stem, block)
    truth.platform, truth.native_id, truth.post_id = item.platform, item.native_id, item.post_id
    if item.platform == "survey":
        truth.row, truth.post_id = row, f"survey:{row}"
    else:
        root = item.thread.root
        truth.thread, truth.parent = root.post_id, item.parent.post_id if item.parent else None
    truth.account, truth.account_role = author_id(item), item.account.role
    truth.account_detail, truth.country = item.account.detail, item.account.country.upper()
    truth.topic, truth.relevant = item.topic, item.topic in world.conditions and not item.deleted
    truth.community, truth.deleted, truth.cascade = item.community, item.deleted, item.cascade
    truth.cascade_parent = item.target.post_id if item.target is not None and item.cascade else None
    truth.provider = item.provider.code if item.provider is not None else None
    return truth


def serve(job: Job) -> Iterator[bytes]:
    """Blocks first, first + step, ... of a plan, encoded for the pipe."""
    world = World(job.plan)
    encode = msgspec.msgpack.Encoder().encode
    for block in range(job.first, world.blocks, job.step):
        yield encode(make_block(world, block))


def main(source: Any, sink: Any) -> None:
    """Read the job from one stream, write the blocks to the other."""
    job = msgspec.json.decode(source.readline(), type=Job)
    for body in serve(job):
        sink.write(len(body).to_bytes(HEADER_BYTES, "big"))
        sink.write(body)
        sink.flush()


if __name__ == "__main__":
    gc.set_threshold(GARBAGE_THRESHOLD)
    main(sys.stdin.buffer, sys.stdout.buffer)
