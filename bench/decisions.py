"""The log of decisions at 300,000 rows: adding one, agreement over all, the bench's next post; on both databases.

usage: python bench/decisions.py [ROWS] [URL of a PostgreSQL database that may be written to]
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bedside.codebook import Codebook, code_hash, layer_hash, load_codebook
from bedside.judge.agreeing import agree, disagreements
from bedside.judge.decisions import WHOLE, DecisionLog
from bedside.judge.reliability import COLUMNS
from bedside.judge.standing import Standing

LAYER = "feel"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ADDED = 200


def rows(book: Codebook, many: int) -> Iterator[dict[str, Any]]:
    """Two coders who complete a layer of ten codes, post after post; they differ in a tenth of the codes."""
    layer, dice = book.layer(LAYER), np.random.default_rng(1)
    hashes = {name: code_hash(layer, name) for name in layer.names()} | {WHOLE: layer_hash(layer)}
    posts = many // (2 * len(hashes))
    for post in range(posts):
        truth = dice.random(len(hashes)) < 0.1
        for coder in ("ann", "ben"):
            said = truth ^ (dice.random(len(hashes)) < 0.1)
            for place, (code, meaning) in enumerate(hashes.items()):
                decision = "present" if said[place] else "absent"
                yield {
                    "subject_key": f"{post:032x}",
                    "text_key": f"{post:032x}",
                    "layer": LAYER,
                    "code": code,
                    "decision": "layer_complete" if code == WHOLE else decision,
                    "coder": coder,
                    "decided_at": NOW,
                    "code_hash": meaning,
                    "sample_id": "round-1",
                    "probability": 0.1,
                    "proposal_shown": False,
                }


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds that passed, seconds of this process's CPU, and what came out."""
    start, used = time.perf_counter(), time.process_time()
    out = work()
    return time.perf_counter() - start, time.process_time() - used, out


def told(what: str, *timings: tuple[float, float, Any]) -> None:
    """Print how long some steps took together."""
    passed, used = (sum(timing[place] for timing in timings) for place in (0, 1))
    print(f"  {what:36} {passed:7.3f} s, {used:7.3f} s of CPU")


def added(log: DecisionLog, one: dict[str, Any]) -> str:
    """Median and 95th percentile of adding one decision, in milliseconds."""
    took = sorted(
        timed(partial(log.record, [one | {"subject_key": f"new {n}"}]))[0] for n in range(ADDED)
    )
    return f"{1000 * median(took):.2f} (95 %: {1000 * took[int(0.95 * ADDED)]:.2f}) ms"


def measure(place: Path | str, many: int) -> None:
    """Print what one database takes."""
    book = load_codebook()
    one = next(rows(book, 1000))
    with DecisionLog(place, schema="bench") as log:
        print(f"  add one to an empty log              {added(log, one | {'sample_id': 'other'})}")
        log.record(rows(book, many))
        print(f"  add one beside {many:,}               {added(log, one | {'sample_id': 'other'})}")
        read = timed(lambda: log.read(columns=COLUMNS, sample_id="round-1"))
        table = read[-1]
        told("agreement over all", read, timed(lambda: agree(table, book)))
        told("the posts that differ", timed(lambda: disagreements(table, book)))
        standing = Standing(log, "round-1", LAYER, layer_hash(book.layer(LAYER)))
        told("a coder sits down", timed(standing.follow))
        told("follow the log once more", timed(standing.follow))


def main() -> None:
    """Measure SQLite, and PostgreSQL where an address is given."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    with TemporaryDirectory() as folder:
        print("SQLite")
        measure(Path(folder) / "decisions.sqlite", many)
    if len(sys.argv) > 2:
        print("PostgreSQL")
        measure(sys.argv[2], many)


if __name__ == "__main__":
    main()
