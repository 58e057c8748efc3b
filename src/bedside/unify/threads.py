"""Threads: who answers whom, out of records that come in any order, with parents missing or going in circles."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bedside.store.stages import Aggregate, Ask

__all__ = ["assemble_threads", "circle_openings"]

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.bytes_]
Places = npt.NDArray[np.int32]
NOBODY, LACKS = -1, -2
STATES = ("root", "attached", "not_collected", "self", "cycle")
ROOT, ATTACHED, MISSING, SELF, CYCLE = range(len(STATES))
AT_ONCE = 1 << 17  # keys that are text at a time
_PAD = "\0"  # fills a key up to the width of all; none ends with it

REPLIES = Aggregate(
    name="unify.thread_refs",
    sql="""
SELECT p.post_key,
  COALESCE(MAX(CASE WHEN there.post_key IS NOT NULL THEN p.parent_ref END), MAX(p.parent_ref)) AS parent_ref,
  MAX(p.thread_ref) AS thread_ref
FROM posts p LEFT JOIN (SELECT DISTINCT post_key FROM posts) there ON there.post_key = p.parent_ref
GROUP BY p.post_key ORDER BY p.post_key
""",
    needs=("posts",),
)


def assemble_threads(ask: Ask) -> pa.Table:
    """Tree of every thread, from the parents and roots that the sources name.

    Parameters
    ----------
    ask : Ask
        Over `posts`.

    Returns
    -------
    pyarrow.Table
        post_key, thread_key, parent_key, depth, parent_state; one row per post, by post_key. `depth` counts
        the known steps to the top of the thread, a missing parent included, so it is a lower bound there.
        `parent_state` = root; attached (the parent is collected); not_collected (`parent_key` says which);
        self (it names itself); cycle (its link was cut to open a circle: one post of each circle).
        `thread_key` is the key of the root that the source names for the topmost known post, else of its missing
        parent, else of that post itself.

    Notes
    -----
    Of a post whose readings name different parents one that was collected counts. A post that names a thread
    but no parent answers the post that opened the thread, as in forums. Parents are followed
    by pointer jumping: log2(depth) passes over all posts, whatever their order.
    """
    names, parent_at, thread_at = _read(ask)
    own = np.arange(len(names.keys))
    named = _named_parents(own, parent_at, thread_at)
    known = (named >= 0) & (named < len(own))
    state = np.select([named == NOBODY, named == own, known], [ROOT, SELF, ATTACHED], MISSING)
    state = state.astype(np.int8)
    parent = np.where(state == ATTACHED, named, own)
    cut = circle_openings(parent)
    state[cut] = CYCLE
    parent[cut] = own[cut]
    top, depth = _climb(parent)
    missing = state == MISSING
    threads = np.where(thread_at != NOBODY, thread_at, np.where(missing, named, own))
    shown = np.where((state == ATTACHED) | missing, named, NOBODY)
    return pa.table(
        {
            "post_key": _as_strings(names, own),
            "thread_key": _as_strings(names, threads[top]),
            "parent_key": _as_strings(names, shown),
            "depth": pa.array(depth + missing[top], pa.int32()),
            "parent_state": pa.array(STATES, pa.string()).take(pa.array(state)),
        }
    )


class _Names(NamedTuple):
    """Keys of the posts, sorted; and after them those of posts that are only named. Each is spoken of by its place."""

    keys: Keys
    beyond: Keys


def _read(ask: Ask) -> tuple[_Names, Places, Places]:
    """The posts, and the places of the parent and of the root that the source names for each; `NOBODY` where it names none."""
    table = ask(REPLIES, {})
    keys = _as_bytes(table["post_key"])
    refs = [table["parent_ref"], table["thread_ref"]]
    places = [_places(keys, ref) for ref in refs]
    lacking = [_as_bytes(r.filter(pa.array(p == LACKS))) for r, p in zip(refs, places, strict=True)]
    beyond = np.unique(np.concatenate(lacking))
    for place, names in zip(places, lacking, strict=True):
        place[place == LACKS] = len(keys) + np.searchsorted(beyond, names)
    return _Names(keys, beyond), places[0], places[1]


def _parts(column: pa.ChunkedArray) -> Iterator[pa.Array]:
    for chunk in column.chunks:
        for at in range(0, len(chunk), AT_ONCE):
            yield chunk.slice(at, AT_ONCE)


def _as_bytes(column: pa.ChunkedArray) -> Keys:
    """Keys as fixed-width bytes, a quarter of the memory of text; null as none. No key is in Python's hands."""
    width = pc.max(pc.binary_length(column)).as_py() or 1
    keys = np.empty(len(column), f"S{width}")
    first = 0
    for part in _parts(column):
        padded = pc.utf8_rpad(part.fill_null(""), width=width, padding=_PAD)
        fixed = padded.cast(pa.binary()).cast(pa.binary(width))
        flat = np.frombuffer(fixed.buffers()[1], keys.dtype)
        keys[first : first + len(part)] = flat[fixed.offset : fixed.offset + len(part)]
        first += len(part)
    return keys


def _as_strings(names: _Names, places: npt.NDArray[np.integer[Any]]) -> pa.ChunkedArray:
    """Keys at these places as text; none as null."""
    many = len(names.keys)
    told = []
    for at in range(0, len(places), AT_ONCE):
        part = places[at : at + AT_ONCE]
        keys = names.keys[np.where(part < many, part, 0)]
        if (part >= many).any():
            keys = keys.astype(np.promote_types(keys.dtype, names.beyond.dtype))
            keys[part >= many] = names.beyond[part[part >= many] - many]
        told.append(_as_text(keys, part == NOBODY))
    return pa.chunked_array(told, pa.string())


def _as_text(keys: Keys, none: npt.NDArray[np.bool_]) -> pa.Array:
    width = keys.dtype.itemsize
    fixed = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(width), len(keys), [None, pa.py_buffer(np.ascontiguousarray(keys))]
    )
    told = pc.utf8_rtrim(fixed.cast(pa.binary()).cast(pa.string()), characters=_PAD)
    return pc.if_else(pa.array(none), pa.scalar(None, pa.string()), told)


def _named_parents(own: Ints, parent: Places, thread: Places) -> Ints:
    """Parent that a post names, or the thread's root where it names only that."""
    root = np.where(thread == own, NOBODY, thread)
    return np.where(parent == NOBODY, root, parent).astype(np.int64)


def _places(keys: Keys, wanted: pa.ChunkedArray) -> Places:
    """Row of each wanted key; `LACKS` where it is not collected, `NOBODY` where none is wanted. `keys` are sorted."""
    found = np.empty(len(wanted), np.int32)
    first = 0
    for part in _parts(wanted):
        names = _as_bytes(pa.chunked_array([part]))
        at = np.minimum(np.searchsorted(keys, names), len(keys) - 1)
        place = np.where(names == b"", NOBODY, np.where(keys[at] == names, at, LACKS))
        found[first : first + len(part)] = place
        first += len(part)
    return found


def _climb(parent: Ints) -> tuple[Ints, Ints]:
    """Topmost post above each, and the steps to it; `parent` of a topmost post is itself."""
    top = parent.copy()
    depth = (parent != np.arange(len(parent))).astype(np.int64)
    for _ in range(len(parent).bit_length()):
        higher = top[top]
        if (higher == top).all():
            break
        depth = depth + depth[top]
        top = higher
    return top, depth


def circle_openings(parent: Ints) -> Ints:
    """One post of each circle, the first in order: where its link to the parent is cut.

    Parameters
    ----------
    parent : numpy.ndarray of int, shape (n,)
        Place of each post's parent; a topmost post names itself.

    Returns
    -------
    numpy.ndarray of int
        Places, in order. Pointer jumping: log2(n) passes.

    Examples
    --------
    >>> circle_openings(np.array([0, 2, 3, 1, 1])).tolist()
    [1]
    """
    at = parent.copy()
    for _ in range(len(parent).bit_length()):
        at = at[at]
    on_circle = np.unique(at[parent[at] != at])  # after so many steps only circles are left
    least, step = on_circle, parent[on_circle]
    where = np.full(len(parent), -1, np.int64)
    where[on_circle] = np.arange(len(on_circle))
    step = where[step]
    for _ in range(len(on_circle).bit_length()):
        least, step = np.minimum(least, least[step]), step[step]
    return np.asarray(on_circle[least == on_circle])
