"""What Spark stands on is looked at first, and what is missing is said with what to do."""

import errno
import importlib.metadata
import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bedside.errors import BedsideError, InputError, SourceError, StorageError
from bedside.store.config import EngineSettings
from bedside.store.engines import open_engine
from bedside.store.spark.ground import check_master, check_package, find_java, is_local
from bedside.store.study import Study, create_study
from tests.spark.conftest import check_spark


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return create_study(tmp_path / "s", title="t")


def fake_java(folder: Path, said: str) -> Path:
    """A `java` that says what it is told to."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    java.chmod(java.stat().st_mode | stat.S_IXUSR)
    return java


@pytest.mark.parametrize(
    "said",
    ['openjdk version "17.0.15" 2025-04-15', 'java version "21" 2023-09-19', 'openjdk version "21.0.2"'],
)  # fmt: skip
def test_java_17_and_21_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    java = fake_java(tmp_path, said)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert find_java() == java


@pytest.mark.parametrize(
    ("said", "version"),
    [('openjdk version "11.0.2" 2019-01-15', "11"), ('java version "1.8.0_292"', "8"), ('openjdk version "25" 2025-09-16', "25")],
)  # fmt: skip
def test_a_wrong_java_is_named_with_the_right_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, version: str
) -> None:
    java = fake_java(tmp_path, said)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{java.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(
        BedsideError, match=f"needs Java 17 or 21, and .*java is Java {version}; install"
    ):
        find_java()


def test_no_java_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BedsideError, match="none on this machine; install Java 17"):
        find_java()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    with pytest.raises(BedsideError, match="none at JAVA_HOME"):
        find_java()


def test_a_java_that_says_nothing_is_no_java(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_java(tmp_path, "hello")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(BedsideError, match="does not say which Java"):
        find_java()


@pytest.mark.parametrize("missing", ["pyspark", "pandas"])
def test_spark_that_is_not_installed_says_what_to_install(
    study: Study, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    def version(name: str) -> str:
        if name == missing:
            raise importlib.metadata.PackageNotFoundError(name)
        return "4.0.1"

    monkeypatch.setattr("bedside.store.spark.ground.version", version)
    with pytest.raises(BedsideError, match=rf"needs {missing}.*pip install 'bedside\[spark\]'"):
        open_engine(study, kind="spark")


def test_another_pyspark_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bedside.store.spark.ground.version", lambda _: "3.5.1")
    with pytest.raises(BedsideError, match=r"PySpark 4, and PySpark 3\.5\.1 is installed"):
        check_package()


def test_a_master_that_does_not_answer_is_said_at_once(loopback: None) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))  # bound and not listening: refused
        port = one.getsockname()[1]
        with pytest.raises(SourceError, match=f"nothing answers at spark://127.0.0.1:{port}"):
            check_master(f"spark://127.0.0.1:{port}", 5)
        with pytest.raises(SourceError, match="nothing answers"):
            check_master(f"spark://127.0.0.1:{port},127.0.0.1:{port}", 5)


@pytest.mark.parametrize(
    "wrong", ["", "host:7077", "spark://", "spark://host", "local[", "http://host"]
)
def test_what_is_no_master_is_refused_with_what_is(wrong: str) -> None:
    with pytest.raises(InputError, match=r"spark://host:7077"):
        check_master(wrong, 1)


def test_an_engine_is_chosen_by_name_and_a_misspelt_one_is_told(study: Study) -> None:
    with pytest.raises(InputError, match="did you mean 'spark'"):
        open_engine(study, kind="sprak")
    with pytest.raises(InputError, match="--master names a Spark cluster"):
        open_engine(study, kind="embedded", master="local[2]")
    with open_engine(study) as engine:
        assert type(engine).__name__ == "EmbeddedEngine"


def test_a_local_master_has_its_workers_here() -> None:
    assert is_local("local") and is_local("local[*]") and not is_local("yarn")


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A file system without room for anything."""
    folder = tmp_path / "full"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_temporary_folder_is_said_before_java_starts(full: Path) -> None:
    check_spark()
    from bedside.store.spark.session import Session

    settings = EngineSettings(kind="spark", master="local[1]", conf=[f"spark.local.dir={full}"])
    with pytest.raises(
        StorageError, match="the disk is full while writing Spark's temporary files"
    ):
        Session(settings, full.parent)


def test_a_setting_that_is_none_of_sparks_is_refused(tmp_path: Path) -> None:
    check_spark()
    from bedside.store.spark.session import Session

    with pytest.raises(InputError, match="conf 'memory=4g' of the engine"):
        Session(EngineSettings(kind="spark", master="local[1]", conf=["memory=4g"]), tmp_path)


SAID = {
    "java.io.IOException: No space left on device": (StorageError, "free some space"),
    "ModuleNotFoundError: No module named 'bedside'": (BedsideError, "workers have no bedside"),
    "ModuleNotFoundError: No module named 'pyarrow'": (BedsideError, "another Python"),
    'IOException: Cannot run program "/x/python": error=2': (BedsideError, "cannot start Python"),
    "java.lang.OutOfMemoryError: Java heap space": (StorageError, "spark.driver.memory"),
    "Exiting due to error from cluster scheduler: All masters are unresponsive! Giving up.": (
        SourceError,
        "connection to the cluster was lost",
    ),
    "The value 'my secret text' cannot be cast": (BedsideError, "please report it"),
}


@pytest.mark.parametrize("words", SAID)
def test_what_spark_says_becomes_what_to_do_without_its_words(words: str) -> None:
    check_spark()
    from pyspark.errors import PySparkException

    from bedside.store.spark.faults import spark_errors

    kind, advice = SAID[words]
    with pytest.raises(kind, match=advice) as caught, spark_errors("understand"):
        raise PySparkException(f"Job aborted due to stage failure: {words}\n  at somewhere")
    assert "secret" not in str(caught.value) and "understand" in str(caught.value)


def test_a_disk_that_fills_up_while_data_is_sent_is_told() -> None:
    check_spark()
    from bedside.store.spark.faults import spark_errors

    with pytest.raises(StorageError, match="free some space"), spark_errors("bind"):
        raise OSError(errno.ENOSPC, "No space left on device")
