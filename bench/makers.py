"""What reading a post costs, maker by maker: `python -m bench.makers [POSTS]` writes CPU microseconds a post.

One process, simulated texts and no threads. What several makers ask for is worked out once, and counts for the first
that asks. CPU time grows by a quarter where other programs fill the machine, so compare runs of one hour only.
"""

import gc
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bedside.understand.doc import Doc, Post, make_docs
from bedside.understand.lexicon import load_scanner
from bedside.understand.marks import Maker, load_makers
from bench.peers import simulated_texts

__all__ = ["costs"]

CHUNK = 1024  # posts read together, as in the stage


def costs(texts: Sequence[str], makers: Sequence[Maker]) -> dict[str, float]:
    """CPU microseconds a text of each maker, and of what all share, `before makers`; dearest first."""
    scanner = load_scanner()
    spent: dict[str, float] = defaultdict(float)
    for first in range(0, len(texts), CHUNK):
        posts = [Post((("body", text),)) for text in texts[first : first + CHUNK]]
        for doc in _clocked(make_docs(posts, scanner), spent):
            for maker in makers:
                began = time.thread_time()
                list(maker.propose(doc))
                spent[maker.name] += time.thread_time() - began
    ranked = sorted(spent.items(), key=lambda pair: -pair[1])
    return {name: 1e6 * seconds / len(texts) for name, seconds in ranked}


def _clocked(docs: Iterator[Doc], spent: dict[str, float]) -> Iterator[Doc]:
    """The docs, with the time that it took to make them."""
    while True:
        began = time.thread_time()
        doc = next(docs, None)
        spent["before makers"] += time.thread_time() - began
        if doc is None:
            return
        yield doc


def main(posts: int) -> None:
    """Measure and print."""
    texts, makers = simulated_texts(posts), load_makers()
    gc.disable()  # as in a worker
    costs(texts[:CHUNK], makers)  # expressions are compiled when first needed
    found = costs(texts, makers)
    size = sum(map(len, texts)) // len(texts)
    print(f"{len(texts):,} simulated posts of {size} characters, one process\n")
    print("| maker | CPU µs a post |\n|---|---|")
    for name, spent in found.items():
        print(f"| {name} | {spent:.0f} |")
    print(f"| together | {sum(found.values()):.0f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
