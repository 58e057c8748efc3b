"""The team in words, and opening a study for it."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Any

import typer

from bedside.errors import InputError
from bedside.explore.people import Member, People
from bedside.explore.team_serving import Listening, serve_team
from bedside.store.study import open_study

__all__ = ["add_text", "list_text", "open_team", "remove_text", "roles_text"]

Answer = tuple[Any, str]


def _told(member: Member) -> dict[str, Any]:
    return {"name": member.name, "roles": list(member.roles)}


def list_text(folder: Path) -> Answer:
    """Everybody with their roles; never a hash."""
    members = People(open_study(folder)).all()
    lines = [f"{m.name}: {', '.join(m.roles)}" for m in members]
    none = f"nobody yet; enter people with: bedside team add {quote(str(folder))} NAME --role lead"
    return [_told(m) for m in members], "\n".join(lines) or none


def add_text(folder: Path, name: str, roles: Sequence[str], password: str) -> Answer:
    """Enter a person."""
    study = open_study(folder)
    with study.locked():
        made = People(study).add(name, roles, password)
    return _told(made), f"{made.name} may log in as {', '.join(made.roles)}"


def roles_text(folder: Path, name: str, roles: Sequence[str]) -> Answer:
    """Give a person other roles."""
    study = open_study(folder)
    with study.locked():
        made = People(study).change(name, roles)
    return _told(made), f"{made.name} is now {', '.join(made.roles)}"


def remove_text(folder: Path, name: str) -> Answer:
    """Take a person out."""
    study = open_study(folder)
    with study.locked():
        People(study).remove(name)
    return {"removed": name}, f"{name} may no longer log in; what they decided stays"


def open_team(
    folder: Path,
    *,
    team: bool,
    listen: str,
    cert: Path | None,
    key: Path | None,
    hosts: Sequence[str],
) -> None:
    """Serve a study to its team until Ctrl-C.

    Raises
    ------
    InputError
        Without an address, a certificate and its key, the names by which it may be called, or anybody in the team.
    """
    if not team:
        raise InputError("--listen is for a team that logs in: give --team with it")
    if not listen:
        raise InputError(
            "--team needs --listen HOST:PORT; without --team a study is open on this machine only"
        )
    if cert is None or key is None:
        raise InputError("a team logs in over TLS only: give --cert FILE and --key FILE (PEM)")
    if not hosts:
        raise InputError(
            "say by which names this server may be called: --host NAME; all others are refused"
        )

    def ready(address: str) -> None:
        typer.echo(f"The study is open to its team at {address}  Leave it with Ctrl-C.")

    serve_team(folder, Listening.of(listen, cert=cert, key=key, hosts=hosts), ready=ready)
