"""Speed and accuracy of `unify`: microseconds of CPU a post, and folds against planted copies.

Run: python bench/unify.py [folder of gzip'd JSON lines with a `text`]   (without one: texts made of word lists)
"""

import gzip
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from bedside.model.posts import COLLECTED
from bedside.store.keys import create_keys
from bedside.unify.clean import clean
from bedside.unify.fingerprints import sketch_texts, tokens_of
from bedside.unify.language import detect_language
from bedside.unify.mask import mask_text
from bedside.unify.place import find_place
from bedside.unify.posts import unify_batch
from bedside.unify.words import read_words

LENGTH = 300  # characters a post, as in DESIGN
POSTS = 4000


def main() -> None:
    """Print a table of CPU times."""
    texts = read_texts(Path(sys.argv[1])) if len(sys.argv) > 1 else made_texts()
    print(f"{len(texts)} posts of {LENGTH} characters")
    detect_language("load the model before the clock starts")
    show("clean", texts, clean)
    show("mask", texts, mask_text)
    show("language", texts, detect_language)
    show(
        "place",
        texts,
        lambda text: find_place(collected=(None, None, None), text=text, bio=None, about=None),
    )
    words = [tokens_of(text) for text in texts]
    show("tokens", texts, tokens_of)
    show("sketch", [words], sketch_texts, per=len(texts))
    show("whole kernel", [as_batch(texts)], kernel(), per=len(texts))


def kernel() -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The kernel with a key of its own."""
    folder = tempfile.mkdtemp()
    os.environ["BEDSIDE_KEYS"] = folder
    create_keys("bench")
    return lambda batch: unify_batch(batch, {"study_id": "bench"})


def show(
    name: str, items: list[Any], work: Callable[[Any], Any], *, per: int | None = None
) -> None:
    """Print the CPU time a post of `work` over all items, the better of two runs."""
    best = min(cpu(items, work) for _ in range(2)) / (per or len(items))
    print(f"{name:14} {best * 1e6:8.1f} us  {1 / best:10,.0f} posts per CPU-second")


def cpu(items: list[Any], work: Callable[[Any], Any]) -> float:
    """CPU seconds of one run over all items."""
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start


def read_texts(folder: Path) -> list[str]:
    """Real texts, joined and cut to equal length."""
    texts: list[str] = []
    joined = ""
    for path in sorted(folder.rglob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for _, line in zip(range(3000), lines, strict=False):
                joined += " " + (json.loads(line).get("text") or "")
                if len(joined) >= LENGTH:
                    texts.append(joined[:LENGTH])
                    joined = ""
    random.Random(1).shuffle(texts)  # noqa: S311
    return texts[:POSTS]


def made_texts() -> list[str]:
    """Texts of random ordinary words."""
    draw = random.Random(1)  # noqa: S311
    words = sorted(read_words("ordinary"))
    return [" ".join(draw.choices(words, k=60))[:LENGTH] for _ in range(POSTS)]


def as_batch(texts: list[str]) -> pa.RecordBatch:
    """Texts as records of one forum."""
    now = datetime(2024, 5, 1, tzinfo=UTC)
    given = {
        "platform": "forum",
        "kind": "post",
        "text_state": "kept",
        "state": "live",
        "collected_at": now,
    }
    given |= {"collector": "bench", "raw_sha256": "0", "source": "forum", "published_at": now}
    rows = [
        {
            **given,
            "post_id": f"forum:{n}",
            "native_id": str(n),
            "body": text,
            "record_no": n,
            "author_id": f"u{n}",
        }
        for n, text in enumerate(texts)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=COLLECTED)


if __name__ == "__main__":
    main()
