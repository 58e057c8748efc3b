"""Wordings: runs of words that many accounts share, so that nobody is found by them (R25)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, groupby, pairwise
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
MOST_RUNS = 1 << 17  # between spaces that are remembered: 20 MB
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


class _Runs(dict[str, tuple[int, ...]]):
    """Numbers of the tokens between two spaces, of which most were met before; no token reaches over a space."""

    def __init__(self, numbers: _Numbers) -> None:
        self._numbers = numbers

    def __missing__(self, run: str) -> tuple[int, ...]:
        if len(self) >= MOST_RUNS:
            self.clear()
        self[run] = found = tuple(map(self._numbers.__getitem__, tokens_of(run)))
        return found


class _Words:
    """The texts as one row of word numbers, 0 between runs, and the account at every place.

    Of more than `MOST_POSTS` a fixed part is kept, drawn by post key, whatever the order; words are read when it is known
    which.
    """

    def __init__(self) -> None:
        self.numbers = _Numbers()
        self.accounts: dict[str, int] = {}
        self._texts: list[tuple[int, int, str]] = []
        self._drawn = 1 << 32

    def add(self, row: TextRow) -> None:
        """Append one text."""
        ticket = crc32(row.post_key.encode())
        if row.account_key is None or ticket >= self._drawn:
            return  # a post without author raises no count of accounts
        voice = self.accounts.setdefault(row.account_key, len(self.accounts))
        self._texts.append((ticket, voice, row.text))
        if len(self._texts) > MOST_POSTS:
            self._drawn //= 2
            self._texts = [text for text in self._texts if text[0] < self._drawn]

    def arrays(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Word and account at each place; the texts are gone afterwards."""
        runs, none = _Runs(self.numbers), np.zeros(0, np.int32)
        voices = np.array([voice for _, voice, _ in self._texts], dtype=np.int32)
        lines = []
        self._texts.reverse()
        while self._texts:
            _, _, text = self._texts.pop()
            line = [*chain.from_iterable(map(runs.__getitem__, text.split(" "))), 0]
            lines.append(np.array(line, dtype=np.int32))
        return np.concatenate([none, *lines]), np.repeat(voices, [len(line) for line in lines])


def _shared(
    hashes: NDArray[np.uint64], voices: NDArray[np.int32], least: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Group of equal hashes of each place, -1 where fewer than `least` accounts stand there, and accounts of each group."""
    parts = max(1, len(hashes) // PART_ROWS)
    where = np.full(len(hashes), -1, np.int64)
    accounts = [np.zeros(0, np.int64)]
    groups = 0
    for part in range(parts):
        mine = np.flatnonzero(hashes % np.uint64(parts) == part) if parts > 1 else None
        order, group = _grouped(hashes if mine is None else hashes[mine], least)
        places = order if mine is None else mine[order]
        number = _voices_of(group, voices[places])
        enough = number >= least
        numbered = np.where(enough, np.cumsum(enough) - 1 + groups, -1)
        where[places] = numbered[group]
        accounts.append(number[enough])
        groups += int(enough.sum())
    return where, np.concatenate(accounts)


def _grouped(hashes: NDArray[np.uint64], least: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of hashes that stand at `least` places, each with the number of its group: few do, and fewer are of fewer accounts."""
    order = np.argsort(hashes)
    ranked = hashes[order]
    first = np.flatnonzero(np.diff(ranked, prepend=~ranked[:1]))
    many = np.diff(first, append=len(ranked))
    often = many >= least
    return order[np.repeat(often, many)], np.repeat(np.arange(often.sum()), many[often])


def _voices_of(group: NDArray[np.int64], voices: NDArray[np.int32]) -> NDArray[np.int64]:
    """Number of different accounts of each group."""
    if not len(group):
        return np.zeros(0, np.int64)
    accounts = int(voices.max()) + 1
    pairs = np.sort(group * accounts + voices)
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    return np.bincount(pairs // accounts, minlength=int(group[-1]) + 1)


def _levels(
    words: NDArray[np.int32], voices: NDArray[np.int32], least: int
) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
    """Length, places and accounts of shared runs, each run once; a run is shared only if both its ends are."""
    padded = np.concatenate([words, np.zeros(LONGEST, np.int32)]).astype(np.uint64)
    size = len(words)
    places = np.flatnonzero((padded[:size] > 0) & (padded[1 : size + 1] > 0))
    hashes = padded[places] * BASE + padded[places + 1]
    for length in range(SHORTEST, LONGEST + 1):
        follow = padded[places + length - 1]
        places, hashes = places[follow > 0], (hashes * BASE + follow)[follow > 0]
        if not len(places):
            return
        where, accounts = _shared(hashes, voices[places], least)
        shared = where >= 0
        places, hashes, where = places[shared], hashes[shared], where[shared]
        firsts = np.zeros(len(accounts), np.int64)
        firsts[where[::-1]] = places[::-1]  # of several places the first
        yield length, firsts, accounts
        starts = np.zeros(size + 1, dtype=bool)
        starts[places] = True
        longer = starts[places + 1]
        places, hashes = places[longer], hashes[longer]


def _rarity(
    words: NDArray[np.int32], voices: NDArray[np.int32], accounts: int
) -> NDArray[np.float64]:
    """For each word log(1 + accounts / accounts that use it)."""
    pairs = np.sort(words.astype(np.int64) * accounts + voices)
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    users = np.bincount(pairs // accounts, minlength=int(words.max()) + 1)
    return np.asarray(np.log1p(accounts / np.maximum(users, 1)), dtype=np.float64)


def _telling(
    runs: NDArray[np.int32], names: list[str], rarity: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Whether each run can stand by itself, and how distinctive it is.

    It can where it has no loose ends, and enough words that mean something.
    """
    stop = np.array([name in STOP_WORDS for name in names])
    means = ~stop & np.array([not name.isdigit() and len(name) > 2 for name in names])
    loose = np.array([name in LOOSE_ENDS for name in names])
    speaks = means[runs].sum(axis=1) >= MEANT
    speaks &= ~(loose[runs[:, 0]] | loose[runs[:, -1]])
    return speaks, np.where(stop, 0.0, rarity)[runs].sum(axis=1)


def _overlap(a: list[str], b: list[str]) -> bool:
    """Whether two runs share two words in a row, so that one says much of what the other says."""
    pairs = set(pairwise(a))
    return any(pair in pairs for pair in pairwise(b))


def _found(
    words: NDArray[np.int32],
    voices: NDArray[np.int32],
    least: int,
    names: list[str],
    rarity: NDArray[np.float64],
) -> Iterator[tuple[int, list[str]]]:
    """Accounts and words of the runs that stand by themselves: the most distinctive first, then of most accounts."""
    ranked: list[tuple[float, int, int, int]] = []
    for length, places, accounts in _levels(words, voices, least):
        speaks, weight = _telling(words[places[:, None] + np.arange(length)], names, rarity)
        ranked += [
            (-round(value, 9), -number, place, length)
            for value, number, place in zip(
                weight[speaks].tolist(),
                accounts[speaks].tolist(),
                places[speaks].tolist(),
                strict=True,
            )
        ]
    for (_, number), alike in groupby(sorted(ranked), key=lambda run: run[:2]):
        for run in sorted([names[n] for n in words[at : at + size]] for _, _, at, size in alike):
            yield -number, run


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
    found = _found(words, voices, least_accounts, read.numbers.names, rarity)
    chosen: list[tuple[list[str], int]] = []
    for accounts, run in found:
        if len(chosen) >= most:
            break
        if not any(_overlap(run, other) for other, _ in chosen):
            chosen.append((run, accounts))
    return [
        Quote(kind="wording", text=" ".join(run), about=about, accounts=accounts)
        for run, accounts in chosen
    ]
