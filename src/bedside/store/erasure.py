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

from bedside.errors import InputError, NotFoundError
from bedside.model.posts import COLLECTED
from bedside.store.files import write_text
from bedside.store.imports import (
    Erased,
    collected_pages,
    read_erased,
    read_imports,
    write_erased,
    write_import,
)
from bedside.store.keys import StudyKeys, load_keys
from bedside.store.live import forget_live
from bedside.store.rewriting import finish_rewrite, rewrite_pages
from bedside.store.snapshots import Snapshot
from bedside.store.study import Study
from bedside.store.unlisting import uncorrect, unlist

__all__ = ["Also", "Erasure", "Kind", "Named", "erase", "fingerprints", "named", "was_erased"]

Kind = Literal["post", "account", "source"]
Also = Callable[[frozenset[str], frozenset[str]], None]
"""Told the keys of the posts and accounts that are about to go."""
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
    "author_bio",
    "community_id",
    "community_name",
    "query",
    "source_file",
)
MIN_HANDLE = (
    3  # shorter handles are ordinary words; they go from fields and after @, not from running text
)
MIN_NUMBER = (
    8  # digits; shorter numbers that serve as ids are doses and years in other people's posts
)


def _nowhere_else(posts: frozenset[str], accounts: frozenset[str]) -> None:
    """Tell nobody."""


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
    """What identifies the erased: ids to be replaced, and words to be masked wherever they stand.

    `namesakes` are (platform, handle) of others: records of such a platform are not searched for that handle.
    """

    post_ids: set[str] = msgspec.field(default_factory=set)
    author_ids: set[str] = msgspec.field(default_factory=set)
    words: set[str] = msgspec.field(default_factory=set)
    records: set[int] = msgspec.field(default_factory=set)
    post_keys: set[str] = msgspec.field(default_factory=set)
    accounts: set[tuple[str, str]] = msgspec.field(default_factory=set)
    handles: set[tuple[str, str]] = msgspec.field(default_factory=set)
    prints: set[Erased] = msgspec.field(default_factory=set)
    namesakes: dict[str, set[str]] = msgspec.field(default_factory=dict)


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


def erase(study: Study, kind: Kind, value: str, *, also: Also = _nowhere_else) -> Erasure:
    """Erase a post, an account or a source from every file that this study's rooms registered.

    Parameters
    ----------
    study : Study
        Locked by the caller.
    kind : {"post", "account", "source"}
    value : str
        Post id, post key or address; author id, handle, `platform:handle` or account key; name of the source.
    also : callable
        Told the keys of posts and accounts before the vault changes, so that other rooms forget them first:
        an erasure that was cut short is then done again from the start.

    Returns
    -------
    Erasure

    Raises
    ------
    NotFoundError
        If nothing in the study answers to the value.
    InputError
        If several accounts answer to a bare handle.
    """
    keys = load_keys(study.config.id)
    names = _find(study, keys, kind, _matcher(kind, value, keys))
    if kind == "source":
        names.words.clear()  # whole accounts may live elsewhere too; only the posts' own ids are masked
    unfinished = [] if names.records else finish_rewrite(study)
    if not names.records and not unfinished:
        raise NotFoundError(
            f"no {kind} of that name in this study; give the id, handle or key as the source writes it"
        )
    write_erased(study, read_erased(study) | _wanted(kind, names.prints))
    also(frozenset(names.post_keys), frozenset(key for _, key in names.accounts))
    forget_live(study)
    said = frozenset(names.words) | {handle for _, handle in names.handles}
    unlist(study, said | frozenset(names.author_ids))
    uncorrect(study, keys, said)
    _mask_file_names(study, names)
    if kind == "source":
        _forget_source(study, value)
    masked = rewrite_pages(study, keys, lambda table: _without(table, keys, names))
    snapshots = finish_rewrite(study)
    return Erasure(
        posts=len(names.records),
        post_keys=tuple(sorted(names.post_keys)),
        account_keys=tuple(sorted(key for _, key in names.accounts)),
        masked_elsewhere=masked,
        snapshots=tuple(unfinished or snapshots),
    )


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What answers to a name: records, keys of posts and accounts, and the handles found; for a paper to its owner."""

    records: frozenset[int]
    post_keys: frozenset[str]
    account_keys: frozenset[str]
    words: frozenset[str]


def named(study: Study, kind: Kind, value: str) -> Named:
    """What `erase` would reach, without touching it.

    Raises
    ------
    NotFoundError
        If nothing in the study answers to the value.
    InputError
        If several accounts answer to a bare handle.
    """
    keys = load_keys(study.config.id)
    found = _find(study, keys, kind, _matcher(kind, value, keys))
    if not found.records:
        raise NotFoundError(
            f"no {kind} of that name in this study; give the id, handle or key as the source writes it"
        )
    return Named(
        records=frozenset(found.records),
        post_keys=frozenset(found.post_keys),
        account_keys=frozenset(key for _, key in found.accounts),
        words=frozenset(found.words),
    )


def _mask_file_names(study: Study, names: _Names) -> None:
    """Mask the erased in the names of imported files, as import records and lists of rejects keep them."""
    if not names.words:
        return
    pattern = re.compile(rf"(?<![^\W_])(?:{_any_of(names.words)})(?![^\W_])", re.IGNORECASE)
    for record in read_imports(study):
        files = tuple(
            msgspec.structs.replace(
                file,
                file=_masked(file.file, pattern, {}),
                details=_masked(file.details, pattern, {}),
            )
            for file in record.files
        )
        if files != record.files:
            write_import(study, msgspec.structs.replace(record, files=files))
    for path in sorted((study.folder / "rejects").glob("*.csv")):
        text = path.read_text(encoding="utf-8")
        if (masked := _masked(text, pattern, {})) != text:
            write_text(path, masked)


def _forget_source(study: Study, name: str) -> None:
    """Remove what the study keeps about a source: register, mapping, lists of rejects, days of rounds."""
    kept = [study.folder / "sources" / f"{name}.toml", study.folder / "mappings" / f"{name}.toml"]
    kept.append(study.folder / "live" / name / "state.json")
    stamp = re.compile(re.escape(name) + r"-\d{8}T\d{6}\.csv")
    kept += [p for p in (study.folder / "rejects").glob("*.csv") if stamp.fullmatch(p.name)]
    for path in kept:
        path.unlink(missing_ok=True)


def _wanted(kind: Kind, prints: Iterable[Erased]) -> frozenset[Erased]:
    """Posts keep a fingerprint each in every case; an account or source one of its own besides."""
    return frozenset(p for p in prints if p.kind in ("post", kind))


def _matcher(kind: Kind, value: str, keys: StudyKeys) -> Callable[[dict[str, Any]], bool]:
    """Tell whether a record is meant; of accounts an id, key or `platform:handle` or else a bare handle."""
    wanted = value.removeprefix("@").casefold()

    def same(text: str | None) -> bool:
        return bool(text) and str(text).removeprefix("@").casefold() == wanted

    def post(row: dict[str, Any]) -> bool:
        return same(row["post_id"]) or same(row["url"]) or keys.post_key(row["post_id"]) == value

    def account(row: dict[str, Any]) -> bool:
        handle = (row["author_handle"] or "").removeprefix("@").casefold()
        if handle and wanted in (
            handle,
            f"{row['platform']}:{handle}",
            f"{row['platform']}:@{handle}",
        ):
            return True
        author = row["author_id"]
        return same(author) or (bool(author) and keys.account_key(row["platform"], author) == value)

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
    study: Study, keys: StudyKeys, kind: Kind, match: Callable[[dict[str, Any]], bool]
) -> _Names:
    """What is meant, and who else bears its handle.

    Raises
    ------
    InputError
        If an account is wanted and several answer.
    """
    names = _Names()
    bearers: dict[str, set[str]] = {}  # handle -> platforms of those who are not meant
    for page in collected_pages(study, FIND):
        for row in page.to_pylist():
            if match(row):
                _note(names, keys, row)
            elif row["author_handle"]:
                handle = row["author_handle"].removeprefix("@").casefold()
                bearers.setdefault(handle, set()).add(row["platform"])
    if kind == "account" and len(people := _accounts(names)) > 1:
        raise InputError(
            f"{len(people)} accounts answer to that: {'; '.join(people)}; give the account key, the author id "
            "or platform:handle of the one to erase, and the others after it"
        )
    for _, handle in names.handles:
        names.namesakes[handle] = bearers.get(handle, set())
    return names


def _accounts(names: _Names) -> list[str]:
    """Each account found, as platform and key; one without an id is known by its handle alone."""
    keyed = sorted(f"on {platform}, key {key}" for platform, key in names.accounts)
    nameless = {p for p, _ in names.handles} - {p for p, _ in names.accounts}
    return [*keyed, *(f"on {platform}, without author id" for platform in sorted(nameless))]


def _note(names: _Names, keys: StudyKeys, row: dict[str, Any]) -> None:
    names.records.add(row["record_no"])
    names.post_ids.add(row["post_id"])
    own_id = row["post_id"].rsplit(":", 1)[-1]
    names.post_keys.add(keys.post_key(row["post_id"]))
    names.prints.update(fingerprints(keys, row))
    if row["author_id"]:
        key = keys.account_key(row["platform"], row["author_id"])
        names.author_ids.add(row["author_id"])
        names.accounts.add((row["platform"], key))
    if row["author_handle"]:
        names.handles.add((row["platform"], row["author_handle"].removeprefix("@").casefold()))
    full_name = row["author_name"] if " " in (row["author_name"] or "") else None
    own = (row["author_handle"], full_name, row["author_id"], own_id)
    names.words.update(word for word in own if word and _is_telling(word))


def _without(table: pa.Table, keys: StudyKeys, names: _Names) -> tuple[pa.Table, int]:
    """A page without the erased records, and with their names masked in the others; and how many of these."""
    keep = pc.invert(pc.is_in(table["record_no"], pa.array(sorted(names.records), pa.int64())))
    left = table.filter(keep).combine_chunks()
    patterns = {
        platform: _pattern(names, platform) for platform in pc.unique(left["platform"]).to_pylist()
    }
    rows, hits = [], 0
    ids = {i: GONE + keys.erased_key("post", i) for i in names.post_ids}
    for row in left.to_pylist():
        pattern = patterns[row["platform"]]
        fresh = row | {name: _masked(row[name], pattern, ids) for name in FREE}
        hits += fresh != row
        rows.append(fresh)
    return (pa.Table.from_pylist(rows, schema=COLLECTED), hits) if hits else (left, 0)


def _pattern(names: _Names, platform: str) -> re.Pattern[str] | None:
    """Finds the names of the erased in records of a platform; short handles only where a sign says it is one."""

    def meant(word: str) -> bool:
        return platform not in names.namesakes.get(word.removeprefix("@").casefold(), ())

    ways = []
    if long := [word for word in names.words if len(word) >= MIN_HANDLE and meant(word)]:
        ways.append(rf"(?<!\w)(?:{_any_of(long)})(?!\w)")
    if short := [word for _, word in names.handles if not _is_telling(word) and meant(word)]:
        ways.append(rf"(?:(?<=@)|(?<=\bu/))(?:{_any_of(short)})(?!\w)|\A(?:{_any_of(short)})\Z")
    return re.compile("|".join(ways), re.IGNORECASE) if ways else None


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))


def _is_telling(word: str) -> bool:
    """Whether a name can be masked wherever it stands: not a word of two letters, nor a dose such as 500."""
    return len(word) >= MIN_NUMBER if word.isdigit() else len(word) >= MIN_HANDLE


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
