"""Time, CPU time and peak memory of a command with all its children, read from /proc, and of each step it tells of."""

import os
import re
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["Measured", "Step", "measure_command"]

EVERY = 0.1  # seconds between looks
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
_STEP = re.compile(r"^  (?P<name>\S[^:]*): \d+ s$")  # what the command line prints as a step ends


class Look(NamedTuple):
    """What was seen at one moment: seconds since the start, CPU seconds so far, resident MiB."""

    at: float
    cpu: float
    mib: float


class Step(NamedTuple):
    """A step of a command: wall-clock seconds, CPU seconds, and the peak of the process tree in MiB while it went on."""

    name: str
    seconds: float
    cpu: float
    peak_mib: float


class Measured(NamedTuple):
    """Wall-clock and CPU seconds, peak resident memory of the process tree in MiB, what was printed, and the steps."""

    seconds: float
    cpu: float
    peak_mib: float
    output: str
    steps: tuple[Step, ...] = ()


def _look(root: int, began: float) -> Look:
    """Processes of a tree: pages that two of them share count twice; CPU time of ended ones is with their parents."""
    seen: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                seen[int(entry.name)] = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
    wanted, grown = {root}, True
    while grown:
        more = {pid for pid, stat in seen.items() if int(stat[1]) in wanted} - wanted
        wanted |= more
        grown = bool(more)
    stats = [seen[pid] for pid in wanted if pid in seen]
    ticks = sum(int(each) for stat in stats for each in stat[11:15])
    pages = sum(int(stat[21]) for stat in stats)
    return Look(time.perf_counter() - began, ticks / TICKS, pages * PAGE / 2**20)


def measure_command(command: Sequence[str], *, folder: Path | None = None) -> Measured:
    """Run a command and measure it.

    Raises
    ------
    RuntimeError
        If the command fails; with the end of what it printed.
    """
    began = time.perf_counter()
    looks: list[Look] = []
    lines: list[tuple[float, str]] = []
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        over = threading.Event()

        def watch() -> None:
            while not over.wait(EVERY):
                looks.append(_look(process.pid, began))

        watcher = threading.Thread(target=watch)
        watcher.start()
        lines += [(time.perf_counter() - began, line) for line in process.stdout or ()]
        process.wait()
        over.set()
        watcher.join()
    seconds = time.perf_counter() - began
    output = "".join(line for _, line in lines)
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed with {process.returncode}: {output[-2000:]}")
    return Measured(
        seconds,
        max((look.cpu for look in looks), default=0.0),
        max((look.mib for look in looks), default=0.0),
        output,
        tuple(_steps(looks, lines, seconds)),
    )


def _steps(looks: Sequence[Look], lines: Sequence[tuple[float, str]], seconds: float) -> list[Step]:
    """Steps that the command told of, each from the end of the one before; what came after the last is `rest`."""
    ends = [(at, told["name"]) for at, line in lines if (told := _STEP.match(line.rstrip("\n")))]
    steps, before = [], 0.0
    for end, name in [*ends, (seconds, "rest")] if ends else []:
        within = [look for look in looks if before <= look.at <= end]
        if within:
            cpu, peak = within[-1].cpu - within[0].cpu, max(look.mib for look in within)
            steps.append(Step(name, end - before, cpu, peak))
        before = end
    return steps
