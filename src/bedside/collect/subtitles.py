"""Subtitle files (VTT, SRT, SBV), with yt-dlp's `.info.json` beside them."""

import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import msgspec

from bedside.collect.containers import Document
from bedside.collect.lines import as_utf8, decode, read_whole
from bedside.collect.markup import html_text
from bedside.collect.reading import Found, Outcome, Reading, RecordProblem, Rejected, Sample
from bedside.collect.ytdlp import belongs, map_info, stem_of
from bedside.model.posts import CollectedPost

__all__ = ["Cue", "read", "read_cues", "recognise", "sidecar_of", "without_rolling"]

CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})"
TIMING = re.compile(rf"^\s*{CLOCK}\s*(?:-->|,)\s*{CLOCK}(?:\s|$)")
WORD_TIME = re.compile(r"<\d{2}:\d{2}:\d{2}\.\d{3}>")
TAG = re.compile(
    r"</?(?:c|i|b|u|v|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\[^}]*\}", re.I
)
NOT_CUES = ("WEBVTT", "NOTE", "STYLE", "REGION")
ROLLING_SHARE = (
    0.3  # of cues that begin with the end of the one before: a rolling window, not a chorus
)


class Cue(NamedTuple):
    """One cue: milliseconds and lines of plain text."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def recognise(sample: Sample) -> bool:
    """WEBVTT at the beginning, or a line of timing near it."""
    text = sample.text[:4000]
    if sample.values or text.lstrip().startswith("<"):
        return False
    return text.startswith("WEBVTT") or any(TIMING.match(line) for line in text.splitlines()[:40])


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read a subtitle file as one video: its cues become segments, its sidecar the rest."""
    with document.open() as stream:
        head = stream.read(1024)
    with document.open() as stream:
        data = read_whole(as_utf8(stream, head, reading), reading.choice.max_document_bytes)
    text = decode(data, reading)
    cues, bad = read_cues(text)
    kept = without_rolling(cues, rolling=bool(WORD_TIME.search(text)))
    if bad:
        reading.note("bad cues left out", bad)
    if len(cues) > len(kept):
        reading.note("cues that only repeated the one before, left out", len(cues) - len(kept))
    try:
        info = sidecar_of(document, reading)
        if not kept and info is None:
            yield Rejected("", "no cue could be read")
            return
        yield Found("", data, _post(document, data, text, kept, info))
    except (RecordProblem, KeyError, TypeError, ValueError, AttributeError) as error:
        yield Rejected("", f"the sidecar cannot be used ({type(error).__name__})")


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def read_cues(text: str) -> tuple[list[Cue], int]:
    r"""Cues of a subtitle file, and how many were bad: no timing, an end before the start, or no text.

    Examples
    --------
    >>> read_cues("1\n00:00:01,000 --> 00:00:02,500\nIt hurts\n\n2\nno time\n")
    ([Cue(start_ms=1000, end_ms=2500, lines=('It hurts',))], 1)
    """
    cues: list[Cue] = []
    bad, begun = 0, False
    for block in re.split(
        r"\n{2,}", text.replace("\r\n", "\n").replace("\r", "\n").strip("\n\ufeff")
    ):
        lines = block.split("\n")
        if lines[0].startswith(NOT_CUES) and not any(TIMING.match(line) for line in lines):
            continue
        starts = [number for number, line in enumerate(lines) if TIMING.match(line)]
        if not starts:
            vtt_header = (
                not begun and text.lstrip("\ufeff").startswith("WEBVTT") and "-->" not in block
            )
            bad += bool(block.strip()) and not vtt_header and not block.strip().isdigit()
            continue
        begun = True
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            cue = _cue(lines[start], lines[start + 1 : end])
            if cue is None:
                bad += 1
            else:
                cues.append(cue)
    return cues, bad


def _cue(timing: str, lines: list[str]) -> Cue | None:
    """A cue from its lines; None where it is bad."""
    match = TIMING.match(timing)
    if match is None:
        return None
    start, end = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:])
    words = tuple(
        plain for line in lines if (plain := " ".join(html_text(TAG.sub("", line)).split()))
    )
    return Cue(start, end, words) if words and start <= end else None


def without_rolling(cues: list[Cue], *, rolling: bool = False) -> list[Cue]:
    """Cues without what automatic captions repeat: each new cue shows the end of the one before again.

    Parameters
    ----------
    cues : list of Cue
    rolling : bool
        True: the file is known to roll (it has times for words). Otherwise told from how many cues repeat.

    Examples
    --------
    >>> cues = [
    ...     Cue(0, 1, ("it hurts",)),
    ...     Cue(1, 2, ("it hurts", "every day")),
    ...     Cue(2, 3, ("every day", "now")),
    ... ]
    >>> [cue.lines for cue in without_rolling(cues, rolling=True)]
    [('it hurts',), ('every day',), ('now',)]
    """
    shared = [_overlap(before.lines, cue.lines) for before, cue in pairwise(cues)]
    if not rolling and sum(bool(n) for n in shared) < max(2, ROLLING_SHARE * len(cues)):
        return cues
    kept = cues[:1]
    for cue, repeated in zip(cues[1:], shared, strict=False):
        new = cue.lines[repeated:]
        if new:
            kept.append(Cue(cue.start_ms, cue.end_ms, new))
    return kept


def _overlap(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """Lines at the end of one cue that the next begins with."""
    for size in range(min(len(before), len(after)), 0, -1):
        if before[-size:] == after[:size]:
            return size
    return 0


def sidecar_of(document: Document, reading: Reading) -> dict[str, Any] | None:
    """What the info file beside subtitles, a recording or a picture says; None where there is none that can be read."""
    for name in document.beside():
        if name.endswith(".info.json") and belongs(document.name, stem_of(name)):
            data = document.sibling(name)
            try:
                info = msgspec.json.decode(data) if data else None
            except msgspec.DecodeError:
                reading.note("the .info.json beside the file cannot be read")
                return None
            return info if isinstance(info, dict) and info.get("id") else None
    return None


def _post(
    document: Document, data: bytes, text: str, cues: list[Cue], info: dict[str, Any] | None
) -> CollectedPost:
    lang = _language(text, document.name)
    tool = "auto" if WORD_TIME.search(text) or _only_automatic(info, lang) else "manual"
    segments = [
        {
            "origin": "subtitle", "text": " ".join(cue.lines), "lang": lang, "start_ms": cue.start_ms,
            "end_ms": cue.end_ms, "tool": tool,
        }
        for cue in cues
    ]  # fmt: skip
    if info is not None:
        return {**map_info(info), "segments": segments or None}
    native = hashlib.sha256(data).hexdigest()[:24]
    return {
        "post_id": f"subtitles:{native}",
        "platform": "subtitles",
        "native_id": native,
        "kind": "video",
        "body": "",
        "segments": segments,
        "lang_declared": lang,
    }


def _only_automatic(info: dict[str, Any] | None, lang: str | None) -> bool:
    """Whether the sidecar lists the language among automatic captions alone."""
    if info is None or lang is None:
        return False
    return lang in (info.get("automatic_captions") or {}) and lang not in (
        info.get("subtitles") or {}
    )


def _language(text: str, name: str) -> str | None:
    """Language of the header, or of a name such as `talk.en.vtt`."""
    header = re.search(r"^Language:\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*$", text[:2000], re.M)
    if header:
        return header[1]
    parts = PurePosixPath(name).name.split(".")
    found = len(parts) > 2 and re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", parts[-2])
    return parts[-2] if found else None
