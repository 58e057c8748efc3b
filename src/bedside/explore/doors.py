"""Doors: who is asking, and how people come in: by one token on one machine, or by a log-in for a team."""

import hmac
import secrets
from hashlib import sha256
from typing import Protocol

import msgspec
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

__all__ = ["LOOPBACK", "Door", "Identity", "OneToken"]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
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
