"""Difference in differences: what changed here beyond what changed where nothing was done."""

from math import sqrt
from typing import NamedTuple

from bedside.errors import InputError
from bedside.measure.shares import Z95

__all__ = ["Cell", "Difference", "difference_in_differences"]


class Cell(NamedTuple):
    """Mean of one group at one time, with its standard error."""

    mean: float
    error: float


class Difference(NamedTuple):
    """Change beyond the comparison group's, its standard error and 95 % interval."""

    value: float
    error: float
    low: float
    high: float


def difference_in_differences(
    before: Cell, after: Cell, comparison_before: Cell, comparison_after: Cell
) -> Difference:
    """Change of a group less that of a comparison group, from four independent means.

    Parameters
    ----------
    before, after, comparison_before, comparison_after : Cell

    Returns
    -------
    Difference

    Raises
    ------
    InputError
        If a standard error is below zero.

    Notes
    -----
    Assumes that both groups would have changed alike. The four means are taken as independent: where the same members
    are seen twice the error is smaller than this (Card and Krueger print 1.36 for theirs, this formula gives 1.80).
    For series use `step_change` on shares of the group among both: it knows that weeks depend on one another.

    References
    ----------
    Card and Krueger (1994), American Economic Review 84:772-793, table 3.

    Examples
    --------
    >>> change = difference_in_differences(
    ...     Cell(20.44, 0.51), Cell(21.03, 0.52), Cell(23.33, 1.35), Cell(21.17, 0.94)
    ... )
    >>> round(change.value, 2), round(change.error, 2)
    (2.75, 1.8)
    """
    cells = (before, after, comparison_before, comparison_after)
    if min(cell.error for cell in cells) < 0:
        raise InputError(
            "a standard error is below zero; give the root of the variance of each mean"
        )
    value = (after.mean - before.mean) - (comparison_after.mean - comparison_before.mean)
    error = sqrt(sum(cell.error**2 for cell in cells))
    return Difference(value, error, value - Z95 * error, value + Z95 * error)
