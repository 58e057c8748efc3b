"""A pool of worker processes: one job a line to each, one answer a line back."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from queue import SimpleQueue

import msgspec

from bedside.store.linear_algebra import ONE_THREAD
from bedside.store.worker import Answer, Job

__all__ = ["Process", "interrupts_ignored", "pooled", "start_worker", "stop_worker"]

Process = subprocess.Popen[bytes]


@contextmanager
def interrupts_ignored() -> Iterator[None]:
    """What is started within never hears Ctrl-C: this process ends its workers, without a word of theirs.

    The signal is held back, not dropped: one that comes meanwhile is heard here at the end.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_worker(module: str = "bedside.store.worker") -> Process:
    """Start a process of a module of ours that answers on standard output what it reads from standard input."""
    with interrupts_ignored():
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | ONE_THREAD,
        )


def stop_worker(worker: Process) -> None:
    """End a worker, then let go of its pipes: a thread that still waits for its answer holds them until then."""
    worker.kill()
    worker.wait()
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _ask_worker(worker: Process, job: Job) -> Answer:
    """Send a job and wait for its answer; a worker that died answers with an error."""
    if worker.stdin is None or worker.stdout is None:
        return Answer(error="a worker has no pipes")
    try:
        worker.stdin.write(msgspec.json.encode(job) + b"\n")
        worker.stdin.flush()
        line = worker.stdout.readline()
    except (BrokenPipeError, OSError):
        line = b""
    if not line:
        return Answer(
            error="a worker process was ended from outside, perhaps for want of memory; run again"
        )
    return msgspec.json.decode(line, type=Answer)


def pooled(jobs: list[Job], workers: int) -> Generator[tuple[Job, Answer], None, None]:
    """Jobs with their answers as they come, from `workers` processes; the first jobs are begun first."""
    idle: SimpleQueue[Process] = SimpleQueue()
    started: list[Process] = []

    def one(job: Job) -> tuple[Job, Answer]:
        worker = idle.get()
        try:
            return job, _ask_worker(worker, job)
        finally:
            idle.put(worker)

    pool = ThreadPoolExecutor(workers)
    try:
        for _ in range(workers):
            started.append(start_worker())
            idle.put(started[-1])
        for future in as_completed([pool.submit(one, job) for job in jobs]):
            yield future.result()
    finally:
        for worker in started:
            stop_worker(worker)
        pool.shutdown(wait=True, cancel_futures=True)
