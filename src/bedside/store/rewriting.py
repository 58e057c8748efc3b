"""Changing what the vault holds: pages written anew, and everything derived from the old ones removed.

Safe to interrupt and repeat: what was derived from a page goes before the page itself, an import record names
either the old page or the new one, and `finish_rewrite` clears what an interruption left behind.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bedside.model.posts import COLLECTED
from bedside.store.files import clear_folder
from bedside.store.imports import (
    ImportRecord,
    collected_pages,
    read_imports,
    sweep_vault,
    write_import,
)
from bedside.store.kept_tables import drop_kept
from bedside.store.keys import StudyKeys
from bedside.store.manifest import Manifest, Page, read_manifest, write_manifest
from bedside.store.search import drop_index
from bedside.store.snapshots import Snapshot, forget
from bedside.store.study import Study
from bedside.store.vault import open_page, seal_page

__all__ = [
    "EMPTIED",
    "Change",
    "deleted_posts",
    "drop_file",
    "finish_rewrite",
    "rewrite_pages",
    "supersede",
    "withdraw",
]

PER_PAGE = (
    "posts",
    "relevance",
    "understood",
    "vectors",
)  # datasets with one page for each page of the vault
EMPTIED: dict[str, Any] = {  # fields that hold or point to what a withdrawn post said
    **dict.fromkeys(("title", "body_html", "summary", "segments", "hashtags", "mentions")),
    **dict.fromkeys(
        ("links", "media", "extra", "place_name", "place_lat", "place_lon", "author_bio")
    ),
    "body": "",
}

Change = Callable[[pa.Table], tuple[pa.Table, int]]
"""Takes a page of COLLECTED; gives it changed, and how many of the rows that stay were changed."""


def _every(_: ImportRecord) -> bool:
    return True


def rewrite_pages(
    study: Study, keys: StudyKeys, change: Change, *, only: Callable[[ImportRecord], bool] = _every
) -> int:
    """Write anew each page of the vault that a change touches; gives the number of changed rows that stay.

    Parameters
    ----------
    only : callable
        Imports to look into; the others are not opened.
    """
    changed, place, intact = 0, 0, True
    for record in read_imports(study):
        if not only(record):
            place += len(record.pages)
            continue
        pages = []
        for page in record.pages:
            table = open_page(study.folder / page.file, keys.vault)
            left, hits = change(table)
            changed += hits
            if hits or left.num_rows != table.num_rows:
                if intact:
                    _drop_whole(study)
                    intact = False
                _drop_derived(study, place)
                key = seal_page(study.vault, left, keys.vault)
                page = Page(f"vault/{key}.page", key, left.num_rows)
            pages.append(page)
            place += 1
        if tuple(pages) != record.pages:
            write_import(study, msgspec.structs.replace(record, pages=tuple(pages)))
    return changed


def drop_file(study: Study, keys: StudyKeys, source: str, sha256: str) -> int:
    """Take back what a source's file gave, because it is read anew in another way; gives the records dropped.

    `finish_rewrite` is left to the caller, who may be writing pages.
    """
    ranges = [
        file.details["records"]
        for record in read_imports(study)
        if record.source == source
        for file in record.files
        if file.sha256 == sha256 and "records" in file.details
    ]
    dropped = 0

    def without(table: pa.Table) -> tuple[pa.Table, int]:
        nonlocal dropped
        numbers = table["record_no"]
        hit = pa.chunked_array([pa.array([False] * table.num_rows, pa.bool_())])
        for first, end in ranges:
            hit = pc.or_(hit, pc.and_(pc.greater_equal(numbers, first), pc.less(numbers, end)))
        dropped += pc.sum(hit).as_py() or 0
        return table.filter(pc.invert(hit)).combine_chunks(), 0

    if ranges:
        rewrite_pages(study, keys, without, only=lambda record: record.source == source)
    for record in read_imports(study):
        files = tuple(file for file in record.files if file.sha256 != sha256)
        if record.source == source and files != record.files:
            write_import(study, msgspec.structs.replace(record, files=files))
    return dropped


def finish_rewrite(study: Study) -> list[Snapshot]:
    """Sweep old pages, the search index, kept tables, broken datasets and temporary files; take records without text from snapshots.

    Returns
    -------
    list of Snapshot
        Those that lost posts now.
    """
    sweep_vault(study)
    drop_index(study)
    drop_kept(study)
    clear_folder(study.spill)
    _drop_broken(study)
    there: set[int] = set()
    for page in collected_pages(study, ("record_no", "text_state")):
        there.update(page.filter(pc.equal(page["text_state"], "kept"))["record_no"].to_pylist())
    return forget(study, there)


def withdraw(study: Study, keys: StudyKeys, states: Mapping[str, str]) -> int:
    """Empty posts that their source has since deleted: they stay as tombstones without text.

    Parameters
    ----------
    study : Study
        Locked by the caller.
    keys : StudyKeys
    states : mapping of post id to state
        What became of each, a value of `model.posts.STATES`.

    Returns
    -------
    int
        Records emptied.
    """
    wanted = pa.array(sorted(states), pa.string())

    def is_hit(table: pa.Table) -> pa.ChunkedArray:
        live = pc.not_equal(table["text_state"], "tombstone")
        return pc.and_(pc.is_in(table["post_id"], wanted), live)

    def emptied(table: pa.Table) -> tuple[pa.Table, int]:
        hit = is_hit(table)
        if not pc.any(hit).as_py():
            return table, 0
        gone = EMPTIED | {"text_state": "tombstone"}
        rows: list[dict[str, Any]] = [
            row | gone | {"state": states[row["post_id"]]} if flag else row
            for row, flag in zip(table.to_pylist(), hit.to_pylist(), strict=True)
        ]
        return pa.Table.from_pylist(rows, schema=COLLECTED), pc.sum(hit).as_py()

    looked = collected_pages(study, ("post_id", "text_state"))
    if not any(pc.any(is_hit(page)).as_py() for page in looked):
        return 0
    done = rewrite_pages(study, keys, emptied)
    finish_rewrite(study)
    return done


def deleted_posts(study: Study) -> dict[str, str]:
    """Posts that their source deleted, whenever they were taken in: id and what became of each.

    A post that was seen alive at its source after the last tombstone is none of them: accounts come back.
    """
    columns = ("post_id", "text_state", "state", "state_observed_at", "collected_at")
    gone: dict[str, tuple[datetime, str]] = {}
    alive: dict[str, datetime] = {}
    for page in collected_pages(study, columns):
        is_dead = pc.equal(page["text_state"], "tombstone")
        for row in page.filter(is_dead).to_pylist():
            told = row["state_observed_at"] or row["collected_at"]
            if row["post_id"] not in gone or told >= gone[row["post_id"]][0]:
                gone[row["post_id"]] = (told, row["state"])
        seen = page.filter(pc.and_(pc.invert(is_dead), pc.is_valid(page["state_observed_at"])))
        for row in seen.select(["post_id", "state_observed_at"]).to_pylist():
            post, at = row["post_id"], row["state_observed_at"]
            alive[post] = max(at, alive.get(post, at))
    return {
        post: state
        for post, (told, state) in gone.items()
        if not (post in alive and alive[post] > told)
    }


def supersede(study: Study, keys: StudyKeys, source: str, first: int) -> dict[str, str]:
    """Empty older readings of posts that were read anew, with other words, from record `first` on.

    Parameters
    ----------
    study : Study
        Locked by the caller.
    keys : StudyKeys
    source : str
    first : int
        `record_no` of the first new reading.

    Returns
    -------
    dict
        Ids of the posts whose older words went.

    Notes
    -----
    An edit at the source is honoured like a deletion of what stood there before. The older readings stay as
    records without text.
    """
    columns = ("post_id", "source", "text_state", "record_no")
    fresh: set[str] = set()
    older: set[str] = set()
    for page in collected_pages(study, columns):
        ours = page.filter(
            pc.and_(pc.equal(page["source"], source), pc.equal(page["text_state"], "kept"))
        )
        is_new = pc.greater_equal(ours["record_no"], first)
        fresh.update(ours.filter(is_new)["post_id"].to_pylist())
        older.update(ours.filter(pc.invert(is_new))["post_id"].to_pylist())
    wanted = pa.array(sorted(fresh & older), pa.string())
    if not len(wanted):
        return {}

    def emptied(table: pa.Table) -> tuple[pa.Table, int]:
        hit = pc.and_(
            pc.and_(pc.is_in(table["post_id"], wanted), pc.equal(table["source"], source)),
            pc.and_(pc.less(table["record_no"], first), pc.equal(table["text_state"], "kept")),
        )
        if not pc.any(hit).as_py():
            return table, 0
        rows: list[dict[str, Any]] = [
            row | EMPTIED | {"text_state": "metrics_only"} if flag else row
            for row, flag in zip(table.to_pylist(), hit.to_pylist(), strict=True)
        ]
        return pa.Table.from_pylist(rows, schema=COLLECTED), pc.sum(hit).as_py()

    rewrite_pages(study, keys, emptied, only=lambda record: record.source == source)
    finish_rewrite(study)
    return dict.fromkeys(wanted.to_pylist(), "edited")


def _drop_broken(study: Study) -> None:
    """Take datasets that lost a file out of the manifest."""
    manifest = read_manifest(study.folder)
    whole = {
        name: dataset
        for name, dataset in manifest.datasets.items()
        if all((study.folder / page.file).exists() for page in dataset.pages)
    }
    if whole != manifest.datasets:
        write_manifest(study.folder, Manifest(whole))


def _drop_derived(study: Study, place: int) -> None:
    """Remove the pages that were made from the vault's page at a place."""
    manifest = read_manifest(study.folder)
    for name in PER_PAGE:
        pages = manifest.datasets[name].pages if name in manifest.datasets else ()
        if place < len(pages):
            (study.folder / pages[place].file).unlink(missing_ok=True)


def _drop_whole(study: Study) -> None:
    """Remove every global table."""
    manifest = read_manifest(study.folder)
    for name in set(manifest.datasets) - set(PER_PAGE):
        for page in manifest.datasets[name].pages:
            (study.folder / page.file).unlink(missing_ok=True)
