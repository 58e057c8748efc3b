"""WordPress by its REST interface: articles and every comment under them."""

from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from bedside.collect.live.exchange import (
    Cursor,
    Known,
    LiveSource,
    Note,
    Observed,
    Request,
    Response,
    Setting,
    Steps,
    json_of,
    not_after,
    pages,
)
from bedside.errors import SourceError

__all__ = ["WORDPRESS"]

PAGE = 100
REFUSED = (401, 403)
PAST_THE_END = 400  # rest_post_invalid_page_number: rows went between two pages
OVERLAP_DAYS = 3  # a comment's date is the site's own, in a zone that the answer does not name


def _call(
    settings: Mapping[str, Any], rest: str, path: str, land: str = "", **params: Any
) -> Request:
    pairs = tuple((key, str(value)) for key, value in params.items() if value not in ("", None))
    answers = (*REFUSED, PAST_THE_END, 404)
    service = str(settings["service"] or urlsplit(settings["url"]).netloc)
    if rest == "wp-json":
        url = f"{settings['url']}/wp-json/wp/v2/{path}"
        return Request(url=url, params=pairs, land=land, service=service, answers=answers)
    pairs = (("rest_route", f"/wp/v2/{path}"), *pairs)
    url = f"{settings['url']}/"
    return Request(url=url, params=pairs, land=land, service=service, answers=answers)


def _numbered(asked: Request, response: Response) -> Request | None:
    """Next page by its number, as long as the answer's own count says there is one."""
    params = dict(asked.params)
    page = int(params["page"])
    if not response.ok or page >= int(response.header("x-wp-totalpages") or 0):
        return None
    turned = tuple((k, str(page + 1) if k == "page" else v) for k, v in asked.params)
    return Request(
        url=asked.url, params=turned, land=asked.land, service=asked.service, answers=asked.answers
    )


def _collect(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Articles changed and comments written since last time, oldest first, so that pages do not move."""
    rest = cursor.get("rest") or (yield from _way(settings))
    reached = {"rest": rest}
    for path, since in (("posts", "modified_after"), ("comments", "after")):
        after = cursor.get(path, "")
        newest = [after]

        def following(
            asked: Request, response: Response, into: list[str] = newest
        ) -> Request | None:
            _refused(response)
            into.extend(_dates(response))
            return _numbered(asked, response)

        params = {since: _earlier(after), "per_page": PAGE, "page": 1, "order": "asc"}
        params["orderby"] = "modified" if path == "posts" else "date_gmt"
        if path == "posts" and settings["search"]:
            params["search"] = settings["search"]
        yield from pages(_call(settings, rest, path, "wordpress", **params), following)
        reached[path] = not_after(max(newest), settings["today"])
    return reached


def _way(settings: Mapping[str, Any]) -> Generator[Request, Response, str]:
    """How the interface is reached: under /wp-json, or by a parameter where addresses are not rewritten."""
    if settings["rest"] != "auto":
        return str(settings["rest"])
    probe = _call(settings, "wp-json", "posts", per_page=1)
    answer = yield msgspec.structs.replace(probe, expects="any")
    return "wp-json" if answer.ok and _is_list(answer) else "rest_route"


def _is_list(response: Response) -> bool:
    return response.body.lstrip().startswith(b"[")


def _dates(response: Response) -> list[str]:
    """Dates of the rows of a page, in the site's own time."""
    rows = json_of(response) if response.ok else []
    return [
        str(row.get("modified") or row.get("date") or "") for row in rows if isinstance(row, dict)
    ]


def _earlier(after: str) -> str:
    """Some days before a date, so that nothing falls between two rounds; the same rows again change nothing."""
    if not after:
        return ""
    return (
        datetime.fromisoformat(after).replace(tzinfo=None) - timedelta(days=OVERLAP_DAYS)
    ).isoformat()


def _refused(response: Response) -> None:
    if response.status in REFUSED or response.status == 404:
        raise SourceError(
            "this site does not show its posts and comments to programs; read its feeds instead (kind = feed)"
        )


def _recheck(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Ask for known articles and comments by number; what is left out is gone."""
    rest = yield from _way(settings)
    for path, prefix in (("posts", "post-"), ("comments", "comment-")):
        wanted = [post for post in known if post.native_id.startswith(prefix)]
        for start in range(0, len(wanted), PAGE):
            some = {
                post.native_id.removeprefix(prefix): post for post in wanted[start : start + PAGE]
            }
            response = yield _call(
                settings, rest, path, "wordpress", include=",".join(some), per_page=PAGE
            )
            if response is None or not response.ok:
                yield Note("a page of known posts could not be looked at again")
                continue
            there = {str(row.get("id")) for row in json_of(response) if isinstance(row, dict)}
            for native, post in some.items():
                if native not in there:
                    yield Observed(post_id=post.post_id, state="unknown")
    return {}


WORDPRESS = LiveSource(
    name="wordpress",
    licence_note="The site's own terms and robots rules.",
    settings=(
        Setting(name="url", about="the site, such as https://blog.example", needed=True),
        Setting(name="search", about="only articles that hold these words (comments are all read)"),
        Setting(name="rest", about="wp-json | rest_route | auto", default="auto"),
        Setting(name="service", about="host that ids belong to, where the address is another"),
    ),
    collect=_collect,
    recheck=_recheck,
    seconds_between=0.5,
    verified="a real WordPress",
)
