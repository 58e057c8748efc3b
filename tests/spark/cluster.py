"""A standalone cluster of Spark on loopback: a master and workers, each a Java process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from bedside.store.spark.ground import find_java

HOST = "127.0.0.1"
STARTS_WITHIN = 180  # seconds; a busy machine is no fault of the code
ROOT = Path(__file__).parents[2]


def spark_home() -> Path:
    """Where PySpark keeps Spark itself."""
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


class Cluster:
    """A running master and its workers.

    Attributes
    ----------
    master : str
        Its address.
    workers : list of Popen
        Each leads a process group with its executors.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.master = f"spark://{HOST}:{self.port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._master = self._start("master.Master", "--port", str(self.port))
        self._wait_for_master()

    def _start(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        log = (self.folder / f"{name}-{len(self.workers)}.log").open("wb")
        with log:
            return subprocess.Popen(
                [find_java(), "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", f"{spark_home()}/jars/*",
                 f"org.apache.spark.deploy.{name}", "--host", HOST, "--webui-port", "0", *arguments],
                env=os.environ
                | {
                    "SPARK_HOME": str(spark_home()),
                    "SPARK_SCALA_VERSION": "2.13",  # else it is looked up by a shell script
                    "SPARK_LOCAL_IP": HOST,
                    "PYSPARK_PYTHON": sys.executable,
                    "PYTHONPATH": str(ROOT),
                },
                stdout=log,
                stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def _wait_for_master(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self._master.poll() is None:
            with suppress(OSError):
                socket.create_connection((HOST, self.port), 1).close()
                return
            time.sleep(0.2)
        raise AssertionError("the master did not start")

    def add_worker(self) -> None:
        """Start a worker with one core."""
        work = self.folder / f"work-{len(self.workers)}"
        self.workers.append(
            self._start(
                "worker.Worker", "--cores", "1", "--memory", "700m", "--work-dir", str(work), self.master
            )
        )  # fmt: skip

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill a process and what it started, at once."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Kill everything that was started."""
        for process in (*self.workers, self._master):
            self.kill(process)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A master with so many workers, for the length of a block."""
    made = Cluster(folder)
    try:
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        made.stop()
