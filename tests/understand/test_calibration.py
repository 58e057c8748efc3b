"""Margins become probabilities: each code by itself, or all together where a text has exactly one."""

from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from bedside.understand.learnt.calibration import calibrate, calibrate_one
from bedside.understand.learnt.features import read_units
from bedside.understand.learnt.fit import Recipe, fit_classifier
from bedside.understand.learnt.model import Classifier, read_classifier, save_classifier

MOODS = ("bad", "mixed", "good")


def test_calibrated_probabilities_mean_what_they_say() -> None:
    """Margins whose true probability is expit(2m - 1) give back about that slope and offset."""
    rng = np.random.default_rng(1)
    margin = rng.normal(size=(20_000, 1))
    label = rng.random((20_000, 1)) < 1 / (1 + np.exp(-(2 * margin - 1)))
    slope, offset = calibrate(margin, label)
    assert slope[0] == pytest.approx(2, abs=0.1)
    assert offset[0] == pytest.approx(-1, abs=0.1)


def _drawn(probability: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    which = (rng.random((len(probability), 1)) > probability.cumsum(axis=1)).sum(axis=1)
    return np.asarray(np.arange(probability.shape[1]) == which[:, None])


def test_probabilities_of_which_one_holds_mean_what_they_say() -> None:
    """Of margins with a known mix, texts said to have a code with about .3 have it three times in ten."""
    rng = np.random.default_rng(1)
    margins = rng.normal(size=(20_000, 3)) * [1.0, 0.1, 3.0]
    mix = np.array([[1.0, -1.0, 0.0], [0.0, 5.0, -5.0], [-0.5, 0.0, 0.5]])
    true = softmax(margins @ mix + [0.3, 0.0, -0.3], axis=1)
    found_mix, offset = calibrate_one(margins, _drawn(true, rng))
    assert np.abs(softmax(margins @ found_mix + offset, axis=1) - true).max() < 0.05


def test_a_code_between_two_others_is_told_by_their_margins_and_not_by_its_own() -> None:
    rng = np.random.default_rng(2)
    side = rng.normal(size=6_000)
    true = softmax(np.stack([-3 * side - 1, np.zeros(6_000), 3 * side - 1], axis=1), axis=1)
    labels = _drawn(true, rng)
    margins = np.stack([-side, rng.normal(size=6_000), side], axis=1)
    mix, offset = calibrate_one(margins, labels)
    together = softmax(margins @ mix + offset, axis=1)[:, 1]
    assert np.corrcoef(together, true[:, 1])[0, 1] > 0.99


def test_a_text_without_a_code_is_passed_over() -> None:
    rng = np.random.default_rng(3)
    margins = rng.normal(size=(400, 2))
    labels = _drawn(softmax(margins, axis=1), rng)
    more = np.vstack([margins, margins.mean(axis=0, keepdims=True)])
    without = np.vstack([labels, [[False, False]]])
    told = [
        softmax(margins @ m + o)
        for m, o in (calibrate_one(margins, labels), calibrate_one(more, without))
    ]
    assert told[0] == pytest.approx(told[1], abs=1e-4)


def _mood() -> tuple[list[str], np.ndarray]:
    words = (["late", "rude", "dirty"], ["fine", "usual", "average"], ["kind", "lovely", "warm"])
    texts = [
        f"{word} {extra} {n}"
        for of in words
        for word in of
        for n, extra in enumerate(["today", "again", "there"])
    ]
    return texts, np.repeat(np.eye(3, dtype=bool), 9, axis=0)


def _trained() -> Classifier:
    texts, labels = _mood()
    return fit_classifier(
        read_units(texts), labels, MOODS, [str(n) for n in range(len(texts))], name="toy",
        version="1", recipe=Recipe(penalty=0.3, least=1, one=True),
    )  # fmt: skip


def test_where_a_text_has_one_code_probabilities_sum_to_one_and_one_is_named() -> None:
    model = _trained()
    said = model.probabilities(read_units(_mood()[0]))
    assert said.sum(axis=1) == pytest.approx(1)
    named = model.named(said)
    assert all(len(codes) == 1 for codes in named)
    assert np.mean([next(iter(codes)) == MOODS[n // 9] for n, codes in enumerate(named)]) > 0.9


def test_a_classifier_of_one_code_a_text_comes_back_from_its_files(tmp_path: Path) -> None:
    model, counts = _trained(), read_units(_mood()[0])
    save_classifier(model, tmp_path)
    again = read_classifier("toy", tmp_path)
    assert again.one
    assert np.abs(again.probabilities(counts) - model.probabilities(counts)).max() < 1e-3
