"""Shared by all tests: no network, and secrets in a folder of the test's own."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import disable_socket

from bedside.store.keys import load_keys

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")


def pytest_runtest_setup() -> None:
    """No test reaches the network."""
    disable_socket(allow_unix_socket=True)


@pytest.fixture(autouse=True)
def keys_apart(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the keys of tests away from the user's own."""
    monkeypatch.setenv("BEDSIDE_KEYS", str(tmp_path_factory.mktemp("keys")))
    load_keys.cache_clear()


@pytest.fixture
def data() -> Path:
    """The folder of real data; skips where it is not given."""
    given = os.environ.get("BEDSIDE_DATA")
    if not given or not Path(given).is_dir():
        pytest.skip("BEDSIDE_DATA is not set: no real data to test with")
    return Path(given)


@pytest.fixture
def vectors() -> Path:
    """The folder of published and computed expected values; skips where it is not given."""
    beside = Path(__file__).parents[2] / "shared" / "vectors"
    folder = Path(os.environ.get("BEDSIDE_VECTORS") or beside)
    if not folder.is_dir():
        pytest.skip("BEDSIDE_VECTORS is not set: no tables of expected values to test with")
    return folder
