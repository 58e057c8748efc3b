"""How high the right claims stand in a ranked list."""

from collections.abc import Sequence
from math import log2
from typing import NamedTuple

from bedside.errors import InputError

__all__ = ["Ranked", "mean_ranked", "score_ranking"]


class Ranked(NamedTuple):
    """Scores of one ranking, or their means; each in 0..1.

    Attributes
    ----------
    average_precision, precision, recall, success, gain : float
        At the depth asked for; `gain` is the normalised discounted cumulative gain.
    reciprocal_rank : float
        Of the first right answer within the depth; 0 where there is none.
    """

    average_precision: float
    reciprocal_rank: float
    precision: float
    recall: float
    success: float
    gain: float


def score_ranking(relevant: Sequence[bool], of: float, *, depth: int = 5) -> Ranked:
    """Score one ranked list.

    Parameters
    ----------
    relevant : sequence of bool
        Whether each answer is right, best first.
    of : int
        Right answers there are, in the list or not; 0 gives 0 throughout.
    depth : int, default 5

    Returns
    -------
    Ranked

    Raises
    ------
    InputError
        If the list holds more right answers than there are, or depth is under 1.

    Notes
    -----
    Average precision is divided by all right answers, not by those that fit into the depth: a list of five cannot
    score 1 where there are six.

    References
    ----------
    Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, 8.4.

    Examples
    --------
    >>> round(score_ranking([True, False, True, False, False], 2).average_precision, 3)
    0.833
    """
    seen = [bool(right) for right in relevant][:depth]
    if depth < 1 or sum(seen) > of:
        raise InputError(
            f"got {sum(seen)} right answers of {of} at depth {depth}; give all there are"
        )
    if not of:
        return Ranked(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    places = [place for place, right in enumerate(seen, 1) if right]
    precise = sum(number / place for number, place in enumerate(places, 1))
    best = sum(1 / log2(place + 1) for place in range(1, min(int(of), depth) + 1))
    return Ranked(
        average_precision=precise / of,
        reciprocal_rank=1 / places[0] if places else 0.0,
        precision=len(places) / depth,
        recall=len(places) / of,
        success=float(bool(places)),
        gain=sum(1 / log2(place + 1) for place in places) / best,
    )


def mean_ranked(scores: Sequence[Ranked]) -> Ranked:
    """Means over queries, those without an answer among them.

    Raises
    ------
    InputError
        If there are no scores.
    """
    if not scores:
        raise InputError("got no rankings; a mean needs at least one")
    return Ranked(*(sum(column) / len(scores) for column in zip(*scores, strict=True)))
