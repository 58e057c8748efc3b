"""Serving a team: over TLS only, to people who log in, under names that were allowed."""

import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from starlette.applications import Starlette

from bedside.errors import InputError
from bedside.explore.app import make_app
from bedside.explore.people import People
from bedside.explore.serving import listening_on, run_server, start_warming
from bedside.explore.team import TeamDoor
from bedside.store.study import open_study

__all__ = ["Listening", "serve_team", "team_app"]


class Listening(NamedTuple):
    """Where to listen, with which certificate, and by which names to be called."""

    host: str
    port: int
    cert: Path
    key: Path
    hosts: frozenset[str]

    @classmethod
    def of(cls, listen: str, *, cert: Path, key: Path, hosts: Sequence[str]) -> "Listening":
        """Read `HOST:PORT` and try the certificate.

        Raises
        ------
        InputError
            If the address has no port, or certificate and key do not load together.
        """
        host, _, port = listen.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
            raise InputError("--listen needs HOST:PORT, such as 0.0.0.0:8443")
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
                cert, key, password=""
            )
        except (OSError, ssl.SSLError) as error:
            raise InputError(
                f"certificate and key do not load ({type(error).__name__}): give PEM files that belong together, the key without a password"
            ) from error
        names = frozenset(name.strip().lower() for name in hosts if name.strip())
        if any(
            "*" in name or "/" in name or (":" in name and not name.startswith("["))
            for name in names
        ):
            raise InputError(
                "--host is a bare name, such as study.example.org: no port, no slash, no star"
            )
        return cls(host.strip("[]"), int(port), cert, key, names)


def _now() -> datetime:
    return datetime.now(UTC)


def team_app(
    folder: Path,
    hosts: frozenset[str],
    *,
    clock: Callable[[], datetime] = _now,
    people: People | None = None,
) -> Starlette:
    """The explorer of a study behind a log-in.

    Raises
    ------
    InputError
        If nobody is in the team.
    """
    study = open_study(folder)
    held = people or People(study)
    if not held.all():
        raise InputError(
            "nobody could log in; enter people first with: bedside team add STUDY NAME --role lead"
        )
    door = TeamDoor(study, held, hosts=hosts, clock=clock)
    return make_app(folder, door=door, clock=clock)


def serve_team(folder: Path, at: Listening, *, ready: Callable[[str], None]) -> None:
    """Serve a study to its team until the process is interrupted.

    Raises
    ------
    InputError
        If nobody is in the team, or the address cannot be used.
    """
    app = team_app(folder, at.hosts)
    app.state.house.ground()  # a study that cannot be opened is told here, not in the browser
    try:
        with listening_on(at.host, at.port) as listening:
            ready(f"https://{sorted(at.hosts)[0]}:{listening.getsockname()[1]}/")
            start_warming(app)
            run_server(app, listening, cert=at.cert, key=at.key)
    finally:
        app.state.house.close()
