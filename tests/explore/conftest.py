"""Shared by the tests of the explorer: a small simulated study run once, a live server, a browser, axe."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bedside.cli.demo import run_demo
from bedside.store.keys import load_keys
from tests.explore.client import NOON

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
FLAGS = [  # nothing leaves this machine
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
POSTS = 1500
Axe = Callable[[Any], list[str]]


@pytest.fixture(scope="session")
def kept_study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A simulated study that was run once, and the folder of its keys; nobody writes to it."""
    folder, keys = tmp_path_factory.mktemp("explorer"), tmp_path_factory.mktemp("explorer-keys")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEDSIDE_KEYS", str(keys))
        load_keys.cache_clear()
        run_demo(folder, posts=POSTS, seed=7, now=NOON, say=lambda _: None)
        load_keys.cache_clear()
        yield folder / "study", keys


@pytest.fixture
def study(kept_study: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The study, to read; its keys are at hand."""
    folder, keys = kept_study
    monkeypatch.setenv("BEDSIDE_KEYS", str(keys))
    load_keys.cache_clear()
    return folder


@pytest.fixture
def own_study(study: Path, tmp_path: Path) -> Path:
    """A copy of the study, to write to."""
    return Path(shutil.copytree(study, tmp_path / "study"))


class Served:
    """`bedside open`, running: its address, and the address that opens its session once."""

    def __init__(self, folder: Path, keys: Path, *options: str) -> None:
        command = [sys.executable, "-m", "bedside", "open", str(folder), "--no-browser", *options]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "BEDSIDE_KEYS": str(keys), "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "token=" in line, self.process.communicate()[1]
        self.entrance = line.split()[-1]
        self.address = self.entrance.partition("/enter")[0]

    def stop(self) -> str:
        """End it as Ctrl-C does; gives what it wrote to its log."""
        self.process.terminate()
        return self.process.communicate(timeout=20)[1]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: pages are not driven in a browser")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def served(kept_study: tuple[Path, Path]) -> Iterator[Served]:
    """The explorer of the study that nobody writes to."""
    running = Served(*kept_study, "--as", "Ann")
    yield running
    log = running.stop()
    assert not log, f"the server wrote to its log:\n{log}"


@pytest.fixture(scope="session")
def entered(browser: Any, served: Served) -> Iterator[Any]:
    """A browser context whose session is open."""
    context = browser.new_context(base_url=served.address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    context.new_page().goto(served.entrance)
    yield context
    context.close()


@pytest.fixture
def page(entered: Any) -> Iterator[Any]:
    """A page in the open session."""
    made = entered.new_page()
    yield made
    made.close()


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Axe-core on a page, in light and in dark: what it finds, one line each."""

    def run(page: Any) -> list[str]:
        found = []
        page.wait_for_load_state()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
            told = page.evaluate("axe.run()")
            found += [
                f"{scheme} {page.url}: {broken['id']} at {broken['nodes'][0]['target']} ({len(broken['nodes'])})"
                for broken in told["violations"]
            ]
        return found

    return run
