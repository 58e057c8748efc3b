"""Looks: who saw raw text, when, and what for; only ever added to (R27)."""

import os
from datetime import datetime

import msgspec

from bedside.errors import PermissionRefused
from bedside.store.files import storage_errors
from bedside.store.study import Study

__all__ = ["Look", "note_look", "read_looks"]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look: when, by whom, at what; never what was seen."""

    at: datetime
    who: str
    what: str
    posts: int = 0


def note_look(study: Study, look: Look) -> None:
    """Write a look down before anything is shown.

    Raises
    ------
    PermissionRefused
        If nobody is named.
    StorageError
        If it cannot be written: then nothing may be shown.
    """
    if not look.who.strip():
        raise PermissionRefused(
            "raw text is shown to named persons only: say who you are with --as NAME; the look is written down"
        )
    line = msgspec.json.encode(look) + b"\n"
    with storage_errors("looks.jsonl"), (study.folder / "looks.jsonl").open("ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def read_looks(study: Study) -> list[Look]:
    """All looks, in order; a line that was cut off is left out."""
    path = study.folder / "looks.jsonl"
    found = []
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            found.append(msgspec.json.decode(line, type=Look))
        except msgspec.DecodeError:
            continue
    return found
