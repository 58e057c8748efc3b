"""What a live source and its server say to each other: requests, answers, and what is made of them.

A live source is a generator without input or output of its own: it yields what it wants asked (`Request`), what is
to be read as posts (`Landed`), what it saw of known posts (`Observed`) or what the reader of the import report
should know (`Note`); it is sent the `Response` to each request, and returns its cursor. Who drives it decides where
answers come from: the network, or what an interrupted round has kept.
"""

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

from bedside.errors import SourceError

__all__ = [
    "Credential",
    "Cursor",
    "Known",
    "Landed",
    "LiveSource",
    "Note",
    "Observed",
    "Request",
    "Response",
    "Setting",
    "Steps",
    "json_of",
    "next_link",
    "not_after",
    "origin_of",
    "pages",
]

Cursor = dict[str, Any]
"""Where a source goes on next time; JSON values only."""

MOST_PAGES = 20_000  # of one list in one round: a server whose last page never comes


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One question to a server.

    Attributes
    ----------
    url : str
    params : tuple of (name, value)
        Added to the query of the URL.
    land : str
        Name of the format in which the answer is read as posts; empty: it only says where to go on.
    service : str
        Host that ids in the answer belong to, where the answer does not say it.
    expects : str
        json | xml | any: an answer of another kind is a page for people, such as a log-in page.
    answers : tuple of int
        Statuses besides 200 that are answers and not failures, such as 404 for a post that may be gone.
    etag, modified : str
        Of the last answer; the server may say 304, nothing new.
    listen : float
        Seconds for which a stream (wss://) is listened to; its messages, a line each, are the answer's body.
    """

    url: str
    params: tuple[tuple[str, str], ...] = ()
    land: str = ""
    service: str = ""
    expects: str = "json"
    answers: tuple[int, ...] = ()
    etag: str = ""
    modified: str = ""
    listen: float = 0.0

    @property
    def full(self) -> str:
        """The URL with its parameters."""
        if not self.params:
            return self.url
        joint = "&" if urlsplit(self.url).query else "?"
        return f"{self.url}{joint}{urlencode(self.params)}"


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: status, the few headers that matter (names in lower case), and the body as it came."""

    status: int
    headers: dict[str, str] = {}
    body: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether it is what was asked for."""
        return self.status == 200

    def header(self, name: str) -> str:
        """A header; empty where there is none."""
        return self.headers.get(name, "")


class Landed(msgspec.Struct, frozen=True, kw_only=True):
    """A document to be read as posts: one answer, or one put together from several."""

    format: str
    body: bytes
    service: str = ""
    sidecars: dict[str, bytes] = {}


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a known post, a value of `model.posts.STATES` other than live."""

    post_id: str
    state: str


class Note(msgspec.Struct, frozen=True):
    """Something that the reader of the import report should know; never content."""

    text: str


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A post that the study holds of this source, as last seen."""

    post_id: str
    platform: str
    native_id: str
    service: str = ""
    kind: str = "post"
    author_id: str = ""
    thread_id: str = ""
    state: str = "live"


Steps = Generator[Request | Landed | Observed | Note, Response | None, Cursor]


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of a kind of source, as `--set` and `[live]` take it."""

    name: str
    about: str
    many: bool = False
    needed: bool = False
    default: Any = ""


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """How a source is told who asks: the secret itself stands in an environment variable.

    Attributes
    ----------
    kind : str
        bearer | header | query | client_credentials.
    setting : str
        Setting that names the environment variable.
    name : str
        Header or parameter that carries it.
    prefix : str
        Written before the secret, such as `SUBSCRIPTION_KEY `.
    token_url : str
        Where client credentials are exchanged for a token.
    needed : bool
    """

    kind: str
    setting: str
    name: str = "Authorization"
    prefix: str = ""
    token_url: str = ""
    needed: bool = False


Collect = Callable[[Mapping[str, Any], Cursor], Steps]
Recheck = Callable[[Mapping[str, Any], tuple[Known, ...]], Steps]


@dataclass(frozen=True, kw_only=True)
class LiveSource:
    """A kind of live source.

    Attributes
    ----------
    name : str
        As `--from` takes it.
    licence_note : str
        What the platform's terms ask.
    settings : tuple of Setting
    collect, recheck : callable
        Steps of a round; `recheck` is None where the server cannot be asked what became of a post.
    credential : Credential or None
    seconds_between : float
        Least time between two requests to one host.
    recheck_days : int
        Days within which the platform's terms want every kept text looked at again; 0 = none stated.
    verified : str
        On what it was tried, in words.
    robots : bool
        Whether the site's robots.txt is obeyed: for sites made for people; an interface made for programs has terms.
    """

    name: str
    licence_note: str
    settings: tuple[Setting, ...]
    collect: Collect
    recheck: Recheck | None = None
    credential: Credential | None = None
    seconds_between: float = 1.0
    recheck_days: int = 0
    verified: str = ""
    robots: bool = True


def json_of(response: Response | None) -> Any:
    """The answer as JSON.

    Raises
    ------
    SourceError
        If it is none.
    """
    body = response.body if response is not None else b""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            "the server's answer is not readable as JSON; what came before it is kept: collect again to go on"
        ) from error


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL.

    Examples
    --------
    >>> origin_of("https://forum.example:8443/t/5?x=1")
    'https://forum.example:8443'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def not_after(stated: str, today: str) -> str:
    """A date that posts state, at most today: a post from the future must not move a cursor past those to come.

    Parameters
    ----------
    stated, today : str
        ISO 8601.

    Examples
    --------
    >>> not_after("2031-01-01T00:00:00", "2026-03-01"), not_after("2026-02-01", "2026-03-01")
    ('2026-03-01', '2026-02-01')
    """
    return min(stated, today) if stated[:10] > today[:10] else stated


def next_link(response: Response, url: str) -> str:
    """The address of the header `Link: <...>; rel="next"`; empty where there is none."""
    for part in response.header("link").split(","):
        address, _, rest = part.partition(";")
        if 'rel="next"' in rest.replace("'", '"') or "rel=next" in rest:
            return urljoin(url, address.strip().strip("<>"))
    return ""


def pages(
    first: Request, following: Callable[[Request, Response], Request | None]
) -> Generator[Request | Note, Response, None]:
    """Ask page after page; `following` gives the next request, or None after the last.

    Notes
    -----
    A page that was asked before ends the list, and so does the twenty-thousandth; the import report says so.
    """
    request: Request | None = first
    asked: set[str] = set()
    while request is not None:
        asked.add(request.full)
        response = yield request
        request = following(request, response)
        if request is not None and request.full in asked:
            yield Note("a list's next page was one already read: the list may be incomplete")
            return
        if len(asked) >= MOST_PAGES:
            yield Note(f"a list was left after {MOST_PAGES:,} pages: it may be incomplete")
            return
