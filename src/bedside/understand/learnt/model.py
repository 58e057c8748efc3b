"""A trained classifier: weights from a file, probabilities out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import expit, softmax

from bedside.errors import FormatError, NotFoundError
from bedside.understand.learnt.features import GRID, Counts, Floats
from bedside.understand.learnt.places import Places
from bedside.understand.learnt.ridge import Beside
from bedside.understand.learnt.thresholds import decide_one

__all__ = [
    "Classifier",
    "Vocabulary",
    "chances",
    "load_classifier",
    "read_classifier",
    "save_classifier",
    "weigh",
]

WEIGHT_GRID = (
    65536.0  # weights are rounded to 1/65536: with values on their own grid all sums are exact
)


@dataclass(frozen=True)
class Vocabulary:
    """Buckets that a classifier knows, in order, and the inverse document frequency of each."""

    buckets: npt.NDArray[np.int64]
    idf: Floats

    @classmethod
    def of(cls, counts: Any, *, least: int = 2) -> "Vocabulary":
        """Buckets that at least so many units of a count matrix hold.

        Notes
        -----
        idf = ln((1 + n) / (1 + df)) + 1, Pedregosa et al. (2011), JMLR 12:2825 (scikit-learn, smoothed).
        """
        held = np.bincount(counts.indices, minlength=counts.shape[1])
        buckets = np.flatnonzero(held >= least)
        return cls(buckets, np.log((1 + counts.shape[0]) / (1 + held[buckets])) + 1)

    @cached_property
    def _columns(self) -> dict[int, npt.NDArray[np.int32]]:
        return {}

    def columns(self, size: int) -> npt.NDArray[np.int32]:
        """Column of each of `size` buckets, -1 where the vocabulary lacks it."""
        if size not in self._columns:
            self._columns[size] = np.full(size, -1, np.int32)
            self._columns[size][self.buckets] = np.arange(len(self.buckets))
        return self._columns[size]


def weigh(counts: Any, vocabulary: Vocabulary) -> Any:
    """TF-IDF of a count matrix: (1 + ln count) times idf, each row of length 1, rounded to 1/4096.

    Parameters
    ----------
    counts : scipy.sparse.csr_matrix
        Units by buckets, whole numbers.
    vocabulary : Vocabulary

    Returns
    -------
    scipy.sparse.csr_matrix
        Units by buckets of the vocabulary.
    """
    columns = vocabulary.columns(counts.shape[1])[counts.indices]
    known = columns >= 0
    before = np.concatenate([[0], np.cumsum(known)])
    heads = before[counts.indptr]
    columns = columns[known]
    values = (1 + np.log(counts.data[known].astype(np.float64))) * vocabulary.idf[columns]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(heads))
    squares = np.bincount(rows, values * values, minlength=counts.shape[0])
    values = np.rint(GRID * values / np.sqrt(squares)[rows]) / GRID
    return sparse.csr_matrix(
        (values, columns, heads), shape=(counts.shape[0], len(vocabulary.buckets))
    )


@dataclass(frozen=True)
class Classifier:
    """A linear model for each code over one featurisation.

    Attributes
    ----------
    name, version : str
    codes : tuple of str
    words : Vocabulary
        Of words and word pairs.
    characters : Vocabulary or None
        Of character n-grams, where the model uses them.
    weights : numpy.ndarray
        Features by codes: words, then characters, then the 256 numbers of the static embedding, then the places.
    bias, slope, offset : numpy.ndarray
        One a code: probability = expit(slope * (features @ weights + bias) + offset), softmax where `one`.
    thresholds : numpy.ndarray
        Probability from which a code is proposed.
    card : dict
        The model card: data, licence, scores, intended use, what it gets wrong.
    places : Places or None
        Where the texts lie that it was learnt from, if it was learnt with them.
    one : bool
        A text has exactly one code.
    """

    name: str
    version: str
    codes: tuple[str, ...]
    words: Vocabulary
    characters: Vocabulary | None
    weights: Floats
    bias: Floats
    slope: Floats
    offset: Floats
    thresholds: Floats
    card: Mapping[str, Any] = field(default_factory=dict)
    places: Places | None = None
    one: bool = False

    def margins(self, counts: Counts) -> Floats:
        """Distance of each unit from the boundary of each code, before calibration; units by codes."""
        left = weigh(counts.words, self.words)
        if self.characters is not None:
            left = sparse.hstack([left, weigh(counts.characters, self.characters)]).tocsr()
        features = Beside(left, counts.embedding)
        if self.places is None:
            return np.asarray(features @ self.weights + self.bias)
        near = self.places.near(features @ self.places.project)
        plain = features.shape[1]
        return np.asarray(features @ self.weights[:plain] + near @ self.weights[plain:] + self.bias)

    def probabilities(self, counts: Counts) -> Floats:
        """Probability of each code for each unit, calibrated where the model was trained; units by codes."""
        return chances(self.slope * self.margins(counts) + self.offset, one=self.one)

    def chosen(self, probabilities: Floats) -> npt.NDArray[np.bool_]:
        """Which codes are probable enough to be proposed; where a text has one, which."""
        if self.one:
            return decide_one(probabilities, self.thresholds)
        return np.asarray(probabilities >= self.thresholds)

    def named(self, probabilities: Floats) -> list[dict[str, float]]:
        """Codes that are proposed for each unit, with their probabilities."""
        return [
            {self.codes[i]: float(row[i]) for i in np.flatnonzero(held)}
            for row, held in zip(probabilities, self.chosen(probabilities), strict=True)
        ]


def chances(logits: Floats, *, one: bool) -> Floats:
    """Probabilities of codes that hold each for itself, or of which exactly one holds."""
    return np.asarray(softmax(logits, axis=1) if one else expit(logits), np.float64)


def save_classifier(model: Classifier, folder: Path) -> None:
    """Write NAME.safetensors (weights) and NAME.json (codes, thresholds and the model card) into a folder.

    Notes
    -----
    Weights are kept in 16 bits: a whole number each and one scale a code, so that a score differs from that of the
    fitted model by less than a thousandth.
    """
    from safetensors.numpy import save

    places = model.places
    plain = len(model.weights) - (len(places.centres) if places else 0)
    tensors = {
        "buckets": model.words.buckets.astype(np.int32),
        "idf": model.words.idf.astype(np.float32),
        **_packed("weights", "scale", model.weights[:plain]),
        **{n: np.asarray(getattr(model, n), np.float64) for n in _BY_CODE},
    }
    if model.characters is not None:
        tensors["character_buckets"] = model.characters.buckets.astype(np.int32)
        tensors["character_idf"] = model.characters.idf.astype(np.float32)
    if places is not None:
        tensors |= _packed("near", "near_scale", model.weights[plain:])
        tensors |= _packed("project", "project_scale", places.project)
        tensors["centres"] = np.rint(places.centres * GRID).astype(np.int16)
        tensors["sharpness"] = np.array(places.sharpness)
    if model.one:
        tensors["one"] = np.ones(1, np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{model.name}.safetensors").write_bytes(save(tensors))
    card = {"name": model.name, "version": model.version, "codes": list(model.codes), **model.card}
    (folder / f"{model.name}.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n"
    )


_BY_CODE = ("bias", "slope", "offset", "thresholds")


def _packed(name: str, scale_name: str, values: Floats) -> dict[str, Any]:
    scale = np.maximum(np.abs(values).max(axis=0), 1e-9) / 32767
    return {name: np.rint(values / scale).astype(np.int16), scale_name: scale.astype(np.float64)}


def _unpacked(tensors: dict[str, Any], name: str, scale_name: str) -> Floats:
    return np.asarray(
        np.rint(WEIGHT_GRID * (tensors[name].astype(np.float64) * tensors[scale_name]))
        / WEIGHT_GRID
    )


def read_classifier(name: str, folder: Traversable | Path) -> Classifier:
    """Read a classifier that `save_classifier` wrote.

    Raises
    ------
    NotFoundError
        If one of the two files is not there.
    FormatError
        If they do not belong together or are damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        card: dict[str, Any] = msgspec.json.decode((folder / f"{name}.json").read_bytes())
        tensors = load((folder / f"{name}.safetensors").read_bytes())
        return _from_file(name, card, tensors)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError(
            f"no classifier '{name}' here; it needs {name}.json and {name}.safetensors"
        ) from error
    except (SafetensorError, msgspec.DecodeError, KeyError, ValueError) as error:
        raise FormatError(
            f"the files of classifier '{name}' are damaged or of two makings; train it again"
        ) from error


def _from_file(name: str, card: dict[str, Any], tensors: dict[str, Any]) -> Classifier:
    weights, places = _unpacked(tensors, "weights", "scale"), _places(tensors)
    letters = (
        Vocabulary(
            tensors["character_buckets"].astype(np.int64),
            tensors["character_idf"].astype(np.float64),
        )
        if "character_buckets" in tensors
        else None
    )
    model = Classifier(
        name=name,
        version=card["version"],
        codes=tuple(card["codes"]),
        words=Vocabulary(tensors["buckets"].astype(np.int64), tensors["idf"].astype(np.float64)),
        characters=letters,
        weights=weights
        if places is None
        else np.vstack([weights, _unpacked(tensors, "near", "near_scale")]),
        **{n: tensors[n] for n in _BY_CODE},
        card=card,
        places=places,
        one="one" in tensors,
    )
    rows = len(model.words.buckets) + (len(letters.buckets) if letters else 0) + 256
    if weights.shape != (rows, len(model.codes)):
        raise ValueError(name)
    if places is not None and (
        places.project.shape != (rows, places.centres.shape[1])
        or len(model.weights) != rows + len(places.centres)
    ):
        raise ValueError(name)
    return model


def _places(tensors: dict[str, Any]) -> Places | None:
    if "centres" not in tensors:
        return None
    project = _unpacked(tensors, "project", "project_scale")
    return Places(
        project, tensors["centres"].astype(np.float64) / GRID, float(tensors["sharpness"])
    )


@lru_cache(maxsize=32)
def load_classifier(name: str) -> Classifier:
    """A classifier that ships with bedside."""
    return read_classifier(name, files("bedside.understand") / "learnt" / "weights")


def asked_word(question: str) -> str:
    """Word that stands for what a survey asked, put before the answer; empty where nothing was asked.

    Examples
    --------
    >>> asked_word("What could we do better?"), asked_word("What did we do well?"), asked_word("")
    ('asked:improve', 'asked:good', '')
    """
    low = f" {question.lower()} "
    if any(word in low for word in ("improve", "better", "dissatisf", "not so well", "go wrong")):
        return "asked:improve" if "satisf" not in low else "asked:open"
    if any(word in low for word in (" good", " well", "best", "liked", "enjoy")):
        return "asked:good"
    return "asked:open" if "?" in low or " why" in low or "describe" in low else ""
