"""Records as a source would give them, and a small engine behind an `Ask`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from bedside.model.posts import COLLECTED, POSTS
from bedside.store.stages import Aggregate, Ask

DAY = datetime(2024, 5, 1, tzinfo=UTC)
Row = dict[str, Any]

_VIEWS = (
    "CREATE VIEW post_bands AS SELECT record_no, post_key, unnest(bands) AS band FROM posts",
    "CREATE VIEW post_relations AS SELECT record_no, post_key, r.rel, r.target_key, r.target_account, r.evidence "
    "FROM (SELECT record_no, post_key, unnest(relations) AS r FROM posts)",
)


def collected(number: int = 1, **fields: Any) -> Row:
    """One record; whatever is not given is what most sources leave empty."""
    native = str(fields.get("native_id", f"n{number}"))
    row: Row = dict.fromkeys(COLLECTED.names)
    row |= {
        "post_id": f"forum:{native}",
        "platform": "forum",
        "native_id": native,
        "kind": "post",
        "body": "",
        "text_state": "kept",
        "state": "live",
        "collected_at": DAY,
        "collector": "test",
        "raw_sha256": "0" * 64,
        "source": "forum",
        "record_no": number,
    }
    return row | fields


def as_batch(rows: list[Row]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=COLLECTED)


def ask_over(posts: pa.Table) -> Ask:
    """An `Ask` over a table of `POSTS`."""

    def ask(aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        with duckdb.connect() as engine:
            engine.execute("SET autoinstall_known_extensions=false")
            engine.register("posts", posts)
            for view in _VIEWS:
                engine.execute(view)
            return engine.sql(aggregate.sql, params=dict(params)).to_arrow_table()

    return ask


def posts_table(rows: list[Row]) -> pa.Table:
    """`POSTS` written by hand; what is not given is empty."""
    base: Row = dict.fromkeys(POSTS.names) | {
        "text_key": "t",
        "source": "forum",
        "platform": "forum",
        "kind": "post",
        "body": "",
        "text_state": "kept",
        "state": "live",
    }
    full = [base | {"record_no": number} | row for number, row in enumerate(rows)]
    return pa.Table.from_pylist(full, schema=POSTS)
