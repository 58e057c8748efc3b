"""Tables: the released counts as quantities, and the sums that tie them together.

A quantity is a number of accounts, posts or records of one set of posts; two figures with the same evidence
show the same set. Whoever reads a release knows which figures add up: these sums are written down here, so
that suppression can ask what they give away.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from bedside.measure.evidence import parameters_in
from bedside.measure.prints import Prints
from bedside.model.figures import Figure
from bedside.release.families import FAMILIES, NO_GROUPS, Family, stage_families

__all__ = [
    "UNITS",
    "Quantity",
    "Tie",
    "find_ties",
    "of_set",
    "own_set",
    "quantities",
    "set_prints",
    "tie_of",
]

SET_DIGITS = 16
UNITS = ("accounts", "posts", "no_author", "records")


class Quantity(NamedTuple):
    """A count of one unit (accounts, posts, no_author, records) in one set of posts."""

    of: str  # the set
    unit: str


class Tie(NamedTuple):
    """What a reader knows of a total and its parts: they add up to it, cover it (>=) or fit in it (<=)."""

    total: Quantity
    parts: tuple[Quantity, ...]
    kind: Literal["=", ">=", "<="]


def _set_id(sql: str, figure: Figure) -> str:
    """Name of a set of posts: its query, the parameters the query uses, and the snapshot."""
    evidence = figure.evidence
    begun, names = _asked(sql)
    params = [(name, evidence.params[name]) for name in names if name in evidence.params]
    digest = begun.copy()
    digest.update(msgspec.json.encode((params, evidence.snapshot))[1:])
    return digest.hexdigest()


@lru_cache(maxsize=4096)
def _asked(sql: str) -> tuple["hashlib.blake2b", tuple[str, ...]]:
    """Hash of the JSON list whose first element is the query with single spaces, so far; and the parameters that it names, sorted."""
    begun = msgspec.json.encode([" ".join(sql.split())])[:-1] + b","
    return hashlib.blake2b(begun, digest_size=SET_DIGITS // 2), parameters_in(sql)


def own_set(figure: Figure) -> str:
    """The set of posts of a figure's numerator; a figure without evidence is a set of its own."""
    return _set_id(figure.evidence.posts_sql or figure.id, figure)


def of_set(figure: Figure) -> str | None:
    """The set of posts of a figure's denominator, or None."""
    return _set_id(figure.evidence.of_sql, figure) if figure.evidence.of_sql else None


def set_prints(figures: Sequence[Figure], printed: Prints) -> dict[str, int]:
    """Print of the posts behind every set of the figures that has evidence, from those of their numerators and denominators."""
    found: dict[str, int] = {}
    for figure in figures:
        for name, value in zip((own_set(figure), of_set(figure)), printed[figure.id], strict=True):
            if name is not None and value is not None:
                found[name] = value
    return found


def quantities(figure: Figure) -> dict[Quantity, int]:
    """Every count that showing this figure would tell."""
    own, of = own_set(figure), of_set(figure)
    found: dict[Quantity, int | None] = {
        Quantity(own, "accounts"): figure.hits_accounts,
        Quantity(own, "posts"): figure.hits_posts,
        Quantity(own, "no_author"): None if figure.hits_accounts is None else figure.no_author,
    }
    if figure.unit == "records" and figure.estimate is not None:
        found[Quantity(own, "records")] = round(figure.estimate)
    if of is not None:
        found[Quantity(of, "accounts")] = figure.of_accounts
        found[Quantity(of, "posts")] = figure.of_posts
    return {quantity: value for quantity, value in found.items() if value is not None}


def _matches(figure: Figure, measure: str, keys: Mapping[str, str]) -> bool:
    return figure.measure == measure and keys.items() <= figure.keys.items()


def _parts(figures: Sequence[Figure], family: Family) -> dict[tuple[str, ...], list[Figure]]:
    """Parts of each of a family's totals, by the values of the keys that set them apart."""
    found: dict[tuple[str, ...], list[Figure]] = {}
    for f in figures:
        fits = _matches(f, family.measure, family.parts)
        if not fits or (family.total is not None and _matches(f, *family.total)):
            continue
        if not family.among or f.keys.get(family.key) in family.among:
            found.setdefault(tuple(f.keys.get(key, "") for key in family.by), []).append(f)
    return found


def _count(known: Mapping[Quantity, int], of: str, unit: str) -> Quantity | None:
    """The set's quantity of that unit; unique posts stand for their records."""
    for name in (unit, "posts") if unit == "records" else (unit,):
        if Quantity(of, name) in known:
            return Quantity(of, name)
    return None


def tie_of(
    known: Mapping[Quantity, int], total: str, parts: Sequence[str], unit: str, *, disjoint: bool
) -> Tie | None:
    """What the numbers of a family let a reader conclude, or None."""
    whole = _count(known, total, unit)
    pieces = [_count(known, part, unit) for part in parts]
    if whole is None or None in pieces or whole in pieces:
        return None
    named = tuple(piece for piece in pieces if piece is not None)
    added = sum(known[piece] for piece in named)
    if added == known[whole]:
        return Tie(whole, named, "=")
    if added > known[whole]:
        return Tie(whole, named, ">=")
    return Tie(whole, named, "<=") if disjoint and unit != "accounts" else None


def find_ties(
    figures: Sequence[Figure], groups: Mapping[str, Sequence[str]] = NO_GROUPS
) -> list[Tie]:
    """Sums that hold among the figures, in the order of `FAMILIES`, then of the groups of stages in the codebook."""
    known: dict[Quantity, int] = {}
    for figure in figures:
        known |= quantities(figure)
    ties: list[Tie] = []
    for family in (*FAMILIES, *stage_families(groups)):
        for values, parts in _parts(figures, family).items():
            own = of_set if family.whom == "both" else own_set
            sets = list(dict.fromkeys(name for part in parts if (name := own(part)) is not None))
            for total in _totals(figures, family, values, parts):
                found = [
                    tie_of(known, total, sets, unit, disjoint=family.disjoint) for unit in UNITS
                ]
                ties += [tie for tie in found if tie is not None]
    return list(dict.fromkeys(ties))


def _totals(
    figures: Sequence[Figure], family: Family, values: Sequence[str], parts: Sequence[Figure]
) -> list[str]:
    if family.total is None:
        return sorted({total for part in parts if (total := of_set(part)) is not None})
    measure, keys = family.total
    shared = dict(zip(family.by, values, strict=True))
    own = of_set if family.whom else own_set
    found = [
        f
        for f in figures
        if _matches(f, measure, keys) and all(f.keys.get(k, v) == v for k, v in shared.items())
    ]
    return sorted({name for f in found if (name := own(f)) is not None})
