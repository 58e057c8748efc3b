"""Invented sites behind the interfaces of the platforms, for the test server."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.live.server import Reply, Server

Thing = dict[str, Any]
JSON = {"Content-Type": "application/json"}


def answer(value: Any, status: int = 200, **headers: str) -> Reply:
    return status, {**JSON, **headers}, json.dumps(value).encode()


def listing(children: Sequence[Thing], after: str | None = None) -> Thing:
    return {"kind": "Listing", "data": {"children": list(children), "after": after}}


def comment(name: str, parent: str, body: str, replies: Sequence[Thing] = ()) -> Thing:
    data = {
        "name": f"t1_{name}", "id": name, "link_id": "t3_s1", "parent_id": parent, "body": body, "author": f"user_{name}",
        "author_fullname": f"t2_{name}", "created_utc": 1_767_000_000, "edited": False, "subreddit": "PCOS", "score": 1,
        "replies": listing(replies) if replies else "",
    }  # fmt: skip
    return {"kind": "t1", "data": data}


def more(children: Sequence[str], parent: str) -> Thing:
    return {
        "kind": "more",
        "data": {
            "children": list(children),
            "parent_id": parent,
            "id": "_",
            "count": len(children),
        },
    }


class Reddit:
    """One community with one submission and a tree of comments that hides behind stubs."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.comments = {
            "a": "first words",
            "b": "hidden words",
            "c": "deeper words",
            "d": "deepest words",
        }
        self.gone: set[str] = set()
        server.routes.update(
            {
                "/r/PCOS/new": lambda query, asked: answer(listing([self._submission()])),
                "/comments/s1": self._thread,
                "/api/morechildren": self._more,
                "/api/info": self._info,
            }
        )

    def _submission(self) -> Thing:
        data = {
            "name": "t3_s1", "id": "s1", "title": "New here", "selftext": "diagnosed today", "author": "op", "author_fullname": "t2_op",
            "created_utc": 1_767_000_000, "edited": False, "subreddit": "PCOS", "num_comments": len(self.comments), "score": 3,
        }  # fmt: skip
        return {"kind": "t3", "data": data}

    def _thread(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        if query.get("comment") == "c":
            inner = [
                comment("c", "t1_b", self.comments["c"], [comment("d", "t1_c", self.comments["d"])])
            ]
        else:
            inner = [comment("a", "t3_s1", self.comments["a"]), more(["b"], "t3_s1")]
        return answer([listing([self._submission()]), listing(inner)])

    def _more(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        things = {
            "b": [comment("b", "t3_s1", self.comments["b"]), more(["c"], "t1_b")],
            "c": [comment("c", "t1_b", self.comments["c"]), more([], "t1_c")],
        }[query["children"]]
        return answer({"json": {"errors": [], "data": {"things": things}}})

    def _info(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        found = []
        for name in query["id"].split(","):
            if name in self.gone:
                continue
            short = name.removeprefix("t1_")
            found.append(
                self._submission()
                if name == "t3_s1"
                else comment(short, "t3_s1", self.comments[short])
            )
        return answer(listing(found))


class Mastodon:
    """Statuses under one hashtag, in pages of two, and their contexts."""

    def __init__(self, server: Server, statuses: int = 5) -> None:
        self.server, self.gone = server, set[str]()
        self.statuses = [
            self._status(str(100 + n), f"status number {n} about tablets") for n in range(statuses)
        ]
        server.routes["/api/v1/timelines/tag/endo"] = self._timeline
        for status in self.statuses:
            server.routes[f"/api/v1/statuses/{status['id']}"] = self._one
            server.routes[f"/api/v1/statuses/{status['id']}/context"] = self._context

    def _status(self, native: str, words: str, parent: str | None = None) -> Thing:
        return {
            "id": native, "uri": f"https://social.example/{native}", "url": f"https://social.example/@ann/{native}",
            "created_at": "2026-02-01T10:00:00.000Z", "edited_at": None, "content": f"<p>{words}</p>", "spoiler_text": "",
            "in_reply_to_id": parent, "visibility": "public", "sensitive": False, "language": "en", "replies_count": 1,
            "account": {"id": "1", "acct": "ann", "username": "ann", "url": "https://social.example/@ann", "bot": False},
        }  # fmt: skip

    def _timeline(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        below, since = int(query.get("max_id", 10**9)), int(query.get("since_id", 0))
        left = [s for s in reversed(self.statuses) if since < int(s["id"]) < below][:2]
        link = (
            f'<{self.server.url}/api/v1/timelines/tag/endo?max_id={left[-1]["id"]}&since_id={since}>; rel="next"'
            if left
            else ""
        )
        return answer(left, Link=link)

    def _one(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        native = self.server.asked[-1][0].rsplit("/", 1)[-1]
        if native in self.gone:
            return answer({"error": "Record not found"}, 404)
        return answer(next(s for s in self.statuses if s["id"] == native))

    def _context(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        native = self.server.asked[-1][0].split("/")[-2]
        reply = self._status(f"9{native}", f"an answer to {native}", parent=native)
        return answer({"ancestors": [], "descendants": [reply]})


class Discourse:
    """One topic with more posts than its first page gives."""

    def __init__(self, server: Server, posts: int = 33) -> None:
        self.server = server
        self.posts = {1000 + n: self._post(1000 + n, n) for n in range(1, posts + 1)}
        self.hidden: set[int] = set()
        server.routes.update(
            {"/latest.json": self._latest, "/t/7.json": self._topic, "/t/7/posts.json": self._some}
        )
        for native in self.posts:
            server.routes[f"/posts/{native}.json"] = self._one

    def _post(self, native: int, number: int) -> Thing:
        return {
            "id": native, "topic_id": 7, "post_number": number, "username": f"person{number}", "cooked": f"<p>post number {number}</p>",
            "created_at": "2026-02-01T10:00:00.000Z", "updated_at": "2026-02-01T10:00:00.000Z", "version": 1, "post_type": 1,
            "reply_to_post_number": number - 1 if number > 2 else None, "topic_slug": "waiting",
        }  # fmt: skip

    def _latest(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        topic = {
            "id": 7,
            "highest_post_number": len(self.posts),
            "bumped_at": f"2026-02-{len(self.posts):02}",
        }
        return answer({"topic_list": {"topics": [topic], "more_topics_url": None}})

    def _topic(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        first = list(self.posts.values())[:20]
        return answer(
            {
                "id": 7,
                "title": "Waiting",
                "category_id": 3,
                "post_stream": {"posts": first, "stream": list(self.posts)},
            }
        )

    def _some(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        wanted = [int(n) for n in parse_qs(urlsplit(self.server.last).query).get("post_ids[]", [])]
        return answer(
            {
                "id": 7,
                "post_stream": {"posts": [self.posts[n] for n in wanted if n not in self.hidden]},
            }
        )

    def _one(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        native = int(self.server.asked[-1][0].rsplit("/", 1)[-1].removesuffix(".json"))
        return (
            answer({"errors": ["not found"]}, 404)
            if native in self.hidden
            else answer(self.posts[native])
        )


class YouTube:
    """One video with a thread whose replies are given in part only."""

    def __init__(self, server: Server) -> None:
        self.server, self.gone = server, set[str]()
        self.refused = ""
        server.routes.update(
            {
                "/videos": lambda query, asked: answer(
                    {"kind": "youtube#videoListResponse", "items": [self._video()]}
                ),
                "/commentThreads": self._threads,
                "/comments": self._comments,
            }
        )

    def _video(self) -> Thing:
        snippet = {
            "title": "My diagnosis",
            "description": "how it went",
            "channelId": "UC1",
            "publishedAt": "2026-01-01T00:00:00Z",
        }
        return {
            "kind": "youtube#video",
            "id": "vid1",
            "snippet": snippet,
            "statistics": {"commentCount": "6"},
        }

    def _comment(self, native: str, words: str, parent: str | None = None) -> Thing:
        snippet: Thing = {
            "textOriginal": words, "textDisplay": words, "authorDisplayName": f"@{native}", "authorChannelId": {"value": f"UC{native}"},
            "publishedAt": "2026-02-01T00:00:00Z", "updatedAt": "2026-02-01T00:00:00Z", "likeCount": 0, "videoId": "vid1",
        }  # fmt: skip
        if parent:
            snippet["parentId"] = parent
        return {"kind": "youtube#comment", "id": native, "snippet": snippet}

    def _threads(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        if self.refused:
            return answer({"error": {"code": 403, "errors": [{"reason": self.refused}]}}, 403)
        number = 2 if query.get("pageToken") else 1
        top = self._comment(f"c{number}", f"comment {number}")
        snippet = {
            "videoId": "vid1",
            "channelId": "UC1",
            "topLevelComment": top,
            "totalReplyCount": 3 if number == 1 else 0,
        }
        thread = {"kind": "youtube#commentThread", "id": f"c{number}", "snippet": snippet}
        if number == 1:
            thread["replies"] = {"comments": [self._comment("c1.r1", "reply 1", "c1")]}
        page: Thing = {"kind": "youtube#commentThreadListResponse", "items": [thread]}
        return answer(page if number == 2 else {**page, "nextPageToken": "two"})

    def _comments(self, query: dict[str, str], asked: dict[str, str]) -> Reply:
        names = [n for n in query.get("id", "").split(",") if n] or [f"c1.r{n}" for n in (1, 2, 3)]
        items = [
            self._comment(n, f"words of {n}", "c1" if "." in n else None)
            for n in names
            if n not in self.gone
        ]
        return answer({"kind": "youtube#commentListResponse", "items": items})
