"""The corpus as columns of numbers: what filters and counts of the reading room run over.

A view of the reading room counts accounts under some eighty values at once. As arrays this takes milliseconds for a
million posts (`bench/explorer.py`), where one GROUPING SETS query took hundreds at fifty thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bedside.codebook import Codebook
from bedside.explore.tally import Tally
from bedside.measure.told import asserted, case_of, listed
from bedside.store.stages import Aggregate, Ask

__all__ = ["CODED", "COLUMNS", "COUNTED", "Corpus", "read_corpus"]

Mask = npt.NDArray[np.bool_]
COLUMNS = ("source", "platform", "kind", "lang", "community", "place_country")
"""Columns of the corpus that have one value a post."""
CODED = ("stage", "think", "feel", "do", "care", "experiencer", "role", "content", "support_needed")
"""Layers of marks that are filtered by; a post may carry several codes of one."""
COUNTED = ("source", "platform", "kind", "lang", "place_country")
"""Columns whose values are facets; of communities there are too many."""
STORY_CONTENT = ("story", "turning_point", "disease_progression", "daily_struggle", "workaround")
ROWS = Aggregate(
    name="explorer.posts",
    needs=("corpus",),
    sql=f"""
SELECT record_no, post_key, account_key, CAST(CAST(published_at AS DATE) AS VARCHAR) AS day,
  {", ".join(COLUMNS)}
FROM corpus ORDER BY record_no
""",  # noqa: S608
)


def codes_query(groups: Mapping[str, Sequence[str]]) -> Aggregate:
    """Which posts carry which code: stages as groups, other layers as they are; what is only hoped or denied is left out."""
    code = f"CASE WHEN m.layer = 'stage' THEN {case_of('m.code', groups)} ELSE m.code END"
    return Aggregate(
        name="explorer.codes",
        needs=("corpus", "marks"),
        sql=f"""
SELECT DISTINCT c.record_no, m.layer, {code} AS code
FROM marks m JOIN corpus c ON c.post_key = m.post_key
WHERE m.layer IN {listed(CODED)} AND {asserted("m")} AND m.code IS NOT NULL
ORDER BY m.layer, code, c.record_no
""",  # noqa: S608
    )


def stories_query(groups: Mapping[str, Sequence[str]]) -> Aggregate:
    """How much of a journey each post tells: the points of `measure.stories.weigh_story`, counted where the posts lie."""
    group = case_of("m.code", groups)
    return Aggregate(
        name="explorer.stories",
        needs=("corpus", "marks"),
        sql=f"""
SELECT c.record_no,
  COUNT(DISTINCT CASE WHEN m.layer = 'stage' THEN {group} END)
  + COUNT(DISTINCT CASE WHEN m.layer = 'content' AND m.code IN {listed(STORY_CONTENT)} THEN m.code END)
  + MAX(CASE WHEN m.slot = 'months' THEN 1 ELSE 0 END) + MAX(CASE WHEN m.slot = 'outcome' THEN 1 ELSE 0 END)
  + COUNT(DISTINCT CASE WHEN m.moment IS NOT NULL AND m.layer IN ('think', 'feel', 'do') THEN m.layer END) AS points
FROM marks m JOIN corpus c ON c.post_key = m.post_key
WHERE m.layer IN ('stage', 'content', 'diagnosis', 'think', 'feel', 'do', 'treatment', 'experiencer') AND {asserted("m")}
  AND m.post_key IN (SELECT post_key FROM marks WHERE layer = 'experiencer' AND code IN ('own', 'cared_for'))
GROUP BY c.record_no ORDER BY c.record_no
""",  # noqa: S608
    )


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """The posts of a snapshot as arrays, one entry a post, in the order of their record numbers.

    Attributes
    ----------
    record_no, day : ndarray
        Running number; day of publication as days since 1970, or a large negative number where there is none.
    account : ndarray
        Number of the account, the highest of all where the author is unknown.
    accounts : int
        Accounts there are.
    points : ndarray
        How much of a journey a post tells.
    keys : pyarrow array of str
        Post keys.
    values : mapping of column to (codes, names)
        For each post the number of its value; names in the order of those numbers; "" where there is none.
    tally : Tally
        Counts accounts and posts under the codes of `CODED` and the values of `COUNTED`.
    """

    record_no: npt.NDArray[np.int64]
    day: npt.NDArray[np.int32]
    account: npt.NDArray[np.int32]
    accounts: int
    points: npt.NDArray[np.int16]
    keys: pa.Array
    values: Mapping[str, tuple[npt.NDArray[np.int32], Sequence[str]]]
    tally: Tally

    def __len__(self) -> int:
        return len(self.record_no)

    def rows_of(self, records: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Positions of record numbers; those outside the corpus are left out."""
        at = np.searchsorted(self.record_no, records)
        at[at == len(self.record_no)] = 0
        return at[self.record_no[at] == records] if len(self) else at[:0]

    def mask_of(self, rows: npt.NDArray[Any]) -> Mask:
        """Positions as a mask."""
        mask = np.zeros(len(self), bool)
        mask[rows] = True
        return mask


NO_DAY = -(2**30)


def read_corpus(ask: Ask, book: Codebook) -> Corpus:
    """Read the corpus of a bound study into arrays.

    Parameters
    ----------
    ask : Ask
    book : Codebook
        Stages are grouped as it says.
    """
    groups = book.layer("stage").members()
    table = ask(ROWS, {}).combine_chunks()
    record_no = table["record_no"].to_numpy()
    account, accounts = _numbered(table["account_key"])
    days = table["day"].cast(pa.date32()).cast(pa.int32()).fill_null(NO_DAY)
    points = np.zeros(len(record_no), np.int16)
    told = ask(stories_query(groups), {})
    points[np.searchsorted(record_no, told["record_no"].to_numpy())] = told["points"].to_numpy()
    account = np.where(account < 0, len(accounts), account).astype(np.int32)
    values = {name: _values(table[name]) for name in COLUMNS}
    coded = _coded(ask(codes_query(groups), {}), record_no, _codes_of(book))
    return Corpus(
        record_no=record_no,
        day=days.to_numpy(),
        account=account,
        accounts=len(accounts),
        points=points,
        keys=table["post_key"].combine_chunks(),
        values=values,
        tally=Tally(account, len(accounts), coded | {n: _by_value(*values[n]) for n in COUNTED}),
    )


def _by_value(
    numbers: npt.NDArray[np.int32], names: Sequence[str]
) -> dict[str, npt.NDArray[np.int64]]:
    """Positions by value; posts without one are in none."""
    return {name: np.flatnonzero(numbers == n) for n, name in enumerate(names) if name}


def _numbered(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Numbers of values, -1 for none, and the values."""
    coded = column.combine_chunks().dictionary_encode()
    return coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), coded.dictionary.to_pylist()


def _values(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int32], list[str]]:
    return _numbered(column.fill_null(""))


def _codes_of(book: Codebook) -> dict[str, Sequence[str]]:
    """Codes of each layer in the codebook's order: those that nobody tells are shown as zero."""
    groups = list(book.layer("stage").members())
    layers = {layer.layer for layer in book}
    return {
        name: groups if name == "stage" else book.layer(name).names() if name in layers else ()
        for name in CODED
    }


def _coded(
    table: pa.Table, record_no: npt.NDArray[np.int64], known: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, npt.NDArray[np.int32]]]:
    """Positions by layer and code; rows come sorted by both."""
    out = {layer: {code: np.empty(0, np.int32) for code in codes} for layer, codes in known.items()}
    if not table.num_rows:
        return out
    at = np.searchsorted(record_no, table["record_no"].to_numpy()).astype(np.int32)
    layers, names = _numbered(table["layer"])
    codes, code_names = _numbered(table["code"].fill_null(""))
    both = layers.astype(np.int64) * (len(code_names) + 1) + codes
    starts = np.flatnonzero(np.r_[True, both[1:] != both[:-1]])
    for start, end in zip(starts, np.r_[starts[1:], len(both)], strict=True):
        if code := code_names[codes[start]]:
            out[names[layers[start]]][code] = at[start:end]
    return out
