"""On real posts, when BEDSIDE_DATA points at them: nothing that finds a person is left, little else goes."""

import gzip
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bedside.unify.clean import clean
from bedside.unify.language import detect_language
from bedside.unify.mask import FILL, mask_text

LEFT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w{2,}|https?://\w|\bwww\.\w|(?<!\w)[@＠]\w|(?<![\w/])/?u/[A-Za-z0-9_-]{3,}|(?<!\d)0\d{10}(?!\d)"
)


@pytest.fixture(scope="module")
def folder() -> Path:
    where = os.environ.get("BEDSIDE_DATA")
    if not where:
        pytest.skip("BEDSIDE_DATA is not set: no real posts to read")
    return Path(where)


def texts(folder: Path, pattern: str, *, each: int = 1) -> Iterator[str]:
    for path in sorted(folder.glob(pattern)):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % each == 0:
                    yield json.loads(line).get("text") or ""


def test_no_address_or_handle_is_left(folder: Path) -> None:
    left = sum(
        bool(LEFT.search(mask_text(clean(text)[0])[0])) for text in texts(folder, "evaluate/*.gz")
    )
    assert left == 0


def test_few_words_of_patients_questions_are_masked(folder: Path) -> None:
    """Questions to doctors hold hardly a name: what is masked there is mostly a mistake."""
    masked = [
        mask_text(clean(text)[0]) for text in texts(folder, "evaluate/online_doctor_qa*.gz", each=2)
    ]
    names = sum(kind == "person" for _, masks in masked for _, _, kind in masks)
    assert names / len(masked) < 0.01


def test_masks_keep_every_length(folder: Path) -> None:
    for text in texts(folder, "evaluate/*.gz", each=5):
        cleaned = clean(text)[0]
        masked, masks = mask_text(cleaned)
        assert len(masked) == len(cleaned)
        assert masked.count(FILL) - cleaned.count(FILL) == sum(
            end - start for start, end, _ in masks
        )


def test_english_posts_are_told_as_english(folder: Path) -> None:
    told = [
        detect_language(text)[0]
        for text in texts(folder, "evaluate/online_doctor_qa*.gz", each=4)
        if len(text.split()) >= 12
    ]
    assert sum(code == "en" for code in told) / len(told) >= 0.995
