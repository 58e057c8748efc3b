"""The embedded engine: pages made once, contexts joined, workers equal to one process."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bedside.errors import BedsideError
from bedside.store.engine import EmbeddedEngine
from bedside.store.files import content_key
from bedside.store.manifest import Dataset, Page
from bedside.store.stages import Aggregate, Stage
from bedside.store.study import Study, create_study
from bedside.store.views import SCHEMAS

OUT = pa.schema([("post_key", pa.string()), ("record_no", pa.int64()), ("relevant", pa.bool_())])


def mark_even(batch: pa.RecordBatch, settings: Mapping[str, Any]) -> pa.RecordBatch:
    """A kernel for these tests: relevant where the record number divides by a setting."""
    numbers = batch.column("record_no").to_pylist()
    hits = [n % settings["by"] == 0 for n in numbers]
    return pa.RecordBatch.from_arrays(
        [batch.column("post_key"), batch.column("record_no"), pa.array(hits)], schema=OUT
    )


def fail(batch: pa.RecordBatch, settings: Mapping[str, Any]) -> pa.RecordBatch:
    """A kernel that fails with a post's text in its words."""
    raise ValueError("my secret text")


def pages_of(study: Study, sizes: list[int]) -> list[Page]:
    pages, first = [], 0
    for size in sizes:
        numbers = range(first, first + size)
        table = pa.Table.from_pylist(
            [{"record_no": n, "post_key": f"{n:032x}"} for n in numbers],
            schema=pa.schema([("record_no", pa.int64()), ("post_key", pa.string())]),
        )
        path = study.pages / "in" / f"{first}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path)
        pages.append(
            Page(str(path.relative_to(study.folder)), content_key(path.read_bytes()), size)
        )
        first += size
    return pages


def stage(kernel: str = "mark_even", by: int = 2, context: Aggregate | None = None) -> Stage:
    return Stage(
        name="even",
        version="1",
        kernel=f"tests.store.test_engine:{kernel}",
        schema=OUT,
        settings={"by": by},
        context=context,
    )


def rows(study: Study, dataset: Dataset) -> list[dict[str, Any]]:
    return [
        row for page in dataset.pages for row in pq.read_table(study.folder / page.file).to_pylist()
    ]


def test_worker_processes_give_what_one_process_gives(tmp_path: Path) -> None:
    results = []
    for workers in (1, 2):
        study = create_study(tmp_path / f"s{workers}", title="t")
        with EmbeddedEngine(study, workers=workers) as engine:
            made = engine.run(stage(), pages_of(study, [5, 3, 4]))
        results.append((made.key, rows(study, made)))
    assert results[0] == results[1]
    assert [r["relevant"] for r in results[0][1]] == [n % 2 == 0 for n in range(12)]


def test_a_page_made_once_is_not_made_again_and_a_setting_makes_it_anew(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    told: list[tuple[str, int, int]] = []
    with EmbeddedEngine(study, workers=1, progress=lambda *what: told.append(what)) as engine:
        pages = pages_of(study, [5, 3])
        first = engine.run(stage(), pages)
        again = engine.run(stage(), pages)
        other = engine.run(stage(by=3), pages)
    assert first == again and other.key != first.key
    assert [total for _, done, total in told if done == 0] == [2, 0, 2]


def test_a_failing_kernel_is_named_without_the_words_of_a_post(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    with (
        EmbeddedEngine(study) as engine,
        pytest.raises(BedsideError, match="stage 'even' failed") as caught,
    ):
        engine.run(stage("fail"), pages_of(study, [1, 1, 1]))
    assert "secret" not in str(caught.value) and "ValueError" in str(caught.value)


def test_context_rows_reach_their_page_and_unkept_rows_are_left_out(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    pages = pages_of(study, [5, 3])
    context = Aggregate(
        name="c",
        needs=("base",),
        sql="SELECT record_no, record_no <> 6 AS keep FROM base ORDER BY record_no",
    )
    with EmbeddedEngine(study) as engine:
        engine.connection.execute("CREATE TABLE base AS SELECT unnest(range(8)) AS record_no")
        made = engine.run(stage(context=context), pages)
        assert [r["record_no"] for r in rows(study, made)] == [0, 1, 2, 3, 4, 5, 7]
        engine.connection.execute("UPDATE base SET record_no = 6 WHERE record_no = 6")
        assert engine.run(stage(context=context), pages) == made


def test_absent_datasets_are_empty_tables(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    with EmbeddedEngine(study) as engine:
        engine.bind({})
        for name in [
            *SCHEMAS,
            "marks",
            "coverage",
            "post_bands",
            "post_relations",
            "post_engagement",
            "corpus",
            "corpus_marks",
        ]:
            counted = engine.ask(
                Aggregate(name=name, needs=(name,), sql=f"SELECT count(*) AS n FROM {name}"), {}
            )
            assert counted.to_pylist() == [{"n": 0}], name


def test_a_second_engine_that_only_reads_leaves_the_first_ones_files_alone(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    (study.spill / "999999999-left").mkdir(parents=True)
    with EmbeddedEngine(study, workers=1) as first:
        kept = first.spill / "context-000000.parquet"
        kept.write_bytes(b"x")
        with EmbeddedEngine(study, workers=1):
            pass
        assert kept.exists()
    assert list(study.spill.iterdir()) == []


def test_a_query_that_fails_names_its_kind_and_no_value(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    odd = Aggregate(name="odd", sql="SELECT CAST('my secret text' AS INT)", needs=())
    with EmbeddedEngine(study, workers=1) as engine:
        engine.bind({})
        with pytest.raises(BedsideError, match="odd") as told:
            engine.ask(odd, {})
    assert "secret" not in str(told.value)


def test_many_threads_may_ask_at_once(tmp_path: Path) -> None:
    """Tables of the corpus are made by one of them; the others find them."""
    study = create_study(tmp_path / "s", title="t")
    count = Aggregate(
        name="n", needs=("corpus", "corpus_marks"), sql="SELECT COUNT(*) AS n FROM corpus"
    )
    with EmbeddedEngine(study) as engine, ThreadPoolExecutor(8) as pool:
        engine.bind({})
        found = list(pool.map(lambda _: engine.ask(count, {})["n"].to_pylist(), range(200)))
    assert found == [[0]] * 200


COUNT = Aggregate(
    name="n",
    needs=("corpus", "corpus_marks"),
    sql="SELECT COUNT(*) AS n, MAX(post_key) AS last FROM corpus",
)


def with_corpus(study: Study, sizes: list[int]) -> dict[str, Dataset]:
    """Posts that are all in the corpus."""
    posts = Dataset.of(pages_of(study, sizes))
    for page in posts.pages:
        table = pq.read_table(study.folder / page.file)
        fields = [field.with_nullable(True) for field in SCHEMAS["posts"]]
        there = table.column_names
        columns = [
            table[f.name] if f.name in there else pa.nulls(len(table), f.type) for f in fields
        ]
        rest = pa.table(columns, schema=pa.schema(fields))
        pq.write_table(rest, study.folder / page.file)
    return {"posts": posts, "snapshot": posts}


def test_tables_that_a_run_left_are_taken_over_by_who_comes_next(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    datasets = with_corpus(study, [5, 3])
    with EmbeddedEngine(study, workers=1) as engine:
        engine.bind(datasets)
        engine.leave_kept()
        assert not (study.folder / "kept.duckdb").exists()  # nothing was made yet
        told = engine.ask(COUNT, {})
        engine.leave_kept()
        assert engine.ask(COUNT, {}) == told and told["n"].to_pylist() == [8]
    assert (study.folder / "kept.duckdb").exists()
    with EmbeddedEngine(study, workers=1) as other, EmbeddedEngine(study, workers=1) as third:
        for engine in (other, third):  # two may read at once
            engine.bind(datasets)
            assert engine.ask(COUNT, {}) == told
            assert not (engine.spill / "kept.duckdb").exists()
        more = with_corpus(study, [5, 3, 4])
        other.bind(more)
        assert other.ask(COUNT, {})["n"].to_pylist() == [12]
        assert (other.spill / "kept.duckdb").exists()
        other.leave_kept()
        assert third.ask(COUNT, {}) == told


def test_tables_of_other_datasets_or_cut_short_are_made_anew(tmp_path: Path) -> None:
    study = create_study(tmp_path / "s", title="t")
    datasets = with_corpus(study, [4])
    for left in (b"", b"no database" * 1000):
        (study.folder / "kept.duckdb").write_bytes(left)
        with EmbeddedEngine(study, workers=1) as engine:
            engine.bind(datasets)
            assert engine.ask(COUNT, {})["n"].to_pylist() == [4]
            engine.leave_kept()
    with EmbeddedEngine(study, workers=1) as engine:
        engine.bind(datasets, {"counted": SCHEMAS["counted"].empty_table()})
        assert engine.ask(COUNT, {})["n"].to_pylist() == [4]
        assert not (engine.spill / "kept.duckdb").exists()


def test_bytes_made_in_pieces_have_the_key_of_the_whole() -> None:
    assert content_key(lambda: iter([b"[1", b", 2", b"]"]), "x") == content_key([1, 2], "x")
