"""One corpus of 3,000 posts that the tests of this room share."""

import json
from pathlib import Path
from typing import Any

import pytest

from bedside.simulate.corpus import SimulationSummary, simulate

POSTS = 3000


class Corpus:
    """A written corpus, its summary and its truth."""

    def __init__(self, folder: Path, summary: SimulationSummary) -> None:
        self.folder = folder
        self.summary = summary
        with (folder / "TRUTH.jsonl").open(encoding="utf-8") as lines:
            self.truth: list[dict[str, Any]] = [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("simulated") / "out"
    return Corpus(folder, simulate(folder, posts=POSTS, seed=7, workers=0))
