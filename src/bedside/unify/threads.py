"""Threads: who answers whom, out of records that come in any order, with parents missing or going in circles."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bedside.store.stages import Aggregate, Ask

__all__ = ["assemble_threads", "circle_openings"]

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.bytes_]
_NONE = b""
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
    table = ask(REPLIES, {})
    keys, parent_ref, thread_ref = map(_as_bytes, table.columns)
    named = _named_parents(keys, parent_ref, thread_ref)
    parent = _places(keys, named)
    own = np.arange(len(keys))
    state = np.full(len(keys), "attached", dtype=object)
    state[parent < 0] = "not_collected"
    state[named == _NONE] = "root"
    state[parent == own] = "self"
    linked = state == "attached"
    parent = np.where(linked, parent, own)
    cut = circle_openings(parent)
    state[cut] = "cycle"
    parent[cut] = own[cut]
    top, depth = _climb(parent)
    missing = state == "not_collected"
    threads = np.where(thread_ref != _NONE, thread_ref, np.where(missing, named, keys))
    shown = np.where((state == "attached") | missing, named, _NONE)
    return pa.table(
        {
            "post_key": _as_strings(keys),
            "thread_key": _as_strings(threads[top]),
            "parent_key": _as_strings(shown),
            "depth": pa.array(depth + missing[top], pa.int32()),
            "parent_state": pa.array(state.tolist(), pa.string()),
        }
    )


def _as_bytes(column: pa.ChunkedArray) -> Keys:
    """Keys as fixed-width bytes, a quarter of the memory of text; null as none. No key is in Python's hands."""
    width = pc.max(pc.binary_length(column)).as_py() or 1
    padded = pc.utf8_rpad(column.combine_chunks().fill_null(""), width=width, padding=_PAD)
    fixed = padded.cast(pa.binary()).cast(pa.binary(width))
    flat = np.frombuffer(fixed.buffers()[1], f"S{width}")
    return flat[fixed.offset : fixed.offset + len(fixed)]


def _as_strings(keys: Keys) -> pa.Array:
    """Keys as text; none as null."""
    width = keys.dtype.itemsize
    whole = pa.py_buffer(np.ascontiguousarray(keys))
    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(keys), [None, whole])
    told = pc.utf8_rtrim(fixed.cast(pa.binary()).cast(pa.string()), characters=_PAD)
    return pc.if_else(pc.equal(told, ""), pa.scalar(None, pa.string()), told)


def _named_parents(keys: Keys, parent: Keys, thread: Keys) -> Keys:
    """Parent that a post names, or the thread's root where it names only that."""
    root = np.where(thread == keys, _NONE, thread)
    return np.where(parent == _NONE, root, parent)


def _places(keys: Keys, wanted: Keys) -> Ints:
    """Row of each wanted key, -1 where it is not collected or none is wanted; `keys` are sorted."""
    if not len(keys):
        return np.empty(0, np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, at, -1)


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
