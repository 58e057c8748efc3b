"""Forms: a form that another site sent, or that lacks the session's sign, is refused before anything reads it."""

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.responses import PlainTextResponse, Response

from bedside.explore.doors import Identity

__all__ = ["Message", "Receive", "Scope", "check_form", "refuse"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

MOST_BYTES = 1_000_000  # of a form: a memo is long at 10 kB


async def check_form(
    scope: Scope, headers: dict[str, str], receive: Receive, identity: Identity | None
) -> tuple[Response | None, Receive]:
    """Refuse a form that another site sent, or that lacks the session's sign."""
    if identity is None:
        return None, receive  # a page that is open to all, such as a log-in, checks its own form
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc != headers.get("host")
    ):
        return refuse(403, "This form came from another site."), receive
    body = await _body(receive)
    if body is None:
        return refuse(413, f"A form may hold {MOST_BYTES:,} bytes."), receive
    given = headers.get("x-sign") or _sign_in(headers.get("content-type", ""), body)
    if not hmac.compare_digest(given.encode("utf-8", "replace"), identity.sign.encode()):
        return refuse(
            403, "This form lacks the sign of your session; load its page again."
        ), receive

    held = [body]

    async def again() -> Message:
        if held:
            return {"type": "http.request", "body": held.pop(), "more_body": False}
        return await receive()

    return None, again


def _sign_in(kind: str, body: bytes) -> str:
    if not kind.startswith("application/x-www-form-urlencoded"):
        return ""
    return parse_qs(body.decode("latin-1")).get("sign", [""])[0]


async def _body(receive: Receive) -> bytes | None:
    """The whole body, None where it is too long."""
    parts, held, more = [], 0, True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        held += len(parts[-1])
        if held > MOST_BYTES:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


def refuse(status: int, words: str) -> Response:
    """An answer that says no, in words."""
    return PlainTextResponse(words, status_code=status)
