"""Thresholds of codes, chosen on probabilities out of fold: those with the best F1 there."""

import numpy as np
import numpy.typing as npt

from bedside.understand.learnt.features import Floats

__all__ = ["best_threshold", "decide_one", "thresholds_of"]

Flags = npt.NDArray[np.bool_]
ROUNDS = 3  # over all codes; later ones change nothing
DRAWS = 10  # of texts anew, over which thresholds are averaged
SEED = 1
TRIED = np.exp(np.linspace(-0.9, 0.9, 25))  # times the threshold so far


def best_threshold(probability: Floats, label: Flags) -> float:
    """Threshold with the greatest F1 on these texts, midway to the next lower probability."""
    order = np.argsort(-probability, kind="stable")
    right = np.cumsum(label[order])
    f1 = 2 * right / (np.arange(1, len(label) + 1) + label.sum())
    ends = np.append(probability[order][:-1] > probability[order][1:], True)
    at = int(np.argmax(np.where(ends, f1, -1)))
    lower = probability[order][min(at + 1, len(label) - 1)]
    return float((probability[order][at] + lower) / 2)


def thresholds_of(
    probability: Floats, labels: Flags, shrink: float, *, one: bool = False
) -> Floats:
    """Each code's best threshold, drawn towards the one that is best for all as far as the code is rare.

    Parameters
    ----------
    probability : numpy.ndarray
        Texts by codes, from classifiers that did not see the text.
    labels : numpy.ndarray of bool
    shrink, one : float, bool
        See `Recipe`.

    Returns
    -------
    numpy.ndarray
        One a code.
    """
    shared = best_threshold(probability.ravel(), labels.ravel())
    own = np.array(
        [best_threshold(probability[:, k], labels[:, k]) for k in range(labels.shape[1])]
    )
    held = labels.sum(axis=0)
    drawn = np.asarray((held * own + shrink * shared) / (held + shrink))
    return _for_one(probability, labels, drawn) if one else drawn


def decide_one(probability: Floats, thresholds: Floats) -> Flags:
    """The code of each text whose probability most exceeds its threshold."""
    best = np.argmax(probability / thresholds, axis=1)
    return np.asarray(np.arange(len(thresholds)) == best[:, None])


def _for_one(probability: Floats, labels: Flags, thresholds: Floats) -> Floats:
    """Thresholds with a better macro-F1 of that decision; the geometric mean over texts drawn anew.

    Notes
    -----
    A few texts of a rare code decide where the best threshold lies: the mean over draws leans on none of them.

    References
    ----------
    Breiman (1996), Machine Learning 24:123-140 (bagging).
    """
    chance = np.random.default_rng(SEED)
    found = np.zeros(len(thresholds))
    for _ in range(DRAWS):
        rows = chance.integers(0, len(labels), len(labels))
        found += np.log(_climbed(probability[rows], labels[rows], thresholds))
    return np.asarray(np.exp(found / DRAWS))


def _climbed(probability: Floats, labels: Flags, thresholds: Floats) -> Floats:
    """Coordinate ascent on macro-F1, one code after the other."""
    best, score = thresholds, _macro(labels, decide_one(probability, thresholds))
    for _ in range(ROUNDS):
        for code in range(len(thresholds)):
            middle = best
            for times in TRIED:
                moved = middle.copy()
                moved[code] *= times
                found = _macro(labels, decide_one(probability, moved))
                if found > score:
                    best, score = moved, found
    return best


def _macro(labels: Flags, chosen: Flags) -> float:
    sizes = labels.sum(axis=0) + chosen.sum(axis=0)
    return float((2 * (labels & chosen).sum(axis=0) / np.maximum(sizes, 1)).mean())
