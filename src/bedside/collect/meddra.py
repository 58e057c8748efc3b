"""MedDRA from the user's own licensed files: version, current lowest-level terms, nothing shipped (R10)."""

import re
from pathlib import Path
from typing import NamedTuple

from bedside.errors import FormatError, InputError, NotFoundError

__all__ = ["Meddra", "Term", "read_meddra"]


class Term(NamedTuple):
    """One lowest-level term."""

    code: str
    name: str
    current: bool


class Meddra(NamedTuple):
    """A release: its version, and its lowest-level terms by code and by name in lower case."""

    version: str
    by_code: dict[str, Term]
    by_name: dict[str, Term]

    def code_of(self, words: str) -> Term | None:
        """The current term that is written exactly so; None where there is none."""
        term = self.by_name.get(" ".join(words.casefold().split()))
        return term if term and term.current else None

    def checked(self, code: str) -> Term:
        """A term by its code.

        Raises
        ------
        InputError
            If this release has no such term, or it is no longer current.
        """
        term = self.by_code.get(code)
        if term is None:
            raise InputError(
                f"MedDRA {self.version} has no lowest-level term {code}; look it up in your browser of MedDRA"
            )
        if not term.current:
            raise InputError(
                f"term {code} of MedDRA {self.version} is not current; code to a current one"
            )
        return term


def read_meddra(folder: Path) -> Meddra:
    """Read a release from its ASCII files.

    Parameters
    ----------
    folder : Path
        Holds llt.asc, and meddra_release.asc that names the version (in the folder or one of its own).

    Raises
    ------
    NotFoundError
        If llt.asc is not there.
    FormatError
        If the version is not told, or a line is no term.
    """
    terms_file = next(iter(sorted(folder.rglob("llt.asc"))), None) if folder.is_dir() else None
    if terms_file is None:
        raise NotFoundError(
            f"no llt.asc in {folder.name}; point to the folder of your MedDRA release"
        )
    version = _version(terms_file.parent)
    by_code: dict[str, Term] = {}
    by_name: dict[str, Term] = {}
    for number, line in enumerate(terms_file.read_text("utf-8", errors="replace").splitlines(), 1):
        if not line.strip():
            continue
        fields = line.split("$")
        if len(fields) < 10 or not re.fullmatch(r"\d{8}", fields[0]) or fields[9] not in ("Y", "N"):
            raise FormatError(
                f"llt.asc line {number} is no term of MedDRA: code$name$...$Y or N as its tenth field"
            )
        term = Term(fields[0], fields[1], fields[9] == "Y")
        by_code[term.code] = term
        name = " ".join(term.name.casefold().split())
        if term.current or name not in by_name:
            by_name[name] = term
    return Meddra(version, by_code, by_name)


def _version(folder: Path) -> str:
    path = folder / "meddra_release.asc"
    found = (
        re.match(r"(\d{1,2}\.\d)\$", path.read_text("utf-8", errors="replace"))
        if path.exists()
        else None
    )
    if found is None:
        raise FormatError(
            "meddra_release.asc beside llt.asc does not tell the version; it begins with such as 28.0$"
        )
    return found[1]
