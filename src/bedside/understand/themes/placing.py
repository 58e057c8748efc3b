"""Placing: the posts of the corpus as directions, read part by part, and the nearest centre of each."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bedside.store.stages import Aggregate, Ask
from bedside.understand.learnt.features import Floats
from bedside.understand.themes.clusters import BLOCK, Cosines, Labels, Vectors, nearest, summed
from bedside.understand.themes.vectors import SIZE, Packed, rows_of, unpacked_rows

__all__ = ["Corpus", "Placed", "directions", "place_posts", "read_corpus"]

Ints = npt.NDArray[np.int64]
AT_ONCE = 262_144  # records whose vectors are read at a time
PLACED = Aggregate(
    name="themes.placed",
    needs=("corpus", "vectors"),
    sql="""
SELECT v.post_key, v.record_no FROM corpus c JOIN vectors v ON v.record_no = c.record_no
WHERE v.vector IS NOT NULL ORDER BY v.post_key
""",
)
VECTORS = Aggregate(
    name="themes.vectors",
    needs=("vectors",),
    sql="""
SELECT record_no, vector FROM vectors
WHERE record_no >= $low AND record_no < $high AND vector IS NOT NULL ORDER BY record_no
""",
)
ACCOUNTS = Aggregate(
    name="themes.accounts",
    needs=("corpus", "vectors"),
    sql="""
SELECT COALESCE(c.account_key, v.post_key) AS account
FROM corpus c JOIN vectors v ON v.record_no = c.record_no
WHERE v.vector IS NOT NULL AND v.post_key <= $last ORDER BY v.post_key
""",
)


class Corpus(NamedTuple):
    """The posts that can be placed, by key, and the middle of them; a sample, which are the first, with vectors and accounts.

    Of every post its key and the number of its record are held, never its vector.
    """

    posts: pa.ChunkedArray
    records: Ints
    origin: Floats
    sample: list[str]
    drawn: Packed
    accounts: list[str]


class Placed(NamedTuple):
    """Of each post the nearest centre and the cosine to it, now and before; of each group the sum of its packed vectors."""

    labels: Labels
    cosines: Cosines
    was: Labels
    near: Cosines
    sums: Floats


def read_corpus(ask: Ask, most: int) -> Corpus:
    """The posts that can be placed, and at most so many of them as a sample.

    Parameters
    ----------
    ask : Ask
        Over `corpus` and `vectors`.
    most : int
        Posts of the sample: the first by key, and keys are hashes, so they are drawn by lot.
    """
    table = ask(PLACED, {})
    sample = table["post_key"].slice(0, most).to_pylist()
    accounts = ask(ACCOUNTS, {"last": sample[-1]})["account"].to_pylist() if sample else []
    records = table["record_no"].to_numpy()
    drawn = np.empty((len(sample), SIZE), np.int8)
    whole = np.zeros(SIZE, np.int64)
    for places, rows in _parts(ask, records):
        first = places < len(sample)
        drawn[places[first]] = rows[first]
        whole += rows.sum(axis=0, dtype=np.int64)  # of whole numbers, so exact in any order
    origin = np.asarray(whole / max(1, len(records)), np.float64)
    return Corpus(table["post_key"], records, origin, sample, drawn, accounts)


def _parts(ask: Ask, records: Ints) -> Iterator[tuple[Ints, Packed]]:
    """Vectors of these records with their places among them, a part at a time: those of a corpus are never held."""
    order = np.argsort(records)
    part = records[order] // AT_ONCE
    for places in np.split(order, np.flatnonzero(np.diff(part)) + 1) if len(order) else ():
        low = int(records[places[0]]) // AT_ONCE * AT_ONCE
        table = ask(VECTORS, {"low": low, "high": low + AT_ONCE})
        wanted = np.isin(table["record_no"].to_numpy(), records[places])
        yield places, rows_of(table["vector"].filter(pa.array(wanted)))


def place_posts(ask: Ask, corpus: Corpus, centres: Vectors, remembered: Packed) -> Placed:
    """Place every post by these centres, and by those remembered where there are any.

    Parameters
    ----------
    ask : Ask
        Over `vectors`.
    corpus : Corpus
    centres : numpy.ndarray of float32, shape (count, 256)
        Each of length 1, seen from the middle of the corpus.
    remembered : numpy.ndarray of int8, shape (any, 256)
        Packed centres of a run before.
    """
    number = len(corpus.records)
    labels, cosines = np.empty(number, np.int16), np.empty(number, np.float32)
    before = unpacked_rows(remembered, corpus.origin)
    was = np.empty(number if len(before) else 0, np.int16)
    near = np.empty(len(was), np.float32)
    sums = np.zeros((len(centres), SIZE))
    for places, rows in _parts(ask, corpus.records):
        for at in range(0, len(rows), BLOCK):
            block, own = rows[at : at + BLOCK], places[at : at + BLOCK]
            seen = unpacked_rows(block, corpus.origin)
            found, cosines[own] = nearest(seen, centres)
            labels[own] = found
            sums += summed(block, found, len(centres))
            if len(before):
                was[own], near[own] = nearest(seen, before)
    return Placed(labels, cosines, was, near, sums)


def directions(ask: Ask, corpus: Corpus, rows: Ints) -> Vectors:
    """Directions of some posts from the middle of the corpus: all posts of a theme at once, 1 KB each."""
    seen = np.empty((len(rows), SIZE), np.float32)
    for places, packed in _parts(ask, corpus.records[rows]):
        for at in range(0, len(packed), BLOCK):
            seen[places[at : at + BLOCK]] = unpacked_rows(packed[at : at + BLOCK], corpus.origin)
    return seen
