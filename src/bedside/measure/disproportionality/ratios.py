"""PRR, ROR, chi-squared with Yates's correction and Fisher's exact test of many pairs at once."""

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from bedside.measure.disproportionality.cells import Cells, Floats, Interval

__all__ = ["chi_squared", "evans_rule", "fisher", "prr", "ror", "yates"]

Flags = npt.NDArray[np.bool_]
Z95 = 1.959963984540054
SAME_MASS = 1e-7  # R's tolerance: what is likelier by rounding only counts as equally likely
ENOUGH = 1e-18  # a further term this much smaller than the sum changes no digit of it


def _interval(value: Floats, spread: Floats) -> Interval:
    with np.errstate(all="ignore"):
        low, high = value * np.exp(-Z95 * spread), value * np.exp(Z95 * spread)
    exists = np.isfinite(value) & (value > 0) & np.isfinite(spread)
    return Interval(value, np.where(exists, low, np.nan), np.where(exists, high, np.nan))


def prr(cells: Cells) -> Interval:
    """Proportional reporting ratio, [a/(a+b)] / [c/(c+d)].

    Parameters
    ----------
    cells : Cells
        Counts of unique cases.

    Returns
    -------
    Interval
        0 where a = 0, infinite where c = 0, NaN where a product has no case or all cases; there the interval
        is NaN. Nothing is added to any cell: an empty b or d leaves the ratio as it is.

    Notes
    -----
    SE of ln PRR = sqrt(1/a - 1/(a+b) + 1/c - 1/(c+d)); the interval is of sampling alone.

    References
    ----------
    Evans, Waller, Davis (2001), Pharmacoepidemiol Drug Saf 10:483-486, doi:10.1002/pds.677.

    Examples
    --------
    >>> from bedside.measure.disproportionality.cells import checked_cells
    >>> round(float(prr(checked_cells(41, 14, 754, 591958)).value[0]), 4)
    585.9945
    """
    a, b, c, d = cells
    with np.errstate(all="ignore"):
        value = (a / (a + b)) / (c / (c + d))
        spread = np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    return _interval(value, spread)


def ror(cells: Cells) -> Interval:
    """Reporting odds ratio, ad/bc, with one half added to all four cells where one is empty.

    Parameters
    ----------
    cells : Cells

    Returns
    -------
    Interval
        `Cells.has_zero` says for which pairs the half was added: an output must say so too.

    References
    ----------
    van Puijenbroek et al. (2002), Pharmacoepidemiol Drug Saf 11:3-10, doi:10.1002/pds.668; the half: Haldane
    (1956), Anscombe (1956).

    Examples
    --------
    >>> from bedside.measure.disproportionality.cells import checked_cells
    >>> [round(float(x[0]), 4) for x in ror(checked_cells(3, 7, 20, 970))]
    [20.7857, 5.0085, 86.2626]
    """
    a, b, c, d = (cell + np.where(cells.has_zero, 0.5, 0.0) for cell in cells)
    return _interval(a * d / (b * c), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))


def _margins(cells: Cells) -> Floats:
    a, b, c, d = cells
    return (a + b) * (c + d) * (a + c) * (b + d)


def chi_squared(cells: Cells) -> Floats:
    """Pearson's chi-squared with one degree of freedom, N(ad-bc)^2 / product of margins; NaN for an empty margin."""
    a, b, c, d = cells
    with np.errstate(all="ignore"):
        return np.asarray(cells.total * (a * d - b * c) ** 2 / _margins(cells))


def yates(cells: Cells) -> Floats:
    """Chi-squared with Yates's correction, N max(0, |ad-bc| - N/2)^2 / product of margins.

    The correction is clipped at 0: where |ad-bc| < N/2 the closed form without the clip grows again.
    """
    a, b, c, d = cells
    with np.errstate(all="ignore"):
        left = np.maximum(0.0, np.abs(a * d - b * c) - cells.total / 2)
        return np.asarray(cells.total * left**2 / _margins(cells))


def _log_mass(k: Floats, cells: Cells) -> Floats:
    """Log of the hypergeometric probability of k in the first cell, margins as they are."""
    a, b, c = cells[:3]

    def choose(n: Floats, of: Floats) -> Floats:
        return np.asarray(gammaln(n + 1) - gammaln(of + 1) - gammaln(n - of + 1))

    drug, event, total = a + b, a + c, cells.total
    return choose(event, k) + choose(total - event, drug - k) - choose(total, drug)


def _tail(start: Floats, cells: Cells, upwards: Flags) -> Floats:
    """Probability of `start` and everything beyond it, away from the mode, term by term."""
    drug, event, total = cells.a + cells.b, cells.a + cells.c, cells.total
    low, high = np.maximum(0.0, drug + event - total), np.minimum(drug, event)
    inside = (start >= low) & (start <= high)
    first = np.where(inside, _log_mass(np.clip(start, low, high), cells), -np.inf)
    result = np.where(inside, 1.0, 0.0)
    live = np.flatnonzero(inside)
    k, term, up = start[live], np.ones(len(live)), upwards[live]
    r, e, n = drug[live], event[live], total[live]
    while len(live):
        with np.errstate(all="ignore"):
            above = (r - k) * (e - k) / ((k + 1) * (n - r - e + k + 1))
            below = k * (n - r - e + k) / ((r - k + 1) * (e - k + 1))
        term = term * np.where(up, above, below)
        k = k + np.where(up, 1, -1)
        result[live] += term
        go = term > ENOUGH * result[live]
        live, k, term, up = live[go], k[go], term[go], up[go]
        r, e, n = r[go], e[go], n[go]
    return np.where(inside, np.exp(first) * result, 0.0)


def _mirror(cells: Cells, above: Flags) -> Floats:
    """On the other side of the mode: the nearest count to it that is no likelier than a; by bisection."""
    drug, event, total = cells.a + cells.b, cells.a + cells.c, cells.total
    low, high = np.maximum(0.0, drug + event - total), np.minimum(drug, event)
    limit = _log_mass(cells.a, cells) + SAME_MASS
    near, far = _mode(cells), np.where(above, high + 1, low - 1)
    while (np.abs(near - far) > 1).any():
        middle = np.where(np.abs(near - far) > 1, np.floor((near + far) / 2), far)
        unlikely = (middle == far) | (_log_mass(np.clip(middle, low, high), cells) <= limit)
        near, far = np.where(unlikely, near, middle), np.where(unlikely, middle, far)
    return far


def _mode(cells: Cells) -> Floats:
    return np.floor((cells.a + cells.b + 1) * (cells.a + cells.c + 1) / (cells.total + 2))


def fisher(cells: Cells) -> tuple[Floats, Floats]:
    """Fisher's exact test: probabilities of a table as extreme or more, margins kept.

    Parameters
    ----------
    cells : Cells

    Returns
    -------
    two_sided, greater : arrays of shape (pairs,)
        Two-sided as R counts it: all tables no likelier than the one seen. Greater: a or more.

    Notes
    -----
    Sums run away from the mode, so that small probabilities keep their digits (2.5e-106 to 9 places).

    References
    ----------
    Fisher (1935), J R Stat Soc 98:39-82, doi:10.2307/2342435.

    Examples
    --------
    >>> from bedside.measure.disproportionality.cells import checked_cells
    >>> [round(float(p[0]), 9) for p in fisher(checked_cells(3, 7, 20, 970))]
    [0.001150274, 0.001150274]
    """
    a, mode = cells.a, _mode(cells)
    upper = a >= mode
    here = _tail(a, cells, upper)
    there = _tail(_mirror(cells, ~upper), cells, ~upper)
    mass = _log_mass(a, cells)
    at_mode = mass >= _log_mass(mode, cells) - SAME_MASS
    two_sided = np.where(at_mode, 1.0, np.minimum(1.0, here + there))
    greater = np.where(upper, here, np.minimum(1.0, 1 - here + np.exp(mass)))
    return two_sided, greater


def evans_rule(cells: Cells) -> Flags:
    """Whether a pair meets PRR >= 2, Yates's chi-squared >= 4 and at least 3 cases (Evans 2001)."""
    with np.errstate(invalid="ignore"):
        return np.asarray((prr(cells).value >= 2) & (yates(cells) >= 4) & (cells.a >= 3))
