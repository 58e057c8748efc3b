"""Cascades: trees of posts that answer or pass on one another, and their shapes, in time linear in the posts."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.errors import InputError
from bedside.unify.threads import circle_openings

__all__ = ["Cascades", "grow_cascades", "star_share"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FEWEST = 3  # posts from which a tree can be anything but a star


class Cascades(NamedTuple):
    """A forest: one entry of the first five a tree, of the last two a post.

    Attributes
    ----------
    root : numpy.ndarray of int, shape (t,)
        Place of the first post of each tree, in order.
    size, depth, breadth : numpy.ndarray of int, shape (t,)
        Posts; steps from the first post to the farthest; most posts at one distance from the first.
    virality : numpy.ndarray of float, shape (t,)
        Mean number of steps between two posts; 0 for a post alone.
    tree, level : numpy.ndarray of int, shape (n,)
        Number of each post's tree; its distance from the first post.
    """

    root: Ints
    size: Ints
    depth: Ints
    breadth: Ints
    virality: Floats
    tree: Ints
    level: Ints


def grow_cascades(parent: npt.ArrayLike) -> Cascades:
    """Shapes of all trees of a forest.

    Parameters
    ----------
    parent : array_like of int, shape (n,)
        Place of the post that each answers or passes on; -1 (or its own place) where there is none. Circles are
        opened at their first post.

    Returns
    -------
    Cascades

    Raises
    ------
    InputError
        If a parent is outside -1 .. n - 1.

    Notes
    -----
    The structural virality of n posts is 2 W / (n (n - 1)), W the sum of all distances; each tie between a post and its
    parent lies on s (n - s) paths, s the posts below it, so no pair is looked at. A star has 2 (n - 1) / n, a chain
    (n + 1) / 3. It grows with size: compare trees of one size.

    References
    ----------
    Goel, Anderson, Hofman and Watts (2016), Management Science 62:180-196, doi:10.1287/mnsc.2015.2158, equation 1;
    Juul and Ugander (2021), PNAS 118:e2100786118 (differences that vanish at equal size).

    Examples
    --------
    >>> grown = grow_cascades([-1, 0, 0, 1, -1])
    >>> grown.size.tolist(), grown.depth.tolist(), grown.breadth.tolist()
    ([4, 1], [2, 0], [2, 1])
    >>> [round(v, 3) for v in grown.virality.tolist()]
    [1.667, 0.0]
    """
    above = _opened(np.asarray(parent, np.int64))
    number = len(above)
    root = np.flatnonzero(above == np.arange(number))
    tree = np.full(number, -1, np.int64)
    tree[root] = np.arange(len(root))
    level = np.zeros(number, np.int64)
    breadth = np.ones(len(root), np.int64)
    rows = [root]
    for row in _rows_below(above, root):
        tree[row] = tree[above[row]]
        level[row] = len(rows)
        held, many = np.unique(tree[row], return_counts=True)
        breadth[held] = np.maximum(breadth[held], many)
        rows.append(row)
    below = np.ones(number, np.int64)
    for row in reversed(rows[1:]):
        np.add.at(below, above[row], below[row])
    size = below[root]
    depth = np.zeros(len(root), np.int64)
    np.maximum.at(depth, tree, level)
    inner = np.flatnonzero(level)
    paths = below[inner].astype(np.float64) * (size[tree[inner]] - below[inner])
    between = np.bincount(tree[inner], weights=paths, minlength=len(root))
    pairs = size.astype(np.float64) * (size - 1) / 2
    virality = np.divide(between, pairs, out=np.zeros(len(root)), where=pairs > 0)
    return Cascades(root, size, depth, breadth, virality, tree, level)


def _opened(parent: Ints) -> Ints:
    """Parents with first posts naming themselves, and circles cut open."""
    number = len(parent)
    if number and (parent.min() < -1 or parent.max() >= number):
        raise InputError(
            f"a parent is outside -1 to {number - 1}; name the place of each post's parent, -1 where there is none"
        )
    above = np.where(parent < 0, np.arange(number), parent)
    cut = circle_openings(above)
    above[cut] = cut
    return above


def _rows_below(above: Ints, root: Ints) -> list[Ints]:
    """Posts by distance from the first one, 1, 2, ...; every post once."""
    inner = np.flatnonzero(above != np.arange(len(above)))
    children = inner[np.argsort(above[inner], kind="stable")]
    many = np.bincount(above[inner], minlength=len(above))
    first = np.cumsum(many) - many
    rows: list[Ints] = []
    row = root
    while True:
        here = many[row]
        total = int(here.sum())
        if not total:
            return rows
        # the children of a post lie side by side: its first, and then one after the other
        steps = np.arange(total) - np.repeat(np.cumsum(here) - here, here)
        row = children[np.repeat(first[row], here) + steps]
        rows.append(row)


def star_share(grown: Cascades) -> float | None:
    """Share of the posts below first posts that hang on the first post itself, in trees of three posts or more.

    1 says that the platform ties everything to the first post, as reposts often are: depth and virality then tell how
    the platform keeps its records, nothing of who had it from whom. None where no tree is that large.
    """
    large = grown.size[grown.tree] >= FEWEST
    inner = large & (grown.level > 0)
    if not inner.any():
        return None
    return float((grown.level[inner] == 1).mean())
