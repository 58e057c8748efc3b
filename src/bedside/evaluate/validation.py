"""Cross-validation of trained classifiers on labelled sets, by the protocol that comes with the sets.

Comments that nobody answered or labelled are dropped; labels need 30 texts; folds are split by normalised text;
calibration and thresholds are found inside each training part, never on the texts that are scored.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from bedside.errors import NotFoundError, suggest
from bedside.evaluate.scores import LayerScore, score_tables
from bedside.evaluate.sets import SETS, read_lines
from bedside.understand.learnt.features import Counts, read_units
from bedside.understand.learnt.fit import Recipe, fit_classifier, folds_of
from bedside.understand.learnt.model import Classifier
from bedside.understand.learnt.open_sets import (
    LEAST,
    Sample,
    emotions,
    nhs_categories,
    nhs_codes,
    nhs_sentiment,
    nhs_themes,
)
from bedside.understand.sentences import sentences
from bedside.understand.text import canonical

__all__ = ["PROTOCOLS", "Validated", "confusions", "cross_validate", "validate"]

Flags = npt.NDArray[np.bool_]
FEW = 20  # positives below which a code is named but not measured
WORST = 5  # pairs of codes taken for each other that a score names
SHOWN = 3  # ids named for each


class Validated(msgspec.Struct, frozen=True, kw_only=True):
    """Scores of one task.

    Attributes
    ----------
    task, protocol : str
        What was learnt, and how it was split.
    score : LayerScore
    confusions : list of dict
        Pairs most often taken for each other: label, code said instead, how often, and ids of some.
    """

    task: str
    protocol: str
    score: LayerScore
    confusions: list[dict[str, Any]] = []


def _recipe(*, characters: bool, penalty: float = 1.5, folds: int = 5) -> Recipe:
    return Recipe(penalty=penalty, characters=characters, folds=folds)


def cross_validate(
    sample: Sample, recipe: Recipe, *, one: bool = False, folds: Sequence[Any] | None = None
) -> Flags:
    """Decisions for each text by a classifier that did not see its group.

    Parameters
    ----------
    sample : Sample
    recipe : Recipe
    one : bool
        Each text has exactly one code: the one whose probability most exceeds its threshold.
    folds : sequence, optional
        Name of the part of each text, each held out in turn; five folds by group if not given.

    Returns
    -------
    numpy.ndarray of bool
        Texts by codes. Where parts are held out, a text whose words stand in the training part too is still scored.
    """
    counts = read_units(sample.texts, characters=recipe.characters)
    parts = np.asarray(folds_of(sample.groups, 5) if folds is None else folds)
    chosen = np.zeros(sample.labels.shape, bool)
    for part in np.unique(parts):
        inside, outside = np.flatnonzero(parts != part), np.flatnonzero(parts == part)
        held = sample.labels[inside].sum(axis=0)
        learnt = np.flatnonzero((held > 0) & (held < len(inside)))
        model = fit_classifier(
            counts.take(inside),
            sample.labels[np.ix_(inside, learnt)],
            [sample.codes[k] for k in learnt],
            [sample.groups[i] for i in inside],
            name="fold",
            version=str(part),
            recipe=recipe,
        )
        said = _decided(model, counts.take(outside), one=one)
        chosen[np.ix_(outside, learnt)] = said
    return chosen


def _decided(model: Classifier, counts: Counts, *, one: bool) -> Flags:
    probabilities = model.probabilities(counts)
    if not one:
        return model.chosen(probabilities)
    best = np.argmax(probabilities / model.thresholds, axis=1)
    return np.asarray(np.arange(len(model.codes)) == best[:, None])


def confusions(sample: Sample, chosen: Flags) -> list[dict[str, Any]]:
    """Pairs of codes most often taken for each other: the label missed, the code said instead, ids of some texts.

    Returns
    -------
    list of dict
        label, said, times, ids; at most five, most frequent first. Ids only: no text.
    """
    missed, extra = sample.labels & ~chosen, chosen & ~sample.labels
    times = missed.T.astype(np.int64) @ extra.astype(np.int64)
    found = []
    for flat in np.argsort(-times, axis=None, kind="stable")[:WORST]:
        label, said = (int(i) for i in np.unravel_index(flat, times.shape))
        if not times[label, said]:
            break
        rows = np.flatnonzero(missed[:, label] & extra[:, said])[:SHOWN]
        found.append(
            {
                "label": sample.codes[label],
                "said": sample.codes[said],
                "times": int(times[label, said]),
                "ids": [sample.ids[i] for i in rows],
            }
        )
    return found


def _validated(task: str, protocol: str, sample: Sample, chosen: Flags) -> Validated:
    return Validated(
        task=task,
        protocol=protocol,
        score=score_tables(task, sample.ids, sample.labels, chosen, sample.codes, least=FEW),
        confusions=confusions(sample, chosen),
    )


FIVE = "five folds split by text"


def _themes(data: Path, characters: bool) -> Validated:
    sample = nhs_themes(data)
    chosen = cross_validate(sample, _recipe(characters=characters))
    return _validated("themes of NHS comments", FIVE, sample, chosen)


def _sentiment(data: Path, characters: bool) -> Validated:
    sample = nhs_sentiment(data)
    chosen = cross_validate(sample, _recipe(characters=characters), one=True)
    return _validated("sentiment of NHS comments", FIVE, sample, chosen)


def _category(data: Path, characters: bool) -> Validated:
    sample = nhs_categories(data)
    chosen = cross_validate(sample, _recipe(characters=characters), one=True)
    return _validated("category of NHS comments", FIVE, sample, chosen)


def _trusts(data: Path, characters: bool) -> Validated:
    sample = nhs_themes(data)
    chosen = cross_validate(sample, _recipe(characters=characters), folds=sample.parts)
    return _validated(
        "themes of NHS comments across trusts",
        "trained on one trust, tested on the other",
        sample,
        chosen,
    )


def _emotions(data: Path, characters: bool) -> Validated:
    sample = emotions(data)
    chosen = cross_validate(sample, _recipe(characters=characters, penalty=6.0, folds=3))
    return _validated("emotions of Reddit comments", FIVE, sample, chosen)


def _stories(data: Path, characters: bool) -> Validated:
    """Codes of patients' stories, read sentence by sentence by a classifier of comments."""
    trained = nhs_codes(data)
    recipe = _recipe(characters=characters)
    model = fit_classifier(
        read_units(trained.texts, characters=characters),
        trained.labels,
        trained.codes,
        trained.groups,
        name="nhs_codes",
        version="1",
        recipe=recipe,
    )
    stories = [
        row
        for row in read_lines(data / SETS["careopinion"].file)
        if str(row.get("text") or "").strip()
    ]
    read = [canonical([("body", row["text"])]).text for row in stories]
    units = [[text[a:b] for a, b in sentences(text)] for text in read]
    story = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
    said = model.chosen(
        model.probabilities(read_units([u for unit in units for u in unit], characters=characters))
    )
    chosen = np.zeros((len(stories), len(model.codes)), bool)
    np.logical_or.at(chosen, story, said)
    labels = [set(row["labels"]["subcategory_codes"]) for row in stories]
    sample = Sample(
        texts=read,
        groups=[str(n) for n in range(len(stories))],
        codes=model.codes,
        labels=np.array([[code in held for code in model.codes] for held in labels], bool),
        ids=[str(row["id"]) for row in stories],
        parts=[""] * len(stories),
    )
    return _validated(
        "codes of patients' stories",
        f"trained on NHS comments (codes on at least {LEAST}), nothing trained or set on the stories; a story has "
        "the codes of its sentences",
        sample,
        chosen,
    )


PROTOCOLS: dict[str, tuple[Callable[[Path, bool], Validated], ...]] = {
    "nhs": (_themes, _sentiment, _category, _trusts),
    "emotions": (_emotions,),
    "stories": (_stories,),
}
"""Name to the tasks that are validated under it."""


def validate(name: str, data: Path, *, characters: bool = False) -> list[Validated]:
    """Validate the recipe of the shipped classifiers on a labelled set.

    Parameters
    ----------
    name : str
        nhs, emotions or stories.
    data : Path
        Folder that holds `open/` and `evaluate/`.
    characters : bool, default False
        With character n-grams too, which those that ship do without for the sake of speed.

    Returns
    -------
    list of Validated

    Raises
    ------
    NotFoundError
        If there is no such protocol, or a file is not there.
    """
    if name not in PROTOCOLS:
        raise NotFoundError(f"no protocol '{name}'; {suggest(name, list(PROTOCOLS))}")
    return [task(data, characters) for task in PROTOCOLS[name]]
