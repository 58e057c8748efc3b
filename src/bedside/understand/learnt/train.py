"""Train the classifiers that ship: `python -m bedside.understand.learnt.train --data FOLDER`.

Reads `open/` of the folder only. The same sets give the same files. Scores in the model cards are out of fold on
these sets, by the same recipe as the weights.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bedside.understand.learnt.features import Counts, read_units
from bedside.understand.learnt.fit import Recipe, fit_classifier, folds_of
from bedside.understand.learnt.model import save_classifier
from bedside.understand.learnt.open_sets import Sample, care_codes, criticality
from bedside.understand.learnt.rare import rare_windows, told_in

__all__ = ["SHIPPED", "Shipped", "main", "out_of_fold", "train"]

LINEAR = Recipe(places=0, draws=0)
"""Those that ship read every sentence; what texts lie near to a sentence was not learnt from sentences; thresholds as first trained."""
RARE_LAYER = LINEAR._replace(penalty=1.0)
HERE = Path(__file__).parent / "weights"
WRITTEN = Path(__file__).parents[4] / "training" / "written"
_NHS = "pxtextmining phases 1 and 2 (NHS England, MIT): comments of patients, families and carers of five English trusts"
_GO = "GoEmotions (Google, Apache-2.0; Demszky et al. 2020, ACL): Reddit comments about anything"
_RARE = "training/rare of bedside (Apache-2.0): invented posts by the rules' author and two others, whole posts coded"
_CORPUS = "the written corpus of bedside (Apache-2.0): invented posts"
_MEQSUM = "MeQSum (CC BY 4.0; Ben Abacha and Demner-Fushman 2019, ACL)"
_LICENCE = "Apache-2.0; notices of the data in NOTICE"


class Shipped(NamedTuple):
    """A classifier that ships: its training texts, recipe and what its card says."""

    sample: Callable[[Path, Path], Sample]
    recipe: Recipe
    version: str
    card: dict[str, Any]


SHIPPED: dict[str, Shipped] = {
    "care": Shipped(
        care_codes,
        LINEAR,
        "1",
        {
            "data": [
                _NHS,
                _GO,
                "the written corpus of bedside (Apache-2.0): invented posts, by sentence",
                "MeQSum (CC BY 4.0; Ben Abacha and Demner-Fushman 2019, ACL), as texts without care",
            ],
            "licence": "Apache-2.0; notices of the data in NOTICE",
            "intended_use": "propose what a sentence of a post praises or complains of, beside the phrases of the pattern book",
            "gets_wrong": "codes on fewer than 30 texts are never found (cost and waiting room praised, safety and dignity "
            "praised); comments carry one code each in phase 1, so that what is said beside it counted as absent; "
            "mostly written by users of English mental health, community and ambulance services in English",
        },
    ),
    "criticality": Shipped(
        lambda data, _: criticality(data),
        LINEAR,
        "1",
        {
            "data": [_NHS],
            "licence": "Apache-2.0; notices of the data in NOTICE",
            "intended_use": "say how good or bad the care is that a sentence or post tells of, from -4 to 4; only where care is told",
            "gets_wrong": "irony; neutral comments, which are few in the data; phase 2 grades sentiment in five, moved to "
            'our scale as 3, 2, 0, -2, -3; answers whose meaning hangs on the question ("nothing")',
        },
    ),
    "figurative": Shipped(
        lambda data, written: told_in("figurative", data, written),
        RARE_LAYER,
        "1",
        {
            "data": [_RARE, _CORPUS, f"as texts without: {_NHS}; {_GO}; {_MEQSUM}"],
            "licence": _LICENCE,
            "intended_use": "a second voice beside the phrases: whether a sentence uses a health word as a figure of speech only",
            "gets_wrong": "which sentence of a post says it was chosen by a first classifier; comments about anything count as texts without, "
            "though a few hold figures; sarcasm without a stock subject",
        },
    ),
    "crisis": Shipped(
        lambda data, written: rare_windows("crisis", data, written),
        RARE_LAYER,
        "1",
        {
            "data": [
                _RARE,
                _CORPUS,
                "the prototypes of bedside (Apache-2.0): 220 invented sentences",
                f"as texts without: {_NHS}; {_GO}; {_MEQSUM}",
            ],
            "licence": _LICENCE,
            "intended_use": "a second voice beside the phrases, on a sentence with those beside it: whether somebody is in danger now, or was. "
            "It never decides alone that nobody is: a person reads the queue",
            "gets_wrong": "no texts by people in a crisis were learnt from, only invented ones; abuse told without a word for it; "
            "now against past where one sentence tells both",
        },
    ),
    "mode": Shipped(
        lambda data, written: told_in("mode", data, written),
        RARE_LAYER,
        "1",
        {
            "data": [_RARE, f"as texts without: {_GO}; {_MEQSUM}"],
            "licence": _LICENCE,
            "intended_use": "a second voice beside the phrases: takes a mode back that they found where no consultation is told",
            "gets_wrong": "plans told as facts; consultations told in words that no training post has; "
            "which sentence of a post says it was chosen by a first classifier",
        },
    ),
}


def out_of_fold(
    counts: Counts, sample: Sample, recipe: Recipe, *, folds: int = 5
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and decisions for every text from classifiers that did not see its group.

    Returns
    -------
    probabilities, chosen : numpy.ndarray
        Texts by codes. Calibration and thresholds are found inside each training part.
    """
    which = folds_of(sample.groups, folds)
    probabilities = np.zeros(sample.labels.shape)
    chosen = np.zeros(sample.labels.shape, bool)
    for fold in range(folds):
        inside, outside = np.flatnonzero(which != fold), np.flatnonzero(which == fold)
        model = fit_classifier(
            counts.take(inside),
            sample.labels[inside],
            sample.codes,
            [sample.groups[i] for i in inside],
            name="fold",
            version=str(fold),
            recipe=recipe,
        )
        probabilities[outside] = model.probabilities(counts.take(outside))
        chosen[outside] = model.chosen(probabilities[outside])
    return probabilities, chosen


def _scores(sample: Sample, chosen: np.ndarray) -> dict[str, Any]:
    both = (sample.labels & chosen).sum(axis=0)
    sizes = sample.labels.sum(axis=0) + chosen.sum(axis=0)
    f1 = np.divide(2.0 * both, sizes, out=np.zeros(len(both)), where=sizes > 0)
    return {
        "protocol": "five-fold on the training sets, split by text; thresholds and calibration inside the folds",
        "macro_f1": round(float(f1.mean()), 3),
        "micro_f1": round(float(2 * both.sum() / sizes.sum()), 3),
        "by_code": {
            code: {"f1": round(float(f1[k]), 3), "positives": int(sample.labels[:, k].sum())}
            for k, code in enumerate(sample.codes)
        },
    }


def train(name: str, data: Path, written: Path, out: Path) -> dict[str, Any]:
    """Train one of `SHIPPED`, write its weights and card, and give its scores."""
    shipped = SHIPPED[name]
    sample = shipped.sample(data, written)
    counts = read_units(sample.texts, characters=shipped.recipe.characters)
    _, chosen = out_of_fold(counts, sample, shipped.recipe)
    scores = _scores(sample, chosen)
    model = fit_classifier(
        counts,
        sample.labels,
        sample.codes,
        sample.groups,
        name=name,
        version=shipped.version,
        recipe=shipped.recipe,
        card={
            **shipped.card,
            "texts": len(sample.texts),
            "recipe": shipped.recipe._asdict(),
            "scores": scores,
        },
    )
    save_classifier(model, out)
    return scores


def main(arguments: list[str] | None = None) -> int:
    """Train the classifiers named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds open/")
    parser.add_argument(
        "--written", type=Path, default=WRITTEN, help="folder of the written corpus"
    )
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("names", nargs="*", default=[])
    options = parser.parse_args(arguments)
    for name in options.names or SHIPPED:
        scores = train(name, options.data, options.written, options.out)
        sys.stdout.write(f"{name}: macro-F1 {scores['macro_f1']}, micro-F1 {scores['micro_f1']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
