"""Relevance: a random sample of what the query finds and of what it misses, judged by people who see neither (F03)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bedside.errors import InputError, StorageError
from bedside.judge.drawing import POPULATION, draw
from bedside.store.files import content_key, read_json, replace_file
from bedside.store.keys import load_keys
from bedside.store.query import match_batch, parse_query
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study

__all__ = [
    "LAYER",
    "RelevanceSample",
    "draw_relevance",
    "forget_relevance",
    "found_by",
    "latest_relevance",
    "meaning",
    "pool_of",
    "read_drawn",
    "read_parted",
]

LAYER = "relevance"  # of the decisions; no layer of the codebook
FOUND, MISSED = "found", "missed"
FOLDER = "relevance"
ALL_KEYS = "g"  # greater than any hexadecimal key
HEX_DIGITS = 8  # of a key that choose a part of all posts
POOL = Aggregate(
    name="relevance.pool",
    needs=("posts", "folds", "threads", "corpus"),
    sql="""
SELECT p.record_no, p.post_key, p.account_key, p.text_key, p.source, p.platform, p.lang, p.community, p.kind,
  p.hashtags, p.title, p.body, p.segments, t.thread_key, t.depth, c.post_key IS NOT NULL AS taken
FROM posts p
JOIN folds f ON p.record_no = f.record_no
LEFT JOIN threads t ON p.post_key = t.post_key
LEFT JOIN corpus c ON p.record_no = c.record_no
WHERE f.keep AND p.post_key < $below
  AND (array_contains($languages, p.lang) OR p.lang IS NULL)
  AND ($place = '' OR p.place_country = $place)
ORDER BY p.record_no
""",
)


class RelevanceSample(msgspec.Struct, frozen=True, kw_only=True):
    """How a relevance sample was drawn.

    Attributes
    ----------
    id, seed, snapshot, query : str
        `query` is the one that parted what was found from what was missed; `whole_threads` belongs to it.
    sizes, probabilities : dict
        Posts of each stratum (`found`, `missed`), and the chance of each to be drawn.
    """

    id: str
    seed: str
    snapshot: str
    query: str
    whole_threads: bool
    question: str
    sizes: dict[str, int]
    probabilities: dict[str, float]
    drawn: int
    drawn_at: datetime


def meaning(study: Study) -> str:
    """Hash of what is asked: who judged under another question has judged something else."""
    return content_key("relevance", study.config.question, study.config.conditions)[:12]


def pool_of(study: Study, ask: Ask, *, part: float = 1.0) -> pa.Table:
    """Unique posts in the languages and place of the study: what a query chooses from.

    Parameters
    ----------
    part : float, default 1
        Read about this part of them, always the same: keys are as good as random.
    """
    below = ALL_KEYS if part >= 1 else f"{int(part * 16**HEX_DIGITS):0{HEX_DIGITS}x}"
    config = study.config
    return ask(POOL, {"below": below, "languages": config.languages, "place": config.place})


def found_by(query: str, pool: pa.Table, *, whole_threads: bool) -> np.ndarray:
    """Whether a query finds each post of a pool; with `whole_threads` also replies to a post that it finds.

    Raises
    ------
    QueryError
        If the query cannot be read.
    """
    if not query.strip():
        return np.ones(pool.num_rows, bool)
    parsed = parse_query(query)
    hits = [
        match_batch(parsed, batch).to_numpy(zero_copy_only=False) for batch in pool.to_batches()
    ]
    found = np.concatenate([*hits, np.zeros(0, bool)])
    if whole_threads:
        root = pc.fill_null(pc.equal(pool["depth"], 0), False).to_numpy(zero_copy_only=False)
        opened = pc.unique(pool["thread_key"].filter(pa.array(found & root))).drop_null()
        found = found | pc.is_in(pool["thread_key"], opened).to_numpy(zero_copy_only=False)
    return found


def draw_relevance(
    study: Study, ask: Ask, snapshot: str, *, size: int, now: datetime
) -> RelevanceSample:
    """Draw about half of the sample from what the study's query finds, half from what it misses.

    Raises
    ------
    InputError
        If the size is below 2, or there is nothing to draw from.
    """
    if size < 2:
        raise InputError(f"got a size of {size}; a relevance sample needs at least 2 posts")
    pool = pool_of(study, ask)
    if not pool.num_rows:
        raise InputError(
            "the study has no posts in its languages and place: there is nothing to judge"
        )
    number = len(_all(study)) + 1
    name = f"relevance-{number}"
    strata = pa.array(np.where(pool["taken"].to_numpy(zero_copy_only=False), FOUND, MISSED))
    population = pa.Table.from_arrays(
        [pool["post_key"], pool["post_key"], pool["account_key"], pool["text_key"], strata],
        schema=POPULATION,
    )
    sizes = {s: int(n) for s, n in zip(*np.unique(strata.to_numpy(zero_copy_only=False), return_counts=True), strict=True)}  # fmt: skip
    chances = {s: min(1.0, size / len(sizes) / n) for s, n in sizes.items()}
    seed = content_key(load_keys(study.config.id).sample, name)
    items = draw(population, seed=bytes.fromhex(seed), probabilities=chances)
    config = study.config
    sample = RelevanceSample(
        id=name, seed=seed, snapshot=snapshot, query=config.query, whole_threads=config.whole_threads,
        question=meaning(study), sizes=sizes, probabilities=chances, drawn=items.num_rows, drawn_at=now,
    )  # fmt: skip
    folder = study.folder / FOLDER
    _write(folder / f"{name}.parquet", items)
    _write(folder / f"{name}.parted.parquet", population.select(["post_key", "stratum"]))
    data = msgspec.json.format(msgspec.json.encode(sample), indent=1)
    replace_file(folder / f"{name}.json", lambda file: file.write(data))
    return sample


def _write(path: Path, table: pa.Table) -> None:
    replace_file(path, lambda file: pq.write_table(table, file, compression="zstd"))


def _all(study: Study) -> list[RelevanceSample]:
    paths = (study.folder / FOLDER).glob("relevance-*.json")
    return sorted(
        (read_json(path, RelevanceSample) for path in paths), key=lambda s: (s.drawn_at, s.id)
    )


def latest_relevance(study: Study) -> RelevanceSample | None:
    """The sample drawn last, or None."""
    return next(reversed(_all(study)), None)


def read_drawn(study: Study, sample: RelevanceSample) -> pa.Table:
    """What was drawn: ITEMS, in the order of the queue."""
    return _read(study, f"{sample.id}.parquet")


def read_parted(study: Study, sample: RelevanceSample) -> dict[str, str]:
    """Stratum of every post that was there when the sample was drawn."""
    table = _read(study, f"{sample.id}.parted.parquet")
    return dict(zip(table["post_key"].to_pylist(), table["stratum"].to_pylist(), strict=True))


def _read(study: Study, name: str) -> pa.Table:
    try:
        return pq.read_table(study.folder / FOLDER / name)
    except (FileNotFoundError, pa.ArrowException) as error:
        raise StorageError(
            f"{FOLDER}/{name} is missing or damaged; bring it back from a copy of the study"
        ) from error


def forget_relevance(study: Study, posts: Sequence[str] | frozenset[str]) -> None:
    """Take erased posts out of every relevance sample."""
    for path in sorted((study.folder / FOLDER).glob("*.parquet")):
        table = _read(study, path.name)
        left = table.filter(
            pc.invert(pc.is_in(table["post_key"], pa.array(sorted(posts), pa.string())))
        )
        if left.num_rows < table.num_rows:
            _write(path, left)
