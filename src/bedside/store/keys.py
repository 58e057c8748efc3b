"""Keyed pseudonyms: the study's secret, kept in the user's configuration folder, never in the study."""

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from bedside.errors import InputError, NotFoundError, StorageError

__all__ = ["StudyKeys", "create_keys", "keys_folder", "load_keys", "text_key"]

SECRET_BYTES = 32
KEY_DIGITS = 32  # 128 bits: no collision to fear below 10**15 posts


def keys_folder() -> Path:
    """Folder of the secrets: `$BEDSIDE_KEYS`, else `bedside/keys` in the user's configuration folder."""
    given = os.environ.get("BEDSIDE_KEYS")
    if given:
        return Path(given)
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(config) / "bedside" / "keys"


class _Keyed:
    """HMAC-SHA-256 under one key (RFC 2104); the key is taken in once, not anew for each of many short texts.

    Parameters
    ----------
    key : bytes
        At most one block of SHA-256, 64 bytes.
    """

    def __init__(self, key: bytes) -> None:
        block = key.ljust(hashlib.sha256().block_size, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def __call__(self, text: str) -> str:
        """First 32 hexadecimal digits."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        return outer.hexdigest()[:KEY_DIGITS]


class StudyKeys:
    """Makes the keys of one study from its secret; each purpose has a key of its own.

    Parameters
    ----------
    secret : bytes
        32 random bytes.
    """

    def __init__(self, secret: bytes) -> None:
        self._post = _Keyed(self.derive(secret, "post"))
        self._account = _Keyed(self.derive(secret, "account"))
        self.vault = self.derive(secret, "vault")
        self._erased = _Keyed(self.derive(secret, "erased"))
        self.sample = self.derive(secret, "sample")

    @staticmethod
    def derive(secret: bytes, purpose: str) -> bytes:
        """Key for one purpose: HMAC-SHA-256 of its name under the study's secret."""
        return hmac.digest(secret, f"bedside/{purpose}".encode(), "sha256")

    def post_key(self, post_id: str) -> str:
        """HMAC of a post id: 32 hexadecimal digits."""
        return self._post(post_id)

    def account_key(self, platform: str, author_id: str) -> str:
        """HMAC of platform + author id: 32 hexadecimal digits."""
        return self._account(f"{platform}\0{author_id}")

    def erased_key(self, kind: str, value: str) -> str:
        """HMAC that stops a re-import of what was erased, under a key of its own; kind = post, account or source."""
        return self._erased(f"{kind}\0{value}")


def text_key(parts: tuple[str, ...]) -> str:
    """Hash of the masked text (title, body, segments in order): 32 hexadecimal digits.

    Examples
    --------
    >>> text_key(("", "it hurts")) == text_key(("", "it hurts"))
    True
    """
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=KEY_DIGITS // 2).hexdigest()


def create_keys(study_id: str) -> StudyKeys:
    """Make and keep the secret of a new study; readable by its owner only.

    Raises
    ------
    InputError
        If a secret of that name exists.
    """
    path = keys_folder() / f"{study_id}.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
    except FileExistsError as error:
        raise InputError(
            f"there is already a key for study {study_id} in {keys_folder()}"
        ) from error
    except OSError as error:
        raise StorageError(
            f"the key of the study cannot be kept in {keys_folder()} ({error.strerror}); set BEDSIDE_KEYS to a "
            "folder of yours that can be written"
        ) from error
    return load_keys(study_id)


@lru_cache(maxsize=8)
def load_keys(study_id: str) -> StudyKeys:
    """Read the secret of a study.

    Raises
    ------
    NotFoundError
        If this user has no key for the study: a copied study needs its key file copied apart from it.
    StorageError
        If the key file is damaged.
    """
    path = keys_folder() / f"{study_id}.key"
    if not path.exists():
        raise NotFoundError(
            f"no key for study {study_id} in {keys_folder()}; a study copied from elsewhere needs its "
            f"{study_id}.key copied there by the person who made it, or set BEDSIDE_KEYS to its folder"
        )
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise StorageError(
            f"the key {path} is damaged: {len(secret)} bytes instead of {SECRET_BYTES}; bring it back from a copy"
        )
    return StudyKeys(secret)
