"""Any REST interface that gives lists of JSON objects, described in `[live]` of the source."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from bedside.collect.live.exchange import (
    Credential,
    Cursor,
    Known,
    Landed,
    LiveSource,
    Observed,
    Request,
    Response,
    Setting,
    Steps,
    json_of,
    next_link,
    pages,
)

__all__ = ["REST"]

GONE = (404, 410)


def _at(value: Any, path: str) -> Any:
    """Value at a path of names, such as `data.items`; None where the path ends early."""
    for step in path.split(".") if path else []:
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def _rows(settings: Mapping[str, Any], response: Response) -> list[dict[str, Any]]:
    rows = _at(json_of(response), settings["items"])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _document(settings: Mapping[str, Any], rows: list[dict[str, Any]]) -> Landed:
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows]
    return Landed(format=settings["format"], body="\n".join(lines).encode() + b"\n")


def _following(settings: Mapping[str, Any], asked: Request, response: Response) -> Request | None:
    """Next page: an address or a cursor in the answer, a `Link` header, or a page's number."""
    if settings["next_url"]:
        address = _at(json_of(response), settings["next_url"])
        return (
            Request(url=urljoin(asked.url, address))
            if isinstance(address, str) and address
            else None
        )
    if settings["next_cursor"]:
        cursor = _at(json_of(response), settings["next_cursor"])
        return (
            _with(asked, settings["cursor_param"], str(cursor))
            if cursor not in (None, "")
            else None
        )
    if address := next_link(response, asked.url):
        return Request(url=address)
    name = settings["page_param"]
    if name and _rows(settings, response):
        return _with(asked, name, str(int(dict(asked.params).get(name, "1")) + 1))
    return None


def _with(asked: Request, name: str, value: str) -> Request:
    kept = tuple(pair for pair in asked.params if pair[0] != name)
    return Request(url=asked.url, params=(*kept, (name, value)))


def _collect(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Every page, each landed as lines of JSON for the column mapping that the study keeps."""
    params = [tuple(pair.split("=", 1)) for pair in settings["params"] if "=" in pair]
    found: list[list[dict[str, Any]]] = []

    def following(asked: Request, response: Response) -> Request | None:
        found.append(_rows(settings, response))
        return _following(settings, asked, response)

    first = Request(url=settings["url"], params=tuple((k, v) for k, v in params))
    if settings["page_param"]:
        first = _with(first, settings["page_param"], "1")
    yield from pages(first, following)
    for rows in found:
        if rows:
            yield _document(settings, rows)
    return cursor


def _recheck(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Ask for each post at its own address, where the source has such addresses."""
    if not settings["item_url"]:
        return {}
    for post in known:
        url = settings["item_url"].replace("{id}", post.native_id)
        response = yield Request(url=url, answers=GONE)
        if response is not None and response.status in GONE:
            yield Observed(post_id=post.post_id, state="unknown")
        elif response is not None:
            row = _at(json_of(response), settings["item"])
            if isinstance(row, dict):
                yield _document(settings, [row])
    return {}


REST = LiveSource(
    name="rest",
    licence_note="Whatever permission the operator gave.",
    settings=(
        Setting(name="url", about="the first page", needed=True),
        Setting(name="params", about="name=value pairs, separated by commas", many=True),
        Setting(
            name="items",
            about="where the list stands, such as data.items; empty: the answer is the list",
        ),
        Setting(name="next_url", about="where the next page's address stands"),
        Setting(name="next_cursor", about="where the next page's cursor stands"),
        Setting(name="cursor_param", about="parameter that takes it", default="cursor"),
        Setting(name="page_param", about="parameter that takes a page's number, counted from 1"),
        Setting(name="item_url", about="address of one post, with {id}: `bedside recheck` asks it"),
        Setting(name="item", about="where the post stands in that answer"),
        Setting(
            name="format",
            about="how the objects are read: table, or a format of docs/SOURCES.md",
            default="table",
        ),
        Setting(name="key_env", about="environment variable with a key"),
        Setting(name="key_header", about="header that carries it"),
    ),
    collect=_collect,
    recheck=_recheck,
    credential=Credential(kind="header", setting="key_env", prefix="", name="Authorization"),
    seconds_between=1.0,
    verified="servers of our own tests",
)
