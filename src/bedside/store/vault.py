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

__all__ = ["open_page", "seal_page"]

NONCE_BYTES = 12


def seal_page(folder: Path, table: pa.Table, vault_key: bytes) -> str:
    """Write a page into the vault; gives its content key, which is also its file name."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    plain = buffer.getvalue()
    key = content_key(plain)
    nonce = hmac.digest(vault_key, plain, "sha256")[:NONCE_BYTES]
    sealed = nonce + AESGCM(vault_key).encrypt(nonce, plain, None)
    replace_file(folder / f"{key}.page", lambda file: file.write(sealed))
    return key


def open_page(path: Path, vault_key: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a page of the vault, or some of its columns.

    Raises
    ------
    StorageError
        If the page was changed, cut short, or sealed under another key.
    """
    sealed = path.read_bytes()
    try:
        plain = AESGCM(vault_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as error:
        raise StorageError(
            f"vault page {path.name} cannot be opened: it was damaged or belongs to another key; "
            "restore the study from a copy, or import the source again"
        ) from error
    return pq.read_table(io.BytesIO(plain), columns=list(columns) if columns else None)
