"""Bluesky's Jetstream: what is posted while one listens, of accounts, or with words of the study's own."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bedside.collect.live.exchange import (
    Cursor,
    Landed,
    LiveSource,
    Note,
    Request,
    Setting,
    Steps,
)
from bedside.errors import InputError

__all__ = ["JETSTREAM"]

POST = "app.bsky.feed.post"


def _collect(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Listen for a while from where the last round ended, and keep what the study asks for."""
    if not settings["words"] and not settings["actors"]:
        raise InputError(
            "a stream of everybody's posts is not for a study: say which words (--set words=...) or accounts "
            "(--set actors=...) are meant"
        )
    params = [("wantedCollections", POST), *(("wantedDids", did) for did in settings["actors"])]
    if cursor.get("time_us"):
        params.append(("cursor", str(cursor["time_us"])))
    response = yield Request(
        url=settings["url"], params=tuple(params), listen=float(settings["seconds"])
    )
    events = list(_events(response.body if response else b""))
    kept = [line for line, event in events if _is_wanted(event, settings)]
    if kept:
        yield Landed(format="jetstream", body=b"\n".join(kept) + b"\n")
    if not events:
        yield Note("the stream said nothing while it was listened to")
    last = max([int(event.get("time_us") or 0) for _, event in events], default=0)
    return {"time_us": max(last, int(cursor.get("time_us") or 0))}


def _events(body: bytes) -> Iterator[tuple[bytes, dict[str, Any]]]:
    for line in body.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield line, event


def _is_wanted(event: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Posts of the accounts meant, with their deletions; of others only posts that hold one of the words."""
    commit = event.get("commit")
    if not isinstance(commit, dict) or commit.get("collection") != POST:
        return False
    if event.get("did") in settings["actors"]:
        return True
    text = str((commit.get("record") or {}).get("text") or "")
    words = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in settings["words"])
    return bool(words and text and re.search(rf"\b(?:{words})(?!\w)", text, re.IGNORECASE))


JETSTREAM = LiveSource(
    name="jetstream",
    licence_note="No contract, but deletions are public: follow them with `bedside recheck` of a source of kind bluesky.",
    settings=(
        Setting(
            name="url",
            about="the stream",
            default="wss://jetstream2.us-east.bsky.network/subscribe",
        ),
        Setting(
            name="words",
            about="words of posts that are kept, separated by commas; endo* for endometriosis",
            many=True,
        ),
        Setting(name="actors", about="dids whose posts and deletions are kept", many=True),
        Setting(name="seconds", about="how long a round listens", default=300),
    ),
    collect=_collect,
    seconds_between=0.0,
    verified="a stream of our own tests, in Jetstream's documented shape",
    robots=False,
)
