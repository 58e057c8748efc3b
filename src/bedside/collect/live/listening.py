"""Listening to a stream for a while: its messages, one a line, as an answer like any other."""

import time
from typing import Any
from urllib.parse import urlsplit

from bedside.collect.live.exchange import Request, Response
from bedside.errors import InputError, SourceError

__all__ = ["listen"]

MOST_BYTES = 256 << 20
MOST_MESSAGE = 1 << 20
SILENT_SECONDS = 30.0


def listen(request: Request, agent: str) -> Response:
    """Listen for `request.listen` seconds, or until the stream breaks off or 256 MiB have come.

    Raises
    ------
    InputError
        If the extra `bedside[stream]` is not installed.
    SourceError
        If the stream cannot be opened; a later round goes on at the last message that came.
    """
    connect = _connect()
    host, until = urlsplit(request.url).netloc, time.monotonic() + request.listen
    lines: list[bytes] = []
    held = 0
    try:
        with connect(
            request.full, user_agent_header=agent, open_timeout=20, max_size=MOST_MESSAGE
        ) as stream:
            while held < MOST_BYTES and (left := until - time.monotonic()) > 0:
                message = stream.recv(timeout=min(left, SILENT_SECONDS))
                line = (message.encode() if isinstance(message, str) else bytes(message)).replace(
                    b"\n", b" "
                )
                lines.append(line)
                held += len(line)
    except TimeoutError:
        pass  # nobody said anything more
    except Exception as error:  # the library's errors have no common base with the system's
        if not lines:
            raise SourceError(
                f"the stream of {host} could not be listened to ({type(error).__name__}); check url in [live] of the source, "
                "then collect again"
            ) from error
    return Response(status=200, body=b"\n".join(lines))


def _connect() -> Any:
    try:
        from websockets.sync.client import connect
    except ModuleNotFoundError as error:
        raise InputError(
            "listening to a stream needs the package websockets; install it with: pip install 'bedside[stream]'"
        ) from error
    return connect
