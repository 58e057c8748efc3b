"""A standalone cluster on loopback: two workers, one of them killed with tasks running; what the workers must have."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bedside.store.files import write_text
from bedside.store.study import Study, create_study
from tests.spark.cluster import ROOT, Cluster, cluster
from tests.spark.conftest import QUICK, check_spark
from tests.spark.test_engines import pages_of

pytestmark = pytest.mark.e2e
PAGES = 24
WITHIN = 600  # seconds for a driver, on a busy machine
PATIENCE = 400  # seconds that a driver waits for a worker
SMALL = [
    *QUICK,
    "spark.executor.memory=512m",
    "spark.executor.cores=1",
    "spark.driver.host=127.0.0.1",
    "spark.driver.bindAddress=127.0.0.1",
]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster with two workers."""
    from pytest_socket import enable_socket

    check_spark()
    enable_socket()
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


def study_on(folder: Path, name: str, **engine: Any) -> Study:
    """A study with pages of its own, to be run on the engine given."""
    study = create_study(folder / name, title=name, engine={"timeout_seconds": PATIENCE} | engine)
    pages_of(study, [3] * PAGES)
    return study


def drive(study: Study) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.spark.driving", str(study.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def said(driver: "subprocess.Popen[str]") -> dict[str, Any]:
    out, err = driver.communicate(timeout=WITHIN)
    assert driver.returncode == 0, err[-2000:]
    found: dict[str, Any] = json.loads(out)
    return found


def made(study: Study) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((study.pages / "slow").glob("*.parquet"))
    }


def test_a_worker_killed_with_tasks_running_changes_nothing(two: Cluster, tmp_path: Path) -> None:
    alone = study_on(tmp_path, "alone")
    expected = said(drive(alone))
    study = study_on(tmp_path, "on", kind="spark", master=two.master, conf=SMALL)
    driver = drive(study)
    until = time.monotonic() + WITHIN
    while len(made(study)) < 4 and time.monotonic() < until and driver.poll() is None:
        time.sleep(0.05)
    killed_at = len(made(study))
    two.kill(two.workers[0])
    found = said(driver)
    assert 0 < killed_at < PAGES
    assert found == expected and made(study) == made(alone) and len(found["pages"]) == PAGES
    assert sum(row["n"] for row in found["rows"]) == 3 * PAGES


def test_workers_without_the_studys_key_are_told_of_before_any_work(
    two: Cluster, tmp_path: Path
) -> None:
    conf = [*SMALL, f"spark.executorEnv.BEDSIDE_KEYS={tmp_path / 'nowhere'}"]
    study = study_on(tmp_path, "s", kind="spark", master=two.master, conf=conf, vault="workers")
    _, err = drive(study).communicate(timeout=WITHIN)
    assert "on a worker there is no key for study" in err and 'vault = "here"' in err
    assert made(study) == {}


def test_a_worker_without_bedside_is_named(two: Cluster, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    ours = Path(pytest.__file__).parents[1]
    theirs = next(bare.glob("lib/python*/site-packages"))
    write_text(
        theirs / "others.pth", f"{ours}\n"
    )  # its own .pth files, bedside's among them, are not read
    study = study_on(
        tmp_path, "s", kind="spark", master=two.master, conf=SMALL, python=str(bare / "bin" / "python")
    )  # fmt: skip
    _, err = drive(study).communicate(timeout=WITHIN)
    assert "the workers have no bedside; install bedside[spark]" in err
    shutil.rmtree(bare)


def test_a_master_without_workers_is_given_up(tmp_path: Path) -> None:
    check_spark()
    from pytest_socket import enable_socket

    enable_socket()
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", 0) as empty:
        study = study_on(
            tmp_path, "s", kind="spark", master=empty.master, conf=SMALL, timeout_seconds=45
        )
        _, err = drive(study).communicate(timeout=WITHIN)
    assert "no worker took anything" in err or "did not start within" in err
    assert "Traceback" in err  # the driver of these tests shows errors whole
