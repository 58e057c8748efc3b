"""R20: recall and false masks per identifier, on lines that the project's founders wrote for it (identifiers.txt)."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bedside.unify.clean import clean
from bedside.unify.mask import FILL, mask_places, mask_text

LINES = Path(__file__).with_name("identifiers.txt")
LEAST_RECALL = 0.95
MOST_MASKED = (
    0.02  # of the words of real posts; a bound on false masks, since right ones are among them
)
WORD = re.compile(r"\w+")


def _sections() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in LINES.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            name = line[3:]
        elif line and not line.startswith("#"):
            found.setdefault(name, []).append(line.replace("\\n", "\n"))
    return found


SECTIONS = _sections()


def _mask(text: str) -> str:
    return mask_places(mask_text(text)[0])[0]


def _marked(line: str) -> tuple[str, list[tuple[int, int]]]:
    """The line without its brackets, and where they stood."""
    spans, text = [], ""
    for part in re.split(r"(\[.*?\])", line):
        if part.startswith("[") and part.endswith("]"):
            spans.append((len(text), len(text) + len(part) - 2))
            part = part[1:-1]
        text += part
    return text, spans


def _hidden(text: str, masked: str, span: tuple[int, int]) -> bool:
    return all(masked[at] == FILL for at in range(*span) if text[at].isalnum())


@pytest.mark.parametrize("name", [name for name in SECTIONS if not name.startswith("nothing")])
def test_an_identifier_is_masked(name: str) -> None:
    spans = [
        _hidden(text, _mask(text), span)
        for line in SECTIONS[name]
        for text, spans_ in [_marked(line)]
        for span in spans_
    ]
    assert sum(spans) / len(spans) >= LEAST_RECALL, f"{sum(spans)} of {len(spans)}"


def test_nothing_else_on_these_lines_is_masked() -> None:
    words = wrong = 0
    for line in (line for lines in SECTIONS.values() for line in lines):
        text, spans = _marked(line)
        masked = _mask(text)
        assert len(masked) == len(text)
        for hit in WORD.finditer(text):
            inside = any(start < hit.end() and hit.start() < end for start, end in spans)
            words += not inside
            wrong += not inside and FILL in masked[hit.start() : hit.end()]
    assert wrong / words < MOST_MASKED / 4, f"{wrong} of {words}"


def test_there_are_lines_for_every_identifier() -> None:
    assert len(SECTIONS) == 21
    assert all(len(lines) >= 9 for lines in SECTIONS.values())


SETS = (
    "evaluate/careopinion_multilabel",
    "evaluate/online_doctor_qa",
    "open/goemotions",
    "open/pxtextmining_phase1",
    "open/pxtextmining_phase2",
)


def _texts(path: Path, most: int) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line, _ in zip(lines, range(most), strict=False):
            yield clean(json.loads(line)["text"] or "")[0]


@pytest.mark.parametrize("name", SETS)
def test_few_words_of_real_posts_are_masked(data: Path, name: str) -> None:
    words = hidden = 0
    for text in _texts(data / f"{name}.jsonl.gz", 400):
        masked = _mask(text)
        for hit in WORD.finditer(text):
            words += 1
            hidden += FILL in masked[hit.start() : hit.end()]
    assert words > 1000
    assert hidden / words < MOST_MASKED
