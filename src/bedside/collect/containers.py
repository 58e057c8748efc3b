"""Folders, archives and compressed files, opened as a stream of documents; nothing is ever unpacked to disk."""

import bz2
import gzip
import io
import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import zstandard

from bedside.collect.reading import Choice, DamagedFileError
from bedside.errors import InputError

__all__ = ["Document", "Refusal", "documents"]

ZSTD_WINDOW = 2**31  # Arctic Shift and Pushshift dumps use it; zstandard refuses it unless told
ZSTD_FEED = 8 << 10  # a bomb gives at most 256 MiB for so many bytes before the guard sees it
RATIO_FREE_BYTES = 64 << 20  # below this, any ratio is harmless
MAX_NESTING = 3  # archive in archive in archive
BROKEN = (
    EOFError, zlib.error, zstandard.ZstdError, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile, OSError,
    NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
MAGIC = (
    (b"\x1f\x8b", "gz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
)


Near = tuple[Callable[[str], bytes | None], Callable[[], tuple[str, ...]]]
"""How to read a file beside a document, and how to list them."""


@dataclass(frozen=True)
class Document:
    """One file to read, wherever it stands.

    Attributes
    ----------
    name : str
        Path below (and with) the name of what was imported; never a path of this machine.
    open : callable
        Gives a fresh stream of the decompressed bytes.
    sibling : callable
        Bytes of a file that stands beside this one, by name; None where there is none.
    beside : callable
        Names of the files that stand beside this one.
    """

    name: str
    open: Callable[[], BinaryIO]
    sibling: Callable[[str], bytes | None]
    beside: Callable[[], tuple[str, ...]] = tuple


@dataclass(frozen=True)
class Refusal:
    """A file that is not read at all, and why."""

    name: str
    reason: str


class ZstdFrames:
    """Reads zstd frames one after the other; unlike the library's reader it notices a frame that was cut off."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.frame: Any = None
        self.ready = b""

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes; fewer only near the end."""
        pieces, held = [self.ready], len(self.ready)
        while held < size:
            data = self.raw.read(ZSTD_FEED)
            if not data:
                if self.frame is not None:
                    raise EOFError
                break
            while data:
                piece = self._feed(data)
                pieces.append(piece)
                held += len(piece)
                data = self.frame.unused_data
                if self.frame.eof:
                    self.frame = None
        whole = b"".join(pieces)
        self.ready = whole[size:]
        return whole[:size]

    def _feed(self, data: bytes) -> bytes:
        if self.frame is None:
            self.frame = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
        piece: bytes = self.frame.decompress(data)
        return piece

    def close(self) -> None:
        """Forget the frame under way."""
        self.frame = None


class Guarded(io.RawIOBase):
    """A stream that stops at a decompression bomb and names a damaged file."""

    def __init__(self, inner: Any, raw: Any, choice: Choice) -> None:
        self.inner, self.raw, self.choice = inner, raw, choice
        self.given = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read up to `size` bytes (all that is left when negative, up to the limits)."""
        if size is None or size < 0:
            return b"".join(iter(partial(self.read, 1 << 20), b""))
        try:
            data: bytes = self.inner.read(size)
        except BROKEN as error:
            reason = (
                f"the file is damaged or cut off ({type(error).__name__}) after {self.given} bytes"
            )
            raise DamagedFileError(reason) from error
        self.given += len(data)
        self._check()
        return data

    def _check(self) -> None:
        """Stop when more comes out than an honest file holds."""
        if self.given > self.choice.max_expanded_bytes:
            raise DamagedFileError(
                f"larger than {self.choice.max_expanded_bytes} bytes when unpacked; "
                "raise max_expanded_bytes if that is meant"
            )
        if self.raw is None or self.given <= RATIO_FREE_BYTES:
            return
        if self.given > self.choice.max_ratio * max(1, self.raw.tell()):
            raise DamagedFileError(
                f"expands more than {self.choice.max_ratio} times: taken for a decompression bomb; "
                "raise max_ratio if the file is trusted"
            )

    def close(self) -> None:
        """Close the decoder and the file."""
        if not self.closed:
            for stream in (self.inner, self.raw):
                if stream is not None:
                    stream.close()
        super().close()


def documents(path: Path, choice: Choice) -> Iterator[Document | Refusal]:
    """Every file below a path, in sorted order; archives are walked like folders.

    Parameters
    ----------
    path : Path
        File, folder, or archive. Links that lead out of a folder are refused.
    choice : Choice
        Limits.

    Yields
    ------
    Document or Refusal

    Raises
    ------
    InputError
        If there is nothing at the path.
    """
    if path.is_dir():
        yield from _folder(path, choice)
    elif path.is_file():
        yield from _file(path, path.name, choice)
    else:
        raise InputError(f"no file or folder at '{path.name}'; check the path")


def _folder(root: Path, choice: Choice) -> Iterator[Document | Refusal]:
    """Files of a folder and its folders; symbolic links are not followed."""
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted([*files, *(f for f in folders if (Path(folder) / f).is_symlink())]):
            path = Path(folder) / name
            label = f"{root.resolve().name}/{path.relative_to(root).as_posix()}"
            if path.is_symlink():
                yield Refusal(label, "a symbolic link is not followed; import its target instead")
            elif not path.is_file():
                yield Refusal(label, "not a regular file")
            else:
                yield from _file(path, label, choice)


def _file(path: Path, name: str, choice: Choice) -> Iterator[Document | Refusal]:
    """A file on disk: a document, or an archive of documents."""

    def beside() -> tuple[str, ...]:
        return tuple(sorted(entry.name for entry in os.scandir(path.parent) if entry.is_file()))

    def sibling(other: str) -> bytes | None:
        near = path.parent / PurePosixPath(other).name
        small = near.is_file() and near.stat().st_size <= choice.max_document_bytes
        return near.read_bytes() if small else None

    try:
        yield from _enter(name, partial(open, path, "rb"), (sibling, beside), choice, 0)
    except PermissionError:
        yield Refusal(name, "the file may not be read by this user")


def _enter(
    name: str,
    opener: Callable[[], Any],
    near: Near,
    choice: Choice,
    depth: int,
) -> Iterator[Document | Refusal]:
    """The document, or the documents of the archive, that the opener gives."""
    opened = partial(_decompressed, opener, choice)
    try:
        with opened() as stream:
            head = stream.read(4)
            packed = bool(_kind(head)) or head[:2] == b"PK"
    except DamagedFileError as error:
        yield Refusal(name, str(error))
        return
    if not packed or head[:4] != b"PK\x03\x04":
        yield Document(name, opened, *near)
        return
    yield from _archive(name, opened, near, choice, depth)


def _archive(
    name: str,
    opened: Callable[[], Any],
    near: Near,
    choice: Choice,
    depth: int,
) -> Iterator[Document | Refusal]:
    """Members of a zip file; a workbook is a document itself."""
    try:
        with opened() as stream, zipfile.ZipFile(_seekable(stream, choice)) as archive:
            if "[Content_Types].xml" in archive.namelist():
                yield Document(name, opened, *near)
            elif depth >= MAX_NESTING:
                yield Refusal(
                    name, f"archives nested more than {MAX_NESTING} deep; unpack it first"
                )
            else:
                for member in sorted(archive.infolist(), key=lambda m: m.filename):
                    yield from _member(name, archive, member, choice, depth)
    except (DamagedFileError, zipfile.BadZipFile, NotImplementedError, OSError) as error:
        reason = (
            str(error)
            if isinstance(error, DamagedFileError)
            else "the archive is damaged or cut off"
        )
        yield Refusal(name, reason)


def _member(
    name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, choice: Choice, depth: int
) -> Iterator[Document | Refusal]:
    """One member of an archive, refused when it is not what it should be."""
    inside = PurePosixPath(member.filename.replace("\\", "/"))
    label = f"{name}/{inside.name}" if _climbs(inside) else f"{name}/{inside}"
    if member.is_dir():
        return
    reason = _refused_member(member, inside, choice)
    if reason:
        yield Refusal(label, reason)
        return

    def beside() -> tuple[str, ...]:
        paths = map(PurePosixPath, archive.namelist())
        return tuple(sorted(p.name for p in paths if p.parent == inside.parent))

    def sibling(other: str) -> bytes | None:
        wanted = str(inside.with_name(PurePosixPath(other).name))
        if (
            wanted not in archive.namelist()
            or archive.getinfo(wanted).file_size > choice.max_document_bytes
        ):
            return None
        return archive.read(wanted)

    yield from _enter(
        label, partial(_open_member, archive, member, choice), (sibling, beside), choice, depth + 1
    )


def _climbs(inside: PurePosixPath) -> bool:
    return inside.is_absolute() or ".." in inside.parts or ":" in (inside.parts or ("",))[0]


def _refused_member(member: zipfile.ZipInfo, inside: PurePosixPath, choice: Choice) -> str:
    """Why a member is not read; empty where it is."""
    if _climbs(inside):
        return "the member's name climbs out of the archive"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "a symbolic link in an archive is not followed"
    if member.flag_bits & 0x1:
        return "the member is encrypted; unpack it with its password first"
    large = member.file_size > RATIO_FREE_BYTES
    if large and member.file_size > choice.max_ratio * max(1, member.compress_size):
        return f"expands more than {choice.max_ratio} times: taken for a decompression bomb"
    return ""


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, choice: Choice) -> Any:
    try:
        return archive.open(member)
    except BROKEN as error:
        raise DamagedFileError("the archive is damaged or cut off") from error


def _seekable(stream: Any, choice: Choice) -> Any:
    """The stream itself when it can be sought, else its bytes in memory, up to the document limit."""
    inner = stream.inner if isinstance(stream, Guarded) and stream.raw is None else stream
    if isinstance(inner, io.BufferedReader) and inner.seekable():
        inner.seek(0)
        return inner
    data = stream.read(choice.max_document_bytes + 1)
    if len(data) > choice.max_document_bytes:
        raise DamagedFileError("a compressed archive above the document limit; unpack it first")
    return io.BytesIO(data)


def _kind(head: bytes) -> str:
    """Compression that the first bytes tell; empty for none."""
    return next((kind for magic, kind in MAGIC if head.startswith(magic)), "")


def _decompressed(opener: Callable[[], Any], choice: Choice) -> Any:
    """A guarded stream of the bytes behind any compression."""
    raw = opener()
    buffered = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)
    try:
        kind = _kind(buffered.peek(6)[:6])
    except BROKEN as error:
        raise DamagedFileError(
            f"the file is damaged or cut off ({type(error).__name__})"
        ) from error
    decoder = _decoder(kind, buffered)
    return Guarded(
        buffered if decoder is None else decoder, None if decoder is None else buffered, choice
    )


def _decoder(kind: str, raw: Any) -> Any:
    if kind == "gz":
        return gzip.GzipFile(fileobj=raw)
    if kind == "bz2":
        return bz2.BZ2File(raw)
    if kind == "xz":
        return lzma.LZMAFile(raw)
    if kind == "zst":
        return ZstdFrames(raw)
    return None
