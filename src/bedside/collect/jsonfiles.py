"""JSON documents and JSON lines into records, each with its place and its bytes."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from bedside.collect.containers import Document
from bedside.collect.lines import as_utf8, decode, lines, read_whole
from bedside.collect.reading import (
    Found,
    NoPost,
    Outcome,
    Passed,
    Reading,
    RecordProblem,
    Rejected,
)
from bedside.model.posts import CollectedPost

__all__ = [
    "Around",
    "Mapper",
    "Piece",
    "Splitter",
    "each",
    "json_values",
    "map_one",
    "read_json",
]

Around = dict[str, Any]
"""What a record may see besides itself: the page's users, the topic, the service."""
Piece = tuple[str, Any, Around]
"""JSON pointer within the document or line, the record, what is around it."""
Splitter = Callable[[Any, Around], Iterator[Piece]]
Mapper = Callable[[Any, Around], CollectedPost | NoPost]

NOTICED_RECORDS = 200  # fields that no mapper asked for are looked for in so many records of a file
NAMES_SHOWN = 12
MISFITS = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    RecursionError,
)
_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


class Noticing(dict[str, Any]):
    """A record that notices which of its fields were asked for."""

    def __init__(self, record: dict[str, Any], asked: set[str]) -> None:
        super().__init__(record)
        self.asked = asked

    def get(self, key: str, default: Any = None) -> Any:
        """As dict.get."""
        self.asked.add(key)
        return dict.get(self, key, default)

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return dict.__getitem__(self, key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return dict.__contains__(self, key)


class Fields:
    """Which fields the first records of a file have, and which of them the mapper asked for."""

    def __init__(self) -> None:
        self.left = NOTICED_RECORDS
        self.names: set[str] = set()
        self.asked: set[str] = set()

    def watch(self, record: Any) -> Any:
        """The record as one that notices, while there are some left to watch."""
        if type(record) is not dict:
            return record
        self.left -= 1
        return Noticing(record, self.asked)

    def tell(self, reading: Reading) -> None:
        """Say which fields were not understood."""
        shown = sorted(name[:40] for name in self.names - self.asked if name.isprintable())
        if shown:
            rest = f" and {len(shown) - NAMES_SHOWN} more" if len(shown) > NAMES_SHOWN else ""
            reading.note(f"fields not read: {', '.join(shown[:NAMES_SHOWN])}{rest}")


def each(value: Any, around: Around) -> Iterator[Piece]:
    """Split a list into its items; anything else is one record."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield f"/{number}", item, around
    else:
        yield "", value, around


def read_json(
    document: Document, reading: Reading, split: Splitter, mapper: Mapper
) -> Iterator[Outcome]:
    """Read a file that holds one JSON document or one on each line.

    Parameters
    ----------
    document : Document
    reading : Reading
    split : callable
        Cuts a document or line into records.
    mapper : callable
        Maps a record; raises RecordProblem for one that cannot be mapped.

    Yields
    ------
    Outcome
        One for each record.
    """
    around: Around = {
        "service": reading.choice.service,
        "name": document.name,
        "beside": document.beside,
    }
    fields = Fields()
    for place, value, data in json_values(document, reading):
        if isinstance(value, Rejected):
            yield value
        elif split is each and type(value) is dict:
            yield map_one(value, around, mapper, place or "/", data, fields)
        else:
            yield from _page(value, split, around, mapper, (place, data), fields)
    fields.tell(reading)


def _page(
    value: Any,
    split: Splitter,
    around: Around,
    mapper: Mapper,
    at: tuple[str, bytes],
    fields: Fields,
) -> Iterator[Outcome]:
    """The records of one document or line."""
    place, data = at
    pieces = split(value, around)
    while True:
        try:
            piece = next(pieces, None)
        except MISFITS:
            yield Rejected(
                place or "/", "the page is nested or built in a way this format does not know"
            )
            return
        if piece is None:
            return
        pointer, record, near = piece
        whole = data if not pointer else None
        yield map_one(record, near, mapper, f"{place} {pointer}".strip() or "/", whole, fields)


def map_one(
    record: Any, around: Around, mapper: Mapper, place: str, data: bytes | None, fields: Fields
) -> Outcome:
    """One record mapped; whatever is wrong with it becomes a reason without content."""
    seen = fields.watch(record) if fields.left else record
    try:
        post = mapper(seen, around)
    except RecordProblem as problem:
        return Rejected(place, str(problem))
    except MISFITS as error:
        return Rejected(
            place, f"a field has an unexpected type or is missing ({type(error).__name__})"
        )
    if isinstance(post, NoPost):
        return Passed(place, post.what)
    if seen is not record:
        fields.names.update(record)
    return Found(place, _encoder.encode(record) if data is None else data, post)


def _is_value(data: bytes) -> bool:
    """Whether these bytes are a whole JSON value."""
    try:
        json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "JSON nested too deep"
    detail = str(error) if isinstance(error, msgspec.DecodeError) else "not UTF-8"
    return f"not valid JSON, or cut off: {detail}"


def json_values(document: Document, reading: Reading) -> Iterator[tuple[str, Any, bytes]]:
    """Place, value and bytes of each JSON value of the file."""
    head = _head(document)
    limit = reading.choice.max_record_bytes
    with document.open() as stream:
        numbered = (pair for pair in lines(as_utf8(stream, head, reading), limit) if pair[1] != b"")
        first, second = next(numbered, None), next(numbered, None)
        if first is None:
            return
        if not _is_one_document(first, second):
            for pair in (first, second):
                if pair is not None:
                    yield from _line(pair, reading)
            yield from _lines(numbered, reading)
            return
    with document.open() as stream:
        reading_again = Reading(reading.choice, reading.source)
        data = read_whole(as_utf8(stream, head, reading_again), reading.choice.max_document_bytes)
    yield "", _tolerant(data, reading), data


def _lines(
    numbered: Iterator[tuple[int, bytes | None]], reading: Reading
) -> Iterator[tuple[str, Any, bytes]]:
    """Lines as values; the usual line takes the short way."""
    decode_line = _decoder.decode
    for number, data in numbered:
        if data is not None:
            try:
                value = decode_line(data)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                pass
            else:
                yield f"line {number}", value, data
                continue
        yield from _line((number, data), reading)


def _head(document: Document) -> bytes:
    with document.open() as stream:
        data: bytes = stream.read(1024)
    return data


def _is_one_document(
    first: tuple[int, bytes | None], second: tuple[int, bytes | None] | None
) -> bool:
    """Whether the lines are parts of one pretty-printed document."""
    if second is None or first[1] is None or _is_value(first[1]):
        return False
    if second[1] is None or not first[1].strip(b"\r\x00 \t"):
        return False
    return not _is_value(second[1]) or not second[1].startswith((b"{", b"["))


def _line(pair: tuple[int, bytes | None], reading: Reading) -> Iterator[tuple[str, Any, bytes]]:
    """One line as a value; a line too long or broken as a rejection."""
    number, data = pair
    place = f"line {number}"
    if data is None:
        limit = reading.choice.max_record_bytes
        reason = (
            f"a line of more than {limit} bytes; raise max_record_bytes if it is one honest record"
        )
        yield place, Rejected(place, reason), b""
        return
    data = data.rstrip(b"\r")
    if data.strip(b" \t\x00\x1e"):
        value = _tolerant(data, reading)
        if isinstance(value, Rejected):
            value.locator = place
        yield place, value, data
    elif b"\x00" in data:
        yield place, Rejected(place, "a line of NUL bytes only"), b""


def _tolerant(data: bytes, reading: Reading) -> Any:
    """The value of the bytes; encodings, NUL bytes and broken emoji are mended and noted."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = _reason(error)
        if isinstance(error, RecursionError):
            return Rejected("/", reason)
    text = decode(data, reading)
    if "\x00" in text:
        text = text.replace("\x00", "")
        reading.note("lines with NUL bytes, which were left out")
    try:
        value = json.loads(text.strip("\ufeff\x1e "))
    except (ValueError, RecursionError):
        return Rejected("/", reason)
    return _without_surrogates(value, reading)


def _without_surrogates(value: Any, reading: Reading) -> Any:
    """The value with halves of emoji, which no text may hold, replaced."""
    text = json.dumps(value, ensure_ascii=False)
    mended = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if mended != text:
        reading.note("records with half an emoji, which was replaced")
    return json.loads(mended)
