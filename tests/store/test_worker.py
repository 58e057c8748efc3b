"""What a worker does with one job."""

import gc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bedside.store.pool import pooled
from bedside.store.worker import Job, answer_for

_collecting: list[bool] = []


def watching(batch: pa.RecordBatch, settings: Mapping[str, Any]) -> pa.RecordBatch:
    """A kernel that looks whether the collector works, and fails where it is told to."""
    _collecting.append(gc.isenabled())
    if settings["fail"]:
        raise ValueError
    return batch


@pytest.mark.parametrize("fail", [False, True])
def test_the_collector_rests_while_a_kernel_runs_and_works_again_afterwards(
    tmp_path: Path, fail: bool
) -> None:
    pq.write_table(pa.table({"n": [1, 2]}), tmp_path / "in.parquet")
    job = Job(
        kernel=f"{__name__}:watching",
        input=str(tmp_path / "in.parquet"),
        output=str(tmp_path / "out.parquet"),
        settings={"fail": fail},
    )
    _collecting.clear()
    assert gc.isenabled()
    assert bool(answer_for(job).error) is fail
    assert (_collecting, gc.isenabled()) == ([False], True)


def test_linear_algebra_keeps_to_one_thread_in_each_of_several_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "telling.py").write_text(
        "import os\nimport pyarrow as pa\n\n\n"
        "def kernel(batch, settings):\n"
        "    told = [os.environ.get(name, '') for name in settings['names']]\n"
        "    return pa.record_batch({'told': told})\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    pq.write_table(pa.table({"n": [1]}), tmp_path / "in.parquet")
    jobs = [
        Job(
            kernel="telling:kernel",
            input=str(tmp_path / "in.parquet"),
            output=str(tmp_path / f"out{number}.parquet"),
            settings={"names": ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]},
        )
        for number in range(2)
    ]
    assert [answer.error for _, answer in pooled(jobs, workers=2)] == ["", ""]
    for job in jobs:
        assert pq.read_table(job.output)["told"].to_pylist() == ["1", "1", "1"]
