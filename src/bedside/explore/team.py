"""The door for a team: log-in with throttled failures, sessions that expire, every entrance written down."""

import hmac
import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from threading import BoundedSemaphore, RLock
from urllib.parse import urlsplit

import msgspec
from itsdangerous import BadSignature, Signer
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bedside.explore.doors import Identity
from bedside.explore.people import Member, People, rights
from bedside.explore.security import is_local
from bedside.explore.templating import environment
from bedside.store.files import storage_errors
from bedside.store.study import Study

__all__ = ["TeamDoor", "Throttle"]

WHOLE = timedelta(hours=8)  # a session's life, however busy
IDLE = timedelta(minutes=30)  # without a page
FREE_FAILURES = 5  # before waiting begins
FIRST_WAIT = timedelta(seconds=30)  # doubled with every further failure
LONGEST_WAIT = timedelta(minutes=15)
MOST_KEPT = 10_000  # names and addresses whose failures are remembered
MOST_SESSIONS = 1_000
AT_ONCE = 2  # hashes computed at a time: each takes 64 MB
MOST_FORM = 10_000  # bytes
OPEN = ("/login",)


class Throttle:
    """Failures by name and by address: after five, each costs twice the wait of the one before.

    Parameters
    ----------
    clock : callable
        Gives the time, with a zone.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._failures: dict[str, tuple[int, datetime]] = {}
        self._lock = RLock()

    def wait(self, *whom: str) -> timedelta:
        """How long whoever asks must wait; nothing: they may try."""
        now = self._clock()
        with self._lock:
            left = [self._until(one) - now for one in whom if one in self._failures]
        return max([*left, timedelta(0)])

    def _until(self, one: str) -> datetime:
        number, last = self._failures[one]
        if number < FREE_FAILURES:
            return last
        doubled: int = 2 ** min(number - FREE_FAILURES, 10)
        return last + min(FIRST_WAIT * doubled, LONGEST_WAIT)

    def failed(self, *whom: str) -> None:
        """Remember a failure of each."""
        now = self._clock()
        with self._lock:
            for one in whom:
                number, last = self._failures.pop(one, (0, now))
                fresh = number if now - last < LONGEST_WAIT * 4 else 0
                self._failures[one] = (fresh + 1, now)
            while len(self._failures) > MOST_KEPT:
                self._failures.pop(next(iter(self._failures)))

    def passed(self, *whom: str) -> None:
        """Forget the failures of each."""
        with self._lock:
            for one in whom:
                self._failures.pop(one, None)


class _Session(msgspec.Struct):
    name: str
    begun: datetime
    last: datetime


class TeamDoor:
    """Log-in for a team; see `security.Door`.

    Parameters
    ----------
    study : Study
    people : People
    hosts : frozenset of str
        Names by which this server may be called; all others are refused.
    clock : callable
    """

    secure = True

    def __init__(
        self, study: Study, people: People, *, hosts: frozenset[str], clock: Callable[[], datetime]
    ) -> None:
        self.hosts = frozenset(host.lower() for host in hosts)
        self.cookie = "__Host-bedside_" + sha256(study.config.id.encode()).hexdigest()[:10]
        self._study, self._people, self._clock = study, people, clock
        self._signer = Signer(
            secrets.token_bytes(32), salt="session"
        )  # a restart logs everybody out
        self._sessions: dict[str, _Session] = {}
        self._lock = RLock()
        self._hashing = BoundedSemaphore(AT_ONCE)
        self.throttle = Throttle(clock)
        self._page = environment().get_template("login.html")

    # the door, as the guard knows it

    def known(self, session: str) -> Identity | None:
        """Who a cookie belongs to; their roles as they are now."""
        held = self._held(session)
        if held is None:
            return None
        member = self._people.find(held.name)
        if member is None:
            return None
        sign = hmac.new(session.encode(), b"form", sha256).hexdigest()
        return Identity(name=member.name, roles=rights(member.roles), sign=sign, leaves=True)

    def _held(self, session: str) -> _Session | None:
        """The session of a cookie, if its signature is ours and it has not expired."""
        try:
            key = self._signer.unsign(session).decode()
        except (BadSignature, UnicodeError):
            return None
        now = self._clock()
        with self._lock:
            held = self._sessions.get(key)
            if held is None:
                return None
            if now - held.begun >= WHOLE or now - held.last >= IDLE:
                del self._sessions[key]
                return None
            held.last = now
            return held

    def enter(self, path: str, query: dict[str, list[str]]) -> str | None:
        """No address opens a session: people log in."""
        return None

    def turned_away(self, path: str) -> Response | None:
        """The form to log in is open to all, and so is what it looks like."""
        if path in OPEN or path.startswith("/static/"):
            return None
        return RedirectResponse("/login", 303)

    # log-in and log-out

    def routes(self) -> list[Route]:
        """Pages of the door itself."""
        return [
            Route("/login", self._form),
            Route("/login", self._log_in, methods=["POST"]),
            Route("/logout", self._log_out, methods=["POST"]),
        ]

    async def _form(self, request: Request) -> Response:
        if request.state.identity.name:
            return RedirectResponse("/", 303)
        return self._say("", 200)

    def _say(self, problem: str, status: int) -> Response:
        return HTMLResponse(self._page.render(problem=problem, study=self._study.config), status)

    async def _log_in(self, request: Request) -> Response:
        if not _from_here(request):
            return self._say("This form came from another site.", 403)
        if int(request.headers.get("content-length") or MOST_FORM + 1) > MOST_FORM:
            return self._say("This form is too long.", 413)
        form = await request.form()
        address = request.client.host if request.client else ""
        return await run_in_threadpool(self._try, form, address)

    def _try(self, form: FormData, address: str) -> Response:
        """One attempt: waits are told before the password is looked at, and a wrong name reads as a wrong password."""
        name, password = (str(form.get(field, "")) for field in ("name", "password"))
        whom = (f"name {name.strip().casefold()[:60]}", f"address {address}")
        wait = self.throttle.wait(*whom)
        if wait > timedelta(0):
            self._note("throttled", self._people.find(name))
            seconds = int(wait.total_seconds()) + 1
            answer = self._say(f"Too many failures; try again in {seconds} seconds.", 429)
            answer.headers["retry-after"] = str(seconds)
            return answer
        with self._hashing:
            member = self._people.check(name, password)
        if member is None:
            self.throttle.failed(*whom)
            self._note("refused", self._people.find(name))
            return self._say("Name or password is wrong.", 403)
        self.throttle.passed(*whom)
        self._note("entered", member)
        return self._entered(member, str(form.get("to", "/")))

    def _entered(self, member: Member, onward: str) -> Response:
        now, key = self._clock(), secrets.token_urlsafe(32)
        with self._lock:
            self._sessions = {
                k: s
                for k, s in self._sessions.items()
                if now - s.begun < WHOLE and now - s.last < IDLE
            }
            while len(self._sessions) >= MOST_SESSIONS:
                self._sessions.pop(next(iter(self._sessions)))
            self._sessions[key] = _Session(member.name, now, now)
        answer = RedirectResponse(onward if is_local(onward) else "/", 303)
        answer.set_cookie(
            self.cookie,
            self._signer.sign(key).decode(),
            max_age=int(WHOLE.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=True,
            path="/",
        )
        return answer

    async def _log_out(self, request: Request) -> Response:
        session = request.cookies.get(self.cookie, "")
        held = self._held(session)
        if held is not None:
            with self._lock:
                self._sessions.pop(self._signer.unsign(session).decode(), None)
            self._note("left", self._people.find(held.name))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(self.cookie, path="/", secure=True, httponly=True, samesite="strict")
        return answer

    def _note(self, what: str, member: Member | None) -> None:
        """Write an entrance down; a name that is nobody's is not written, for it may be a password."""
        line = msgspec.json.encode(
            {"at": self._clock(), "who": member.name if member is not None else "", "what": what}
        )
        path = self._study.folder / "entrances.jsonl"
        with self._lock, storage_errors(path.name), path.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _from_here(request: Request) -> bool:
    """Whether the form to log in came from our own page: another site must not log anybody in."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
