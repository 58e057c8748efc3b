"""A process that reads files ahead: one task a line from standard input, packed batches and a report back.

Started as `python -m bedside.collect.reader` by `bedside.collect.ahead`.
"""

import os
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from bedside.collect.import_report import ImportReport
from bedside.collect.importing import import_path
from bedside.collect.reading import Choice
from bedside.model.sources import Source

__all__ = ["HEADER_BYTES", "Task", "main", "read_report"]

HEADER_BYTES = 8  # size of the part that follows; 0: this file cannot be read here
BATCH_ROWS = 8192
OUTPUT = 1  # standard output
_PACKED = pa.ipc.IpcWriteOptions(compression="lz4")


class Task(msgspec.Struct, frozen=True):
    """A file to read, and how."""

    path: bytes  # as the system writes it, which need not be text
    source: Source
    collected_at: datetime
    choice: Choice


def read_report(data: bytes) -> ImportReport:
    """The report that a reader sent."""
    return msgspec.json.decode(data, type=ImportReport, dec_hook=_counter)


def _counter(kind: type, value: Any) -> Any:
    return Counter(value)


def _packed(batch: pa.RecordBatch) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=_PACKED) as stream:
        stream.write_batch(batch)
    return sink.getvalue()


def _read(task: Task) -> None:
    """Send the batches of a file, then its report."""
    report = ImportReport()
    for batch in import_path(
        Path(os.fsdecode(task.path)),
        source=task.source,
        collected_at=task.collected_at,
        choice=task.choice,
        report=report,
        page_rows=BATCH_ROWS,
    ):
        _send(_packed(batch))
    _send(msgspec.json.encode(report))


def _send(part: "bytes | pa.Buffer") -> None:
    """Write a part without Python's buffer: that lost bytes whenever a process was stopped in a write and went on."""
    for piece in (len(part).to_bytes(HEADER_BYTES, "big"), part):
        left = memoryview(piece)
        while left:
            left = left[os.write(OUTPUT, left) :]


def main() -> None:
    """Read files until standard input ends; a file that cannot be read is left to whoever asked."""
    for line in sys.stdin.buffer:
        try:
            _read(msgspec.json.decode(line, type=Task))
        except Exception:
            # it is read again where it was asked for, and the error is raised there
            _send(b"")


if __name__ == "__main__":
    main()
