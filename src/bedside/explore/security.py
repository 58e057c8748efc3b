"""Safe by default: every request passes here first, and every answer leaves with the same strict headers.

Loopback is not private: any page in the same browser can send requests to it, and a name that an attacker owns can be made
to point to it. So a request must name this machine as its host, bring the session's cookie, and, where it changes anything,
come from our own pages with the session's own sign.
"""

import hmac
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import parse_qs, quote, urlsplit

import msgspec
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

__all__ = [
    "HEADERS",
    "LOOPBACK",
    "Door",
    "Guard",
    "Identity",
    "Message",
    "OneToken",
    "Receive",
    "Scope",
    "Send",
    "is_local",
]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
MOST_BYTES = 1_000_000  # of a form: a memo is long at 10 kB
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
CLOSED = (
    "This page is closed.\n\nIt opens once, by the address that `bedside open` printed; that address was used, or bedside was "
    "started again since.\nGive `bedside open STUDY` again and use the new address."
)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking.

    Attributes
    ----------
    name : str
        Stands with decisions and looks; empty: nobody was named, and then neither can be made.
    roles : frozenset of str
        read | code | decide | safety | raw.
    sign : str
        The session's sign against forms of other sites.
    leaves : bool
        Whether the session may be left, by logging out.
    """

    name: str = ""
    roles: frozenset[str] = frozenset({"read", "code", "decide", "safety"})
    sign: str = ""
    leaves: bool = False

    def may(self, role: str) -> bool:
        """Whether a role was given."""
        return role in self.roles


class Door(Protocol):
    """How people come in: `OneToken` on one machine; a log-in for a team."""

    hosts: frozenset[str]
    cookie: str
    secure: bool

    def known(self, session: str) -> Identity | None:
        """Who a session's cookie belongs to; None: nobody."""

    def enter(self, path: str, query: dict[str, list[str]]) -> str | None:
        """A new session, where this request may open one; else None."""

    def turned_away(self, path: str) -> Response | None:
        """What somebody without a session is told; None: the page is open to all, such as a form to log in."""

    def routes(self) -> list[Route]:
        """Pages of the door itself, such as a form to log in."""


class OneToken:
    """One session, opened once by the token in the address; a restart makes a new token.

    Parameters
    ----------
    token : str
        At least 32 characters of chance.
    identity : Identity
    hosts : frozenset of str
        Host names by which this server may be called.
    study : str
        Names the cookie, so that two studies that are open at once do not close each other.
    """

    secure = False

    def __init__(
        self,
        token: str,
        identity: Identity,
        *,
        hosts: frozenset[str] = LOOPBACK,
        study: str = "",
    ) -> None:
        self.hosts = hosts
        self.cookie = "bedside_" + sha256(study.encode()).hexdigest()[:10]
        self._token: str | None = token
        self._session: str | None = None
        self._identity = identity

    def known(self, session: str) -> Identity | None:
        """The one identity, for the one session."""
        if self._session is None or not hmac.compare_digest(
            session.encode("utf-8", "replace"), self._session.encode()
        ):
            return None
        return msgspec.structs.replace(self._identity, sign=_sign(self._session))

    def enter(self, path: str, query: dict[str, list[str]]) -> str | None:
        """Open the session, the first time that the token is shown."""
        given = query.get("token", [""])[0]
        if path != "/enter" or self._token is None or not given:
            return None
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._token.encode()):
            return None
        self._token, self._session = None, secrets.token_urlsafe(32)
        return self._session

    def turned_away(self, path: str) -> Response | None:
        """Nothing is open without a session."""
        return PlainTextResponse(CLOSED, status_code=403)

    def routes(self) -> list[Route]:
        """No pages: the address is the key."""
        return []


def _sign(session: str) -> str:
    """What our own forms carry: it tells nothing of the session."""
    return hmac.new(session.encode(), b"form", sha256).hexdigest()


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
            return _refuse(421, "This server answers to its own name only."), receive
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return _refuse(405, "Pages are read or sent a form, nothing else."), receive
        identity = self._door.known(_cookie(headers.get("cookie", ""), self._door.cookie))
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if identity is None or scope["path"] == "/enter":
            answer = self._at_the_door(scope["path"], query, known=identity is not None)
            if answer is not None:
                return answer, receive
        scope.setdefault("state", {})["identity"] = identity or Identity(roles=frozenset())
        if scope["method"] != "POST":
            return None, receive
        return await _check_form(scope, headers, receive, identity)

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


async def _check_form(
    scope: Scope, headers: dict[str, str], receive: Receive, identity: Identity | None
) -> tuple[Response | None, Receive]:
    """Refuse a form that another site sent, or that lacks the session's sign."""
    if identity is None:
        return None, receive  # a page that is open to all, such as a log-in, checks its own form
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc != headers.get("host")
    ):
        return _refuse(403, "This form came from another site."), receive
    body = await _body(receive)
    if body is None:
        return _refuse(413, f"A form may hold {MOST_BYTES:,} bytes."), receive
    given = headers.get("x-sign") or _sign_in(headers.get("content-type", ""), body)
    if not hmac.compare_digest(given.encode("utf-8", "replace"), identity.sign.encode()):
        return _refuse(
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


def _refuse(status: int, words: str) -> Response:
    return PlainTextResponse(words, status_code=status)


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
