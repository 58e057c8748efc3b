"""Posts a second of the simulator: `python bench/simulate.py [posts] [workers]`.

Prints the wall-clock rate of `simulate` (worker processes, all files written), the rate of one process in CPU
time, which other programs on the machine disturb less, and the mean length of the texts.
"""

import sys
import tempfile
import time
from pathlib import Path

from bedside.simulate.block import make_block
from bedside.simulate.corpus import simulate
from bedside.simulate.rates import FORMAT_SHARES, Rates
from bedside.simulate.threads import make_items
from bedside.simulate.world import BLOCK_POSTS, DEFAULT, Plan, World

FLOOR = 20_000  # posts a second on two cores


def wall(posts: int, workers: int | None) -> float:
    """Posts a second, from the call to the last file closed."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        simulate(Path(folder) / "out", posts=posts, seed=1, workers=workers)
        return posts / (time.perf_counter() - start)


def one_process(rounds: int = 6, blocks: int = 3) -> tuple[float, float]:
    """Best posts per CPU-second of one process, and the mean number of characters of a text."""
    plan = Plan(100_000, 1, DEFAULT, Rates(), "main", tuple(FORMAT_SHARES))
    world = World(plan)
    make_block(world, 0)
    best = 0.0
    for _ in range(rounds):
        start = time.process_time()
        for block in range(1, blocks + 1):
            make_block(world, block)
        best = max(best, blocks * BLOCK_POSTS / (time.process_time() - start))
    items = make_items(world, 1)
    return best, sum(len(item.text) for item in items) / len(items)


def main() -> None:
    """Measure and print."""
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else None
    cpu, length = one_process()
    print(f"one process      {cpu:10,.0f} posts per CPU-second, {length:.0f} characters a text")
    rate = wall(posts, workers)
    print(f"simulate(...)    {rate:10,.0f} posts a second ({posts:,} posts; floor {FLOOR:,})")


if __name__ == "__main__":
    main()
