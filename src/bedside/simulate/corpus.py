"""Write a corpus of any size with planted truth: `simulate`."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import msgspec
import zstandard

from bedside.errors import InputError, StorageError
from bedside.simulate.bank import BankName
from bedside.simulate.block import FRAMES, HEADER_BYTES, BlockBytes, Job, file_name, make_block
from bedside.simulate.rates import FORMAT_SHARES, Rates
from bedside.simulate.summary import SimulationSummary, add_counts, planted
from bedside.simulate.world import DEFAULT, Plan, World
from bedside.store.pool import interrupts_ignored

__all__ = ["DEFAULT", "Rates", "SimulationSummary", "simulate"]

COMPRESS_TRUTH_ABOVE = 200_000  # posts
FEW_BLOCKS = 6  # below, starting worker processes costs more than it saves
Progress = Callable[[int, int], None]


def simulate(
    out: Path,
    *,
    posts: int,
    seed: int,
    conditions: Sequence[str] = DEFAULT,
    rates: Rates | None = None,
    bank: BankName = "main",
    formats: Sequence[str] | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> SimulationSummary:
    """Write posts about people who do not exist, in platforms' own file formats, with the truth beside them.

    Parameters
    ----------
    out : Path
        New or empty folder; files of an earlier run are never mixed with this one's.
    posts : int
        How many posts, at least 1.
    seed : int
        The same seed (and other settings) gives the same bytes, whatever the number of workers.
    conditions : sequence of str
        Names from `world.known_conditions()`; each gets an equal part.
    rates : Rates, optional
        Natural rates when not given.
    bank : {"main", "held_out", "all"}
        Which phrases: `held_out` is the fifth that no maker's author should have met.
    formats : sequence of str, optional
        Keys of `rates.FORMAT_SHARES`; all when not given.
    progress : callable, optional
        Called with (posts made, posts in all) after each block of 1,000.
    workers : int, optional
        Processes; by default the machine's cores, or none for a small corpus.

    Returns
    -------
    SimulationSummary
        Also in TRUTH_SUMMARY.json. TRUTH.jsonl (.zst above 200,000 posts) has one line for each post.

    Raises
    ------
    InputError
        If a name or number has no meaning, or the folder holds files already.
    StorageError
        If a file cannot be written or a worker fails.
    """
    plan = Plan(
        posts=posts,
        seed=seed,
        conditions=tuple(conditions),
        rates=rates or Rates(),
        bank=bank,
        formats=tuple(formats) if formats is not None else tuple(FORMAT_SHARES),
    )
    world = World(plan)
    _prepare(out)
    return _write_all(out, world, _blocks(world, workers), progress)


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        filled = any(out.iterdir())
    except OSError as error:
        raise StorageError(
            f"cannot use folder {out}: {error.strerror}; give a folder that can be written"
        ) from error
    if filled:
        raise InputError(
            f"folder {out} is not empty; give a new one, so that two corpora are never mixed"
        )


def _blocks(world: World, workers: int | None) -> Iterator[BlockBytes]:
    wanted = (os.cpu_count() or 1) if workers is None else workers
    if wanted < 0:
        raise InputError(f"workers is {wanted}; give 0 (this process) or more")
    if wanted < 2 or (workers is None and world.blocks < FEW_BLOCKS):
        return (make_block(world, block) for block in range(world.blocks))
    return _blocks_of_workers(world, min(wanted, world.blocks))


def _blocks_of_workers(world: World, workers: int) -> Iterator[BlockBytes]:
    """Blocks in order from processes that each make every n-th; a full pipe makes a worker wait."""
    command = [sys.executable, "-m", "bedside.simulate.block"]
    with interrupts_ignored():
        running = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own module
            for _ in range(workers)
        ]
    try:
        for n, process in enumerate(running):
            _tell(process, Job(plan=world.plan, first=n, step=workers))
        decode = msgspec.msgpack.Decoder(BlockBytes).decode
        for block in range(world.blocks):
            yield decode(_receive(running[block % workers]))
    finally:
        for process in running:
            process.kill()
            process.communicate()


def _tell(process: subprocess.Popen[bytes], job: Job) -> None:
    if process.stdin is not None:
        process.stdin.write(msgspec.json.encode(job) + b"\n")
        process.stdin.close()
        process.stdin = None


def _receive(process: subprocess.Popen[bytes]) -> bytes:
    stream = process.stdout
    header = stream.read(HEADER_BYTES) if stream is not None else b""
    if stream is None or len(header) < HEADER_BYTES:
        raise StorageError(
            "a worker of the simulator stopped early; run again, or with workers=0 to see why"
        )
    return stream.read(int.from_bytes(header, "big"))


def _write_all(
    out: Path, world: World, blocks: Iterator[BlockBytes], progress: Progress | None
) -> SimulationSummary:
    writer = CorpusWriter(out, compress_truth=world.plan.posts > COMPRESS_TRUTH_ABOVE)
    counts: dict[str, Counter[str]] = {}
    accounts = AccountCounter()
    done = 0
    try:
        for number, block in enumerate(blocks):
            writer.add(number, block.pieces)
            add_counts(counts, block.counts)
            accounts.add(block.accounts)
            done += world.size(number)
            if progress is not None:
                progress(done, world.plan.posts)
    except OSError as error:
        raise StorageError(
            f"cannot write to {out}: {error.strerror}; free space and run again"
        ) from error
    finally:
        writer.close()
    summary = _summary(world, writer, counts, accounts)
    text = msgspec.json.format(msgspec.json.encode(summary), indent=1)
    (out / "TRUTH_SUMMARY.json").write_bytes(text + b"\n")
    return summary


def _summary(
    world: World,
    writer: "CorpusWriter",
    counts: dict[str, Counter[str]],
    accounts: "AccountCounter",
) -> SimulationSummary:
    return SimulationSummary(
        posts=world.plan.posts,
        accounts=dict(sorted(accounts.by_role.items())),
        seed=world.plan.seed,
        conditions=world.plan.conditions,
        files=dict(sorted(writer.sizes.items())),
        posts_with={layer: dict(sorted(codes.items())) for layer, codes in sorted(counts.items())},
        planted=planted(world),
    )


class AccountCounter:
    """Counts accounts by role, each once; one bit an account."""

    def __init__(self) -> None:
        self.by_role: Counter[str] = Counter()
        self._seen = bytearray()

    def add(self, accounts: dict[str, list[int]]) -> None:
        """Take in the accounts of a block."""
        for role, numbers in accounts.items():
            self.by_role[role] += sum(self._is_new(number) for number in numbers)

    def _is_new(self, number: int) -> bool:
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self._seen):
            self._seen.extend(bytes(place + 4096 - len(self._seen)))
        new = not self._seen[place] & bit
        self._seen[place] |= bit
        return new


class CorpusWriter:
    """Open files of a corpus; each piece goes to its file at once, so memory does not grow."""

    def __init__(self, out: Path, *, compress_truth: bool) -> None:
        self.out = out
        self.compress_truth = compress_truth
        self.sizes: dict[str, int] = {}
        self._open: dict[str, tuple[str, IO[Any]]] = {}

    def add(self, block: int, pieces: dict[str, bytes]) -> None:
        """Append the pieces of a block."""
        for stem, piece in pieces.items():
            frame, name = FRAMES[stem], file_name(stem, block)
            file = self._file(stem, name)
            if self.sizes[name]:
                file.write(frame.between)
            file.write(piece)
            self.sizes[name] += len(piece)

    def _file(self, stem: str, name: str) -> IO[Any]:
        known = self._open.get(stem)
        if known is not None and known[0] == name:
            return known[1]
        if known is not None:
            self._finish(stem)
        compress = stem == "TRUTH" and self.compress_truth
        path = self.out / (f"{name}.zst" if compress else name)
        file: IO[Any] = path.open("wb")
        if compress:
            file = zstandard.ZstdCompressor(level=3).stream_writer(file)
        file.write(FRAMES[stem].head)
        self._open[stem] = (name, file)
        self.sizes[name] = 0
        return file

    def _finish(self, stem: str) -> None:
        _, file = self._open.pop(stem)
        file.write(FRAMES[stem].tail)
        file.close()

    def close(self) -> None:
        """End every document that is still open."""
        for stem in list(self._open):
            self._finish(stem)
