"""The embedded engine: DuckDB over Parquet, and a pool of worker processes for kernels."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from bedside.errors import BedsideError, StorageError
from bedside.store.files import content_key, replace_file
from bedside.store.kept_tables import KeptTables
from bedside.store.manifest import Dataset, Page
from bedside.store.paging import (
    NO_CONTEXT,
    Context,
    answers_to,
    check_answer,
    context_bytes,
    jobs_for,
    made_pages,
    plain,
    target_page,
)
from bedside.store.shared_parts import SharedParts
from bedside.store.spill import own_folder
from bedside.store.stages import Aggregate, Stage
from bedside.store.study import Study
from bedside.store.views import FUNCTIONS, SCHEMAS, VIEWS
from bedside.store.worker import Job

__all__ = ["EmbeddedEngine", "Engine", "Progress", "quiet"]

Progress = Callable[[str, int, int], None]
"""Told as work goes on: what, pages done, pages in all."""

MEMORY_LIMIT = "1500MB"  # with two workers under 1 GiB each, the process tree stays under 4 GiB
_CORPUS_OF = ("posts", "folds", "threads", "snapshot", "understood", "counted")
"""What the kept tables are made of."""


def quiet(what: str, done: int, total: int) -> None:
    """Tell nobody."""


@contextmanager
def _sql_errors(name: str) -> Iterator[None]:
    """Turn what DuckDB raises into errors of bedside that say what to do, and its interruption into Ctrl-C."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except RuntimeError as error:  # what its Python side says where Ctrl-C came while it planned
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error
    except duckdb.OutOfMemoryException as error:
        raise StorageError(
            f"no room left while computing '{name}' (disk or memory); free some space and give "
            "the same command again: nothing that was finished is lost"
        ) from error
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise StorageError(
            f"a file could not be read or written while computing '{name}': free space on a full "
            "disk, or remove the folder pages and manifest.json of the study, which are derived; then give "
            "the same command again"
        ) from error
    except duckdb.Error as error:  # its own words may quote a value of a post
        raise BedsideError(
            f"the query '{name}' failed: {type(error).__name__}; a fault of bedside, please report it"
        ) from error


def _source(
    name: str, datasets: Mapping[str, Dataset], tables: Mapping[str, pa.Table]
) -> Dataset | pa.Table:
    """What stands behind a name: a dataset with pages, else a table in memory, else nothing."""
    if name in datasets and datasets[name].pages:
        return datasets[name]
    return tables.get(name, SCHEMAS[name].empty_table())


def _key_of(sources: Mapping[str, Dataset | pa.Table | None]) -> str:
    """Key of datasets; empty where a table in memory, which has none, is among them."""
    if any(isinstance(source, pa.Table) and source.num_rows for source in sources.values()):
        return ""
    return content_key({n: s.key for n, s in sources.items() if isinstance(s, Dataset)})


class Engine(Protocol):
    """What a room may ask of an engine; the embedded one and Spark answer alike.

    Attributes
    ----------
    study : Study
    progress : Progress
    at_once : int
        Threads that may ask at the same time to some use.
    """

    study: Study
    progress: Progress
    at_once: int

    def __enter__(self) -> "Engine":
        """Begin; the engine is open."""

    def __exit__(self, *_: object) -> None:
        """End everything that it started and remove its temporary files."""

    def bind(
        self, datasets: Mapping[str, Dataset], extra: Mapping[str, pa.Table] | None = None
    ) -> None:
        """Show these datasets, and tables in memory, under their names; absent ones are empty."""

    def ask(self, aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        """Run an aggregate."""

    def leave_kept(self) -> None:
        """Leave tables that took long to whoever opens the study next, where the engine keeps any."""

    def run(self, stage: Stage, pages: Sequence[Page], *, sealed: bool = False) -> Dataset:
        """Run a stage over pages."""

    def run_together(self, work: Sequence[tuple[Stage, Sequence[Page]]]) -> list[Dataset]:
        """Run stages that do not rest on each other."""


class EmbeddedEngine:
    """DuckDB and worker processes on this machine.

    Parameters
    ----------
    study : Study
    workers : int, optional
        Processes; the number of cores by default.
    progress : Progress, optional
    """

    def __init__(
        self, study: Study, *, workers: int | None = None, progress: Progress = quiet
    ) -> None:
        self.study = study
        self.workers = workers or os.cpu_count() or 1
        self.progress = progress
        self.spill = own_folder(study.spill)
        self.connection = duckdb.connect(
            config={
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": str(self.spill / "duckdb"),
                "threads": self.workers,
                "autoinstall_known_extensions": False,
                "preserve_insertion_order": False,
            }
        )
        self.connection.execute("SET TimeZone = 'UTC'")
        for name, meant in FUNCTIONS.items():
            self.connection.execute(f"CREATE MACRO {name} AS {meant}")
        self.connection.execute("SET default_null_order = 'nulls_first_on_asc_last_on_desc'")
        self._lock = (
            threading.RLock()
        )  # of the connection; questions go through cursors of their own
        self._kept = KeptTables(self.connection, self.spill, study, self._lock)
        self._parts = SharedParts(self.connection, self.spill)
        self.at_once = self.workers
        self.bound: dict[str, Dataset] = {}
        self._rests: dict[str, object] = {}
        self._shown: dict[str, object] = {}

    def __enter__(self) -> "EmbeddedEngine":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        shutil.rmtree(self.spill, ignore_errors=True)

    # tables

    def bind(
        self, datasets: Mapping[str, Dataset], extra: Mapping[str, pa.Table] | None = None
    ) -> None:
        """Show these datasets, and tables in memory, under their names; absent ones are empty."""
        with self._lock, _sql_errors("tables of the study"):
            self._bind(datasets, dict(extra or {}))

    def _bind(self, datasets: Mapping[str, Dataset], tables: Mapping[str, pa.Table]) -> None:
        rests: dict[str, Dataset | pa.Table | None] = {
            name: tables.get(name, datasets.get(name)) for name in _CORPUS_OF
        }
        if rests != self._rests:
            self._kept.rest_on(_key_of(rests))
        self.bound, self._rests = dict(datasets), rests
        wanted = {name: _source(name, datasets, tables) for name in SCHEMAS}
        changed = [name for name, source in wanted.items() if self._shown.get(name) != source]
        for name in changed:
            self._show(name, wanted[name])
        if changed:
            self._parts.forget()
        for name, sql in VIEWS.items() if changed else ():
            if not self._kept.shows(name):
                self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")
        self._shown = wanted

    def _show(self, name: str, source: Dataset | pa.Table) -> None:
        """Show a dataset's pages, or a table in memory, as a view."""
        if isinstance(source, Dataset):
            files = [str(self.study.folder / page.file) for page in source.pages]
            quoted = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
            of = f"read_parquet([{quoted}])"
        else:
            of = f"given_{name}"
            self._keep(of, source)
        self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {of}")  # noqa: S608

    def _keep(self, name: str, table: pa.Table) -> None:
        """Copy a table in memory into the database, where every cursor sees it."""
        self.connection.register("incoming", table)
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608
        self.connection.unregister("incoming")

    def prepare(self, aggregate: Aggregate) -> None:
        """Keep the corpus tables that an aggregate reads, for as long as this connection lasts."""
        self._kept.prepare(aggregate.needs)

    def ask(self, aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        """Run an aggregate over the bound tables.

        Raises
        ------
        StorageError
            If the disk fills up or memory runs out while it works.
        BedsideError
            If the SQL fails otherwise: a fault of bedside.
        """
        with _sql_errors(aggregate.name):
            self.prepare(aggregate)
            sql = self._parts.sql_of(aggregate)
            cursor = self.connection.cursor()
            try:
                return plain(cursor.sql(sql, params=dict(params)).to_arrow_table())
            finally:
                cursor.close()

    def leave_kept(self) -> None:
        """Leave the corpus tables to whoever opens the study next."""
        with _sql_errors("kept tables"):
            self._kept.leave()

    @contextmanager
    def one_thread(self) -> Iterator[None]:
        """Work with one thread of the database meanwhile: for what nobody waits for."""
        self.connection.execute("SET threads = 1")
        try:
            yield
        finally:
            self.connection.execute(f"SET threads = {self.workers}")

    # stages

    def run(self, stage: Stage, pages: Sequence[Page], *, sealed: bool = False) -> Dataset:
        """Run a stage over pages; pages that were made before are not made again.

        Parameters
        ----------
        stage : Stage
        pages : sequence of Page
            Input pages, in order.
        sealed : bool
            Whether the input lies in the vault.

        Returns
        -------
        Dataset
            One page for each input page, in order.

        Raises
        ------
        BedsideError
            If a kernel fails; pages already made stay.
        """
        return self._run([(stage, pages)], sealed=sealed)[0]

    def run_together(self, work: Sequence[tuple[Stage, Sequence[Page]]]) -> list[Dataset]:
        """Run stages that do not rest on each other, by the same workers; as `run`, the first of them begun first."""
        return self._run(work, sealed=False)

    def _run(self, work: Sequence[tuple[Stage, Sequence[Page]]], *, sealed: bool) -> list[Dataset]:
        queue: list[Job] = []
        wanted: list[tuple[Stage, list[Page]]] = []
        of: dict[str, Stage] = {}
        left: dict[str, int] = {}
        for stage, pages in work:
            contexts = list(self._contexts(stage, pages))
            keyed = zip(pages, contexts, strict=True)
            made = [target_page(stage, page, key) for page, (_, key) in keyed]
            jobs = jobs_for(self.study, stage, pages, made, contexts, sealed=sealed)
            self.progress(stage.name, 0, len(jobs))
            queue += jobs
            wanted.append((stage, made))
            of |= {job.output: stage for job in jobs}
            left[stage.name] = len(jobs)
        whole = dict(left)
        with closing(
            answers_to(queue, self.workers)
        ) as answers:  # an error here ends its workers at once
            for job, answer in answers:
                stage = of[job.output]
                check_answer(stage, answer)
                left[stage.name] -= 1
                self.progress(stage.name, whole[stage.name] - left[stage.name], whole[stage.name])
        return [made_pages(self.study, stage, made) for stage, made in wanted]

    def _contexts(self, stage: Stage, pages: Sequence[Page]) -> Iterator[Context]:
        """For each page the file of its context rows and their hash."""
        if stage.context is None:
            yield from (NO_CONTEXT for _ in pages)
            return
        with _sql_errors(stage.context.name):
            rows = self.connection.cursor().sql(stage.context.sql).to_arrow_reader(8192)
            waiting: list[pa.RecordBatch] = []
            for number, page in enumerate(pages):
                held = sum(batch.num_rows for batch in waiting)
                while held < page.rows:
                    batch = next(rows, None)
                    if batch is None:
                        raise BedsideError(
                            f"the context of stage '{stage.name}' lacks rows of its input"
                        )
                    waiting.append(batch)
                    held += batch.num_rows
                table = pa.Table.from_batches(waiting, schema=rows.schema)
                yield self._keep_context(f"{stage.name}-{number:06}", table.slice(0, page.rows))
                waiting = table.slice(page.rows).to_batches()
            if any(batch.num_rows for batch in waiting) or sum(batch.num_rows for batch in rows):
                raise BedsideError(
                    f"the context of stage '{stage.name}' has more rows than its input"
                )

    def _keep_context(self, name: str, table: pa.Table) -> Context:
        path = self.spill / f"context-{name}.parquet"
        data = context_bytes(table)
        replace_file(path, lambda file: file.write(data))
        return str(path), content_key(data)
