"""Wordings: runs of words that many accounts share, so that nobody is found by them (R25)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bedside.errors import InputError
from bedside.model.figures import Quote
from bedside.model.sources import Source
from bedside.release.words import LOOSE_ENDS, STOP_WORDS, TextRow, tokens_of

__all__ = ["shared_wordings"]

SHORTEST, LONGEST = 3, 6  # words
BASE = np.uint64(0x9E3779B97F4A7C15)  # odd multiplier of a rolling hash modulo 2**64
PART_ROWS = 1 << 22  # positions sorted at a time: 100 MB
MOST_POSTS = 250_000  # 700 MB; more posts than that find no other wordings
MEANT = 2  # words of a wording that say something by themselves


class _Numbers(dict[str, int]):
    """Numbers of words from 1, given as words are met; 0 for every sign that ends a run."""

    def __init__(self) -> None:
        self.names = [""]

    def __missing__(self, token: str) -> int:
        self[token] = len(self.names) if token[0].isalnum() else 0
        if self[token]:
            self.names.append(token)
        return self[token]


class _Words:
    """The texts as one row of word numbers, 0 between runs, and the account at every place.

    Of more than `MOST_POSTS` a fixed part is kept, drawn by post key, whatever the order.
    """

    def __init__(self) -> None:
        self.numbers = _Numbers()
        self.accounts: dict[str, int] = {}
        self._lines: list[tuple[int, int, NDArray[np.int32]]] = []
        self._drawn = 1 << 32

    def add(self, row: TextRow) -> None:
        """Append one text."""
        ticket = crc32(row.post_key.encode())
        if row.account_key is None or ticket >= self._drawn:
            return  # a post without author raises no count of accounts
        voice = self.accounts.setdefault(row.account_key, len(self.accounts))
        line = [self.numbers[token] for token in tokens_of(row.text)]
        line.append(0)
        self._lines.append((ticket, voice, np.array(line, dtype=np.int32)))
        if len(self._lines) > MOST_POSTS:
            self._drawn //= 2
            self._lines = [line for line in self._lines if line[0] < self._drawn]

    def arrays(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Word and account at each place."""
        none = np.zeros(0, np.int32)
        words = np.concatenate([none, *(line for _, _, line in self._lines)])
        voices = np.array([voice for _, voice, _ in self._lines], dtype=np.int32)
        return words, np.repeat(voices, [len(line) for _, _, line in self._lines])


def _standing(hashes: NDArray[np.uint64], least: int) -> NDArray[np.int64]:
    """Places of the hashes that stand at `least` places: few do, and what stands at fewer is of fewer accounts."""
    order = np.argsort(hashes)
    ranked = hashes[order]
    first = np.flatnonzero(np.diff(ranked, prepend=~ranked[:1]))
    often = np.diff(first, append=len(ranked))
    return order[np.repeat(often >= least, often)]


def _accounts_of(
    hashes: NDArray[np.uint64], voices: NDArray[np.int32], least: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes that stand at places of at least `least` accounts, sorted, with the number of accounts."""
    parts = max(1, len(hashes) // PART_ROWS)
    found, counts = [], []
    for part in range(parts):
        mine = hashes % np.uint64(parts) == part if parts > 1 else slice(None)
        h, v = hashes[mine], voices[mine]
        often = _standing(h, least)
        h, v = h[often], v[often]
        order = np.lexsort((v, h))
        h, v = h[order], v[order]
        first = np.ones(len(h), dtype=bool)
        first[1:] = (h[1:] != h[:-1]) | (v[1:] != v[:-1])
        keys, number = np.unique(h[first], return_counts=True)
        found.append(keys[number >= least])
        counts.append(number[number >= least])
    keys, number = np.concatenate(found), np.concatenate(counts)
    order = np.argsort(keys)
    return keys[order], number[order]


def _levels(
    words: NDArray[np.int32], voices: NDArray[np.int32], least: int
) -> Iterator[tuple[int, int, int]]:
    """(place, length, accounts) of each shared run; a run is shared only if both its ends are."""
    padded = np.concatenate([words, np.zeros(LONGEST, np.int32)]).astype(np.uint64)
    size = len(words)
    places = np.flatnonzero((padded[:size] > 0) & (padded[1 : size + 1] > 0))
    for length in range(SHORTEST, LONGEST + 1):
        places = places[padded[places + length - 1] > 0]
        if not len(places):
            return
        hashes = np.zeros(len(places), np.uint64)
        for step in range(length):
            hashes = hashes * BASE + padded[places + step]
        keys, accounts = _accounts_of(hashes, voices[places], least)
        where = np.searchsorted(keys, hashes)
        where[where == len(keys)] = 0
        shared = keys[where] == hashes if len(keys) else np.zeros(len(hashes), dtype=bool)
        places, where = places[shared], where[shared]
        firsts = np.unique(where, return_index=True)[1]
        yield from ((int(places[i]), length, int(accounts[where[i]])) for i in firsts)
        starts = np.zeros(size + 1, dtype=bool)
        starts[places] = True
        places = places[starts[places + 1]]


def _rarity(
    words: NDArray[np.int32], voices: NDArray[np.int32], accounts: int
) -> NDArray[np.float64]:
    """For each word log(1 + accounts / accounts that use it)."""
    pairs = np.sort(words.astype(np.int64) * accounts + voices)
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    users = np.bincount(pairs // accounts, minlength=int(words.max()) + 1)
    return np.asarray(np.log1p(accounts / np.maximum(users, 1)), dtype=np.float64)


def _speaks(run: list[str]) -> bool:
    """Whether a run can stand by itself: no loose ends, and enough words that mean something."""
    meant = [
        word for word in run if word not in STOP_WORDS and not word.isdigit() and len(word) > 2
    ]
    return len(meant) >= MEANT and run[0] not in LOOSE_ENDS and run[-1] not in LOOSE_ENDS


def _overlap(a: list[str], b: list[str]) -> bool:
    """Whether two runs share two words in a row, so that one says much of what the other says."""
    pairs = set(pairwise(a))
    return any(pair in pairs for pair in pairwise(b))


def _read(
    texts: Iterable[TextRow], register: Mapping[str, Source] | None, avoid: Collection[str]
) -> _Words:
    """The texts whose source lets words out, crisis posts left aside."""
    row_of_words = _Words()
    for row in texts:
        source = register.get(row.source) if register is not None else None
        if row.post_key in avoid or (register is not None and source is None):
            continue
        if source is None or (source.quotes != "none" and source.store == "text"):
            row_of_words.add(row)
    return row_of_words


def shared_wordings(
    texts: Iterable[TextRow],
    *,
    about: str = "",
    least_accounts: int = 8,
    most: int = 12,
    register: Mapping[str, Source] | None = None,
    avoid: Collection[str] = frozenset(),
) -> list[Quote]:
    """Wordings of 3 to 6 words that many accounts use, the most distinctive first.

    Parameters
    ----------
    texts : iterable of TextRow
        Masked texts; posts without author are passed over.
    about : str
        Chapter or code that the wordings illustrate.
    least_accounts : int, default 8
        Accounts that must share a wording.
    most : int, default 12
        Wordings to give; of two that share two words in a row only the more distinctive.
    register : Mapping of str to Source, optional
        Texts of sources that allow no quoting, or are not in it, are passed over.
    avoid : collection of str
        Post keys never to quote: crisis posts.

    Returns
    -------
    list of Quote
        kind `wording`, in small letters, never across a mask, a full stop or a line break.

    Raises
    ------
    InputError
        If least_accounts is below 2: one account's words are a search key.

    Notes
    -----
    Of more than 250,000 posts a part drawn by key is read; the number of accounts is then a lower bound.
    Distinctive = the sum, over its words that are no stop words, of log(1 + accounts / accounts that use
    the word). Runs are told apart by a 64-bit hash: the chance that two among 5 million fall together is 1e-6.
    A run of n words is counted only where its runs of n - 1 words are shared, as in Apriori (Agrawal and
    Srikant 1994, VLDB 20:487-499).
    """
    if least_accounts < 2:
        raise InputError(
            f"got least_accounts={least_accounts}; words of one account are never a shared wording"
        )
    read = _read(texts, register, avoid)
    words, voices = read.arrays()
    if not len(words):
        return []
    rarity = _rarity(words, voices, len(read.accounts))
    names = read.numbers.names
    found = []
    for place, length, accounts in _levels(words, voices, least_accounts):
        run = [names[number] for number in words[place : place + length]]
        if _speaks(run):
            meant = [n for n in words[place : place + length] if names[n] not in STOP_WORDS]
            found.append((-round(float(rarity[meant].sum()), 9), -accounts, run))
    chosen: list[tuple[list[str], int]] = []
    for _, accounts, run in sorted(found):
        if len(chosen) < most and not any(_overlap(run, other) for other, _ in chosen):
            chosen.append((run, -accounts))
    return [
        Quote(kind="wording", text=" ".join(run), about=about, accounts=accounts)
        for run, accounts in chosen
    ]
