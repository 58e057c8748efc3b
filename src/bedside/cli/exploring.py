"""`open` without an id: the explorer in a browser."""

import webbrowser
from pathlib import Path

import typer

from bedside.errors import InputError
from bedside.explore.doors import Identity
from bedside.explore.serving import serve_study

__all__ = ["explore"]


def explore(folder: Path, *, who: str, raw: bool, browser: bool, port: int) -> None:
    """Serve the explorer until Ctrl-C, and open it.

    Parameters
    ----------
    folder : Path
    who : str
        Name that stands with decisions and looks.
    raw : bool
        Whether text as it was collected may be asked for; each look is logged.
    browser : bool
        Whether to open one; else the address is printed.
    port : int
        0: any that is free.

    Raises
    ------
    InputError
        If raw text is to be seen by nobody in particular.
    """
    if raw and not who.strip():
        raise InputError("raw text is shown to named persons only: say who you are with --as NAME")
    roles = Identity().roles | ({"raw"} if raw else set())

    def ready(address: str, entrance: str) -> None:
        if browser and webbrowser.open(entrance):
            typer.echo(f"The explorer is open at {address} in your browser.")
        else:
            typer.echo(f"Open this address, once:  {entrance}")
        typer.echo("It answers this machine only. Leave it with Ctrl-C.")

    serve_study(
        folder,
        identity=Identity(name=who.strip(), roles=frozenset(roles)),
        port=port,
        ready=ready,
    )
