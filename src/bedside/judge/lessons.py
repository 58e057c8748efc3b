"""Lessons: judged posts with their texts, as classifiers learn from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bedside.codebook import Codebook, code_hash, layer_hash
from bedside.judge.decisions import has_log, open_log
from bedside.judge.judged import Settled, settle
from bedside.judge.samples import list_samples
from bedside.store.files import content_key
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study
from bedside.understand.doc import post_parts

__all__ = ["Lessons", "codes_in_order", "gather_lessons", "judged_layers"]

TEXTS = Aggregate(
    name="judge.lessons",
    needs=("corpus", "posts"),
    sql="""
SELECT c.post_key, c.account_key, c.text_key, c.platform, p.title, p.body, p.segments
FROM corpus c JOIN posts p ON p.record_no = c.record_no
WHERE array_contains($keys, c.post_key)
ORDER BY c.post_key
""",
)


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Judged posts of one layer, sorted by key; every code of `codes` is decided on each.

    Attributes
    ----------
    layer : str
    codes : tuple of str
    keys, text_keys, voices, platforms : tuple of str
        Post, its text, whose it is (the account, or the post itself), where it stood.
    parts : tuple
        Named texts of each post.
    labels : numpy.ndarray of bool
        Posts by codes.
    drawn : numpy.ndarray of bool
        Whether the post stands in a random sample of the layer and was judged unprompted; others were chosen.
    version : str
        Hash of the posts, their texts and what was decided.
    """

    layer: str
    codes: tuple[str, ...]
    keys: tuple[str, ...]
    text_keys: tuple[str, ...]
    voices: tuple[str, ...]
    platforms: tuple[str, ...]
    parts: tuple[tuple[tuple[str, str], ...], ...]
    labels: npt.NDArray[np.bool_]
    drawn: npt.NDArray[np.bool_]
    version: str

    def __len__(self) -> int:
        return int(self.labels.shape[0])


def judged_layers(study: Study) -> list[str]:
    """Layers of which posts were judged."""
    if not has_log(study):
        return []
    with open_log(study) as log:
        return sorted(set(log.read()["layer"].to_pylist()))


def gather_lessons(study: Study, ask: Ask, book: Codebook, layer: str) -> Lessons:
    """Posts of the corpus whose present text was judged for a whole layer under its present definitions.

    Decisions of learning samples count, also those that were made with a proposal in view; where coders differ the
    majority holds, and a post on which they are split is left out.

    Raises
    ------
    NotFoundError
        If the codebook has no such layer.
    """
    held = book.layer(layer)
    codes = held.names()
    settled, drawn = _settled(study, book, layer)
    whole = [text for text in settled[codes[0]] if all(_said(settled[c], text) for c in codes)]
    rows = ask(TEXTS, {"keys": sorted({key for key, _ in whole})}).to_pylist() if whole else []
    known = set(whole)
    rows = [row for row in rows if (row["post_key"], row["text_key"]) in known]
    texts = [(row["post_key"], row["text_key"]) for row in rows]
    labels = np.array(
        [[settled[c][text].decision == 1 for c in codes] for text in texts], dtype=bool
    ).reshape(len(texts), len(codes))
    return Lessons(
        layer=layer,
        codes=codes,
        keys=tuple(key for key, _ in texts),
        text_keys=tuple(text for _, text in texts),
        voices=tuple(row["account_key"] or row["post_key"] for row in rows),
        platforms=tuple(row["platform"] for row in rows),
        parts=tuple(post_parts(row) for row in rows),
        labels=labels,
        drawn=np.array([text in drawn for text in texts], dtype=bool),
        version=content_key(layer, list(codes), texts, labels.tolist())[:10],
    )


def codes_in_order(study: Study, book: Codebook, layer: str) -> list[frozenset[str]]:
    """Codes that people found in each judged subject, in the order in which they were first judged.

    Decisions of all samples and coders together; those under an older definition are left out.
    """
    if not has_log(study):
        return []
    held = book.layer(layer)
    now = {code: code_hash(held, code) for code in held.names()}
    with open_log(study) as log:
        rows = log.current(layer=layer).to_pylist()
    found: dict[str, set[str]] = {}
    for row in rows:
        if row["decision"] == "set_aside":
            continue
        codes = found.setdefault(row["subject_key"], set())
        if row["decision"] == "present" and now.get(row["code"]) == row["code_hash"]:
            codes.add(row["code"])
    return [frozenset(codes) for codes in found.values()]


Text = tuple[str, str | None]


def _said(settled: Mapping[Text, Settled], text: Text) -> bool:
    return text in settled and settled[text].fate == "judged"


def _settled(
    study: Study, book: Codebook, layer: str
) -> tuple[dict[str, dict[Text, Settled]], set[Text]]:
    """What holds of each text and code, and the texts of random samples that were judged unprompted."""
    held = book.layer(layer)
    if not has_log(study):
        return {code: {} for code in held.names()}, set()
    with open_log(study) as log:
        judgements = log.read(layer=layer)
    random = pa.array([s.id for s in list_samples(study, layer=layer) if s.estimates], pa.string())
    unprompted = pc.and_(
        pc.is_in(judgements["sample_id"], random), pc.invert(judgements["proposal_shown"])
    )
    drawn = {(r["subject_key"], r["text_key"]) for r in _pairs(judgements.filter(unprompted))}
    place = judgements.schema.get_field_index("proposal_shown")
    shown = pa.array([False] * judgements.num_rows)  # seen or not, a decision teaches
    judgements = judgements.set_column(place, judgements.schema.field(place), shown)
    settled = {
        code: settle(judgements, code, (code_hash(held, code), layer_hash(held)), "majority")
        for code in held.names()
    }
    return settled, drawn


def _pairs(judgements: pa.Table) -> Sequence[Mapping[str, Any]]:
    rows: list[dict[str, Any]] = judgements.select(["subject_key", "text_key"]).to_pylist()
    return rows
