"""Recorded answers of real services over a real socket, with faults: as complete as the files themselves."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bedside.cli.adding import add
from bedside.cli.collecting import collect
from bedside.store.study import Study, create_study
from tests.live.conftest import later, standing
from tests.live.server import Server
from tests.live.sites import answer, listing

FAULTS: list[Any] = [(429, {"Retry-After": "0"}, b""), "cut"]
Make = Callable[..., Study]


def _by_file(tmp_path: Path, *files: Path) -> dict[str, str]:
    """What the files alone give."""
    study = create_study(tmp_path / "by-file", title="By file")
    add(study.folder, list(files), source=_own(), now=later(0))
    return standing(study)


def _own() -> Any:
    from bedside.model.sources import Source

    return Source(name="files", access_basis="own_data")


@pytest.mark.parametrize("thread", ["18dmb4", "249p6c", "4dfdvo", "78sxy7"])
def test_a_recorded_reddit_thread(
    data: Path, server: Server, make_study: Make, tmp_path: Path, thread: str
) -> None:
    raw = data / "payloads" / "reddit_threads" / f"{thread}_raw.json"
    pair = json.loads(raw.read_bytes())
    server.routes["/r/any/new"] = lambda query, asked: answer(listing(pair[0]["data"]["children"]))
    server.page(f"/comments/{thread}", raw.read_bytes())
    server.faults = {"/r/any/new": list(FAULTS), f"/comments/{thread}": list(FAULTS)}
    study = make_study("reddit", url=server.url, communities="any")
    collect(study.folder, now=later(0))
    assert standing(study) == _by_file(tmp_path, raw)


def test_recorded_discourse_topics(
    data: Path, server: Server, make_study: Make, tmp_path: Path
) -> None:
    folder = data / "payloads" / "discourse"
    files = [folder / "t_2108_posts.json", folder / "t_2108_posts_pn_21.json"]
    pages = [json.loads(file.read_bytes()) for file in files]
    posts = {post["id"]: post for page in pages for post in page["post_stream"]["posts"]}

    def numbered(query: dict[str, str], asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        first = int(query.get("post_number", 1))
        left = [p for p in posts.values() if p["post_number"] >= first][:20]
        return answer({"id": 2108, "post_stream": {"posts": left}})

    server.routes["/t/2108/posts.json"] = numbered
    server.faults = {"/t/2108/posts.json": list(FAULTS)}
    study = make_study("discourse", url=server.url, topics="2108", service="forum.example")
    collect(study.folder, now=later(0))
    by_file = _by_file(tmp_path, *files)
    assert sorted(standing(study).values()) == sorted(by_file.values())


def test_recorded_mastodon_timeline(data: Path, server: Server, make_study: Make) -> None:
    statuses: dict[str, Any] = {}
    for file in sorted((data / "payloads" / "mastodon").glob("test_fetch_next_previous__*.json")):
        page = json.loads(file.read_bytes())
        if isinstance(page, list):
            statuses.update({s["id"]: s for s in page if isinstance(s, dict) and "content" in s})
    ordered = sorted(statuses.values(), key=lambda s: int(s["id"]), reverse=True)

    def timeline(query: dict[str, str], asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        below = int(query.get("max_id", 2**62))
        left = [s for s in ordered if int(s["id"]) < below][:5]
        link = (
            f'<{server.url}/api/v1/timelines/tag/x?max_id={left[-1]["id"]}>; rel="next"'
            if left
            else ""
        )
        return answer(left, Link=link)

    server.routes["/api/v1/timelines/tag/x"] = timeline
    server.faults = {"/api/v1/timelines/tag/x": list(FAULTS)}
    study = make_study("mastodon", url=server.url, tags="x", threads=False)
    done = collect(study.folder, now=later(0))[0]
    assert done.new + done.tombstoned == len(statuses) > 0


def test_recorded_youtube_comments(data: Path, server: Server, make_study: Make) -> None:
    folder = data / "payloads" / "youtube"
    threads = json.loads(
        (folder / "apidata__comment_threads__comment_threads_by_channel.json").read_bytes()
    )
    video = {
        "kind": "youtube#video",
        "id": "v",
        "snippet": {"title": "t"},
        "statistics": {"commentCount": "9"},
    }
    server.routes["/videos"] = lambda query, asked: answer({"items": [video]})
    server.routes["/commentThreads"] = lambda query, asked: answer(
        {**threads, "nextPageToken": None}
    )
    server.routes["/comments"] = lambda query, asked: answer(
        {"kind": "youtube#commentListResponse", "items": []}
    )
    server.faults = {"/commentThreads": list(FAULTS)}
    study = make_study("youtube", url=server.url, videos="v")
    done = collect(study.folder, now=later(0))[0]
    assert done.new >= len(threads["items"])
