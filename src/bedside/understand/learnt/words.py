"""Words to numbers: each word is looked at once a process, and from then on is a row of small arrays.

A classifier never sees a word but three things made from it: a hash (for word and word-pair counts), its word
pieces (for the static embedding) and its character n-grams. All three depend on the word alone, so what a text
gives does not depend on what was read before it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from itertools import accumulate
from zlib import crc32

import numpy as np
import numpy.typing as npt
import zstandard

__all__ = ["CHARACTER_BITS", "Words", "pieces_of", "word_pieces"]

Integers = npt.NDArray[np.int64]

CHARACTER_BITS = 18  # buckets of character n-grams: 262,144
CHARACTERS = (2, 5)  # shortest and longest n-gram, within a word and the spaces around it
MOST_WORDS = 200_000  # rows kept in a process; beyond them the table begins anew (about 60 MB)
LONGEST = 40  # characters of a word that are read; longer "words" are links and shouts
_SPLIT = re.compile(r"[^\W_]+|[^\w\s]|_")


@lru_cache(maxsize=1)
def word_pieces() -> dict[str, int]:
    """Word pieces of the static embedding and their rows."""
    packed = (files("bedside.understand") / "learnt" / "static" / "pieces.txt.zst").read_bytes()
    lines = zstandard.ZstdDecompressor().decompress(packed).decode().split("\n")
    return {piece: row for row, piece in enumerate(lines)}


def pieces_of(word: str) -> list[int]:
    """Rows of the word pieces of one canonical word; empty where it cannot be taken apart.

    Notes
    -----
    The longest piece that begins the word, then the longest that begins the rest (WordPiece).

    References
    ----------
    Wu et al. (2016), arXiv:1609.08144, section 4.1; Devlin et al. (2019), doi:10.18653/v1/N19-1423.
    """
    return [row for part in _SPLIT.findall(word) for row in _pieces(part, word_pieces())]


def _pieces(part: str, rows: dict[str, int]) -> list[int]:
    found: list[int] = []
    start = 0
    while start < len(part):
        before = "##" if start else ""
        for end in range(len(part), start, -1):
            row = rows.get(before + part[start:end])
            if row is not None:
                found.append(row)
                start = end
                break
        else:
            return []
    return found


def _character_buckets(word: str) -> list[int]:
    padded = f" {word[:LONGEST]} "
    shortest, longest = CHARACTERS
    return [
        crc32(padded[at : at + size].encode()) & ((1 << CHARACTER_BITS) - 1)
        for size in range(shortest, longest + 1)
        for at in range(len(padded) - size + 1)
    ]


class _Rows:
    """Lists of integers, one a word, kept flat so that many can be taken at once."""

    def __init__(self) -> None:
        self._flat: list[int] = []
        self._starts: list[int] = [0]
        self._made: tuple[Integers, Integers] | None = None

    def add(self, values: Sequence[int]) -> None:
        self._flat.extend(values)
        self._starts.append(len(self._flat))
        self._made = None

    def take(self, words: Integers) -> tuple[Integers, Integers]:
        """Values of these words one after the other, and how many each word gave."""
        if self._made is None:
            self._made = (np.array(self._flat, np.int64), np.array(self._starts, np.int64))
        flat, starts = self._made
        counts = starts[words + 1] - starts[words]
        ends = np.cumsum(counts)
        places = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)
        return flat[np.repeat(starts[words], counts) + places], counts


class Words:
    """Table of the words met so far."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._hashes: list[int] = []
        self._made: npt.NDArray[np.uint64] | None = None
        self.pieces = _Rows()
        self.characters = _Rows()

    def numbers(self, units: Iterable[Sequence[str]]) -> tuple[Integers, Integers]:
        """Number of each word of all units, and where each unit begins (one more than units)."""
        known = self._numbers
        flat: list[int] = []
        lengths: list[int] = []
        for unit in units:
            flat += [known[w] if w in known else self._add(w) for w in unit]
            lengths.append(len(unit))
        return np.array(flat, np.int64), np.array([0, *accumulate(lengths)], np.int64)

    def hashes(self, words: Integers) -> npt.NDArray[np.uint64]:
        """64-bit hash of each word."""
        if self._made is None or len(self._made) != len(self._hashes):
            self._made = np.array(self._hashes, np.uint64)
        return self._made[words]

    def full(self) -> bool:
        """Whether the table holds as many words as it may."""
        return len(self._numbers) > MOST_WORDS

    def _add(self, word: str) -> int:
        number = self._numbers[word] = len(self._numbers)
        self._hashes.append(int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big"))
        self.pieces.add(pieces_of(word[:LONGEST]))
        self.characters.add(_character_buckets(word))
        return number
