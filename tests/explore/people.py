"""People at a study: each at an explorer of their own, as two would sit at two machines over one log."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bedside.cli.opened import opened
from bedside.judge.decisions import WHOLE, open_log
from bedside.judge.sampling import draw_learning, draw_sample
from bedside.store.study import open_study
from tests.explore.conftest import Served

__all__ = ["BENCH", "coded", "decided", "sitting"]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BENCH = "/coding/round-1"


@contextmanager
def sitting(browser: Any, folder: Path, keys: Path, who: str, **view: Any) -> Iterator[Any]:
    """A page of one person's session; a fault in the page or in the server's log fails the test."""
    running = Served(folder, keys, "--as", who)
    context = browser.new_context(base_url=running.address, **view)
    context.set_default_timeout(90_000)  # a busy machine is no fault of the page
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        page.goto(f"{running.entrance}&to=/safety/send")  # a page that asks little
        yield page
    finally:
        context.close()
        log = running.stop()
    assert not log, f"the server wrote to its log:\n{log}"
    assert not faults, faults


@pytest.fixture
def coded(own_study: Path, kept_study: tuple[Path, Path]) -> tuple[Path, Path]:
    """A study with a sample of some 26 posts for feel, and its keys."""
    with opened(own_study) as at:
        draw_sample(
            at.study, at.ask, at.book, at.snapshot, name="round-1", size=30, now=NOW, layers=["feel"], seed="2a"
        )  # fmt: skip
        draw_learning(
            at.study, at.ask, at.book, at.snapshot, name="learn-1", layer="feel", code="relief", size=8, now=NOW
        )  # fmt: skip
    return own_study, kept_study[1]


def decided(folder: Path, coder: str) -> dict[str, set[str]]:
    """Codes that a coder holds present, by the posts they are done with."""
    with open_log(open_study(folder)) as log:
        rows = log.current(coder=coder, layer="feel").to_pylist()
    done = {r["subject_key"] for r in rows if r["code"] == WHOLE and r["decision"] == "layer_complete"}  # fmt: skip
    return {
        key: {r["code"] for r in rows if r["subject_key"] == key and r["decision"] == "present"}
        for key in done
    }
