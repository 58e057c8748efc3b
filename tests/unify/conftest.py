"""A study with a key, and posts made of records."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bedside.model.posts import POSTS
from bedside.store.keys import create_keys
from bedside.store.stages import Ask
from bedside.unify.posts import unify_batch
from tests.unify.records import Row, as_batch, ask_over

Unify = Callable[..., list[Row]]


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A study with a key of its own."""
    monkeypatch.setenv("BEDSIDE_KEYS", str(tmp_path))
    create_keys(tmp_path.name)
    return tmp_path.name


@pytest.fixture
def unify(study: str) -> Unify:
    """Rows of `POSTS` from rows of `COLLECTED`."""

    def run(*rows: Row, **settings: Any) -> list[Row]:
        batch = unify_batch(as_batch(list(rows)), {"study_id": study, **settings})
        assert batch.schema == POSTS
        made: list[Row] = batch.to_pylist()
        return made

    return run


@pytest.fixture
def ask_after(study: str) -> Callable[..., Ask]:
    """An `Ask` over the posts made of rows of `COLLECTED`."""

    def run(*rows: Row) -> Ask:
        batch = unify_batch(as_batch(list(rows)), {"study_id": study})
        return ask_over(pa.Table.from_batches([batch]))

    return run
