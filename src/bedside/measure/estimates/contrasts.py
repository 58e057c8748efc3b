"""Differences between two judged shares, and the trend of one over time."""

from collections.abc import Sequence
from math import erfc, sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from bedside.errors import InputError
from bedside.measure.estimates.judged import (
    FEW_POSITIVES,
    LEAST_JUDGED,
    MOST_OF_ONE,
    JudgedShare,
)
from bedside.measure.estimates.records import Floats, Groups, as_floats, as_groups
from bedside.measure.estimates.sample import Rows, Sample, check_sample
from bedside.measure.shares import TAIL, Z95

__all__ = ["Contrast", "difference", "trend"]


class Contrast(NamedTuple):
    """A difference of shares, or a change of a share by unit of time.

    Attributes
    ----------
    value, low, high : float or None
        With 95 % interval; None where refused.
    p : float or None
        Two-sided, for no difference at all; adjust it over all comparisons that were looked at
        (`estimates.discovery.adjust`).
    weight : float
        Weight of the machine.
    refused : str
    """

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    weight: float = 0.0
    refused: str = ""


def _p(value: float, error: float) -> float:
    return erfc(abs(value) / error / sqrt(2)) if error > 0 else 1.0


def difference(one: JudgedShare, other: JudgedShare) -> Contrast:
    """Difference of two shares from judged rows of different posts.

    Parameters
    ----------
    one, other : JudgedShare
        Whatever interval each has, exact ones too.

    Returns
    -------
    Contrast
        one - other; refused where either share is.

    Notes
    -----
    low = d - sqrt((one - low of one)^2 + (high of other - other)^2), high likewise (MOVER); p from the half of the
    interval that points towards 0. Where accounts write in both groups and are alike the interval is a little too
    wide, never too narrow.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:873-890, method 10; Zou and Donner (2008), Statistics in Medicine
    27:1693-1702.

    Examples
    --------
    >>> a = JudgedShare(0.8, 0.66, 0.89, "", 0, 0, 0)
    >>> b = JudgedShare(0.6, 0.45, 0.74, "", 0, 0, 0)
    >>> [round(x, 3) for x in difference(a, b)[:3]]
    [0.2, 0.002, 0.375]
    """
    if None in (*one[:3], *other[:3]):
        return Contrast(None, None, None, None, refused=one.refused or other.refused)
    (p1, l1, u1), (p2, l2, u2) = (
        tuple(float(x or 0.0) for x in share[:3]) for share in (one, other)
    )
    value = p1 - p2
    down = sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    up = sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    towards = down if value > 0 else up
    return Contrast(value, value - down, value + up, _p(value, towards / Z95))


def trend(
    sample: Sample,
    when: Sequence[float] | Floats,
    *,
    machine: Sequence[float] | Floats,
    account: Sequence[object],
    over: Sequence[float] | Floats,
) -> Contrast:
    """Change of a share by unit of time: the slope of a straight line, prediction-powered.

    Parameters
    ----------
    sample : Sample
        With the machine's values.
    when : sequence of float
        Time of each judged row.
    machine, account, over : sequences
        The machine's value, account and time of every row of the corpus.

    Returns
    -------
    Contrast
        Refused under `LEAST_JUDGED` rows, 20 positives or 20 negatives, or without spread in time.

    Raises
    ------
    InputError
        If the rows do not fit each other.

    Notes
    -----
    slope = lambda (slope of the machine over all rows) + slope of (judged - lambda machine) over judged rows; influences
    of both summed by account, lambda chosen to make the variance least, as in `judged.powered_share`. A straight line:
    do not use it where a share rises and falls, nor for what happens after an event (that needs a comparison).

    References
    ----------
    Angelopoulos, Duchi and Zrnic (2023), arXiv:2311.01453, linear regression.
    """
    rows, t = check_sample(sample, None), as_floats("when", when, least=0)
    f, everywhere = as_floats("machine", machine), as_floats("over", over)
    if len(t) != len(rows.y) or len(f) != len(everywhere) or sample.machine is None:
        raise InputError(
            "a trend needs a time and the machine's value of every judged row and of every row"
        )
    refused = _no_trend(rows, t, everywhere)
    if refused:
        return Contrast(None, None, None, None, refused=refused)
    both = as_groups(np.asarray([*sample.account, *account]), len(t) + len(f))
    judged = _Line(t, rows.weights, both[: len(t)], int(both.max()) + 1)
    corpus = _Line(everywhere, np.full(len(f), 1 / len(f)), both[len(t) :], judged.groups)
    errors = judged.influence(rows.y)
    helped = corpus.influence(f) - judged.influence(rows.f)
    useful = float(helped @ helped)
    weight = min(1.0, max(0.0, -float(errors @ helped) / useful)) if useful else 0.0
    value = judged.slope(rows.y - weight * rows.f) + weight * corpus.slope(f)
    half = judged.half_width(errors + weight * helped)
    return Contrast(value, value - half, value + half, _p(value, half / Z95), weight)


def _no_trend(rows: Rows, t: Floats, everywhere: Floats) -> str:
    positives = int(rows.y.sum())
    if len(t) < LEAST_JUDGED or min(positives, len(t) - positives) < FEW_POSITIVES:
        return (
            f"a trend needs at least {LEAST_JUDGED} judged posts, {FEW_POSITIVES} with the code and "
            f"{FEW_POSITIVES} without"
        )
    return "" if t.std() and everywhere.std() else "all posts are of one time"


class _Line(NamedTuple):
    """A weighted straight line over time; weights add up to one."""

    t: Floats
    weights: Floats
    account: Groups
    groups: int

    def _around(self) -> Floats:
        return np.asarray(self.t - self.weights @ self.t, dtype=np.float64)

    def slope(self, values: Floats) -> float:
        x = self._around()
        return float((self.weights * x) @ values / ((self.weights * x) @ x))

    def influence(self, values: Floats) -> Floats:
        """What each account adds to the slope."""
        x = self._around()
        rest = values - self.weights @ values - self.slope(values) * x
        parts = self.weights * x * rest / float((self.weights * x) @ x)
        sums = np.bincount(self.account, weights=parts, minlength=self.groups)
        return np.asarray(sums, dtype=np.float64)

    def half_width(self, influence: Floats) -> float:
        """Half of the 95 % interval, from what each account adds (CR2; three numbers were fitted)."""
        n = len(self.t)
        part = np.bincount(self.account, weights=self.weights, minlength=self.groups)
        squares = float((influence**2 / (1 - np.minimum(part, MOST_OF_ONE))).sum())
        voices = 1 / float((part**2).sum())
        return float(stdtrit(max(1.0, voices - 2), 1 - TAIL)) * sqrt(squares * n / (n - 3))
