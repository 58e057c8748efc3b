"""Discourse forums: topics of a category, a tag, a search or all, each with every post."""

import json
from collections.abc import Generator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from bedside.collect.live.exchange import (
    Credential,
    Cursor,
    Known,
    Landed,
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

__all__ = ["DISCOURSE"]

IDS = 20  # posts that one request gives
GONE = (404, 410)
REFUSED = (403,)
Topic = dict[str, Any]


def _call(
    settings: Mapping[str, Any], path: str, land: str = "", *params: tuple[str, str]
) -> Request:
    return Request(
        url=f"{settings['url']}/{path}",
        params=params,
        land=land,
        service=_host(settings),
        answers=(*GONE, *REFUSED),
    )


def _host(settings: Mapping[str, Any]) -> str:
    return str(settings["service"] or urlsplit(settings["url"]).netloc)


def _lists(settings: Mapping[str, Any]) -> list[str]:
    found = [f"c/{path.strip('/')}.json" for path in settings["categories"]]
    found += [f"tag/{quote(tag, safe='')}.json" for tag in settings["tags"]]
    return found or ([] if settings["topics"] else ["latest.json"])


def _collect(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Topics that were posted in since last time, each read whole and landed as one document."""
    seen: dict[str, list[Any]] = dict(cursor.get("topics", {}))
    topics: dict[str, Topic] = {str(name): {"id": name} for name in settings["topics"]}
    for path in _lists(settings):
        found: list[Topic] = []
        opened: list[bool] = []
        first = _call(settings, path, "", ("page", "0"))
        yield from pages(first, partial(_further, into=found, seen=seen, opened=opened))
        if not opened[0]:
            yield Note("a list of topics is not shown; topics were taken from the latest posts")
            yield from _latest_posts(settings, found, seen)
        topics.update({str(topic.get("id")): topic for topic in found})
    for name, topic in topics.items():
        mark = [topic.get("highest_post_number"), topic.get("bumped_at")]
        if seen.get(name) != mark or mark == [None, None]:
            whole = yield from _topic(settings, name)
            if whole:
                seen[name] = mark
    return {"topics": seen}


def _further(
    asked: Request,
    response: Response,
    *,
    into: list[Topic],
    seen: Mapping[str, list[Any]],
    opened: list[bool],
) -> Request | None:
    """Next page of a list, until a whole page holds nothing new."""
    opened.append(response.ok)
    answer = json_of(response) if response.ok else {}
    listed = (answer.get("topic_list") or {}).get("topics") or []
    into += listed
    news = [
        t
        for t in listed
        if seen.get(str(t.get("id"))) != [t.get("highest_post_number"), t.get("bumped_at")]
    ]
    if not listed or not news or not (answer.get("topic_list") or {}).get("more_topics_url"):
        return None
    page = int(dict(asked.params)["page"]) + 1
    return Request(
        url=asked.url, params=(("page", str(page)),), service=asked.service, answers=asked.answers
    )


def _latest_posts(
    settings: Mapping[str, Any], into: list[Topic], seen: Mapping[str, list[Any]]
) -> Generator[Any, Any, None]:
    """Topics of the latest posts, page by page, until a whole page belongs to topics as they were."""
    marks: dict[str, Topic] = {}

    def following(asked: Request, response: Response) -> Request | None:
        posts = (json_of(response).get("latest_posts") or []) if response.ok else []
        news = False
        for post in posts:
            name = str(post.get("topic_id"))
            mark = {
                "id": name,
                "highest_post_number": post.get("highest_post_number"),
                "bumped_at": post.get("created_at"),
            }
            topic = marks.setdefault(name, mark)
            news |= seen.get(name) != [topic["highest_post_number"], topic["bumped_at"]]
        lowest = min((int(post.get("id") or 0) for post in posts), default=0)
        if not news or lowest <= 1:
            return None
        return _call(settings, "posts.json", "", ("before", str(lowest)))

    yield from pages(_call(settings, "posts.json"), following)
    into += marks.values()


def _topic(settings: Mapping[str, Any], name: str) -> Generator[Any, Any, bool]:
    """A topic: its first posts, and the rest by id; half a topic is told of."""
    response = yield _call(settings, f"t/{name}.json", "", ("include_raw", "1"))
    if not response.ok:
        return (yield from _topic_by_number(settings, name))
    topic = json_of(response)
    stream = topic.get("post_stream") or {}
    posts = list(stream.get("posts") or [])
    there = {post.get("id") for post in posts}
    missing = [native for native in stream.get("stream") or [] if native not in there]
    for start in range(0, len(missing), IDS):
        ids = tuple(("post_ids[]", str(native)) for native in missing[start : start + IDS])
        answer = yield _call(settings, f"t/{name}/posts.json", "", *ids, ("include_raw", "1"))
        more = ((json_of(answer).get("post_stream") or {}).get("posts") or []) if answer.ok else []
        posts += more
    whole = len({post.get("id") for post in posts}) >= len(set(stream.get("stream") or []) | there)
    if not whole:
        yield Note("a topic was not given whole: some of its posts are missing")
    yield _landed(settings, {**topic, "post_stream": {"posts": posts}})
    return whole


def _landed(settings: Mapping[str, Any], topic: Topic) -> Landed:
    body = json.dumps(topic, ensure_ascii=False, sort_keys=True).encode()
    return Landed(format="discourse", body=body, service=_host(settings))


def _topic_by_number(settings: Mapping[str, Any], name: str) -> Generator[Any, Any, bool]:
    """A topic whose own page is not shown, by the numbers of its posts; pages overlap."""
    found: dict[Any, Any] = {}
    opened: list[bool] = []

    def following(asked: Request, response: Response) -> Request | None:
        opened.append(response.ok)
        posts = (
            (json_of(response).get("post_stream") or {}).get("posts") or [] if response.ok else []
        )
        news = [post for post in posts if post.get("id") not in found]
        found.update({post.get("id"): post for post in news})
        if not news:
            return None
        number = max(int(post.get("post_number") or 0) for post in news) + 1
        return _call(settings, f"t/{name}/posts.json", "", ("post_number", str(number)))

    yield from pages(_call(settings, f"t/{name}/posts.json"), following)
    if not opened[0]:
        yield Note("a topic could not be opened (deleted, or for members only)")
        return False
    posts = sorted(found.values(), key=lambda post: int(post.get("post_number") or 0))
    yield _landed(
        settings, {"id": int(name) if name.isdigit() else name, "post_stream": {"posts": posts}}
    )
    if not opened[-1]:
        yield Note("a topic was not given to its end: some of its posts may be missing")
    return opened[-1]


def _recheck(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Ask for each post again."""
    for post in known:
        response = yield _call(settings, f"posts/{post.native_id}.json", "discourse")
        if response is not None and response.status in GONE:
            yield Observed(post_id=post.post_id, state="unknown")
        elif response is not None and response.status in REFUSED:
            yield Observed(post_id=post.post_id, state="removed_by_moderator")
    return {}


DISCOURSE = LiveSource(
    name="discourse",
    licence_note="The forum's own terms and robots rules; an operator's consent where a login is needed.",
    settings=(
        Setting(name="url", about="the forum, such as https://forum.example", needed=True),
        Setting(name="categories", about="categories, slug/id, separated by commas", many=True),
        Setting(name="tags", about="tags", many=True),
        Setting(name="topics", about="numbers of single topics", many=True),
        Setting(name="service", about="host that ids belong to, where the address is another"),
        Setting(
            name="key_env", about="environment variable with an API key, if the owner gave one"
        ),
    ),
    collect=_collect,
    recheck=_recheck,
    credential=Credential(kind="header", setting="key_env", name="Api-Key"),
    seconds_between=1.0,
    verified="recorded answers of a real forum",
)
