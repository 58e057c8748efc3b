"""Editing a layer of the codebook: what a new text would change, and writing it where nobody else wrote meanwhile."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bedside.codebook import Codebook, Difference, Layer, differences, load_codebook, read_layer
from bedside.codebook.reading import BUILT_IN
from bedside.errors import InputError, StaleError
from bedside.judge.decisions import DecisionLog
from bedside.judge.versions import Outdated, keep_version, outdated
from bedside.store.files import content_key, write_text
from bedside.store.stages import Ask
from bedside.store.study import Study

__all__ = ["Edit", "layer_text", "preview_edit", "save_edit"]

MOST_LETTERS = 200_000


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What a new text of a layer would change.

    Attributes
    ----------
    layer : Layer
        As it would stand.
    differences : sequence of Difference
        Against the codebook as it stands.
    outdated : sequence of Outdated
        Decisions of this layer that would not hold any more.
    """

    layer: Layer
    differences: Sequence[Difference]
    outdated: Sequence[Outdated]


def layer_text(study: Study, layer: str) -> tuple[str, str]:
    """The text of a layer, the study's own or the built-in one, and the mark by which a change is noticed."""
    own = study.folder / "codebook" / f"{layer}.toml"
    path = own if own.exists() else BUILT_IN / f"{layer}.toml"
    text = path.read_text(encoding="utf-8-sig")
    return text, content_key(text)


def preview_edit(
    study: Study, ask: Ask, log: DecisionLog | None, book: Codebook, layer: str, text: str
) -> Edit:
    """Read a new text of a layer and say what it changes; nothing is written.

    Raises
    ------
    InputError
        If it cannot be read as this layer: a misspelt key, a code twice, a missing definition.
    """
    book.layer(layer)
    if len(text) > MOST_LETTERS:
        raise InputError(f"{len(text):,} characters are too many for a layer")
    read = _read(study, layer, text)
    new = msgspec.structs.replace(book, layers={**book.layers, layer: read})
    found: list[Outdated] = []
    if log is not None:
        found = [
            one
            for one in outdated(log.read(layer=layer), new, ask)
            if one.why in ("definition", "code")
        ]
    return Edit(layer=read, differences=differences(book, new), outdated=found)


def _read(study: Study, layer: str, text: str) -> Layer:
    with TemporaryDirectory(dir=study.folder) as folder:
        path = Path(folder) / f"{layer}.toml"
        path.write_text(text, encoding="utf-8")
        built_in = load_codebook()
        return read_layer(path, base=built_in.layers.get(layer))


def save_edit(study: Study, book: Codebook, layer: str, text: str, *, mark: str) -> None:
    """Write a layer into the study; it counts at once for coders and at the next run for the machine.

    Parameters
    ----------
    mark : str
        Of `layer_text`, when the text was opened.

    Raises
    ------
    InputError
        As `preview_edit`.
    StaleError
        If somebody else wrote the layer meanwhile.
    """
    _read(study, layer, text)
    with study.locked():
        if layer_text(study, layer)[1] != mark:
            raise StaleError(
                f"somebody else wrote {layer} meanwhile; open it again and put your changes into the new text"
            )
        keep_version(study, book)
        write_text(study.folder / "codebook" / f"{layer}.toml", text)
