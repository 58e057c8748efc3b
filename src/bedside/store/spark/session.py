"""A session of Spark: started quietly, given up when nobody answers, ended with everything it started."""

import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pyspark
from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from bedside.errors import BedsideError, InputError, SourceError
from bedside.store.config import EngineSettings
from bedside.store.files import storage_errors
from bedside.store.spark.faults import spark_errors
from bedside.store.spark.ground import check_master, find_java, is_local

__all__ = ["Session"]

T = TypeVar("T")
LOG = Path(__file__).with_name("log4j2.properties")
TICK = 0.5  # seconds between two looks at what runs
LEAST_ROOM = 1 << 20  # bytes
LOOPBACK = "127.0.0.1"
_QUIET_ENVIRONMENT = {
    "PYSPARK_SUBMIT_ARGS": "pyspark-shell",
    "SPARK_HOME": str(Path(pyspark.__file__).parent),
}
_CONF = {
    "spark.app.name": "bedside",
    "spark.driver.memory": "2g",
    "spark.driver.maxResultSize": "0",  # what comes to the driver is held by Python
    "spark.ui.enabled": "false",  # shows queries, to anybody
    "spark.ui.showConsoleProgress": "false",
    "spark.eventLog.enabled": "false",
    "spark.io.encryption.enabled": "true",  # spilled and shuffled rows are masked posts
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.warehouse.dir": "",
}
_LOCAL_CONF = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    # some hundreds of short queries: to plan and compile each took thirteen times as long as to run it (docs/SPARK.md)
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""Of a local master, where a study is small; `conf` of the study stands over it."""


class Session:
    """Spark's driver on this machine, and its connection to a master.

    Parameters
    ----------
    settings : EngineSettings
    spill : Path
        Folder of temporary files; whoever asks removes it.
    workers : int, optional
        Of a local master without a number: that many.

    Attributes
    ----------
    spark : pyspark.sql.SparkSession
    master : str
    settings : EngineSettings

    Raises
    ------
    BedsideError
        If Java is missing or another version, or Spark does not start.
    SourceError
        If the master does not answer within `timeout_seconds`.
    """

    def __init__(
        self, settings: EngineSettings, spill: Path, *, workers: int | None = None
    ) -> None:
        self.settings = settings
        self.master = settings.master or f"local[{workers or '*'}]"
        check_master(self.master, settings.timeout_seconds)
        java = find_java()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="spark")
        self._gateway: Any = None
        self._context: Any = None
        try:
            self._start(java, spill)
        except BaseException:
            self.stop()
            raise

    def _start(self, java: Path, spill: Path) -> None:
        conf = self._conf(spill)
        _check_room(conf.get("spark.local.dir"))
        for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
            PySparkLogger.getLogger(
                name
            ).disabled = True  # it would write values of rows to the terminal
        home = java.resolve().parents[1]
        local = {"SPARK_LOCAL_IP": LOOPBACK} if is_local(self.master) else {}
        told = (
            _QUIET_ENVIRONMENT
            | local
            | {
                "JAVA_HOME": str(home),
                "PYSPARK_PYTHON": self.settings.python or sys.executable,
            }
        )
        with _environment(told):
            self._gateway = self._launch(conf)
            with spark_errors("start"):
                self.spark: SparkSession = self._in_time(lambda: self._connect(conf))

    def _launch(self, conf: SparkConf) -> Any:
        """Start Java, with its words in a file or nowhere."""
        path = self.settings.log or os.devnull
        with storage_errors("Spark's temporary files or log"), Path(path).open("ab") as log:
            try:
                return launch_gateway(conf, {"stdout": log, "stderr": log})
            except pyspark.errors.PySparkRuntimeError as error:
                raise BedsideError(
                    "Java ended before Spark had started; see that the memory asked for is there (spark.driver.memory) "
                    'and what it says: log = "spark.log" in [engine] of study.toml keeps its words'
                ) from error

    def _connect(self, conf: SparkConf) -> SparkSession:
        self._context = SparkContext(conf=conf, gateway=self._gateway)
        return SparkSession(self._context)

    def _in_time(self, call: Callable[[], T]) -> T:
        """Wait for the start; Spark itself would wait for ever."""
        running = self._thread.submit(call)
        try:
            return running.result(self.settings.timeout_seconds)
        except NotYet as error:
            raise SourceError(
                f"Spark did not start within {self.settings.timeout_seconds:g} seconds at {self.master}; see that the "
                "master runs and takes applications, or set timeout_seconds in [engine] of study.toml"
            ) from error

    def _conf(self, spill: Path) -> SparkConf:
        values = _CONF | {
            "spark.master": self.master,
            "spark.local.dir": str(spill / "spark"),
            "spark.sql.warehouse.dir": str(spill / "warehouse"),
        }
        if is_local(self.master):
            values |= _LOCAL_CONF
        java = f"-Dlog4j2.configurationFile={LOG.as_uri()} -XX:-UsePerfData"
        for given in self.settings.conf:
            name, sign, value = given.partition("=")
            if not sign or not name.startswith("spark."):
                raise InputError(
                    f"conf '{given}' of the engine is no setting of Spark; write spark.name=value"
                )
            values[name.strip()] = value.strip()
        own = values.get("spark.driver.extraJavaOptions", "")
        values["spark.driver.extraJavaOptions"] = f"{java} {own}".strip()
        return SparkConf(loadDefaults=False).setAll(list(values.items()))

    # work

    def wait(self, name: str, call: Callable[[], T], tick: Callable[[], object] | None = None) -> T:
        """Run something on Spark and wait for it, while somebody is there to do it.

        Parameters
        ----------
        name : str
            For errors.
        call : callable
        tick : callable, optional
            Called now and then meanwhile.

        Raises
        ------
        SourceError
            If no worker is there for `timeout_seconds`.
        BedsideError
            If it fails; see `spark_errors`.
        """
        running = self._thread.submit(call)
        seen = time.monotonic()
        with spark_errors(name):
            try:
                while True:
                    try:
                        return running.result(TICK)
                    except NotYet:
                        if running.done():
                            raise
                    if tick is not None:
                        tick()
                    if self._executors():
                        seen = time.monotonic()
                    elif time.monotonic() - seen > self.settings.timeout_seconds:
                        raise SourceError(self._nobody())
            except BaseException:
                self._cancel()
                raise

    def _executors(self) -> int:
        """Executors that are there; a local master is its own."""
        if is_local(self.master):
            return 1
        return int(self._context._jsc.sc().getExecutorMemoryStatus().size()) - 1

    def tasks_done(self, tasks: int) -> int:
        """Of what runs now, how many tasks are done of the step that has so many; 0 where none runs."""
        tracker = self._context.statusTracker()
        jobs = [tracker.getJobInfo(job) for job in tracker.getActiveJobsIds()]
        steps = [tracker.getStageInfo(step) for job in jobs if job for step in job.stageIds]
        return max((s.numCompletedTasks for s in steps if s and s.numTasks == tasks), default=0)

    def _nobody(self) -> str:
        return (
            f"no worker took anything from {self.master} for {self.settings.timeout_seconds:g} seconds; see that workers "
            "run, that they have the cores and memory asked for (spark.executor.memory), and that they may reach this "
            "machine (spark.driver.host); nothing that was finished is lost"
        )

    def _cancel(self) -> None:
        with suppress(Exception):
            self._context.cancelAllJobs()

    def stop(self) -> None:
        """End the session and the Java process, whatever state they are in."""
        gateway, context, self._context = self._gateway, self._context, None
        if context is not None:
            with suppress(Exception), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a Java process that is gone already
                self._thread.submit(self.spark.stop).result(TICK * 40)
        self._gateway = None
        if gateway is not None:
            with suppress(Exception):
                gateway.shutdown()
            _end(gateway.proc)
        self._thread.shutdown(wait=False, cancel_futures=True)
        SparkContext._gateway = SparkContext._jvm = (
            None  # else the next session would ask this Java
        )
        SparkContext._active_spark_context = None
        SparkSession._instantiatedSession = SparkSession._activeSession = None


def _check_room(folders: str) -> None:
    """See that Spark could write its temporary files: without room Java would end without a word."""
    for folder in folders.split(","):
        with storage_errors(f"Spark's temporary files in {folder}"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(bytes(LEAST_ROOM))
                file.flush()


def _end(java: "subprocess.Popen[bytes]") -> None:
    """End Java: it goes by itself when its standard input closes, and is killed if not."""
    with suppress(OSError):
        if java.stdin is not None:
            java.stdin.close()
    try:
        java.wait(TICK * 20)
    except subprocess.TimeoutExpired:
        java.kill()
        java.wait()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Environment variables for the length of a start."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
