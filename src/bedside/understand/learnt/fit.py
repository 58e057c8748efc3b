"""Train a classifier: ridge regression for each code, calibrated out of fold, with a threshold that its score bears out.

Needs numpy and scipy only, and minutes at most: 40,000 posts with 28 codes take about two.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from bedside.errors import InputError
from bedside.understand.learnt.calibration import calibrate, calibrate_one
from bedside.understand.learnt.features import Counts, Floats
from bedside.understand.learnt.model import WEIGHT_GRID, Classifier, Vocabulary, chances, weigh
from bedside.understand.learnt.places import Places, directions, find_places
from bedside.understand.learnt.ridge import Beside, ridge
from bedside.understand.learnt.thresholds import thresholds_of

__all__ = ["Recipe", "Related", "fit_classifier", "folds_of"]

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
RELATED = 0.05  # spread of a related label's margins among the features; .03 to .1 did alike
ROUGH = 3e-3  # how nearly related labels are solved: their margins are features and no answers
LEAST_RELATED = 10  # texts that a related label needs
ENOUGH = (
    1000  # texts from which places are sought; on 200 they did harm, on 400 and 800 nothing sure
)
DIRECTIONS = 100  # that places are sought in; 50 to 300 did alike
SHARPNESS = 6.0  # of places; 4 to 8 did alike
NEAR = (
    1.7  # weight of all places together, against 1 for words, for characters and for the embedding
)
TOLD = 0.3  # spread of what related labels say among the directions


class Recipe(NamedTuple):
    """How a classifier is trained.

    Attributes
    ----------
    penalty : float
        Of the squared weights; greater is smoother. 1 to 2 was best for 3,000 to 7,000 comments.
    balance : float
        0: every text weighs the same; 1: texts with a code weigh as much together as those without.
    characters : bool
        Use character n-grams: one to two points of F1 more, at twice the time of reading.
    least : int
        Texts that a word or word pair must stand in.
    folds : int
        For calibration and thresholds.
    shrink : float
        Texts' worth of trust in the threshold that suits all codes together, against each code's own.
    draws : int
        Times that thresholds are found on texts drawn anew, to be averaged; 0: once, on the texts as they are.
    one : bool
        Each text has exactly one code, the one whose probability most exceeds its threshold: margins of all codes are
        calibrated together, and thresholds are for that decision.
    places : int
        Most places among the texts whose nearness is learnt from too; 0 or fewer than `ENOUGH` texts: none, the
        classifier is linear.
    """

    penalty: float = 1.5
    balance: float = 0.0
    characters: bool = False
    least: int = 2
    folds: int = 5
    shrink: float = 30.0
    draws: int = 10
    one: bool = False
    places: int = 2000


class Related(NamedTuple):
    """Texts of another set with labels of its own, from which a classifier may learn what words go together.

    Attributes
    ----------
    counts : Counts
    labels : numpy.ndarray of bool
        Texts by labels of that set.
    groups : sequence of str
        As those of the texts to train on: a text that is scored is not learnt from here either.
    """

    counts: Counts
    labels: Flags
    groups: Sequence[str]

    def without(self, groups: frozenset[str]) -> "Related":
        """The texts of other groups, and the labels that enough of them have."""
        rows = np.array([n for n, g in enumerate(self.groups) if g not in groups], np.int64)
        held = self.labels[rows].sum(axis=0)
        labels = self.labels[:, (held >= LEAST_RELATED) & (held < len(rows))]
        return Related(self.counts.take(rows), labels[rows], [self.groups[n] for n in rows])


def fit_classifier(
    counts: Counts,
    labels: Flags,
    codes: Sequence[str],
    groups: Sequence[str],
    *,
    name: str,
    version: str,
    recipe: Recipe | None = None,
    related: Related | None = None,
    card: Mapping[str, Any] | None = None,
) -> Classifier:
    """Train one linear model a code.

    Parameters
    ----------
    counts : Counts
        One row a text, from `read_units`.
    labels : numpy.ndarray of bool
        Texts by codes.
    codes : sequence of str
    groups : sequence of str
        Texts of a group never stand on both sides of a fold: an account, or the text itself where texts repeat.
    name, version : str
    recipe : Recipe, optional
    related : Related, optional
        What its labels' weights say of a text joins the features; the result is one linear model all the same.
    card : mapping, optional
        Model card, kept beside the weights.

    Returns
    -------
    Classifier

    Raises
    ------
    InputError
        If shapes differ, or a code is on no text or on all.
    """
    recipe = recipe or Recipe()
    if len(counts) < ENOUGH:
        recipe = recipe._replace(places=0)
    _check(counts, labels, codes, groups)
    folds = folds_of(groups, recipe.folds)
    margins = np.zeros(labels.shape)
    for fold in range(recipe.folds):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        away = frozenset(groups[int(i)] for i in outside)
        part = _Part(counts.take(inside), recipe, related and related.without(away))
        weights, bias = part.learn(labels[inside])
        margins[outside] = part.margins(counts.take(outside), weights, bias)
    whole = _Part(counts, recipe, related and related.without(frozenset()))
    weights, bias = whole.learn(labels)
    slope, offset = np.ones(len(codes)), np.zeros(len(codes))
    if recipe.one:
        mix, offset = calibrate_one(margins, labels)
        margins, weights, bias = margins @ mix, weights @ mix, bias @ mix
    else:
        slope, offset = calibrate(margins, labels)
    said = chances(slope * margins + offset, one=recipe.one)
    thresholds = thresholds_of(said, labels, recipe.shrink, one=recipe.one, draws=recipe.draws)
    return Classifier(
        name=name,
        version=version,
        codes=tuple(codes),
        words=whole.words,
        characters=whole.letters,
        weights=np.rint(weights * WEIGHT_GRID) / WEIGHT_GRID,
        bias=bias,
        slope=slope,
        offset=offset,
        thresholds=thresholds,
        card=dict(card or {}),
        places=whole.places,
        one=recipe.one,
    )


def _check(counts: Counts, labels: Flags, codes: Sequence[str], groups: Sequence[str]) -> None:
    if labels.shape != (len(counts), len(codes)) or len(groups) != len(counts):
        raise InputError(
            f"got {len(counts)} texts, labels of shape {labels.shape}, {len(codes)} codes and {len(groups)} groups; "
            "labels need a row for each text and a column for each code, groups an entry for each text"
        )
    for code, held in zip(codes, labels.sum(axis=0), strict=True):
        if held in (0, len(counts)):
            raise InputError(
                f"code '{code}' is on {held} of {len(counts)} texts; a classifier needs texts with it and without"
            )


class _Part:
    """The texts that weights are learnt from, with their vocabulary and what related labels say of them."""

    def __init__(self, counts: Counts, recipe: Recipe, related: Related | None = None) -> None:
        self.recipe = recipe
        known = counts.joined(related.counts) if related else counts
        self.words = Vocabulary.of(known.words, least=recipe.least)
        self.letters = (
            Vocabulary.of(known.characters, least=recipe.least) if recipe.characters else None
        )
        self.matrix = self.features(counts)
        self.taught: tuple[Floats, Floats] | None = None
        if related:
            self.taught = ridge(
                self.features(related.counts), related.labels, recipe.penalty, recipe.balance, ROUGH
            )
        self.places = self._places() if recipe.places else None

    def features(self, counts: Counts) -> "Beside":
        parts = [weigh(counts.words, self.words)]
        if self.letters is not None:
            parts.append(weigh(counts.characters, self.letters))
        return Beside(sparse.hstack(parts).tocsr(), counts.embedding)

    def margins(self, counts: Counts, weights: Floats, bias: Floats) -> Floats:
        features = self.features(counts)
        plain = features.shape[1]
        found = features @ weights[:plain] + bias
        if self.places is not None:
            found = found + self.places.near(features @ self.places.project) @ weights[plain:]
        return np.asarray(found)

    def _places(self) -> Places | None:
        """Places by what texts are about, and by what related labels say of them."""
        blocks = 2 if self.letters is None else 3  # each of length 1
        project = directions(self.matrix, DIRECTIONS) / np.sqrt(blocks)
        if self.taught is not None:
            weights, _ = self.taught
            spread = np.maximum((self.matrix @ weights).std(axis=0), 1e-6)
            project = np.hstack([project, weights * (TOLD / np.sqrt(len(spread)) / spread)])
        project = np.rint(WEIGHT_GRID * project) / WEIGHT_GRID
        found = find_places(self.matrix, project, self.recipe.places, SHARPNESS)
        return found if len(found.centres) else None

    def learn(self, labels: Flags) -> tuple[Floats, Floats]:
        """Weights and bias over features and places: those of related margins are folded into them."""
        recipe, matrix = self.recipe, self.matrix
        plain, right, apart = matrix.shape[1], [matrix.right], np.zeros((0, 0))
        if self.places is not None:
            apart = NEAR * self.places.apart()
            right.append(self.places.near(matrix @ self.places.project) @ apart)
        if self.taught is not None:
            weights, bias = self.taught
            margins = matrix @ weights + bias
            scale = RELATED / np.maximum(margins.std(axis=0), 1e-6)
            middle = margins.mean(axis=0)
            right.append((margins - middle) * scale)
        wide = Beside(matrix.left, np.hstack(right))
        own, start = ridge(wide, labels, recipe.penalty, recipe.balance)
        direct, near = own[:plain], apart @ own[plain:][: apart.shape[1]]
        if self.taught is not None:
            share = own[plain + apart.shape[1] :] * scale[:, None]
            direct, start = direct + weights @ share, start + (bias - middle) @ share
        return np.vstack([direct, near]), start


def folds_of(groups: Sequence[str], folds: int) -> Whole:
    """Number of the fold of each text: groups in order of size, then name, each to the smallest fold so far."""
    names, which, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    if len(names) < folds:
        raise InputError(f"{len(names)} groups of texts cannot be split into {folds} folds")
    filled = np.zeros(folds, np.int64)
    of_group = np.zeros(len(names), np.int64)
    for group in np.lexsort((names, -sizes)):
        of_group[group] = int(filled.argmin())
        filled[of_group[group]] += sizes[group]
    return np.asarray(of_group[which], np.int64)
