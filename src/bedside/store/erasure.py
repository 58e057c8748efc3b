"""Erasure by post, account or source: text, keys and everything derived, in every file of the study.

What stays is a fingerprint under a key of its own (`Erased`), which stops a re-import and opens nothing. The
order of steps makes an interrupted erasure safe to repeat: fingerprints first, then the vault's pages, then
import records, then what was derived.
"""

import re
from collections.abc import Callable, Iterable

import msgspec
import pyarrow as pa

from bedside.errors import NotFoundError
from bedside.store.imports import Erased, read_erased, write_erased
from bedside.store.keys import StudyKeys, load_keys
from bedside.store.live import forget_live
from bedside.store.masking_erased import mask_file_names, without
from bedside.store.meant import Kind, find_meant, fingerprints
from bedside.store.rewriting import finish_rewrite, rewrite_pages
from bedside.store.snapshots import Snapshot
from bedside.store.study import Study
from bedside.store.unlisting import uncorrect, unlist

__all__ = ["Also", "Erasure", "erase", "was_erased"]

Also = Callable[[frozenset[str], frozenset[str]], None]
"""Told the keys of the posts and accounts that are about to go."""


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
    names = find_meant(study, keys, kind, value)
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
    mask_file_names(study, names)
    if kind == "source":
        _forget_source(study, value)
    masked = rewrite_pages(study, keys, lambda table: without(table, keys, names))
    snapshots = finish_rewrite(study)
    return Erasure(
        posts=len(names.records),
        post_keys=tuple(sorted(names.post_keys)),
        account_keys=tuple(sorted(key for _, key in names.accounts)),
        masked_elsewhere=masked,
        snapshots=tuple(unfinished or snapshots),
    )


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
