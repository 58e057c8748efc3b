"""Snapshots: taken, found again, and told apart."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from bedside.store.snapshots import latest_snapshot, take_snapshot
from bedside.store.stages import Aggregate
from bedside.store.study import create_study
from bedside.store.views import SNAPSHOT

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_a_snapshot_that_follows_from_the_same_tables_is_found_without_asking(
    tmp_path: Path,
) -> None:
    study = create_study(tmp_path / "s", title="t")
    rows = {"record_no": [0, 1], "post_key": ["p", "q"], "text_key": ["t", None]}
    asked: list[str] = []

    def ask(aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        asked.append(aggregate.name)
        return pa.table(rows, schema=SNAPSHOT)

    first = take_snapshot(study, ask, NOW, of="tables")
    assert take_snapshot(study, ask, NOW, of="tables") == first
    assert len(asked) == 1
    again = take_snapshot(study, ask, NOW, of="the same posts from other tables")
    assert (again.id, len(asked)) == (first.id, 2)
    assert take_snapshot(study, ask, NOW, of="the same posts from other tables") == again
    assert len(asked) == 2
    assert latest_snapshot(study) == again
    assert take_snapshot(study, ask, NOW).hash == first.hash
    assert len(asked) == 3
