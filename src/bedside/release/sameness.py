"""Sameness: sets that stand in several tables under other names, and sums that nobody wrote down.

A reader needs no list of which tables belong together: that those who complain of access are as many among all codes as
in the chapter on care, or that the parts of one table add up to a cell of another, can be seen. Where the print of the
posts behind each set is at hand (`measure.recounting`), it says what is the same and what adds up. Where it is not, numbers
that agree are taken for it if what the figures are about does too; at worst one figure more is hidden.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from bedside.model.figures import Figure
from bedside.release.tables import UNITS, Quantity, Tie, of_set, own_set, tie_of

__all__ = ["NO_PRINTS", "Named", "named_sets", "same_sets", "sums_across", "sums_told"]

NO_PRINTS: Mapping[str, int] = {}
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
    print: int | None = None  # of its posts; None where they are not at hand


def _about(keys: Mapping[str, str]) -> frozenset[str]:
    """Words that set a figure apart."""
    values = (v for key, v in keys.items() if key not in SAID_TWICE)
    return frozenset(part for v in values for part in v.split(":") if part not in WHOLE)


def named_sets(
    figures: Iterable[Figure], prints: Mapping[str, int] = NO_PRINTS
) -> dict[str, Named]:
    """Every set of the figures; what a denominator is about is what all its figures have in common."""
    found: dict[str, Named] = {}

    def add(name: str | None, accounts: int | None, posts: int | None, figure: Figure) -> None:
        if name is None or posts is None:
            return
        about, room = _about(figure.keys), figure.measure.split(".")[0]
        old = found.get(
            name, Named(name, accounts or 0, posts, about, frozenset(), prints.get(name))
        )
        found[name] = old._replace(about=old.about & about, rooms=old.rooms | {room})

    for figure in figures:
        add(own_set(figure), figure.hits_accounts, figure.hits_posts, figure)
        add(of_set(figure), figure.of_accounts, figure.of_posts, figure)
    return found


def _alike(a: Named, b: Named) -> bool:
    """Whether two sets with the same numbers are taken for one."""
    if a.print is not None and b.print is not None:
        return a.print == b.print
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
    by_numbers: dict[tuple[int | None, ...], list[Named]] = defaultdict(list)
    for one in named.values():
        if one.print is not None and one.posts:
            by_numbers[(one.print,)].append(one)
        elif (one.accounts or one.posts) >= FEW:
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
    *,
    small: bool = False,
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
    small : bool, optional
        Sums that make up sets so small that they are hidden themselves, in place of all others: posts alone tell those.
    """
    first = {name: names[0] for name, names in twins.items()}
    totals = _Totals(named, first, small=small)
    ties: list[Tie] = []
    for rows in _tables(figures):
        for by, parts, wholes in _grouped(rows, first):
            added = sum(named[part].posts for part in parts)
            found = totals.of(parts, by)
            for total in found:
                ties += _ties(known, total, parts, disjoint=True)
            for total in () if small else wholes:
                if total not in found and added > named[total].posts:
                    ties += _ties(known, total, parts, disjoint=False)
            largest = max(parts, key=lambda part: named[part].posts)
            rest = tuple(part for part in parts if part != largest)  # a total may stand among them
            for total in totals.proved(rest):
                ties += _ties(known, total, rest, disjoint=True)
        for total, pair in totals.pairs(rows):
            ties += _ties(known, total, pair, disjoint=True)
    return list(dict.fromkeys(ties))


def sums_across(
    figures: Sequence[Figure],
    named: Mapping[str, Named],
    first: Mapping[str, str],
    prints: Mapping[str, int],
) -> list[tuple[str, tuple[str, ...]]]:
    """Sets of another release that rows of the tables of this one make up, each with those rows.

    Parameters
    ----------
    figures : sequence of Figure
    named : Mapping of str to Named
        Their sets.
    first : Mapping of str to str
        The one name of each set that has several.
    prints : Mapping of str to int
        Print of the posts of each set of the other release.

    Returns
    -------
    list of (str, tuple of str)
    """
    others = [Named(name, 0, 1, frozenset(), frozenset(), told) for name, told in prints.items() if told]  # fmt: skip
    totals = _Totals(named, first, small=False, among=others)
    found = []
    for rows in _tables(figures) if others else ():
        for _, parts, _ in _grouped(rows, first):
            largest = max(parts, key=lambda part: named[part].posts)
            for held in (parts, tuple(part for part in parts if part != largest)):
                found += [(total, held) for total in totals.proved(held)]
        found += totals.pairs(rows)
    return list(dict.fromkeys(found))


class _Totals:
    """Which sets others make up: proved by prints, taken for it where there are none."""

    def __init__(
        self,
        named: Mapping[str, Named],
        first: Mapping[str, str],
        *,
        small: bool,
        among: Iterable[Named] | None = None,
    ) -> None:
        self._named, self._first = named, first
        self._by_print: dict[int, str] = {}
        self._by_posts: dict[int, list[Named]] = defaultdict(list)
        sized = (n for n in named.values() if small == ((n.accounts or n.posts) < FEW))
        for one in sized if among is None else among:
            if not one.posts:
                continue
            if one.print is not None:
                self._by_print.setdefault(one.print, first.get(one.name, one.name))
            elif not small:
                self._by_posts[one.posts].append(one)
        self._prints = np.array(sorted(self._by_print), np.int64)

    def of(self, parts: Sequence[str], by: frozenset[str]) -> list[str]:
        """Sets that the parts make up."""
        added = sum(self._named[part].posts for part in parts)
        alike = (n.name for n in self._by_posts[added] if _adds_up(n, parts, by, self._named))
        taken = {self._first.get(name, name) for name in alike} - set(parts)
        return sorted(taken.union(self.proved(parts)))

    def proved(self, parts: Sequence[str]) -> list[str]:
        """The set whose print is the parts' together."""
        prints = [self._named[part].print for part in parts]
        if len(parts) < 2 or None in prints:
            return []
        total = self._by_print.get(sum(p for p in prints if p is not None))
        return [total] if total is not None and total not in parts else []

    def pairs(self, rows: Sequence[Figure]) -> Iterator[tuple[str, tuple[str, str]]]:
        """Sets made up by two of one table, numerators or denominators, whatever their keys."""
        for side in (own_set, of_set):
            names = {self._first.get(n, n) for f in rows if (n := side(f))}
            sets = [n for n in sorted(names) if n in self._named and self._named[n].posts]
            sets = [n for n in sets if self._named[n].print is not None]
            prints = np.array([self._named[n].print for n in sets], np.int64)
            for place, part in enumerate(sets if len(self._prints) else ()):
                sums = prints[place] + prints[place + 1 :]
                near = np.searchsorted(self._prints, sums).clip(max=len(self._prints) - 1)
                for other in np.flatnonzero(self._prints[near] == sums):
                    total = self._by_print[int(sums[other])]
                    yield total, (part, sets[place + 1 + int(other)])


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
