"""Words to numbers: each word is looked at once a process, and from then on is a row of small arrays.

A classifier never sees a word but three things made from it: a hash (for word and word-pair counts), its word
pieces (for the static embedding) and its character n-grams. All three depend on the word alone, so what a text
gives does not depend on what was read before it.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
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


def _pieces_read(word: str) -> list[int]:
    return pieces_of(word[:LONGEST])


def _character_buckets(word: str) -> list[int]:
    padded = f" {word[:LONGEST]} "
    shortest, longest = CHARACTERS
    return [
        crc32(padded[at : at + size].encode()) & ((1 << CHARACTER_BITS) - 1)
        for size in range(shortest, longest + 1)
        for at in range(len(padded) - size + 1)
    ]


class _Rows:
    """Lists of integers, one a word, kept flat so that many can be taken at once; made when first taken.

    Parameters
    ----------
    make : callable
        Integers of a word.
    words : list of str
        The words so far; more may follow.
    """

    def __init__(self, make: Callable[[str], Sequence[int]], words: Sequence[str]) -> None:
        self._make, self._words = make, words
        self._flat = array("q")
        self._starts = array("q", [0])

    def take(self, words: Integers) -> tuple[Integers, Integers]:
        """Values of these words one after the other, and how many each word gave."""
        for word in self._words[len(self._starts) - 1 :]:
            self._flat.extend(self._make(word))
            self._starts.append(len(self._flat))
        flat, starts = np.frombuffer(self._flat, np.int64), np.frombuffer(self._starts, np.int64)
        counts = starts[words + 1] - starts[words]
        ends = np.cumsum(counts)
        places = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)
        return flat[np.repeat(starts[words], counts) + places], counts


class _Numbers(dict[str, int]):
    """Number of each word met so far; a new word gets the next one."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.hashes = array("Q")

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self.words)
        self.words.append(word)
        digest = blake2b(word.encode(), digest_size=8).digest()
        self.hashes.append(int.from_bytes(digest, "big"))
        return number


class Words:
    """Table of the words met so far."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self.pieces = _Rows(_pieces_read, self._numbers.words)
        self.characters = _Rows(_character_buckets, self._numbers.words)

    def numbers(self, units: Iterable[Sequence[str]]) -> tuple[Integers, Integers]:
        """Number of each word of all units, and where each unit begins (one more than units)."""
        number = self._numbers.__getitem__
        flat: list[int] = []
        lengths: list[int] = []
        for unit in units:
            flat.extend(map(number, unit))
            lengths.append(len(unit))
        return np.array(flat, np.int64), np.array([0, *accumulate(lengths)], np.int64)

    def hashes(self, words: Integers) -> npt.NDArray[np.uint64]:
        """64-bit hash of each word."""
        return np.frombuffer(self._numbers.hashes, np.uint64)[words]

    def full(self) -> bool:
        """Whether the table holds as many words as it may."""
        return len(self._numbers) > MOST_WORDS
