"""Serving: the explorer on this machine's loopback, for as long as the command runs."""

import gc
import secrets
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bedside.errors import InputError
from bedside.explore.app import make_app
from bedside.explore.doors import Identity
from bedside.explore.lanes import stand_back

__all__ = ["listening_on", "run_server", "serve_study", "start_warming"]

LOOPBACK = "127.0.0.1"
TURN = 0.001  # seconds that a thread computes before another may: a short answer asks for its turn some six times


def serve_study(
    folder: Path, *, identity: Identity, port: int, ready: Callable[[str, str], None]
) -> None:
    """Serve a study on loopback until the process is interrupted.

    Parameters
    ----------
    folder : Path
    identity : Identity
        Who sits at this machine.
    port : int
        0: any that is free.
    ready : callable
        Told the address without and with the one-time token, once connections are taken.

    Raises
    ------
    InputError
        If the port is taken.
    """
    token = secrets.token_urlsafe(32)
    app = make_app(folder, token=token, identity=identity)
    house = app.state.house
    house.ground()  # a study that cannot be opened is told here, not in the browser
    try:
        with listening_on(LOOPBACK, port) as listening:
            address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/"
            ready(address, f"{address}enter?token={token}")
            start_warming(app)
            run_server(app, listening)
    finally:
        house.close()


def start_warming(app: Starlette) -> None:
    """Make in the background what the first visitor would wait for."""
    Thread(target=app.state.warm, args=(stand_back,), name="warming", daemon=True).start()


def run_server(
    app: ASGIApp, listening: socket.socket, *, cert: Path | None = None, key: Path | None = None
) -> None:
    """Answer on a socket that listens already; addresses are not logged, since they hold what people search for."""
    sys.setswitchinterval(TURN)
    gc.callbacks.append(_set_apart)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=3,
        ssl_certfile=cert,
        ssl_keyfile=key,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _set_apart(phase: str, about: dict[str, int]) -> None:
    """What outlived a whole collection is not looked through again: with some million objects that holds up every page.

    References are counted as before, so what a cache lets go is freed; the house gives the rest back when the study changes.
    """
    if phase == "stop" and about["generation"] == 2:
        gc.freeze()


def listening_on(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises
    ------
    InputError
        If the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise InputError(
            f"port {port} cannot be used; give another with --port, or leave it out for any that is free"
            if host == LOOPBACK
            else f"cannot listen on {host}:{port}; give an address of this machine and a port that is free"
        ) from error
    listening.listen(128)
    return listening
