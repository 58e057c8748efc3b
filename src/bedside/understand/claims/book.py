"""The knowledge base of claims: what is claimed, what is known about it, and how people word it.

A folder of claims holds `*.toml` with one table a claim (`[id]`: name, statement, verdict, fact, sources, date)
and `wordings/*.toml` with one table a claim (`[id]`: wordings, and optionally the word groups `must` and `deny` in
the language of phrases). A study's folder may hold both in one file. There is no true/false classifier: the verdict
is what the sources say about the claim, never what a machine thinks of a post.
"""

import datetime
import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

import msgspec

from bedside.errors import InputError

__all__ = [
    "VERDICTS",
    "Claim",
    "ClaimBook",
    "Evidence",
    "load_claims",
    "pack_claims",
    "read_claims",
    "unpack_claims",
]

VERDICTS = ("true", "false", "misleading", "unproven")
FEWEST_WORDINGS = 2  # fewer, and neither common words nor a threshold can be told from them
_REPLACE = "replace"


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published source of a verdict."""

    by: str
    title: str
    year: int


class Claim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A checkable statement about health in general.

    Attributes
    ----------
    id : str
        Stable; it is the concept id of the marks.
    name, statement : str
        A few words, and one whole sentence.
    verdict : str
        What the sources say: one of `VERDICTS`.
    fact : str
        What holds instead, in one sentence.
    sources : tuple of Evidence
    date : datetime.date
        When the verdict was last checked.
    wordings : tuple of str
        How people put it.
    must : tuple of str
        Phrases all of which a sentence needs; the first names the topic. Empty: the topic is taken from the wordings.
    deny : tuple of str
        Phrases that, beside the topic, say the opposite of the claim.
    """

    id: str
    name: str
    statement: str
    verdict: Literal["true", "false", "misleading", "unproven"]
    fact: str = ""
    sources: tuple[Evidence, ...] = ()
    date: datetime.date
    wordings: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


class ClaimBook(msgspec.Struct, frozen=True, kw_only=True):
    """Claims in the order of their ids, and a version that changes when anything in them does."""

    claims: tuple[Claim, ...]
    version: str

    def claim(self, claim_id: str) -> Claim | None:
        """A claim by its id."""
        return next((claim for claim in self.claims if claim.id == claim_id), None)


def _tables(folder: Traversable) -> list[tuple[str, dict[str, Any]]]:
    """File name and content of every TOML file of a folder, those of `wordings/` last."""
    if not folder.is_dir():
        return []
    found = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            try:
                found.append((entry.name, tomllib.loads(entry.read_text("utf-8"))))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise InputError(
                    f"{entry.name} of the claims is not TOML ({error}); mend that line"
                ) from error
    return found


def _merge(
    known: dict[str, dict[str, Any]], tables: Iterable[tuple[str, dict[str, Any]]], *, words: bool
) -> None:
    for file, table in tables:
        for claim_id, body in table.items():
            if claim_id == _REPLACE:
                continue
            if not isinstance(body, dict):
                raise InputError(
                    f"{file} of the claims: '{claim_id}' is no table; a claim stands under [{claim_id}]"
                )
            if words and claim_id not in known:
                raise InputError(
                    f"{file} of the claims words '{claim_id}', and no claim has that id; state it first"
                )
            known[claim_id] = {**known.get(claim_id, {}), **body} if words else body


def _claim(claim_id: str, body: Mapping[str, Any]) -> Claim:
    try:
        claim = msgspec.convert({**body, "id": claim_id}, Claim)
    except msgspec.ValidationError as error:
        raise InputError(
            f"claim '{claim_id}': {error}; a claim has name, statement, verdict ({', '.join(VERDICTS)}), date, "
            "and optionally fact, sources, wordings, must, deny"
        ) from error
    if not claim.must and len(claim.wordings) < FEWEST_WORDINGS:
        raise InputError(
            f"claim '{claim_id}' has {len(claim.wordings)} wordings and no `must`; give at least "
            f"{FEWEST_WORDINGS} wordings, better five"
        )
    return claim


def _book(known: Mapping[str, Mapping[str, Any]]) -> ClaimBook:
    claims = tuple(_claim(claim_id, known[claim_id]) for claim_id in sorted(known))
    return ClaimBook(
        claims=claims, version=hashlib.sha256(msgspec.json.encode(claims)).hexdigest()[:12]
    )


def _raw(folder: Traversable, known: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    _merge(known, _tables(folder), words=False)
    _merge(known, _tables(folder / "wordings"), words=True)
    return known


@lru_cache(maxsize=1)
def load_claims() -> ClaimBook:
    """The starter set that ships with bedside."""
    return _book(_raw(files("bedside.understand") / "claims" / "base", {}))


def read_claims(folder: Traversable | None) -> ClaimBook:
    """Claims of a study: the starter set, extended or replaced by the study's folder.

    Parameters
    ----------
    folder : path, optional
        The study's `claims/`. A claim whose id is known replaces that one; `replace = true` at the top of a file
        leaves the starter set out. A folder that is not there gives the starter set.

    Returns
    -------
    ClaimBook

    Raises
    ------
    InputError
        If a file is not TOML, or a claim lacks what it needs.
    """
    if folder is None or not folder.is_dir():
        return load_claims()
    alone = any(table.get(_REPLACE) is True for _, table in _tables(folder))
    start = {} if alone else _raw(files("bedside.understand") / "claims" / "base", {})
    return _book(_raw(folder, start))


def pack_claims(claims: Sequence[Claim]) -> str:
    """Claims as one string, for a setting that reaches worker processes."""
    return msgspec.json.encode(claims).decode()


def unpack_claims(text: str) -> tuple[Claim, ...]:
    """Claims out of that string."""
    claims: tuple[Claim, ...] = msgspec.json.decode(text, type=tuple[Claim, ...])
    return claims
