"""Parts that questions share: answered once, with the rows that each question would have found by itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bedside.store.engine import EmbeddedEngine
from bedside.store.stages import Aggregate, sharing
from bedside.store.study import create_study
from bedside.store.views import RELEVANCE

EVEN = "\nSELECT record_no, post_key FROM relevance WHERE record_no % 2 = 0"
LATE = f"SELECT e.post_key FROM ({EVEN}) e WHERE e.record_no > 2"
COUNT = Aggregate(name="even", sql=f"SELECT COUNT(*) AS n FROM ( {EVEN}\n) r", needs=("relevance",))
KEYS = Aggregate(
    name="late",
    sql=f"SELECT post_key FROM ({LATE}) l WHERE post_key <> $other ORDER BY post_key",
    needs=("relevance",),
)


def _relevance(records: int) -> pa.Table:
    rows = [{"post_key": f"p{n}", "record_no": n, "relevant": True} for n in range(records)]
    return pa.Table.from_pylist(rows, schema=RELEVANCE)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(create_study(tmp_path / "study", title="t"), workers=1) as opened:
        opened.bind({}, {"relevance": _relevance(8)})
        yield opened


def _tables(engine: EmbeddedEngine) -> int:
    sql = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'parts'"
    return len(engine.connection.execute(sql).fetchall())


def _answer(engine: EmbeddedEngine, aggregate: Aggregate, **params: Any) -> list[Any]:
    values: list[Any] = engine.ask(aggregate, params).column(0).to_pylist()
    return values


def test_a_shared_part_gives_the_rows_that_each_question_finds_alone(
    engine: EmbeddedEngine,
) -> None:
    alone = [_answer(engine, COUNT), _answer(engine, KEYS, other="p6")]
    assert not _tables(engine)
    ask = sharing(engine.ask, EVEN, LATE)
    shared = [ask(COUNT, {}), ask(KEYS, {"other": "p6"}), ask(COUNT, {})]
    assert [table.column(0).to_pylist() for table in shared] == [*alone, alone[0]]
    assert alone == [[4], ["p4"]]
    assert _tables(engine) == 2  # each part once, the second made from the first


def test_what_was_shared_is_asked_anew_when_tables_change(engine: EmbeddedEngine) -> None:
    shared = replace(COUNT, parts=(EVEN,))
    assert _answer(engine, shared) == [4]
    for records in (20, 30, 40):
        engine.bind({}, {"relevance": _relevance(records)})
        assert _answer(engine, shared) == [records // 2]
    assert _tables(engine) == 2  # the current answer and the one before: older ones are gone


def test_a_part_that_does_not_stand_in_parentheses_is_asked_as_it_is(
    engine: EmbeddedEngine,
) -> None:
    longer = Aggregate(
        name="longer", sql=f"SELECT COUNT(*) AS n FROM ({EVEN} AND record_no < 3) r", needs=("relevance",)
    )  # fmt: skip
    assert _answer(engine, replace(longer, parts=(EVEN,))) == [2]


def test_a_question_without_the_part_makes_no_table(engine: EmbeddedEngine) -> None:
    every = Aggregate(name="all", sql="SELECT COUNT(*) AS n FROM relevance", needs=("relevance",))
    assert _answer(engine, replace(every, parts=(EVEN,))) == [8]
    assert not _tables(engine)
