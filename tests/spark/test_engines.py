"""What holds of an engine, of both: pages made once and alike, contexts joined, answers in one order and of one type."""

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bedside.errors import BedsideError
from bedside.store.engine import EmbeddedEngine, Engine
from bedside.store.files import content_key
from bedside.store.manifest import Dataset, Page
from bedside.store.stages import Aggregate, Stage
from bedside.store.study import Study, create_study
from bedside.store.views import KEPT_TABLES, RELEVANCE, SCHEMAS, VIEWS
from tests.spark.conftest import LEFT_SOCKETS, Opener, pages_in

pytestmark = pytest.mark.filterwarnings(LEFT_SOCKETS)

IN = pa.schema([("record_no", pa.int64()), ("post_key", pa.string())])


def pages_of(study: Study, sizes: list[int]) -> list[Page]:
    """Pages of so many rows, numbered on from page to page."""
    pages, first = [], 0
    for size in sizes:
        rows = [{"record_no": n, "post_key": f"{n:032x}"} for n in range(first, first + size)]
        path = study.pages / "in" / f"{first}-{size}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=IN), path)
        pages.append(
            Page(str(path.relative_to(study.folder)), content_key(path.read_bytes()), size)
        )
        first += size
    return pages


def stage(kernel: str = "mark_even", by: int = 2, context: Aggregate | None = None) -> Stage:
    return Stage(
        name="even",
        version="1",
        kernel=f"tests.spark.conftest:{kernel}",
        schema=RELEVANCE,
        settings={"by": by},
        context=context,
    )


def rows(study: Study, dataset: Dataset) -> list[dict[str, Any]]:
    return [
        row for page in dataset.pages for row in pq.read_table(study.folder / page.file).to_pylist()
    ]


KEEP_ALL_BUT_SIX = Aggregate(
    name="c",
    needs=("snapshot",),
    sql="SELECT record_no, record_no <> 6 AS keep, text_key FROM snapshot ORDER BY record_no",
)


def snapshot(last: str = "t") -> pa.Table:
    """Eight posts; the last has the text given."""
    texts = [None if n % 3 else f"t{n}" for n in range(7)] + [last]
    return pa.table(
        {"record_no": range(8), "post_key": [f"{n:032x}" for n in range(8)], "text_key": texts},
        schema=SCHEMAS["snapshot"],
    )


def test_pages_are_made_in_order_and_once(tmp_path: Path, opened: Opener) -> None:
    study = create_study(tmp_path / "a study [1]", title="t")
    told: list[tuple[str, int, int]] = []
    with opened(study) as engine:
        engine.progress = lambda *what: told.append(what)
        pages = pages_of(study, [5, 3])
        first = engine.run(stage(), pages)
        again = engine.run(stage(), pages)
        other = engine.run(stage(by=3), pages)
    assert first == again and other.key != first.key
    assert [total for _, done, total in told if done == 0] == [2, 0, 2]
    assert ("even", 2, 2) in told
    assert [r["relevant"] for r in rows(study, first)] == [n % 2 == 0 for n in range(8)]


def test_context_rows_reach_their_page_and_change_its_key(tmp_path: Path, opened: Opener) -> None:
    study = create_study(tmp_path / "s", title="t")
    pages = pages_of(study, [5, 0, 3])
    with opened(study) as engine:
        engine.bind({}, {"snapshot": snapshot()})
        made = engine.run(stage(context=KEEP_ALL_BUT_SIX), pages)
        assert engine.run(stage(context=KEEP_ALL_BUT_SIX), pages) == made
        engine.bind({}, {"snapshot": snapshot("another")})
        changed = engine.run(stage(context=KEEP_ALL_BUT_SIX), pages)
    assert [r["record_no"] for r in rows(study, made)] == [0, 1, 2, 3, 4, 5, 7]
    assert [page.rows for page in made.pages] == [5, 0, 2]
    same = [a.key == b.key for a, b in zip(made.pages, changed.pages, strict=True)]
    assert same == [True, True, False]


def test_a_context_that_lacks_a_row_or_has_one_too_many_is_refused(
    tmp_path: Path, opened: Opener
) -> None:
    study = create_study(tmp_path / "s", title="t")
    with opened(study) as engine:
        engine.bind({}, {"snapshot": snapshot()})
        for sizes in ([5, 4], [5, 2]):
            with pytest.raises(BedsideError, match="context"):
                engine.run(stage(context=KEEP_ALL_BUT_SIX), pages_of(study, sizes))


def test_a_failing_kernel_is_named_without_the_words_of_a_post(
    tmp_path: Path, opened: Opener
) -> None:
    study = create_study(tmp_path / "s", title="t")
    with (
        opened(study) as engine,
        pytest.raises(BedsideError, match="stage 'even' failed") as caught,
    ):
        engine.run(stage("fail"), pages_of(study, [1, 1, 1]))
    assert "secret" not in str(caught.value) and "ValueError" in str(caught.value)
    assert pages_in(study) == []


def test_absent_datasets_are_empty_tables(tmp_path: Path, opened: Opener) -> None:
    study = create_study(tmp_path / "s", title="t")
    with opened(study) as engine:
        engine.bind({})
        for name in ["posts", "marks", "post_about", "mention_words", *KEPT_TABLES]:
            counted = engine.ask(
                Aggregate(name=name, needs=(name,), sql=f"SELECT count(*) AS n FROM {name}"), {}
            )
            assert counted.to_pylist() == [{"n": 0}], name
    assert {"marks", "post_about", "mention_words"} <= set(VIEWS)


def test_answers_are_sorted_and_typed_alike(tmp_path: Path, opened: Opener) -> None:
    """Nothing comes before something; sums are 64-bit integers; texts sort by their bytes; times are in UTC."""
    study = create_study(tmp_path / "s", title="t")
    table = pa.table(
        {"record_no": [1, 2, 3, 4], "post_key": ["é", "z", "Z", "e"], "text_key": ["a", None, "b", "a"]},
        schema=SCHEMAS["snapshot"],
    )  # fmt: skip
    asked = {
        "nulls": "SELECT text_key, post_key FROM snapshot ORDER BY text_key, post_key",
        "down": "SELECT text_key, post_key FROM snapshot ORDER BY text_key DESC, post_key DESC",
        "sum": "SELECT text_key, SUM(record_no) AS n, COUNT(*) AS m FROM snapshot GROUP BY text_key ORDER BY text_key",
        "list": "SELECT post_key FROM snapshot WHERE array_contains($keys, post_key) ORDER BY post_key",
        "name": 'SELECT record_no AS "group" FROM snapshot WHERE record_no > $least ORDER BY "group"',
        "text": "SELECT CAST(record_no AS VARCHAR) || chr(10) || 'VARCHAR' AS t FROM snapshot ORDER BY t",
    }
    params: dict[str, dict[str, Any]] = {"list": {"keys": ["z", "é", "it's"]}, "name": {"least": 2}}
    with opened(study) as engine:
        engine.bind({}, {"snapshot": table})
        said = {
            name: engine.ask(
                Aggregate(name=name, sql=sql, needs=("snapshot",)), params.get(name, {})
            )
            for name, sql in asked.items()
        }
    assert said["nulls"].to_pylist() == [
        {"text_key": t, "post_key": p} for t, p in [(None, "z"), ("a", "e"), ("a", "é"), ("b", "Z")]
    ]
    assert said["down"]["post_key"].to_pylist() == ["Z", "é", "e", "z"]
    assert said["sum"].schema.types == [pa.string(), pa.int64(), pa.int64()]
    assert said["sum"].to_pydict() == {"text_key": [None, "a", "b"], "n": [2, 5, 3], "m": [1, 2, 1]}
    assert said["list"]["post_key"].to_pylist() == ["z", "é"]
    assert said["name"]["group"].to_pylist() == [3, 4]
    assert said["text"]["t"].to_pylist()[0] == "1\nVARCHAR"


def test_a_query_that_fails_is_named_without_a_value_of_a_row(
    tmp_path: Path, opened: Opener, capfd: pytest.CaptureFixture[str]
) -> None:
    study = create_study(tmp_path / "s", title="t")
    wrong = Aggregate(
        name="wrong", needs=("snapshot",), sql="SELECT CAST(text_key AS BIGINT) AS n FROM snapshot"
    )
    with opened(study) as engine:
        engine.bind({}, {"snapshot": snapshot("my secret text")})
        with pytest.raises(BedsideError, match="'wrong' failed") as caught:
            engine.ask(wrong, {})
    assert "secret" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_what_one_engine_made_is_no_work_for_the_other(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The same files, byte for byte, under the same keys, in whichever order the engines come."""
    session = request.getfixturevalue("session")
    from bedside.store.spark.engine import SparkEngine

    made = {}
    for order in ("embedded", "spark"):
        study = create_study(tmp_path / order, title="t")
        engines: list[Engine] = [EmbeddedEngine(study), SparkEngine(study, session=session)]
        first, second = engines if order == "embedded" else engines[::-1]
        pages = pages_of(study, [5, 0, 3])
        work = [stage(), stage(context=KEEP_ALL_BUT_SIX)]
        with first, second:
            first.bind({}, {"snapshot": snapshot()})
            second.bind({}, {"snapshot": snapshot()})
            begun = [first.run(each, pages) for each in work]
            files = {path: path.stat().st_mtime_ns for path in pages_in(study)}
            assert [second.run(each, pages) for each in work] == begun
            assert {path: path.stat().st_mtime_ns for path in pages_in(study)} == files
        made[order] = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in pages_in(study)
        }
    assert made["embedded"] == made["spark"] and len(made["spark"]) == 6
