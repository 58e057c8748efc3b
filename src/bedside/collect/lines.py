"""Bytes into lines and text: bounded memory, any encoding, nothing guessed in silence."""

import codecs
import io
from collections.abc import Iterator
from typing import Any

from bedside.collect.reading import DamagedFileError, Reading

__all__ = ["as_utf8", "decode", "encoding_of", "lines", "read_whole"]

CHUNK_BYTES = 1 << 20
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(head: bytes) -> str:
    """Encoding that the first bytes tell: a byte-order mark, or the zero bytes of UTF-16 without one.

    Examples
    --------
    >>> encoding_of("id,text".encode("utf-16-le"))
    'utf-16-le'
    """
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    part = head[:400]
    if len(part) >= 4:
        odd, even = part[1::2].count(0), part[0::2].count(0)
        if odd > 0.4 * len(part[1::2]) and even <= 0.1 * len(part):
            return "utf-16-le"
        if even > 0.4 * len(part[0::2]) and odd <= 0.1 * len(part):
            return "utf-16-be"
    return "utf-8"


class Recoded(io.RawIOBase):
    """A stream in another encoding, given as UTF-8."""

    def __init__(self, inner: Any, encoding: str) -> None:
        self.inner = inner
        self.decoder = codecs.getincrementaldecoder(encoding)(errors="replace")

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read about `size` bytes of the source, recoded; empty at the end only."""
        while True:
            data = self.inner.read(size)
            text = self.decoder.decode(data, final=not data)
            if text or not data:
                return text.encode("utf-8", "replace")


class CarriageReturns(io.RawIOBase):
    """A stream of an old Macintosh, whose lines end in CR, with LF instead."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read up to `size` bytes."""
        data: bytes = self.inner.read(size)
        return data.replace(b"\r", b"\n")


def as_utf8(stream: Any, head: bytes, reading: Reading) -> Any:
    """The stream without a byte-order mark and in UTF-8; another encoding is noted.

    Parameters
    ----------
    stream : binary stream
        At its beginning.
    head : bytes
        Its first bytes, read earlier from another stream.
    reading : Reading
    """
    encoding = encoding_of(head)
    if encoding == "utf-8":
        if head.startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        if b"\r" in head and b"\n" not in head:
            reading.note("lines end in CR alone")
            return CarriageReturns(stream)
        return stream
    reading.note(f"encoding {encoding}")
    return Recoded(stream, encoding)


def lines(stream: Any, limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines of a stream; None in place of a line above the limit.

    Parameters
    ----------
    stream : binary stream
    limit : int
        Bytes; memory stays below this plus two chunks.

    Yields
    ------
    tuple of (int, bytes or None)
        Line number from 1, and the line without its end.
    """
    number, pieces, size = 1, [], 0
    while chunk := stream.read(CHUNK_BYTES):
        first, *rest = chunk.split(b"\n")
        size += len(first)
        if size <= limit:
            pieces.append(first)
        else:
            pieces = []
        if not rest:
            continue
        yield number, None if size > limit else b"".join(pieces)
        for line in rest[:-1]:
            number += 1
            yield number, line if len(line) <= limit else None
        number += 1
        pieces, size = [rest[-1]], len(rest[-1])
    if size:
        yield number, None if size > limit else b"".join(pieces)


def decode(data: bytes, reading: Reading) -> str:
    r"""Text of bytes: UTF-8, else Windows-1252, counted.

    Examples
    --------
    >>> from bedside.collect.reading import Choice
    >>> decode(b"caf\xe9", Reading(Choice(), "s"))
    'café'
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        reading.note("lines that are not UTF-8, read as Windows-1252")
        return data.decode("cp1252", "replace")


def read_whole(stream: Any, limit: int) -> bytes:
    """All bytes of a stream.

    Raises
    ------
    DamagedFileError
        If there are more than `limit`.
    """
    pieces, size = [], 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > limit:
            raise DamagedFileError(
                f"one document of more than {limit} bytes; split it into JSON lines, or raise max_document_bytes"
            )
        pieces.append(chunk)
    return b"".join(pieces)
