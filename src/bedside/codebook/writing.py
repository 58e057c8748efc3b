"""Write a layer as the text file that `reading` reads."""

import json
from typing import Any

import msgspec

from bedside.codebook.records import Layer

__all__ = ["layer_toml"]


def layer_toml(layer: Layer) -> str:
    """A layer as TOML; reading it gives the same layer.

    Examples
    --------
    >>> from bedside.codebook import Code, Layer
    >>> code = Code(name="calm", definition="At ease.")
    >>> print(
    ...     layer_toml(Layer(layer="mood", about="post", several=True, question="?", code=[code]))
    ... )
    layer = "mood"
    about = "post"
    several = true
    question = "?"
    version = 1
    <BLANKLINE>
    [[code]]
    name = "calm"
    definition = "At ease."
    <BLANKLINE>
    """
    values = msgspec.to_builtins(layer)
    head = {k: v for k, v in values.items() if k not in ("slot", "code")}
    lines = [_line(k, v) for k, v in head.items() if k == "several" or _said(v)]
    for table in ("slot", "code"):
        for entry in values[table]:
            lines += ["", f"[[{table}]]", *(_line(k, v) for k, v in entry.items() if _said(v))]
    return "\n".join(lines) + "\n"


def _said(value: Any) -> bool:
    """Whether a value differs from what is meant where nothing is said."""
    return value not in ([], "", False)


def _line(key: str, value: Any) -> str:
    return f"{key} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
