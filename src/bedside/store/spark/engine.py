"""The Spark engine: every stage through `mapInArrow`, every aggregate as Spark SQL, over the study's own pages."""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema

from bedside.errors import BedsideError
from bedside.store.config import EngineSettings
from bedside.store.engine import Progress, quiet
from bedside.store.keys import keys_folder
from bedside.store.manifest import Dataset, Page
from bedside.store.paging import (
    NO_CONTEXT,
    answered_here,
    check_answer,
    jobs_for,
    made_pages,
    plain,
    stage_settings,
    target_page,
)
from bedside.store.spark.dialect import SPARK_KEPT_TABLES, SPARK_VIEWS, spoken
from bedside.store.spark.ground import is_local
from bedside.store.spark.pages import made_in_context, made_plainly
from bedside.store.spark.session import Session
from bedside.store.spark.tasks import PROBED, Plan, fingerprint, prober
from bedside.store.spill import own_folder
from bedside.store.stages import Aggregate, Stage
from bedside.store.study import Study
from bedside.store.views import SCHEMAS

__all__ = ["SparkEngine"]

_GLOB = re.compile(r"([\\\[\]{}*?])")


class SparkEngine:
    """Spark behind the same seam as the embedded engine: the same pages, keys and answers.

    Parameters
    ----------
    study : Study
        In a folder that every machine of the cluster sees at the same path.
    settings : EngineSettings, optional
        Of the study if not given.
    workers : int, optional
        Cores of a local master; processes that open the vault here.
    progress : Progress, optional
    session : Session, optional
        One that is running already, and goes on after this engine.

    Raises
    ------
    BedsideError
        If Spark cannot start, or its workers cannot do the work; see `Session` and docs/SPARK.md.
    """

    def __init__(
        self,
        study: Study,
        *,
        settings: EngineSettings | None = None,
        workers: int | None = None,
        progress: Progress = quiet,
        session: Session | None = None,
    ) -> None:
        self.study = Study(study.folder.resolve(), study.config, study.sources)
        self.progress = progress
        self.workers = workers or os.cpu_count() or 1
        self.at_once = 1
        self.spill = own_folder(self.study.spill)
        self._own = session is None
        self._shown: dict[str, object] = {}
        self._kept: dict[str, DataFrame] = {}
        try:
            self.session = session or Session(
                settings or study.config.engine, self.spill, workers=workers
            )
            self.spark = self.session.spark
            self._local = is_local(self.session.master)
            if not self._local:
                self._probe()
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> "SparkEngine":
        return self

    def __exit__(self, *_: object) -> None:
        session = getattr(self, "session", None)
        if session is not None and self._own:
            session.stop()
        elif session is not None:
            self._forget()
        shutil.rmtree(self.spill, ignore_errors=True)

    @property
    def _vault_here(self) -> bool:
        """Whether this machine opens the vault, so that the key and unmasked text stay on it."""
        return (self.session.settings.vault or ("workers" if self._local else "here")) == "here"

    def _probe(self) -> None:
        """See that the workers have the same bedside and see the study, before anything is asked of them."""
        token = self.spill / "seen"
        token.write_text(token.name)
        tasks = max(2, self.spark.sparkContext.defaultParallelism)
        ask = prober(fingerprint(), str(token), None if self._vault_here else self.study.config.id)
        frame = self.spark.range(0, tasks, 1, tasks).mapInArrow(ask, PROBED)
        found = self.session.wait("a look at the workers", frame.toArrow)["problem"].to_pylist()
        if problems := sorted({problem for problem in found if problem}):
            raise BedsideError(problems[0])

    # tables

    def bind(
        self, datasets: Mapping[str, Dataset], extra: Mapping[str, pa.Table] | None = None
    ) -> None:
        """Show these datasets, and tables in memory, under their names; absent ones are empty."""
        tables = dict(extra or {})
        self.session.wait("bind", lambda: self._bind(datasets, tables))

    def _bind(self, datasets: Mapping[str, Dataset], tables: Mapping[str, pa.Table]) -> None:
        self._forget()
        for name, schema in SCHEMAS.items():
            source = self._source(datasets.get(name), tables.get(name), schema)
            if name not in self._shown or self._shown[name] != source:
                self._frame(source, schema).createOrReplaceTempView(name)
                self._shown[name] = source
        for name, sql in SPARK_VIEWS.items():
            self.spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {sql}")

    def _source(
        self, dataset: Dataset | None, table: pa.Table | None, schema: pa.Schema
    ) -> list[str] | pa.Table:
        if dataset is not None and dataset.pages:
            return [self._address(page) for page in dataset.pages]
        return schema.empty_table() if table is None else table.cast(schema)

    def _address(self, page: Page) -> str:
        """A page as Spark reads it: on this file system whatever Hadoop's default is, and no pattern."""
        return "file://" + _GLOB.sub(r"\\\1", str(self.study.folder / page.file))

    def _frame(self, source: list[str] | pa.Table, schema: pa.Schema) -> DataFrame:
        told = from_arrow_schema(schema)
        if isinstance(source, list):
            return self.spark.read.schema(told).parquet(*source)
        if not source.num_rows:  # as SQL, so that Spark leaves it out of every plan
            nothing = (f"CAST(NULL AS {f.dataType.simpleString()}) AS `{f.name}`" for f in told)
            return self.spark.sql(f"SELECT {', '.join(nothing)} WHERE false")
        return self.spark.createDataFrame(source, schema=told)

    def _forget(self) -> None:
        """Let go of the tables that were kept for an earlier binding."""
        for frame in self._kept.values():
            frame.unpersist()
        self._kept.clear()

    def _materialise(self, aggregate: Aggregate) -> None:
        """Keep the corpus tables in memory or on disk from the first time a measure reads them."""
        for name, sql in SPARK_KEPT_TABLES.items():
            if name not in self._kept:
                frame = self.spark.sql(sql)
                frame.createOrReplaceTempView(name)
                self._kept[name] = frame.persist(StorageLevel.MEMORY_AND_DISK)

    def ask(self, aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        """Run an aggregate over the bound tables; its rows come to this machine.

        Raises
        ------
        StorageError, SourceError, BedsideError
            As `spark_errors` says.
        """
        sql, arguments = spoken(aggregate.sql, params)

        def asked() -> pa.Table:
            self._materialise(aggregate)
            return self.spark.sql(sql, args=arguments).toArrow()

        return plain(self.session.wait(aggregate.name, asked))

    def leave_kept(self) -> None:
        """Leave nothing: what Spark keeps ends with its session."""

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
            One page for each input page, in order; the same files as the embedded engine makes.

        Raises
        ------
        BedsideError
            If a kernel fails; pages already made stay.
        """
        plan = Plan(
            folder=str(self.study.folder),
            stage=stage,
            settings=stage_settings(self.study, stage),
            pages=tuple(pages),
            sealed_for=self.study.config.id if sealed else None,
            keys=str(keys_folder().resolve()) if self._local else None,
            print=fingerprint(),
        )
        if sealed and self._vault_here:
            made = self._made_here(plan)
        elif stage.context is None:
            made = made_plainly(self.session, plan, self.progress)
        else:
            made = made_in_context(self.session, plan, stage.context, self.progress)
        return made_pages(self.study, stage, made)

    def run_together(self, work: Sequence[tuple[Stage, Sequence[Page]]]) -> list[Dataset]:
        """Run stages that do not rest on each other, one after the other: each has every core of the cluster."""
        return [self.run(stage, pages) for stage, pages in work]

    def _made_here(self, plan: Plan) -> list[Page]:
        """Pages made on this machine, by worker processes of its own."""
        made = [target_page(plan.stage, page) for page in plan.pages]
        contexts = [NO_CONTEXT] * len(made)
        jobs = jobs_for(self.study, plan.stage, plan.pages, made, contexts, sealed=True)
        self.progress(plan.stage.name, 0, len(jobs))
        for done, answer in enumerate(answered_here(jobs, self.workers), 1):
            check_answer(plan.stage, answer)
            self.progress(plan.stage.name, done, len(jobs))
        return made
