"""The one featurisation that all classifiers of a batch share.

A unit is a sentence of canonical text. Each is read once into three counts: words and word pairs (hashed), word
pieces, and character n-grams (hashed). Units add up: the counts of a moment or a post are the sum of those of its
sentences. A classifier weighs the counts with its own vocabulary and multiplies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from bedside.understand.learnt.words import CHARACTER_BITS, Integers, Words
from bedside.understand.text import LINE, PART

__all__ = ["WORD_BITS", "Counts", "embedded", "read_units"]

Floats = npt.NDArray[np.float64]

WORD_BITS = (
    20  # buckets of words and word pairs: 1,048,576; 2 % of the pairs of 50,000 posts share one
)
GRID = 4096.0  # values are rounded to 1/4096, so that sums are exact and no batch or library changes a score
_MIX = np.uint64(
    0x9E3779B97F4A7C15
)  # 2^64 over the golden ratio (Knuth 1998, 6.4): spreads pairs evenly
_WALLS = frozenset({LINE, PART})
_words = Words()


@dataclass(frozen=True)
class Counts:
    """Counts of units: each a sparse matrix with one row a unit, columns in order, values whole numbers."""

    words: Any
    pieces: Any
    characters: Any

    def __len__(self) -> int:
        return int(self.words.shape[0])

    @cached_property
    def embedding(self) -> Floats:
        """Static embedding of each unit; see `embedded`."""
        return embedded(self)

    def take(self, rows: npt.NDArray[Any]) -> "Counts":
        """Some units, in the order asked for."""
        return Counts(self.words[rows], self.pieces[rows], self.characters[rows])

    def joined(self, other: "Counts") -> "Counts":
        """These units and then the others."""
        pairs = zip(self._parts(), other._parts(), strict=True)
        return Counts(*(sparse.vstack(pair).tocsr() for pair in pairs))

    def _parts(self) -> tuple[Any, Any, Any]:
        return self.words, self.pieces, self.characters

    def merged(self, groups: npt.ArrayLike, count: int) -> "Counts":
        """Sum units into groups; `groups` names the group of each unit, those below 0 are left out."""
        which = np.asarray(groups, np.int64)
        units = np.flatnonzero(which >= 0)
        adder = sparse.csr_matrix(
            (np.ones(len(units), np.float32), (which[units], units)), shape=(count, len(which))
        )
        return Counts(
            *(_ordered(adder @ part) for part in (self.words, self.pieces, self.characters))
        )


def _ordered(matrix: Any) -> Any:
    """Columns in order, so that a row is added up the same way wherever it stands."""
    matrix = matrix.tocsr()
    matrix.sort_indices()
    return matrix


def _counted(rows: Integers, columns: Integers, shape: tuple[int, int]) -> Any:
    """Count (row, column) pairs; rows come in order."""
    keys, counts = np.unique(rows * shape[1] + columns, return_counts=True)
    heads = np.searchsorted(keys, np.arange(shape[0] + 1) * shape[1])
    return sparse.csr_matrix(
        (counts.astype(np.float32), keys % shape[1], heads), shape=shape, copy=False
    )


def read_units(units: Sequence[str], *, characters: bool = True) -> Counts:
    """Count what classifiers need of each unit.

    Parameters
    ----------
    units : sequence of str
        Stretches of canonical text, usually sentences.
    characters : bool
        Count character n-grams too; they cost about as much as all else.

    Returns
    -------
    Counts
        One row a unit.
    """
    global _words  # a cache of pure functions of a word; begun anew when it is full
    if _words.full():
        _words = Words()
    split = [_words_in(unit) for unit in units]
    words, starts = _words.numbers(split)
    of_unit = np.repeat(np.arange(len(units)), np.diff(starts))
    hashes = _words.hashes(words)
    pairs = (hashes[:-1] * _MIX) ^ hashes[1:]
    inside = of_unit[:-1] == of_unit[1:]
    shift = np.uint64(64 - WORD_BITS)
    rows = np.concatenate([of_unit, of_unit[:-1][inside]])
    buckets = np.concatenate([hashes, (pairs * _MIX)[inside]]) >> shift
    pieces, many = _words.pieces.take(words)
    piece_rows = np.repeat(of_unit, many)
    if characters:
        letters, most = _words.characters.take(words)
        letter_rows = np.repeat(of_unit, most)
    else:
        letters = letter_rows = np.zeros(0, np.int64)
    return Counts(
        _counted(rows, buckets.astype(np.int64), (len(units), 1 << WORD_BITS)),
        _counted(piece_rows, pieces, (len(units), _table().shape[0])),
        _counted(letter_rows, letters, (len(units), 1 << CHARACTER_BITS)),
    )


def _words_in(unit: str) -> list[str]:
    words = unit.split()
    return words if LINE not in unit and PART not in unit else [w for w in words if w not in _WALLS]


@lru_cache(maxsize=1)
def _table() -> npt.NDArray[np.float32]:
    """The static embedding: one row of 256 whole numbers a word piece."""
    from safetensors.numpy import load

    packed = files("bedside.understand") / "learnt" / "static" / "embeddings.safetensors"
    return load(packed.read_bytes())["embeddings"].astype(np.float32)


def embedded(counts: Counts) -> Floats:
    """Static embedding of each unit: the mean of its word pieces, of length 1 (or 0 where there is none).

    Returns
    -------
    numpy.ndarray
        Units by 256, rounded to 1/4096.

    Notes
    -----
    Sums of whole numbers are exact in any order, and so are products of values on the grid.
    """
    sums = np.asarray(counts.pieces @ _table(), np.float64)
    length = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
    unit = np.divide(sums, length, out=np.zeros_like(sums), where=length > 0)
    return np.asarray(np.rint(GRID * unit) / GRID, np.float64)
