"""The formats that can be read: recognised from the content, overruled by name, extended by `register`."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from bedside.collect.lines import encoding_of
from bedside.collect.reading import Outcome, Reading, Sample
from bedside.collect.rows import header_of
from bedside.errors import InputError, suggest
from bedside.plugins import offered

__all__ = [
    "FORMATS",
    "HEAD_BYTES",
    "Format",
    "find_format",
    "only_here",
    "recognise",
    "register",
    "sample_of",
]

HEAD_BYTES = 256 << 10  # enough for the first records of every page seen
SAMPLE_LINES = 20
Recognise = Callable[[Sample], bool]
Read = Callable[[Any, Reading], Iterator[Outcome]]


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format.

    Attributes
    ----------
    name : str
        As `--format` takes it and as the column `collector` keeps it.
    licence_note : str
        What the platform's terms ask of whoever holds such files.
    verified : bool
        Whether the mapping was tried on a real file; otherwise the import report says that it was not.
    recognise : callable or str
        Sample -> bool; an import string `module:function` is loaded when used.
    read : callable or str
        (Document, Reading) -> iterator of outcomes.
    """

    name: str
    licence_note: str
    verified: bool
    recognise: Recognise | str
    read: Read | str

    def matches(self, sample: Sample) -> bool:
        """Whether the beginning of a file looks like this format."""
        return bool(_load(self.recognise)(sample))

    def reader(self) -> Read:
        """The function that reads a document of this format."""
        loaded: Read = _load(self.read)
        return loaded


def _load(target: Any) -> Any:
    if not isinstance(target, str):
        return target
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def _built_in(
    name: str, module: str, note: str, *, verified: bool = True, suffix: str = ""
) -> Format:
    place = f"bedside.collect.{module}"
    return Format(
        name=name,
        licence_note=note,
        verified=verified,
        recognise=f"{place}:recognise{suffix}",
        read=f"{place}:read{suffix}",
    )


_REDDIT = "Reddit: remove what was deleted there, and ids of deleted accounts; research access by application."
_X = "X: honour deletions, edits, protection, withholding and scrubbed places."
_TIKTOK = "TikTok Research: academics and EU not-for-profits only; re-check every 15 days; else what a partner may export."
_OPEN = "No contract, but the stream carries deletions: honour them."
_SITE = "The site's own terms and robots rules; an operator's consent where a login is needed."
_VENDOR = "The vendor's licence; platform terms behind it still hold."
_OWN = "Whatever permission came with the file."
_BUILT_IN = (
    _built_in("image", "media", _OWN, suffix="_image"),
    _built_in("sound", "media", _OWN, suffix="_sound"),
    _built_in("reddit_api", "reddit", _REDDIT, suffix="_api"),
    _built_in("reddit_dump", "reddit", _REDDIT, suffix="_dump", verified=False),
    _built_in("x_v2", "x_v2", _X),
    _built_in("x_v1", "x_v1", _X),
    _built_in("tiktok_research", "tiktok", _TIKTOK, suffix="_research", verified=False),
    _built_in("tiktok_web", "tiktok", _TIKTOK, suffix="_web"),
    _built_in("zeeschuimer", "tiktok", _TIKTOK, suffix="_zeeschuimer", verified=False),
    _built_in("ytdlp", "ytdlp", "The video platform's terms."),
    _built_in("youtube", "youtube", "YouTube: refresh or delete after 30 days."),
    _built_in("jetstream", "jetstream", _OPEN, verified=False),
    _built_in("bluesky_firehose", "jetstream", _OPEN, suffix="_firehose"),
    _built_in("bluesky", "bluesky", _OPEN),
    _built_in("mastodon", "mastodon", _OPEN),
    _built_in("discourse", "discourse", _SITE),
    _built_in("nodebb", "nodebb", _SITE, verified=False),
    _built_in("wordpress", "wordpress", _SITE),
    _built_in("nhs_uk", "reviews", "NHS.uk comments API: key; honour status=removed.", suffix="_nhs", verified=False),
    _built_in("care_opinion", "reviews", "Care Opinion: subscription terms.", suffix="_care_opinion", verified=False),
    _built_in("google_places", "reviews", "Google: no copying of reviews; only a client's own export.", suffix="_google", verified=False),
    _built_in("fourcat_ndjson", "fourcat", _OWN, suffix="_ndjson", verified=False),
    _built_in("rss", "feeds", _SITE),
    _built_in("subtitles", "subtitles", "The video platform's terms."),
    _built_in("brandwatch", "listening", _VENDOR, suffix="_brandwatch", verified=False),
    _built_in("meltwater", "listening", _VENDOR, suffix="_meltwater", verified=False),
    _built_in("talkwalker", "listening", _VENDOR, suffix="_talkwalker", verified=False),
    _built_in("meta_library", "listening", "Meta Content Library: clean room; approved exports only.", suffix="_meta", verified=False),
    _built_in("crowdtangle", "listening", _VENDOR, suffix="_crowdtangle"),
    _built_in("fourcat", "fourcat", _OWN, verified=False),
    _built_in("table", "tables", _OWN),
)  # fmt: skip
FORMATS: dict[str, Format] = {format.name: format for format in _BUILT_IN}
"""Every format by name, in the order in which recognition asks them."""


def register(extra: Format) -> None:
    """Add a format of a plug-in; it is asked before the built-in ones.

    Raises
    ------
    InputError
        If the name is taken.
    """
    if extra.name in FORMATS:
        raise InputError(
            f"there is already a format '{extra.name}'; give the plug-in's format another name"
        )
    before = dict(FORMATS)
    FORMATS.clear()
    FORMATS.update({extra.name: extra, **before})


@cache
def _with_plugins() -> dict[str, Format]:
    """Every format; those of plug-ins are registered the first time that one is looked for."""
    for extra in offered("collectors"):
        if not isinstance(extra, Format):
            raise InputError(
                f"a plug-in offers a {type(extra).__name__} as a format; it must be a bedside.collect.formats.Format"
            )
        register(extra)
    return FORMATS


def only_here() -> bool:
    """Whether this program registered a format itself, so that a process started anew would not know it."""
    return len(_with_plugins()) > len(_BUILT_IN) + len(offered("collectors"))


def find_format(name: str) -> Format:
    """The format of that name.

    Raises
    ------
    InputError
        If there is none.
    """
    known = _with_plugins()
    if name not in known:
        raise InputError(f"no format '{name}'; {suggest(name, list(known))}")
    return known[name]


def recognise(head: bytes, name: str) -> Format | None:
    """Tell the format of a file from its beginning; the name is a hint only.

    Parameters
    ----------
    head : bytes
        The first bytes, decompressed; HEAD_BYTES of them are enough.
    name : str

    Returns
    -------
    Format or None
        None: no mapping for this format.

    Examples
    --------
    >>> found = recognise(b'{"kind": "Listing", "data": {"children": []}}', "page.json")
    >>> found.name
    'reddit_api'
    >>> recognise(b"lorem ipsum", "notes.txt") is None
    True
    """
    sample = sample_of(head, name)
    return next((format for format in _with_plugins().values() if format.matches(sample)), None)


def sample_of(head: bytes, name: str) -> Sample:
    """The beginning of a file, prepared for recognisers."""
    text = head.decode(encoding_of(head), "replace").lstrip("\ufeff")
    start = text.lstrip()[:1]
    values = _json_values(text) if start in ("{", "[") else []
    header = () if values or start == "<" or head.startswith((b"PAR1", b"PK")) else header_of(text)
    return Sample(name=name, head=head, text=text, values=values, header=header)


def _json_values(text: str) -> list[Any]:
    """Values of the first lines, or the one document; its end is repaired when cut off."""
    found = []
    for line in text.lstrip().split("\n", SAMPLE_LINES)[:SAMPLE_LINES]:
        try:
            found.append(json.loads(line))  # like the reader, takes NaN and halves of emoji
        except (ValueError, RecursionError):
            continue
    if found and isinstance(found[0], dict | list):
        return found
    for candidate in (text, _closed(text)):
        try:
            return [json.loads(candidate)]
        except (ValueError, RecursionError):
            continue
    return []


TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|["{}\[\],]', re.S)
CLOSER = {"{": "}", "[": "]"}


def _closed(text: str) -> str:
    """JSON that was cut off, shortened to its last whole value and closed.

    Examples
    --------
    >>> _closed('{"a": [1, {"b": "x"}, {"b": "y')
    '{"a": [1, {"b": "x"}]}'
    """
    stack: list[str] = []
    end, closers = 0, ""
    for token in TOKEN.finditer(text):
        sign = token[0]
        if sign == '"':
            break
        if sign in CLOSER:
            stack.append(CLOSER[sign])
        elif sign in "}]":
            if not stack or stack.pop() != sign:
                break
            end, closers = token.end(), "".join(reversed(stack))
        elif sign == ",":
            end, closers = token.start(), "".join(reversed(stack))
    return text[:end] + closers
