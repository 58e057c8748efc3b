"""Linear algebra keeps to one thread, in the command line as in its workers."""

import os

import pytest

from bedside.__main__ import main
from bedside.store.linear_algebra import ONE_THREAD


def test_the_command_line_keeps_linear_algebra_to_one_thread_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ONE_THREAD:
        monkeypatch.setenv(name, "7")
    for name in set(ONE_THREAD) - {"MKL_NUM_THREADS"}:
        monkeypatch.delenv(name)
    seen: dict[str, str] = {}

    def run_app() -> int:
        seen.update({name: os.environ[name] for name in ONE_THREAD})
        return 0

    monkeypatch.setattr("bedside.cli.ending.run_app", run_app)
    with pytest.raises(SystemExit):
        main()
    assert seen == ONE_THREAD | {"MKL_NUM_THREADS": "7"}
