"""Safe by default: every request passes here first, and every answer leaves with the same strict headers.

Loopback is not private: any page in the same browser can send requests to it, and a name that an attacker owns can be made
to point to it. So a request must name this machine as its host, bring the session's cookie, and, where it changes anything,
come from our own pages with the session's own sign.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, quote

from starlette.responses import RedirectResponse, Response

from bedside.explore.doors import Door, Identity
from bedside.explore.forms import Message, Receive, Scope, check_form, refuse

__all__ = ["HEADERS", "Guard", "Send", "is_local"]

Send = Callable[[Message], Awaitable[None]]

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer a browser hides the origin of our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex",
}
ONLY_TLS = {"strict-transport-security": "max-age=31536000"}


def is_local(path: str) -> bool:
    r"""Whether an address to go on to lies on this server.

    Examples
    --------
    >>> [
    ...     is_local(p)
    ...     for p in ("/journey?x=1", "//evil.example", "/\\evil.example", "https://e", "")
    ... ]
    [True, False, False, False, False]
    """
    return path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path


class Guard:
    """Middleware: host, session, origin and sign are checked before anything else runs."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        answered = self._with_headers(send, scope["path"].startswith("/static/"))
        refusal, receive = await self._judge(scope, receive)
        if refusal is None:
            await self._app(scope, receive, answered)
        else:
            await refusal(scope, receive, answered)

    async def _judge(self, scope: Scope, receive: Receive) -> tuple[Response | None, Receive]:
        """A refusal, or None; a body that was read for its sign is given on."""
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        host = headers.get("host", "")
        if _host_name(host) not in self._door.hosts:
            return refuse(421, "This server answers to its own name only."), receive
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return refuse(405, "Pages are read or sent a form, nothing else."), receive
        identity = self._door.known(_cookie(headers.get("cookie", ""), self._door.cookie))
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if identity is None or scope["path"] == "/enter":
            answer = self._at_the_door(scope["path"], query, known=identity is not None)
            if answer is not None:
                return answer, receive
        scope.setdefault("state", {})["identity"] = identity or Identity(roles=frozenset())
        if scope["method"] != "POST":
            return None, receive
        return await check_form(scope, headers, receive, identity)

    def _at_the_door(
        self, path: str, query: dict[str, list[str]], *, known: bool
    ) -> Response | None:
        if known:
            return RedirectResponse("/", 303)
        session = self._door.enter(path, query)
        if session is None:
            return self._door.turned_away(path)
        onward = query.get("to", ["/"])[0]
        answer = RedirectResponse(
            quote(onward, safe="/?&=:,%+-_.~") if is_local(onward) else "/", 303
        )
        answer.set_cookie(
            self._door.cookie,
            session,
            httponly=True,
            samesite="strict",
            secure=self._door.secure,
            path="/",
        )
        return answer

    def _with_headers(self, send: Send, static: bool) -> Send:
        kept = "max-age=31536000, immutable" if static else "no-store"
        held = HEADERS | {"cache-control": kept} | (ONLY_TLS if self._door.secure else {})
        ours = [(k.encode(), v.encode()) for k, v in held.items()]
        names = {name for name, _ in ours}

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                theirs = [(k, v) for k, v in message.get("headers", []) if k.lower() not in names]
                message["headers"] = [*theirs, *ours]
            await send(message)

        return sent


def _host_name(host: str) -> str:
    """The name in a Host header, without its port.

    Examples
    --------
    >>> _host_name("LOCALHOST:8000"), _host_name("[::1]:8000")
    ('localhost', '[::1]')
    """
    name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    return name.lower()


def _cookie(header: str, name: str) -> str:
    """One cookie; others that the same host name was given, however odd, do not hide it."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return next((value for key, _, value in pairs if key == name), "")
