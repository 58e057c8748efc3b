"""Pictures and recordings: what stands in them and is said in them becomes text of the post, marked as such (F07).

A file beside it with the same stem and `.info.json` (as yt-dlp writes) says whose it is, where and when it stood;
without one the picture or recording is a post of its own, known by its bytes. Data of the camera, places among them,
are never read.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bedside.collect.containers import Document
from bedside.collect.lines import read_whole
from bedside.collect.reading import (
    Found,
    Outcome,
    Passed,
    Reading,
    RecordProblem,
    Rejected,
    Sample,
)
from bedside.collect.recognisers import Heard, listen, read_picture
from bedside.collect.subtitles import sidecar_of
from bedside.collect.ytdlp import SUBTITLE_ENDINGS, has_beside, is_video, map_info
from bedside.model.posts import CollectedPost

__all__ = ["read_image", "read_sound", "recognise_image", "recognise_sound"]

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM")
SOUNDS = (b"ID3", b"OggS", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\x1aE\xdf\xa3")


def recognise_image(sample: Sample) -> bool:
    """PNG, JPEG, GIF, BMP or WebP by its first bytes."""
    head = sample.head
    return head.startswith(PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def recognise_sound(sample: Sample) -> bool:
    """WAV, or MP3, Ogg, FLAC, MP4 and Matroska, by its first bytes."""
    head = sample.head
    return (
        head.startswith(SOUNDS)
        or (head[:4] == b"RIFF" and head[8:12] == b"WAVE")
        or head[4:8] == b"ftyp"
    )


def read_image(document: Document, reading: Reading) -> Iterator[Outcome]:
    """One picture as one post: its lines of text are segments of origin `ocr`."""
    yield _read(document, reading, "image", "ocr", read_picture)


def read_sound(document: Document, reading: Reading) -> Iterator[Outcome]:
    """One recording as one post: what is said in it are segments of origin `voice_to_text`."""
    yield _read(document, reading, "video", "voice_to_text", listen)


def _read(
    document: Document,
    reading: Reading,
    kind: str,
    origin: str,
    recognise: Callable[[bytes], Sequence[Heard]],
) -> Outcome:
    with document.open() as stream:
        data = read_whole(stream, reading.choice.max_document_bytes)
    info = sidecar_of(document, reading)
    told = _told_elsewhere(document, kind, info)
    if told:
        return Passed("", told)
    try:
        found = recognise(data)
    except RecordProblem as problem:
        if info is None:
            return Rejected("", str(problem))
        reading.note(f"left unread: {problem}")
        found = []
    segments = [_segment(part, origin) for part in found]
    if info is not None:
        mapped = {**map_info(info), "segments": segments or None}
        return Found("", data, mapped | ({"kind": kind} if kind == "image" else {}))
    if not segments:
        return Rejected("", f"a file of kind {kind} in which no text was found")
    return Found("", data, _alone(data, kind, segments))


def _told_elsewhere(document: Document, kind: str, info: dict[str, Any] | None) -> str:
    """Why a file is no post of its own; empty where it is one."""
    if kind == "image" and info is not None and is_video(info):
        return "thumbnail of a video"
    if kind == "video" and has_beside(document.name, document.beside(), SUBTITLE_ENDINGS):
        return "recording whose subtitles are read"
    return ""


def _segment(part: Heard, origin: str) -> dict[str, object]:
    return {
        "origin": origin, "text": part.text, "lang": None, "start_ms": part.start_ms, "end_ms": part.end_ms,
        "confidence": part.confidence, "tool": part.tool,
    }  # fmt: skip


def _alone(data: bytes, kind: str, segments: list[dict[str, object]]) -> CollectedPost:
    native = hashlib.sha256(data).hexdigest()[:24]
    return {
        "post_id": f"{kind}:{native}",
        "native_id": native,
        "platform": "files",
        "kind": kind,
        "segments": segments,
    }
