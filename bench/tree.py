"""Time and peak memory of a command with all its children, read from /proc."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["Measured", "measure_command"]

EVERY = 0.1  # seconds between looks
PAGE = os.sysconf("SC_PAGE_SIZE")


class Measured(NamedTuple):
    """Wall-clock seconds and peak resident memory of the process tree, in MiB."""

    seconds: float
    peak_mib: float
    output: str


def _tree_bytes(root: int) -> int:
    """Resident bytes of a process and its descendants; shared pages count once for each process."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    wanted, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in wanted} - wanted
        wanted |= more
        grown = bool(more)
    return sum(_resident(pid) for pid in wanted)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def measure_command(command: Sequence[str], *, folder: Path | None = None) -> Measured:
    """Run a command and measure it.

    Raises
    ------
    RuntimeError
        If the command fails; with the end of what it printed.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        peak = [0]
        over = threading.Event()

        def look() -> None:
            while not over.wait(EVERY):
                peak[0] = max(peak[0], _tree_bytes(process.pid))

        watcher = threading.Thread(target=look)
        watcher.start()
        output, _ = process.communicate()
        over.set()
        watcher.join()
    seconds = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed with {process.returncode}: {output[-2000:]}")
    return Measured(seconds, peak[0] / 2**20, output)
