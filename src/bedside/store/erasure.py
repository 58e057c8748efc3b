"""Erasure by post, account or source: text, keys and everything derived, in every file of the study.

What stays is a fingerprint under a key of its own (`Erased`), which stops a re-import and opens nothing. The
order of steps makes an interrupted erasure safe to repeat: fingerprints first, then the vault's pages, then
import records, then what was derived.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bedside.errors import NotFoundError
from bedside.model.posts import COLLECTED
from bedside.store.imports import Erased, read_erased, read_imports, write_erased
from bedside.store.keys import StudyKeys, load_keys
from bedside.store.rewriting import finish_rewrite, rewrite_pages
from bedside.store.snapshots import Snapshot
from bedside.store.study import Study
from bedside.store.vault import open_page

__all__ = ["Erasure", "Kind", "erase", "fingerprints", "was_erased"]

Kind = Literal["post", "account", "source"]
GONE = "erased:"
MASK = "▇"
FREE = (  # fields of other records in which the erased may be named; their own author fields stay
    "url",
    "title",
    "body",
    "body_html",
    "summary",
    "segments",
    "thread_id",
    "in_reply_to",
    "in_reply_to_author",
    "relations",
    "about",
    "mentions",
    "links",
    "media",
    "extra",
)
MIN_HANDLE = (
    3  # shorter handles are ordinary words; they are erased from fields, not from running text
)


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure did.

    Attributes
    ----------
    posts : int
        Records removed from the vault.
    post_keys, text_places : tuple
        Keys of the removed posts, for rooms that keep rows of their own (the coding database); and how many
        other records named the erased and were masked.
    snapshots : tuple of Snapshot
        Snapshots that lost posts; figures on them are stale.
    """

    posts: int
    post_keys: tuple[str, ...]
    account_keys: tuple[str, ...]
    masked_elsewhere: int
    snapshots: tuple[Snapshot, ...]


class _Names(msgspec.Struct):
    """What identifies the erased: ids to be replaced, and words to be masked wherever they stand."""

    post_ids: set[str]
    author_ids: set[str]
    words: set[str]
    records: set[int]
    post_keys: set[str]
    account_keys: set[str]


def fingerprints(keys: StudyKeys, row: dict[str, Any]) -> tuple[Erased, ...]:
    """The fingerprints under which a collected record would have been erased."""
    found = [
        Erased("post", keys.erased_key("post", row["post_id"])),
        Erased("source", keys.erased_key("source", row["source"])),
    ]
    for name in ("author_id", "author_handle"):
        if row[name]:
            account = f"{row['platform']}\0{row[name].casefold()}"
            found.append(Erased("account", keys.erased_key("account", account)))
    return tuple(found)


def was_erased(
    batch: pa.RecordBatch, keys: StudyKeys, erased: frozenset[Erased]
) -> pa.BooleanArray:
    """Which records of a COLLECTED batch belong to something erased; shape (rows,)."""
    if not erased:
        return pa.array([False] * batch.num_rows, pa.bool_())
    columns = batch.select(
        ["post_id", "source", "platform", "author_id", "author_handle"]
    ).to_pylist()
    hits = [any(f in erased for f in fingerprints(keys, row)) for row in columns]
    return pa.array(hits, pa.bool_())


def erase(study: Study, kind: Kind, value: str) -> Erasure:
    """Erase a post, an account or a source from every file that this study's rooms registered.

    Parameters
    ----------
    study : Study
        Locked by the caller.
    kind : {"post", "account", "source"}
    value : str
        Post id, post key or address; author id, handle or account key; name of the source.

    Returns
    -------
    Erasure

    Raises
    ------
    NotFoundError
        If nothing in the study answers to the value.
    """
    keys = load_keys(study.config.id)
    names, prints = _find(study, keys, _matcher(kind, value, keys))
    if kind == "source":
        names.words.clear()  # whole accounts may live elsewhere too; only the posts' own ids are masked
    unfinished = [] if names.records else finish_rewrite(study)
    if not names.records and not unfinished:
        raise NotFoundError(
            f"no {kind} of that name in this study; give the id, handle or key as the source writes it"
        )
    write_erased(study, read_erased(study) | _wanted(kind, prints))
    masked = rewrite_pages(study, keys, lambda table: _without(table, keys, names))
    snapshots = finish_rewrite(study)
    if kind == "source":
        (study.folder / "sources" / f"{value}.toml").unlink(missing_ok=True)
    return Erasure(
        posts=len(names.records),
        post_keys=tuple(sorted(names.post_keys)),
        account_keys=tuple(sorted(names.account_keys)),
        masked_elsewhere=masked,
        snapshots=tuple(unfinished or snapshots),
    )


def _wanted(kind: Kind, prints: Iterable[Erased]) -> frozenset[Erased]:
    """Posts keep a fingerprint each in every case; an account or source one of its own besides."""
    return frozenset(p for p in prints if p.kind in ("post", kind))


def _matcher(kind: Kind, value: str, keys: StudyKeys) -> Callable[[dict[str, Any]], bool]:
    wanted = value.removeprefix("@").casefold()

    def same(text: str | None) -> bool:
        return bool(text) and str(text).removeprefix("@").casefold() == wanted

    def post(row: dict[str, Any]) -> bool:
        return same(row["post_id"]) or same(row["url"]) or keys.post_key(row["post_id"]) == value

    def account(row: dict[str, Any]) -> bool:
        if not row["author_id"]:
            return same(row["author_handle"])
        return (
            same(row["author_id"])
            or same(row["author_handle"])
            or keys.account_key(row["platform"], row["author_id"]) == value
        )

    def source(row: dict[str, Any]) -> bool:
        return bool(row["source"] == value)

    return {"post": post, "account": account, "source": source}[kind]


FIND = (
    "post_id",
    "url",
    "source",
    "platform",
    "author_id",
    "author_handle",
    "author_name",
    "record_no",
)


def _find(
    study: Study, keys: StudyKeys, match: Callable[[dict[str, Any]], bool]
) -> tuple[_Names, set[Erased]]:
    names = _Names(set(), set(), set(), set(), set(), set())
    prints: set[Erased] = set()
    for record in read_imports(study):
        for page in record.pages:
            for row in (
                open_page(study.folder / page.file, keys.vault).select(list(FIND)).to_pylist()
            ):
                if match(row):
                    _note(names, keys, row)
                    prints.update(fingerprints(keys, row))
    return names, prints


def _note(names: _Names, keys: StudyKeys, row: dict[str, Any]) -> None:
    names.records.add(row["record_no"])
    names.post_ids.add(row["post_id"])
    names.words.add(row["post_id"].rsplit(":", 1)[-1])
    names.post_keys.add(keys.post_key(row["post_id"]))
    if row["author_id"]:
        names.author_ids.add(row["author_id"])
        names.account_keys.add(keys.account_key(row["platform"], row["author_id"]))
    full_name = row["author_name"] if " " in (row["author_name"] or "") else None
    for word in (row["author_handle"], full_name, row["author_id"]):
        if word and len(word) >= MIN_HANDLE:
            names.words.add(word)


def _without(table: pa.Table, keys: StudyKeys, names: _Names) -> tuple[pa.Table, int]:
    """A page without the erased records, and with their names masked in the others; and how many of these."""
    keep = pc.invert(pc.is_in(table["record_no"], pa.array(sorted(names.records), pa.int64())))
    left = table.filter(keep).combine_chunks()
    pattern = _pattern(names)
    rows, hits = [], 0
    ids = {i: GONE + keys.erased_key("post", i) for i in names.post_ids}
    for row in left.to_pylist():
        fresh = row | {name: _masked(row[name], pattern, ids) for name in FREE}
        hits += fresh != row
        rows.append(fresh)
    return (pa.Table.from_pylist(rows, schema=COLLECTED), hits) if hits else (left, 0)


def _pattern(names: _Names) -> re.Pattern[str] | None:
    found = sorted((w for w in names.words if len(w) >= MIN_HANDLE), key=lambda w: (-len(w), w))
    if not found:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, found)) + r")(?!\w)", re.IGNORECASE)


def _masked(value: Any, pattern: re.Pattern[str] | None, ids: dict[str, str]) -> Any:
    """A record with every mention of the erased replaced: ids by a dead id, words by a mask of equal length."""
    if isinstance(value, str):
        found = ids.get(value, value)
        return found if pattern is None else pattern.sub(lambda m: MASK * len(m.group()), found)
    if isinstance(value, list):
        return [_masked(item, pattern, ids) for item in value]
    if isinstance(value, dict):
        return {name: _masked(item, pattern, ids) for name, item in value.items()}
    return value
