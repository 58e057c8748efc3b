"""Haystack: a local search over the whole corpus, as somebody would use to find who wrote a sentence."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bedside.errors import NotFoundError
from bedside.release.words import TextRow, words_of

__all__ = ["Haystack"]

K1, B = (
    1.2,
    0.75,
)  # Robertson and Zaragoza (2009), Foundations and Trends in IR 3:333-389, usual values
LUCK = 10  # of n equals a search shows this one before n / 10 others with a chance of a tenth
GRAM = 4  # characters
BUCKETS = 1 << 20  # of the hashed character runs
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def _grams(text: str) -> NDArray[np.int64]:
    """Buckets of the text's character runs, words joined by single spaces."""
    letters = f" {' '.join(words_of(text))} ".encode("utf-32-le")
    codes = np.frombuffer(letters, dtype="<u4").astype(np.uint64)
    size = len(codes) - GRAM + 1
    if size < 1:
        return np.zeros(0, np.int64)
    hashes = np.zeros(size, np.uint64)
    for step in range(GRAM):
        hashes = (hashes + codes[step : step + size]) * _MULTIPLIER
    return (hashes >> np.uint64(44)).astype(np.int64)


def _matrix(rows: Sequence[NDArray[np.int64]], width: int) -> sparse.csr_array:
    """Counts of each bucket in each text."""
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.concatenate([*rows, np.zeros(0, np.int64)])
    matrix = sparse.csr_array(
        (np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), width)
    )
    matrix.sum_duplicates()
    return matrix


class Haystack:
    """All texts of the corpus, searchable by words (BM25), by characters (TF-IDF) and by exact runs.

    Parameters
    ----------
    texts : iterable of TextRow
        The whole corpus: a search among fewer finds too easily that nothing can be found.

    Notes
    -----
    About 6 kB of memory for a post of 300 characters. Ranks are a lower bound on what a web search finds.
    Posts with equal scores come in any order: a post among n equals is ranked as if only n / 10 of them came
    before it.
    """

    def __init__(self, texts: Iterable[TextRow]) -> None:
        self._numbers: dict[str, int] = {}
        self.post_keys: list[str] = []
        self._voices: list[str] = []
        lines, grams = [], []
        for row in texts:
            self.post_keys.append(row.post_key)
            self._voices.append(row.account_key or f"post {row.post_key}")
            words = words_of(row.text)
            line = [self._numbers.setdefault(word, len(self._numbers)) for word in words]
            lines.append(np.array(line, dtype=np.int64))
            grams.append(_grams(row.text))
        self._places = {key: place for place, key in enumerate(self.post_keys)}
        self._lines = lines
        self._bm25 = _bm25(_matrix(lines, max(1, len(self._numbers))))
        self._characters, self._idf = _tf_idf(_matrix(grams, BUCKETS))
        self._row = np.concatenate([*lines, np.zeros(0, np.int64)])
        self._owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines])

    def accounts_with(self, run: Sequence[str]) -> int:
        """Accounts in whose posts these words stand in a row; a post without author counts as one."""
        numbers = [self._numbers.get(word, -1) for word in run]
        if -1 in numbers or len(self._row) < len(run):
            return 0
        size = len(self._row) - len(run) + 1
        places = np.flatnonzero(self._row[:size] == numbers[0])
        for step, number in enumerate(numbers[1:], 1):
            places = places[self._row[places + step] == number]
        owners = self._owner[places]
        whole = owners == self._owner[places + len(run) - 1]
        return len({self._voices[owner] for owner in owners[whole]})

    def rank_by_words(self, text: str, post_key: str) -> int | None:
        """Rank of a post in the BM25 answer to a text, 1 = first; None: not found at all.

        Raises
        ------
        NotFoundError
            If the post is not in the corpus.
        """
        known = {self._numbers[word] for word in words_of(text) if word in self._numbers}
        scores = np.asarray(self._bm25[:, sorted(known)].sum(axis=1)).ravel()
        return self._rank(scores, post_key)

    def rank_by_characters(self, text: str, post_key: str) -> int | None:
        """Rank of a post by cosine of character TF-IDF with a text, 1 = first; None: not found at all.

        Raises
        ------
        NotFoundError
            If the post is not in the corpus.
        """
        query = _matrix([_grams(text)], BUCKETS)
        weights = query.data * self._idf[query.indices]
        scores = self._characters[:, query.indices] @ weights
        return self._rank(np.asarray(scores).ravel(), post_key)

    def _rank(self, scores: NDArray[np.float64], post_key: str) -> int | None:
        if post_key not in self._places:
            raise NotFoundError(
                "the post that is paraphrased is not in the corpus that was searched"
            )
        own = scores[self._places[post_key]]
        if own <= 0:
            return None
        equals = int((scores == own).sum())
        return int((scores > own).sum()) + max(1, equals // LUCK)


def _bm25(counts: sparse.csr_array) -> sparse.csc_array:
    """BM25 weight of each word in each text.

    Robertson and Zaragoza (2009), doi:10.1561/1500000019, with idf = log(1 + (N - n + .5) / (n + .5)).
    """
    texts = counts.shape[0]
    length = np.asarray(counts.sum(axis=1)).ravel()
    users = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log(1 + (texts - users + 0.5) / (users + 0.5))
    usual = length.mean() if texts and length.sum() else 1.0
    rows = np.repeat(np.arange(texts), np.diff(counts.indptr))
    damping = K1 * (1 - B + B * length[rows] / usual)
    weights = counts.copy()
    weights.data = idf[counts.indices] * counts.data * (K1 + 1) / (counts.data + damping)
    return sparse.csc_array(weights)


def _tf_idf(counts: sparse.csr_array) -> tuple[sparse.csc_array, NDArray[np.float64]]:
    """TF-IDF of each text at unit length, and the idf of each bucket."""
    texts = counts.shape[0]
    users = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((1 + texts) / (1 + users)) + 1
    weights = counts.copy()
    weights.data = counts.data * idf[counts.indices]
    rows = np.repeat(np.arange(texts), np.diff(weights.indptr))
    length = np.sqrt(np.bincount(rows, weights=weights.data**2, minlength=texts))
    weights.data = (weights.data / np.maximum(length[rows], 1e-12)).astype(np.float32)
    return sparse.csc_array(weights), idf
