"""Counts of right, labelled and found codes, and how they vary when posts are drawn anew."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Counts", "Table", "draws_of", "spread"]

DRAWS = 400  # bootstrap draws: the ends of a 95 % interval then vary by about a tenth of its width
CHUNK = 20  # draws made at once, to keep memory flat

Table = npt.NDArray[np.float64]


def _divide(a: Table, b: Table) -> Table:
    out: Table = np.full(np.broadcast(a, b).shape, np.nan)
    np.divide(a, b, out=out, where=b > 0)
    return out


def _f1(right: Table, gold: Table, machine: Table) -> Table:
    return _divide(2 * right, gold + machine)


def _mean(values: list[Table]) -> Table:
    """Mean over readers; a reader without a value is left out."""
    stacked = np.stack(values)
    known = ~np.isnan(stacked)
    return _divide(np.where(known, stacked, 0).sum(axis=0), known.sum(axis=0).astype(float))


class Counts:
    """Codes of readers and machine on the same posts, kept once for each pattern that posts share.

    Parameters
    ----------
    golds : list of array, shape (posts, codes)
        1 where a reader has the code, one array for each reader.
    machine : array, shape (posts, codes)

    Attributes
    ----------
    times : array, shape (patterns,)
        Posts that show each pattern. Drawing posts with replacement is drawing patterns with these weights.
    """

    def __init__(self, golds: list[npt.NDArray[np.uint8]], machine: npt.NDArray[np.uint8]) -> None:
        rows = np.hstack([*golds, machine])
        packed = np.packbits(rows, axis=1)  # short keys sort fast
        _, first, times = np.unique(packed, axis=0, return_index=True, return_counts=True)
        *self.golds, self.machine = np.split(rows[first].astype(float), len(golds) + 1, axis=1)
        self.right = [gold * self.machine for gold in self.golds]
        self.times = times.astype(float)

    def code_f1(self, weights: Table) -> Table:
        """F1 of each code, mean over readers: one row for each row of weights of the patterns."""
        found = weights @ self.machine
        pairs = zip(self.right, self.golds, strict=True)
        return _mean([_f1(weights @ r, weights @ g, found) for r, g in pairs])

    def micro(self, weights: Table) -> Table:
        """F1 over all decisions, mean over readers: one value for each row of weights."""
        found = weights @ self.machine.sum(axis=1)
        pairs = zip(self.right, self.golds, strict=True)
        return _mean(
            [_f1(weights @ r.sum(axis=1), weights @ g.sum(axis=1), found) for r, g in pairs]
        )

    def rates(self) -> tuple[Table, Table, Table]:
        """Precision, recall and specificity of each code, mean over readers."""
        found, n = self.times @ self.machine, self.times.sum()
        rows = [
            (self.times @ r, self.times @ g) for r, g in zip(self.right, self.golds, strict=True)
        ]
        precision = _mean([_divide(r, found) for r, _ in rows])
        recall = _mean([_divide(r, g) for r, g in rows])
        specificity = _mean([_divide(n - g - found + r, n - g) for r, g in rows])
        return precision, recall, specificity

    def support(self) -> Table:
        """Posts on which any reader has each code."""
        either: Table = np.max(np.stack(self.golds), axis=0)
        total: Table = self.times @ either
        return total

    def found(self) -> Table:
        """Posts on which the machine has each code."""
        total: Table = self.times @ self.machine
        return total

    def readers_f1(self) -> Table:
        """F1 of the first reader against the last, for each code."""
        one, two = self.golds[0], self.golds[-1]
        return _f1(self.times @ (one * two), self.times @ one, self.times @ two)


def draws_of(ids: Sequence[str], times: Table, seed: int) -> Iterator[Table]:
    """Weights of patterns when posts are drawn with replacement, some draws at a time.

    Parameters
    ----------
    ids : sequence of str
        Sorted ids of the posts: the same posts give the same draws, in any order of input.
    times : array, shape (patterns,)
    seed : int
        At least 0.

    Yields
    ------
    array, shape (draws, patterns)
    """
    digest = hashlib.blake2b("\0".join([str(seed), *ids]).encode(), digest_size=8).digest()
    rng = np.random.default_rng(int.from_bytes(digest, "big"))
    for _ in range(DRAWS // CHUNK):
        yield rng.multinomial(len(ids), times / times.sum(), size=CHUNK).astype(float)


def spread(values: Table) -> tuple[Table, Table]:
    """Ends of the 95 % percentile interval of each column; a draw without any positive counts as 0."""
    low, high = np.quantile(np.nan_to_num(values), [0.025, 0.975], axis=0)
    return low, high
