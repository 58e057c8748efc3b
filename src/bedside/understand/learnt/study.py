"""Classifiers that a study learnt from its own judgements, as one more maker of marks.

Each account belongs to one of five folds. A layer has five classifiers, each learnt from the judged posts of the other
four folds, and a post is marked by the one that learnt nothing from its account. So no mark, on judged posts or on
others, comes from a classifier that has seen its writer: what an estimate compares is alike on both.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from bedside.errors import FormatError
from bedside.understand.learnt.features import Counts
from bedside.understand.learnt.folds import FOLDS, fold_of
from bedside.understand.learnt.model import Classifier, read_classifier, save_classifier
from bedside.understand.learnt.reading import Batch
from bedside.understand.marks import Proposal
from bedside.understand.sentences import sentences
from bedside.understand.text import canonical

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = [
    "StudyClassifier",
    "count_posts",
    "current_versions",
    "learnt_texts",
    "read_study",
    "study_makers",
    "write_study",
]

TEXTS = "texts.json"  # beside the card: keys of the texts that were learnt from
Parts = Sequence[tuple[str, str]]


def count_posts(posts: Iterable[Parts]) -> Counts:
    """Counts of whole posts, exactly as the makers of a batch see them; one row a post.

    Parameters
    ----------
    posts : iterable of sequence of (part, text)
        As `bedside.understand.doc.post_parts` gives them.
    """
    split = []
    for parts in posts:
        text = canonical(list(parts)).text
        split.append([text[start:end] for start, end in sentences(text)])
    return Batch(split).whole_counts


class StudyClassifier:
    """A maker: the study's own classifiers of one layer, one for each fold.

    Parameters
    ----------
    layer, version : str
    models : sequence of Classifier
        The one at place k learnt from the accounts of all other folds.
    languages : sequence of str
    serves : sequence of str, optional
        Codes that are proposed; all that were learnt if not given.
    """

    def __init__(
        self,
        layer: str,
        version: str,
        models: Sequence[Classifier],
        languages: Sequence[str],
        serves: Sequence[str] | None = None,
    ) -> None:
        self.name = f"learnt-{layer}"
        self.layer = layer
        self.version = version
        self.layers: Sequence[str] = (layer,)
        self.languages: Sequence[str] = tuple(languages)
        self.models = tuple(models)
        learnt = self.models[0].codes
        self._serves = np.isin(learnt, learnt if serves is None else list(serves))

    def propose(self, doc: "Doc") -> Iterable[Proposal]:
        """Codes that are probable enough, of the post as a whole."""
        model = self.models[fold_of(doc.post.voice)]
        probability = doc.learnt_apart(self.models)
        for place in np.flatnonzero((probability >= model.thresholds) & self._serves):
            yield Proposal(self.layer, model.codes[place], (), score=float(probability[place]))


def write_study(
    folder: Path, maker: StudyClassifier, card: Mapping[str, Any], text_keys: Iterable[str]
) -> None:
    """Write a layer's classifiers (fold-0 ... fold-4) and `card.json` into a folder.

    Parameters
    ----------
    folder : Path
    maker : StudyClassifier
    card : mapping
        The model card; `serves` in it names the codes that are proposed.
    text_keys : iterable of str
        Texts that it learnt from; once one of them is gone, so must be what was learnt.

    Notes
    -----
    The card is written last: a folder without one holds nothing finished.
    """
    (folder / "card.json").unlink(missing_ok=True)
    for model in maker.models:
        save_classifier(model, folder)
    (folder / TEXTS).write_bytes(msgspec.json.encode(sorted(set(text_keys))))
    told = {"layer": maker.layer, "version": maker.version, "languages": maker.languages, **card}
    (folder / "card.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n"
    )


def read_study(folder: Path) -> StudyClassifier:
    """Read what `write_study` wrote.

    Raises
    ------
    FormatError
        If files are missing, damaged or of two makings.
    """
    try:
        card = msgspec.json.decode((folder / "card.json").read_bytes())
        models = tuple(read_classifier(f"fold-{k}", folder) for k in range(FOLDS))
        layer, version = card["layer"], card["version"]
        languages, serves = tuple(card["languages"]), tuple(card["serves"])
    except (OSError, msgspec.DecodeError, KeyError, LookupError) as error:
        raise FormatError(
            f"the classifiers in learnt/{folder.name} are damaged; learn them again with: bedside learn"
        ) from error
    if {model.version for model in models} != {version}:
        raise FormatError(
            f"the classifiers in learnt/{folder.name} are of two makings; learn them again with: bedside learn"
        )
    return StudyClassifier(layer, version, models, languages, serves)


def learnt_texts(folder: Path) -> dict[str, list[str]]:
    """Texts that the classifiers of each layer learnt from, by layer; unknown (and so gone) where the list is lost."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*/card.json")):
        try:
            found[path.parent.name] = msgspec.json.decode((path.parent / TEXTS).read_bytes())
        except (OSError, msgspec.DecodeError):
            found[path.parent.name] = [""]
    return found


def current_versions(
    folder: Path, hashes: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Layers with finished classifiers, {layer: version and codes}; and those whose codes mean something else by now, with why.

    Parameters
    ----------
    folder : Path
        The study's folder `learnt`.
    hashes : mapping of layer to code to hash
        The codebook as it stands.

    Raises
    ------
    FormatError
        If a card is damaged.
    """
    serving, outdated = {}, {}
    for path in sorted(folder.glob("*/card.json")):
        layer = path.parent.name
        try:
            card = msgspec.json.decode(path.read_bytes())
            version = "/".join((card["version"], *card["serves"]))
            meant = card["code_hashes"]
        except (OSError, msgspec.DecodeError, KeyError, TypeError) as error:
            raise FormatError(
                f"learnt/{layer}/card.json is damaged; learn it again with: bedside learn"
            ) from error
        held = hashes.get(layer, {})
        changed = sorted(code for code, meaning in meant.items() if held.get(code) != meaning)
        if changed:
            outdated[layer] = f"{', '.join(changed)} changed meaning since"
        else:
            serving[layer] = version
    return serving, outdated


@lru_cache(maxsize=32)
def _load(folder: str, version: str) -> StudyClassifier:
    return read_study(Path(folder))


def study_makers(settings: Mapping[str, Any]) -> tuple[StudyClassifier, ...]:
    """Makers that the settings of `understand` name: {layer: version} in `learnt`, their folders in `files`."""
    places = settings.get("files") or {}
    return tuple(
        _load(places[f"learnt/{layer}"], version)
        for layer, version in sorted((settings.get("learnt") or {}).items())
    )
