"""Snapshots: the frozen list of posts behind every figure, and its hash."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from bedside.errors import StorageError
from bedside.store.files import content_key, read_json, replace_file
from bedside.store.manifest import Dataset, Page
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study

__all__ = [
    "Snapshot",
    "earlier_snapshot",
    "forget",
    "latest_snapshot",
    "read_snapshot",
    "snapshot_dataset",
    "take_snapshot",
]

AT_ONCE = 1 << 16  # keys
SNAPSHOT_ROWS = Aggregate(
    name="snapshot",
    needs=("posts", "folds", "relevance", "threads"),
    sql="""
WITH kept AS (
    SELECT p.record_no, p.post_key, p.text_key, p.lang, p.place_country, r.relevant, t.thread_key, t.depth
    FROM posts p
    JOIN folds f ON p.record_no = f.record_no
    JOIN relevance r ON p.record_no = r.record_no
    LEFT JOIN threads t ON p.post_key = t.post_key
    WHERE f.keep
),
opened AS (SELECT DISTINCT thread_key FROM kept WHERE relevant AND depth = 0 AND $whole_threads)
SELECT k.record_no, k.post_key, k.text_key
FROM kept k LEFT JOIN opened o ON k.thread_key = o.thread_key
WHERE (k.relevant OR o.thread_key IS NOT NULL)
  AND (array_contains($languages, k.lang) OR k.lang IS NULL)
  AND ($place = '' OR k.place_country = $place)
ORDER BY k.record_no
""",
)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Exactly the posts behind a set of figures.

    Attributes
    ----------
    id : str
        `s-` + date taken + `-` + 8 digits of the hash; kept for ever, also after an erasure.
    hash : str
        Of post and text keys as first taken.
    erased : int
        Posts that were erased since; figures on it are then stale.
    of : str
        Key of everything that the list was last found to follow from; empty: not known.
    """

    id: str
    hash: str
    taken_at: datetime
    posts: int
    query: str
    place: str
    languages: tuple[str, ...]
    erased: int = 0
    of: str = ""


def _paths(study: Study, name: str) -> tuple[Path, Path]:
    folder = study.folder / "snapshots"
    return folder / f"{name}.json", folder / f"{name}.parquet"


def _write(study: Study, snapshot: Snapshot, rows: pa.Table) -> None:
    table = _paths(study, snapshot.id)[1]
    replace_file(table, lambda file: pq.write_table(rows, file, compression="zstd"))
    _write_about(study, snapshot)


def _write_about(study: Study, snapshot: Snapshot) -> None:
    about = _paths(study, snapshot.id)[0]
    replace_file(about, lambda file: file.write(msgspec.json.encode(snapshot)))


def _list_of(keys: pa.ChunkedArray) -> Iterator[bytes]:
    """Keys as a list in JSON, as `content_key` writes it, in pieces; a part of them is in Python's hands at a time."""
    yield b"["
    for at in range(0, len(keys), AT_ONCE):
        part = json.dumps(keys.slice(at, AT_ONCE).to_pylist())[1:-1]
        yield (b", " if at else b"") + part.encode()
    yield b"]"


def take_snapshot(study: Study, ask: Ask, now: datetime, *, of: str = "") -> Snapshot:
    """Freeze the unique relevant posts in the languages and place of the study.

    A text too short to tell its language is read in the study's first one. The same posts give the same snapshot again,
    whenever it is taken.

    Parameters
    ----------
    of : str
        Key of the tables that are asked; where the latest snapshot followed from the same, they are not asked again.
    """
    config = study.config
    known = latest_snapshot(study)
    if of:
        of = content_key(of, config.languages, config.place, config.whole_threads, config.query)
        if known is not None and known.of == of and not known.erased:
            return known
    params = {
        "languages": config.languages,
        "place": config.place,
        "whole_threads": config.whole_threads,
    }
    rows = ask(SNAPSHOT_ROWS, params)
    listed = [partial(_list_of, rows[name]) for name in ("post_key", "text_key")]
    digest = content_key(*listed, config.query, config.whole_threads)
    if known is not None and known.hash == digest and not known.erased:
        found = msgspec.structs.replace(known, of=of)
        _write_about(study, found)
        return found
    snapshot = Snapshot(
        id=f"s-{now:%Y-%m-%d}-{digest[:8]}",
        hash=digest,
        taken_at=now,
        posts=rows.num_rows,
        query=config.query,
        place=config.place,
        languages=tuple(config.languages),
        of=of,
    )
    _write(study, snapshot, rows)
    return snapshot


def latest_snapshot(study: Study) -> Snapshot | None:
    """The snapshot taken last, or None."""
    paths = (study.folder / "snapshots").glob("*.json")
    found = [read_json(path, Snapshot) for path in paths]
    return max(found, key=lambda s: (s.taken_at, s.id), default=None)


def read_snapshot(study: Study, name: str) -> Snapshot | None:
    """A snapshot by its id, or None."""
    about, _ = _paths(study, name)
    return read_json(about, Snapshot) if about.exists() else None


def earlier_snapshot(study: Study, snapshot: Snapshot) -> Snapshot | None:
    """The snapshot taken last before this one, or None."""
    paths = (study.folder / "snapshots").glob("*.json")
    found = [s for path in paths if (s := read_json(path, Snapshot)).id != snapshot.id]
    before = [s for s in found if (s.taken_at, s.id) < (snapshot.taken_at, snapshot.id)]
    return max(before, key=lambda s: (s.taken_at, s.id), default=None)


def snapshot_dataset(study: Study, snapshot: Snapshot) -> Dataset:
    """The snapshot's rows as a dataset that an engine can bind."""
    _, table = _paths(study, snapshot.id)
    rows = _read_rows(table).num_rows
    page = Page(str(table.relative_to(study.folder)), f"{snapshot.hash}-{snapshot.erased}", rows)
    return Dataset(page.key, (page,))


def _read_rows(path: Path) -> pa.Table:
    """The list of posts of a snapshot."""
    try:
        return pq.read_table(path)
    except (FileNotFoundError, pa.ArrowException) as error:
        raise StorageError(
            f"the list of posts of snapshot {path.stem} is missing or damaged; bring {path.name} back from a copy "
            f"of the study, or remove {path.stem}.json beside it to take a new snapshot at the next run"
        ) from error


def forget(study: Study, there: set[int]) -> list[Snapshot]:
    """Take records whose text the vault no longer holds out of every snapshot; each keeps its id and counts them."""
    changed = []
    for about in sorted((study.folder / "snapshots").glob("*.json")):
        snapshot = read_json(about, Snapshot)
        rows = _read_rows(_paths(study, snapshot.id)[1])
        keep = pa.array([number in there for number in rows["record_no"].to_pylist()], pa.bool_())
        left = rows.filter(keep)
        gone = rows.num_rows - left.num_rows
        if gone:
            marked = msgspec.structs.replace(snapshot, erased=snapshot.erased + gone)
            _write(study, marked, left)
            changed.append(marked)
    return changed
