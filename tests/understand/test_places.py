"""Places among the texts that were learnt from, and what is learnt from nearness to them."""

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from bedside.errors import FormatError
from bedside.understand.learnt import fit
from bedside.understand.learnt.features import read_units
from bedside.understand.learnt.fit import Recipe, Related, fit_classifier
from bedside.understand.learnt.model import Classifier, read_classifier, save_classifier
from bedside.understand.learnt.places import CROWD, Places, directions, find_places
from bedside.understand.learnt.ridge import Beside

SIDES = ("warm", "cold")


@pytest.fixture(autouse=True)
def _few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "ENOUGH", 2)


def _crossed() -> tuple[list[str], np.ndarray]:
    """One of two words alone makes the code, both or neither do not: no sum of words can tell."""
    rng = np.random.default_rng(4)
    fill = ["ward", "clinic", "visit", "monday", "again", "there", "then"]
    texts, labels = [], []
    for _ in range(240):
        one, other = rng.random(2) < 0.5
        words = ["drip"] * int(one) + ["scan"] * int(other) + rng.choice(fill, 2).tolist()
        rng.shuffle(words)
        texts.append(" ".join(words))
        labels.append([bool(one != other)])
    return texts, np.array(labels)


def _trained(places: int, *, related: bool = False) -> Classifier:
    texts, labels = _crossed()
    taught = Related(read_units(texts[::2]), labels[::2], [f"r{n}" for n in range(120)])
    return fit_classifier(
        read_units(texts), labels, ["one"], [str(n) for n in range(len(texts))], name="toy",
        version="1", recipe=Recipe(penalty=0.3, places=places), related=taught if related else None,
    )  # fmt: skip


def test_a_hidden_exclusive_or_is_learnt_with_places_and_not_without() -> None:
    texts, labels = _crossed()
    counts = read_units([f"{text} today" for text in texts])
    right = {}
    for places in (0, 100):
        margins = _trained(places).margins(counts)[:, 0]
        pairs = margins[labels[:, 0]][:, None] > margins[~labels[:, 0]]
        right[places] = pairs.mean()
    assert right[100] > 0.95
    assert right[0] < right[100] - 0.05


def test_directions_are_those_of_a_singular_value_decomposition() -> None:
    rng = np.random.default_rng(2)
    left = sparse.random(60, 40, 0.2, random_state=rng).tocsr()
    right = rng.normal(size=(60, 5))
    found = directions(Beside(left, right), 4)
    _, _, exact = np.linalg.svd(np.hstack([left.toarray(), right]), full_matrices=False)
    assert np.abs(np.einsum("kf,fk->k", exact[:4], found)) == pytest.approx(1, abs=1e-3)


def test_nearness_is_the_gaussian_of_the_distance() -> None:
    places = Places(np.eye(2), np.array([[0.0, 0.0], [1.0, 1.0]]), 4.0)
    assert places.near(np.array([[1.0, 0.0]])) == pytest.approx(np.exp(-2.0), abs=1e-3)
    apart = np.array([[np.exp(-4.0), 1.0]])
    assert places.near(np.array([[1.0, 1.0]])) == pytest.approx(apart, abs=1e-3)


def test_combinations_of_nearness_make_the_gaussian_kernel_among_the_places() -> None:
    centres = np.array([[0.0, 0.0], [0.5, 0.0], [0.0, 1.0]])
    places = Places(np.eye(2), centres, 4.0)
    mixed = places.near(centres) @ places.apart()
    square = ((centres[:, None] - centres) ** 2).sum(axis=2)
    assert mixed @ mixed.T == pytest.approx(np.exp(-2 * square), abs=2e-3)


def test_places_lie_in_planted_groups_and_none_on_a_lone_text() -> None:
    rng = np.random.default_rng(3)
    groups = np.repeat(np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]]), 20, axis=0)
    texts = np.vstack([groups + 0.05 * rng.normal(size=groups.shape), [[9.0, 9.0]]])
    matrix = Beside(sparse.csr_matrix((len(texts), 0)), texts)
    found = find_places(matrix, np.eye(2), 200, 4.0).centres
    to_groups = np.sqrt(((found[:, None] - groups[::20]) ** 2).sum(axis=2)).min(axis=1)
    assert len(found) == len(texts)
    assert np.sort(to_groups)[:-1].max() < 0.2
    assert np.sqrt(((found - 9.0) ** 2).sum(axis=1)).min() > 1


def test_each_place_is_the_mean_of_so_many_texts_as_are_asked() -> None:
    line = np.array([[0.0], [1.0], [3.0], [10.0]])
    matrix = Beside(sparse.csr_matrix((4, 0)), line)
    found = np.sort(find_places(matrix, np.eye(1), 4, 4.0).centres.ravel())
    assert CROWD == 3
    assert found == pytest.approx([4 / 3, 4 / 3, 4 / 3, 14 / 3], abs=1e-3)


def test_two_texts_have_no_place_and_still_make_a_classifier() -> None:
    labels = np.array([[n % 2 == 0] for n in range(2)])
    texts = ["kind", "late visit"]
    model = fit_classifier(
        read_units(texts), labels, ["good"], ["a", "b"], name="toy", version="1",
        recipe=Recipe(places=50, folds=2, least=1),
    )  # fmt: skip
    assert model.places is None
    assert np.isfinite(model.probabilities(read_units(["kind people"]))).all()


@pytest.mark.parametrize("related", [False, True])
def test_a_classifier_with_places_comes_back_from_its_files(tmp_path: Path, related: bool) -> None:
    model = _trained(60, related=related)
    save_classifier(model, tmp_path)
    again = read_classifier("toy", tmp_path)
    counts = read_units(_crossed()[0])
    assert model.places is not None and again.places is not None
    assert np.abs(again.probabilities(counts) - model.probabilities(counts)).max() < 5e-3


def test_a_score_with_places_does_not_depend_on_the_batch(tmp_path: Path) -> None:
    save_classifier(_trained(60), tmp_path)
    model = read_classifier("toy", tmp_path)
    texts = _crossed()[0][:70]
    alone = np.vstack([model.probabilities(read_units([text])) for text in texts])
    assert (model.probabilities(read_units(texts)) == alone).all()


def test_the_same_texts_give_the_same_places(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        save_classifier(_trained(60), tmp_path / folder)
    files = [(tmp_path / folder / "toy.safetensors").read_bytes() for folder in ("one", "two")]
    assert files[0] == files[1]


def test_places_of_another_making_are_refused(tmp_path: Path) -> None:
    from safetensors.numpy import load, save

    save_classifier(_trained(60), tmp_path)
    path = tmp_path / "toy.safetensors"
    tensors = load(path.read_bytes())
    path.write_bytes(save(tensors | {"centres": tensors["centres"][:, 1:].copy()}))
    with pytest.raises(FormatError, match="two makings"):
        read_classifier("toy", tmp_path)


def test_from_few_texts_a_linear_classifier_is_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "ENOUGH", 241)
    assert _trained(100).places is None
    monkeypatch.setattr(fit, "ENOUGH", 240)
    assert _trained(100).places is not None
