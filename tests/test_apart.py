"""The simulator's phrases and the makers' dictionaries were written apart: no literal of more than two words is shared.

Open vocabularies (names of symptoms, drugs, conditions, procedures) are nobody's wording and are not compared; nor is what
has at most one word that says anything ("in front of", "a lot of"): that is grammar.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bedside.understand.phrases import COMMON

SRC = Path(__file__).parents[1] / "src" / "bedside"
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


def strings(value: Any) -> Iterator[str]:
    """Every string in a TOML value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def literals(folder: Path) -> set[str]:
    """Literals of more than two words: whole runs of plain words between a pattern's signs."""
    found: set[str] = set()
    for path in sorted(folder.rglob("*.toml")):
        for text in strings(tomllib.loads(path.read_text())):
            for run in re.split(r"[^a-z' ]+", text.lower()):
                words = WORD.findall(run)
                if len(words) > 2 and len(set(words) - COMMON) > 1:
                    found.add(" ".join(words))
    return found


def bank() -> str:
    """All phrases of the simulator, words only, phrases parted by a bar."""
    said = []
    for path in sorted((SRC / "simulate" / "phrases").glob("*.toml")):
        for text in strings(tomllib.loads(path.read_text())):
            said += [
                " ".join(WORD.findall(line.split("||")[0].lower())) for line in text.splitlines()
            ]
    return " | " + " | ".join(said) + " | "


def test_no_wording_of_more_than_two_words_is_shared() -> None:
    patterns, phrases = literals(SRC / "understand" / "patterns"), bank()
    assert len(patterns) > 100 and len(phrases) > 10_000
    shared = sorted(run for run in patterns if f" {run} " in phrases)
    assert not shared, f"{len(shared)} shared: {shared[:40]}"


def test_the_search_for_shared_wordings_can_find_one(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('a = ["(never|not) in my wildest dreams ~2 x"]')
    assert literals(tmp_path) == {"in my wildest dreams"}
