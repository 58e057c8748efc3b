"""What a person said of masking in this study: always a name, never one. Sealed: the first are names of people."""

import msgspec

from bedside.store.files import replace_file
from bedside.store.study import Study
from bedside.store.vault import open_bytes, seal_bytes

__all__ = ["Corrections", "read_corrections", "write_corrections"]


class Corrections(msgspec.Struct, frozen=True):
    """Words and phrases in lower case, sorted."""

    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def read_corrections(study: Study, vault_key: bytes) -> Corrections:
    """The corrections of a study; empty where nobody made any."""
    path = study.folder / "corrections.sealed"
    if not path.exists():
        return Corrections()
    plain = open_bytes(path.read_bytes(), vault_key, path.name)
    return msgspec.json.decode(plain, type=Corrections)


def write_corrections(study: Study, vault_key: bytes, corrections: Corrections) -> None:
    """Keep the corrections; the next run masks anew what they touch."""
    sealed = seal_bytes(msgspec.json.encode(corrections), vault_key)
    replace_file(study.folder / "corrections.sealed", lambda file: file.write(sealed))
