"""What every engine does alike: which page a stage makes of which, under which key, and what it must look like."""

import io
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bedside.errors import BedsideError, StorageError
from bedside.store.files import content_key
from bedside.store.manifest import Dataset, Page
from bedside.store.pool import pooled
from bedside.store.stages import Stage
from bedside.store.study import Study
from bedside.store.worker import Answer, Job, answer_for

__all__ = [
    "NO_CONTEXT",
    "Context",
    "answered_here",
    "answers_to",
    "check_answer",
    "context_bytes",
    "jobs_for",
    "made_pages",
    "plain",
    "stage_settings",
    "target_page",
]

Context = tuple[str | None, str]
"""File of a page's context rows, and their hash."""

NO_CONTEXT: Context = (None, "")


def plain(table: pa.Table) -> pa.Table:
    """A table whose types do not tell which engine gave it: sums are 64-bit integers, times in UTC, strings strings.

    Raises
    ------
    pyarrow.ArrowInvalid
        If a sum does not fit into 64 bits.
    """
    return table.cast(pa.schema([(field.name, _plain_type(field.type)) for field in table.schema]))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_decimal(kind) and kind.scale == 0:
        return pa.int64()
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return pa.timestamp("us", "UTC")
    if pa.types.is_large_string(kind):
        return pa.string()
    if pa.types.is_list(kind):
        return pa.list_(_plain_type(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _plain_type(field.type)) for field in kind])
    return kind


def context_bytes(table: pa.Table) -> bytes:
    """Context rows as a Parquet file whose bytes depend on the rows only: its hash is part of a page's key."""
    whole = plain(table).combine_chunks()
    buffer = io.BytesIO()
    pq.write_table(whole, buffer, compression="lz4")
    return buffer.getvalue()


def target_page(stage: Stage, page: Page, context_key: str = "") -> Page:
    """The page that a stage makes of a page; its rows are not known yet."""
    key = content_key(stage.name, stage.version, dict(stage.settings), page.key, context_key)
    return Page(f"pages/{stage.name}/{key}.parquet", key, 0)


def stage_settings(study: Study, stage: Stage) -> dict[str, Any]:
    """Settings as the kernel sees them, with where its files lie."""
    places = {name: str(study.folder / path) for name, path in stage.files.items()}
    return dict(stage.settings) | ({"files": places} if places else {})


def jobs_for(
    study: Study,
    stage: Stage,
    pages: Sequence[Page],
    made: Sequence[Page],
    contexts: Sequence[Context],
    *,
    sealed: bool,
) -> list[Job]:
    """The pages that are not there yet, as jobs."""
    settings = stage_settings(study, stage)
    jobs = {
        page.file: Job(
            kernel=stage.kernel,
            input=str(study.folder / source.file),
            output=str(study.folder / page.file),
            settings=settings,
            sealed_for=study.config.id if sealed else None,
            context=context[0],
        )
        for source, page, context in zip(pages, made, contexts, strict=True)
        if not (study.folder / page.file).exists()
    }
    return list(jobs.values())


def answers_to(jobs: list[Job], workers: int) -> Generator[tuple[Job, Answer], None, None]:
    """Jobs with their answers: from this process if there is only one worker, else from worker processes."""
    workers = min(workers, len(jobs))
    return ((job, answer_for(job)) for job in jobs) if workers < 2 else pooled(jobs, workers)


def answered_here(jobs: list[Job], workers: int) -> Iterator[Answer]:
    """Answers as they come."""
    return (answer for _, answer in answers_to(jobs, workers))


def check_answer(stage: Stage, answer: Answer) -> None:
    """Raise what went wrong with a page.

    Raises
    ------
    BedsideError
        If a kernel failed; StorageError where the disk is full.
    """
    if not answer.error:
        return
    if "disk is full" in answer.error:
        raise StorageError(answer.error)
    raise BedsideError(f"stage '{stage.name}' failed on a page: {answer.error}")


def made_pages(study: Study, stage: Stage, made: Iterable[Page]) -> Dataset:
    """The dataset of pages that were made, each looked at and its rows counted.

    Raises
    ------
    BedsideError
        If a page has other columns than the stage says.
    """
    counted = []
    for page in made:
        read = pq.read_metadata(study.folder / page.file)
        if read.schema.to_arrow_schema().names != stage.schema.names:
            raise BedsideError(f"stage '{stage.name}' wrote columns other than its schema says")
        counted.append(Page(page.file, page.key, read.num_rows))
    return Dataset.of(counted)
