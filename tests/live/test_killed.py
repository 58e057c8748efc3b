"""A collector that is killed again and again ends with the same bytes as one that ran through."""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bedside.cli.collecting import collect
from bedside.store.live import live_state
from bedside.store.study import Study, open_study
from tests.live.conftest import START, later, standing
from tests.live.server import Reply, Server
from tests.live.sites import Mastodon

pytestmark = pytest.mark.e2e
KILLS = 20
ONE_ROUND = """
import sys
from datetime import datetime
from pathlib import Path
from bedside.cli.collecting import collect
from bedside.collect.live.landing import Landing
from bedside.store.live import live_state
from bedside.store.study import open_study
folder = Path(sys.argv[1])
if live_state(open_study(folder), "site").rounds == 0:
    print("go", flush=True)
    collect(folder, now=datetime.fromisoformat(sys.argv[2]))
else:  # what the next command does first
    Landing(open_study(folder), "site", b"").tidy(live_state(open_study(folder), "site"))
print("done", flush=True)
"""


class Killer:
    """Kills the running child when the server is asked its n-th question, before it is answered."""

    def __init__(self, server: Server, chance: random.Random) -> None:
        self.child: subprocess.Popen[str] | None = None
        self.left = 0
        self.chance = chance
        for path, handler in list(server.routes.items()):
            server.routes[path] = self._watched(handler)

    def _watched(self, handler: Callable[..., Reply]) -> Callable[..., Reply]:
        def answer(query: dict[str, str], asked: dict[str, str]) -> Reply:
            self.left -= 1
            if self.left == 0 and self.child is not None:
                self.child.kill()
                self.child.wait()
            return handler(query, asked)

        return answer


def _files(folder: Path) -> dict[str, str]:
    """Every file that a round leaves, with its hash; the lock is empty."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != ".lock"):
        found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_twenty_kills_change_no_byte(server: Server, make_study: Callable[..., Study]) -> None:
    chance = random.Random(20_260_301)  # noqa: S311 (where to kill, not a secret)
    Mastodon(server, statuses=40)
    study = make_study("mastodon", url=server.url, tags="endo", service="social.example")
    whole = study.folder.with_name("whole")
    shutil.copytree(study.folder, whole)
    collect(whole, now=later(0))
    killer = Killer(server, chance)
    killed = 0
    for turn in range(2 * KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", ONE_ROUND, str(study.folder), START.isoformat() if turn == 0 else later(turn).isoformat()],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert child.stdout is not None
        by_time = KILLS - 6 <= killed < KILLS
        killer.child, killer.left = child, 0 if killed >= KILLS - 6 else chance.randint(1, 4)
        said = child.stdout.readline()
        if by_time and said == "go\n":
            timer = threading.Timer(chance.uniform(0.0, 0.8), child.kill)
            timer.start()
            child.wait()
            timer.cancel()
        done = child.stdout.read() == "done\n" or said == "done\n"
        child.wait()
        child.stdout.close()
        killed += child.returncode < 0
        if done and child.returncode == 0:
            break
        time.sleep(0.01)
    assert killed >= KILLS - 6, f"only {killed} were killed"
    assert live_state(open_study(study.folder), "site").rounds == 1
    assert len(standing(study)) == 80
    assert _files(study.folder) == _files(whole)
