"""Vocabularies of the user: MedDRA and SNOMED CT from their release files, and lists of one's own; nothing ships."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from bedside.collect.meddra import read_meddra
from bedside.errors import FormatError, InputError, NotFoundError, suggest
from bedside.store.vocabularies import KINDS, Vocabulary, VocabularyTerm

__all__ = ["read_vocabulary"]

SNOMED_DESCRIPTIONS = "sct2_Description_Snapshot*.txt"
SNOMED_TAGS = {
    "finding": "symptom",
    "disorder": "condition",
    "procedure": "procedure",
    "regime/therapy": "procedure",
    "medicinal product": "drug",
    "product": "drug",
    "substance": "drug",
}
FULL_NAME = "900000000000003001"  # type of a description that ends with the concept's tag
TAG = re.compile(r"\(([^()]+)\)$")
LIST_COLUMNS = ("term", "code", "kind")
MOST_TERMS = 1_000_000
MOST_WORDS = 8  # nobody says a longer term


def read_vocabulary(
    path: Path, *, name: str, kind: str, version: str = "", licence: str = ""
) -> Vocabulary:
    """Read a vocabulary from its files.

    Parameters
    ----------
    path : Path
        MedDRA: the folder that holds llt.asc and meddra_release.asc. SNOMED CT: the folder of an RF2 snapshot. A list:
        a CSV file with the columns term, code (may be missing) and kind (symptom, condition, drug or procedure; may be
        missing: symptom).
    name : str
        What the study calls it: letters, digits and hyphens.
    kind : str
        meddra | snomed | list.
    version : str
        Needed for a list and for SNOMED CT files that do not tell it; MedDRA's is read.
    licence : str
        Whose licence it is used under, in words; needed.

    Raises
    ------
    NotFoundError
        If the files are not there.
    FormatError
        If a file is not what it should be.
    InputError
        If the kind is unknown, or name, version or licence is missing.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,40}", name):
        raise InputError(f"a vocabulary's name has letters, digits and hyphens; got '{name[:40]}'")
    if not licence.strip():
        raise InputError(
            "say under which licence you use it: --licence TEXT; it is kept with the vocabulary"
        )
    readers = {"meddra": _meddra, "snomed": _snomed, "list": _list}
    if kind not in readers:
        raise InputError(f"no kind of vocabulary '{kind}'; {suggest(kind, list(readers))}")
    found, told = readers[kind](path)
    said = version or found
    if not said:
        raise InputError("its files do not tell the version: give it with --version")
    if found and version and version != found:
        raise InputError(
            f"its files say version {found}, you say {version}; leave --version out or check the folder"
        )
    terms = tuple(sorted({term for term in told if len(term.term.split()) <= MOST_WORDS}))
    if not terms:
        raise FormatError(f"no term that anybody could say in {path.name}")
    if len(terms) > MOST_TERMS:
        raise InputError(
            f"{len(terms):,} terms are more than the {MOST_TERMS:,} that are read; take a part of the vocabulary"
        )
    return Vocabulary(name=name, kind=kind, version=said, licence=licence.strip(), terms=terms)


def _meddra(path: Path) -> tuple[str, list[VocabularyTerm]]:
    """Current lowest-level terms."""
    release = read_meddra(path)
    terms = [
        VocabularyTerm(_plain(term.name), term.code, "symptom")
        for term in release.by_code.values()
        if term.current
    ]
    return release.version, terms


def _snomed(path: Path) -> tuple[str, list[VocabularyTerm]]:
    """Active descriptions of concepts that are findings, disorders, procedures or products."""
    files = sorted(path.rglob(SNOMED_DESCRIPTIONS)) if path.is_dir() else []
    if not files:
        raise NotFoundError(
            f"no {SNOMED_DESCRIPTIONS} in {path.name}; point to the folder of an RF2 snapshot of SNOMED CT"
        )
    rows = [row for file in files for row in _rf2(file)]
    kinds = {}
    for concept, kind, text in rows:
        tag = TAG.search(text)
        if kind == FULL_NAME and tag and tag[1] in SNOMED_TAGS:
            kinds[concept] = SNOMED_TAGS[tag[1]]
    terms = [
        VocabularyTerm(
            _plain(TAG.sub("", text) if kind == FULL_NAME else text), concept, kinds[concept]
        )
        for concept, kind, text in rows
        if concept in kinds
    ]
    dated = re.search(r"_(\d{8})\.txt$", files[-1].name)
    return (dated[1] if dated else ""), terms


def _rf2(file: Path) -> Iterator[tuple[str, str, str]]:
    """Concept, type and text of each active description."""
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = {"conceptId", "active", "typeId", "term"} - set(reader.fieldnames or ())
        if missing:
            raise FormatError(
                f"{file.name} has no column {sorted(missing)[0]}; it is no RF2 file of descriptions"
            )
        for row in reader:
            if row["active"] == "1" and row["term"]:
                yield row["conceptId"], row["typeId"], row["term"]


def _list(path: Path) -> tuple[str, list[VocabularyTerm]]:
    if not path.is_file():
        raise NotFoundError(
            f"no file at {path}; a list is a CSV file with the columns term, code and kind"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{path.name} is not UTF-8; save it as CSV UTF-8 and try again"
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    if "term" not in (reader.fieldnames or ()):
        known = [name for name in reader.fieldnames or () if name]
        raise FormatError(
            f"column 'term' not found; this list has {known[:8]}; it needs {', '.join(LIST_COLUMNS)}"
        )
    terms = []
    for number, row in enumerate(reader, 2):
        kind = (row.get("kind") or "symptom").strip().lower()
        if kind not in KINDS:
            raise FormatError(
                f"{path.name} line {number}: kind '{kind[:20]}' is none; {suggest(kind, KINDS)}"
            )
        if _plain(row["term"] or ""):
            terms.append(VocabularyTerm(_plain(row["term"]), (row.get("code") or "").strip(), kind))
    return "", terms


def _plain(term: str) -> str:
    return " ".join(term.split())
