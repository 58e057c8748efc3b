"""The explorer as one application: the guard at the door, pages behind it, errors told in words."""

import gc
import logging
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bedside.errors import BedsideError, InputError, NotFoundError, PermissionRefused, StaleError
from bedside.explore.doors import LOOPBACK, Door, Identity, OneToken
from bedside.explore.forms import Message, Receive, Scope
from bedside.explore.house import Asked, House
from bedside.explore.pages import FAMILIES, WARMED
from bedside.explore.security import Guard, Send
from bedside.explore.static import static_route
from bedside.explore.view import View
from bedside.model.kinds import know_kinds
from bedside.store.stages import Aggregate
from bedside.store.study import open_study

__all__ = ["make_app", "warm"]

LOG = logging.getLogger("bedside.explore")
MARKED = Aggregate(
    name="explorer.marked", needs=("corpus_marks",), sql="SELECT COUNT(*) AS n FROM corpus_marks"
)
STATUS = ((NotFoundError, 404), (PermissionRefused, 403), (StaleError, 409), (InputError, 400))


def _now() -> datetime:
    return datetime.now(UTC)


def make_app(
    folder: Path,
    *,
    token: str = "",
    clock: Callable[[], datetime] = _now,
    identity: Identity | None = None,
    door: Door | None = None,
) -> Starlette:
    """The explorer of one study.

    Parameters
    ----------
    folder : Path
        Of the study.
    token : str
        Opens the one session; not needed where a door is given.
    clock : callable, optional
    identity : Identity, optional
        Who sits at this machine; by default nobody by name, who reads masked text.
    door : Door, optional
        How people come in, such as a log-in for a team; by default the token.

    Returns
    -------
    Starlette
        An application; `app.state.house` is its house.

    Raises
    ------
    NotFoundError
        If there is no study.
    """
    know_kinds()  # pages are made in many threads
    study = open_study(folder)
    way_in = door or OneToken(token, identity or Identity(), hosts=LOOPBACK, study=study.config.id)
    house = House(folder, clock)
    app = Starlette(
        routes=[
            static_route(),
            *way_in.routes(),
            *(route for family in FAMILIES for route in family.routes(house)),
        ],
        middleware=[
            Middleware(Guard, door=way_in),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
            Middleware(Quiet),
        ],
        exception_handlers={BedsideError: _told(house), 404: _missing(house)},
    )
    app.state.house = house
    app.state.warm = partial(warm, house)
    return app


def warm(house: House, stand_back: Callable[[], None] = lambda: None) -> None:
    """Make what many pages stand on before somebody waits for it; where that fails, the page that needs it says why.

    Parameters
    ----------
    house : House
    stand_back : callable
        Called before the longest part, for which few wait.
    """
    try:
        ground = house.ground()
        _ = ground.reading.crisis, ground.chapters
        ground.reading.pack_marks()
        for make in WARMED:
            make(house)
        gc.freeze()  # some million objects that stay: looking through them held up pages for a third of a second
        stand_back()
        with ground.engine.one_thread():
            ground.ask(MARKED, {})  # figures open to their posts through it
    except Exception as error:
        LOG.debug("warming stopped: %s", type(error).__name__)


def _told(house: House) -> Callable[[Request, Exception], Response]:
    """An error of bedside becomes a page that says it."""

    def tell(request: Request, error: Exception) -> Response:
        status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
        return _error_page(house, request, str(error), status)

    return tell


def _missing(house: House) -> Callable[[Request, Exception], Response]:
    def tell(request: Request, error: Exception) -> Response:
        return _error_page(house, request, "There is no such page; the list above has all.", 404)

    return tell


def _error_page(house: House, request: Request, words: str, status: int) -> Response:
    if request.url.path.endswith((".json", ".csv")):
        return PlainTextResponse(words, status)
    view = View(
        title=TITLES.get(status, "That did not work"),
        template="error.html",
        context={"words": words},
    )
    return Response(house.render(view, Asked(request)), status, media_type="text/html")


TITLES = {403: "Not allowed", 404: "Not found", 409: "Something changed", 400: "Not understood"}


class Quiet:
    """Middleware that answers a fault of ours; the log gets its place, never its words, which may quote a post."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the page; a fault becomes an answer where none has begun."""
        begun: list[bool] = []

        async def noting(message: Message) -> None:
            begun.append(True)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            LOG.error("%s at %s:%s", type(error).__name__, Path(last.filename).name, last.lineno)
            if not begun:
                words = f"A fault of bedside ({type(error).__name__}); please report it. Nothing was lost."
                await PlainTextResponse(words, 500)(scope, receive, send)
