"""An answer of a language model, checked: known codes, known assertions, and words that stand in the post."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from bedside.codebook import Layer
from bedside.model.marks import ASSERTIONS

__all__ = ["Answer", "NonsenseError", "Said", "read_answer"]

Parts = Sequence[tuple[str, str]]
FENCE = re.compile(r"\A\s*```(?:json)?\s*(.*?)\s*```\s*\Z", re.DOTALL)
_SPACE = re.compile(r"\s+")


class NonsenseError(ValueError):
    """The answer has no meaning; the message says what is wrong and quotes nothing."""


class Said(msgspec.Struct, frozen=True):
    """One code that the model proposes: its assertion, and where its words stand (part, start, end)."""

    code: str
    assertion: str
    spans: tuple[tuple[str, int, int], ...]


class Answer(NamedTuple):
    """What holds of an answer, and how many codes were left out because their words are not in the post."""

    said: tuple[Said, ...]
    unsupported: int


class _One(msgspec.Struct):
    code: str
    words: str = ""
    assertion: str = "asserted"


class _Codes(msgspec.Struct):
    codes: list[_One]


def read_answer(content: str, layer: Layer, parts: Parts) -> Answer:
    """Check what a model answered.

    Parameters
    ----------
    content : str
        The message, JSON with or without a fence around it.
    layer : Layer
    parts : sequence of (name, text)
        Parts of the masked post.

    Raises
    ------
    NonsenseError
        If it is no such JSON, names a code or assertion that is not there, or several codes where one applies.
    """
    fenced = FENCE.match(content)
    try:
        read = msgspec.json.decode((fenced[1] if fenced else content).encode(), type=_Codes)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise NonsenseError("it is not the JSON that was asked for") from error
    names, unsupported = set(layer.names()), 0
    found: dict[tuple[str, str], tuple[tuple[str, int, int], ...]] = {}
    for one in read.codes:
        if one.code not in names:
            raise NonsenseError("it names a code that the layer does not have")
        if one.assertion not in ASSERTIONS:
            raise NonsenseError("it names an assertion that there is not")
        spans = _places(one.words, parts)
        if spans:
            key = (one.code, one.assertion)
            found[key] = (*found.get(key, ()), *(s for s in spans if s not in found.get(key, ())))
        else:
            unsupported += 1
    asserted = {code for code, assertion in found if assertion == "asserted"}
    if not layer.several and len(asserted) > 1:
        raise NonsenseError("it gives several codes where one applies")
    said = tuple(Said(code, assertion, spans) for (code, assertion), spans in found.items())
    return Answer(said, unsupported)


def _places(words: str, parts: Parts) -> tuple[tuple[str, int, int], ...]:
    """Where the words stand first, whatever their case and spaces; empty where they do not."""
    pieces = [re.escape(piece) for piece in _SPACE.split(words.strip()) if piece]
    if not pieces:
        return ()
    pattern = re.compile(r"\s+".join(pieces), re.IGNORECASE)
    for name, text in parts:
        if hit := pattern.search(text):
            return ((name, hit.start(), hit.end()),)
    return ()
