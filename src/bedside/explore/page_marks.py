"""Marks as lists of posts show them: read from the vault's derived pages once, and kept for the pages that were looked at.

A list shows twenty posts that lie in up to twenty pages of some 300,000 marks each. Decoding those took as long as all
else of a view; the few layers that a list shows are a tenth of them, and are kept packed.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from threading import RLock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bedside.explore.marked import LAYERS
from bedside.measure.told import listed

__all__ = ["PageMarks"]

SHOWN = (*LAYERS, "stage", "crisis")
COLUMNS = "post_key, layer, code, slot, assertion, spans"
MOST = 160  # pages kept: some 1 MB each, a million posts are 123 pages
Read = Callable[[str], pa.Table]
"""Runs SQL."""


class Packed(NamedTuple):
    """Marks of one page: its posts, and where the marks of each begin; the last entry is where all end."""

    keys: pa.Array
    starts: npt.NDArray[np.int64]
    marks: pa.Table


class PageMarks:
    """Marks of posts, by page.

    Parameters
    ----------
    read : Read
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._lock = RLock()
        self._kept: OrderedDict[str, Packed] = OrderedDict()

    def of(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[dict[str, Any]]]:
        """Marks by post key.

        Parameters
        ----------
        wanted : mapping of str to sequence of str
            Table expression of a page (or `asked`), and keys of posts in it.

        Returns
        -------
        dict of post_key to list of dict
            Layer, code, slot, assertion and spans, in an order that is always the same.
        """
        out: dict[str, list[dict[str, Any]]] = {}
        for place, keys in wanted.items():
            packed = self._packed(place)
            at = pc.index_in(pa.array(keys, pa.string()), value_set=packed.keys).drop_null()
            for n in at.to_pylist():
                start, end = packed.starts[n], packed.starts[n + 1]
                for row in packed.marks.slice(start, end - start).to_pylist():
                    out.setdefault(row["post_key"], []).append(row)
        for rows in out.values():
            rows.sort(key=_order)
        return out

    def pack(self, places: Iterable[str]) -> None:
        """Pack pages before they are asked for, as many as are kept."""
        for place in islice(places, MOST):
            self._packed(place)

    def _packed(self, place: str) -> Packed:
        with self._lock:
            if place in self._kept:
                self._kept.move_to_end(place)
                return self._kept[place]
        made = _pack(self._read(_sql(place)))
        with self._lock:
            self._kept[place] = made
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return made


def _sql(place: str) -> str:
    return (
        f"SELECT {COLUMNS} FROM {place} "  # noqa: S608
        f"WHERE row = 'mark' AND code IS NOT NULL AND layer IN {listed(SHOWN)}"
    )


def _pack(table: pa.Table) -> Packed:
    """Marks sorted by post; columns of few values as numbers."""
    keys = table["post_key"].combine_chunks().dictionary_encode()
    numbers = keys.indices.to_numpy()
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(len(keys.dictionary) + 1))
    packed = table.take(order).combine_chunks()
    for n, name in enumerate(packed.column_names):
        if name != "spans":
            packed = packed.set_column(n, name, packed[name].dictionary_encode())
    return Packed(keys.dictionary, starts.astype(np.int64), packed)


def _order(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return row["layer"], row["code"], row["slot"] or "", str(row["spans"])
