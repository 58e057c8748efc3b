"""Cross-validation of trained classifiers on labelled sets, by the protocol that comes with the sets.

Comments that nobody answered or labelled are dropped; labels need 30 texts; folds are split by normalised text;
calibration and thresholds are found inside each training part, never on the texts that are scored.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from bedside.errors import NotFoundError, suggest
from bedside.evaluate.scores import LayerScore, score_tables
from bedside.evaluate.sets import SETS, read_lines
from bedside.understand.learnt.features import read_units
from bedside.understand.learnt.fit import Recipe, Related, fit_classifier, folds_of
from bedside.understand.learnt.open_sets import (
    LEAST,
    STEPS,
    Sample,
    criticality,
    emotions,
    nhs_categories,
    nhs_codes,
    nhs_sentiment,
    nhs_themes,
)
from bedside.understand.sentences import sentences
from bedside.understand.text import canonical

__all__ = ["PROTOCOLS", "TASKS", "Task", "Validated", "confusions", "cross_validate", "validate"]

Flags = npt.NDArray[np.bool_]
FOLDS = 5
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


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What is learnt and tested.

    Attributes
    ----------
    title : str
    read : callable
        Folder (and, for texts kept back, the codes learnt) -> Sample.
    one : bool
        Each text has exactly one code: the one whose probability most exceeds its threshold.
    related : callable or None
        Folder -> texts of another open set to learn from.
    penalty, balance, folds : float, float, int
        Of the recipe.
    parts : bool
        Hold out each part (trust) in turn instead of five folds.
    characters : bool
        Learn from character n-grams too, if nothing else is asked for.
    shrink, places, draws : float, int, int
        Of the recipe.
    """

    title: str
    read: Callable[..., Sample]
    one: bool = False
    related: Callable[[Path], Related] | None = None
    penalty: float = 1.5
    balance: float = 0.0
    folds: int = 5
    parts: bool = False
    characters: bool = False
    shrink: float = Recipe().shrink
    places: int = Recipe().places
    draws: int = Recipe().draws


def cross_validate(
    sample: Sample,
    recipe: Recipe,
    *,
    parts: Sequence[Any] | None = None,
    related: Related | None = None,
    test: Sequence[Any] | None = None,
) -> Flags:
    """Decisions for each text by a classifier that did not see its group.

    Parameters
    ----------
    sample : Sample
    recipe : Recipe
    parts : sequence, optional
        Name of the part of each text, each held out in turn; five folds by group if not given.
    related : Related, optional
        Texts of another set to learn from; those whose words stand in the held-out part are left out.
    test : sequence, optional
        The parts to test, if not all.

    Returns
    -------
    numpy.ndarray of bool
        Texts by codes. A text whose words stand in the held-out part is not learnt from.
    """
    counts = read_units(sample.texts, characters=recipe.characters)
    held = np.asarray(folds_of(sample.groups, FOLDS) if parts is None else parts)
    groups = np.asarray(sample.groups)
    chosen = np.zeros(sample.labels.shape, bool)
    for part in np.unique(held) if test is None else test:
        outside = np.flatnonzero(held == part)
        away = frozenset(groups[outside])
        inside = np.flatnonzero((held != part) & ~np.isin(groups, list(away)))
        count = sample.labels[inside].sum(axis=0)
        learnt = np.flatnonzero((count > 0) & (count < len(inside)))
        model = fit_classifier(
            counts.take(inside),
            sample.labels[np.ix_(inside, learnt)],
            [sample.codes[k] for k in learnt],
            [sample.groups[i] for i in inside],
            name="fold",
            version=str(part),
            recipe=recipe,
            related=related and related.without(away),
        )
        chosen[np.ix_(outside, learnt)] = model.chosen(model.probabilities(counts.take(outside)))
    return chosen


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


def _run(task: Task, data: Path, kept: Path | None, characters: bool | None) -> Validated:
    characters = task.characters if characters is None else characters
    recipe = Recipe(
        penalty=task.penalty,
        balance=task.balance,
        characters=characters,
        folds=task.folds,
        shrink=task.shrink,
        one=task.one,
        places=task.places,
        draws=task.draws,
    )
    related = task.related(data) if task.related else None
    sample: Sample = task.read(data)
    if kept is None:
        chosen = cross_validate(
            sample,
            recipe,
            related=related,
            parts=sample.parts if task.parts else None,
        )
        how = "each trust tested on the others" if task.parts else "five folds split by text"
        return _validated(task.title, how, sample, chosen)
    tested: Sample = task.read(kept, sample.codes)
    both = sample.joined(tested)
    parts = ["here"] * len(sample.texts) + ["kept"] * len(tested.texts)
    chosen = cross_validate(both, recipe, related=related, parts=parts, test=["kept"])
    how = f"trained on {len(sample.texts)} texts here, tested on those kept back"
    return _validated(task.title, how, tested, chosen[len(sample.texts) :])


def _phase1(data: Path) -> Related:
    """Comments of phase 1 with category, code and whether they praise or criticise."""
    codes, categories = nhs_codes(data), nhs_categories(data)
    grades = criticality(data)
    good = dict(zip(grades.ids, grades.labels[:, STEPS.index(">=1")], strict=True))
    bad = dict(zip(grades.ids, ~grades.labels[:, STEPS.index(">=0")], strict=True))
    sides = np.array([[good.get(i, False), bad.get(i, False)] for i in codes.ids], bool)
    return Related(
        read_units(codes.texts), np.hstack([categories.labels, codes.labels, sides]), codes.groups
    )


def _phase2(data: Path) -> Related:
    """Comments of phase 2 with their themes."""
    sample = nhs_themes(data)
    return Related(read_units(sample.texts), sample.labels, sample.groups)


def _stories(data: Path, kept: Path | None, characters: bool) -> Validated:
    """Codes of patients' stories, read sentence by sentence by a classifier of comments."""
    trained = nhs_codes(data)
    recipe = Recipe(
        characters=characters, places=0
    )  # sentences are read, comments were learnt from
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
        for row in read_lines((kept or data) / SETS["careopinion"].file)
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


TASKS = {
    "nhs": (
        Task(title="themes of NHS comments", read=nhs_themes, related=_phase1, characters=True),
        Task(
            title="sentiment of NHS comments",
            read=nhs_sentiment,
            one=True,
            related=_phase1,
            balance=0.5,
            characters=True,
        ),
        Task(
            title="category of NHS comments",
            read=nhs_categories,
            one=True,
            related=_phase2,
            characters=True,
        ),
        Task(title="themes of NHS comments across trusts", read=nhs_themes, parts=True),
    ),
    "emotions": (
        Task(
            title="emotions of Reddit comments",
            read=emotions,
            penalty=6.0,
            folds=3,
            characters=True,
            shrink=0.0,
            places=0,
        ),
    ),
}
PROTOCOLS = (*TASKS, "stories")
"""Names under which classifiers are validated."""


def validate(
    name: str, data: Path, *, kept: Path | None = None, characters: bool | None = None
) -> Iterator[Validated]:
    """Validate the recipe of the shipped classifiers on a labelled set.

    Parameters
    ----------
    name : str
        nhs, emotions or stories.
    data : Path
        Folder that holds `open/` (and for stories `evaluate/`).
    kept : Path, optional
        Folder of the same files with texts kept back: train on all of `data`, test on these.
    characters : bool, optional
        With character n-grams, or without, as those that ship are for the sake of speed; each task's own choice if
        not given.

    Yields
    ------
    Validated
        One a task, as it is done.

    Raises
    ------
    NotFoundError
        If there is no such protocol, or a file is not there.
    """
    if name not in PROTOCOLS:
        raise NotFoundError(f"no protocol '{name}'; {suggest(name, list(PROTOCOLS))}")
    if name == "stories":
        yield _stories(data, kept, bool(characters))
        return
    for task in TASKS[name]:
        if not (task.parts and kept):
            yield _run(task, data, kept, characters)
