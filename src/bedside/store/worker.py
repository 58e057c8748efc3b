"""A worker process: reads one job a line, runs a kernel over one page, writes one page.

Started as `python -m bedside.store.worker`, because a spawned pool breaks unguarded scripts and notebooks.
"""

import gc
import importlib
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bedside.errors import BedsideError
from bedside.store.files import replace_file
from bedside.store.keys import load_keys
from bedside.store.stages import Kernel
from bedside.store.vault import open_page

__all__ = ["Answer", "Job", "answer_for", "load_kernel", "main", "work"]


class Job(msgspec.Struct, frozen=True):
    """One page to make: kernel, where it reads and writes, and the settings it may see."""

    kernel: str
    input: str
    output: str
    settings: dict[str, Any]
    sealed_for: str | None = None  # study id, when the input is a page of the vault
    context: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """What became of a job: rows written, or what went wrong, without any text of a post."""

    rows: int = 0
    error: str = ""


def load_kernel(name: str) -> Kernel:
    """Load `package.module:function`."""
    module, _, function = name.partition(":")
    kernel: Kernel = getattr(importlib.import_module(module), function)
    return kernel


def _batch(job: Job, context: pa.Table | None) -> pa.RecordBatch:
    path = Path(job.input)
    table = (
        open_page(path, load_keys(job.sealed_for).vault) if job.sealed_for else pq.read_table(path)
    )
    if job.context:
        context = pq.read_table(job.context)
    if context is not None:
        table = _with_context(table, context)
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


def _with_context(table: pa.Table, context: pa.Table) -> pa.Table:
    for name in context.column_names:
        if name not in ("record_no", "keep"):
            table = table.append_column(name, context[name])
    return table.filter(pc.fill_null(context["keep"], False))


def work(job: Job, context: pa.Table | None = None) -> Answer:
    """Run one job, with its context rows unless it names their file; the output appears whole or not at all."""
    kernel = load_kernel(job.kernel)
    with _no_search_for_cycles():
        batch = kernel(_batch(job, context), job.settings)
    table = pa.Table.from_batches([batch])
    replace_file(
        Path(job.output),
        lambda file: pq.write_table(table, file, compression="zstd", compression_level=1),
    )
    return Answer(rows=table.num_rows)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Let the garbage collector rest: a page makes many objects and no cycles, and all of them end with it."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _told(error: Exception) -> str:
    """Name the error and its place; its own words only if they are ours, since others may quote a post."""
    if isinstance(error, BedsideError):
        return str(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"


def answer_for(job: Job, context: pa.Table | None = None) -> Answer:
    """Run one job; any failure becomes an answer."""
    try:
        return work(job, context)
    except Exception as error:
        return Answer(error=_told(error))


def main() -> None:
    """Answer jobs from standard input until it ends."""
    for line in sys.stdin:
        answer = answer_for(msgspec.json.decode(line, type=Job))
        sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
