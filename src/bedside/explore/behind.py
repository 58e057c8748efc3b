"""Behind figures: which posts each stands on. Who opens one cell of a map opens another, so its siblings are looked up meanwhile.

A map of 180 cells is 180 figures of one family (`measure.evidence.family_of`); one question over the whole finds the posts of
all of them for what three of them cost alone.
"""

import logging
from collections import OrderedDict, deque
from collections.abc import Mapping
from threading import RLock, Thread
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bedside.explore.keyed import Positions
from bedside.explore.lanes import stand_back
from bedside.measure.evidence import Family, family_of, open_evidence, open_family
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["Behind", "Openings"]

LOG = logging.getLogger("bedside.explore")
MOST_POSTS = 1_500_000  # of a family, those of each figure counted: 6 MB
MOST_FAMILIES = 40
FEWEST = 3  # siblings: fewer are opened one by one


class Behind(NamedTuple):
    """Posts behind a figure: positions of those in the corpus, and keys of those beside it."""

    rows: npt.NDArray[np.int32]
    outside: pa.Array

    def __len__(self) -> int:
        return len(self.rows) + len(self.outside)


class Openings:
    """Finds the posts behind figures.

    Parameters
    ----------
    ask : Ask
    places : Positions
        Of the corpus.
    figures : mapping of evidence id to Figure
    """

    def __init__(self, ask: Ask, places: Positions, figures: Mapping[str, Figure]) -> None:
        self._ask, self._places, self._figures = ask, places, figures
        self._lock = RLock()
        self._kept: OrderedDict[Family, Mapping[tuple[Any, ...], Behind]] = OrderedDict()
        self._asked: set[Family] = set()
        self._waiting: deque[Figure] = deque()
        self._busy = False

    def of(self, figure: Figure) -> Behind:
        """Posts behind a figure; where it is the first of its family, its siblings are looked up while it is read."""
        if figure.hits_posts == 0:
            return Behind(np.empty(0, np.int32), pa.array([], pa.string()))
        family = family_of(figure.evidence.posts_sql, figure.evidence.params)
        if family is None:
            return self._alone(figure)
        with self._lock:
            siblings = self._kept.get(family)
        if siblings is None:
            found = self._alone(figure)
            self._begin(family, figure)
            return found
        found = siblings.get(_key(family, figure), Behind(np.empty(0, np.int32), pa.array([])))
        return found if len(found) == figure.hits_posts else self._alone(figure)

    def look_up(self, figure: Figure) -> bool:
        """Find the posts of a figure's whole family, where it has one that is worth it; says whether."""
        alike = [
            one.hits_posts or 0
            for one in self._figures.values()
            if one.evidence.posts_sql == figure.evidence.posts_sql
        ]
        family = family_of(figure.evidence.posts_sql, figure.evidence.params)
        if family is None or len(alike) < FEWEST or sum(alike) > MOST_POSTS:
            return False
        parted = _parted(open_family(self._ask, figure), family.keys, self._places)
        with self._lock:
            self._kept[family] = parted
            while len(self._kept) > MOST_FAMILIES:
                self._asked.discard(self._kept.popitem(last=False)[0])
        return True

    def _alone(self, figure: Figure) -> Behind:
        keys = open_evidence(self._ask, figure)["post_key"].combine_chunks()
        return _behind(keys, self._places.find(keys))

    def _begin(self, family: Family, figure: Figure) -> None:
        """Have a family looked up in a thread that stands back, one after the other."""
        with self._lock:
            if family in self._asked:
                return
            self._asked.add(family)
            self._waiting.append(figure)
            if not self._busy:
                self._busy = True
                Thread(target=self._work, name="siblings", daemon=True).start()

    def _work(self) -> None:
        stand_back()
        while True:
            with self._lock:
                if not self._waiting:
                    self._busy = False
                    return
                figure = self._waiting.popleft()
            try:
                self.look_up(figure)
            except Exception as error:  # who opens a sibling asks for it alone, and is told
                LOG.debug("siblings not looked up: %s", type(error).__name__)


def _key(family: Family, figure: Figure) -> tuple[Any, ...]:
    return tuple(figure.evidence.params.get(f"k_{name}") for name in family.keys)


def _behind(keys: pa.Array, at: npt.NDArray[np.int64]) -> Behind:
    return Behind(at[at >= 0].astype(np.int32), keys.filter(pa.array(at < 0)))


def _parted(
    table: pa.Table, keys: tuple[str, ...], places: Positions
) -> dict[tuple[Any, ...], Behind]:
    """Posts of a family by the keys of its figures."""
    posts = table["post_key"].combine_chunks()
    if not len(posts):
        return {}
    at, number = places.find(posts), np.zeros(len(posts), np.int64)
    columns = [table[name].combine_chunks() for name in keys]
    for column in columns:
        coded = column.dictionary_encode()
        own = coded.indices.fill_null(len(coded.dictionary)).to_numpy()
        number = number * (len(coded.dictionary) + 1) + own
    order = np.argsort(number, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(number[order]) != 0])
    found = {}
    for start, end in zip(starts, np.r_[starts[1:], len(order)], strict=True):
        rows = order[start:end]
        key = tuple(column[int(rows[0])].as_py() for column in columns)
        found[key] = _behind(posts.take(pa.array(rows)), at[rows])
    return found
