"""The vault: collected pages with ids, handles and text as published, encrypted at rest.

A page is a Parquet file in memory, sealed with AES-256-GCM under the study's vault key. The nonce is an HMAC of
the plain page (a synthetic nonce): equal pages give equal files, so a run that was killed and goes on leaves
the same bytes; different pages never share a nonce.
"""

import hmac
import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bedside.errors import StorageError
from bedside.store.files import content_key, replace_file

__all__ = ["open_bytes", "open_page", "seal_bytes", "seal_page"]

NONCE_BYTES = 12


def seal_page(folder: Path, table: pa.Table, vault_key: bytes) -> str:
    """Write a page into the vault; gives its content key, which is also its file name."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    plain = buffer.getvalue()
    key = content_key(plain)
    sealed = seal_bytes(plain, vault_key)
    replace_file(folder / f"{key}.page", lambda file: file.write(sealed))
    return key


def seal_bytes(plain: bytes, vault_key: bytes) -> bytes:
    """Encrypt under the vault key: nonce, then what it sealed; equal bytes give equal bytes."""
    nonce = hmac.digest(vault_key, plain, "sha256")[:NONCE_BYTES]
    return nonce + AESGCM(vault_key).encrypt(nonce, plain, None)


def open_bytes(sealed: bytes, vault_key: bytes, name: str) -> bytes:
    """Decrypt what `seal_bytes` gave; `name` is for the error.

    Raises
    ------
    StorageError
        If it was changed, cut short, or sealed under another key.
    """
    try:
        return AESGCM(vault_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as error:
        raise StorageError(
            f"{name} cannot be opened: it was damaged or belongs to another key; "
            "restore the study from a copy, or import the source again"
        ) from error


def open_page(path: Path, vault_key: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a page of the vault, or some of its columns.

    Raises
    ------
    StorageError
        If the page was changed, cut short, or sealed under another key.
    """
    plain = open_bytes(path.read_bytes(), vault_key, f"vault page {path.name}")
    # read from a buffer of Arrow's, with nothing read ahead: a native thread that still holds a Python object when
    # the interpreter ends aborts the process
    return pq.read_table(
        pa.BufferReader(plain), columns=list(columns) if columns else None, pre_buffer=False
    )
