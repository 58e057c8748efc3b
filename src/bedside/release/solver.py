"""Solver: what a reader who knows the shown counts and the sums can conclude about the hidden ones."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from bedside.release.tables import Quantity, Tie

__all__ = ["Range", "feasible_ranges", "given_away", "ties_around"]

ENDLESS = 1_000_000  # a reader knows no upper limit of a hidden count; enough to be none


class Range(NamedTuple):
    """Smallest and largest whole number that a hidden count may be, from all that is shown."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """0 if the count can be worked out exactly."""
        return self.high - self.low


def ties_around(
    wanted: Collection[Quantity], ties: Sequence[Tie], hidden: Collection[Quantity]
) -> list[Tie]:
    """Ties that bear on the wanted counts, directly or through other hidden ones."""
    touching: dict[Quantity, list[int]] = defaultdict(list)
    for place, tie in enumerate(ties):
        for quantity in (tie.total, *tie.parts):
            touching[quantity].append(place)
    used: set[int] = set()
    reached, ahead = set(wanted), list(wanted)
    while ahead:
        near = [place for place in touching.get(ahead.pop(), ()) if place not in used]
        used.update(near)
        further = {q for n in near for q in (ties[n].total, *ties[n].parts) if q in hidden}
        ahead += further - reached
        reached |= further
    return [ties[place] for place in sorted(used)]


def _constraints(
    ties: Sequence[Tie], places: Mapping[Quantity, int], known: Mapping[Quantity, int]
) -> LinearConstraint:
    rows = np.zeros((len(ties), len(places)))
    low, high = np.full(len(ties), -np.inf), np.full(len(ties), np.inf)
    for row, tie in enumerate(ties):
        rest = 0
        for sign, quantity in ((-1, tie.total), *((1, part) for part in tie.parts)):
            if quantity in places:
                rows[row, places[quantity]] += sign
            else:
                rest += sign * known[quantity]
        if tie.kind in ("=", ">="):
            low[row] = -rest
        if tie.kind in ("=", "<="):
            high[row] = -rest
    return LinearConstraint(rows, low, high)


def feasible_ranges(
    wanted: Sequence[Quantity],
    *,
    ties: Sequence[Tie],
    known: Mapping[Quantity, int],
    bounds: Mapping[Quantity, tuple[int, int | None]],
) -> dict[Quantity, Range]:
    """Range of each wanted count over all tables of whole numbers that fit what is shown.

    Parameters
    ----------
    wanted : sequence of Quantity
        Hidden counts to ask about.
    ties : sequence of Tie
        Sums between counts; every count in them is either known or in `bounds`.
    known : Mapping
        Shown counts.
    bounds : Mapping
        What the rules of suppression tell about each hidden count: least and most (None: no limit).

    Returns
    -------
    dict of Quantity to Range
        Exact: found by integer programming, not by a relaxation, whose ranges would look wider than they are.

    References
    ----------
    Fischetti and Salazar-González (2001), JASA 96:1008-1019: attacker's problem in cell suppression.

    Examples
    --------
    >>> a, b, total = (Quantity(name, "accounts") for name in "abt")
    >>> hidden = {a: (1, 7), b: (1, 7)}
    >>> feasible_ranges([a], ties=[Tie(total, (a, b), "=")], known={total: 3}, bounds=hidden)[a]
    Range(low=1, high=2)
    """
    found: dict[Quantity, Range] = {}
    for asked, attack in _attacks(wanted, ties, known, bounds):
        found |= {q: attack.range(q) for q in asked}
    return {q: found[q] for q in wanted}


def given_away(
    wanted: Sequence[Quantity],
    *,
    least: Mapping[Quantity, int],
    counts: Mapping[Quantity, int],
    ties: Sequence[Tie],
    known: Mapping[Quantity, int],
    bounds: Mapping[Quantity, tuple[int, int | None]],
) -> list[Quantity]:
    """Those of the wanted counts whose range is narrower than it must be, in their order.

    Parameters
    ----------
    wanted, ties, known, bounds
        As of `feasible_ranges`.
    least : Mapping
        Width that each must keep.
    counts : Mapping
        What the counts are. Where these fit what is shown, they are one possible table: if the largest possible value
        lies far enough above it, the smallest need not be looked for.
    """
    found = set()
    for asked, attack in _attacks(wanted, ties, known, bounds):
        fits = attack.fits(counts)
        if len(asked) > 1:
            attack.look_wide(asked)
        for quantity in asked:
            if attack.width_seen(quantity) >= least[quantity]:
                continue
            high = attack.end(quantity, -1)
            if fits and high is not None and high - counts[quantity] >= least[quantity]:
                continue
            low = attack.end(quantity, 1) if high is not None else None
            if low is None or high is None or high - low < least[quantity]:
                found.add(quantity)
    return [quantity for quantity in wanted if quantity in found]


class _Attack:
    """What may be worked out about a group of hidden counts that sums join."""

    def __init__(
        self,
        hidden: Collection[Quantity],
        tied: Sequence[Tie],
        known: Mapping[Quantity, int],
        bounds: Mapping[Quantity, tuple[int, int | None]],
    ) -> None:
        self._places = {quantity: place for place, quantity in enumerate(sorted(hidden))}
        limits = [bounds[quantity] for quantity in self._places]
        tops = [ENDLESS if high is None else high for _, high in limits]
        self._box = Bounds([low for low, _ in limits], tops)
        self._constraints = _constraints(tied, self._places, known) if tied else ()
        self._whole = np.ones(len(limits))
        self._seen: list[np.ndarray] = []  # tables that fit

    def fits(self, counts: Mapping[Quantity, int]) -> bool:
        """Whether these counts are a table that fits what is shown."""
        if any(quantity not in counts for quantity in self._places):
            return False
        table = np.array([counts[quantity] for quantity in self._places], float)
        if (table < self._box.lb).any() or (table > self._box.ub).any():
            return False
        if isinstance(self._constraints, LinearConstraint):
            sums = self._constraints.A @ table
            if (sums < self._constraints.lb).any() or (sums > self._constraints.ub).any():
                return False
        self._seen.append(table)
        return True

    def look_wide(self, asked: Collection[Quantity]) -> None:
        """Look for two tables in which all that is asked is large, and small: one answer may do for many."""
        for sign in (-1, 1):
            self._solve(dict.fromkeys(asked, sign))

    def width_seen(self, quantity: Quantity) -> int:
        """How far apart its values are in tables found so far: no more than what is possible."""
        values = [table[self._places[quantity]] for table in self._seen]
        return round(max(values) - min(values)) if values else 0

    def end(self, quantity: Quantity, sign: int) -> int | None:
        """Smallest (sign 1) or largest (sign -1) value; None where no table fits."""
        table = self._solve({quantity: sign})
        return None if table is None else round(float(table[self._places[quantity]]))

    def _solve(self, signs: Mapping[Quantity, int]) -> np.ndarray | None:
        aim = np.zeros(len(self._places))
        for quantity, sign in signs.items():
            aim[self._places[quantity]] = sign
        answer = milp(aim, constraints=self._constraints, bounds=self._box, integrality=self._whole)
        if answer.x is None:
            return None
        self._seen.append(answer.x)
        table: np.ndarray = answer.x
        return table

    def range(self, quantity: Quantity) -> Range:
        """Both ends; nothing in between where no table fits, so that it counts as given away."""
        low = self.end(quantity, 1)
        high = self.end(quantity, -1) if low is not None else None
        return Range(0, 0) if low is None or high is None else Range(low, high)


def _attacks(
    wanted: Sequence[Quantity],
    ties: Sequence[Tie],
    known: Mapping[Quantity, int],
    bounds: Mapping[Quantity, tuple[int, int | None]],
) -> Iterator[tuple[list[Quantity], _Attack]]:
    """The wanted counts in groups that share no hidden count, each with what bears on it."""
    near = ties_around(wanted, ties, bounds.keys())
    for asked, tied in _apart(wanted, near, bounds):
        hidden = {q for tie in tied for q in (tie.total, *tie.parts) if q in bounds} | set(asked)
        yield asked, _Attack(hidden, tied, known, bounds)


def _apart(
    wanted: Sequence[Quantity], ties: Sequence[Tie], hidden: Collection[Quantity]
) -> list[tuple[list[Quantity], list[Tie]]]:
    """Wanted counts and ties in groups that share no hidden count: what is known in one tells nothing of another."""
    above: dict[Quantity, Quantity] = {q: q for q in wanted}

    def top(quantity: Quantity) -> Quantity:
        while above.setdefault(quantity, quantity) != quantity:
            above[quantity] = above[above[quantity]]
            quantity = above[quantity]
        return quantity

    members = [[q for q in (tie.total, *tie.parts) if q in hidden] for tie in ties]
    for held in members:
        for one in held[1:]:
            above[top(one)] = top(held[0])
    groups: dict[Quantity, tuple[list[Quantity], list[Tie]]] = {}
    for quantity in wanted:
        groups.setdefault(top(quantity), ([], []))[0].append(quantity)
    for tie, held in zip(ties, members, strict=True):
        if held and top(held[0]) in groups:
            groups[top(held[0])][1].append(tie)
    return list(groups.values())
