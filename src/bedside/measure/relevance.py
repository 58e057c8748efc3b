"""How well a query finds what bears on the question: live counts, and precision and recall from judged posts (F03)."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from bedside.errors import InputError, StorageError
from bedside.judge.decisions import DecisionLog
from bedside.judge.relevance import (
    ALL_KEYS,
    FOLDER,
    LAYER,
    POOL,
    RelevanceSample,
    found_by,
    latest_relevance,
    meaning,
    pool_of,
    read_drawn,
    read_parted,
)
from bedside.measure.estimates.relevance import Cell, Found, precision, recall
from bedside.store.files import replace_file
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study

__all__ = [
    "Measured",
    "QueryCount",
    "QueryCounter",
    "keep_measured",
    "measure_query",
    "measured_of",
    "read_measured",
]

LIVE_POSTS = 4_000  # posts of a live count: about a third of a second while somebody types
POSTS = Aggregate(
    name="relevance.posts",
    needs=POOL.needs,
    sql=f"SELECT COUNT(*) AS posts FROM ({POOL.sql.replace('ORDER BY p.record_no', '')}) pool",  # noqa: S608
)
Share = tuple[float | None, float, float]
FILE = "measured.jsonl"


class QueryCount(NamedTuple):
    """What a query finds, counted in all posts or in a random part of them.

    `found`, `gained` and `lost` (against the study's query as it ran) are of `read` posts; `posts` is how many there are.
    """

    found: int
    gained: int
    lost: int
    read: int
    posts: int

    @property
    def exact(self) -> bool:
        """Whether every post was read."""
        return self.read == self.posts


class QueryCounter:
    """Counts while a query is being written.

    Parameters
    ----------
    study : Study
    ask : Ask
    most : int, default 4,000
        Posts to read at most; more are counted in a random part of them that stays the same.
    """

    def __init__(self, study: Study, ask: Ask, *, most: int = LIVE_POSTS) -> None:
        total = _posts_of(study, ask)
        part = 1.0 if total <= most else most / total
        self._pool = pool_of(study, ask, part=part)
        self._taken = self._pool["taken"].to_numpy(zero_copy_only=False)
        self._threads = study.config.whole_threads
        self._posts = total

    def count(self, query: str) -> QueryCount:
        """Count what a query finds.

        Raises
        ------
        QueryError
            If it cannot be read.
        """
        found = found_by(query, self._pool, whole_threads=self._threads)
        return QueryCount(
            found=int(found.sum()),
            gained=int((found & ~self._taken).sum()),
            lost=int((~found & self._taken).sum()),
            read=self._pool.num_rows,
            posts=self._posts,
        )


def _posts_of(study: Study, ask: Ask) -> int:
    """Posts of the pool."""
    config = study.config
    params = {"below": ALL_KEYS, "languages": config.languages, "place": config.place}
    return int(ask(POSTS, params)["posts"][0].as_py())


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Precision and recall of one query, from one sample.

    Attributes
    ----------
    query, whole_threads : str, bool
    precision, recall : (value or None, low, high)
        Each interval holds in at least 95 % of samples.
    judged, relevant, differed : int
        Posts judged, those of them that bear on the question, and those left out because readers differ.
    found, posts : int
        What the query finds, of how many posts that were there when the sample was drawn.
    came_since : int
        Posts that came later: the sample says nothing of them.
    cells : tuple
        (found by the query the sample was drawn for, found by this one, posts, judged, relevant).
    """

    query: str
    whole_threads: bool
    sample: str
    snapshot: str
    precision: Share
    recall: Share
    judged: int
    relevant: int
    differed: int
    found: int
    posts: int
    came_since: int
    coders: tuple[str, ...]
    cells: tuple[tuple[bool, bool, int, int, int], ...]
    at: datetime


def measure_query(
    study: Study, ask: Ask, log: DecisionLog, *, now: datetime, query: str | None = None
) -> Measured:
    """Measure the study's query, or another one, on the judged sample; nothing is stored.

    Raises
    ------
    InputError
        If no sample was drawn, or nothing was judged under the question as it stands.
    """
    sample = latest_relevance(study)
    if sample is None:
        raise InputError("no relevance sample yet; draw one with: bedside relevance draw STUDY")
    judged, differed, coders = _judged(study, log, sample)
    if not judged:
        raise InputError(
            f"nobody has judged {sample.id} under the study's question yet; begin with: bedside relevance judge STUDY"
        )
    text = study.config.query if query is None else query
    pool, parted = pool_of(study, ask), read_parted(study, sample)
    found = found_by(text, pool, whole_threads=study.config.whole_threads)
    cells, came = _cells(pool, found, parted, judged)
    counted = [Cell(new, posts, n, yes) for (_, new), (posts, n, yes) in cells.items()]
    return Measured(
        query=text,
        whole_threads=study.config.whole_threads,
        sample=sample.id,
        snapshot=sample.snapshot,
        precision=_plain(precision(counted)),
        recall=_plain(recall(counted)),
        judged=sum(cell.judged for cell in counted),
        relevant=sum(cell.relevant for cell in counted),
        differed=differed,
        found=sum(cell.posts for cell in counted if cell.found),
        posts=sum(cell.posts for cell in counted),
        came_since=came,
        coders=coders,
        cells=tuple((*key, *numbers) for key, numbers in cells.items()),
        at=now,
    )


def _plain(found: Found) -> Share:
    return found.value, found.low, found.high


def _judged(
    study: Study, log: DecisionLog, sample: RelevanceSample
) -> tuple[dict[str, bool], int, tuple[str, ...]]:
    """What people said of each post as it now reads; posts on which they differ are left out and counted."""
    texts = read_drawn(study, sample)
    drawn = set(zip(texts["post_key"].to_pylist(), texts["text_key"].to_pylist(), strict=True))
    asked = meaning(study)
    said: dict[str, set[bool]] = {}
    coders = set()
    for row in log.current(sample_id=sample.id, layer=LAYER).to_pylist():
        key = (row["subject_key"], row["text_key"])
        if row["code_hash"] == asked and key in drawn:
            said.setdefault(key[0], set()).add(row["decision"] == "present")
            coders.add(row["coder"])
    agreed = {key: next(iter(answers)) for key, answers in said.items() if len(answers) == 1}
    return agreed, len(said) - len(agreed), tuple(sorted(coders))


def _cells(
    pool: pa.Table, found: np.ndarray, parted: Mapping[str, str], judged: Mapping[str, bool]
) -> tuple[dict[tuple[bool, bool], tuple[int, int, int]], int]:
    """Posts, judged and relevant in each part of the pool, and how many posts came since the draw."""
    cells: dict[tuple[bool, bool], list[int]] = {}
    came = 0
    for key, new in zip(pool["post_key"].to_pylist(), found.tolist(), strict=True):
        if key not in parted:
            came += 1
            continue
        cell = cells.setdefault((parted[key] == "found", new), [0, 0, 0])
        cell[0] += 1
        if key in judged:
            cell[1] += 1
            cell[2] += judged[key]
    return {key: (n[0], n[1], n[2]) for key, n in sorted(cells.items(), reverse=True)}, came


def keep_measured(study: Study, measured: Measured) -> None:
    """Store what was measured of a query, so that the report can say it."""
    path = study.folder / FOLDER / FILE
    before = path.read_bytes() if path.exists() else b""
    replace_file(path, lambda file: file.write(before + msgspec.json.encode(measured) + b"\n"))


def read_measured(study: Study) -> list[Measured]:
    """Everything measured of queries of this study, the oldest first."""
    path = study.folder / FOLDER / FILE
    lines = path.read_bytes().splitlines() if path.exists() else []
    try:
        return [msgspec.json.decode(line, type=Measured) for line in lines if line]
    except msgspec.DecodeError as error:
        raise StorageError(
            f"{FOLDER}/{FILE} is damaged; bring it back from a copy of the study, or measure again"
        ) from error


def measured_of(study: Study, query: str) -> Measured | None:
    """What was last measured of exactly this query; None where nothing was."""
    threads = study.config.whole_threads
    found = [m for m in read_measured(study) if (m.query, m.whole_threads) == (query, threads)]
    return found[-1] if found else None
