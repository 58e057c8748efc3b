"""Log-odds with an informative prior: what one group tells more than another, without rare things on top by chance."""

from collections.abc import Sequence
from math import log, sqrt
from typing import NamedTuple

from bedside.errors import InputError

__all__ = ["Contrast", "contrasts", "corpus_prior"]


class Contrast(NamedTuple):
    """How much more often one group tells a thing than the other.

    Attributes
    ----------
    delta : float
        Difference of the two log-odds; above 0: told more in the first group.
    error : float
        Its standard error.
    """

    delta: float
    error: float

    @property
    def z(self) -> float:
        """The difference in standard errors."""
        return self.delta / self.error


def corpus_prior(
    first: Sequence[int], second: Sequence[int], *, weight: float = 0.1
) -> list[float]:
    """Prior counts in proportion to the whole corpus, `weight` of its size in all."""
    return [weight * (a + b) for a, b in zip(first, second, strict=True)]


def contrasts(
    first: Sequence[int], second: Sequence[int], prior: Sequence[float]
) -> list[Contrast]:
    """Compare two groups thing by thing.

    Parameters
    ----------
    first, second : sequence of int
        For each thing, accounts of the group that tell it. Count accounts: with posts or words one busy
        writer makes the errors too small.
    prior : sequence of float
        Counts added to both, above 0; in proportion to the whole corpus (`corpus_prior`) they pull rare things
        towards no difference.

    Returns
    -------
    list of Contrast
        In the order of the things.

    Raises
    ------
    InputError
        If the three are not of one length, fewer than two things are told, or a prior is not above 0.

    Notes
    -----
    With y counts, n = sum of y, a the prior and a0 its sum: delta = ln((y1 + a) / (n1 + a0 - y1 - a)) - the same of
    group 2; variance about 1 / (y1 + a) + 1 / (y2 + a). Things are treated as independent.

    References
    ----------
    Monroe, Colaresi and Quinn (2008), Political Analysis 16:372-403, doi:10.1093/pan/mpn018, equations 16 and 20.

    Examples
    --------
    >>> [round(c.z, 2) for c in contrasts([120, 80], [60, 140], [18, 22])]
    [7.29, -8.17]
    """
    if not len(first) == len(second) == len(prior) or sum(map(bool, prior)) < 2 or min(prior) <= 0:
        raise InputError(
            f"got {len(first)}, {len(second)} and {len(prior)} numbers; comparing needs one count of each group and one "
            "prior above 0 for each of at least two things"
        )
    n1, n2, a0 = sum(first), sum(second), sum(prior)

    def odds(y: int, n: int, a: float) -> float:
        return log((y + a) / (n + a0 - y - a))

    return [
        Contrast(odds(y1, n1, a) - odds(y2, n2, a), sqrt(1 / (y1 + a) + 1 / (y2 + a)))
        for y1, y2, a in zip(first, second, prior, strict=True)
    ]
