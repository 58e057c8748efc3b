"""Thresholds of codes, chosen on probabilities out of fold: those with the best F1 there."""

import numpy as np
import numpy.typing as npt

from bedside.understand.learnt.features import Floats

__all__ = ["best_threshold", "decide_one", "thresholds_of"]

Flags = npt.NDArray[np.bool_]
ROUNDS = 3  # over all codes; later ones change nothing
SEED = 1
LOWEST = 1e-6  # where texts drawn anew lack a code
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
    probability: Floats, labels: Flags, shrink: float, *, one: bool = False, draws: int = 0
) -> Floats:
    """Each code's best threshold, drawn towards the one that is best for all as far as the code is rare.

    Parameters
    ----------
    probability : numpy.ndarray
        Texts by codes, from classifiers that did not see the text.
    labels : numpy.ndarray of bool
    shrink, one, draws : float, bool, int
        See `Recipe`.

    Returns
    -------
    numpy.ndarray
        One a code.

    Notes
    -----
    A few texts of a rare code decide where its best threshold lies: the geometric mean over texts drawn anew leans on
    none of them.

    References
    ----------
    Breiman (1996), Machine Learning 24:123-140 (bagging).
    """
    if not draws:
        return _thresholds(probability, labels, shrink, one=one)
    chance = np.random.default_rng(SEED)
    logs = np.zeros(labels.shape[1])
    for _ in range(draws):
        rows = chance.integers(0, len(labels), len(labels))
        logs += np.log(_thresholds(probability[rows], labels[rows], shrink, one=one))
    return np.asarray(np.exp(logs / draws))


def _thresholds(probability: Floats, labels: Flags, shrink: float, *, one: bool) -> Floats:
    shared = best_threshold(probability.ravel(), labels.ravel())
    own = np.array(
        [best_threshold(probability[:, k], labels[:, k]) for k in range(labels.shape[1])]
    )
    held = labels.sum(axis=0)
    found = np.asarray((held * own + shrink * shared) / np.maximum(held + shrink, 1e-9))
    found = np.maximum(found, LOWEST)
    return _climbed(probability, labels, found) if one else found


def decide_one(probability: Floats, thresholds: Floats) -> Flags:
    """The code of each text whose probability most exceeds its threshold."""
    best = np.argmax(probability / thresholds, axis=1)
    return np.asarray(np.arange(len(thresholds)) == best[:, None])


def _climbed(probability: Floats, labels: Flags, thresholds: Floats) -> Floats:
    """Thresholds with a better macro-F1 of `decide_one`, by coordinate ascent, one code after the other."""
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
