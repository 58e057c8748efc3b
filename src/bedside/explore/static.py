"""Files that pages link to: the look, one script of ours, htmx. Named here; nothing else is served."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bedside.errors import NotFoundError
from bedside.report.document import sheet

__all__ = ["STATIC", "address", "static_route"]

STATIC = {
    "look.css": "text/css; charset=utf-8",
    "explore.css": "text/css; charset=utf-8",
    "acts.js": "text/javascript; charset=utf-8",
    "bench.css": "text/css; charset=utf-8",
    "bench.js": "text/javascript; charset=utf-8",
    "explore.js": "text/javascript; charset=utf-8",
    "tosafety.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
}


@cache
def _content(name: str) -> bytes:
    if name == "look.css":  # the sheet that reports carry: one look for both
        return sheet().encode()
    return files("bedside.explore").joinpath("static", name).read_bytes()


@cache
def address(name: str) -> str:
    """Address of a file, with its hash, so that a browser may keep it."""
    return f"/static/{name}?v={sha256(_content(name)).hexdigest()[:12]}"


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        raise NotFoundError("no such file")
    return Response(_content(name), media_type=STATIC[name])


def static_route() -> Route:
    """Route of the files."""
    return Route("/static/{name}", _serve)
