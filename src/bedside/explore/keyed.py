"""Keyed: aggregates that ask for a few posts by their keys, answered from the few pages in which those posts lie."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from bedside.store.manifest import Page
from bedside.store.stages import Aggregate
from bedside.store.views import VIEWS

__all__ = ["KeyedPages", "page_files"]

MOST = 5_000  # keys; more lie in every page
SIGNS = 8  # of a key: two posts that share them only make a page be read for nothing


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


def _starts_of(path: Path) -> npt.NDArray[np.uint64]:
    """Beginnings of the keys of one page, as numbers."""
    table = pq.read_table(path, columns=["post_key"])
    return _numbers(table["post_key"].combine_chunks())


def _numbers(keys: pa.Array) -> npt.NDArray[np.uint64]:
    """The first signs of each key as a number."""
    text = "".join(key[:SIGNS].ljust(SIGNS)[:SIGNS] for key in keys.to_pylist())
    return np.frombuffer(text.encode("ascii", "replace"), np.uint64)
