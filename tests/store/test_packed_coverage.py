"""Coverage is the same packed and as it was written, whatever stands in it."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from bedside.model.marks import UNDERSTOOD
from bedside.store.engine import EmbeddedEngine
from bedside.store.packed_coverage import packed_coverage
from bedside.store.stages import Aggregate
from bedside.store.study import Study, create_study

Row = tuple[str, str, str, str | None, str | None, str]
NAMES = ("post_key", "text_key", "layer", "maker", "maker_version", "coverage")
ALL = Aggregate(
    name="all", needs=("coverage",), sql=f"SELECT * FROM coverage ORDER BY {', '.join(NAMES)}"
)
PLAIN = "FROM understood"


def written(rows: list[Row]) -> pa.Table:
    lacking = {f.name: None for f in UNDERSTOOD}
    full: list[dict[str, Any]] = [
        lacking
        | dict(zip(NAMES, row, strict=True))
        | {"row": "coverage", "subject_kind": "text", "subject_key": row[1]}
        for row in rows
    ]
    fields = [field.with_nullable(True) for field in UNDERSTOOD]
    return pa.Table.from_pylist(full, schema=pa.schema(fields))


def read(engine: EmbeddedEngine) -> list[Row]:
    return [tuple(row.values()) for row in engine.ask(ALL, {}).to_pylist()]


def in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: [(cell is not None, cell or "") for cell in row])


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return create_study(tmp_path_factory.mktemp("packed") / "s", title="t")


KINDS = st.tuples(
    st.sampled_from(["care", "harm", "role"]),
    st.sampled_from([None, "rules"]),
    st.sampled_from([None, "1", "2"]),
    st.sampled_from(["done", "not_done"]),
)


@tried(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), KINDS), max_size=40))
def test_every_row_stands_in_the_packed_table_as_often_as_it_was_written(
    study: Study, told: list[tuple[int, tuple[str, str | None, str | None, str]]]
) -> None:
    rows: list[Row] = [(f"p{post}", f"x{post}", *kind) for post, kind in told]
    with EmbeddedEngine(study, workers=1) as engine:
        engine.bind({}, {"counted": written(rows)})
        assert read(engine) == in_order(rows)
        twice = len(set(rows)) < len(rows)
        assert (PLAIN in packed_coverage(engine.connection)) == twice


def test_rows_of_too_many_kinds_are_read_as_they_are(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    rows: list[Row] = [("p", "x", f"layer{n:03}", "rules", "1", "done") for n in range(130)]
    with EmbeddedEngine(study, workers=1) as engine:
        engine.bind({}, {"counted": written(rows)})
        assert read(engine) == rows
        assert PLAIN in packed_coverage(engine.connection)


def test_coverage_of_another_binding_is_read_anew(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    rows: list[Row] = [("p1", "x1", "care", "rules", "1", "done"), ("p2", "x2", "care", "rules", "1", "done")]  # fmt: skip
    with EmbeddedEngine(study, workers=1) as engine:
        for shown in (rows, rows[:1], []):
            engine.bind({}, {"counted": written(shown)})
            assert read(engine) == shown
            assert read(engine) == shown
