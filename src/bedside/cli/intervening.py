"""Listing and keeping interventions, for people and programs."""

from datetime import date
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec

from bedside.errors import InputError, suggest
from bedside.model.interventions import Intervention
from bedside.store.interventions import (
    add_intervention,
    read_interventions,
    withdraw_intervention,
)
from bedside.store.study import open_study
from bedside.understand.claims.book import read_claims

__all__ = ["add_text", "list_text", "withdraw_text"]


def list_text(folder: Path) -> tuple[list[dict[str, Any]], str]:
    """The log in order of entry."""
    kept = read_interventions(open_study(folder))
    lines = [_line(entry) for entry in kept] or ["no intervention is recorded yet"]
    return [msgspec.to_builtins(entry) for entry in kept], "\n".join(lines)


def _line(entry: Intervention) -> str:
    parts = [f"{entry.id}  {entry.on}", entry.what, entry.by]
    parts += [f"about {entry.about}"] if entry.about else []
    parts += [f"on {entry.where} alone"] if entry.where else []
    late = (entry.noted - entry.on).days
    parts += [f"entered {late} days later"] if late else []
    parts += [f"withdrawn: {entry.withdrawn}"] if entry.withdrawn else []
    return " · ".join(parts)


def add_text(
    folder: Path, what: str, *, by: str, on: str, about: str, where: str, kind: str, noted: date
) -> tuple[dict[str, Any], str]:
    """Enter an intervention."""
    study = open_study(folder)
    own = study.folder / "claims"
    known = [claim.id for claim in read_claims(own if own.is_dir() else None).claims]
    if about and about not in known:
        raise InputError(f"no claim '{about}' in the knowledge base; {suggest(about, known)}")
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise InputError(f"'{on}' is no day; give it as YYYY-MM-DD") from error
    with study.locked():
        entry = add_intervention(
            study, on=day, what=what, by=by, noted=noted, about=about, where=where, kind=kind
        )
    return msgspec.to_builtins(
        entry
    ), f"{_line(entry)}\nwhat followed is measured by: bedside run {quote(str(folder))}"


def withdraw_text(folder: Path, name: str, *, reason: str) -> tuple[dict[str, Any], str]:
    """Say that an entry does not hold."""
    study = open_study(folder)
    with study.locked():
        entry = withdraw_intervention(study, name, reason=reason)
    return msgspec.to_builtins(entry), _line(entry)
