"""The classical correction of a machine's share for its error rates, shown beside and never preferred."""

from bedside.errors import InputError
from bedside.measure.shares import Share, wilson

__all__ = ["rogan_gladen"]


def rogan_gladen(hits: int, of: int, *, sensitivity: float, specificity: float) -> Share:
    """Share corrected for known sensitivity and specificity; may lie outside 0..1.

    Parameters
    ----------
    hits, of : int
        Posts that the machine marks, of posts that it read.
    sensitivity, specificity : float
        Taken as known without error.

    Returns
    -------
    Share
        (p + specificity - 1) / (sensitivity + specificity - 1), and Wilson's limits put through the same;
        neither is cut to 0..1, since a value outside says that the rates do not fit these posts.

    Raises
    ------
    InputError
        If sensitivity + specificity <= 1 (such a machine says nothing), or a rate lies outside 0..1.

    Notes
    -----
    Not for figures: its interval ignores that the rates were themselves measured, and rates carried over
    from other posts are wrong here. `estimates.judged` is both safer and narrower.

    References
    ----------
    Rogan and Gladen (1978), American Journal of Epidemiology 107:71-76,
    doi:10.1093/oxfordjournals.aje.a112510.

    Examples
    --------
    >>> round(rogan_gladen(23, 150, sensitivity=0.96, specificity=0.89).value, 4)
    0.051
    """
    if not (0 <= sensitivity <= 1 and 0 <= specificity <= 1):
        raise InputError(
            f"got sensitivity {sensitivity} and specificity {specificity}; both lie in 0..1"
        )
    told = sensitivity + specificity - 1
    if told <= 0:
        raise InputError(
            f"sensitivity {sensitivity} and specificity {specificity} add up to 1 or less: such a machine "
            "says nothing about the share; judge a sample instead"
        )
    share = wilson(hits, of)
    low, high = share.low or 0.0, 1.0 if share.high is None else share.high
    return Share(*((p + specificity - 1) / told for p in (share.value, low, high)))
