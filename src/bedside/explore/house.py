"""The house: what all pages share. A page asks for the study's ground, answers with a view, and the house gives it a form."""

import gc
import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bedside.errors import PermissionRefused
from bedside.explore.doors import Identity
from bedside.explore.ground import Ground, ground_key
from bedside.explore.lanes import Lane
from bedside.explore.nav import NAV
from bedside.explore.templating import environment
from bedside.explore.view import View, csv_of, json_of

__all__ = ["Asked", "House", "start_of"]

T = TypeVar("T")
MOST_KEPT = (
    1_024  # answers by (ground, filter); packed pages are 10 to 60 kB, views more: some 50 MB
)
AT_ONCE = {
    "short": 12,  # saved judgements and other forms, pages for those who code, and pages that are held
    "read": 2,
    "long": 1,  # what asks the study's tables for half a second, such as the posts of a figure
    "desk": 2,  # inbox, paraphrases, relevance, report: a first look may take long, and keeps no reader waiting
}
"""Lanes, and how many pages are made in each at the same time, however many ask."""
ZIPPED = 5  # how hard pages are packed
WORTH_PACKING = 1_000  # bytes
PACKED = {"content-encoding": "gzip", "vary": "accept-encoding"}


class Asked:
    """One request, as a page sees it: who asks, with which query, and, of a form, what was filled in."""

    def __init__(self, request: Request, form: FormData | None = None) -> None:
        self.request = request
        self.query: QueryParams = request.query_params
        self.path: Mapping[str, str] = request.path_params
        self.form = form
        self.who: Identity = request.state.identity

    def field(self, name: str) -> str:
        """One field of the form, without blanks around it; empty where it was left out."""
        value = self.form.get(name, "") if self.form is not None else ""
        return value.strip() if isinstance(value, str) else ""

    @property
    def live(self) -> bool:
        """Whether our script asks for a part of the page."""
        return self.request.headers.get("hx-request") == "true"


def start_of(asked: Asked) -> int:
    """Where a page of a long list begins, by `from` in its address."""
    start = asked.query.get("from", "")
    return int(start) if start.isdecimal() and len(start) <= 9 else 0


class House:
    """What pages share: the study's ground, a cache, the templates, the clock.

    Parameters
    ----------
    folder : Path
        Of the study.
    clock : callable
        Gives the time, with a zone.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.folder, self.clock = folder, clock
        self._lock = RLock()
        self._grounds: list[Ground] = []
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lanes = {name: Lane(many) for name, many in AT_ONCE.items()}
        self._env = environment()

    # the study

    def ground(self) -> Ground:
        """The study as it stands now; opened anew where it changed on disk.

        Raises
        ------
        NotFoundError
            If it was not run.
        """
        with self._lock:
            key = ground_key(self.folder)
            if self._grounds and (
                self._grounds[-1].key == key or self._grounds[-1].study.busy
            ):  # half of a run or an erasure is no ground to stand on
                return self._grounds[-1]
            self._kept.clear()  # what was erased since must not stay in memory
            gc.unfreeze()  # nor what stood on it
            while len(self._grounds) > 1:  # requests under way may still read the last one
                self._grounds.pop(0).close()
            self._grounds.append(Ground(self.folder, key))
            return self._grounds[-1]

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            while self._grounds:
                self._grounds.pop().close()

    def keep(self, ground: Ground, what: Hashable, make: Callable[[], T]) -> T:
        """What was made before for this ground and filter, or make it and keep it."""
        key = (ground.key, what)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: T = self._kept[key]
                return kept
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return made

    # pages

    def page(
        self,
        path: str,
        make: Callable[[Asked], View | Response],
        *,
        role: str = "read",
        keep: bool = False,
        lane: str = "read",
    ) -> list[Route]:
        """Routes of a page: as HTML, and the same as `.json` and `.csv`.

        Parameters
        ----------
        path : str
            Such as `/journey`, or `/evidence/{id}`.
        make : callable
            Runs in a thread; raises errors of bedside, which become pages.
        role : str
            What the asker must have been given.
        keep : bool
            Whether the HTML is kept until the study changes: right where a page is made from the study's tables, the
            address and who asks, and nothing else.
        lane : str
            Of `AT_ONCE`: pages wait for a turn behind others of their lane, and behind no others.
        """
        turns, short = self._lanes[lane], self._lanes["short"]

        def answer(form: str) -> Callable[[Request], Any]:
            async def respond(request: Request) -> Response:
                asked = Asked(request)
                self._check(asked, role)
                if not keep or form != "html":
                    return await turns.run(
                        lambda: _packed(asked, self._give(asked, make(asked), form))
                    )
                held = await short.run(lambda: self._held_page(asked))
                if held is not None:
                    return held
                return await turns.run(lambda: self._kept_page(asked, make))

            return respond

        name = path if path != "/" else "/index"
        forms = [Route(f"{name}.{form}", answer(form)) for form in ("json", "csv")]
        return [*forms, Route(path, answer("html"))]

    def act(
        self, path: str, do: Callable[[Asked], View | Response | str], *, role: str = "decide"
    ) -> list[Route]:
        """Route of a form: `do` changes something and gives where to go on (an address), a view, or a response."""

        async def respond(request: Request) -> Response:
            asked = Asked(request, await request.form())
            self._check(asked, role)

            def done() -> Response:
                made = do(asked)
                if isinstance(made, str):
                    return RedirectResponse(made, 303)
                return _packed(asked, self._give(asked, made, "html"))

            return await self._lanes["short"].run(done)

        return [Route(path, respond, methods=["POST"])]

    def _check(self, asked: Asked, role: str) -> None:
        if not asked.who.may(role):
            raise PermissionRefused(
                f"this needs the role '{role}'; open the study with it, or ask whoever runs it"
            )

    def _kept_page(self, asked: Asked, make: Callable[[Asked], View | Response]) -> Response:
        """A page, packed and kept for the same study, address and asker."""
        packed = self.keep(
            self.ground(),
            _page_key(asked),
            lambda: gzip.compress(self._give(asked, make(asked), "html").body, ZIPPED, mtime=0),
        )
        return _as_accepted(asked, packed)

    def _held_page(self, asked: Asked) -> Response | None:
        """The page, where it was made before for the same study, address and asker."""
        key = (self.ground().key, _page_key(asked))
        with self._lock:
            packed = self._kept.get(key)
            if packed is not None:
                self._kept.move_to_end(key)
        return None if packed is None else _as_accepted(asked, packed)

    def _give(self, asked: Asked, made: View | Response, form: str) -> Response:
        if isinstance(made, Response):
            return made
        if form == "json":
            return Response(json_of(made), made.status, media_type="application/json")
        if form == "csv":
            text = csv_of(made, asked.query.get("table", ""))
            return Response(text, made.status, media_type="text/csv; charset=utf-8")
        return HTMLResponse(self.render(made, asked), made.status)

    def render(self, view: View, asked: Asked) -> str:
        """A view as HTML in the frame that all pages share."""
        return self._env.get_template(view.template).render(
            view=view, asked=asked, **self._frame(asked), **view.context
        )

    def _frame(self, asked: Asked) -> dict[str, Any]:
        """What base.html reads."""
        path = asked.request.url.path
        ground = self._grounds[-1] if self._grounds else None
        query = parse_qs(asked.request.url.query, keep_blank_values=False)
        return {
            "study": ground.study.config if ground else None,
            "simulated": bool(ground and ground.simulated),
            "nav": NAV,
            "path": path,
            "data_links": _data_links(path, query),
            "sign": asked.who.sign,
        }


def _page_key(asked: Asked) -> Hashable:
    return "html", str(asked.request.url), asked.who


def _as_accepted(asked: Asked, packed: bytes) -> Response:
    """A packed page, as it is to who can unpack it."""
    if not _unpacks(asked):
        return HTMLResponse(gzip.decompress(packed))
    return HTMLResponse(packed, headers=PACKED)


def _packed(asked: Asked, answer: Response) -> Response:
    """An answer packed, where it is long enough and who asks can unpack it: here, and not where all requests pass."""
    body = getattr(answer, "body", b"")
    if len(body) >= WORTH_PACKING and _unpacks(asked) and "content-encoding" not in answer.headers:
        answer.body = gzip.compress(body, ZIPPED, mtime=0)
        answer.headers["content-length"] = str(len(answer.body))
        answer.headers.update(PACKED)
    return answer


def _unpacks(asked: Asked) -> bool:
    return "gzip" in asked.request.headers.get("accept-encoding", "")


def _data_links(path: str, query: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Addresses of the same page as data."""
    name = "/index" if path == "/" else path
    tail = f"?{urlencode(query, doseq=True)}" if query else ""
    return {form: f"{name}.{form}{tail}" for form in ("csv", "json")}
