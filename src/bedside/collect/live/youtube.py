"""YouTube Data API: videos with their comments and all replies; captions where the channel's owner asks."""

import json
from collections.abc import Generator, Mapping
from typing import Any

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
from bedside.errors import SourceError

__all__ = ["YOUTUBE"]

PAGE, IDS = 100, 50
REFUSED = (403, 404)


def _call(settings: Mapping[str, Any], path: str, land: str = "", **params: Any) -> Request:
    pairs = tuple((key, str(value)) for key, value in params.items() if value not in ("", None))
    return Request(url=f"{settings['url']}/{path}", params=pairs, land=land, answers=REFUSED)


def _paged(request: Request, found: list[dict[str, Any]]) -> Generator[Any, Any, None]:
    """Pages by their token; the answers go into `found`."""

    def following(asked: Request, response: Response) -> Request | None:
        answer = json_of(response)
        found.append(answer if response.ok else {"refused": _reason(answer)})
        token = answer.get("nextPageToken")
        if not token:
            return None
        kept = tuple(pair for pair in asked.params if pair[0] != "pageToken")
        return Request(
            url=asked.url,
            params=(*kept, ("pageToken", str(token))),
            land=asked.land,
            answers=asked.answers,
        )

    return pages(request, following)


def _reason(answer: Any) -> str:
    errors = (answer.get("error") or {}).get("errors") or [{}] if isinstance(answer, dict) else [{}]
    return str(errors[0].get("reason") or "refused")


def _collect(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """The videos named, those of playlists and searches, and every comment under them."""
    videos = dict.fromkeys(settings["videos"])
    for playlist in settings["playlists"]:
        found: list[dict[str, Any]] = []
        request = _call(
            settings, "playlistItems", part="contentDetails", playlistId=playlist, maxResults=IDS
        )
        yield from _paged(request, found)
        videos.update(dict.fromkeys(_listed(found, "contentDetails")))
    for query in settings["queries"]:
        found = []
        request = _call(
            settings, "search", part="id", q=query, type="video", order="date", maxResults=IDS
        )
        yield from _paged(request, found)
        videos.update(dict.fromkeys(_listed(found, "id")))
    counts = dict(cursor.get("comments", {}))
    names = list(videos)
    for start in range(0, len(names), IDS):
        some = ",".join(names[start : start + IDS])
        response = yield _call(
            settings, "videos", "youtube", part="snippet,contentDetails,statistics,status", id=some
        )
        _refuse(response)
        for item in json_of(response).get("items") or []:
            yield from _video(settings, item, counts)
    return {"comments": counts}


def _listed(found: list[dict[str, Any]], key: str) -> list[str]:
    items = [item for page in found for item in page.get("items") or []]
    return [str(item[key]["videoId"]) for item in items if (item.get(key) or {}).get("videoId")]


def _refuse(response: Response | None) -> None:
    """A quota that is used up ends the round; it goes on when there is quota again."""
    if response is not None and not response.ok:
        raise SourceError(
            f"YouTube refuses ({_reason(json_of(response))}); check the key and the quota of the day; what came before "
            "is kept: collect again to go on"
        )


def _video(settings: Mapping[str, Any], item: dict[str, Any], counts: dict[str, Any]) -> Steps:
    """Comments of one video, where their number has changed; captions where asked for."""
    video, said = str(item.get("id")), (item.get("statistics") or {}).get("commentCount")
    if settings["captions"]:
        yield from _captions(settings, item)
    if said is None or counts.get(video) == said:
        return {}
    found: list[dict[str, Any]] = []
    request = _call(
        settings, "commentThreads", "youtube", part="snippet,replies", videoId=video,
        maxResults=PAGE, order="time", textFormat="plainText",
    )  # fmt: skip
    yield from _paged(request, found)
    refused = next((page["refused"] for page in found if "refused" in page), "")
    if refused in ("quotaExceeded", "rateLimitExceeded", "dailyLimitExceeded"):
        raise SourceError(
            f"YouTube's quota is used up ({refused}); what came before is kept: collect again to go on"
        )
    if refused:
        yield Note(f"comments of a video are not to be had ({refused})")
    for page in found:
        yield from _replies(settings, page.get("items") or [])
    counts[video] = said
    return {}


def _replies(settings: Mapping[str, Any], threads: list[dict[str, Any]]) -> Steps:
    """A thread's answer holds a few of its replies only: where there are more, all are asked for."""
    for thread in threads:
        total = (thread.get("snippet") or {}).get("totalReplyCount") or 0
        if total > len((thread.get("replies") or {}).get("comments") or []):
            found: list[dict[str, Any]] = []
            request = _call(
                settings, "comments", "youtube", part="snippet", parentId=thread.get("id"),
                maxResults=PAGE, textFormat="plainText",
            )  # fmt: skip
            yield from _paged(request, found)
            if any("refused" in page for page in found):
                yield Note("replies of a thread are not to be had: it is incomplete")
    return {}


def _captions(settings: Mapping[str, Any], item: dict[str, Any]) -> Steps:
    """Captions in the languages asked for; only the channel's owner, or whom it has authorised, is given them."""
    response = yield _call(settings, "captions", part="snippet", videoId=item.get("id"))
    if response is None or not response.ok:
        yield Note(
            "captions are given to the channel's owner only; add subtitle files with `bedside add`"
        )
        return {}
    for track in json_of(response).get("items") or []:
        answer = yield Request(
            url=f"{settings['url']}/captions/{track.get('id')}",
            params=(("tfmt", "vtt"),),
            expects="any",
            answers=REFUSED,
        )
        if answer is None or not answer.ok:
            yield Note(
                "captions are given to the channel's owner only; add subtitle files with `bedside add`"
            )
            return {}
        yield _subtitles(item, track, answer.body)
    return {}


def _subtitles(item: dict[str, Any], track: dict[str, Any], body: bytes) -> Landed:
    """A caption track with the sidecar that says whose it is, as subtitle files have it."""
    snippet, said = item.get("snippet") or {}, track.get("snippet") or {}
    video = str(item.get("id"))
    sidecar = {
        "id": video,
        "webpage_url": f"https://www.youtube.com/watch?v={video}",
        "extractor": "youtube",
        "uploader_id": snippet.get("channelId"),
        "uploader": snippet.get("channelTitle"),
        "title": snippet.get("title"),
        "upload_date": str(snippet.get("publishedAt") or "")[:10].replace("-", ""),
        "language": said.get("language"),
    }
    return Landed(
        format="subtitles",
        body=body,
        sidecars={"video.info.json": json.dumps(sidecar, sort_keys=True).encode()},
    )


def _recheck(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Ask for every known video and comment; what is left out is gone."""
    for path, part, kinds in (
        ("videos", "snippet,contentDetails,statistics,status", ("video",)),
        ("comments", "snippet", ("comment",)),
    ):
        wanted = [post for post in known if post.kind in kinds]
        for start in range(0, len(wanted), IDS):
            some = wanted[start : start + IDS]
            ids = ",".join(post.native_id for post in some)
            extra = {"textFormat": "plainText"} if path == "comments" else {}
            response = yield _call(settings, path, "youtube", part=part, id=ids, **extra)
            _refuse(response)
            there = {str(item.get("id")) for item in json_of(response).get("items") or []}
            for post in some:
                if post.native_id not in there:
                    yield Observed(post_id=post.post_id, state="unknown")
    return {}


YOUTUBE = LiveSource(
    name="youtube",
    licence_note="YouTube Data API: 10,000 units a day; refresh or delete within 30 days.",
    settings=(
        Setting(name="url", about="the interface", default="https://www.googleapis.com/youtube/v3"),
        Setting(name="videos", about="ids of videos, separated by commas", many=True),
        Setting(
            name="playlists", about="ids of playlists (a channel's uploads are one)", many=True
        ),
        Setting(name="queries", about="searches for videos (100 units each)", many=True),
        Setting(
            name="captions", about="ask for captions (the channel's owner only)", default=False
        ),
        Setting(name="key_env", about="environment variable with the API key"),
    ),
    collect=_collect,
    recheck=_recheck,
    credential=Credential(kind="query", setting="key_env", name="key"),
    seconds_between=0.1,
    recheck_days=30,
    verified="recorded answers of the real interface",
    robots=False,
)
