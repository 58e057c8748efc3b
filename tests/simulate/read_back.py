"""Reads the simulated files with plain parsers: native id and text of each record."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

__all__ = ["read_all"]


def read_all(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """File name -> (id as the truth writes it, text) in the order of the file."""
    readers = {
        "reddit": _reddit,
        "x_v2": _x,
        "youtube": _youtube,
        "discourse": _discourse,
        "bluesky": _bluesky,
        "mastodon": _mastodon,
        "tiktok": _tiktok,
        "provider": _reviews,
        "fft": _survey,
        "blog": _blog,
    }
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("TRUTH"):
            continue
        reader = next(r for start, r in readers.items() if path.name.startswith(start))
        found[path.name] = list(reader(path))
    return found


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _document(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _reddit(path: Path) -> Iterator[tuple[str, str]]:
    for record in _lines(path):
        yield f"reddit:{record['name']}", record.get("selftext", record.get("body", ""))


def _x(path: Path) -> Iterator[tuple[str, str]]:
    for page in _lines(path):
        for tweet in page["data"]:
            yield f"x:{tweet['id']}", tweet["text"]


def _youtube(path: Path) -> Iterator[tuple[str, str]]:
    for thread in _document(path)["items"]:
        top = thread["snippet"]["topLevelComment"]
        for comment in (top, *thread.get("replies", {}).get("comments", [])):
            yield f"youtube:{comment['id']}", comment["snippet"]["textOriginal"]


def _discourse(path: Path) -> Iterator[tuple[str, str]]:
    for post in _document(path)["latest_posts"]:
        yield f"discourse:community.example.org/{post['id']}", post["raw"]


def _bluesky(path: Path) -> Iterator[tuple[str, str]]:
    for post in _document(path)["posts"]:
        yield f"bluesky:{post['uri']}", post["record"]["text"]


def _mastodon(path: Path) -> Iterator[tuple[str, str]]:
    for status in _document(path):
        yield f"mastodon:social.example.org/{status['id']}", status["content"]


def _tiktok(path: Path) -> Iterator[tuple[str, str]]:
    for video in _document(path)["data"]["videos"]:
        yield f"tiktok:{video['id']}", video["voice_to_text"]


def _reviews(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield f"reviews:{row['review_id']}", row["review"]


def _survey(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            yield f"survey:{number}", row["comment"]


def _blog(path: Path) -> Iterator[tuple[str, str]]:
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    for entry in ET.parse(path).getroot().iter("item"):  # noqa: S314 - our own file
        yield f"rss:blog.example.org/{entry.findtext('guid')}", entry.findtext(content) or ""
