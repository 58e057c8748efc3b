"""Pages made by Spark's workers: one task a page, or the rows of its context brought to where it is made."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

from bedside.errors import BedsideError
from bedside.store.engine import Progress
from bedside.store.manifest import Page
from bedside.store.paging import check_answer, target_page
from bedside.store.spark.dialect import translated
from bedside.store.spark.session import Session
from bedside.store.spark.tasks import MADE, Plan, make_page, page_maker
from bedside.store.stages import Aggregate
from bedside.store.worker import Answer

__all__ = ["made_in_context", "made_plainly"]


def made_plainly(session: Session, plan: Plan, progress: Progress) -> list[Page]:
    """Pages of a stage without context; only those that are missing are made.

    Raises
    ------
    BedsideError
        If a kernel fails, or as `Session.wait` says.
    """
    made = [target_page(plan.stage, page) for page in plan.pages]
    missing = [at for at, page in enumerate(made) if not _path(plan, page).exists()]
    progress(plan.stage.name, 0, len(missing))
    if missing:
        tasks = session.spark.range(0, len(missing), 1, len(missing))
        _collect(session, plan.of(missing), tasks.withColumnRenamed("id", "page"), progress)
    return made


def made_in_context(
    session: Session, plan: Plan, context: Aggregate, progress: Progress
) -> list[Page]:
    """Pages of a stage with context: the rows of each page are sorted together and hashed where it is made.

    Raises
    ------
    BedsideError
        If the context has not one row for each row of the input, or as for `made_plainly`.
    """
    filled = [at for at, page in enumerate(plan.pages) if page.rows]
    wanted = plan.of(filled)
    progress(plan.stage.name, 0, len(filled))
    rows = session.wait(context.name, lambda: _rows_by_page(session, wanted, context))
    keys = _collect(session, wanted, rows, progress)
    by_page = {filled[at]: key for at, key in keys.items()}
    if set(by_page) != set(filled):
        raise BedsideError(f"the context of stage '{plan.stage.name}' lacks rows of its input")
    nothing = to_arrow_schema(rows.schema).empty_table()
    return [
        _page(plan, by_page[at] if at in by_page else _made_empty(plan, at, nothing))
        for at in range(len(plan.pages))
    ]


def _rows_by_page(session: Session, plan: Plan, context: Aggregate) -> DataFrame:
    """Context rows with the number of the page whose records begin at or before theirs, page by page."""
    firsts = json.dumps([_first_record(plan, page) for page in plan.pages])
    sql = f"""
SELECT CAST(size(filter(from_json(:firsts, 'ARRAY<BIGINT>'), f -> f <= c.record_no)) - 1 AS BIGINT) AS page, c.*
FROM ({translated(context.sql)}) c"""  # noqa: S608
    rows = session.spark.sql(sql, args={"firsts": firsts})
    return rows.repartition(max(1, len(plan.pages)), "page").sortWithinPartitions(
        "page", "record_no"
    )


def _first_record(plan: Plan, page: Page) -> int:
    return int(pq.read_table(_path(plan, page), columns=["record_no"])["record_no"][0].as_py())


def _path(plan: Plan, page: Page) -> Path:
    return Path(plan.folder) / page.file


def _page(plan: Plan, key: str) -> Page:
    return Page(f"pages/{plan.stage.name}/{key}.parquet", key, 0)


def _made_empty(plan: Plan, number: int, nothing: pa.Table) -> str:
    """Make the page of a page without rows, which no task is given, here."""
    key, error = make_page(plan, number, nothing)
    check_answer(plan.stage, Answer(error=error))
    return key


def _collect(session: Session, plan: Plan, rows: DataFrame, progress: Progress) -> dict[int, str]:
    """Have pages made; gives their keys by number."""
    name, total = plan.stage.name, len(plan.pages)
    frame = rows.mapInArrow(page_maker(plan), MADE)
    seen = 0

    def tick() -> None:
        nonlocal seen
        done = min(session.tasks_done(total), total - 1)
        if done > seen:
            seen = done
            progress(name, done, total)

    made = session.wait(name, frame.toArrow, tick).to_pylist()
    for row in made:
        check_answer(plan.stage, Answer(error=row["error"]))
    progress(name, total, total)
    return {row["page"]: row["key"] for row in made}
