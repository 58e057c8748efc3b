"""Bluesky: posts by search or by account from an AppView, and whole repositories from their own server."""

from collections.abc import Generator, Iterator, Mapping
from itertools import groupby
from typing import Any

from bedside.collect.fields import dig
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
    not_after,
    pages,
)

__all__ = ["BLUESKY", "REPOSITORY"]

POST = "app.bsky.feed.post"
MOST_AT_ONCE = 25  # addresses that getPosts takes
GONE_ACCOUNT = {"AccountDeactivated": "account_gone", "AccountTakedown": "removed_by_platform"}
GONE_STATUS = {"takendown": "removed_by_platform", "suspended": "removed_by_platform"}
MISSING = (400, 404)  # Bluesky answers 400 where others answer 404


def _call(
    settings: Mapping[str, Any],
    name: str,
    land: str = "",
    *,
    answers: tuple[int, ...] = MISSING,
    **params: Any,
) -> Request:
    pairs = tuple(
        (key, str(value))
        for key, given in params.items()
        for value in (given if isinstance(given, tuple) else (given,))
        if value not in ("", None)
    )
    return Request(url=f"{settings['url']}/xrpc/{name}", params=pairs, land=land, answers=answers)


def _paged(request: Request, found: list[Any] | None = None) -> Generator[Any, Any, None]:
    """Pages by their cursor; the answers go into `found` where they are wanted."""

    def following(asked: Request, response: Response) -> Request | None:
        answer = json_of(response)
        if found is not None:
            found.append(answer)
        cursor = answer.get("cursor")
        if not cursor:
            return None
        kept = tuple(pair for pair in asked.params if pair[0] != "cursor")
        return Request(
            url=asked.url,
            params=(*kept, ("cursor", str(cursor))),
            land=asked.land,
            answers=asked.answers,
        )

    return pages(request, following)


def _collect_view(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Posts that a search finds, and those of accounts; then the threads in which they stand."""
    since = cursor.get("since", {})
    newest: dict[str, str] = dict(since)
    for query in settings["queries"]:
        found: list[Any] = []
        yield from _paged(
            _call(
                settings,
                "app.bsky.feed.searchPosts",
                "bluesky",
                answers=(),
                q=query,
                sort="latest",
                limit=100,
                since=since.get(query, settings["since"]),
            ),
            found,
        )
        views = [view for page in found for view in page.get("posts") or []]
        newest[query] = not_after(max([since.get(query, ""), *_times(views)]), settings["today"])
        if settings["threads"]:
            yield from _threads(settings, views)
    for actor in settings["actors"]:
        answers: list[Any] = []
        yield from _paged(
            _call(settings, "app.bsky.feed.getAuthorFeed", "bluesky", actor=actor, limit=100),
            answers,
        )
        if any("error" in answer for answer in answers):
            yield Note("an account is not to be found or not active; `bedside recheck` follows it")
    return {"since": newest}


def _times(views: list[Any]) -> Iterator[str]:
    """When the server saw the posts: the times that posts state of themselves may be false."""
    return (str(view.get("indexedAt") or "") for view in views)


def _threads(settings: Mapping[str, Any], views: list[Any]) -> Steps:
    roots = {
        str(dig(view, "record", "reply", "root", "uri") or view.get("uri")): None
        for view in views
        if dig(view, "record", "reply") or view.get("replyCount")
    }
    for root in roots:
        yield _call(
            settings, "app.bsky.feed.getPostThread", "bluesky", uri=root, depth=1000, parentHeight=0
        )
    return {}


def _recheck_view(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Ask for every known post; what is left out is gone, and its account may be."""
    missing: list[Known] = []
    for start in range(0, len(known), MOST_AT_ONCE):
        some = known[start : start + MOST_AT_ONCE]
        uris = tuple(post.native_id for post in some)
        response = yield _call(settings, "app.bsky.feed.getPosts", "bluesky", uris=uris)
        views = json_of(response).get("posts") or []
        there = {view.get("uri") for view in views}
        missing += [post for post in some if post.native_id not in there]
    accounts: dict[str, str] = {}
    for post in missing:
        did = post.native_id.split("/")[2]
        if did not in accounts:
            response = yield _call(settings, "app.bsky.actor.getProfile", actor=did)
            accounts[did] = _account_state(response)
        yield Observed(post_id=post.post_id, state=accounts[did])
    return {}


def _account_state(response: Response | None) -> str:
    """What became of posts whose account answers so."""
    if response is not None and response.ok:
        return "deleted_by_author"
    error = json_of(response).get("error", "")
    return GONE_ACCOUNT.get(error, "account_gone")


def _collect_repository(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Every post of each account's repository, where its latest commit is another than last time."""
    revisions = dict(cursor.get("revisions", {}))
    known = dict(cursor.get("dids", {}))  # a handle may change, the account stays
    for actor in settings["actors"]:
        did = known.get(actor) or (yield from _did(settings, actor))
        if not did:
            yield Note("an account is not to be found at this server; it was left out")
            continue
        known[actor] = did
        response = yield _call(settings, "com.atproto.sync.getLatestCommit", did=did)
        revision = json_of(response).get("rev") if response and response.ok else None
        if revision is None:
            yield Note("an account's repository is not active; `bedside recheck` follows it")
            continue
        if revisions.get(did) != revision:
            yield from _paged(_records(settings, did, "bluesky"))
            revisions[did] = revision
    return {"revisions": revisions, "dids": known}


def _records(settings: Mapping[str, Any], did: str, land: str = "") -> Request:
    return _call(
        settings, "com.atproto.repo.listRecords", land, repo=did, collection=POST, limit=100
    )


def _did(settings: Mapping[str, Any], actor: str) -> Generator[Request, Response, str]:
    if actor.startswith("did:"):
        return actor
    response = yield _call(
        settings, "com.atproto.identity.resolveHandle", handle=actor.removeprefix("@")
    )
    return str(json_of(response).get("did") or "") if response.ok else ""


def _recheck_repository(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Read each account's repository again; what is no longer in it was deleted."""
    owner = sorted(known, key=lambda post: post.native_id)
    for did, posts in groupby(owner, key=lambda post: post.native_id.split("/")[2]):
        response = yield _call(settings, "com.atproto.sync.getRepoStatus", did=did)
        state = _repository_state(response)
        found: list[Any] = []
        if not state:
            yield from _paged(_records(settings, did, "bluesky"), found)
        if any("error" in answer for answer in found):
            yield Note("an account's repository could not be read; its posts stay as they are")
            continue
        there = {record.get("uri") for answer in found for record in answer.get("records") or []}
        for post in posts:
            if post.native_id not in there:
                yield Observed(post_id=post.post_id, state=state or "deleted_by_author")
    return {}


def _repository_state(response: Response | None) -> str:
    """What became of posts whose repository is not active; empty where it is."""
    answer = json_of(response)
    if response is not None and response.ok:
        return (
            ""
            if answer.get("active", True)
            else GONE_STATUS.get(answer.get("status"), "account_gone")
        )
    return "account_gone"


_NOTE = "No contract, but deletions, edits and deactivations are public: `bedside recheck` honours them."
BLUESKY = LiveSource(
    name="bluesky",
    licence_note=_NOTE,
    settings=(
        Setting(name="url", about="the AppView", default="https://public.api.bsky.app"),
        Setting(name="queries", about="searches, separated by commas", many=True),
        Setting(name="actors", about="handles or dids whose posts are read", many=True),
        Setting(name="threads", about="read the threads of what is found", default=True),
        Setting(name="since", about="first day, YYYY-MM-DDTHH:MM:SSZ, for searches"),
        Setting(
            name="token_env",
            about="environment variable with an access token, if the AppView wants one",
        ),
    ),
    collect=_collect_view,
    recheck=_recheck_view,
    credential=Credential(kind="bearer", setting="token_env"),
    seconds_between=0.2,
    verified="recorded answers of a real AppView",
    robots=False,
)
REPOSITORY = LiveSource(
    name="bluesky_repo",
    licence_note=_NOTE,
    settings=(
        Setting(name="url", about="the personal data server", needed=True),
        Setting(
            name="actors",
            about="handles or dids whose repositories are read",
            many=True,
            needed=True,
        ),
    ),
    collect=_collect_repository,
    recheck=_recheck_repository,
    seconds_between=0.2,
    verified="a real personal data server",
    robots=False,
)
