"""Entering a live source in the register from the command line's answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bedside.cli.adding import make_source
from bedside.cli.collecting import register_live
from bedside.errors import InputError
from bedside.model.sources import Source
from bedside.store.study import open_study

__all__ = ["enter"]


def enter(
    folder: Path, names: list[str], kind: str, answers: Mapping[str, Any], preset: str | None
) -> Source:
    """Register one live source: answers that the register knows are its own, the others are the kind's settings.

    Raises
    ------
    InputError
        If not exactly one source is named, or an answer has no meaning.
    """
    if len(names) != 1:
        raise InputError(f"--from registers one source: name it with --source, got {len(names)}")
    own = {key: value for key, value in answers.items() if key in Source.__struct_fields__}
    settings = {key: value for key, value in answers.items() if key not in own}
    study = open_study(folder)
    with study.locked():
        return register_live(study, make_source(names[0], preset, own), kind, settings)
