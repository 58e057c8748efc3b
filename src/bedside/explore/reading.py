"""Reading: posts of the corpus by number, quickly: their texts, their marks, and which of them a filter leaves."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from bedside.errors import NotFoundError
from bedside.explore.corpus import Corpus, Mask, read_corpus
from bedside.explore.filters import Filter, kept_by
from bedside.explore.keyed import Positions
from bedside.explore.page_marks import PageMarks
from bedside.explore.searching import Searcher
from bedside.store.parcels import COLUMNS
from bedside.store.query import parse_query
from bedside.store.search import make_index
from bedside.store.stages import Aggregate

if TYPE_CHECKING:
    from bedside.explore.ground import Ground

__all__ = ["Reading"]

Rows = npt.NDArray[np.int64]
FEW = 500  # posts that are read from parcels; more sooner from whole pages
LAST_DAY = 2**17 - 1  # days since 1970 that fit
MOST_POINTS = 2**14  # more than any story has
TEXT_COLUMNS = ", ".join(
    "CAST(CAST(published_at AS DATE) AS VARCHAR) AS day" if name == "published_at" else name
    for name in COLUMNS
)
MARK_COLUMNS = 'post_key, layer, code, moment, "group", slot, assertion, value, unit, concept, spans, score, maker, maker_version'
TAGGED = Aggregate(
    name="explorer.tagged",
    needs=("posts",),
    sql="SELECT record_no FROM posts WHERE len(hashtags) > 0 ORDER BY record_no",
)
OF_THEME = Aggregate(
    name="explorer.theme",
    needs=("corpus", "themes"),
    sql="SELECT c.record_no FROM themes t JOIN corpus c ON c.post_key = t.post_key WHERE t.theme = $theme ORDER BY c.record_no",
)
CRISIS = Aggregate(
    name="explorer.crisis",
    needs=("corpus", "marks"),
    sql="SELECT DISTINCT c.record_no FROM marks m JOIN corpus c ON c.post_key = m.post_key "
    "WHERE m.layer = 'crisis' AND m.code <> 'no' ORDER BY c.record_no",
)


class Reading:
    """The corpus to read in: made once a ground.

    Parameters
    ----------
    ground : Ground
    """

    def __init__(self, ground: "Ground") -> None:
        self._ground = ground
        self.corpus: Corpus = read_corpus(ground.ask, ground.book)
        self.places = Positions(self.corpus.keys)
        datasets = ground.engine.bound
        numbered = [(n, page) for n, page in enumerate(datasets["posts"].pages) if page.rows]
        self._numbers, self._posts = [n for n, _ in numbered], [page for _, page in numbered]
        whole = len(datasets["understood"].pages) == len(datasets["posts"].pages)
        pairs = zip(datasets["posts"].pages, datasets["understood"].pages, strict=whole)
        self._understood = [marks for page, marks in pairs if page.rows]
        folder = ground.study.folder
        self._starts = np.array([_first_record(folder / p.file) for p in self._posts], np.int64)
        self.index = make_index(ground.study, datasets["posts"], ground.engine.progress)
        self._page_marks = PageMarks(lambda sql: ground.ask(_reads("explorer.shown", sql), {}))
        self._searcher = Searcher(self.corpus, self.index, self._batch, self._tagged)

    @cached_property
    def crisis(self) -> Mask:
        """Posts that may be cries for help: they are worked in their own queue and shown nowhere else in lists."""
        records = self._ground.ask(CRISIS, {})["record_no"].to_numpy()
        return self.corpus.mask_of(self.corpus.rows_of(records))

    def crisis_keys(self, keys: Sequence[str]) -> set[str]:
        """Those of some posts that may be cries for help."""
        rows = self.positions(keys)
        return set(self.corpus.keys.take(pa.array(rows[self.crisis[rows]])).to_pylist())

    # which posts

    def kept(self, asked: Filter) -> tuple[Mask, dict[str, Mask]]:
        """Posts in view and, by facet, what all other choices leave; see `filters.kept_by`."""
        return kept_by(self.corpus, asked, self._searched(asked))

    def ordered(self, mask: Mask, sort: str, most: int | None = None) -> Rows:
        """Positions of posts in view, in order; the first `most`, where not all are wanted.

        Notes
        -----
        What is sorted is one whole number a post, no two the same: points, day, position.
        """
        rows = np.flatnonzero(mask)
        day = np.clip(self.corpus.day[rows].astype(np.int64), 0, LAST_DAY)  # 0: none, and 1970
        if sort == "oldest":
            day = np.where(self.corpus.day[rows] < -(2**29), LAST_DAY, day)
        else:
            day = LAST_DAY - day
        key = (day << 31) | rows
        if sort == "stories":
            key |= (MOST_POINTS - self.corpus.points[rows].astype(np.int64)) << 48
        if most is not None and most < len(rows):
            near = np.argpartition(key, most)[:most]
            rows, key = rows[near], key[near]
        return rows[np.argsort(key)]

    def _searched(self, asked: Filter) -> Iterable[Mask]:
        if asked.q:
            yield self._searcher.mask(parse_query(asked.q).tree)
        if asked.evidence:
            figure = self._ground.figures.get(asked.evidence)
            if figure is None:
                raise NotFoundError(
                    "no figure of that evidence id in this snapshot; it may be of an earlier one"
                )
            yield self.corpus.mask_of(self._ground.openings.of(figure).rows)
        if asked.theme:
            records = self._ground.ask(OF_THEME, {"theme": asked.theme})["record_no"].to_numpy()
            yield self.corpus.mask_of(self.corpus.rows_of(records))

    # what stands in them

    def texts(self, rows: Rows) -> list[dict[str, Any]]:
        """Masked posts at positions, in their order."""
        return self.posts(self.corpus.record_no[rows])

    def posts(self, records: Rows) -> list[dict[str, Any]]:
        """Masked posts by record number, in the order asked for."""
        if not len(records):
            return []
        if len(records) <= FEW:
            by_number = self.index.posts(records.tolist())
        else:
            found = self._posts_at(TEXT_COLUMNS, records)
            by_number = {row["record_no"]: row for row in found.to_pylist()}
        return [by_number[n] for n in records.tolist() if n in by_number]

    def by_time(self, records: Rows) -> list[int]:
        """Record numbers in the order of publication, those without a time last."""
        found = self._posts_at("record_no, published_at", records)
        order = found.sort_by([("published_at", "ascending"), ("record_no", "ascending")])
        return list(order["record_no"].to_pylist())

    def positions(self, keys: Sequence[str] | pa.Array) -> Rows:
        """Positions of posts by their keys; those outside the corpus are left out."""
        return self.places.of(keys if isinstance(keys, pa.Array) else pa.array(keys, pa.string()))

    def fullest(self, rows: npt.NDArray[Any], most: int) -> Rows:
        """Those of some positions that tell most of a journey, the fullest first."""
        key = ((MOST_POINTS - self.corpus.points[rows].astype(np.int64)) << 32) | rows
        if most < len(key):
            key = np.partition(key, most)[:most]
        return np.sort(key) & 0xFFFF_FFFF

    def page_of(self, records: Rows) -> int:
        """Number of the vault's page where the first of these records lies."""
        return self._numbers[self._pages(records)[0]]

    def by_keys(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Masked posts of the corpus by their keys."""
        return {post["post_key"]: post for post in self.texts(self.positions(keys))}

    def marks(self, posts: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        """Marks of posts, by post key: what the machine proposes."""
        if not posts:
            return {}
        records = np.array([post["record_no"] for post in posts], np.int64)
        pages = {self._understood[at].file for at in self._pages(records)}
        keys = [post["post_key"] for post in posts]
        sql = (
            f"SELECT {MARK_COLUMNS} FROM (SELECT * FROM {self._files(pages)} UNION ALL BY NAME SELECT * FROM asked) m "  # noqa: S608
            "JOIN (SELECT unnest($keys) AS wanted) w ON m.post_key = w.wanted WHERE row = 'mark' "
            "ORDER BY post_key, layer, code, slot, CAST(spans AS VARCHAR)"
        )
        out: dict[str, list[dict[str, Any]]] = {}
        for row in self._ground.ask(_reads("explorer.marks", sql), {"keys": keys}).to_pylist():
            out.setdefault(row["post_key"], []).append(row)
        return out

    def shown_marks(self, posts: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        """Marks of posts that a list shows, by post key; of all that `marks` gives a few layers and columns."""
        places: dict[str, list[str]] = (
            {"asked": [post["post_key"] for post in posts]} if posts else {}
        )
        for post in posts:
            (at,) = self._pages(np.array([post["record_no"]], np.int64))
            place = self._files([self._understood[at].file])
            places.setdefault(place, []).append(post["post_key"])
        return self._page_marks.of(places)

    def pack_marks(self) -> None:
        """Pack the marks that lists show, of as many pages as are kept."""
        self._page_marks.pack(self._files([page.file]) for page in self._understood)

    def _batch(self, records: Rows) -> pa.RecordBatch:
        """Posts by record number, in order, as the query matcher reads them."""
        columns = "record_no, post_key, title, body, segments, hashtags, source, platform, lang, community, kind"
        table = self._posts_at(columns, records)
        return table.combine_chunks().to_batches(max_chunksize=None)[0]

    def _posts_at(self, columns: str, records: Rows) -> pa.Table:
        """Columns of posts by record number, sorted by it."""
        files = self._files(self._posts[at].file for at in self._pages(records))
        sql = (
            f"SELECT {columns} FROM {files} "  # noqa: S608
            "WHERE record_no IN (SELECT unnest($records)) ORDER BY record_no"
        )
        return self._ground.ask(_reads("explorer.texts", sql), {"records": records.tolist()})

    def _files(self, pages: Iterable[str]) -> str:
        folder = self._ground.study.folder
        quoted = ("'" + str(folder / page).replace("'", "''") + "'" for page in sorted(pages))
        return f"read_parquet([{', '.join(quoted)}])"

    def _pages(self, records: Rows) -> list[int]:
        """Numbers of the pages that hold these records."""
        return sorted(set((np.searchsorted(self._starts, records, side="right") - 1).tolist()))

    def _tagged(self) -> Rows:
        found: Rows = self._ground.ask(TAGGED, {})["record_no"].to_numpy()
        return found


def _reads(name: str, sql: str) -> Aggregate:
    return Aggregate(name=name, sql=sql, needs=())


def _first_record(path: Any) -> int:
    """Lowest record number of a page, from its statistics alone."""
    about = pq.read_metadata(path)
    leaf = next(n for n in range(about.num_columns) if about.schema.column(n).path == "record_no")
    return min(
        int(about.row_group(g).column(leaf).statistics.min) for g in range(about.num_row_groups)
    )
