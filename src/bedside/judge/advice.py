"""Advice: how many posts two people must code before their agreement is known (R30)."""

from math import ceil

from bedside.errors import InputError

__all__ = ["RELIABLE", "TENTATIVE", "codings_for_alpha"]

TENTATIVE, RELIABLE = 0.667, 0.80  # alpha from which conclusions may be tentative, or relied on


def codings_for_alpha(share: float, *, alpha: float = TENTATIVE, z: float = 1.645) -> int:
    """Posts to be coded twice, so that an alpha below the given one is not taken for it.

    Parameters
    ----------
    share : float
        Of the rarest code, 0 < share < 1.
    alpha : float, default 0.667
        Smallest acceptable alpha, below 1.
    z : float, default 1.645
        Normal quantile of the risk taken, one-sided.

    Raises
    ------
    InputError
        If the share or alpha lies outside its range.

    References
    ----------
    Krippendorff (2004), Content Analysis, second edition, chapter 11; after Bloch and Kraemer (1989):
    N = 2 z^2 [(1 + a)(3 - a) / (4 (1 - a) p (1 - p)) - a].

    Examples
    --------
    >>> codings_for_alpha(0.25, alpha=0.667), codings_for_alpha(0.25, alpha=0.80)
    (81, 139)
    """
    if not 0 < share < 1:
        raise InputError(f"got a share of {share}; the rarest code's share lies between 0 and 1")
    if not -1 < alpha < 1:
        raise InputError(f"got an alpha of {alpha}; it must be below 1")
    spread = 4 * (1 - alpha) * share * (1 - share)
    return ceil(2 * z**2 * ((1 + alpha) * (3 - alpha) / spread - alpha))
