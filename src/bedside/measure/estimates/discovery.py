"""Many comparisons at once: adjusted p-values that keep false findings rare."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from bedside.errors import InputError, suggest
from bedside.measure.estimates.records import Floats

__all__ = ["METHODS", "Method", "adjust"]

Method = Literal["BH", "BY", "holm", "bonferroni"]
METHODS: tuple[Method, ...] = ("BH", "BY", "holm", "bonferroni")


def adjust(p_values: Sequence[float], method: Method = "BH") -> list[float]:
    """P-values adjusted for how many comparisons were made.

    Parameters
    ----------
    p_values : sequence of float
        Each in 0..1, in any order: all comparisons that were looked at, not only those that pleased.
    method : str
        BH: false-discovery rate, for independent or positively dependent comparisons. BY: the same under any
        dependence. holm, bonferroni: chance of even one false finding.

    Returns
    -------
    list of float
        In the order given; a comparison counts as found at rate q where its value is at most q.

    Raises
    ------
    InputError
        If a value lies outside 0..1 or the method is unknown.

    References
    ----------
    Benjamini and Hochberg (1995), JRSS B 57:289-300, doi:10.1111/j.2517-6161.1995.tb02031.x; Benjamini and
    Yekutieli (2001), Annals of Statistics 29:1165-1188; Holm (1979), Scandinavian Journal of Statistics
    6:65-70.

    Examples
    --------
    >>> adjust([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    if method not in METHODS:
        raise InputError(f"no adjustment '{method}'; {suggest(str(method), list(METHODS))}")
    p = np.asarray(p_values, dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise InputError(
            "a p-value lies outside 0..1, or is missing; leave refused comparisons out"
        )
    if method == "bonferroni":
        return [float(x) for x in np.minimum(1.0, p * len(p))]
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = _stepwise(p[order], method)
    return [float(x) for x in adjusted]


def _stepwise(p: Floats, method: Method) -> Floats:
    """Adjusted values of sorted p-values."""
    ranks = np.arange(1, len(p) + 1)
    if method == "holm":
        return np.minimum(1.0, np.maximum.accumulate(p * (len(p) - ranks + 1)))
    factor = float((1 / ranks).sum()) if method == "BY" else 1.0
    raised = p * len(p) * factor / ranks
    return np.minimum(1.0, np.minimum.accumulate(raised[::-1])[::-1])
