"""Fingerprints of a text: a hash for exact duplicates, MinHash bands and a small sketch for near ones.

64 permutations over the set of word 3-grams (rensa) make 16 bands of 4 rows: two texts of Jaccard
similarity s share a band with probability 1 - (1 - s**4)**16, that is .988 at 0.7 and .9998 at 0.8. The
sketch keeps the lowest 8 bits of each value, 64 bytes a post (b-bit MinHash), to verify what the bands propose.

References
----------
Broder (1997), doi:10.1109/SEQUEN.1997.666900; Li and König (2010), WWW, doi:10.1145/1772690.1772759, eq. 5.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from bedside.unify.runs import Runs

__all__ = [
    "LEAST_WORDS",
    "content_hash",
    "count_changes",
    "estimate_similarity",
    "jaccard",
    "sketch_texts",
    "tokens_of",
]

LEAST_WORDS = 12  # shorter texts are alike by chance: "thank you all so much"
_PERMUTATIONS = 64
_BANDS = 16
_ROWS = 4
_SEED = 20261
_TOKEN = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+"
)
_APOSTROPHES = str.maketrans("", "", "'’`")
_words_of = Runs(lambda run: tuple(_TOKEN.findall(run.casefold().translate(_APOSTROPHES))))

Words = list[str]
Ints = npt.NDArray[np.int64]


def tokens_of(*parts: str | None) -> Words:
    """Words of the masked parts of a text: case folded, without punctuation and masks.

    Examples
    --------
    >>> tokens_of("So SORE!", None, "it's ▇▇▇▇ again")
    ['so', 'sore', 'its', 'again']
    """
    text = " ".join(part for part in parts if part)
    return list(chain.from_iterable(map(_words_of.__getitem__, text.split())))


def content_hash(words: Words) -> str | None:
    """Hash of the words in order: 32 hexadecimal digits; None under 12 words."""
    if len(words) < LEAST_WORDS:
        return None
    return hashlib.blake2b(" ".join(words).encode(), digest_size=16).hexdigest()


def _shingles(words: Words) -> set[str]:
    return set(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def sketch_texts(texts: Sequence[Words]) -> tuple[Ints, Ints]:
    """MinHash bands and sketches of many texts at once.

    Parameters
    ----------
    texts : sequence of list of str
        Words of each text, at least 3 each; from `tokens_of`.

    Returns
    -------
    tuple of two int64 arrays
        Bands, shape (n, 16); sketches, shape (n, 8), eight values of 8 bits in each integer.
    """
    if not texts:
        return np.zeros((0, _BANDS), np.int64), np.zeros((0, _PERMUTATIONS // 8), np.int64)
    sets = [list(_shingles(words)) for words in texts]
    rows = RMinHash.digest_matrix_from_token_sets(sets, _PERMUTATIONS, _SEED).to_rows()
    values = np.array(rows, dtype=np.uint32)
    sketches = values.astype(np.uint8).view(np.int64)
    return _band_hashes(values), sketches


def _band_hashes(values: npt.NDArray[np.uint32]) -> Ints:
    """40-bit hash of each band's number and rows; a page of them packs better than 64 bits."""
    rows = values.reshape(-1, _BANDS, _ROWS).astype(np.uint64)
    hashed = np.broadcast_to(np.arange(1, _BANDS + 1, dtype=np.uint64), rows.shape[:2])
    for row in range(_ROWS):
        hashed = (hashed ^ rows[:, :, row]) * np.uint64(0x9E3779B97F4A7C15)
        hashed ^= hashed >> np.uint64(29)
    return (hashed >> np.uint64(24)).astype(np.int64)


def estimate_similarity(one: Ints, other: Ints) -> npt.NDArray[np.float64]:
    """Estimated Jaccard similarity of pairs of sketches, each of shape (n, 8); standard error .05 at .8."""
    same = np.ascontiguousarray(one).view(np.uint8) == np.ascontiguousarray(other).view(np.uint8)
    by_chance = 1 / 256
    return np.asarray((same.mean(axis=1) - by_chance) / (1 - by_chance), dtype=np.float64)


def jaccard(one: Words, other: Words) -> float:
    """Jaccard similarity of the sets of word 3-grams of two texts; 0 where either has fewer than 3 words.

    Examples
    --------
    >>> jaccard("a b c d e f g".split(), "a b c d e f".split())
    0.8
    """
    left, right = _shingles(one), _shingles(other)
    total = len(left | right)
    return len(left & right) / total if total else 0.0


def count_changes(one: Words, other: Words) -> tuple[int, int]:
    """Words swapped for another, and words only added (or dropped), between two texts.

    Examples
    --------
    >>> count_changes("it was pcos after all".split(), "it was diabetes after all thanks".split())
    (1, 1)
    """
    left, right = Counter(one), Counter(other)
    gone, new = (left - right).total(), (right - left).total()
    return min(gone, new), abs(gone - new)
