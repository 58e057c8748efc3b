"""A driver in a process of its own: runs the stage of the tests over the pages of a study, on the engine it names."""

import json
import sys
from pathlib import Path

import pyarrow.parquet as pq

from bedside.store.engines import open_engine
from bedside.store.files import content_key
from bedside.store.manifest import Page
from bedside.store.stages import Aggregate, Stage
from bedside.store.study import open_study
from bedside.store.views import RELEVANCE

SUM = Aggregate(
    name="sum",
    needs=("relevance",),
    sql="SELECT relevant, COUNT(*) AS n, SUM(record_no) AS numbers FROM relevance GROUP BY relevant ORDER BY relevant",
)


def slow_stage() -> Stage:
    """Half a second a page, so that tasks run when a worker is killed."""
    return Stage(
        name="slow",
        version="1",
        kernel="tests.spark.conftest:mark_slowly",
        schema=RELEVANCE,
        settings={"by": 3},
    )


def main(folder: Path) -> None:
    """Run, and say as JSON what was made."""
    study = open_study(folder)
    pages = [
        Page(str(path.relative_to(folder)), content_key(path.read_bytes()), pq.read_metadata(path).num_rows)
        for path in sorted((folder / "pages" / "in").glob("*.parquet"))
    ]  # fmt: skip
    with open_engine(study) as engine:
        made = engine.run(slow_stage(), pages)
        engine.bind({"relevance": made})
        rows = engine.ask(SUM, {}).to_pylist()
    print(json.dumps({"key": made.key, "pages": [page.file for page in made.pages], "rows": rows}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
