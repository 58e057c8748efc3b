"""Curves: whether more judging still brings new codes (saturation), and whether it still makes the classifier better."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from bedside.errors import InputError
from bedside.judge.learning import LEAST_POSTS, fit_apart, learnable
from bedside.judge.lessons import Lessons
from bedside.understand.learnt.fit import Recipe
from bedside.understand.learnt.study import count_posts

__all__ = ["LearningPoint", "Saturation", "learning_curve", "saturation"]

STEPS = 10  # points of the saturation curve
LAST = 20  # posts that count as "the latest" when one asks whether new codes still turn up
PARTS = (0.25, 0.5, 0.75, 1.0)
SEED = 1


class Saturation(msgspec.Struct, frozen=True, kw_only=True):
    """How many codes are met as more posts are judged.

    Attributes
    ----------
    posts, codes : int
        Judged posts, and different codes met in them.
    curve : list of (int, float)
        Number of posts, and codes that so many of the judged posts, drawn at random, would show on average.
    seen_once : int
        Codes met on one post only.
    new_code_chance : float
        Chance that the next post shows a code not met yet: codes met once over posts (Good and Turing), at most 1.
    new_in_last : int
        Codes first met among the latest `LAST` posts, in the order in which they were judged.
    """

    posts: int
    codes: int
    curve: list[tuple[int, float]]
    seen_once: int
    new_code_chance: float
    new_in_last: int


def saturation(present: Sequence[frozenset[str]]) -> Saturation:
    """Saturation of codes over judged posts.

    Parameters
    ----------
    present : sequence of frozenset of str
        Codes of each judged post, in the order in which they were judged.

    Raises
    ------
    InputError
        If nothing was judged.

    Notes
    -----
    Expected codes in n of N posts: sum over codes of 1 - C(N - N_c, n) / C(N, n): no order of judging makes it look
    more or less saturated. A flat curve says that the codes in the book have been met, not that the book is complete.

    References
    ----------
    Hurlbert (1971), Ecology 52:577-586, doi:10.2307/1934145 (rarefaction); Good (1953), Biometrika 40:237-264.

    Examples
    --------
    >>> found = saturation([frozenset("a"), frozenset("ab"), frozenset("a"), frozenset()])
    >>> found.codes, found.seen_once, [round(codes, 2) for _, codes in found.curve]
    (2, 1, [1.0, 1.5, 1.75, 2.0])
    """
    if not present:
        raise InputError("nothing was judged yet; saturation needs judged posts")
    held: dict[str, int] = {}
    for codes in present:
        for code in codes:
            held[code] = held.get(code, 0) + 1
    n = len(present)
    sizes = sorted({max(1, round(n * step / STEPS)) for step in range(1, STEPS + 1)})
    counts = np.array(list(held.values()), dtype=np.float64)
    before = frozenset().union(*present[:-LAST])
    once = sum(count == 1 for count in held.values())
    return Saturation(
        posts=n,
        codes=len(held),
        curve=[(size, _expected(counts, n, size)) for size in sizes],
        seen_once=once,
        new_code_chance=min(1.0, once / n),
        new_in_last=len(frozenset().union(*present[-LAST:]) - before),
    )


def _expected(counts: npt.NDArray[np.float64], n: int, size: int) -> float:
    """Codes that `size` of n posts show on average."""
    left = n - counts
    possible = left >= size
    x = left[possible]
    missing = np.exp(
        gammaln(x + 1) - gammaln(x - size + 1) - gammaln(n + 1) + gammaln(n - size + 1)
    )
    return float(len(counts) - missing.sum())


class LearningPoint(NamedTuple):
    """Scores after learning from a part of the judged posts: posts learnt from, macro and micro F1 on all others."""

    posts: int
    macro: float
    micro: float


def learning_curve(
    lessons: Lessons, *, parts: Sequence[float] = PARTS, recipe: Recipe | None = None
) -> list[LearningPoint]:
    """Scores on posts of other accounts as more judged posts are learnt from.

    Parameters
    ----------
    lessons : Lessons
    parts : sequence of float
        Parts of the accounts that are learnt from; each holds the one before.
    recipe : Recipe, optional

    Returns
    -------
    list of LearningPoint
        Points too small for every code are left out.

    Raises
    ------
    InputError
        If too little was judged to learn anything.

    Notes
    -----
    Where the curve still rises more judging helps; where it is flat look at what coders disagree on instead.
    """
    codes, _ = learnable(lessons)
    if len(lessons) < LEAST_POSTS or not codes:
        raise InputError(
            f"{len(lessons)} posts of {lessons.layer} were judged, too few to learn from; a curve needs at least {LEAST_POSTS}"
        )
    labels = lessons.labels[:, [lessons.codes.index(code) for code in codes]]
    counts = count_posts(lessons.parts)
    names, which = np.unique(np.array(lessons.voices), return_inverse=True)
    place = np.random.default_rng(SEED).permutation(len(names)) / len(names)
    points = []
    for part in parts:
        taught = place[which] < part
        try:
            _, _, proposed = fit_apart(
                counts, labels, codes, lessons.voices, version="curve", recipe=recipe, taught=taught
            )
        except InputError:  # a code on no post of so small a part
            continue
        points.append(LearningPoint(int(taught.sum()), *_f1(labels, proposed)))
    return points


def _f1(labels: npt.NDArray[np.bool_], proposed: npt.NDArray[np.bool_]) -> tuple[float, float]:
    both, whole = (labels & proposed).sum(axis=0), labels.sum(axis=0) + proposed.sum(axis=0)
    return float((2 * both / whole).mean()), float(2 * both.sum() / whole.sum())
