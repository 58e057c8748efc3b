"""Reddit: new submissions of communities or of a search, each with its whole tree of comments."""

from collections.abc import Generator, Mapping
from functools import partial
from typing import Any

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
    pages,
)

__all__ = ["REDDIT"]

PAGE = 100
MOST_MORE = 2_000  # "more" stubs of one thread
GONE = (403, 404)
Thing = dict[str, Any]


def _call(settings: Mapping[str, Any], path: str, land: str = "", **params: Any) -> Request:
    pairs = (*((key, str(value)) for key, value in params.items() if value), ("raw_json", "1"))
    return Request(url=f"{settings['url']}/{path}", params=pairs, land=land, answers=GONE)


def _lists(settings: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for name in settings["communities"]:
        if settings["query"]:
            params = {"q": settings["query"], "restrict_sr": "1", "sort": "new", "type": "link"}
            found.append((f"r/{name}/search", params))
        else:
            found.append((f"r/{name}/new", {}))
    if settings["query"] and not settings["communities"]:
        found.append(("search", {"q": settings["query"], "sort": "new", "type": "link"}))
    return found


def _collect(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Submissions down to the last ones seen, then every thread that is new or has grown."""
    threads: dict[str, list[int]] = dict(cursor.get("threads", {}))
    recent = sorted((born for born, _ in threads.values()), reverse=True)
    until = recent[0] - settings["days_again"] * 86_400 if recent else 0
    found: dict[str, Thing] = {}
    for path, params in _lists(settings):
        request = _call(settings, path, limit=PAGE, **params)
        yield from pages(request, partial(_older, into=found, until=until))
    for name, thing in found.items():
        born, comments = int(thing.get("created_utc") or 0), int(thing.get("num_comments") or 0)
        if threads.get(name) != [born, comments]:
            whole = yield from _thread(settings, name)
            if whole:
                threads[name] = [born, comments]
    newest = max((born for born, _ in threads.values()), default=0)
    oldest = newest - settings["days_again"] * 86_400
    return {"threads": {name: seen for name, seen in threads.items() if seen[0] >= oldest}}


def _older(
    asked: Request, response: Response, *, into: dict[str, Thing], until: int
) -> Request | None:
    listing = json_of(response).get("data") or {} if response.ok else {}
    things = [c.get("data") or {} for c in listing.get("children") or [] if c.get("kind") == "t3"]
    into.update({str(thing.get("name")): thing for thing in things})
    after = listing.get("after")
    born = [int(thing.get("created_utc") or 0) for thing in things]
    if not after or (born and max(born) < until):
        return None
    kept = tuple(pair for pair in asked.params if pair[0] != "after")
    return Request(url=asked.url, params=(*kept, ("after", str(after))), answers=asked.answers)


def _thread(settings: Mapping[str, Any], name: str) -> Generator[Any, Any, bool]:
    """A submission with its comments; stubs of more are followed until none is left."""
    response = yield _call(
        settings, f"comments/{name.removeprefix('t3_')}", "reddit_api", limit=500
    )
    if not response.ok:
        yield Note("a thread could not be opened (private, quarantined or gone)")
        return False
    stubs = _stubs(json_of(response))
    followed = 0
    while stubs and followed < MOST_MORE:
        stub = stubs.pop(0)
        followed += 1
        stubs += yield from _more(settings, name, stub)
    if stubs:
        yield Note("a thread has more branches than are followed: it is incomplete")
        return False
    return True


def _stubs(value: Any) -> list[Thing]:
    """Every stub of more comments in an answer, in order."""
    found: list[Thing] = []
    waiting = [value]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            data = item.get("data")
            if item.get("kind") == "more" and isinstance(data, dict):
                found.append(data)
            elif isinstance(data, dict):
                waiting += [data.get("children") or [], data.get("replies") or []]
    return found


def _more(settings: Mapping[str, Any], name: str, stub: Thing) -> Generator[Any, Any, list[Thing]]:
    """What a stub stands for: children by name, or the rest of a branch that is too deep."""
    children = [str(child) for child in stub.get("children") or []]
    if not children:
        parent = str(stub.get("parent_id") or "").removeprefix("t1_")
        if not parent or parent.startswith("t3_"):
            return []
        response = yield _call(
            settings,
            f"comments/{name.removeprefix('t3_')}",
            "reddit_api",
            comment=parent,
            limit=500,
        )
        return _stubs(json_of(response)) if response.ok else []
    stubs: list[Thing] = []
    for start in range(0, len(children), PAGE):
        some = ",".join(children[start : start + PAGE])
        response = yield _call(
            settings, "api/morechildren", "reddit_api", api_type="json", link_id=name, children=some
        )
        things = (json_of(response).get("json") or {}).get("data") or {} if response.ok else {}
        stubs += _stubs(things.get("things") or [])
    return stubs


def _recheck(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Ask for every known thing; the mapper tells the deleted ones, what is left out is gone."""
    for start in range(0, len(known), PAGE):
        some = known[start : start + PAGE]
        names = ",".join(post.native_id for post in some)
        response = yield _call(settings, "api/info", "reddit_api", id=names)
        if response is None or not response.ok:
            yield Note("things could not be looked at again")
            continue
        children = (json_of(response).get("data") or {}).get("children") or []
        there = {str((child.get("data") or {}).get("name")) for child in children}
        for post in some:
            if post.native_id not in there:
                yield Observed(post_id=post.post_id, state="unknown")
    return {}


REDDIT = LiveSource(
    name="reddit",
    licence_note="Reddit Data API: research access by application; remove what is deleted there, and ids of deleted accounts.",
    settings=(
        Setting(name="url", about="the interface", default="https://oauth.reddit.com"),
        Setting(name="communities", about="names of subreddits, separated by commas", many=True),
        Setting(name="query", about="words to search for, within the communities or everywhere"),
        Setting(
            name="days_again",
            about="days for which a thread is read again when it grows",
            default=7,
        ),
        Setting(name="client_env", about="environment variable with CLIENT_ID:SECRET"),
        Setting(name="token_url", about="where these are exchanged for a token"),
    ),
    collect=_collect,
    recheck=_recheck,
    credential=Credential(
        kind="client_credentials",
        setting="client_env",
        token_url="https://www.reddit.com/api/v1/access_token",  # noqa: S106 (an address)
    ),
    seconds_between=0.65,
    recheck_days=2,
    verified="recorded answers of the real interface",
    robots=False,
)
