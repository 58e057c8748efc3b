"""What the analyst decided about themes, and what is remembered of the last run: two small files of the study."""

import re
from pathlib import Path
from typing import TypeVar

import msgspec

from bedside.errors import FormatError, InputError, suggest
from bedside.store.files import replace_file

__all__ = [
    "Decisions",
    "Memory",
    "decide",
    "read_decisions",
    "read_memory",
    "settle_memory",
    "write_decisions",
    "write_memory",
]

Kept = TypeVar("Kept", "Decisions", "Memory", "Coming")
_ID = re.compile(r"t\d+(\.\d+)*")
MOST_THEMES = 200
MOST_PARTS = 9
LONGEST_NAME = 80


class Decisions(msgspec.Struct, forbid_unknown_fields=True):
    """The analyst's decisions, in the order in which they count: splits, then merges, then names.

    Attributes
    ----------
    count : int or None
        Themes to find; None: by the number of posts.
    splits : dict of str to int
        Theme -> parts; the parts of t4 are t4.1, t4.2.
    merges : dict of str to str
        Theme -> theme that takes its posts.
    names : dict of str to str
        Theme -> name.
    """

    count: int | None = None
    splits: dict[str, int] = {}
    merges: dict[str, str] = {}
    names: dict[str, str] = {}


class Memory(msgspec.Struct, forbid_unknown_fields=True):
    """Centres of the last run's themes by id, as 256 whole numbers each: a mean of many posts, no post's own.

    `next` is the number of the next new theme; an id is never given twice.
    """

    next: int = 1
    centres: dict[str, list[int]] = {}


class Coming(msgspec.Struct, forbid_unknown_fields=True):
    """Memory that counts from the next run on, once the tables made from `key` are kept."""

    key: str = ""
    memory: Memory = msgspec.field(default_factory=Memory)


def _read(path: Path, kind: type[Kept]) -> Kept:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return kind()
    except msgspec.DecodeError as error:
        raise FormatError(
            f"{path.name} cannot be read ({error}); mend it, or remove it to begin anew"
        ) from error


def read_decisions(study: Path) -> Decisions:
    """Decisions of a study; none where there is no file."""
    return _read(study / "themes" / "decisions.json", Decisions)


def read_memory(study: Path) -> Memory:
    """Memory of a study; empty before a first run."""
    return _read(study / "themes" / "memory.json", Memory)


def _write(path: Path, value: Decisions | Memory | Coming) -> None:
    data = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n"
    replace_file(path, lambda file: file.write(data))


def write_decisions(study: Path, decisions: Decisions) -> None:
    """Keep decisions."""
    _write(study / "themes" / "decisions.json", decisions)


def write_memory(study: Path, key: str, memory: Memory) -> None:
    """Keep what the next run needs to give the same themes the same ids; it counts once `settle_memory` is told so.

    Notes
    -----
    A run that is killed between its tables finds the same themes again, because the old memory still stands.
    """
    _write(study / "themes" / "coming.json", Coming(key, memory))


def settle_memory(study: Path, key: str) -> None:
    """Let the memory of the tables made from `key` count, now that both of them are kept."""
    path = study / "themes" / "coming.json"
    coming = _read(path, Coming)
    if coming.key == key:
        _write(study / "themes" / "memory.json", coming.memory)
        path.unlink()


def decide(
    decisions: Decisions,
    known: list[str],
    *,
    merge: tuple[str, str] | None = None,
    split: tuple[str, int] | None = None,
    rename: tuple[str, str] | None = None,
    undo: str | None = None,
    count: int | None = None,
) -> Decisions:
    """Decisions with one more.

    Parameters
    ----------
    known : list of str
        Ids of the themes as they stand.
    merge : tuple of str and str
        Theme whose posts go, theme that takes them.
    split : tuple of str and int
        Theme and parts, at least 2.
    rename : tuple of str and str
    undo : str
        Theme about which everything decided is forgotten.
    count : int
        Themes to find.

    Raises
    ------
    InputError
        If a theme is not known, would take itself, or a number has no meaning.
    """
    for theme in [*(merge or ()), *(split or ())[:1], *(rename or ())[:1]]:
        if theme not in known:
            raise InputError(f"no theme '{theme}'; {suggest(str(theme), known)}")
    new = msgspec.convert(msgspec.to_builtins(decisions), Decisions)
    if merge:
        if merge[0] == merge[1]:
            raise InputError(f"theme {merge[0]} cannot be merged into itself; name two themes")
        new.merges[merge[0]] = merge[1]
    if split:
        new.splits[split[0]] = _within(split[1], 2, MOST_PARTS, "parts of a theme")
    if rename:
        new.names[rename[0]] = rename[1].strip()[:LONGEST_NAME]
    if undo:
        _forget(new, undo)
    if count is not None:
        new.count = _within(count, 2, MOST_THEMES, "themes")
    return new


def _within(number: int, low: int, high: int, what: str) -> int:
    if not low <= number <= high:
        raise InputError(f"{number} {what}; give {low} to {high}")
    return number


def _forget(decisions: Decisions, theme: str) -> None:
    if not _ID.fullmatch(theme):
        raise InputError(f"'{theme}' is no theme's id; ids are like t4 or t4.1")
    decisions.splits.pop(theme, None)
    decisions.names.pop(theme, None)
    for gone, taker in list(decisions.merges.items()):
        if theme in (gone, taker):
            del decisions.merges[gone]
