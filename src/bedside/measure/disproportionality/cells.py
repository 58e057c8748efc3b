"""Cells: the two-by-two table of a pair, and the words that go with every number made from one."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.errors import InputError

__all__ = ["CAVEAT", "Cells", "Floats", "Interval", "checked_cells"]

Floats = npt.NDArray[np.float64]

CAVEAT = (
    "Reporting disproportionality within this set of cases: it compares what was reported with what was reported, "
    "knows nothing of how many took a product, and never alarms on its own. On general social media such figures "
    "told reference harms from others no better than chance (WEB-RADR: AUC 0.47-0.53; the same measures 0.64-0.69 "
    "and 0.55-0.67 in a case database, on two reference sets)."
)
"""Stands on every page, file and answer that holds such a figure (R11; Caster 2018, van Stekelenborg 2019)."""


class Cells(NamedTuple):
    """Counts of unique cases, each of shape (pairs,).

    a: product and event; b: product, other events only; c: event, other products only; d: neither.
    """

    a: Floats
    b: Floats
    c: Floats
    d: Floats

    @property
    def total(self) -> Floats:
        """All cases."""
        return self.a + self.b + self.c + self.d

    @property
    def expected(self) -> Floats:
        """Expected a if product and event were reported independently: (a+b)(a+c)/N."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return (self.a + self.b) * (self.a + self.c) / self.total

    @property
    def has_zero(self) -> npt.NDArray[np.bool_]:
        """Whether any of the four cells is empty."""
        least = np.minimum(np.minimum(self.a, self.b), np.minimum(self.c, self.d))
        return np.asarray(least == 0)


class Interval(NamedTuple):
    """A measure with its 95 % interval, each of shape (pairs,); NaN where none exists."""

    value: Floats
    low: Floats
    high: Floats


def checked_cells(a: object, b: object, c: object, d: object) -> Cells:
    """Cells from numbers or arrays of numbers.

    Raises
    ------
    InputError
        If shapes differ, or a count is negative, not finite or not whole.

    Examples
    --------
    >>> round(float(checked_cells(41, 14, 754, 591958).expected[0]), 6)
    0.073764
    """
    arrays = [np.atleast_1d(np.asarray(cell, dtype=np.float64)) for cell in (a, b, c, d)]
    if len({array.shape for array in arrays}) != 1:
        raise InputError(
            f"the four cells have {[len(array) for array in arrays]} rows; each pair needs all four"
        )
    for name, array in zip("abcd", arrays, strict=True):
        if not (np.isfinite(array) & (array >= 0) & (array == np.floor(array))).all():
            raise InputError(
                f"cell {name} holds a number that is no count; cells are whole numbers of cases from 0 on"
            )
    return Cells(*arrays)
