"""Vocabularies that a study was given by its user: sealed, versioned, never exported."""

import re
from typing import NamedTuple

import msgspec

from bedside.errors import NotFoundError, suggest
from bedside.store.files import content_key, replace_file
from bedside.store.study import Study
from bedside.store.vault import open_bytes, seal_bytes

__all__ = [
    "KINDS",
    "Vocabulary",
    "VocabularyTerm",
    "drop_vocabulary",
    "open_vocabulary",
    "read_vocabularies",
    "vocabulary_key",
    "vocabulary_path",
    "write_vocabulary",
]

KINDS = ("symptom", "condition", "drug", "procedure")


class VocabularyTerm(NamedTuple):
    """One term as its vocabulary writes it, its code there, and the kind of mention it makes."""

    term: str
    code: str
    kind: str


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """A vocabulary: what it is called in the study, whose it is, which version, and its terms, sorted."""

    name: str
    kind: str
    version: str
    licence: str
    terms: tuple[VocabularyTerm, ...]


def vocabulary_path(name: str) -> str:
    """Where a vocabulary lies in the study's folder."""
    return f"vocabularies/{name}.sealed"


def vocabulary_key(vocabulary: Vocabulary) -> str:
    """Names its contents: another version gives another key."""
    return content_key(msgspec.json.encode(vocabulary))


def write_vocabulary(study: Study, vault_key: bytes, vocabulary: Vocabulary) -> None:
    """Keep a vocabulary in the study; one of the same name is replaced."""
    sealed = seal_bytes(msgspec.msgpack.encode(vocabulary), vault_key)
    replace_file(study.folder / vocabulary_path(vocabulary.name), lambda file: file.write(sealed))


def open_vocabulary(sealed: bytes, vault_key: bytes, name: str) -> Vocabulary:
    """Read a sealed vocabulary.

    Raises
    ------
    StorageError
        If it was damaged or belongs to another key.
    """
    return msgspec.msgpack.decode(open_bytes(sealed, vault_key, name), type=Vocabulary)


def read_vocabularies(study: Study, vault_key: bytes) -> list[Vocabulary]:
    """All vocabularies of a study, by name."""
    paths = sorted((study.folder / "vocabularies").glob("*.sealed"))
    return [open_vocabulary(path.read_bytes(), vault_key, path.name) for path in paths]


def drop_vocabulary(study: Study, name: str) -> None:
    """Take a vocabulary out of the study.

    Raises
    ------
    NotFoundError
        If there is none of that name.
    """
    path = study.folder / vocabulary_path(name)
    if not re.fullmatch(r"[A-Za-z0-9-]+", name) or not path.exists():
        there = [p.stem for p in (study.folder / "vocabularies").glob("*.sealed")]
        raise NotFoundError(f"no vocabulary '{name}' in this study; {suggest(name, there)}")
    path.unlink()
