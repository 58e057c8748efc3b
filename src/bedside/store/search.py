"""Full-text search over masked text: an index in the study (SQLite FTS5), behind one small interface.

The index is derived: it holds the folded words of masked texts, and the posts themselves in parcels of a few, as lists show
them. It is made from the pages of `posts` and goes whenever the vault is rewritten (an erasure, a deletion at the source);
the next search makes it anew.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from bedside.errors import QueryError, StorageError
from bedside.store.files import content_key
from bedside.store.folding import fold
from bedside.store.manifest import Dataset, Page
from bedside.store.parcels import TABLE, add_parcels, read_parcels
from bedside.store.query_match import variants
from bedside.store.query_tree import Near, Node, Term
from bedside.store.study import Study

__all__ = ["SearchIndex", "drop_index", "is_exact", "make_index"]

FILE = "search.sqlite"
VERSION = "2"
# fold() has left words and blanks only: whatever stands between blanks is a word
TOKENS = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'"
TABLES = (
    "CREATE TABLE IF NOT EXISTS pages (key TEXT PRIMARY KEY)",
    f'CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(title, body, content="", tokenize="{TOKENS}")',
    "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5vocab(texts, row)",
    TABLE,
)
PARTED = " \ue002 "  # stands between the parts of a body: no phrase reaches across
MOST_WAYS = 200  # to write one phrase, each word with and without its possessive
MOST_WORDS = 2_000  # that one wildcard may stand for
COLUMNS = ("record_no", "title", "body", "segments", "text_state")
T = TypeVar("T")
Rows = npt.NDArray[np.int64]
Progress = Callable[[str, int, int], None]


def _path(study: Study) -> Path:
    return study.folder / FILE


def drop_index(study: Study) -> None:
    """Remove the index, whole: nothing of what it held stays readable in the study."""
    for name in (FILE, f"{FILE}-journal"):
        (study.folder / name).unlink(missing_ok=True)


def make_index(study: Study, posts: Dataset, progress: Progress = lambda *_: None) -> "SearchIndex":
    """The index of a study's posts, made or brought up to date where pages came since.

    Parameters
    ----------
    study : Study
    posts : Dataset
        Of POSTS: records whose text is kept are indexed, folded copies too.
    progress : callable
        Told what, pages done, pages in all.

    Returns
    -------
    SearchIndex

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    path = _path(study)
    wanted = {content_key(VERSION, page.key): page for page in posts.pages}
    try:
        held = _held(path)
        if held - set(wanted):  # a page was made anew: its old words must not stay
            drop_index(study)
            held = set()
        missing = [(key, page) for key, page in wanted.items() if key not in held]
        if missing:
            _add(path, study.folder, missing, progress)
    except sqlite3.Error as error:
        raise StorageError(
            f"{FILE} cannot be read or written; free some space, or remove it: it is derived and made anew"
        ) from error
    return SearchIndex(path)


def _held(path: Path) -> set[str]:
    """Keys of the pages that the index holds."""
    if not path.exists():
        return set()
    with closing(sqlite3.connect(path)) as base:
        try:
            return {key for (key,) in base.execute("SELECT key FROM pages")}
        except sqlite3.DatabaseError:
            return {""}  # unreadable: made anew


def _add(path: Path, folder: Path, missing: Sequence[tuple[str, Page]], progress: Progress) -> None:
    """Add pages, each in one transaction, so that an interrupted making goes on at the next."""
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as base:
        base.execute("PRAGMA cache_size=-65536")
        for statement in TABLES:
            base.execute(statement)
        for done, (key, page) in enumerate(missing):
            progress("search index", done, len(missing))
            _add_page(base, key, folder / page.file)
        progress("search index", len(missing), len(missing))


def _add_page(base: sqlite3.Connection, key: str, path: Path) -> None:
    """Add one page, unless another process did so in the meantime."""
    base.execute("BEGIN IMMEDIATE")
    try:
        if not base.execute("SELECT 1 FROM pages WHERE key = ?", (key,)).fetchone():
            base.executemany(
                "INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)", _folded(path)
            )
            add_parcels(base, path)
            base.execute("INSERT INTO pages VALUES (?)", (key,))
    except BaseException:
        base.execute("ROLLBACK")
        raise
    base.execute("COMMIT")


def _folded(page: Path) -> Iterable[tuple[int, str, str]]:
    for batch in pq.ParquetFile(page).iter_batches(columns=list(COLUMNS)):
        yield from _folded_rows(batch)


def _folded_rows(batch: pa.RecordBatch) -> Iterable[tuple[int, str, str]]:
    columns = (batch.column(name).to_pylist() for name in COLUMNS)
    for number, title, body, segments, state in zip(*columns, strict=True):
        if state != "kept":
            continue
        parts = [body or "", *(s["text"] or "" for s in segments or ())]
        yield number, fold(title) if title else "", PARTED.join(map(fold, parts))


def is_exact(node: Node) -> bool:
    """Whether the index alone answers a term: single words, phrases of words, a beginning of a word, any wildcard alone.

    What it cannot (a wildcard within a phrase, NEAR over groups) it narrows down; the caller then looks at the texts.
    """
    if isinstance(node, Term):
        return len(node.words) == 1 or not any(set("*?") & set(word) for word in node.words)
    return False


class SearchIndex:
    """Finds the records whose masked text holds a term.

    Parameters
    ----------
    path : Path
        Of the index. Every question opens it anew, read only, so that several threads may ask at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, node: Term | Near) -> Rows:
        """Record numbers that may hold a term; exactly those that do where `is_exact` says so.

        Parameters
        ----------
        node : Term or Near

        Returns
        -------
        numpy.ndarray of int64
            Sorted.

        Raises
        ------
        QueryError
            If a wildcard stands for too many words.
        """
        if isinstance(node, Near):
            return self._near(node)
        words = [self._spellings(word) for word in node.words]
        if not all(words):
            return np.empty(0, np.int64)
        if is_exact(node):
            ways = 1
            for spelt in words:
                ways *= len(spelt)
            if ways <= MOST_WAYS:
                phrases = [_quoted(" ".join(way)) for way in product(*words)]
                return self._rows(_within(node.part, " OR ".join(phrases)))
        return self._rows(
            _within(node.part, " AND ".join(f"({' OR '.join(map(_quoted, w))})" for w in words))
        )

    def _near(self, node: Near) -> Rows:
        """Records that hold both sides, wherever: how far apart they are is for the caller."""
        left, right = self._either(node.left), self._either(node.right)
        return left[np.isin(left, right)]

    def _either(self, node: Node) -> Rows:
        parts = getattr(node, "parts", (node,))
        found = [self.find(part) for part in parts if isinstance(part, Term | Near)]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)

    def _spellings(self, word: str) -> list[str]:
        """Ways in which a word of a query stands in the index."""
        if not set("*?") & set(word):
            return sorted(variants(word))
        start = re.split(r"[*?]", word, maxsplit=1)[0]
        found = self._ask(
            "SELECT term FROM words WHERE term >= ? AND term < ? AND term GLOB ? LIMIT ?",
            start,
            f"{start}\U0010ffff",
            word,
            MOST_WORDS + 1,
        )
        if len(found) > MOST_WORDS:
            raise QueryError(
                f"'{word[:40]}' stands for more than {MOST_WORDS:,} words of these posts; give more letters"
            )
        return [str(term) for (term,) in found]

    def posts(self, records: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Posts by record number, as `parcels.read_parcels` gives them."""
        return self._use(lambda base: read_parcels(base, records))

    def _rows(self, expression: str) -> Rows:
        """Numbers come as one text: made by the database, beside Python's lock."""
        ((numbers,),) = self._ask(
            "SELECT group_concat(rowid) FROM texts WHERE texts MATCH ?", expression
        )
        return np.fromstring(str(numbers or ""), np.int64, sep=",")

    def _ask(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        return self._use(lambda base: base.execute(sql, values).fetchall())

    def _use(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as base:
                return ask(base)
        except sqlite3.Error as error:
            raise StorageError(
                f"{FILE} cannot be read: posts came or went since; load the page again"
            ) from error


def _quoted(phrase: str) -> str:
    return '"' + phrase.replace('"', '""') + '"'


def _within(part: str, expression: str) -> str:
    return f"{{{part}}} : ({expression})" if part else expression
