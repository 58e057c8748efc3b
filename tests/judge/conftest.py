"""A small study with tables made by hand, behind the real engine."""

import csv
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bedside.codebook import Codebook, code_hash, layer_hash, load_codebook
from bedside.judge.decisions import WHOLE
from bedside.model.marks import UNDERSTOOD
from bedside.model.posts import POSTS
from bedside.store.engine import EmbeddedEngine
from bedside.store.snapshots import Snapshot
from bedside.store.stages import Ask
from bedside.store.study import Study, create_study
from bedside.store.views import FOLDS, SNAPSHOT

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SNAPSHOT_NOW = Snapshot(
    id="s-1", hash="h", taken_at=NOW, posts=0, query="", place="", languages=("en",)
)
PLATFORMS = ("reddit", "bluesky", "blog")


def key_of(number: int) -> str:
    return f"{number:032x}"


def post(number: int, **more: Any) -> dict[str, Any]:
    """One post; two posts an account, platforms in turn."""
    empty = {field.name: None for field in POSTS}
    return empty | {
        "post_key": key_of(number),
        "account_key": f"a{number // 2}",
        "text_key": f"t{number}",
        "source": "forum",
        "platform": PLATFORMS[number % 3],
        "kind": "post",
        "body": f"Invented text number {number}.",
        "text_state": "kept",
        "state": "live",
        "published_at": datetime(2025, 1 + number % 12, 3, tzinfo=UTC),
        "record_no": number,
        **more,
    }


def mark(number: int, layer: str, code: str, score: float = 0.7, **more: Any) -> dict[str, Any]:
    empty = {field.name: None for field in UNDERSTOOD}
    return empty | {
        "row": "mark",
        "subject_kind": "post",
        "subject_key": key_of(number),
        "post_key": key_of(number),
        "text_key": f"t{number}",
        "layer": layer,
        "code": code,
        "score": score,
        "assertion": "asserted",
        "maker": "m",
        "maker_version": "1",
        **more,
    }


def covered(number: int, layer: str, state: str = "done") -> dict[str, Any]:
    return mark(number, layer, "") | {"row": "coverage", "code": None, "coverage": state}


def decided(
    book: Codebook, number: int, layer: str, code: str, decision: str = "present", **more: Any
) -> dict[str, Any]:
    """A judgement about a post, under the code's present definition."""
    about = book.layer(layer)
    return {
        "subject_key": key_of(number),
        "text_key": f"t{number}",
        "layer": layer,
        "code": code,
        "decision": decision,
        "coder": "ann",
        "decided_at": NOW + timedelta(minutes=1),
        "code_hash": layer_hash(about) if code == WHOLE else code_hash(about, code),
        "sample_id": "round-1",
        "probability": 1.0,
        "proposal_shown": False,
        **more,
    }


class World:
    """A study whose tables are given."""

    def __init__(self, folder: Path) -> None:
        self.study: Study = create_study(folder, title="Judging")
        self.book: Codebook = load_codebook()
        self.engine = EmbeddedEngine(self.study, workers=1)

    def holds(self, posts: list[dict[str, Any]], marks: list[dict[str, Any]] | None = None) -> None:
        """Show these posts, all of them in the corpus, and these marks."""
        folds = [
            {"record_no": p["record_no"], "post_key": p["post_key"], "keep": True} for p in posts
        ]
        self.engine.bind(
            {},
            {
                "posts": pa.Table.from_pylist(posts, schema=POSTS),
                "folds": pa.Table.from_pylist(folds, schema=FOLDS),
                "snapshot": pa.Table.from_pylist(posts, schema=SNAPSHOT),
                "understood": pa.Table.from_pylist(marks or [], schema=UNDERSTOOD),
            },
        )

    @property
    def ask(self) -> Ask:
        """Run an aggregate over the tables."""
        return self.engine.ask


@pytest.fixture
def vectors() -> Path:
    """The folder of expected values; skips where it is not given."""
    folder = Path(os.environ.get("BEDSIDE_VECTORS") or Path(__file__).parents[3] / "shared/vectors")
    if not folder.is_dir():
        pytest.skip("BEDSIDE_VECTORS is not set: no expected values to compare with")
    return folder


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "study")
    with made.engine:
        yield made
