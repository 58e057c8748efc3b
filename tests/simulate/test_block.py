"""A block depends on the plan and its number alone, also through the pipe of a worker."""

import io
import json
from collections import Counter
from random import Random

import msgspec
import pytest

from bedside.simulate.block import HEADER_BYTES, BlockBytes, Job, main, make_block
from bedside.simulate.copies import change_lightly
from bedside.simulate.item import base36
from bedside.simulate.rates import FORMAT_SHARES, Rates
from bedside.simulate.world import DEFAULT, Plan, World, block_pattern


def plan(posts: int, **changes: object) -> Plan:
    whole = Plan(posts, 5, DEFAULT, Rates(), "main", tuple(FORMAT_SHARES))
    return msgspec.structs.replace(whole, **changes)


def test_a_worker_writes_its_blocks_and_no_others() -> None:
    job = Job(plan=plan(2500), first=1, step=2)
    sink = io.BytesIO()
    main(io.BytesIO(msgspec.json.encode(job) + b"\n"), sink)
    sink.seek(0)
    size = int.from_bytes(sink.read(HEADER_BYTES), "big")
    block = msgspec.msgpack.decode(sink.read(size), type=BlockBytes)
    assert sink.read() == b""
    assert block == make_block(World(plan(2500)), 1)


def test_a_block_can_be_made_without_those_before_it() -> None:
    alone = make_block(World(plan(3000)), 2)
    world = World(plan(3000))
    for number in (0, 1):
        make_block(world, number)
    assert make_block(world, 2) == alone


def test_formats_keep_their_shares() -> None:
    counts = Counter(block_pattern(tuple(FORMAT_SHARES)))
    for name, share in FORMAT_SHARES.items():
        assert abs(counts[name] / 1000 - share) < 0.02
    assert set(block_pattern(("survey", "blog"))) == {"survey", "blog"}


def test_a_claim_is_told_less_once_it_is_corrected() -> None:
    made = plan(40_000, rates=Rates(claim=1.0), formats=("x",), conditions=("type 2 diabetes",))
    world = World(made)
    told: Counter[tuple[str, bool]] = Counter()
    blocks: Counter[bool] = Counter()
    claim = max(world.claims["type 2 diabetes"], key=lambda c: c.false)
    for number in range(0, world.blocks, 4):
        after = number * 1000 / made.posts >= world.corrected_at[claim.id]
        blocks[after] += 1
        for line in make_block(world, number).pieces["TRUTH"].splitlines():
            record = json.loads(line)
            if record["cascade"] == record["post_id"]:
                told.update((c["id"], after) for c in record["claim"])
    rate = {after: told[claim.id, after] / blocks[after] for after in (False, True)}
    assert 0.2 < rate[True] / rate[False] < 0.65


@pytest.mark.parametrize("seed", range(20))
def test_a_near_copy_differs_a_little(seed: int) -> None:
    text = "I have waited for months and nobody can say how long it will take, really."
    changed = change_lightly(text, Random(seed))  # noqa: S311
    assert changed != text
    assert len(set(text.split()) & set(changed.split())) > 0.7 * len(set(text.split()))


@pytest.mark.parametrize("number", [0, 1, 35, 36, 60_000_000_000])
def test_base36_reads_back(number: int) -> None:
    assert int(base36(number), 36) == number
