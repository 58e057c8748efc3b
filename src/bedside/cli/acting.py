"""Listing and keeping actions, for people and programs."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from bedside.errors import InputError, NotFoundError, suggest
from bedside.measure.bound import study_codebook
from bedside.measure.care.themes import load_themes
from bedside.model.actions import Action
from bedside.report.figures import shelve
from bedside.report.pains import Proposal, proposals
from bedside.report.releasing import latest_release
from bedside.report.words import plain
from bedside.store.actions import add_action, move_action, read_actions
from bedside.store.study import Study, open_study

__all__ = ["add_text", "list_text", "move_text"]


def _proposed(study: Study) -> list[Proposal]:
    """Proposals of the last release; none before there is one."""
    try:
        made = latest_release(study)
    except NotFoundError:
        return []
    return proposals(shelve(made.figures, small=made.small_count))


def list_text(folder: Path) -> tuple[list[dict[str, Any]], str]:
    """Actions in order of entry, then proposals that none follows."""
    study = open_study(folder)
    kept = read_actions(study)
    followed = {(a.aspect, a.remedy) for a in kept}
    lines = [_line(action) for action in kept] or ["no action is recorded yet"]
    open_ = [p for p in _proposed(study) if (p.aspect, p.remedy) not in followed]
    if open_:
        lines.append("people propose, and no action follows yet:")
        lines += [
            f"  --for {p.aspect}:{p.remedy}   {p.figure.hits_accounts} accounts want {plain(p.remedy)} for {plain(p.aspect)}"
            for p in open_
        ]
    return [msgspec.to_builtins(action) for action in kept], "\n".join(lines)


def _line(action: Action) -> str:
    about = ":".join(part for part in (action.aspect, action.remedy) if part)
    parts = [f"{action.id}  {action.now.status} since {action.now.on}", action.what, action.owner]
    parts += [f"for {about}"] if about else []
    parts += [f"because {action.now.reason}"] if action.now.reason else []
    return " · ".join(parts)


def _about(study: Study, text: str) -> tuple[str, str]:
    """Aspect and proposal of `ASPECT:PROPOSAL`; both empty where nothing is given."""
    aspect, _, remedy = text.partition(":")
    book = study_codebook(study)
    aspects = list(dict.fromkeys(name.split(":")[0] for name in book.layer("care").names()))
    if aspect and aspect not in aspects:
        raise InputError(f"no aspect '{aspect}' of care; {suggest(aspect, aspects)}")
    known = list(load_themes()["remedy"])
    if remedy and remedy not in known:
        raise InputError(f"no proposal '{remedy}'; {suggest(remedy, known)}")
    return aspect, remedy


def add_text(
    folder: Path, what: str, *, owner: str, about: str, status: str, reason: str, on: date
) -> tuple[dict[str, Any], str]:
    """Enter an action."""
    study = open_study(folder)
    aspect, remedy = _about(study, about)
    with study.locked():
        action = add_action(
            study,
            what=what,
            owner=owner,
            on=on,
            status=status,
            reason=reason,
            aspect=aspect,
            remedy=remedy,
        )
    return msgspec.to_builtins(
        action
    ), f"{_line(action)}\nin the next report: bedside report {folder}"


def move_text(
    folder: Path, name: str, *, status: str, reason: str, owner: str, on: date
) -> tuple[dict[str, Any], str]:
    """Say where an action stands now."""
    study = open_study(folder)
    with study.locked():
        action = move_action(study, name, status=status, on=on, reason=reason, owner=owner)
    return msgspec.to_builtins(action), _line(action)
