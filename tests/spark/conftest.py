"""One Spark session for all tests of a process, quick to start and small; skips with a reason where there can be none."""

import gc
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from bedside.errors import BedsideError
from bedside.store.config import EngineSettings
from bedside.store.engine import EmbeddedEngine, Engine
from bedside.store.spark.ground import check_package, find_java
from bedside.store.study import Study

if TYPE_CHECKING:
    from bedside.store.spark.session import Session

QUICK = [
    "spark.driver.memory=1g",
    "spark.sql.shuffle.partitions=2",
    "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
]
LOCAL = EngineSettings(kind="spark", master="local[2]", conf=QUICK, timeout_seconds=300)
LEFT_SOCKETS = "ignore::pytest.PytestUnraisableExceptionWarning"  # PySpark's own, unclosed
Opener = Callable[[Study], Engine]


def check_spark() -> None:
    """Skip where Spark cannot run."""
    try:
        check_package()
        find_java()
    except BedsideError as error:
        pytest.skip(str(error))


@pytest.fixture
def loopback() -> None:
    """Sockets, to this machine alone."""
    enable_socket()
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Session]":
    """The session; use `session`, which lets its sockets through."""
    check_spark()
    from bedside.store.spark.session import Session

    enable_socket()
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)
    begun = Session(LOCAL, tmp_path_factory.mktemp("spark"))
    yield begun
    enable_socket()
    begun.stop()


@pytest.fixture
def session(running: "Session", loopback: None) -> "Iterator[Session]":
    """A running session of Spark, `local[2]`."""
    yield running
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # PySpark leaves sockets to the collector
        gc.collect()


@pytest.fixture(params=["embedded", "spark"])
def opened(request: pytest.FixtureRequest) -> Opener:
    """Opens the one engine, then the other: what holds for one holds for both."""
    if request.param == "embedded":
        return lambda study: EmbeddedEngine(study, workers=2)
    session = request.getfixturevalue("session")
    from bedside.store.spark.engine import SparkEngine

    return lambda study: SparkEngine(study, session=session, workers=2)


def mark_even(batch: pa.RecordBatch, settings: Mapping[str, Any]) -> pa.RecordBatch:
    """A kernel for these tests: relevant where the record number divides by a setting."""
    hits = [n % settings["by"] == 0 for n in batch.column("record_no").to_pylist()]
    columns = [batch.column("post_key"), batch.column("record_no"), pa.array(hits, pa.bool_())]
    return pa.RecordBatch.from_arrays(columns, ["post_key", "record_no", "relevant"])


def fail(batch: pa.RecordBatch, settings: Mapping[str, Any]) -> pa.RecordBatch:
    """A kernel that fails with a post's text in its words."""
    raise ValueError("my secret text")


def pages_in(study: Study) -> list[Path]:
    """Files of derived pages."""
    return sorted(path for path in study.pages.rglob("*.parquet") if path.parent.name != "in")


def mark_slowly(batch: pa.RecordBatch, settings: Mapping[str, Any]) -> pa.RecordBatch:
    """A kernel that takes a while."""
    time.sleep(0.5)
    return mark_even(batch, settings)
