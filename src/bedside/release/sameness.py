"""Sameness: sets that stand in several tables under other names, and sums that the numbers themselves tell.

A reader needs no list of which tables belong together: that those who complain of access are as many among all codes as
in the chapter on care, or that the parts of one table add up to a cell of another, can be seen. Where numbers agree and
what the figures are about does too, they are taken for the same; at worst one figure more is hidden.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from bedside.model.figures import Figure
from bedside.release.tables import UNITS, Quantity, Tie, of_set, own_set, tie_of

__all__ = ["Named", "named_sets", "same_sets", "sums_told"]

WHOLE = frozenset({"all", "any", ""})
"""Values of keys that set nothing apart."""
SAID_TWICE = ("level", "unit", "of", "side_of")
"""Keys that name the kind of a row, not what it is about."""
TELLING = (
    100  # posts from which two sets with the same numbers are the same whatever they are called
)
FEW = 8  # smaller sets are hidden wherever they stand
MOST_KEYS = 3  # keys by which the rows of one table are put together


class Named(NamedTuple):
    """A set of posts with its numbers and what it is about."""

    name: str
    accounts: int
    posts: int
    about: frozenset[str]
    rooms: frozenset[str]  # first part of the measures that show it


def _about(keys: Mapping[str, str]) -> frozenset[str]:
    """Words that set a figure apart."""
    values = (v for key, v in keys.items() if key not in SAID_TWICE)
    return frozenset(part for v in values for part in v.split(":") if part not in WHOLE)


def named_sets(figures: Iterable[Figure]) -> dict[str, Named]:
    """Every set of the figures; what a denominator is about is what all its figures have in common."""
    found: dict[str, Named] = {}

    def add(name: str | None, accounts: int | None, posts: int | None, figure: Figure) -> None:
        if name is None or posts is None:
            return
        about, room = _about(figure.keys), figure.measure.split(".")[0]
        old = found.get(name, Named(name, accounts or 0, posts, about, frozenset()))
        found[name] = old._replace(about=old.about & about, rooms=old.rooms | {room})

    for figure in figures:
        add(own_set(figure), figure.hits_accounts, figure.hits_posts, figure)
        add(of_set(figure), figure.of_accounts, figure.of_posts, figure)
    return found


def _alike(a: Named, b: Named) -> bool:
    """Whether two sets with the same numbers are taken for one."""
    if a.posts >= TELLING:
        return True
    if not a.about or not b.about:
        return bool(a.rooms & b.rooms)
    return a.about <= b.about or b.about <= a.about


def same_sets(named: Mapping[str, Named]) -> dict[str, tuple[str, ...]]:
    """For each set that has others of the same numbers and about the same: all of them, itself too.

    Parameters
    ----------
    named : Mapping of str to Named

    Returns
    -------
    dict of str to tuple of str
    """
    by_numbers: dict[tuple[int, int], list[Named]] = defaultdict(list)
    for one in named.values():
        if (one.accounts or one.posts) >= FEW:
            by_numbers[one.accounts, one.posts].append(one)
    found: dict[str, tuple[str, ...]] = {}
    for held in by_numbers.values():
        for group in _joined(held):
            names = tuple(sorted(one.name for one in group))
            found |= dict.fromkeys(names, names) if len(names) > 1 else {}
    return found


def _joined(held: Sequence[Named]) -> list[list[Named]]:
    """Sets of the same numbers, put together where any two are alike."""
    groups: list[list[Named]] = []
    for one in held:
        near = [group for group in groups if any(_alike(one, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([one, *(other for group in near for other in group)])
    return groups


def sums_told(
    figures: Sequence[Figure],
    named: Mapping[str, Named],
    twins: Mapping[str, Sequence[str]],
    known: Mapping[Quantity, int],
) -> list[Tie]:
    """Sums that hold among the numbers: rows of one table that add up to, or cover, a set shown anywhere.

    Parameters
    ----------
    figures : sequence of Figure
    named : Mapping of str to Named
        Their sets.
    twins : Mapping
        Names of the same set, as of `same_sets`; of them the first stands for all.
    known : Mapping
        Every count of the figures, hidden ones too.
    """
    first = {name: names[0] for name, names in twins.items()}
    by_posts: dict[int, list[Named]] = defaultdict(list)
    for one in named.values():
        if (one.accounts or one.posts) >= FEW:
            by_posts[one.posts].append(one)
    ties: list[Tie] = []
    for rows in _tables(figures):
        for by, parts, wholes in _grouped(rows, first):
            added = sum(named[part].posts for part in parts)
            fits = (one.name for one in by_posts[added] if _adds_up(one, parts, by, named))
            totals = {first.get(name, name) for name in fits} - set(parts)
            for total in sorted(totals):
                ties += _ties(known, total, parts, disjoint=True)
            for total in wholes:
                if total not in totals and added > named[total].posts:
                    ties += _ties(known, total, parts, disjoint=False)
    return list(dict.fromkeys(ties))


def _ties(known: Mapping[Quantity, int], total: str, parts: Sequence[str], *, disjoint: bool) -> list[Tie]:  # fmt: skip
    found = (tie_of(known, total, parts, unit, disjoint=disjoint) for unit in UNITS)
    return [tie for tie in found if tie is not None]


def _tables(figures: Iterable[Figure]) -> list[list[Figure]]:
    """Figures of one measure each."""
    tables: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.hits_posts is not None:
            tables[figure.measure].append(figure)
    return list(tables.values())


def _grouped(
    rows: Sequence[Figure], first: Mapping[str, str]
) -> Iterable[tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]]:
    """Rows that agree in some keys: in what, the sets of those about one thing each, the sets about all of it."""
    keys = sorted({key for figure in rows for key in figure.keys})
    seen = set()
    for number in range(min(len(keys), MOST_KEYS + 1)):
        for by in combinations(keys, number):
            groups: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
            for figure in rows:
                groups[tuple(figure.keys.get(key, "") for key in by)].append(figure)
            for values, held in groups.items():
                about = frozenset(part for v in values for part in v.split(":")) - WHOLE
                for parts, wholes in _parts_of(held, by, first):
                    if (parts, about) not in seen:
                        seen.add((parts, about))
                        yield about, parts, wholes


def _parts_of(
    held: Sequence[Figure], by: Sequence[str], first: Mapping[str, str]
) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Sets of the rows about one thing each and of those about all; of their numerators, then their denominators."""
    whole = [f for f in held if _whole(f, by)]
    single = [f for f in held if f.hits_posts and not _whole(f, by)]
    for side in (own_set, of_set):
        names = [{first.get(n, n) for f in held if (n := side(f))} for held in (single, whole)]
        parts, wholes = tuple(sorted(names[0])), names[1]
        if len(parts) > 1:
            yield parts, tuple(sorted(wholes - set(parts)))


def _whole(figure: Figure, by: Sequence[str]) -> bool:
    """Whether a figure is about all that the other rows are about one by one."""
    return any(v in WHOLE for key, v in figure.keys.items() if key not in by)


def _adds_up(
    total: Named, parts: Sequence[str], by: frozenset[str], named: Mapping[str, Named]
) -> bool:
    """Whether a set with as many posts as the parts together is taken for their sum."""
    accounts = [named[part].accounts for part in parts]
    if total.name in parts or not max(accounts) <= total.accounts <= sum(accounts):
        return False
    rooms = named[parts[0]].rooms
    if total.posts >= TELLING or rooms == total.rooms == frozenset({"inclusion"}):
        return True
    if not by or not total.about:
        return not by and not total.about and bool(rooms & total.rooms)
    return by <= total.about or total.about <= by
