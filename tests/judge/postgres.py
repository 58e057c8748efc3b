"""A real PostgreSQL server of Debian's package, on a Unix socket, for the length of a test session."""

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

STARTS_WITHIN = 30  # seconds
OTHER_USERS = ("postgres", "nobody")  # the server refuses to run as root


def _program(name: str) -> str:
    """Path of a server program, the newest version first; skips where there is none."""
    there = [str(p) for p in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    found = [*sorted(there, reverse=True), *filter(None, [shutil.which(name)])]
    if not found:
        pytest.skip("no PostgreSQL server here: install Debian's package postgresql")
    return found[0]


def _as_user(folder: Path) -> list[str]:
    """Words before a command that make it run as somebody who is not root, owning the folder."""
    if os.geteuid():
        return []
    for user in OTHER_USERS:
        if (
            shutil.which("runuser")
            and subprocess.run(["id", user], capture_output=True).returncode == 0
        ):
            shutil.chown(folder, user)
            return ["runuser", "-u", user, "--"]
    pytest.skip("PostgreSQL refuses root, and there is no other user to run it as")


@contextmanager
def server() -> Iterator[str]:
    """Start a server; give the URL of a database on it."""
    initdb, postgres = _program("initdb"), _program("postgres")
    folder = Path(mkdtemp(prefix="bedside-pg-", dir="/tmp"))
    folder.chmod(0o755)
    before, data = _as_user(folder), folder / "data"
    made = subprocess.run(
        [*before, initdb, "-D", str(data), "-U", "bedside", "-A", "trust", "-N", "-E", "UTF8"],
        capture_output=True, text=True, cwd=folder,
    )  # fmt: skip
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"initdb failed: {made.stderr.strip().splitlines()[-1:]}")
    running = subprocess.Popen(
        [*before, postgres, "-D", str(data), "-k", str(folder), "-c", "listen_addresses=", "-F"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    try:
        _wait(folder, running)
        yield f"postgresql://bedside@/postgres?host={folder}"
    finally:
        _stop(data, running)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, running: subprocess.Popen[bytes]) -> None:
    import psycopg

    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and running.poll() is None:
        try:
            psycopg.connect(host=str(folder), user="bedside", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.skip(f"the PostgreSQL server did not start as {getpass.getuser()}")


def _stop(data: Path, running: subprocess.Popen[bytes]) -> None:
    """Ask the server itself to end, since signals do not pass through runuser."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 2)
    except (OSError, ValueError, IndexError):
        running.terminate()
    running.wait(20)
