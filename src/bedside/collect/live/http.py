"""The one HTTP client of live sources: polite, bounded, and clear about what went wrong."""

import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import stamina

from bedside.collect.live.credentials import Wallet
from bedside.collect.live.exchange import Request, Response, origin_of
from bedside.collect.live.listening import listen
from bedside.collect.live.robots import Robots
from bedside.errors import PermissionRefused, SourceError

__all__ = ["Client", "Manners", "agent"]

KEPT_HEADERS = ("content-type", "etag", "last-modified", "link", "x-wp-total", "x-wp-totalpages")
BUSY = frozenset((408, 425, 429, 500, 502, 503, 504))
MOST_REDIRECTS = 5
MOST_BACKOFF = 30.0  # seconds between two tries where the server names none
LOGIN_WORDS = ("login", "log-in", "signin", "sign-in", "auth", "account/log", "session/new")
HTML_STARTS = (b"<!doctype html", b"<html")
LAND_ON = "what came before is kept: give the same command again to go on"


class Manners(msgspec.Struct, frozen=True, kw_only=True):
    """How patient and how large.

    Attributes
    ----------
    attempts : int
        Tries of one request while a server is busy or a line breaks.
    longest_wait : float
        Seconds; a server that asks for a longer pause ends the round, which can be gone on with later.
    connect_seconds, read_seconds, whole_seconds : float
        Limits for the connection, for silence, and for one whole answer.
    most_bytes : int
        A longer answer is refused.
    seconds_between : float
        Least time between two requests to one host.
    """

    attempts: int = 6
    longest_wait: float = 120.0
    connect_seconds: float = 20.0
    read_seconds: float = 30.0
    whole_seconds: float = 180.0
    most_bytes: int = 64 << 20
    seconds_between: float = 1.0


class _Busy(Exception):
    """The server or the line failed in a way that passes; `wait` is what the server asked for, in seconds."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.why, self.wait = why, wait


def agent(contact: str) -> str:
    """Who asks, honestly: name, version and whom to write to.

    Examples
    --------
    >>> agent("team@agency.example").split(" (")[1]
    'health listening study; team@agency.example)'
    """
    whom = f"; {contact}" if contact else ""
    return f"bedside/{version('bedside')} (health listening study{whom})"


class Client:
    """Asks one source's servers.

    Parameters
    ----------
    manners : Manners
    wallet : Wallet
        The source's credential, read from the environment.
    contact : str
        Whom a server's owner may write to; part of the User-Agent.
    obey_robots : bool
    sleep, clock : callable
        Pauses and the monotonic clock; tests pass their own.
    """

    def __init__(
        self,
        manners: Manners,
        wallet: Wallet,
        *,
        contact: str = "",
        obey_robots: bool = True,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.manners, self.wallet = manners, wallet
        self._sleep, self._clock = sleep, clock
        self._agent = agent(contact)
        self._last: dict[str, float] = {}
        self._http = httpx.Client(
            headers={"User-Agent": self._agent},
            timeout=httpx.Timeout(manners.read_seconds, connect=manners.connect_seconds),
            follow_redirects=False,
            trust_env=False,
        )
        self._robots = Robots(self._robots_text, self._agent) if obey_robots else None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, request: Request) -> Response:
        """Ask, with patience.

        Raises
        ------
        PermissionRefused
            If the site's robots.txt forbids the address, or the server wants a log-in or another key.
        SourceError
            If the server stays busy, cannot be reached, cannot be trusted, or answers without end.
        """
        if request.listen:
            return listen(request, self._agent)
        if self._robots is not None:
            pause = self._robots.check(request.full)
            gap = max(self.manners.seconds_between, pause)
        else:
            gap = self.manners.seconds_between
        response = self._patiently(request, gap)
        if response.status in (401, 403) and self.wallet.renew():
            response = self._patiently(request, gap)
        return _judged(request, response)

    def _patiently(self, request: Request, gap: float) -> Response:
        """Ask again while the server is busy or the line breaks, as long as it asks for."""
        host = urlsplit(request.url).netloc
        try:
            for attempt in stamina.retry_context(
                on=self._again, attempts=self.manners.attempts, timeout=None, wait_max=MOST_BACKOFF
            ):
                with attempt:
                    self._pause(host, gap)
                    return self._once(request)
        except _Busy as busy:
            raise self._given_up(busy, host) from busy
        raise AssertionError  # the loop returns or raises

    def _again(self, error: Exception) -> bool | float:
        """Whether to try again, and after how long where the server says it."""
        if not isinstance(error, _Busy):
            return False
        if error.wait is None:
            return True
        return error.wait if error.wait <= self.manners.longest_wait else False

    def _given_up(self, busy: _Busy, host: str) -> SourceError:
        if busy.wait is not None and busy.wait > self.manners.longest_wait:
            return SourceError(
                f"{host} asks for a pause of {busy.wait:,.0f} s, longer than the {self.manners.longest_wait:,.0f} s "
                f"that are waited here; {LAND_ON}, after that time"
            )
        return SourceError(
            f"{host} {busy.why}, {self.manners.attempts} times in a row; {LAND_ON}, or later"
        )

    def _pause(self, host: str, gap: float) -> None:
        last = self._last.get(host)
        if last is not None and (left := last + gap - self._clock()) > 0:
            self._sleep(left)
        self._last[host] = self._clock()

    def _once(self, request: Request) -> Response:
        """One request, redirects within the site followed."""
        url, first = request.full, origin_of(request.url)
        headers = {"If-None-Match": request.etag} if request.etag else {}
        if request.modified:
            headers["If-Modified-Since"] = request.modified
        for _ in range(MOST_REDIRECTS + 1):
            response, target = self._fetch(url, headers)
            if not target:
                return response
            url = _followed(first, httpx.URL(url).join(target))
        raise SourceError(
            f"{urlsplit(url).netloc} redirects in circles; check the address in [live] of the source"
        )

    def _fetch(self, url: str, headers: dict[str, str]) -> tuple[Response, str]:
        """One exchange, and where it redirects to."""
        host = urlsplit(url).netloc
        url, headers = self.wallet.dress(url, headers, self._token)
        try:
            with self._http.stream("GET", url, headers=headers) as answer:
                if answer.status_code in BUSY:
                    raise _Busy(f"answered {answer.status_code}", _retry_after(answer))
                body = self._body(answer, host)
                kept = {k: v for k, v in answer.headers.items() if k.lower() in KEPT_HEADERS}
                target = answer.headers.get("location", "") if answer.is_redirect else ""
                return Response(status=answer.status_code, headers=kept, body=body), target
        except httpx.ConnectError as error:
            raise _unreachable(host, error) from error
        except httpx.DecodingError as error:
            raise _Busy("sent a body that is not encoded as it says") from error
        except httpx.TransportError as error:
            raise _Busy(f"broke off or stayed silent ({type(error).__name__})") from error
        except (httpx.InvalidURL, ValueError) as error:
            raise SourceError(
                f"an address of {host} cannot be read; check url in [live] of the source"
            ) from error

    def _body(self, answer: httpx.Response, host: str) -> bytes:
        """The body, whole: a size and a time limit end an answer that does not."""
        pieces, held, until = [], 0, self._clock() + self.manners.whole_seconds
        for piece in answer.iter_bytes():
            pieces.append(piece)
            held += len(piece)
            if held > self.manners.most_bytes or self._clock() > until:
                raise SourceError(
                    f"an answer of {host} does not end: {held:,} bytes were read in vain; take the source's pages "
                    "in smaller parts, or leave this address out"
                )
        return b"".join(pieces)

    def _token(self, url: str, form: dict[str, str], auth: tuple[str, str]) -> Any:
        """Exchange client credentials for a token."""
        host = urlsplit(url).netloc
        try:
            answer = self._http.post(url, data=form, auth=auth)
        except httpx.TransportError as error:
            raise SourceError(f"{host} could not be reached for a token; {LAND_ON}") from error
        if answer.status_code != httpx.codes.OK:
            raise PermissionRefused(
                f"{host} refused the client's id and secret ({answer.status_code}); check the environment variable "
                "that [live] names"
            )
        return answer.json()

    def _robots_text(self, url: str) -> tuple[int, str]:
        """A site's robots.txt: status and text; a site that cannot be asked counts as busy."""
        self._pause(urlsplit(url).netloc, 0.0)
        response = self._patiently(Request(url=url, expects="any"), 0.0)
        return response.status, response.body.decode("utf-8", "replace")


def _followed(first: str, target: httpx.URL) -> str:
    """Follow a redirect within the site; a log-in page or another site is not followed."""
    lowered = target.path.lower()
    if any(word in lowered for word in LOGIN_WORDS):
        raise _log_in(target.host)
    host = urlsplit(first).netloc
    if target.netloc.decode("ascii", "replace") != host and target.host != urlsplit(first).hostname:
        raise SourceError(
            f"{host} sends its readers on to {target.host}; if that is where the source has moved, put it into url in "
            "[live] of the source"
        )
    return str(target)


def _log_in(host: str) -> PermissionRefused:
    return PermissionRefused(
        f"{host} asks for a log-in; its key or token is missing, wrong or expired: check the environment variable that "
        "[live] names, and record login_needed and operator_consent in the register if the source needs them"
    )


def _judged(request: Request, response: Response) -> Response:
    """Give an answer on, or say why it is none."""
    host = urlsplit(request.url).netloc
    if response.status in request.answers:
        return response
    if response.status == httpx.codes.NOT_MODIFIED and (request.etag or request.modified):
        return response
    if response.status in (401, 403):
        raise _log_in(host)
    if response.status != httpx.codes.OK:
        raise SourceError(
            f"{host} answered {response.status} to a page it should have; check the settings in [live] of the source, "
            f"then collect again; {LAND_ON}"
        )
    if request.expects != "any" and _is_page(response):
        raise _log_in(host)
    return response


def _is_page(response: Response) -> bool:
    """Whether the body is a web page for people."""
    return response.body.lstrip()[:20].lower().startswith(HTML_STARTS)


def _retry_after(answer: httpx.Response) -> float | None:
    """Seconds that the server asks to wait; None where it does not say, or nothing that can be read."""
    value = answer.headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    here = answer.headers.get("date")
    try:  # by the server's own clock, which may be wrong
        now = parsedate_to_datetime(here) if here else datetime.now(UTC)
        return max(0.0, (until - now) / timedelta(seconds=1))
    except (ValueError, TypeError):
        return None


def _unreachable(host: str, error: httpx.ConnectError) -> Exception:
    """What a failed connection means: a certificate never passes, the rest may."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SourceError(
                f"the certificate of {host} is not valid for it ({cause.verify_message}); nothing was sent: check the "
                "address, or tell the site's owner"
            )
        cause = cause.__cause__ or cause.__context__
    return _Busy("could not be reached")
