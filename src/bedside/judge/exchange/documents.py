"""Documents: posts as one text each for tools that know no parts, with the way from part and place to offset and back."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from bedside.errors import PermissionRefused
from bedside.judge.items import Reading, load_readings
from bedside.store.imports import collected_pages
from bedside.store.keys import load_keys
from bedside.store.stages import Ask
from bedside.store.study import Study
from bedside.unify.clean import clean

__all__ = ["Document", "Part", "load_documents"]

BETWEEN = "\n\n"


class Part(NamedTuple):
    """A stretch of a document: name (title, body, segment:0), where it begins, how long it is in code points."""

    name: str
    start: int
    length: int


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A post as one text.

    Attributes
    ----------
    text : str
        Title, body and segments, an empty line between; lines end in a line feed.
    parts : tuple of Part
    """

    post_key: str
    text_key: str
    platform: str
    source: str
    day: str | None
    text: str
    parts: tuple[Part, ...]

    def offsets(self, spans: str | None) -> list[tuple[int, int]]:
        """Places in the text of spans as the log keeps them."""
        starts = {part.name: part.start for part in self.parts}
        read = json.loads(spans) if spans else []
        return [(starts[name] + a, starts[name] + b) for name, a, b in read if name in starts]

    def spans(self, places: Sequence[tuple[int, int]]) -> str | None:
        """Spans as the log keeps them, of places in the text; one that reaches over parts is cut at their ends."""
        found = [
            [
                part.name,
                max(start, part.start) - part.start,
                min(end, part.start + part.length) - part.start,
            ]
            for start, end in places
            for part in self.parts
            if start < part.start + part.length and end > part.start
        ]
        return json.dumps(found) if found else None


def load_documents(
    study: Study, ask: Ask, keys: Sequence[str], *, unmasked: bool = False
) -> dict[str, Document]:
    """Posts of the corpus as documents, masked.

    Parameters
    ----------
    study : Study
    ask : Ask
    keys : sequence of str
        Post keys; those that are not in the corpus are left out.
    unmasked : bool
        Text as the source gave it, from the vault.

    Raises
    ------
    PermissionRefused
        If text without masks is wanted and the study does not permit it.
    """
    if unmasked and not study.config.privacy.unmasked_exchange:
        raise PermissionRefused(
            "text without masks may not leave this study; whoever answers for it can permit it in study.toml: "
            "[privacy] unmasked_exchange = true"
        )
    readings = load_readings(ask, keys, unit="posts")
    open_texts = dict(_unmasked(study, set(readings))) if unmasked else {}
    return {
        key: _document(of[0], open_texts.get(key) or _texts(of[0])) for key, of in readings.items()
    }


Texts = tuple[str, str, tuple[str, ...]]


def _texts(reading: Reading) -> Texts:
    return reading.title or "", reading.body, reading.segments


def _unmasked(study: Study, keys: set[str]) -> Iterator[tuple[str, Texts]]:
    """Texts of posts out of the vault; cleaned as masked ones are, so that places stay."""
    secrets = load_keys(study.config.id)
    for page in collected_pages(study, ("post_id", "title", "body", "segments")):
        for row in page.to_pylist():
            key = secrets.post_key(row["post_id"])
            if key in keys:
                segments = tuple(clean(s["text"] or "")[0] for s in row["segments"] or ())
                yield key, (clean(row["title"] or "")[0], clean(row["body"])[0], segments)


def _document(reading: Reading, texts: Texts) -> Document:
    title, body, segments = texts
    named = [
        ("title", title),
        ("body", body),
        *((f"segment:{n}", s) for n, s in enumerate(segments)),
    ]
    parts: list[Part] = []
    pieces: list[str] = []
    at = 0
    for name, text in named:
        if text:
            plain = text.replace(
                "\r", " "
            )  # another tool would count the two signs of a line's end as one
            at += len(BETWEEN) if pieces else 0
            parts.append(Part(name, at, len(plain)))
            pieces.append(plain)
            at += len(plain)
    return Document(
        post_key=reading.post_key,
        text_key=reading.text_key,
        platform=reading.platform,
        source=reading.source,
        day=reading.day,
        text=BETWEEN.join(pieces),
        parts=tuple(parts),
    )
