"""Keyed: posts by their keys: where they stand in the corpus, and aggregates answered from the few pages in which they lie."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bedside.store.manifest import Page
from bedside.store.stages import Aggregate
from bedside.store.views import VIEWS

__all__ = ["KeyedPages", "Positions", "page_files"]

MOST = 5_000  # keys; more lie in every page
SIGNS = 16  # of a key
MIXING = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))  # odd: no sign is lost


class KeyedPages:
    """Where posts lie by their keys, of all posts that were read.

    Parameters
    ----------
    folder : Path
        Of the study.
    posts, understood : sequence of Page
        Page by page the same posts.
    """

    def __init__(self, folder: Path, posts: Sequence[Page], understood: Sequence[Page]) -> None:
        self._folder, self._posts, self._understood = folder, posts, understood
        starts = [_starts_of(folder / page.file) for page in posts]
        sizes = [len(part) for part in starts]
        numbers = np.repeat(np.arange(len(posts), dtype=np.int32), sizes)
        keys = np.concatenate([*starts, np.empty(0, np.uint64)])
        order = np.argsort(keys, kind="stable")
        self._keys, self._pages = keys[order], numbers[order]

    def near(self, aggregate: Aggregate, params: Mapping[str, Any]) -> Aggregate:
        """The aggregate over the pages that hold its keys; as it was where it does not ask by keys, or by too many."""
        keys = params.get("keys", ())
        if not aggregate.keyed or not 0 < len(keys) <= MOST or not self._posts:
            return aggregate
        pages = self._of(keys)
        tables = {
            "posts": f"SELECT * FROM {page_files(self._folder, (self._posts[n] for n in pages))}",  # noqa: S608
            "understood": f"SELECT * FROM {page_files(self._folder, (self._understood[n] for n in pages))}",  # noqa: S608
            "marks": VIEWS["marks"],
        }
        near = ", ".join(f"{name} AS ({sql})" for name, sql in tables.items())
        return replace(aggregate, sql=f"WITH {near} {aggregate.sql}")

    def places(self, keys: Sequence[str]) -> list[int]:
        """Number of the page of each key, so that posts that lie together can be asked for together; 0 where unknown."""
        if not len(self._keys) or not keys:
            return [0] * len(keys)
        at = np.searchsorted(self._keys, _numbers(pa.array(keys, pa.string())))
        found: list[int] = self._pages[np.minimum(at, len(self._pages) - 1)].tolist()
        return found

    def _of(self, keys: Sequence[str]) -> list[int]:
        """Numbers of pages that may hold these keys; one page at least."""
        wanted = _numbers(pa.array(keys, pa.string()))
        first = np.searchsorted(self._keys, wanted, side="left")
        past = np.searchsorted(self._keys, wanted, side="right")
        found = {int(page) for a, b in zip(first, past, strict=True) for page in self._pages[a:b]}
        return sorted(found) or [0]


def page_files(folder: Path, pages: Iterable[Page]) -> str:
    """Pages as a table of a query."""
    quoted = ("'" + str(folder / page.file).replace("'", "''") + "'" for page in pages)
    return f"read_parquet([{', '.join(quoted)}])"


class Positions:
    """Where keys stand in a long list of keys: numbers made of them are sorted once, and looked up.

    Parameters
    ----------
    keys : pyarrow array of str
        No two alike.
    """

    def __init__(self, keys: pa.Array) -> None:
        self._keys = keys
        numbers = _numbers(keys)
        self._order = np.argsort(numbers, kind="stable")
        self._numbers = numbers[self._order]
        self._alike = bool((self._numbers[1:] == self._numbers[:-1]).any())

    def find(self, wanted: pa.Array) -> npt.NDArray[np.int64]:
        """Position of each key; -1 where it is not there."""
        if self._alike or not len(self._keys):
            at = pc.index_in(wanted, value_set=self._keys).fill_null(-1).to_numpy()
            return np.asarray(at, np.int64)
        near = np.searchsorted(self._numbers, _numbers(wanted))
        rows = self._order[np.minimum(near, len(self._order) - 1)]
        same = pc.equal(self._keys.take(pa.array(rows)), wanted)
        return np.where(same.to_numpy(zero_copy_only=False), rows, -1)

    def of(self, wanted: pa.Array) -> npt.NDArray[np.int64]:
        """Positions of keys in the order in which they are asked for; those that are not there are left out."""
        at = self.find(wanted)
        return at[at >= 0]


def _starts_of(path: Path) -> npt.NDArray[np.uint64]:
    """Numbers of the keys of one page."""
    table = pq.read_table(path, columns=["post_key"])
    return _numbers(table["post_key"].combine_chunks())


def _numbers(keys: pa.Array) -> npt.NDArray[np.uint64]:
    """A number of each key, made of its first signs."""
    if not len(keys):
        return np.empty(0, np.uint64)
    first = pc.utf8_rpad(pc.utf8_slice_codeunits(keys, 0, SIGNS), SIGNS)
    if pc.sum(pc.binary_length(first)).as_py() != SIGNS * len(first):  # no key that we made
        plain = [key.encode("ascii", "replace").decode() for key in first.to_pylist()]
        first = pa.array(plain, pa.string())
    words = np.frombuffer(first.buffers()[2], np.uint64, 2 * len(first)).reshape(-1, 2)
    left, right = words[:, 0] * MIXING[0], words[:, 1] * MIXING[1]
    mixed: npt.NDArray[np.uint64] = left ^ (right >> np.uint64(32)) ^ right
    return mixed
