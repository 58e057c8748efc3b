"""Reading one post, for tests that say what a post means."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from bedside.model.posts import POSTS
from bedside.understand.coded import coded_posts
from bedside.understand.doc import Doc, Post, make_docs
from bedside.understand.lexicon import load_scanner
from bedside.understand.stage import understand_batch


def batch_of(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    """Batch of POSTS; keys and states are filled in."""
    full = [
        {
            "post_key": f"p{n}",
            "text_key": f"t{n}",
            "source": "s",
            "platform": "forum",
            "kind": "post",
            "text_state": "kept",
            "state": "live",
            "record_no": n,
            "lang": "en",
            **row,
        }
        for n, row in enumerate(rows)
    ]
    return pa.RecordBatch.from_pylist(full, schema=POSTS)


@pytest.fixture(scope="session")
def batch() -> Callable[[list[dict[str, Any]]], pa.RecordBatch]:
    return batch_of


@pytest.fixture(scope="session")
def marks() -> Callable[..., list[dict[str, Any]]]:
    """Marks of one post, each with `said`: the words of its spans."""

    def read(body: str, **row: Any) -> list[dict[str, Any]]:
        out = understand_batch(batch_of([{"body": body, **row}]), {"languages": ["en"]}).to_pylist()
        texts = {"body": body, "title": row.get("title") or ""}
        found = [mark for mark in out if mark["row"] == "mark"]
        for mark in found:
            mark["said"] = [texts[s["part"]][s["start"] : s["end"]] for s in mark["spans"]]
        return found

    return read


@pytest.fixture(scope="session")
def coded() -> Callable[..., dict[str, Any]]:
    """One post as a person would code it."""

    def read(body: str, **row: Any) -> dict[str, Any]:
        posts = batch_of([{"body": body, **row}])
        out = understand_batch(posts, {"languages": ["en"]})
        return next(coded_posts(pa.Table.from_batches([out]), pa.Table.from_batches([posts])))

    return read


@pytest.fixture(scope="session")
def doc() -> Callable[..., Doc]:
    def make(body: str, **more: Any) -> Doc:
        return next(make_docs([Post((("body", body),), **more)], load_scanner()))

    return make
