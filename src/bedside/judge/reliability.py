"""Reliability: what each coder said of each post, read out of the log for one code or layer."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bedside.codebook import Codebook, code_hash, layer_hash
from bedside.codebook.records import Layer
from bedside.errors import InputError
from bedside.judge.decisions import WHOLE, latest_of_each

__all__ = ["COLUMNS", "Ratings", "code_values", "ratings_of", "ratings_of_layer"]

COLUMNS = (
    "subject_key", "text_key", "layer", "code", "decision", "coder", "code_hash", "sample_id", "proposal_shown", "kind",
)  # fmt: skip
"""Of JUDGEMENTS: what `ratings_of` reads."""
NO_CODE = -1.0  # of a layer with one answer: the coder says that none applies


class Ratings(NamedTuple):
    """What coders said, one row a text.

    Attributes
    ----------
    table : ndarray, shape (texts, coders)
        1 present, 0 absent (of a layer: the number of the code), NaN where the coder has not decided.
    texts : list of (subject_key, text_key)
    coders : list of str
    """

    table: NDArray[np.float64]
    texts: list[tuple[str, str | None]]
    coders: list[str]


class _Held(NamedTuple):
    """Unprompted codings of a layer as they stand, with numbers for texts and coders."""

    rows: pa.Table
    text: NDArray[np.int64]
    coder: NDArray[np.int64]
    texts: list[tuple[str, str | None]]
    coders: list[str]


def _held(judgements: pa.Table, layer: str) -> _Held:
    rows = judgements.filter(
        pc.and_(pc.equal(judgements["layer"], layer), pc.equal(judgements["kind"], "coding"))
    )
    rows = latest_of_each(rows)
    rows = rows.filter(
        pc.invert(pc.match_substring(rows["subject_key"], ":m"))
    )  # moments are parts
    rows = rows.filter(
        pc.and_(pc.invert(rows["proposal_shown"]), pc.not_equal(rows["decision"], "withdrawn"))
    )
    texts, text = _numbered(rows)
    coders = sorted(pc.unique(rows["coder"]).to_pylist())
    coder = pc.index_in(rows["coder"], pa.array(coders, pa.string())).to_numpy().astype(np.int64)
    return _Held(rows, text, coder, texts, coders)


def _numbered(rows: pa.Table) -> tuple[list[tuple[str, str | None]], NDArray[np.int64]]:
    """Texts in the order of their keys, and for each row the number of its text."""
    subjects, texts = (
        rows[name].combine_chunks().dictionary_encode() for name in ("subject_key", "text_key")
    )
    width = len(texts.dictionary) + 1
    inner = texts.indices.fill_null(width - 1).to_numpy(zero_copy_only=False).astype(np.int64)
    outer = subjects.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    codes, number = np.unique(outer * width + inner, return_inverse=True)
    one, other = subjects.dictionary.to_pylist(), [*texts.dictionary.to_pylist(), None]
    found = [(one[code // width], other[code % width]) for code in codes.tolist()]
    order = sorted(range(len(found)), key=lambda place: (found[place][0], found[place][1] or ""))
    places = np.empty(len(found), np.int64)
    places[order] = np.arange(len(found))
    return [found[place] for place in order], places[number]


def _mask(held: _Held, **equal: str) -> NDArray[np.bool_]:
    found = np.ones(held.rows.num_rows, bool)
    for name, value in equal.items():
        found &= pc.equal(held.rows[name], value).to_numpy(zero_copy_only=False)
    return found


def ratings_of(judgements: pa.Table, book: Codebook, layer: str) -> Iterator[tuple[str, Ratings]]:
    """Present or absent for every code of a layer that somebody decided on.

    Parameters
    ----------
    judgements : pyarrow.Table
        Columns COLUMNS of JUDGEMENTS, oldest first.
    book : Codebook
        Only what was decided under its present definitions counts.
    layer : str

    Yields
    ------
    tuple of str and Ratings
        Code and what coders said; only codings made without seeing a proposal. A code that a complete layer does not
        name is absent. Adjudications are no codings.
    """
    held, about = _held(judgements, layer), book.layer(layer)
    complete = _mask(held, code=WHOLE, decision="layer_complete", code_hash=layer_hash(about))
    aside = _mask(held, code=WHOLE, decision="set_aside") | _mask(
        held, code=WHOLE, decision="draft"
    )
    base = np.full((len(held.texts), len(held.coders)), np.nan)
    base[held.text[complete], held.coder[complete]] = 0.0
    for code in about.names():
        table = base.copy()
        for decision, value in (("present", 1.0), ("absent", 0.0)):
            said = _mask(held, code=code, decision=decision, code_hash=code_hash(about, code))
            table[held.text[said], held.coder[said]] = value
        table[held.text[aside], held.coder[aside]] = np.nan
        if not np.isnan(table).all():
            yield code, Ratings(table, held.texts, held.coders)


def ratings_of_layer(judgements: pa.Table, book: Codebook, layer: str) -> Ratings:
    """The answer for a layer in which one code applies: its number, or -1 where the coder says that none does.

    Returns
    -------
    Ratings
        Codes that are numbers (such as -4 ... 4) keep them; others are numbered in the codebook's order.

    Raises
    ------
    InputError
        If several codes of the layer may apply.
    """
    about = book.layer(layer)
    if about.several:
        raise InputError(
            f"several codes of {layer} may apply to one post: its agreement is told code by code, not as one answer"
        )
    found: Ratings | None = None
    values = code_values(about)
    for code, ratings in ratings_of(judgements, book, layer):
        if found is None:
            none = np.nan if _numbers(about) else NO_CODE
            start = np.where(np.isnan(ratings.table), np.nan, none)
            found = Ratings(start, ratings.texts, ratings.coders)
        found.table[ratings.table == 1] = values[code]
    return found or Ratings(np.empty((0, 0)), [], [])


def _numbers(layer: Layer) -> bool:
    return all(name.lstrip("-").isdigit() for name in layer.names())


def code_values(layer: Layer) -> dict[str, float]:
    """Number of each code: its own where all are numbers, else its place in the codebook."""
    if _numbers(layer):
        return {name: float(name) for name in layer.names()}
    return {name: float(place) for place, name in enumerate(layer.names())}
