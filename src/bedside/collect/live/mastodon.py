"""Mastodon and servers that speak its interface: hashtags, accounts, the public timeline, with their threads."""

from collections.abc import Generator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from bedside.collect.live.exchange import (
    Credential,
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
    next_link,
    pages,
)

__all__ = ["MASTODON"]

PAGE = 40
REFUSED = (401, 403)
GONE = (404, 410)


def _host(settings: Mapping[str, Any]) -> str:
    return str(settings["service"] or urlsplit(settings["url"]).netloc)


def _call(settings: Mapping[str, Any], path: str, land: str = "", **params: Any) -> Request:
    pairs = tuple((key, str(value)) for key, value in params.items() if value not in ("", None))
    return Request(
        url=f"{settings['url']}/api/v1/{path}",
        params=pairs,
        land=land,
        service=_host(settings),
        answers=(*REFUSED, *GONE),
    )


def _timelines(settings: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = [
        (f"timelines/tag/{quote(tag.removeprefix('#'), safe='')}", {}) for tag in settings["tags"]
    ]
    if settings["public"]:
        found.append(("timelines/public", {"local": "true"} if settings["local"] else {}))
    return found


def _collect(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Statuses newer than the last ones seen, newest first, and the threads in which they stand."""
    newest: dict[str, str] = dict(cursor.get("newest", {}))
    timelines = _timelines(settings)
    for name in settings["accounts"]:
        account = yield from _account(settings, name)
        if account:
            timelines.append((f"accounts/{account}/statuses", {}))
        else:
            yield Note("an account is not to be found at this server; it was left out")
    seen: dict[str, dict[str, Any]] = {}
    for path, params in timelines:
        found: list[dict[str, Any]] = []
        first = _call(settings, path, "mastodon", limit=PAGE, since_id=newest.get(path), **params)
        yield from pages(first, partial(_older, into=found))
        if not found and path not in newest:
            yield Note(
                "a timeline gave nothing: it is empty, or this server shows it to members only"
            )
        for status in found:
            seen[str(status.get("id"))] = status
        newest[path] = max([newest.get(path, ""), *(str(s.get("id")) for s in found)], key=_order)
    if settings["threads"]:
        yield from _threads(settings, list(seen.values()))
    return {"newest": newest}


def _order(native: str) -> tuple[int, str]:
    """Ids are numbers written as text, on some servers sortable text."""
    return len(native), native


def _older(asked: Request, response: Response, *, into: list[dict[str, Any]]) -> Request | None:
    answer = json_of(response) if response.ok else []
    into += [s for s in answer if isinstance(s, dict)] if isinstance(answer, list) else []
    address = next_link(response, asked.url)
    if not address or not answer:
        return None
    return Request(url=address, land=asked.land, service=asked.service, answers=asked.answers)


def _account(settings: Mapping[str, Any], name: str) -> Generator[Request, Response, str]:
    response = yield _call(settings, "accounts/lookup", acct=name.removeprefix("@"))
    return str(json_of(response).get("id") or "") if response.ok else ""


def _threads(settings: Mapping[str, Any], statuses: list[dict[str, Any]]) -> Steps:
    """Contexts of statuses that answer or are answered; a server that keeps them to members is told of once."""
    for status in statuses:
        if not status.get("in_reply_to_id") and not status.get("replies_count"):
            continue
        response = yield _call(settings, f"statuses/{status.get('id')}/context", "mastodon")
        if response is not None and response.status in REFUSED:
            yield Note(
                "this server shows threads to members only: replies are missing; give it a token"
            )
            return {}
    return {}


def _recheck(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Ask for each status again."""
    for post in known:
        response = yield _call(settings, f"statuses/{post.native_id}", "mastodon")
        if response is not None and response.status in GONE:
            yield Observed(post_id=post.post_id, state="deleted_by_author")
        elif response is not None and response.status in REFUSED:
            yield Note(
                "this server shows single statuses to members only: they were not looked at again"
            )
            return {}
    return {}


MASTODON = LiveSource(
    name="mastodon",
    licence_note="No contract, but deletions and edits are public: `bedside recheck` honours them; each server has rules of its own.",
    settings=(
        Setting(name="url", about="the server, such as https://example.social", needed=True),
        Setting(name="tags", about="hashtags, separated by commas", many=True),
        Setting(name="accounts", about="accounts, name or name@host", many=True),
        Setting(name="public", about="read the public timeline", default=False),
        Setting(name="local", about="of it only what was written on this server", default=True),
        Setting(name="threads", about="read the threads of what is found", default=True),
        Setting(name="service", about="host that ids belong to, where the address is another"),
        Setting(name="token_env", about="environment variable with an access token"),
    ),
    collect=_collect,
    recheck=_recheck,
    credential=Credential(kind="bearer", setting="token_env"),
    seconds_between=1.0,
    verified="recorded answers of real servers",
    robots=False,
)
