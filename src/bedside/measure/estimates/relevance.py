"""Precision and recall of a query from a judged sample, with intervals that hold for few judged posts."""

from collections.abc import Sequence
from typing import NamedTuple

from scipy.stats import beta

from bedside.errors import InputError

__all__ = ["Cell", "Found", "precision", "recall"]


class Cell(NamedTuple):
    """Posts of which a random part was judged.

    Attributes
    ----------
    found : bool
        Whether the query finds them.
    posts : int
        How many there are.
    judged, relevant : int
        How many were judged, and how many of these are relevant.
    """

    found: bool
    posts: int
    judged: int
    relevant: int


class Found(NamedTuple):
    """A share with its interval; None where nothing that it needs was judged."""

    value: float | None
    low: float
    high: float


def _limits(judged: int, relevant: int, error: float) -> tuple[float, float]:
    """Exact limits of a share (Clopper and Pearson), each end wrong with a chance of at most error / 2."""
    low = 0.0 if relevant == 0 else float(beta.ppf(error / 2, relevant, judged - relevant + 1))
    high = (
        1.0
        if relevant == judged
        else float(beta.ppf(1 - error / 2, relevant + 1, judged - relevant))
    )
    return low, high


def _check(cells: Sequence[Cell]) -> None:
    for cell in cells:
        if not 0 <= cell.relevant <= cell.judged <= cell.posts:
            raise InputError(
                f"got {cell.relevant} relevant of {cell.judged} judged of {cell.posts} posts; each must hold the one before"
            )


def _relevant(cells: Sequence[Cell], error: float) -> tuple[float | None, float, float]:
    """Relevant posts in cells: estimate and limits that all hold at once with a chance of at least 1 - error."""
    estimate: float | None = 0.0
    low = high = 0.0
    for cell in cells:
        if cell.posts == 0:
            continue
        if cell.judged == 0:
            estimate, high = None, high + cell.posts
            continue
        if estimate is not None:
            estimate += cell.posts * cell.relevant / cell.judged
        ends = _limits(cell.judged, cell.relevant, error)
        low, high = low + cell.posts * ends[0], high + cell.posts * ends[1]
    return estimate, low, high


def _sharing(cells: Sequence[Cell]) -> int:
    """Cells that share the error between them."""
    return max(1, sum(cell.posts > 0 and cell.judged > 0 for cell in cells))


def precision(cells: Sequence[Cell], *, error: float = 0.05) -> Found:
    """Share of the posts found that are relevant.

    Parameters
    ----------
    cells : sequence of Cell
        Parts of all posts, each with a random part judged; none in two.
    error : float, default 0.05
        Chance that the interval misses, at most.

    Returns
    -------
    Found
        Exact with one cell; with several the limits of each (Bonferroni) are added up, which is wider than need be.

    Raises
    ------
    InputError
        If a cell has more judged than posts, or more relevant than judged.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26:404-413, doi:10.1093/biomet/26.4.404.

    Examples
    --------
    >>> [round(x, 3) for x in precision([Cell(True, 1000, 100, 90), Cell(False, 9000, 100, 2)])]
    [0.9, 0.824, 0.951]
    """
    _check(cells)
    inside = [cell for cell in cells if cell.found]
    posts = sum(cell.posts for cell in inside)
    if not posts:
        return Found(None, 0.0, 1.0)
    estimate, low, high = _relevant(inside, error / _sharing(inside))
    return Found(None if estimate is None else estimate / posts, low / posts, high / posts)


def recall(cells: Sequence[Cell], *, error: float = 0.05) -> Found:
    """Share of the relevant posts that are found, among all posts of the cells.

    Parameters
    ----------
    cells, error
        As `precision` takes them.

    Returns
    -------
    Found
        R+ / (R+ + R-), where R+ are the relevant posts found and R- those missed. Its limits set the limits of the
        one against those of the other, each cell with its part of the error: they hold whatever the shares are, also
        where no miss was seen.

    Raises
    ------
    InputError
        As `precision`.

    Examples
    --------
    >>> [round(x, 3) for x in recall([Cell(True, 1000, 100, 90), Cell(False, 9000, 300, 0)])]
    [1.0, 0.862, 1.0]
    """
    _check(cells)
    each = error / _sharing(cells)
    hit, hit_low, hit_high = _relevant([cell for cell in cells if cell.found], each)
    missed, missed_low, missed_high = _relevant([cell for cell in cells if not cell.found], each)
    known = hit is not None and missed is not None and hit + missed > 0
    value = hit / (hit + missed) if known and hit is not None and missed is not None else None
    low = hit_low / (hit_low + missed_high) if hit_low + missed_high > 0 else 0.0
    high = hit_high / (hit_high + missed_low) if hit_high + missed_low > 0 else 1.0
    return Found(value, low, high)
