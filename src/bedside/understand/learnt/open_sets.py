"""The open labelled sets and the written corpus as training texts; nothing of the folders `evaluate/` and `judged/` is ever opened here.

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
    SIDES,
    UNLABELLED,
)
from bedside.understand.learnt.model import asked_word
from bedside.understand.sentences import sentences
from bedside.understand.text import canonical

__all__ = [
    "LEAST",
    "STEPS",
    "Sample",
    "care_codes",
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
        groups=[
            row.get("group") or re.sub(r"\W+", " ", row["text"].lower()).strip() for row in rows
        ],
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


def care_codes(folder: Path, written: Path) -> Sample:
    """Our codes of care: NHS comments of both phases, sentences of the written corpus, and general talk without any.

    Parameters
    ----------
    folder : Path
    written : Path
        Folder of the written corpus: JSON lines, see its README.

    Notes
    -----
    Phase 1 gives one code a comment, so a comment lacks labels that it deserves; phase 2 mends part of that. Its
    code for care in general is left out: "good care" is no named act. So are comments without a side, and what a
    survey asked, so that a sentence from anywhere is read alike.
    """
    rows = list(_sided(folder))
    texts = [(row, {f"{aspect}:{side}" for aspect in aspects}) for row, aspects, side in rows]
    texts += list(_written(written))
    talk = list(open_records(folder, "goemotions"))[:TALK] + list(open_records(folder, "meqsum"))
    texts += [(row, set()) for row in talk]
    return sample_of([row for row, _ in texts], [codes for _, codes in texts])


def _sided(folder: Path) -> Iterator[tuple[Record, set[str], str]]:
    """NHS comments with aspects and the side they are on."""
    praise, complaint = SIDES
    for row in _phase2(folder):
        mood = row["labels"]["sentiment_1pos_5neg"]
        aspects = {ASPECT_OF_THEME[t] for t in row["labels"]["themes"] if t in ASPECT_OF_THEME}
        if mood and mood != 3:
            yield row, aspects, praise if mood < 3 else complaint
    for row in open_records(folder, "pxtextmining_phase1"):
        code, grade = row["labels"]["code"], row["labels"]["criticality"]
        if code != _IN_GENERAL and grade:
            yield (
                row,
                {ASPECT_OF_CODE[code]} if code in ASPECT_OF_CODE else set(),
                praise if grade > 0 else complaint,
            )


def _written(folder: Path) -> Iterator[tuple[Record, set[str]]]:
    """Sentences of the written corpus with the codes of care whose evidence stands in them.

    A post with a code between the lines is one text as a whole: none of its sentences is known to lack the code.
    """
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            post: Record = msgspec.json.decode(line)
            text = canonical([("title", post.get("title") or ""), ("body", post["text"])]).text
            codes = {code for moment in post["moments"] for code in moment["care"]}
            places = {code: _place(text, post["evidence"].get(f"care:{code}")) for code in codes}
            if None in places.values():
                yield {"id": post["id"], "group": post["id"], "text": text}, codes
                continue
            for number, (start, end) in enumerate(sentences(text)):
                held = {code for code, at in places.items() if at is not None and start <= at < end}
                sentence = {"id": f"{post['id']}.{number}", "group": post["id"]}
                yield sentence | {"text": text[start:end]}, held


def _place(text: str, evidence: str | None) -> int | None:
    """Place of the words that carry a code in canonical text; None where they are not given or not found."""
    words = canonical([("body", evidence or "")]).text
    at = text.find(words) if evidence else -1
    return at + 1 if at >= 0 else None


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
