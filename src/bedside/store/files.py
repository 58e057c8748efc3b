"""Files written whole or not at all, and the hashes that name them."""

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec

from bedside.errors import StorageError

__all__ = [
    "clear_folder",
    "content_key",
    "file_sha256",
    "read_json",
    "replace_file",
    "storage_errors",
    "write_json",
    "write_text",
]

T = TypeVar("T")
KEY_BYTES = 16  # 128 bits, as for the other keys
CHUNK = 1 << 20


def content_key(*parts: object) -> str:
    """Hash of JSON values and of bytes, in order: 32 hexadecimal digits.

    Bytes that are too many to hold are given as a function that makes them in pieces; it is called twice, to count and to hash.

    Examples
    --------
    >>> content_key("unify.posts", "1", {"a": 1}) == content_key("unify.posts", "1", {"a": 1})
    True
    """
    digest = hashlib.blake2b(digest_size=KEY_BYTES)
    for part in parts:
        pieces = part if callable(part) else partial(iter, (_as_bytes(part),))
        digest.update(sum(map(len, pieces())).to_bytes(8, "little"))
        for piece in pieces():
            digest.update(piece)
    return digest.hexdigest()


def _as_bytes(part: object) -> bytes:
    return part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def storage_errors(where: str) -> Iterator[None]:
    """Turn a full disk or a refused write into a `StorageError` that says what to do."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = (
                f"the disk is full while writing {where}; nothing that was finished is lost: "
                "free some space and give the same command again"
            )
        else:
            message = (
                f"could not write {where}: {error.strerror or type(error).__name__}; the study must lie where you "
                "may write"
            )
        raise StorageError(message) from error


def replace_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write beside the target, flush to disk, then rename: a reader sees the old file or the new one.

    Raises
    ------
    StorageError
        If the disk is full or the folder refuses; the old file is untouched.
    """
    with storage_errors(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def read_json(path: Path, kind: type[T]) -> T:
    """Read a record that the study keeps as JSON.

    Raises
    ------
    StorageError
        If it is damaged, without a word of its contents.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise StorageError(
            f"{path.parent.name}/{path.name} is damaged; bring it back from a copy of the study"
        ) from error


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON, whole or not at all."""
    data = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True).encode()
    replace_file(path, lambda file: file.write(data))


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, whole or not at all."""
    data = text.encode()
    replace_file(path, lambda file: file.write(data))


def clear_folder(folder: Path, keep: frozenset[Path] = frozenset()) -> int:
    """Remove the files of a folder tree that are not in `keep`; gives how many went."""
    gone = 0
    for path in sorted(folder.rglob("*")) if folder.exists() else []:
        if path.is_file() and path not in keep:
            path.unlink(missing_ok=True)  # a worker that outlived its parent may have renamed it
            gone += 1
    return gone
