"""Tally: accounts and posts under every value of every facet, counted from bits.

Each value of a facet is a row of bits, one a post. The bits of one account lie side by side within one word of 64, and a
free bit follows them. What a filter leaves is `and`ed; adding ones under each account's bits then carries into its free bit
exactly where one of them is set. So posts and accounts are both counted with a few operations on 64 posts at a time, and a
view takes as long however many posts it holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Counted", "Tally"]

Mask = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
Counted = dict[str, tuple[int, int]]
"""Accounts and posts by value."""
WORD = 64  # bits
MOST_TOGETHER = WORD - 1  # posts of an account that lie in one word beside a free bit


class _Layout(NamedTuple):
    """Where the bit of each post lies, and how accounts are told from words."""

    bit: npt.NDArray[np.int64]
    words: int
    under: Words  # ones under the posts of each account, of the words that hold whole accounts
    free: Words  # the bit above them
    long: slice  # words of accounts with more posts than that, each account from a word of its own
    starts: npt.NDArray[np.int64]  # where each of those begins in that slice


class Tally:
    """Values of facets over posts.

    Parameters
    ----------
    account : ndarray of int, shape (posts,)
        Number of each post's account; `accounts` where the author is unknown.
    accounts : int
        Accounts there are, numbered from 0, each with a post at least.
    facets : mapping of facet to mapping of value to ndarray
        Positions of the posts that have a value.

    Examples
    --------
    >>> tally = Tally(np.array([0, 1, 0, 2]), 2, {"feel": {"joy": np.array([0, 2, 3])}})
    >>> tally.counts(["feel"], np.ones(4, bool))  # the fourth post has no known author
    {'feel': {'joy': (1, 3)}}
    """

    def __init__(
        self,
        account: npt.NDArray[Any],
        accounts: int,
        facets: Mapping[str, Mapping[str, npt.NDArray[Any]]],
    ) -> None:
        self._layout = _lay_out(account, accounts)
        self._names: dict[str, Sequence[str]] = {name: list(of) for name, of in facets.items()}
        self._bits = {
            name: [self._packed(rows) for rows in of.values()] for name, of in facets.items()
        }

    def counts(self, facets: Iterable[str], mask: Mask) -> dict[str, Counted]:
        """Accounts and posts under a mask for each value of some facets, zeros too.

        Parameters
        ----------
        facets : iterable of str
        mask : ndarray of bool, shape (posts,)
        """
        kept = self._packed(mask)
        return {
            facet: {
                name: self._count(bits & kept)
                for name, bits in zip(self._names[facet], self._bits[facet], strict=True)
            }
            for facet in facets
        }

    def people(self, mask: Mask) -> int:
        """Accounts under a mask; a post without an author never raises their number."""
        return self._count(self._packed(mask))[0]

    def mask(self, facet: str, value: str) -> Mask:
        """Posts with a value; none where nobody has it."""
        names = self._names[facet]
        if value not in names:
            return np.zeros(len(self._layout.bit), bool)
        bits = self._bits[facet][names.index(value)]
        whole: Mask = np.unpackbits(bits.view(np.uint8), bitorder="little").view(bool)
        return whole[self._layout.bit]

    def _packed(self, posts: npt.NDArray[Any]) -> Words:
        """Bits of a mask, or of positions, where they lie."""
        lay = self._layout
        spread = np.zeros(lay.words * WORD, bool)
        if posts.dtype == np.bool_:
            spread[lay.bit] = posts
        else:
            spread[lay.bit[posts]] = True
        return np.packbits(spread, bitorder="little").view(np.uint64)

    def _count(self, held: Words) -> tuple[int, int]:
        lay = self._layout
        whole = held[: len(lay.under)]
        accounts = _ones((whole + lay.under) & lay.free)
        if len(lay.starts):
            accounts += int(np.logical_or.reduceat(held[lay.long] != 0, lay.starts).sum())
        return accounts, _ones(held)


def _ones(words: Words) -> int:
    return int(np.bitwise_count(words).sum(dtype=np.int64))


def _lay_out(account: npt.NDArray[Any], accounts: int) -> _Layout:
    """Accounts by how many posts they have, as many in a word as go; then those of many posts; then posts without author."""
    sizes = np.bincount(account, minlength=accounts + 1)
    start = np.zeros(accounts + 1, np.int64)  # of each account, in bits; the last: without author
    words, under, free = 0, [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    for size in np.unique(sizes[:accounts][sizes[:accounts] <= MOST_TOGETHER]).tolist():
        those = np.flatnonzero(sizes[:accounts] == size)
        room = WORD // (size + 1)
        place = np.arange(len(those))
        start[those] = (words + place // room) * WORD + place % room * (size + 1)
        full = -(-len(those) // room)
        ones, above = _pattern(size, room)
        under.append(np.full(full, ones, np.uint64))
        free.append(np.full(full, above, np.uint64))
        words += full
    long = np.flatnonzero(sizes[:accounts] > MOST_TOGETHER)
    lengths = -(-sizes[long] // WORD)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    start[long] = (words + starts) * WORD
    reach = words + int(lengths.sum())
    start[accounts] = reach * WORD
    order = np.argsort(account, kind="stable")
    first = np.cumsum(sizes) - sizes
    bit = np.empty(len(account), np.int64)
    bit[order] = start[account[order]] + np.arange(len(account)) - first[account[order]]
    every = reach + -(-int(sizes[accounts]) // WORD)
    return _Layout(
        bit, every, np.concatenate(under), np.concatenate(free), slice(words, reach), starts
    )


def _pattern(size: int, room: int) -> tuple[int, int]:
    """A word's bits under posts, and the free ones above them."""
    places = range(0, room * (size + 1), size + 1)
    return sum(((1 << size) - 1) << at for at in places), sum(1 << (at + size) for at in places)
