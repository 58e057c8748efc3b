"""A fuzzing run over the makers: posts put together at random, counted by what came of them.

    python -m bench.fuzz [posts] [seed]

Writes how many posts were read, how many makers failed, how many spans lay outside their text, and how the time of the
longest posts compares with their length. The last run is written down in docs/MAKERS.md.
"""

import random
import sys
import time

import pyarrow as pa

from bedside.evaluate.machine import posts_batch
from bedside.understand.stage import understand_batch

PIECES = (
    "took sertaline and felt awful", "SUGAR FEEDS CANCER", "😭🙄💀", "<div class='x'>&nbsp;</div>", "&lt;b&gt;", "\u200d\u200b",
    "Kopfschmerzen seit Tagen", "тошнота и боль", "頭が痛い", "مريض", "googled it", "my hair fell out", "kill me lol", "12/10 pain",
    "http://a.example/b?c=d", "no no no no", "??!!...", "i i i i i", "İIıi", "½ ¼ ²", "she hit me", "before anyone", "# x\n* y\n", "\t",
    "mg mg mg", "don't don’t dont", "((((", "]]>", "a" * 300, "9" * 50, "-" * 80,
)  # fmt: skip
SETTINGS = {"languages": ["en"], "makers": None}


def random_post(draw: random.Random) -> str:
    """Pieces, and runs of characters of any plane."""
    parts = [
        draw.choice(PIECES)
        if draw.random() < 0.8
        else "".join(
            chr(draw.choice((draw.randrange(32, 0x2FFF), draw.randrange(0x1F300, 0x1FAFF))))
            for _ in range(12)
        )
        for _ in range(draw.randrange(1, 60))
    ]
    return (
        draw.choice((" ", "\n", "", ". ")).join(parts)[: draw.choice((80, 400, 3000, 20_000))]
        or "x"
    )


def run(posts: int, seed: int) -> None:
    """Read random posts in batches and count."""
    draw = random.Random(seed)  # noqa: S311 (no secret)
    failed = outside = marks = 0
    for first in range(0, posts, 250):
        texts = [random_post(draw) for _ in range(min(250, posts - first))]
        batch = posts_batch([(str(n), text) for n, text in enumerate(texts)])
        bodies = dict(
            zip(batch.column("post_key").to_pylist(), batch.column("body").to_pylist(), strict=True)
        )
        for row in pa.Table.from_batches([understand_batch(batch, SETTINGS)]).to_pylist():
            failed += row["coverage"] == "failed"
            marks += row["row"] == "mark"
            for span in row["spans"] or ():
                length = len(bodies[row["post_key"]])
                outside += not 0 <= span["start"] < span["end"] <= length
    print(
        f"{posts} posts, seed {seed}: {marks} marks, {failed} makers failed, {outside} spans outside their text"
    )
    for length in (2_500, 5_000, 10_000, 20_000):
        text = ("I took sertaline and my hair fell out. " * 600)[:length]
        batch = posts_batch([("a", text)])
        start = time.process_time()
        understand_batch(batch, SETTINGS)
        print(f"  {length:6} characters: {time.process_time() - start:.2f} s of CPU")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    run(*(given + [2000, 1][len(given) :]))
