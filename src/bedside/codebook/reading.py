"""Read a codebook from text files, check it, and write the built-in one out for editing."""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from bedside.codebook.records import Code, Codebook, Layer, Slot, codebook_version
from bedside.errors import InputError, NotFoundError, StorageError, suggest

__all__ = ["BUILT_IN", "STAGE_GROUPS", "load_codebook", "read_layer", "write_codebook"]

BUILT_IN = Path(__file__).parent / "layers"
NAME = re.compile(r"-?[a-z0-9][a-z0-9_]*")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`(?: - at `\$(?:\.(\w+))?)?")


def _key_error(error: msgspec.ValidationError, path: Path) -> InputError:
    """Message of msgspec, with the nearest key where one is misspelt."""
    found = _UNKNOWN.search(str(error))
    if not found:
        return InputError(f"{path.name}: {error}")
    kinds: dict[str, type[msgspec.Struct]] = {"code": Code, "slot": Slot}
    kind = kinds.get(found[2] or "", Layer)
    known = [field.encode_name for field in msgspec.structs.fields(kind)]
    place = f"[[{found[2]}]] entry" if found[2] else "the head of the file"
    return InputError(
        f"{path.name}: key '{found[1]}' is not known in {place}; {suggest(found[1], known)}"
    )


def _parse(path: Path) -> Layer:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise StorageError(f"{path.name} cannot be read: {error.strerror}") from error
    try:
        return msgspec.convert(tomllib.loads(text), Layer)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{path.name} is not valid TOML: {error}; texts stand in double quotes"
        ) from error
    except msgspec.ValidationError as error:
        raise _key_error(error, path) from error


def _check_names(names: Sequence[str], what: str, where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if not NAME.fullmatch(name):
            raise InputError(
                f"{where}: {what} '{name}' cannot be a name; use small letters, digits and _ , such as 'night_pain'"
            )
        if name in seen:
            raise InputError(
                f"{where}: {what} '{name}' stands there twice; rename or remove one of them"
            )
        seen.add(name)


def _check_groups(layer: Layer, where: str) -> None:
    for code in layer.code:
        if code.group and code.group not in layer.groups:
            known = (
                suggest(code.group, layer.groups) if layer.groups else "add it to `groups` first"
            )
            raise InputError(
                f"{where}: code '{code.name}' has the unknown group '{code.group}'; {known}"
            )
        if layer.groups and not code.group:
            raise InputError(
                f"{where}: code '{code.name}' has no group; choose one of {', '.join(layer.groups)}"
            )


def _check(layer: Layer, where: str) -> Layer:
    if not layer.code:
        raise InputError(f"{where} has no code; add at least one [[code]] with name and definition")
    _check_names([c.name for c in layer.code], "code", where)
    _check_names(layer.groups, "group", where)
    _check_names(layer.sides, "side", where)
    _check_names([s.name for s in layer.slot], "slot", where)
    _check_groups(layer, where)
    empty = [c.name for c in layer.code if not c.definition.strip()]
    if empty:
        raise InputError(
            f"{where}: code '{empty[0]}' has an empty definition; say in a sentence what it means"
        )
    return layer


def _merge(base: Layer, more: Layer) -> Layer:
    """Built-in layer with a study's codes and slots added, or put in the place of those of the same name."""

    def joined(old: list[Code], new: list[Code]) -> list[Code]:
        table = {c.name: c for c in old} | {c.name: c for c in new}
        return list(table.values())

    slots = {s.name: s for s in base.slot} | {s.name: s for s in more.slot}
    return msgspec.structs.replace(
        more,
        extends=False,
        groups=base.groups + [g for g in more.groups if g not in base.groups],
        sides=base.sides + [s for s in more.sides if s not in base.sides],
        slot=list(slots.values()),
        code=joined(base.code, more.code),
    )


def read_layer(path: Path, *, base: Layer | None = None) -> Layer:
    """Read and check the file of one layer.

    Parameters
    ----------
    path : Path
        A TOML file named as the layer, such as `feel.toml`.
    base : Layer, optional
        Layer that a file with `extends = true` adds to.

    Returns
    -------
    Layer

    Raises
    ------
    InputError
        If the file is not TOML, has an unknown key, a code twice, an unknown group, a name that differs
        from the file's, or extends a layer that is not there.
    StorageError
        If it cannot be read.
    """
    layer = _parse(path)
    if layer.layer != path.stem:
        raise InputError(
            f"{path.name} says layer = '{layer.layer}'; name the file {layer.layer}.toml or change the key"
        )
    if layer.extends:
        _check_names([c.name for c in layer.code], "code", path.name)
        if base is None:
            raise InputError(
                f"{path.name} says extends = true, but there is no built-in layer '{layer.layer}'"
            )
        layer = _merge(base, layer)
    return _check(layer, path.name)


@lru_cache(maxsize=1)
def _built_in() -> Codebook:
    return _collect({p.stem: read_layer(p) for p in sorted(BUILT_IN.glob("*.toml"))})


def _collect(layers: dict[str, Layer]) -> Codebook:
    ordered = dict(sorted(layers.items()))
    return Codebook(layers=ordered, version=codebook_version(ordered))


def load_codebook(folder: Path | None = None) -> Codebook:
    """Read the codebook: the built-in layers, each replaced or extended by a file of the same name.

    Parameters
    ----------
    folder : Path, optional
        A study's codebook folder; every `*.toml` in it is a layer. None: the built-in codebook.

    Returns
    -------
    Codebook

    Raises
    ------
    NotFoundError
        If the folder is not there.
    InputError
        If a file does not hold a layer; the message names file, key and what to do.

    Examples
    --------
    >>> load_codebook().find("feel", "relief").definition
    'Relieved: a weight is off.'
    """
    built_in = _built_in()
    if folder is None:
        return built_in
    if not folder.is_dir():
        raise NotFoundError(f"no codebook folder {folder.name}; write_codebook makes one to edit")
    own = {
        p.stem: read_layer(p, base=built_in.layers.get(p.stem))
        for p in sorted(folder.glob("*.toml"))
    }
    return _collect(built_in.layers | own)


def write_codebook(folder: Path) -> list[Path]:
    """Copy the built-in layers into a folder for editing; files that are there already stay untouched.

    Parameters
    ----------
    folder : Path
        Made when missing.

    Returns
    -------
    list of Path
        The files written, sorted.

    Raises
    ------
    StorageError
        If a file cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sorted(BUILT_IN.glob("*.toml")):
            target = folder / source.name
            if not target.exists():
                target.write_bytes(source.read_bytes())
                written.append(target)
    except OSError as error:
        raise StorageError(
            f"the codebook cannot be written to {folder.name}: {error.strerror}"
        ) from error
    return written


STAGE_GROUPS: dict[str, tuple[str, ...]] = read_layer(BUILT_IN / "stage.toml").members()
"""Groups in which the built-in stages are reported, in order: before, searching, diagnosis, ..."""
