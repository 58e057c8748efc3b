"""What a codebook is made of, and the hashes that tell one version from another."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from bedside.errors import NotFoundError, suggest

__all__ = [
    "Code",
    "Codebook",
    "Layer",
    "Slot",
    "code_hash",
    "codebook_version",
    "layer_hash",
    "meaning",
]

HASH_DIGITS = 16  # 64 bits: a codebook holds hundreds of codes
VERSION_DIGITS = 10  # short enough to print beside a figure


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code: what it means and how to tell it.

    Attributes
    ----------
    name : str
        Stable identifier: small letters, digits and `_`.
    definition : str
        One sentence.
    counts, not_ : list of str
        What counts, and what does not (`not` in the file).
    examples, counter_examples : list of str
        Own-written; no post of a patient stands in a codebook.
    seeds : list of str
        A few short phrases from which a maker may start; never part of the definition.
    group : str
        Group in which it is reported, one of the layer's `groups`; empty where the layer has none.
    """

    name: str
    definition: str
    counts: list[str] = []
    not_: list[str] = msgspec.field(name="not", default_factory=list)
    examples: list[str] = []
    counter_examples: list[str] = []
    seeds: list[str] = []
    group: str = ""


class Slot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that a statement of a layer may add to its code, such as the months a diagnosis took."""

    name: str
    question: str
    values: list[str] = []


class Layer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question asked of every post, with the codes that answer it.

    Attributes
    ----------
    layer : str
        Name, the same as the file's.
    about : str
        `moment`, `post` or `record`: what a code of this layer is said of.
    several : bool
        Whether several codes may apply; otherwise one or none.
    question : str
        The question that a reader answers.
    version : int
        The editors' own number; what counts for the machine is the content (see `code_hash`).
    extends : bool
        In a study's file: add to the built-in layer instead of replacing it.
    groups : list of str
        Groups of codes in the order in which they are reported.
    sides : list of str
        Where every code is said with a side, such as praise or complaint.
    slot : list of Slot
    code : list of Code
    """

    layer: str
    about: Literal["moment", "post", "record"]
    several: bool
    question: str
    version: int = 1
    extends: bool = False
    groups: list[str] = []
    sides: list[str] = []
    slot: list[Slot] = []
    code: list[Code] = []

    def names(self) -> tuple[str, ...]:
        """Codes as marks and judgements write them: `relief`, or `listening:praise` where there are sides.

        Examples
        --------
        >>> Layer(
        ...     layer="care",
        ...     about="moment",
        ...     several=True,
        ...     question="?",
        ...     sides=["praise", "complaint"],
        ...     code=[Code(name="cost", definition="What it costs.")],
        ... ).names()
        ('cost:praise', 'cost:complaint')
        """
        plain = tuple(code.name for code in self.code)
        return (
            tuple(f"{name}:{side}" for name in plain for side in self.sides)
            if self.sides
            else plain
        )

    def find(self, name: str) -> Code:
        """Code of that name, with or without a side.

        Raises
        ------
        NotFoundError
            If the layer has no such code.
        """
        stem, _, side = name.partition(":")
        for code in self.code:
            if code.name == stem and (not side or side in self.sides):
                return code
        raise NotFoundError(
            f"layer '{self.layer}' has no code '{name}'; {suggest(name, list(self.names()))}"
        )

    def members(self) -> dict[str, tuple[str, ...]]:
        """Codes of each group, groups in reporting order."""
        return {g: tuple(c.name for c in self.code if c.group == g) for g in self.groups}


class Codebook(msgspec.Struct, frozen=True, kw_only=True):
    """All layers of a study, by name, and the version that their content gives.

    Attributes
    ----------
    layers : dict of str to Layer
        In the order of their names.
    version : str
        10 hexadecimal digits of a hash of everything that the codebook says, order of layers apart.
    """

    layers: dict[str, Layer]
    version: str

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers.values())

    def layer(self, name: str) -> Layer:
        """Layer of that name.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        if name not in self.layers:
            raise NotFoundError(
                f"the codebook has no layer '{name}'; {suggest(name, list(self.layers))}"
            )
        return self.layers[name]

    def find(self, layer: str, code: str) -> Code:
        """Code of a layer; see `Layer.find`."""
        return self.layer(layer).find(code)

    def hashes(self) -> dict[str, dict[str, str]]:
        """Hash of every code: layer -> code as marks write it -> `code_hash`."""
        return {a.layer: {name: code_hash(a, name) for name in a.names()} for a in self}


def _digest(value: Any, digits: int) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=digits // 2).hexdigest()


def meaning(code: Code) -> dict[str, Any]:
    """Keys of a code that a decision rests on: definition, what counts, what does not."""
    return {"definition": code.definition, "counts": code.counts, "not": code.not_}


def code_hash(layer: Layer, name: str) -> str:
    """Hash of what a code means: its names, definition, what counts and what does not.

    Parameters
    ----------
    layer : Layer
    name : str
        Code, with its side where the layer has sides.

    Returns
    -------
    str
        16 hexadecimal digits. Editing seeds, examples, the group or another code leaves it as it is.

    Raises
    ------
    NotFoundError
        If the layer has no such code.

    Examples
    --------
    >>> a = Layer(
    ...     layer="x",
    ...     about="post",
    ...     several=True,
    ...     question="?",
    ...     code=[Code(name="c", definition="D.", seeds=["s"])],
    ... )
    >>> b = msgspec.structs.replace(a, code=[Code(name="c", definition="D.", seeds=["t", "u"])])
    >>> code_hash(a, "c") == code_hash(b, "c")
    True
    """
    return _digest([layer.layer, name, meaning(layer.find(name))], HASH_DIGITS)


def layer_hash(layer: Layer) -> str:
    """Hash of what all codes of a layer mean: 16 hexadecimal digits.

    What a coder leaves out when declaring a layer complete is absent only for the codes that then stood in it.
    """
    return _digest({name: code_hash(layer, name) for name in layer.names()}, HASH_DIGITS)


def codebook_version(layers: dict[str, Layer]) -> str:
    """Hash of everything that a codebook says, whatever the order in which its layers were read.

    Returns
    -------
    str
        10 hexadecimal digits.
    """
    return _digest(
        {name: msgspec.to_builtins(layer) for name, layer in layers.items()}, VERSION_DIGITS
    )
