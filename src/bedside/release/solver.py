"""Solver: what a reader who knows the shown counts and the sums can conclude about the hidden ones."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array

from bedside.release.sums import Sums
from bedside.release.tables import Quantity, Tie

__all__ = ["ENDLESS", "Limits", "Range", "extreme", "feasible_ranges", "nearest"]

ENDLESS = 1_000_000  # a reader knows no upper limit of a hidden count; enough to be none
MOST_NODES = 2_000  # of a search for one table; an unfinished one counts as no table
Limits = Mapping[Quantity, tuple[int, int | None]]
"""What the rules of suppression tell about hidden counts: least and most (None: no limit)."""


class Range(NamedTuple):
    """Smallest and largest whole number that a hidden count may be, from all that is shown."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """0 if the count can be worked out exactly."""
        return self.high - self.low


def extreme(
    aim: Quantity,
    sign: int,
    *,
    ties: Sequence[Tie],
    known: Mapping[Quantity, int],
    limits: Limits,
) -> dict[Quantity, int] | None:
    """A table of whole numbers in which a hidden count is as small (sign 1) or as large (sign -1) as it can be.

    Parameters
    ----------
    aim : Quantity
    sign : {1, -1}
    ties : sequence of Tie
        Sums between counts; every count in them is either known or in `limits`.
    known : Mapping
        Shown counts.
    limits : Mapping
        Hidden counts, of which the table is made: least and most (None: no limit).

    Returns
    -------
    dict of Quantity to int, or None
        None where no table fits, or none was found in `MOST_NODES` steps.
    """
    places = {quantity: place for place, quantity in enumerate(limits)}
    wanted = np.zeros(len(places))
    wanted[places[aim]] = sign
    table = _solved(wanted, _sums(ties, places, known), limits, np.ones(len(places)))
    return None if table is None else {quantity: round(value) for quantity, value in table.items()}


def nearest(
    *,
    ties: Sequence[Tie],
    known: Mapping[Quantity, int],
    limits: Limits,
    truth: Mapping[Quantity, int],
    costs: Mapping[Quantity, float],
    whole: bool = True,
) -> dict[Quantity, float] | None:
    """A table that departs from the truth where that costs least.

    Parameters
    ----------
    ties, known, limits
        As of `extreme`; what is asked of the table is said by the limits of a count.
    truth : Mapping
        What the counts of the table are.
    costs : Mapping
        Cost of one more or less in a count; others are free.
    whole : bool, optional
        A table of whole numbers; one of any numbers is found many times faster.

    Returns
    -------
    dict of Quantity to float, or None

    References
    ----------
    Kelly, Golden and Assad (1992), Networks 22:397-417: cells to be suppressed are those that move in the cheapest such
    table.
    """
    places = {quantity: place for place, quantity in enumerate(limits)}
    held = [quantity for quantity in costs if quantity in places]
    at = [places[quantity] for quantity in held]
    exact = np.array([truth[quantity] for quantity in held], float)
    take = csr_array((np.ones(len(held)), (range(len(held)), at)), shape=(len(held), len(places)))
    off = eye_array(len(held))  # how far each is off: no less than the difference, either way
    sums = _sums(ties, places, known)
    rows = block_array([[sums.A, None], [take, -off], [-take, -off]], format="csr")
    endless = np.full(2 * len(held), -np.inf)
    constraints = LinearConstraint(
        rows, np.concatenate([sums.lb, endless]), np.concatenate([sums.ub, exact, -exact])
    )
    wanted = np.concatenate([np.zeros(len(places)), [costs[quantity] for quantity in held]])
    kinds = np.concatenate([np.full(len(places), float(whole)), np.zeros(len(held))])
    return _solved(wanted, constraints, limits, kinds)


def _solved(
    wanted: np.ndarray, constraints: LinearConstraint, limits: Limits, whole: np.ndarray
) -> dict[Quantity, float] | None:
    """Numbers within limits and constraints that make the wanted sum smallest; further unknowns are no counts."""
    more = len(wanted) - len(limits)
    low = [low for low, _ in limits.values()]
    high = [ENDLESS if high is None else high for _, high in limits.values()]
    answer = milp(
        wanted,
        constraints=constraints,
        bounds=Bounds(low + [0] * more, high + [ENDLESS] * more),
        integrality=whole,
        options={"node_limit": MOST_NODES},
    )
    if answer.x is None:
        return None
    return dict(zip(limits, answer.x.tolist(), strict=False))


def _sums(
    ties: Sequence[Tie], places: Mapping[Quantity, int], known: Mapping[Quantity, int]
) -> LinearConstraint:
    cells: list[tuple[int, int, int]] = []
    low, high = np.full(len(ties), -np.inf), np.full(len(ties), np.inf)
    for row, tie in enumerate(ties):
        rest = 0
        for sign, quantity in ((-1, tie.total), *((1, part) for part in tie.parts)):
            if quantity in places:
                cells.append((sign, row, places[quantity]))
            else:
                rest += sign * known[quantity]
        if tie.kind in ("=", ">="):
            low[row] = -rest
        if tie.kind in ("=", "<="):
            high[row] = -rest
    signs, at, of = np.array(cells, int).reshape(-1, 3).T
    rows = csr_array((signs.astype(float), (at, of)), shape=(len(ties), len(places)))
    return LinearConstraint(rows, low, high)


def feasible_ranges(
    wanted: Sequence[Quantity],
    *,
    ties: Sequence[Tie],
    known: Mapping[Quantity, int],
    bounds: Limits,
) -> dict[Quantity, Range]:
    """Range of each wanted count over all tables of whole numbers that fit what is shown.

    Parameters
    ----------
    wanted : sequence of Quantity
        Hidden counts to ask about.
    ties, known
        As of `extreme`.
    bounds : Mapping
        Every hidden count: least and most.

    Returns
    -------
    dict of Quantity to Range
        Exact: found by integer programming, not by a relaxation, whose ranges would look wider than they are. Nothing
        in between where no table fits, so that the count is given away.

    References
    ----------
    Fischetti and Salazar-González (2001), JASA 96:1008-1019: attacker's problem in cell suppression.
    """
    sums = Sums(ties)
    found: dict[Quantity, Range] = {}
    for quantity in wanted:
        near = sums.around([quantity], bounds.__contains__)
        tied = sums.touching(near)
        limits = {q: bounds[q] for q in near}
        tables = [extreme(quantity, s, ties=tied, known=known, limits=limits) for s in (1, -1)]
        ends = [table[quantity] for table in tables if table is not None]
        found[quantity] = Range(*ends) if len(ends) == 2 else Range(0, 0)
    return found
