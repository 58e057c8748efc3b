"""Searching: a Boolean query as a mask over the corpus, exactly as it decides what is relevant in `run`."""

from collections import OrderedDict
from collections.abc import Callable
from threading import RLock

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bedside.errors import InputError
from bedside.explore.corpus import Corpus, Mask
from bedside.store.query import Query, match_batch
from bedside.store.query_match import Folded, compile_tree
from bedside.store.query_tree import And, Near, Node, Not, Or, Term, Value
from bedside.store.search import SearchIndex, is_exact

__all__ = ["Searcher"]

MOST_READ = 100_000  # texts looked at for one part of a query that the index cannot decide alone
MOST_KEPT = 256  # terms: of a million posts 32 MB
Rows = npt.NDArray[np.int64]
Texts = Callable[[Rows], pa.RecordBatch]
"""Posts (of POSTS) by record number, in order."""


class Searcher:
    """Answers Boolean queries over the corpus.

    Parameters
    ----------
    corpus : Corpus
    index : SearchIndex
    texts : callable
        Reads posts by record number, where the index cannot decide alone: a wildcard within a phrase, NEAR, hashtags.
    tagged : callable
        Record numbers of posts whose source gave hashtags.
    """

    def __init__(
        self, corpus: Corpus, index: SearchIndex, texts: Texts, tagged: Callable[[], Rows]
    ) -> None:
        self._corpus, self._index, self._texts, self._tagged = corpus, index, texts, tagged
        self._lock = RLock()
        self._kept: OrderedDict[Term | Near, npt.NDArray[np.uint8]] = OrderedDict()

    def mask(self, node: Node) -> Mask:
        """Posts of the corpus that a query means.

        Raises
        ------
        InputError
            If a part of it would have to be looked up in too many texts.
        """
        match node:
            case And(parts):
                return self._joined(np.logical_and, parts)
            case Or(parts):
                return self._joined(np.logical_or, parts)
            case Not(part):
                return ~self.mask(part)
            case Value():
                return self._value(node)
            case Term() | Near():
                return self._term(node)

    def _joined(self, both: np.ufunc, parts: tuple[Node, ...]) -> Mask:
        mask = self.mask(parts[0])
        for part in parts[1:]:
            both(mask, self.mask(part), out=mask)
        return mask

    def _term(self, node: Term | Near) -> Mask:
        """Posts with a term; people ask for the same words again, narrowed otherwise, so its bits are kept."""
        with self._lock:
            if (bits := self._kept.get(node)) is not None:
                self._kept.move_to_end(node)
        if bits is None:
            rows = self._corpus.rows_of(self._index.find(node))
            mask = self._corpus.mask_of(rows if is_exact(node) else self._read(node, rows))
            bits = np.packbits(mask)
            with self._lock:
                self._kept[node] = bits
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return np.unpackbits(bits, count=len(self._corpus)).view(bool)

    def _value(self, node: Value) -> Mask:
        """A field: of a column each value is tested once; hashtags also stand in texts."""
        if node.field in self._corpus.values:
            test = compile_tree(node)
            numbers, names = self._corpus.values[node.field]
            wanted = [
                n for n, v in enumerate(names) if v and test(Folded("", ("",), {node.field: v}))
            ]
            return np.isin(numbers, wanted)
        written = self._index.find(Term((node.pattern,)))
        rows = np.union1d(self._corpus.rows_of(written), self._corpus.rows_of(self._tagged()))
        return self._corpus.mask_of(self._read(node, rows))

    def _read(self, node: Node, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Positions whose post, read whole, is meant."""
        if len(rows) > MOST_READ:
            raise InputError(
                f"one part of the query would have to be looked up in {len(rows):,} posts, more than {MOST_READ:,}; "
                "give a rarer word, or a phrase without * and ?"
            )
        if not len(rows):
            return rows
        batch = self._texts(self._corpus.record_no[rows])
        meant: Mask = match_batch(Query("", node), batch).to_numpy(zero_copy_only=False)
        return rows[meant]
