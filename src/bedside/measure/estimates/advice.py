"""Advice: how many judged posts an interval of a given width takes, and what a few more would buy (F57)."""

from math import ceil

from bedside.errors import InputError
from bedside.measure.estimates.judged import EXACT, FEW_POSITIVES, LEAST_JUDGED, JudgedShare
from bedside.measure.shares import Z95

__all__ = ["aim_for", "judgements_for", "more_judging", "positives_for"]

WIDEST, NARROWEST = 0.05, 0.01  # half-widths worth aiming at, in shares
USUAL_EFFECT = (
    1.2  # judged posts of one account are alike; 300 of 10,000 posts by heavy posters: 1.2-1.3
)


def aim_for(share: float) -> float:
    """Half-width that makes a share useful: half of it, between one and five points.

    Examples
    --------
    >>> [aim_for(p) for p in (0.01, 0.06, 0.4)]
    [0.01, 0.03, 0.05]
    """
    return max(NARROWEST, min(WIDEST, min(share, 1 - share) / 2))


def judgements_for(share: float, half_width: float, *, effect: float = USUAL_EFFECT) -> int:
    """Judged rows that give a 95 % interval of about +- half_width, at least `LEAST_JUDGED`.

    Parameters
    ----------
    share : float
        What is expected, 0..1.
    half_width : float
        In shares, such as .05 for five points.
    effect : float
        Judged rows over independent rows that would tell as much; below 1 where the machine helps.

    Raises
    ------
    InputError
        If the share lies outside 0..1 or the half-width is not above 0.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., 4.4: n = z^2 p (1 - p) / d^2.

    Examples
    --------
    >>> judgements_for(0.5, 0.05, effect=1)
    385
    """
    if not 0 <= share <= 1 or half_width <= 0:
        raise InputError(
            f"got a share of {share} and a half-width of {half_width}; give 0..1 and above 0"
        )
    needed = ceil(Z95**2 * share * (1 - share) * effect / half_width**2)
    return max(LEAST_JUDGED, needed)


def positives_for(share: float) -> int:
    """Judged rows that bring about 20 with the code, and 20 without.

    Raises
    ------
    InputError
        If the share is not between 0 and 1.
    """
    rarer = min(share, 1 - share)
    if rarer <= 0:
        raise InputError(f"got a share of {share}; a code that nobody tells brings no positives")
    return ceil(FEW_POSITIVES / rarer)


def more_judging(share: JudgedShare, unit: str) -> str:
    """What more judging would buy, in a sentence; half as wide takes four times as much.

    Parameters
    ----------
    unit : str
        posts | accounts: what is judged.
    """
    if share.value is None or share.low is None or share.high is None:
        return ""
    half = (share.high - share.low) / 2
    p = share.value or share.high / 2
    effect = share.judged / share.effective if share.effective else 1.0
    aim = min(aim_for(p), half / 2) if share.estimator != EXACT else aim_for(p)
    needed = judgements_for(p, aim, effect=effect)
    if needed <= share.judged:
        return ""
    more = f"about {needed - share.judged:,} more judged {unit} would narrow it from ±{100 * half:.1f} to ±{100 * aim:.1f} points"
    few = share.estimator == EXACT and 0 < share.positives < FEW_POSITIVES
    if few:
        enough = positives_for(share.positives / share.judged) - share.judged
        more += f"; {enough:,} more would bring {FEW_POSITIVES} with the code, from where the machine can help"
    return more
