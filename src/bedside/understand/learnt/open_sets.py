"""The open labelled sets as training texts; nothing of the folders `evaluate/` and `judged/` is ever opened here.

Of the NHS comments those are left out that nobody answered or labelled. A text's group is its normal form: the same
words from two people never stand on both sides of a fold.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from bedside.errors import FormatError, NotFoundError
from bedside.understand.learnt.labels import (
    ASPECT_OF_CODE,
    ASPECT_OF_THEME,
    UNLABELLED,
)
from bedside.understand.learnt.model import asked_word
from bedside.understand.text import canonical

__all__ = [
    "LEAST",
    "STEPS",
    "Sample",
    "care_aspects",
    "criticality",
    "emotions",
    "nhs_categories",
    "nhs_codes",
    "nhs_sentiment",
    "nhs_themes",
    "open_records",
    "sample_of",
]

Record = dict[str, Any]
Flags = npt.NDArray[np.bool_]

Codes = Sequence[str] | None
"""Labels to read; None: those that enough texts have."""

LEAST = 30  # texts that a label needs, by the protocol of the sets
STEPS = tuple(f">={k}" for k in range(-3, 5))
"""Codes of the classifier of criticality: the care told is at least so good."""
_PHASE1_ASKED = {
    "Trust A - Q1": "asked:improve",
    "Trust A - Q2": "asked:good",
    "Trust B - Q1": "asked:open",
    "Trust C - Q1": "asked:good",
    "Trust C - Q2": "asked:improve",
}
"""What the numbered questions of phase 1 asked; their wording was not published, the answers leave no doubt."""
_UNGRADED = "Trust B"  # coded praise without a grade: 78 % of its comments have criticality 0
_IN_GENERAL = "cc"
_GRADE_OF_MOOD = {1: 3, 2: 2, 3: 0, 4: -2, 5: -3}
"""Phase 2's five grades of sentiment on phase 1's scale, by what both call the same kind of comment."""
TALK = 6_000  # comments about anything, as texts without care


@dataclass(frozen=True)
class Sample:
    """Texts to train or test on.

    Attributes
    ----------
    texts : list of str
        Canonical, with the word of what was asked where a survey asked.
    groups : list of str
        See above.
    codes : tuple of str
    labels : numpy.ndarray of bool
        Texts by codes.
    ids, parts : list of str
        Id of each record, and where it comes from (trust, split), for scores across parts.
    """

    texts: list[str]
    groups: list[str]
    codes: tuple[str, ...]
    labels: Flags
    ids: list[str]
    parts: list[str]

    def joined(self, other: "Sample") -> "Sample":
        """Both samples, whose codes are the same."""
        return Sample(
            self.texts + other.texts,
            self.groups + other.groups,
            self.codes,
            np.concatenate([self.labels, other.labels]),
            self.ids + other.ids,
            self.parts + other.parts,
        )


def open_records(folder: Path, name: str) -> Iterator[Record]:
    """Records of a set of `open/` that hold a text, those that nobody answered left out.

    Raises
    ------
    NotFoundError
        If the file is not there.
    FormatError
        If a line is no record; the message names the line, never its content.
    """
    path = folder / "open" / f"{name}.jsonl.gz"
    if not path.is_file():
        raise NotFoundError(
            f"no file open/{path.name} in {folder.name}; give the folder of the sets"
        )
    decode = msgspec.json.Decoder(Record).decode
    with gzip.open(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                record = decode(line)
            except msgspec.DecodeError as error:
                raise FormatError(
                    f"{path.name}, line {number}: not a JSON object; fetch it again"
                ) from error
            text = str(record.get("text") or "").strip()
            if text and text not in UNLABELLED:
                yield record


def sample_of(
    records: Iterable[Record],
    labels: Sequence[Iterable[str]],
    *,
    least: int = LEAST,
    asked: Sequence[str] = (),
    parts: Sequence[str] = (),
    codes: Sequence[str] | None = None,
) -> Sample:
    """Texts of records with the labels that enough of them have."""
    rows = list(records)
    sets = [frozenset(each) for each in labels]
    held = Counter(label for each in sets for label in each)
    names = tuple(codes) if codes else tuple(sorted(c for c, n in held.items() if n >= least))
    texts = [canonical([("body", row["text"])]).text for row in rows]
    questions = asked or [""] * len(rows)
    return Sample(
        texts=[f" {q}{text}" if q else text for q, text in zip(questions, texts, strict=True)],
        groups=[re.sub(r"\W+", " ", row["text"].lower()).strip() for row in rows],
        codes=names,
        labels=np.array([[code in each for code in names] for each in sets], bool).reshape(
            -1, len(names)
        ),
        ids=[str(row["id"]) for row in rows],
        parts=list(parts) or [""] * len(rows),
    )


def _phase2(folder: Path) -> list[Record]:
    return [
        row
        for row in open_records(folder, "pxtextmining_phase2")
        if row["labels"]["themes"] and not UNLABELLED & set(row["labels"]["themes"])
    ]


def _asked2(row: Record) -> str:
    return asked_word(row["meta"].get("FFT question") or "")


def _asked1(row: Record) -> str:
    return _PHASE1_ASKED.get(row["meta"].get("question") or "", "")


def nhs_themes(folder: Path, codes: Codes = None) -> Sample:
    """Phase 2 comments with their themes."""
    rows = _phase2(folder)
    return sample_of(
        rows,
        [row["labels"]["themes"] for row in rows],
        asked=[_asked2(row) for row in rows],
        parts=[row["meta"]["Trust"] for row in rows],
        codes=codes,
    )


def nhs_sentiment(folder: Path, codes: Codes = None) -> Sample:
    """Phase 2 comments with sentiment in three: 1–2 positive, 3 neutral, 4–5 negative."""
    rows = [row for row in _phase2(folder) if row["labels"]["sentiment_1pos_5neg"]]
    names = {1: "positive", 2: "positive", 3: "neutral", 4: "negative", 5: "negative"}
    return sample_of(
        rows,
        [[names[row["labels"]["sentiment_1pos_5neg"]]] for row in rows],
        asked=[_asked2(row) for row in rows],
        parts=[row["meta"]["Trust"] for row in rows],
        codes=codes,
    )


def nhs_categories(folder: Path, codes: Codes = None) -> Sample:
    """Phase 1 comments with their category, one each."""
    rows = list(open_records(folder, "pxtextmining_phase1"))
    return sample_of(
        rows,
        [[row["labels"]["category"]] for row in rows],
        asked=[_asked1(row) for row in rows],
        parts=[row["meta"]["organization"] for row in rows],
        codes=codes,
    )


def nhs_codes(folder: Path, codes: Codes = None) -> Sample:
    """Phase 1 comments with their two-letter code, one each."""
    rows = list(open_records(folder, "pxtextmining_phase1"))
    return sample_of(
        rows,
        [[row["labels"]["code"]] for row in rows],
        asked=[_asked1(row) for row in rows],
        parts=[row["meta"]["organization"] for row in rows],
        codes=codes,
    )


def emotions(folder: Path, codes: Codes = None) -> Sample:
    """Reddit comments with 28 emotions."""
    rows = list(open_records(folder, "goemotions"))
    return sample_of(
        rows,
        [row["labels"]["emotion"] for row in rows],
        parts=[str(row.get("split") or "") for row in rows],
        codes=codes,
    )


def care_aspects(folder: Path) -> Sample:
    """NHS comments of both phases with our aspects of care, and general talk without any.

    Notes
    -----
    Phase 1 gives one code a comment, so a comment lacks labels that it deserves; phase 2 mends part of that. Its
    code for care in general is left out: "good care" is no named act. The question asked is left out too, so that a
    sentence from anywhere is read alike.
    """
    second = _phase2(folder)
    first = [
        row
        for row in open_records(folder, "pxtextmining_phase1")
        if row["labels"]["code"] != _IN_GENERAL
    ]
    codes = sorted(set(ASPECT_OF_CODE.values()))
    talk = list(open_records(folder, "goemotions"))[:TALK] + list(open_records(folder, "meqsum"))
    labels: list[Iterable[str]] = [
        {ASPECT_OF_THEME[t] for t in row["labels"]["themes"] if t in ASPECT_OF_THEME}
        for row in second
    ]
    labels += [{ASPECT_OF_CODE.get(row["labels"]["code"], "")} for row in first]
    labels += [()] * len(talk)
    return sample_of([*second, *first, *talk], labels, codes=codes)


def criticality(folder: Path) -> Sample:
    """NHS comments of both phases with how good or bad the care is that they tell, as steps from −3 to 4."""
    first = [
        row
        for row in open_records(folder, "pxtextmining_phase1")
        if row["labels"]["criticality"] is not None
        and not (row["labels"]["criticality"] == 0 and row["meta"]["organization"] == _UNGRADED)
    ]
    second = [row for row in _phase2(folder) if row["labels"]["sentiment_1pos_5neg"]]
    grades = [row["labels"]["criticality"] for row in first]
    grades += [_GRADE_OF_MOOD[row["labels"]["sentiment_1pos_5neg"]] for row in second]
    return sample_of(
        [*first, *second],
        [{f">={k}" for k in range(-3, grade + 1)} for grade in grades],
        codes=STEPS,
        parts=["phase1"] * len(first) + ["phase2"] * len(second),
    )
