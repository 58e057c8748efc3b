"""Trees of recorded threads, equal to the structure that was recorded beside them."""

import json
from pathlib import Path
from typing import Any

import pytest

from bedside.measure.graphs.cascades import Cascades, grow_cascades
from tests.collect.conftest import import_all

THREADS = ("18dmb4", "249p6c", "4dfdvo", "78sxy7")


def hung(branch: Any, above: str | None = None) -> dict[str, str | None]:
    """What each post hangs on, of a nested structure."""
    found: dict[str, str | None] = {}
    for key, below in branch.items() if isinstance(branch, dict) else ():
        found |= {key: above} | hung(below, key)
    return found


def grown(parents: dict[str, str | None]) -> Cascades:
    place = {key: at for at, key in enumerate(sorted(parents))}
    return grow_cascades([place.get(parents[key] or "", -1) for key in sorted(parents)])


@pytest.mark.parametrize("thread", THREADS)
def test_a_recorded_reddit_thread_is_the_tree_of_its_structure(data: Path, thread: str) -> None:
    folder = data / "payloads" / "reddit_threads"
    recorded = hung(json.loads((folder / f"{thread}_structure.json").read_bytes()))
    rows, _ = import_all(folder / f"{thread}_raw.json")
    short = {row["post_id"]: row["native_id"].rpartition("_")[2] for row in rows}
    read = {short[row["post_id"]]: short.get(row["in_reply_to"] or "") for row in rows}
    assert read == recorded
    ours, theirs = grown(read), grown(recorded)
    for name in ("size", "depth", "breadth", "virality"):
        assert getattr(ours, name).tolist() == getattr(theirs, name).tolist()
    assert len(ours.size) == 1
