"""NodeBB forums: topics of categories or the most recent ones, each with all its pages."""

from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import urlsplit

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
    pages,
)

__all__ = ["NODEBB"]

REFUSED = (401, 403, 404)


def _call(settings: Mapping[str, Any], path: str, page: int = 1, land: str = "") -> Request:
    return Request(
        url=f"{settings['url']}/api/{path}",
        params=(("page", str(page)),),
        land=land,
        service=str(settings["service"] or urlsplit(settings["url"]).netloc),
        answers=REFUSED,
    )


def _turned(asked: Request, response: Response) -> Request | None:
    """Next page by the answer's own count."""
    if not response.ok:
        return None
    paging = json_of(response).get("pagination") or {}
    page = int(dict(asked.params)["page"])
    if page >= int(paging.get("pageCount") or 1):
        return None
    return Request(
        url=asked.url,
        params=(("page", str(page + 1)),),
        land=asked.land,
        service=asked.service,
        answers=asked.answers,
    )


def _collect(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Topics that were posted in since last time, with all their pages."""
    seen: dict[str, int] = dict(cursor.get("topics", {}))
    topics: dict[str, int] = {}
    for path in [f"category/{name}" for name in settings["categories"]] or ["recent"]:

        def following(asked: Request, response: Response) -> Request | None:
            listed = (json_of(response).get("topics") or []) if response.ok else []
            marks = {str(t.get("tid")): int(t.get("lastposttime") or 0) for t in listed}
            topics.update(marks)
            news = any(seen.get(name) != mark for name, mark in marks.items())
            return _turned(asked, response) if news else None

        yield from pages(_call(settings, path), following)
    for name, mark in topics.items():
        if seen.get(name) != mark:
            whole = yield from _topic(settings, name)
            if whole:
                seen[name] = mark
    return {"topics": seen}


def _topic(settings: Mapping[str, Any], name: str) -> Generator[Any, Any, bool]:
    whole = [True]

    def following(asked: Request, response: Response) -> Request | None:
        whole[0] = whole[0] and response.ok
        return _turned(asked, response)

    yield from pages(_call(settings, f"topic/{name}", land="nodebb"), following)
    if not whole[0]:
        yield Note("a topic could not be opened, or not to its end")
    return whole[0]


def _recheck(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Ask for each post again; a deleted one says so itself, a purged one is not found."""
    for post in known:
        url = f"{settings['url']}/api/v3/posts/{post.native_id}"
        response = yield Request(url=url, answers=REFUSED)
        gone = response is not None and response.status in REFUSED
        if not gone and response is not None:
            answer = json_of(response)
            gone = bool((answer.get("response") or answer).get("deleted"))
        if gone:
            yield Observed(post_id=post.post_id, state="unknown")
    return {}


NODEBB = LiveSource(
    name="nodebb",
    licence_note="The forum's own terms and robots rules; an operator's consent where a login is needed.",
    settings=(
        Setting(name="url", about="the forum, such as https://forum.example", needed=True),
        Setting(
            name="categories",
            about="numbers of categories; none: the most recent topics",
            many=True,
        ),
        Setting(name="service", about="host that ids belong to, where the address is another"),
    ),
    collect=_collect,
    recheck=_recheck,
    seconds_between=1.0,
    verified="answers written after its documentation; not tried on a real forum",
)
