"""Speed of reading Reddit-like NDJSON into Arrow batches, beside json.loads and DuckDB in the same run.

Usage: python bench/collect_ndjson.py [records]
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from bedside.collect.importing import ImportReport, import_path
from bedside.model.posts import COLLECTED
from bedside.model.sources import Source

WORDS = [
    "the",
    "pain",
    "came",
    "back",
    "after",
    "two",
    "weeks",
    "and",
    "my",
    "doctor",
    "said",
    "wait",
    "but",
    "I",
    "could",
    "not",
    "sleep",
    "so",
    "we",
    "tried",
    "again",
]


def write_dump(path: Path, records: int) -> None:
    """Write comments of about 300 characters, some 850 bytes a line."""
    rnd = random.Random(7)  # noqa: S311 - words for a speed test
    with path.open("w") as file:
        for number in range(records):
            body = " ".join(rnd.choices(WORDS, k=66))
            name = f"t1_{number:07x}"
            record = {
                "id": name[3:], "name": name, "author": f"user_{number % 5000}",
                "author_fullname": f"t2_{number % 5000:05x}", "author_flair_text": None, "body": body,
                "created_utc": 1_700_000_000 + number, "parent_id": f"t1_{max(0, number - 3):07x}",
                "link_id": f"t3_{number // 40:06x}", "subreddit": "ask", "subreddit_id": "t5_2qh1i",
                "score": number % 50, "edited": False, "is_submitter": False, "distinguished": None,
                "stickied": False, "controversiality": 0, "gilded": 0, "score_hidden": False,
                "permalink": f"/r/ask/comments/{number // 40:06x}/_/{name[3:]}/",
                "retrieved_on": 1_700_200_000 + number,
            }  # fmt: skip
            file.write(json.dumps(record, separators=(",", ":")) + "\n")


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process for the work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print MB/s of CPU time for each reader."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    source = Source(name="bench", access_basis="simulated", simulated=True)
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "dump.ndjson", Path(folder) / "out.parquet"
        write_dump(path, records)
        size = path.stat().st_size / 1e6

        def batches() -> int:
            found = import_path(
                path, source=source, collected_at=datetime.now(UTC), report=ImportReport()
            )
            return sum(batch.num_rows for batch in found)

        def parquet() -> None:
            with pq.ParquetWriter(
                out, COLLECTED, compression="zstd", compression_level=1
            ) as writer:
                for batch in import_path(
                    path, source=source, collected_at=datetime.now(UTC), report=ImportReport()
                ):
                    writer.write_batch(batch)

        def loads() -> None:
            with path.open("rb") as file:
                for line in file:
                    json.loads(line)

        def duck() -> None:
            with duckdb.connect() as base:
                base.execute("SET threads = 1")
                query = "COPY (SELECT * FROM read_json(?, format = 'newline_delimited')) TO '{}' (FORMAT parquet)"
                base.execute(query.format(out.as_posix()), [str(path)])

        print(
            f"{records} records, {size:.1f} MB, {size * 1e6 / records:.0f} bytes each; CPU time, one core"
        )
        for name, work in (
            ("bedside: file to Arrow batches", batches),
            ("bedside: file to Parquet", parquet),
            ("json.loads of the lines only", loads),
            ("duckdb read_json to Parquet, 1 thread", duck),
        ):
            print(f"{name:40} {size / seconds(work):7.1f} MB/s")


if __name__ == "__main__":
    main()
