"""Shared by the tests of collect: write a file, import it, look at rows and report."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bedside.collect.importing import Choice, ImportReport, import_path
from bedside.model.posts import COLLECTED
from bedside.model.sources import Source

Rows = list[dict[str, Any]]
Take = Callable[..., tuple[Rows, ImportReport]]
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OPEN = Source(name="test", access_basis="own_data")


def import_all(
    path: Path, choice: Choice | None = None, source: Source = OPEN, **more: Any
) -> tuple[Rows, ImportReport]:
    report = ImportReport()
    rows: Rows = []
    for batch in import_path(
        path, source=source, collected_at=NOW, choice=choice, report=report, **more
    ):
        assert batch.schema == COLLECTED
        batch.validate(full=True)
        rows += pa.Table.from_batches([batch]).to_pylist()
    assert report.read == report.kept + report.tombstoned + report.rejected + report.no_post
    assert len(rows) == report.kept + report.tombstoned
    assert len(report.rejects) == report.rejected
    return rows, report


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Import content: bytes and text as they are, lists of objects as JSON lines, else one JSON document."""

    def run(content: Any, name: str = "file.json", **choice: Any) -> tuple[Rows, ImportReport]:
        path = tmp_path / name
        if isinstance(content, str):
            content = content.encode()
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        path.write_bytes(content)
        return import_all(path, Choice(**choice))

    return run


def ndjson(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)
