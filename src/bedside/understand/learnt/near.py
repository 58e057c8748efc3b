"""Sentences near to written examples: what a rule's words do not reach is reached by meaning.

A file of `prototypes/` holds sentences that show something, and after a "-" such as look alike and do not. A sentence
scores by the cosine of its static embedding to the nearest of the first, less half of that to the nearest of the second.
"""

from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from bedside.understand.learnt.features import Floats, embedded, read_units
from bedside.understand.text import canonical

Singles = npt.NDArray[np.float32]

__all__ = ["nearness", "prototypes", "written_prototypes"]

AGAINST = 0.5  # weight of the nearest look-alike


def written_prototypes(name: str) -> tuple[list[str], list[str]]:
    """Canonical sentences that show something, and the look-alikes."""
    text = (files("bedside.understand") / "prototypes" / f"{name}.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip() and line[0] != "#"]
    shown = [canonical([("body", line)]).text for line in lines if line[0] != "-"]
    alike = [canonical([("body", line[1:])]).text for line in lines if line[0] == "-"]
    return shown, alike


@lru_cache(maxsize=8)
def prototypes(name: str) -> tuple[Singles, Singles]:
    """Embeddings of the sentences that show something, and of the look-alikes."""
    shown, alike = written_prototypes(name)
    both = [embedded(read_units(part, characters=False)) for part in (shown, alike)]
    return tuple(vectors.astype(np.float32) for vectors in both)  # type: ignore[return-value]


def nearness(name: str, sentences: Floats) -> Floats:
    """Score of each embedded sentence against the prototypes of a name.

    Parameters
    ----------
    name : str
        File of `prototypes/`, without ending.
    sentences : array, sentences by 256
        Static embeddings of length 1.

    Returns
    -------
    array, one number a sentence
    """
    shown, alike = prototypes(name)
    if not len(sentences):
        return np.zeros(0)
    turned = sentences.T.astype(
        np.float32
    )  # nearness needs no more figures; the greatest of a column is found several times faster than of a row
    return np.asarray((shown @ turned).max(axis=0) - AGAINST * (alike @ turned).max(axis=0))
