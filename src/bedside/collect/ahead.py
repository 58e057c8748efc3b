"""Files read ahead: while one is taken in, other processes read the next ones; batches wait packed, in memory only.

What a file gives does not depend on who reads it, and files are taken in one after the other, so the study is the same
whatever the number of processes.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec
import pyarrow as pa

from bedside.collect.formats import only_here
from bedside.collect.import_report import ImportReport
from bedside.collect.importing import import_path
from bedside.collect.reader import BATCH_ROWS, HEADER_BYTES, Task, read_report
from bedside.collect.reading import Choice
from bedside.model.sources import Source
from bedside.store.pool import Process, start_worker, stop_worker

__all__ = ["FilesAhead"]

AHEAD_BYTES = 256 << 20  # of files whose turn has not come; above this their readers wait
WORTH_BYTES = 24 << 20  # of files together: with less, starting processes costs more than it saves
Progress = Callable[[int], None]


class FilesAhead:
    """Reads files in the order given, on several cores where that pays; used as a context.

    Parameters
    ----------
    paths : sequence of Path
        Each a file or archive, as for `import_path`.
    source : Source
    collected_at : datetime
    choice : Choice
    workers : int, optional
        Processes that read; by default one for each core, and none for few or small files.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        source: Source,
        collected_at: datetime,
        choice: Choice,
        workers: int | None = None,
    ) -> None:
        self.paths, self.source, self.collected_at, self.choice = (
            list(paths),
            source,
            collected_at,
            choice,
        )
        self.workers = _worth(self.paths) if workers is None else min(workers, len(self.paths))
        self._news = threading.Condition()
        self._told: list[deque[bytes]] = [deque() for _ in self.paths]
        self._ended: set[int] = set()
        self._held = self._turn = self._begun = self._listening = 0
        self._over = False
        self._processes: list[Process] = []
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Start the processes, if any."""
        if self.workers > 1:
            self._pool = ThreadPoolExecutor(self.workers)
            self._listening = self.workers
            for _ in range(self.workers):
                self._processes.append(start_worker("bedside.collect.reader"))
                self._pool.submit(self._listen, self._processes[-1])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes."""
        with self._news:
            self._over = True
            self._news.notify_all()
        for process in self._processes:
            stop_worker(process)
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def batches(
        self, number: int, report: ImportReport, progress: Progress | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Batches of a file, as `import_path` gives them; files must be asked for in order.

        Parameters
        ----------
        number : int
            Place among `paths`.
        report : ImportReport
            Filled when the iterator ends.
        progress : callable, optional
            Told the number of records so far.

        Raises
        ------
        InputError, FormatError, PermissionRefused
            As `import_path`.
        """
        taken = rows = 0
        told = b""
        for told in self._parts(number):
            if told[:1] == b"{":
                break
            batch = _unpacked(told)
            taken, rows = taken + 1, rows + batch.num_rows
            yield batch
            if progress:
                progress(rows)
        if told[:1] == b"{":
            done = read_report(told)
            report.files += done.files
            report.rejects += done.rejects
            return
        # nobody read it ahead, or whoever did could not go on: it is read here, and an error is raised here
        anew = import_path(
            self.paths[number],
            source=self.source,
            collected_at=self.collected_at,
            choice=self.choice,
            report=report,
            page_rows=BATCH_ROWS,
            progress=progress,
        )
        yield from islice(anew, taken, None)

    def _parts(self, number: int) -> Iterator[bytes]:
        """What the reader of a file told, as it comes; packed batches, and the report if all went well."""
        with self._news:
            self._turn = number
            self._news.notify_all()
        while True:
            with self._news:
                self._news.wait_for(lambda: self._told[number] or self._is_silent(number))
                if not self._told[number]:
                    return
                part = self._told[number].popleft()
                self._held -= len(part)
                self._news.notify_all()
            yield part

    def _is_silent(self, number: int) -> bool:
        """Whether nothing more will be told of a file."""
        return number in self._ended or (number >= self._begun and not self._listening)

    def _listen(self, process: Process) -> None:
        """Give a process one file after the other and keep what it tells, until it ends; a thread for each."""
        while process.poll() is None and (number := self._begin()) is not None:
            # whatever goes wrong here, the file is read by this process when its turn comes
            with suppress(Exception):
                for part in _told(process, self._task(number)):
                    self._keep(number, part)
            with self._news:
                self._ended.add(number)
                self._news.notify_all()
        with self._news:
            self._listening -= 1
            self._news.notify_all()

    def _begin(self) -> int | None:
        """Take the next file that nobody reads; None when there is none."""
        with self._news:
            number = self._begun
            self._begun += 1
            return number if number < len(self.paths) and not self._over else None

    def _task(self, number: int) -> Task:
        return Task(
            path=os.fsencode(self.paths[number]),
            source=self.source,
            collected_at=self.collected_at,
            choice=self.choice,
        )

    def _keep(self, number: int, part: bytes) -> None:
        """Keep a part, once there is room for it."""
        with self._news:
            self._news.wait_for(
                lambda: self._over or number <= self._turn or self._held < AHEAD_BYTES
            )
            self._told[number].append(part)
            self._held += len(part)
            self._news.notify_all()


def _worth(paths: Sequence[Path]) -> int:
    """Processes that pay for these files: none where this process has them sooner, or alone knows the format."""
    sizes = [path.stat().st_size if path.is_file() else 0 for path in paths]
    if sum(sizes) < WORTH_BYTES or only_here():
        return 0
    return min(os.cpu_count() or 1, len(paths))


def _told(process: Process, task: Task) -> Iterator[bytes]:
    """What a process tells of a file; ends early where the process did."""
    if process.stdin is None or process.stdout is None:
        return
    process.stdin.write(msgspec.json.encode(task) + b"\n")
    process.stdin.flush()
    while part := _received(process.stdout):
        yield part
        if part[:1] == b"{":
            return


def _received(stream: IO[bytes]) -> bytes:
    """The next part; empty when the file was given up or the process ended."""
    header = stream.read(HEADER_BYTES)
    size = int.from_bytes(header, "big") if len(header) == HEADER_BYTES else 0
    part = stream.read(size)
    return part if len(part) == size else b""


def _unpacked(part: bytes) -> pa.RecordBatch:
    with pa.ipc.open_stream(pa.BufferReader(part)) as stream:
        return stream.read_next_batch()
