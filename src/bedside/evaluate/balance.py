"""What a score means where the code is rare: precision at natural shares."""

from bedside.errors import InputError
from bedside.evaluate.scores import CodeScore

__all__ = ["NATURAL", "natural_precision", "precision_at"]

NATURAL: dict[str, dict[str, float]] = {
    "harm (any)": {
        "posts that name a drug": 0.07,
        "posts about a brand": 0.018,
        "all posts": 0.002 * 0.07,
    },
}
"""Share of posts with a harm, by where one looks (requirement R12: 0.2 % of posts name a medicine, 7 % of
those hold an adverse event, 1.8 % of brand posts are reportable). Dated figures from tweets; a study has its own."""


def precision_at(sensitivity: float, specificity: float, prevalence: float) -> float:
    """Share of the machine's hits that are right where a code has the given share of posts.

    Parameters
    ----------
    sensitivity, specificity : float
        Of the machine, 0..1, measured on any balance of posts.
    prevalence : float
        Share of posts with the code, strictly between 0 and 1.

    Returns
    -------
    float
        0..1; 0.0 when the machine never says yes.

    Raises
    ------
    InputError
        If a value lies outside its range.

    References
    ----------
    Bayes' rule; Altman and Bland (1994), BMJ 309:102, doi:10.1136/bmj.309.6947.102.

    Examples
    --------
    >>> round(precision_at(0.9, 0.95, 0.5), 3), round(precision_at(0.9, 0.95, 0.002), 3)
    (0.947, 0.035)
    """
    if not (0 <= sensitivity <= 1 and 0 <= specificity <= 1 and 0 < prevalence < 1):
        raise InputError(
            f"sensitivity {sensitivity}, specificity {specificity}, prevalence {prevalence}: the first two lie in "
            "0..1, the third strictly between"
        )
    hits = sensitivity * prevalence
    false = (1 - specificity) * (1 - prevalence)
    return hits / (hits + false) if hits + false else 0.0


def natural_precision(layer: str, score: CodeScore) -> dict[str, float]:
    """Precision of a code at the natural shares known for its layer; empty where none is known."""
    if score.recall is None or score.specificity is None:
        return {}
    return {
        place: precision_at(score.recall, score.specificity, p)
        for place, p in NATURAL.get(layer, {}).items()
    }
