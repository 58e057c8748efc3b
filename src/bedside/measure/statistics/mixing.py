"""Mixing: who answers whom by kind, how far kinds keep to themselves, and how often an answer goes both ways."""

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from bedside.errors import InputError
from bedside.measure.shares import TAIL, Share

__all__ = ["assortativity", "jackknifed_assortativity", "jackknifed_reciprocity"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SAME = 1e-12  # of 1: nearer than this all ties lie within one kind
FEWEST = 3  # accounts; fewer tell nothing of how they differ


def assortativity(mixing: npt.ArrayLike) -> float:
    """How far ties stay within a kind: Newman's assortativity coefficient of a mixing matrix.

    Parameters
    ----------
    mixing : array_like, shape (kinds, kinds)
        Ties, or their shares, from each kind (row) to each kind (column); none below 0. Need not add up to 1.

    Returns
    -------
    float
        1: every tie stays within its kind; 0: as by chance, given how many ties each kind gives and gets; below 0:
        kinds seek others. NaN where all ties lie within one kind, of which nothing can be told.

    Raises
    ------
    InputError
        If the matrix is not square, holds a number below 0, or holds no tie.

    Notes
    -----
    A matrix whose cells do not add up to 1 is divided by its sum first. The published .621 of the paper's table 1
    comes of its printed cells, which add up to .997, as they stand; divided by their sum they give .623.

    References
    ----------
    Newman (2003), Physical Review E 67:026126, doi:10.1103/PhysRevE.67.026126, equation 2.

    Examples
    --------
    >>> round(assortativity([[40, 10], [10, 40]]), 3)
    0.6
    """
    cells = np.asarray(mixing, dtype=np.float64)
    if cells.ndim != 2 or cells.shape[0] != cells.shape[1] or not cells.size:
        raise InputError(
            f"a mixing matrix of shape {cells.shape} is not square; give a row and a column for each kind"
        )
    if cells.min() < 0 or not cells.sum():
        raise InputError("a mixing matrix needs at least one tie, and no number below 0")
    within = np.asarray(np.trace(cells))
    return float(
        _coefficient(within, cells.sum(axis=1), cells.sum(axis=0), np.asarray(cells.sum()))
    )


def _coefficient(within: Floats, rows: Floats, columns: Floats, ties: Floats) -> Floats:
    """Newman's r from ties within kinds, sums of rows and of columns (kinds last), and all ties; NaN where none is."""
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = (rows * columns).sum(axis=-1) / (ties * ties)
        found = (within / ties - chance) / (1 - chance)
    return np.where(1 - chance > SAME, found, np.nan)


def jackknifed_assortativity(
    senders: npt.ArrayLike, receivers: npt.ArrayLike, kinds: npt.ArrayLike, number: int
) -> Share | None:
    """Assortativity of ties between accounts, with an interval that knows that an account's ties are alike.

    Parameters
    ----------
    senders, receivers : array_like of int
        Account of either end of each tie, as a place in `kinds`; several ties between two accounts count severally.
    kinds : array_like of int
        Kind of each account, 0 <= kind < number.
    number : int
        Kinds there are.

    Returns
    -------
    Share or None
        r with its 95 % interval within -1..1; None where there are no ties or all lie within one kind. Limits are None
        under 3 accounts.

    Notes
    -----
    One account after the other is left out with all its ties, and the variance of a network statistic is
    (n - 2) / (2 n) times the sum of squared differences from the mean, since a tie is lost with either of its ends;
    t quantile with n - 1 degrees of freedom. Not for networks of which one account holds most ties.

    References
    ----------
    Snijders and Borgatti (1999), Connections 22:161-170 (jackknife of vertices); Newman (2003), as in `assortativity`.
    """
    first, last = np.asarray(senders, np.int64), np.asarray(receivers, np.int64)
    kind = np.asarray(kinds, np.int64)
    if not first.size:
        return None
    whole = np.zeros((number, number))
    np.add.at(whole, (kind[first], kind[last]), 1)
    value = assortativity(whole)
    if np.isnan(value):
        return None
    return _jackknifed(value, _left_out(first, last, kind, whole), -1.0)


def _jackknifed(value: float, left: Floats, least: float) -> Share:
    """A number with its interval from what it is without each account; see `jackknifed_assortativity`."""
    known = left[~np.isnan(left)]
    n = len(known)
    if n < FEWEST:
        return Share(value, None, None)
    spread = float(((known - known.mean()) ** 2).sum() * (n - 2) / (2 * n)) ** 0.5
    wide = float(stdtrit(n - 1, 1 - TAIL)) * spread
    return Share(value, max(least, value - wide), min(1.0, value + wide))


def _left_out(first: Ints, last: Ints, kind: Ints, whole: Floats) -> Floats:
    """R without each account that has a tie; a tie of an account to itself is taken away once."""
    number, size = len(whole), len(first)
    present, places = np.unique(np.concatenate([first, last]), return_inverse=True)
    sent, got = places[:size], places[size:]
    own = sent == got
    ends = ((sent, np.ones(size, bool)), (got, ~own))  # each tie, seen from either end
    within, ties = np.zeros(len(present)), np.zeros(len(present))
    rows, columns = np.zeros((len(present), number)), np.zeros((len(present), number))
    for place, counted in ends:
        at, a, b = place[counted], kind[first[counted]], kind[last[counted]]
        np.add.at(ties, at, 1)
        np.add.at(within, at, a == b)
        np.add.at(rows, (at, a), 1)
        np.add.at(columns, (at, b), 1)
    return _coefficient(
        np.trace(whole) - within,
        whole.sum(axis=1) - rows,
        whole.sum(axis=0) - columns,
        size - ties,
    )


def jackknifed_reciprocity(
    senders: npt.ArrayLike, receivers: npt.ArrayLike
) -> tuple[Share, Share] | None:
    """Reciprocity of ties and of pairs, each with its interval: edge and dyad of `graphs.reciprocity`.

    Parameters
    ----------
    senders, receivers : array_like of int
        Account of either end of each tie; repeated ties count once, ties to oneself not at all.

    Returns
    -------
    tuple of Share and Share, or None
        Of ties, of pairs; jackknife of accounts as in `jackknifed_assortativity`. None where there is no tie.
    """
    first, last = np.asarray(senders, np.int64), np.asarray(receivers, np.int64)
    first, last = first[first != last], last[first != last]
    if not first.size:
        return None
    _, places = np.unique(np.concatenate([first, last]), return_inverse=True)
    size, many = len(first), int(places.max()) + 1
    ties = np.unique(places[:size] * many + places[size:])
    one, other = np.divmod(ties, many)
    mutual = np.isin(other * many + one, ties)
    both, all_ties = int(mutual.sum()), len(ties)
    own = np.bincount(one, minlength=many) + np.bincount(other, minlength=many)
    own_both = np.bincount(one[mutual], minlength=many) + np.bincount(other[mutual], minlength=many)
    with np.errstate(invalid="ignore", divide="ignore"):
        edges = (both - own_both) / (all_ties - own)
        pairs = (both - own_both) / 2 / (all_ties - own - (both - own_both) / 2)
    return (
        _jackknifed(both / all_ties, edges, 0.0),
        _jackknifed(both / 2 / (all_ties - both / 2), pairs, 0.0),
    )
