"""What runs on Spark's workers: the same kernel over the same page as anywhere else, inside `mapInArrow`."""

import os
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import bedside
from bedside.errors import BedsideError
from bedside.store.files import content_key
from bedside.store.keys import load_keys
from bedside.store.manifest import Page
from bedside.store.paging import context_bytes, plain, target_page
from bedside.store.stages import Stage
from bedside.store.worker import Answer, Job, answer_for

__all__ = ["MADE", "PROBED", "Plan", "fingerprint", "make_page", "page_maker", "prober"]

MADE = "page BIGINT, key STRING, error STRING"
PROBED = "problem STRING"
Batches = Iterator[pa.RecordBatch]


@dataclass(frozen=True)
class Plan:
    """What a task is told beside its rows: the stage, the pages it may be asked for, and where they lie.

    No text and no key is in it: it travels to the workers, and a driver keeps it.

    Attributes
    ----------
    folder : str
        The study's, at the same place on every machine.
    stage : Stage
    settings : dict
        As the kernel sees them.
    pages : tuple of Page
        Of the input.
    sealed_for : str or None
        Study id, where pages lie in the vault; the worker finds the key in a folder of keys.
    keys : str or None
        That folder, where the workers are processes of this machine; else the worker's own.
    print : str
        Fingerprint of the driver's bedside.
    """

    folder: str
    stage: Stage
    settings: dict[str, Any]
    pages: tuple[Page, ...]
    sealed_for: str | None
    keys: str | None
    print: str

    def of(self, numbers: Sequence[int]) -> "Plan":
        """The same plan for some of its pages."""
        return replace(self, pages=tuple(self.pages[number] for number in numbers))


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Hash of everything that makes a page what it is: this package's files, Python, Arrow and NumPy."""
    folder = Path(bedside.__file__).parent
    files = [
        (str(path.relative_to(folder)), zlib.crc32(path.read_bytes()))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return content_key(files, sys.version_info[:2], pa.__version__, np.__version__)


def _same_bedside(expected: str) -> str:
    """What is wrong with this worker's bedside; empty: nothing."""
    if fingerprint() == expected:
        return ""
    return (
        "a worker has another bedside (or Python, pyarrow, numpy) than this machine; install the same "
        "version on all of them with the same constraints file"
    )


def page_maker(plan: Plan) -> Callable[[Batches], Batches]:
    """A function for `mapInArrow`: rows that name pages in, one row for each page out, as `MADE`.

    Rows hold `page`, a number into the plan's pages; where the stage has a context, its columns too, sorted by page
    and record_no, every row of a page within one partition.
    """

    def made(batches: Batches) -> Batches:
        problem = _same_bedside(plan.print)
        for number, rows in _by_page(batches):
            key, error = ("", problem) if problem else make_page(plan, number, rows)
            yield pa.RecordBatch.from_pydict(
                {"page": pa.array([number], pa.int64()), "key": [key], "error": [error]}
            )

    return made


def _by_page(batches: Batches) -> Iterator[tuple[int, pa.Table]]:
    """The rows of each page together, although batches end anywhere."""
    held: pa.Table | None = None
    for batch in batches:
        table = pa.Table.from_batches([batch])
        held = table if held is None else pa.concat_tables([held, table])
        numbers = held["page"].to_numpy()
        cuts = np.flatnonzero(np.diff(numbers)) + 1
        first = 0
        for cut in cuts:
            yield int(numbers[first]), held.slice(first, cut - first)
            first = int(cut)
        held = held.slice(first)
    if held is not None and held.num_rows:
        yield int(held["page"][0].as_py()), held


def make_page(plan: Plan, number: int, rows: pa.Table) -> tuple[str, str]:
    """Make one page unless it is there; gives its key and what went wrong."""
    page = plan.pages[number]
    if plan.keys is not None:
        os.environ["BEDSIDE_KEYS"] = plan.keys
    context, context_key = None, ""
    if plan.stage.context is not None:
        context = plain(rows.drop_columns(["page"]))
        if context.num_rows != page.rows:
            return "", "the context has other rows than the page"
        context_key = content_key(context_bytes(context))
    target = target_page(plan.stage, page, context_key)
    folder = Path(plan.folder)
    output = folder / target.file
    answer = Answer()
    if not output.exists():
        job = Job(
            kernel=plan.stage.kernel,
            input=str(folder / page.file),
            output=str(output),
            settings=plan.settings,
            sealed_for=plan.sealed_for,
        )
        answer = answer_for(job, context)
    return target.key, answer.error


def prober(print_of_driver: str, token: str, study_id: str | None) -> Callable[[Batches], Batches]:
    """A function for `mapInArrow` that looks whether a worker could do its work, as `PROBED`.

    Parameters
    ----------
    print_of_driver : str
        Fingerprint of the driver's bedside.
    token : str
        A file that the driver wrote into the study.
    study_id : str or None
        Whose key the worker must have, where it opens the vault.
    """

    def probed(batches: Batches) -> Batches:
        problem = _same_bedside(print_of_driver) or _sees_study(Path(token)) or _has_key(study_id)
        for _ in batches:
            yield pa.RecordBatch.from_pydict({"problem": [problem]})

    return probed


def _sees_study(token: Path) -> str:
    try:
        if token.read_text() == token.name:
            (token.parent / f"{token.name}-{id(token)}").touch()
            return ""
    except OSError:
        pass
    return (
        "a worker does not see the study's folder, or may not write there; keep the study on a file system that all "
        "machines share (NFS or the like), at the same path on each"
    )


def _has_key(study_id: str | None) -> str:
    if study_id is None:
        return ""
    try:
        load_keys(study_id)
    except BedsideError as error:
        return (
            f'on a worker there is {error}; or leave the vault to this machine: vault = "here" in [engine] of '
            "study.toml"
        )
    return ""
