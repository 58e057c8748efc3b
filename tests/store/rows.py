"""Collected records for tests of the store, written for them."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from bedside.model.posts import COLLECTED

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def record(number: int, **fields: Any) -> dict[str, Any]:
    """One collected record: post `t:<number>` by author `u<number>`, changed by what is given."""
    base: dict[str, Any] = {
        "post_id": f"test:p{number}00",
        "platform": "test",
        "native_id": f"p{number}00",
        "kind": "post",
        "body": f"words of record {number}",
        "author_id": f"test:author{number}",
        "author_handle": f"handle_{number}",
        "text_state": "kept",
        "state": "live",
        "collected_at": NOW,
        "collector": "test",
        "raw_sha256": f"{number:064x}",
        "source": "first",
        "record_no": number,
    }
    return base | fields


def batch(*records: dict[str, Any]) -> pa.RecordBatch:
    """A batch of COLLECTED; absent columns are null."""
    return pa.RecordBatch.from_pylist(list(records), schema=COLLECTED)
