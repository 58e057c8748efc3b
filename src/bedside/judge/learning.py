"""Learning: a study's own classifiers from what people decided, and what they say of posts they never learnt from."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.errors import InputError
from bedside.judge.lessons import Lessons
from bedside.understand.learnt.features import Counts, Floats
from bedside.understand.learnt.fit import Recipe, fit_classifier
from bedside.understand.learnt.folds import FOLDS, fold_of
from bedside.understand.learnt.model import Classifier
from bedside.understand.learnt.study import StudyClassifier, count_posts

__all__ = ["LEAST_POSITIVES", "LEAST_POSTS", "Learnt", "fit_apart", "learn", "learnable"]

Flags = npt.NDArray[np.bool_]
LEAST_POSTS = 60  # judged posts below which nothing is learnt
LEAST_POSITIVES = 10  # posts with a code, and posts without it, below which the code is not learnt
FEWEST_IN_PART = 4  # of each in every four fifths that one of the classifiers learns from


class Learnt(NamedTuple):
    """What was learnt of one layer.

    Attributes
    ----------
    maker : StudyClassifier
    codes : tuple of str
        Codes that were learnt.
    few : dict of str to int
        Codes with too few judged posts, and how many they have.
    rows : Lessons
    probability : numpy.ndarray
        Posts by codes, each from the classifier that learnt nothing of its account.
    proposed : numpy.ndarray of bool
        Whether that classifier proposes the code.
    """

    maker: StudyClassifier
    codes: tuple[str, ...]
    few: dict[str, int]
    rows: Lessons
    probability: Floats
    proposed: Flags

    @property
    def labels(self) -> Flags:
        """What people decided of the learnt codes: posts by codes."""
        return self.rows.labels[:, [self.rows.codes.index(code) for code in self.codes]]


def learnable(lessons: Lessons) -> tuple[tuple[str, ...], dict[str, int]]:
    """Codes with enough judged posts with and without them, and the others with how many they have."""
    folds = np.array([fold_of(voice) for voice in lessons.voices])
    enough, few = [], {}
    for place, code in enumerate(lessons.codes):
        label = lessons.labels[:, place]
        rarer = min(int(label.sum()), int((~label).sum()))
        parts = [label[folds != k] for k in range(FOLDS)]
        least = min((min(p.sum(), (~p).sum()) for p in parts), default=0)
        if rarer >= LEAST_POSITIVES and least >= FEWEST_IN_PART:
            enough.append(code)
        else:
            few[code] = int(label.sum())
    return tuple(enough), few


def learn(
    lessons: Lessons, *, languages: Sequence[str] = ("en",), recipe: Recipe | None = None
) -> Learnt:
    """Train the classifiers of one layer: for each fold of accounts one that learns from all others.

    Parameters
    ----------
    lessons : Lessons
    languages : sequence of str
        Languages that are read.
    recipe : Recipe, optional

    Returns
    -------
    Learnt
        With what each post's own classifier, which never saw its account, says of it.

    Raises
    ------
    InputError
        If fewer than `LEAST_POSTS` posts were judged, or no code stands on enough of them.

    Notes
    -----
    Cross-fitting: within a fold the classifier does not depend on what was judged there, so that a prediction-powered
    share is as unbiased as with a machine that never learnt (Zrnic and Candes 2024, PNAS 121:e2322083121).
    """
    codes, few = learnable(lessons)
    if len(lessons) < LEAST_POSTS:
        raise InputError(
            f"{len(lessons)} posts were judged for the whole layer {lessons.layer}; a classifier needs at least "
            f"{LEAST_POSTS}: judge more, or draw posts to learn from with: bedside sample learn"
        )
    if not codes:
        raise InputError(
            f"no code of {lessons.layer} stands on {LEAST_POSITIVES} judged posts of enough accounts; judge more, or "
            "draw posts to learn from with: bedside sample learn"
        )
    labels = lessons.labels[:, [lessons.codes.index(code) for code in codes]]
    counts = count_posts(lessons.parts)
    models, probability, proposed = fit_apart(
        counts, labels, codes, lessons.voices, version=lessons.version, recipe=recipe
    )
    maker = StudyClassifier(lessons.layer, lessons.version, models, tuple(languages))
    return Learnt(maker, codes, few, lessons, probability, proposed)


def fit_apart(
    counts: Counts,
    labels: Flags,
    codes: Sequence[str],
    voices: Sequence[str],
    *,
    version: str,
    recipe: Recipe | None = None,
    taught: Flags | None = None,
) -> tuple[tuple[Classifier, ...], Floats, Flags]:
    """Fit one classifier a fold on the posts of all other folds, and ask it about its own.

    Parameters
    ----------
    counts, labels, codes
        As `fit_classifier` takes them.
    voices : sequence of str
        Whose each post is.
    taught : numpy.ndarray of bool, optional
        Posts to learn from; all are asked about.

    Returns
    -------
    tuple of models, probabilities, proposed
        The latter two posts by codes.
    """
    folds = np.array([fold_of(voice) for voice in voices])
    from_ = np.ones(len(folds), dtype=bool) if taught is None else taught
    models, probability = [], np.zeros(labels.shape)
    proposed = np.zeros(labels.shape, dtype=bool)
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero((folds != fold) & from_), np.flatnonzero(folds == fold)
        model = fit_classifier(
            counts.take(inside),
            labels[inside],
            codes,
            [voices[i] for i in inside.tolist()],
            name=f"fold-{fold}",
            version=version,
            recipe=recipe,
        )
        models.append(model)
        if len(outside):
            probability[outside] = model.probabilities(counts.take(outside))
            proposed[outside] = model.chosen(probability[outside])
    return tuple(models), probability, proposed
