"""TOML files that people may edit: read as a record with an answer for a misspelt key, and written."""

import re
import tomllib
from collections.abc import Mapping
from json import dumps
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bedside.errors import InputError, suggest

__all__ = ["explain", "quoted", "read_toml", "toml_text"]

T = TypeVar("T")


def read_toml(path: Path, kind: type[T]) -> T:
    """Read a TOML file as a record, with "did you mean" for a misspelt key.

    Raises
    ------
    InputError
        If the file is not TOML, lacks a key, has an unknown one, or a value of the wrong type.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is not readable as TOML: {error}") from error
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise InputError(f"{path.name}: {explain(str(error), values, kind)}") from error


def explain(message: str, values: Mapping[str, Any], kind: type) -> str:
    """Say which key of `values` was not understood and which was meant; the message itself where that is not it."""
    unknown = re.search(r"unknown field `([^`]+)`", message)
    if not unknown:
        return message
    at = re.search(r"at `\$\.([\w.]+)`", message)
    owner: Any = kind
    for step in at.group(1).split(".") if at else []:
        owner = {f.name: f.type for f in msgspec.structs.fields(owner)}[step]
    known = [f.encode_name for f in msgspec.structs.fields(owner)]
    where = f" in [{at.group(1)}]" if at else ""
    return f"unknown key '{unknown.group(1)}'{where}; {suggest(unknown.group(1), known)}"


def toml_text(values: Mapping[str, Any]) -> str:
    r"""Write a flat record (strings, numbers, booleans, lists of strings, one level of tables) as TOML.

    Examples
    --------
    >>> print(toml_text({"title": 'a "b"', "n": 1, "privacy": {"small_count": 8}}), end="")
    title = "a \"b\""
    n = 1
    <BLANKLINE>
    [privacy]
    small_count = 8
    """
    lines = [f"{k} = {_toml_value(v)}" for k, v in values.items() if not isinstance(v, Mapping)]
    for key, table in values.items():
        if isinstance(table, Mapping) and table:
            lines += ["", f"[{key}]", *(f"{k} = {_toml_value(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml_value(v) for v in value) + "]"
    return quoted(str(value))


def quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for DEL."""
    return dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
